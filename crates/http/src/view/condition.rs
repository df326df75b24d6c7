//! A condition with its identifiers.

use cairn_core::condition::Condition;
use cairn_core::curie::Curie;

/// A condition as it stands on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionView {
    /// The name, or the first identifier where no name was given.
    pub name: String,
    /// Identifiers as given.
    pub ids: Vec<String>,
    /// Its page in this node: by identifier where there is one.
    pub link: String,
}

impl From<&Condition> for ConditionView {
    fn from(condition: &Condition) -> Self {
        let ids: Vec<String> = condition.ids.iter().map(Curie::to_string).collect();
        let best = ["MONDO:", "OMIM:", "ORPHA:"].iter().find_map(|prefix| ids.iter().find(|id| id.starts_with(prefix)));
        let name = match condition.name.trim() {
            "" => ids.first().cloned().unwrap_or_default(),
            name => name.to_owned(),
        };
        let link = format!("/conditions/{}", crate::address::encode(best.unwrap_or(&name)));
        Self { name, ids, link }
    }
}
