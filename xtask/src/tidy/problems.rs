//! Every problem that a file can have is explained: each code in the source is in
//! `docs/reference/problems.md`, and the other way round.

use std::collections::BTreeMap;
use std::fs;

use super::Tracked;

const PAGE: &str = "docs/reference/problems.md";

/// Codes without an explanation, and explanations without a code.
pub(crate) fn check(files: &[Tracked]) -> Vec<String> {
    let page = fs::read_to_string(PAGE).unwrap_or_default();
    let explained: Vec<&str> = page.lines().filter_map(|l| l.strip_prefix("| `")?.split('`').next()).collect();
    let mut used: BTreeMap<&str, &str> = BTreeMap::new();
    for file in files.iter().filter(|f| f.is_rust() && f.path.starts_with("crates/") && f.path.contains("/src/")) {
        for code in codes(&file.text) {
            used.entry(code).or_insert(&file.path);
        }
    }
    let unexplained = used.iter().filter(|(code, _)| !explained.contains(*code));
    let mut problems: Vec<String> =
        unexplained.map(|(code, path)| format!("`{code}` ({path}) is not explained in {PAGE}")).collect();
    let literal = |code: &str| files.iter().any(|f| f.is_rust() && f.text.contains(&format!("\"{code}\"")));
    let unused = explained.iter().filter(|code| is_code(code) && !literal(code));
    problems.extend(unused.map(|code| format!("{PAGE} explains `{code}`, which nothing reports")));
    problems
}

/// Codes such as `variant.reference_mismatch`: a whole string literal of two words in small letters, joined by a
/// point, in the argument behind a severity.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    let after_severity = text.split("everity").skip(1).filter_map(|rest| {
        let (severity, rest) = rest.split_once(',')?;
        let is_severity = severity.len() < 16 && severity.chars().all(|c| c.is_alphanumeric() || c == ':');
        let literal = rest.trim_start().strip_prefix('"')?.split('"').next()?;
        is_severity.then_some(literal)
    });
    after_severity.filter(|code| is_code(code))
}

fn is_code(literal: &str) -> bool {
    let word = |w: &str| !w.is_empty() && w.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    literal.split_once('.').is_some_and(|(area, what)| word(area) && word(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_codes(source: &str, expected: &[&str]) {
        assert_eq!(codes(source).collect::<Vec<_>>(), expected, "{source}");
    }

    #[test]
    fn codes_are_found_behind_a_severity_on_one_line_or_the_next() {
        check_codes(r#"findings.add(Severity::Note, "date.not_valid", "x.y")"#, &["date.not_valid"]);
        check_codes("Problem::new(\n    Severity::Error,\n    \"input.too_large\",\n", &["input.too_large"]);
        check_codes(r#"findings.add(severity, "classification.unknown", column)"#, &["classification.unknown"]);
    }

    #[test]
    fn other_literals_are_not_codes() {
        check_codes(r#"include_str!("classification.tsv")"#, &[]);
        check_codes(r#"Severity::Note, "A sentence. Another""#, &[]);
    }
}
