//! Conditions of a visa: which other visa must be there.

use super::{Visa, VisaType};
use serde::Deserialize;

/// One clause: a type, and at least one of value, source and by.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Condition {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    by: Option<String>,
}

impl Condition {
    /// Whether a visa meets it. A clause of an unknown form is met by none.
    pub(super) fn is_met_by(&self, visa: &Visa) -> bool {
        let clauses =
            [(&self.value, Some(&visa.value)), (&self.source, Some(&visa.source)), (&self.by, visa.by.as_ref())];
        let says_something = clauses.iter().any(|(clause, _)| clause.is_some());
        let holds = |(clause, found): &(&Option<String>, Option<&String>)| {
            clause.as_ref().is_none_or(|clause| found.is_some_and(|found| is_match(clause, found)))
        };
        VisaType::from_name(&self.kind) == Some(visa.kind) && says_something && clauses.iter().all(holds)
    }
}

/// `const:`, `pattern:` with `*` and `?`, and `split_pattern:`, of which one part between `;` matches.
fn is_match(clause: &str, found: &str) -> bool {
    match clause.split_once(':') {
        Some(("const", exact)) => exact == found,
        Some(("pattern", pattern)) => is_like(pattern, found),
        Some(("split_pattern", pattern)) => found.split(';').any(|part| is_like(pattern, part)),
        _ => false,
    }
}

/// `*` is any text, `?` one character. Linear in text times pattern.
fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, from)) => {
                    (p, t) = (at + 1, from + 1);
                    star = Some((at, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_match_as_written() {
        for (clause, found, expected) in [
            ("const:faculty@a", "faculty@a", true),
            ("const:faculty@*", "faculty@a", false),
            ("pattern:f?culty@*", "faculty@med.example", true),
            ("pattern:f?culty@*", "fculty@a", false),
            ("pattern:*@a", "x@b@a", true),
            ("pattern:*@a", "x@a.b", false),
            ("pattern:", "", true),
            ("split_pattern:b*", "a;bc;d", true),
            ("split_pattern:b*", "ab;c", false),
            ("pattern:a*", "ba;a", false),
            ("faculty@a", "faculty@a", false),
            ("regex:.*", "x", false),
        ] {
            assert_eq!(is_match(clause, found), expected, "{clause} {found}");
        }
    }
}
