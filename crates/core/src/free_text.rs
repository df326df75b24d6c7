//! Text a person wrote. It may name anybody, so it is a type of its own that the variant-level and
//! public tiers have no field for.

use serde::{Deserialize, Serialize};

/// Free text of at most [`FreeText::MAX_BYTES`] bytes, without control characters but line breaks
/// and tabs.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(from = "String", into = "String")]
pub struct FreeText(String);

impl FreeText {
    /// What is beyond this is cut at a character boundary: 64 KiB is forty printed pages.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Whether text of this length would be cut.
    pub fn would_cut(text: &str) -> bool {
        text.len() > Self::MAX_BYTES
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for FreeText {
    fn from(text: &str) -> Self {
        let mut end = text.len().min(Self::MAX_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
        Self(text[..end].trim().chars().filter(kept).collect())
    }
}

impl From<String> for FreeText {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<FreeText> for String {
    fn from(text: FreeText) -> String {
        text.0
    }
}

/// Shows the length only, so that no log line carries a person's words.
impl std::fmt::Debug for FreeText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FreeText({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_control_characters_and_never_shows_itself() {
        let text = FreeText::from(" seen\u{0} in\u{7} two\nfamilies ");
        assert_eq!(text.as_str(), "seen in two\nfamilies");
        assert_eq!(format!("{text:?}"), "FreeText(20 bytes)");
    }

    #[test]
    fn cuts_between_characters() {
        let text = "é".repeat(FreeText::MAX_BYTES);
        assert!(FreeText::would_cut(&text));
        assert_eq!(FreeText::from(text.as_str()).as_str().len(), FreeText::MAX_BYTES);
    }
}
