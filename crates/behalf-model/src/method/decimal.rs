//! Exact decimals as text: money never passes through a float.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// More digits than any ledger uses; stops `1e999999999` from becoming a gigabyte of zeros.
const MAX_DIGITS: usize = 128;

/// An exact decimal in canonical text: `-?digits[.digits]`, no leading zeros, the scale as given (`12.50` stays).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal(String);

impl Decimal {
    /// The canonical text, which is also a JSON number and an `xs:decimal`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Sign, integer digits, fraction digits without trailing zeros.
    fn parts(&self) -> (bool, &str, &str) {
        let (negative, digits) = match self.0.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, self.0.as_str()),
        };
        let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        (negative, integer, fraction.trim_end_matches('0'))
    }

    /// Compares the numbers, whatever their scale: `1.50` equals `1.5`.
    pub fn cmp_value(&self, other: &Self) -> Ordering {
        let (a_negative, a_integer, a_fraction) = self.parts();
        let (b_negative, b_integer, b_fraction) = other.parts();
        if a_negative != b_negative {
            return if a_negative {
                Ordering::Less
            } else {
                Ordering::Greater
            };
        }
        let size = a_integer
            .len()
            .cmp(&b_integer.len())
            .then_with(|| a_integer.cmp(b_integer))
            .then_with(|| a_fraction.cmp(b_fraction));
        if a_negative { size.reverse() } else { size }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Decimal {
    type Err = ();

    /// Reads what JSON and XSD call a number, exponents included.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (negative, rest) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| ())?),
            None => (rest, 0),
        };
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: String = [integer, fraction].concat();
        let all_digits = digits.bytes().all(|b| b.is_ascii_digit());
        if integer.is_empty() || !all_digits || mantissa.ends_with('.') || digits.len() > MAX_DIGITS
        {
            return Err(());
        }
        // Where the point stands in `digits` once the exponent has moved it.
        let point = i64::try_from(integer.len()).map_err(|_| ())? + i64::from(exponent);
        let limit = i64::try_from(MAX_DIGITS).map_err(|_| ())?;
        if point.abs() > limit {
            return Err(());
        }
        let before = usize::try_from(point.max(0)).map_err(|_| ())?;
        let zeros_ahead = usize::try_from((-point).max(0)).map_err(|_| ())?;
        digits.insert_str(0, &"0".repeat(zeros_ahead));
        while digits.len() < before {
            digits.push('0');
        }
        let (integer, fraction) = digits.split_at(before);
        let integer = integer.trim_start_matches('0');
        let integer = if integer.is_empty() { "0" } else { integer };
        let is_zero = integer == "0" && fraction.bytes().all(|b| b == b'0');
        let mut out = String::with_capacity(digits.len() + 2);
        if negative && !is_zero {
            out.push('-');
        }
        out.push_str(integer);
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(fraction);
        }
        Ok(Self(out))
    }
}
