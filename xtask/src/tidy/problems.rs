//! Every problem, refusal and warning is explained: each code in the source is in
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
        let ours = file.text.split("#[cfg(test)]").next().unwrap_or_default();
        for code in codes(ours).chain(called(ours)).chain(listed(&file.path, ours)) {
            used.entry(code).or_insert(&file.path);
        }
    }
    let unexplained = used.iter().filter(|(code, _)| !explained.contains(*code));
    let mut problems: Vec<String> =
        unexplained.map(|(code, path)| format!("`{code}` ({path}) is not explained in {PAGE}")).collect();
    // A dotted code may reach its report as the value of a variable; then the literal alone is found.
    let literal = |code: &str| files.iter().any(|f| f.is_rust() && f.text.contains(&format!("\"{code}\"")));
    let is_used = |code: &str| used.contains_key(code) || (is_code(code) && literal(code));
    let unused = explained.iter().filter(|code| !is_used(code));
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

/// What makes a refusal or warning; its first argument is the code.
const MAKERS: [&str; 4] = ["Notice::new(", "refused(", "refused_with(", "with_code("];

/// Codes that a refusal or warning is made with.
fn called(text: &str) -> impl Iterator<Item = &str> {
    let behind = |maker: &'static str| text.split(maker).skip(1);
    let literals = MAKERS.into_iter().flat_map(behind).filter_map(|rest| {
        let (literal, rest) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
        rest.starts_with([',', ')']).then_some(literal)
    });
    literals.filter(|literal| is_word(literal) || is_code(literal))
}

/// Functions that list codes, each in its arm.
const LISTS: [(&str, &str); 3] = [
    ("variant/src/expression/error.rs", "fn as_str("),
    ("variant/src/expression/warning.rs", "fn code("),
    ("reference/src/identify/stop.rs", "impl From<NormalizeError>"),
];

/// Codes that stand in the arms of a function that lists them: `=> "edit"`, `=> ("edit", "what to do")`.
fn listed<'a>(path: &'a str, text: &'a str) -> impl Iterator<Item = &'a str> {
    let of_file = LISTS.into_iter().filter(move |(file, _)| path.ends_with(file));
    let bodies = of_file.filter_map(move |(_, function)| {
        let body = text.split_once(function)?.1;
        body.split("\n    }\n").next()
    });
    let arms = bodies.flat_map(|body| body.split("=> ").skip(1));
    let literals = arms.filter_map(|arm| {
        let plain = arm.trim_start_matches(['{', '(', ' ', '\n']);
        plain.strip_prefix('"')?.split('"').next()
    });
    literals.filter(|literal| is_word(literal))
}

fn is_word(literal: &str) -> bool {
    !literal.is_empty() && literal.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

fn is_code(literal: &str) -> bool {
    literal.split_once('.').is_some_and(|(area, what)| is_word(area) && is_word(what))
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
    fn refusals_and_warnings_are_found_where_they_are_made_or_listed() {
        let made =
            "Notice::new(\n    \"not_lifted\", message) Stop::refused(\"not_loaded\", x) x.with_code(\"draft.field\")";
        assert_eq!(called(made).collect::<Vec<_>>(), ["not_lifted", "not_loaded", "draft.field"]);
        assert_eq!(called("Notice::new(code, \"x\") refused(\"A sentence\", x)").count(), 0);
        let arms = "fn code(self) {\n Self::A => \"spelling\",\n Self::B => {\n (\"axis\", \"use the letter\")\n }\n    }\n fn message() { Self::A => \"no\" }";
        let path = "crates/variant/src/expression/warning.rs";
        assert_eq!(listed(path, arms).collect::<Vec<_>>(), ["spelling", "axis"]);
        assert_eq!(listed("crates/other.rs", arms).count(), 0);
    }

    #[test]
    fn other_literals_are_not_codes() {
        check_codes(r#"include_str!("classification.tsv")"#, &[]);
        check_codes(r#"Severity::Note, "A sentence. Another""#, &[]);
    }
}
