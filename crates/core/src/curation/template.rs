//! Templates of the summary: text with placeholders such as `{class}`, filled from the draft.

/// What a template may speak of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filling {
    values: Vec<(&'static str, String)>,
}

/// A template names something that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the template has no placeholder `{{{asked}}}`: the known ones are {known}")]
pub struct UnknownPlaceholder {
    asked: String,
    known: String,
}

impl Filling {
    /// Every placeholder, with what it becomes.
    pub const PLACEHOLDERS: &'static [(&'static str, &'static str)] = &[
        ("variant", "the variant, as its heading has it"),
        ("gene", "the genes"),
        ("protein", "the change of the protein"),
        ("condition", "the condition"),
        ("inheritance", "the mode of inheritance"),
        ("class", "the class"),
        ("rule", "the rule that gave it"),
        ("criteria", "the criteria that are met, with their strengths"),
        ("not_met", "the criteria that were looked at and are not met"),
        ("evidence", "the evidence items, one a line"),
        ("guideline", "the guideline with its version"),
        ("laboratory", "the laboratory"),
        ("date", "today"),
    ];

    /// Says what a placeholder becomes; nothing becomes `[not stated]`, so that a gap is seen.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        debug_assert!(Self::PLACEHOLDERS.iter().any(|(known, _)| *known == name), "{name}");
        self.values.push((name, value.into()));
        self
    }

    fn value(&self, name: &str) -> Option<&str> {
        let found = self.values.iter().find(|(known, _)| *known == name)?;
        Some(if found.1.is_empty() { "[not stated]" } else { &found.1 })
    }
}

/// The text of a template. Braces that hold no word stay as they are.
///
/// # Errors
/// When a placeholder is not known; a template is checked when it is saved.
pub fn fill(template: &str, filling: &Filling) -> Result<String, UnknownPlaceholder> {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let name = after.split_once('}').map(|(name, _)| name);
        let Some(name) = name.filter(|name| is_name(name)) else {
            text.push('{');
            rest = after;
            continue;
        };
        let known = Filling::PLACEHOLDERS.iter().any(|(known, _)| *known == name);
        if !known {
            let known = Filling::PLACEHOLDERS.iter().map(|(known, _)| format!("{{{known}}}")).collect::<Vec<_>>();
            return Err(UnknownPlaceholder { asked: name.chars().take(40).collect(), known: known.join(", ") });
        }
        text.push_str(filling.value(name).unwrap_or("[not stated]"));
        rest = &after[name.len() + 1..];
    }
    text.push_str(rest);
    Ok(text)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}
