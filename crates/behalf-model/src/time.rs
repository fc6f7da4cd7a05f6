//! Points in time as the protocols count them.

use serde::{Deserialize, Serialize};

/// Seconds since 1970-01-01T00:00:00Z (the NumericDate of RFC 7519).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(pub i64);

impl UnixTime {
    pub fn plus_s(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to `self`; negative when `self` lies before it.
    pub fn since_s(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// `2026-01-01T00:00:00Z` (RFC 3339).
    pub fn rfc3339(self) -> String {
        self.civil("T", "Z")
    }

    /// `2026-01-01 00:00:00Z`, the form of Entra's `timestamp`.
    pub fn entra(self) -> String {
        self.civil(" ", "Z")
    }

    /// Reads RFC 3339, or a plain date meaning its first second in UTC.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            return Some(Self(at.as_second()));
        }
        let date: jiff::civil::Date = text.parse().ok()?;
        let at = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        Some(Self(at.as_second()))
    }

    fn civil(self, between: &str, end: &str) -> String {
        let at = jiff::Timestamp::from_second(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let c = jiff::tz::TimeZone::UTC.to_datetime(at);
        format!(
            "{:04}-{:02}-{:02}{between}{:02}:{:02}:{:02}{end}",
            c.year(),
            c.month(),
            c.day(),
            c.hour(),
            c.minute(),
            c.second()
        )
    }
}

#[cfg(test)]
mod tests;
