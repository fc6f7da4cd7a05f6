//! The header that tells a client why its bearer token was refused.

pub const HEADER: &str = "x-ms-diagnostics";

/// Number of a refused audience, of a bad signature.
pub const INVALID_AUDIENCE: u32 = 3_000_003;
pub const INVALID_SIGNATURE: u32 = 3_000_006;

/// Shape: `3000003;reason="Invalid audience Uri '…'.";category="invalid_client"`. Quotes and controls in the reason
/// would end it early or split the header, so they are replaced.
pub fn header_value(code: u32, reason: &str, category: &str) -> String {
    let reason: String = reason
        .chars()
        .map(|c| match c {
            '"' => '\'',
            ' '..='~' => c,
            _ => '?',
        })
        .collect();
    format!("{code};reason=\"{reason}\";category=\"{category}\"")
}

/// The reason and category of a received header.
pub fn read(header_value: &str) -> Option<(&str, &str)> {
    let part = |name: &str| {
        let (_, rest) = header_value.split_once(name)?;
        rest.split_once('"').map(|(value, _)| value)
    };
    Some((part(";reason=\"")?, part(";category=\"")?))
}

#[cfg(test)]
mod tests;
