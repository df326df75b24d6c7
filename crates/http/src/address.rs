//! Addresses of pages. Expressions hold `:`, `>` and `/`, so they are encoded in one place.

use std::fmt::Write;

/// Percent-encodes everything but unreserved characters (RFC 3986, 2.3).
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The page of the variant that an expression names.
pub fn variant(expression: &str) -> String {
    format!("/variants/{}", encode(expression))
}

/// The variant as JSON.
pub fn api_variant(expression: &str) -> String {
    format!("/api/v1/variants/{}", encode(expression))
}

/// The page of a gene.
pub fn gene(symbol: &str) -> String {
    format!("/genes/{}", encode(symbol))
}

/// Where to go after signing in: a page of this node, never another site's.
pub fn local(next: &str) -> &str {
    let bytes = next.as_bytes();
    let stays = bytes.first() == Some(&b'/')
        && !matches!(bytes.get(1), Some(b'/' | b'\\'))
        && !next.chars().any(char::is_control);
    if stays { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_survive_an_address() {
        assert_eq!(variant("NM_007294.4:c.68_69del"), "/variants/NM_007294.4%3Ac.68_69del");
        assert_eq!(variant("NC_000017.11:g.43045712T>C"), "/variants/NC_000017.11%3Ag.43045712T%3EC");
        assert_eq!(encode("a/b é"), "a%2Fb%20%C3%A9");
    }

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(local("/variants/x?as_of=2020"), "/variants/x?as_of=2020");
        for next in ["https://evil.example", "//evil.example", "/\\evil.example", "", "x", "/a\r\nb"] {
            assert_eq!(local(next), "/", "{next:?}");
        }
    }
}
