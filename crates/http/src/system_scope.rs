//! What a system asks for, in SMART's words or ours, and what it is given.

use cairn_core::token_scope::{TokenScope, TokenScopes};

/// What a system is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// What its token may be used for.
    pub scopes: TokenScopes,
    /// The words of the request that were granted, with spaces between.
    pub words: String,
}

/// What of a request may be given to a system that may have `most`; everything when it asks for nothing; `None` when
/// nothing of it may.
///
/// A word that asks for one resource only (`system/Observation.rs`) is not granted: the token would reach further than
/// the word says.
pub fn granted(asked: &str, most: TokenScopes) -> Option<Granted> {
    if asked.trim().is_empty() {
        return Some(Granted { scopes: most, words: most.to_string() }).filter(|all| !all.scopes.is_empty());
    }
    let mut words = Vec::new();
    let mut scopes = Vec::new();
    for word in asked.split_whitespace() {
        let meant = meaning(word).unwrap_or_default();
        if !meant.is_empty() && meant.and(most) == meant {
            words.push(word);
            scopes.extend(meant.iter());
        }
    }
    (!words.is_empty()).then(|| Granted { scopes: scopes.into_iter().collect(), words: words.join(" ") })
}

/// What a word means: one of ours, or SMART's for all resources, in version 1 (`read`, `write`, `*`) or 2 (letters of
/// `cruds` in this order).
fn meaning(word: &str) -> Option<TokenScopes> {
    if let Some(scope) = TokenScope::from_code(word) {
        return Some([scope].into_iter().collect());
    }
    let (read, write) = match word.strip_prefix("system/*.")? {
        "read" => (true, false),
        "write" => (false, true),
        "*" => (true, true),
        letters => {
            let mut left = "cruds".chars();
            let in_order = letters.chars().all(|letter| left.any(|one| one == letter));
            if letters.is_empty() || !in_order {
                return None;
            }
            (letters.contains(['r', 's']), letters.contains(['c', 'u', 'd']))
        }
    };
    let read = read.then_some(TokenScope::Read);
    let write = write.then_some(TokenScope::Contribute);
    Some(read.into_iter().chain(write).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_granted_as_far_as_the_system_may() {
        let reader: TokenScopes = "read".parse().unwrap();
        let writer: TokenScopes = "read contribute".parse().unwrap();
        for (asked, most, right) in [
            ("system/*.read", reader, Some(("read", "system/*.read"))),
            ("system/*.rs", reader, Some(("read", "system/*.rs"))),
            ("system/*.rs system/*.c", reader, Some(("read", "system/*.rs"))),
            ("system/*.cruds", reader, None),
            ("system/*.cruds", writer, Some(("read contribute", "system/*.cruds"))),
            ("system/*.write", writer, Some(("contribute", "system/*.write"))),
            ("system/*.sr", writer, None),
            ("system/*.", writer, None),
            ("system/Observation.rs", writer, None),
            ("user/*.read", writer, None),
            ("administer", writer, None),
            ("read", writer, Some(("read", "read"))),
            ("", writer, Some(("read contribute", "read contribute"))),
            ("", TokenScopes::default(), None),
        ] {
            let found = granted(asked, most);
            let found = found.as_ref().map(|granted| (granted.scopes.to_string(), granted.words.as_str()));
            assert_eq!(found, right.map(|(scopes, words)| (scopes.to_owned(), words)), "{asked}");
        }
    }
}
