//! The days that costs are asked for, and those they are compared with.

use jiff::{ToSpan, civil::Date, tz::TimeZone};

use crate::tools::{context::ReadContext, error::ToolError, time_range::TimeRange};

/// Days, the last one included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) from: Date,
    pub(super) to: Date,
    is_month: bool,
}

impl Period {
    /// The days of an argument: this month until today without one.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] for what is no range.
    pub(super) fn parse(cx: &ReadContext, text: &str) -> Result<Self, ToolError> {
        let today = cx.now().to_zoned_datetime(TimeZone::UTC).date();
        let word: String =
            text.to_ascii_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
        match word.as_str() {
            "" if text.trim().is_empty() => Ok(Self::month_to_date(today)),
            "thismonth" | "currentmonth" | "monthtodate" | "mtd" | "month" => {
                Ok(Self::month_to_date(today))
            }
            "lastmonth" | "previousmonth" => {
                let last = today.first_of_month().yesterday().unwrap_or(today);
                Ok(Self { from: last.first_of_month(), to: last, is_month: true })
            }
            _ => {
                let range = TimeRange::parse("timeRange", text, cx.moment())?;
                let date = |at: jiff::Timestamp| at.to_zoned_datetime(TimeZone::UTC).date();
                let end = range.end.checked_sub(1.second()).unwrap_or(range.end);
                Ok(Self { from: date(range.start), to: date(end), is_month: false })
            }
        }
    }

    fn month_to_date(today: Date) -> Self {
        Self { from: today.first_of_month(), to: today, is_month: true }
    }

    /// As many days before it; of a month the same days of the month before.
    pub(super) fn before(self) -> Self {
        if self.is_month {
            let last = self.from.yesterday().unwrap_or(self.from);
            let is_whole = self.to == self.to.last_of_month();
            let day = self.to.day().min(last.day());
            let to = if is_whole {
                last
            } else {
                Date::new(last.year(), last.month(), day).unwrap_or(last)
            };
            return Self { from: last.first_of_month(), to, is_month: true };
        }
        let days = i64::from(self.days());
        let back = |date: Date| date.checked_sub(days.days()).unwrap_or(date);
        Self { from: back(self.from), to: back(self.to), is_month: false }
    }

    fn days(self) -> i32 {
        self.from.until(self.to).map_or(1, |span| span.get_days() + 1)
    }

    /// `from 2026-03-01 to 2026-03-02`.
    pub(super) fn in_words(self) -> String {
        if self.from == self.to {
            return format!("on {}", self.from);
        }
        format!("from {} to {}", self.from, self.to)
    }
}
