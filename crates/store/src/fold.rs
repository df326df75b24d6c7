//! Text as it is compared: lower case, single spaces.

/// The folded form of a text: for equality and for prefixes.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out
}

/// Bounds of the texts that begin with `prefix`: from the first, inclusive, to the second,
/// exclusive.
pub(crate) fn prefix_range(prefix: &str) -> (String, String) {
    let upper = format!("{prefix}{}", char::MAX);
    (prefix.to_owned(), upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_and_spaces() {
        assert_eq!(fold("  Marfan\u{a0} Syndrome\n"), "marfan syndrome");
        assert_eq!(fold("NM_007294.4:c.68_69del"), "nm_007294.4:c.68_69del");
    }

    #[test]
    fn the_range_holds_every_continuation() {
        let (from, to) = prefix_range("brca");
        for text in ["brca", "brca1", "brca\u{10fffe}"] {
            assert!(from.as_str() <= text && text < to.as_str());
        }
        assert!("brcb" > to.as_str());
    }
}
