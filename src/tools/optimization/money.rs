//! Amounts of money as sentences write them.

use crate::tools::{
    present::{grouped, percent},
    untrusted::word,
};

/// To the cent.
pub(super) fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

/// `1,234.50 EUR`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates, and the amount is made positive"
)]
pub(super) fn money(amount: f64, currency: &str) -> String {
    let all = (amount.abs() * 100.0).round() as u64;
    let sign = if amount < 0.0 && all > 0 { "-" } else { "" };
    let currency = if currency.is_empty() { String::new() } else { format!(" {}", word(currency)) };
    format!("{sign}{}.{:02}{currency}", grouped(all / 100), all % 100)
}

/// By how much something changed, as a share of what it was; nothing where it was not there.
pub(super) fn change(now: f64, before: f64) -> Option<f64> {
    (before.abs() >= 0.005).then(|| ((now - before) / before * 1_000.0).round() / 1_000.0)
}

/// `12.3 % more than the 100.00 EUR of the time before`.
pub(super) fn against(now: f64, before: f64, currency: &str) -> String {
    match change(now, before) {
        None => "nothing was charged in the time before".to_owned(),
        Some(0.0) => format!("as much as the {} of the time before", money(before, currency)),
        Some(share) => format!(
            "{} {} than the {} of the time before",
            percent(share.abs()),
            if share > 0.0 { "more" } else { "less" },
            money(before, currency)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_two_decimals_and_grouped_thousands() {
        assert_eq!(money(1_234_567.5, "EUR"), "1,234,567.50 EUR");
        assert_eq!(money(-0.001, "EUR"), "0.00 EUR");
        assert_eq!(money(-12.345, ""), "-12.35");
        assert_eq!(
            against(110.0, 100.0, "EUR"),
            "10 % more than the 100.00 EUR of the time before"
        );
    }
}
