//! Dates, times and durations (ABNF section 7). What comes out is the text of ISO 8601, with percent-encoding undone.

use super::super::literal::decoded;
use super::cursor::Parser;
use super::number::Place;

impl Parser<'_> {
    fn colon_at(&mut self, place: Place) -> Option<()> {
        match place {
            Place::Url => self.colon(),
            Place::Payload => self.byte(b':'),
        }
    }

    /// Two digits of a value between `least` and `most`.
    fn two_digits(&mut self, least: u8, most: u8) -> Option<()> {
        self.attempt(|parser| {
            let value: u8 = parser.digits(2, 2)?.parse().ok()?;
            (least..=most).contains(&value).then_some(())
        })
    }

    /// The text of a rule, decoded.
    fn text_of(&mut self, read: impl FnOnce(&mut Self) -> Option<()>) -> Option<String> {
        self.attempt(|parser| {
            let start = parser.here();
            read(parser)?;
            decoded(parser.since(start))
        })
    }

    /// Four digits, or more without a leading zero; negative before the year zero.
    pub(super) fn year(&mut self) -> Option<()> {
        self.attempt(|parser| {
            let _ = parser.byte(b'-');
            let digits = parser.digits(4, usize::MAX)?;
            (digits.len() == 4 || !digits.starts_with('0')).then_some(())
        })
    }

    pub(super) fn month(&mut self) -> Option<()> {
        self.two_digits(1, 12)
    }

    pub(super) fn day(&mut self) -> Option<()> {
        self.two_digits(1, 31)
    }

    pub(super) fn hour(&mut self) -> Option<()> {
        self.two_digits(0, 23)
    }

    pub(super) fn minute(&mut self) -> Option<()> {
        self.two_digits(0, 59)
    }

    /// Sixty is the leap second.
    pub(super) fn second(&mut self) -> Option<()> {
        self.two_digits(0, 60)
    }

    pub(super) fn fractional_seconds(&mut self) -> Option<()> {
        self.digits(1, 12).map(|_| ())
    }

    fn date_parts(&mut self) -> Option<()> {
        self.year()?;
        self.byte(b'-')?;
        self.month()?;
        self.byte(b'-')?;
        self.day()
    }

    fn time_parts(&mut self, place: Place) -> Option<()> {
        self.hour()?;
        self.colon_at(place)?;
        self.minute()?;
        let _ = self.attempt(|parser| {
            parser.colon_at(place)?;
            parser.second()?;
            let _ = parser.attempt(|parser| {
                parser.byte(b'.')?;
                parser.fractional_seconds()
            });
            Some(())
        });
        Some(())
    }

    pub(super) fn date(&mut self) -> Option<String> {
        self.text_of(Self::date_parts)
    }

    pub(super) fn time_of_day(&mut self, place: Place) -> Option<String> {
        self.text_of(|parser| parser.time_parts(place))
    }

    pub(super) fn date_time_offset(&mut self, place: Place) -> Option<String> {
        self.text_of(|parser| {
            parser.date_parts()?;
            parser.token("T")?;
            parser.time_parts(place)?;
            if parser.token("Z").is_some() {
                return Some(());
            }
            parser.sign_at(place)?;
            parser.hour()?;
            parser.colon_at(place)?;
            parser.minute()
        })
    }

    /// `durationValue`: days, hours, minutes, seconds. Years and months have no fixed length and are refused.
    pub(super) fn duration_value(&mut self) -> Option<String> {
        self.text_of(|parser| {
            let _ = parser.byte(b'-');
            parser.token("P")?;
            let _ = parser.amount("D");
            let _ = parser.attempt(|parser| {
                parser.token("T")?;
                let _ = parser.amount("H");
                let _ = parser.amount("M");
                let _ = parser.seconds();
                Some(())
            });
            Some(())
        })
    }

    fn amount(&mut self, unit: &str) -> Option<()> {
        self.attempt(|parser| {
            parser.digits(1, usize::MAX)?;
            parser.token(unit)
        })
    }

    fn seconds(&mut self) -> Option<()> {
        self.attempt(|parser| {
            parser.digits(1, usize::MAX)?;
            let _ = parser.attempt(|parser| {
                parser.byte(b'.')?;
                parser.digits(1, usize::MAX)
            });
            parser.token("S")
        })
    }

    pub(super) fn duration_literal(&mut self) -> Option<String> {
        self.attempt(|parser| {
            let _ = parser.token("duration");
            parser.squote()?;
            let value = parser.duration_value()?;
            parser.squote()?;
            Some(value)
        })
    }
}
