//! A file holds one thing. A long one is read with suspicion, a very long one says why it is long.

use super::Tracked;

/// Lines above which a file must say in its module doc why it is long.
const LONG: usize = 600;

/// What such a module doc contains.
const REASON: &str = "This file is long because";

/// Files that are too long without a reason.
pub(crate) fn check(files: &[Tracked]) -> Vec<String> {
    let long = files.iter().filter(|f| f.is_rust() && is_too_long(&f.text));
    long.map(|f| {
        format!(
            "`{}` has {} lines: split it, or begin a sentence of its module doc with `{REASON}`",
            f.path,
            f.text.lines().count()
        )
    })
    .collect()
}

fn is_too_long(text: &str) -> bool {
    let mut doc = text.lines().take_while(|line| line.starts_with("//!"));
    text.lines().count() > LONG && !doc.any(|line| line.contains(REASON))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_needs_a_reason() {
        let body = "let a = 1;\n".repeat(LONG);
        assert!(!is_too_long(&body));
        assert!(is_too_long(&format!("//! The table.\n{body}")));
        assert!(!is_too_long(&format!("//! {REASON} it is one table.\n{body}")));
    }
}
