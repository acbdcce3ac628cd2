//! Times of a day as people write them: `09:14`, `9:14 pm`, `9pm`.

use super::dates::DateClaim;

/// The time that a chunk holds, and how many chunks it takes: `pm` may stand apart.
pub(super) fn read(text: &str, next: &str) -> Option<(DateClaim, usize)> {
    let attached = text.find(|c: char| c.is_ascii_alphabetic()).map(|at| text.split_at(at));
    let halved = attached.and_then(|(time, mark)| Some((time, half(mark)?, 1)));
    let halved = halved.or_else(|| Some((text, half(next)?, 2)));
    let Some((time, half, taken)) = halved else {
        return clock(text).map(|(hour, minute)| (DateClaim::Time { hour, minute }, 1));
    };
    let (hour, minute) = match time.split_once(':') {
        Some((hour, minute)) => {
            (hour, Some(minute.parse::<i8>().ok().filter(|_| minute.len() == 2)?))
        }
        None => (time, None),
    };
    let hour: i8 = hour.parse().ok().filter(|hour| (1..=23).contains(hour))?;
    let hour = match half {
        Half::Morning if hour == 12 => 0,
        Half::Afternoon if hour < 12 => hour + 12,
        Half::Morning | Half::Afternoon => hour,
    };
    match minute {
        Some(minute) if (0..60).contains(&minute) => {
            Some((DateClaim::Time { hour, minute }, taken))
        }
        Some(_) => None,
        None => Some((DateClaim::Hour(hour), taken)),
    }
}

/// Half a day.
enum Half {
    Morning,
    Afternoon,
}

fn half(mark: &str) -> Option<Half> {
    match mark.to_ascii_lowercase().as_str() {
        "am" | "a.m" => Some(Half::Morning),
        "pm" | "p.m" => Some(Half::Afternoon),
        _ => None,
    }
}

/// `09:14`, `09:14:05Z`, `09:14:05.123+01:00`.
pub(super) fn clock(text: &str) -> Option<(i8, i8)> {
    let (hour, rest) = text.split_once(':')?;
    let minute = rest.get(..2)?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if hour.len() > 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    let after = rest.get(2..).unwrap_or_default();
    if !after.is_empty() && !after.starts_with([':', 'Z', 'z', '+', '-', '.']) {
        return None;
    }
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}
