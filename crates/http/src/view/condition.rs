//! A condition with its identifiers.

use cairn_core::condition::Condition;
use cairn_core::curie::Curie;
use cairn_reference::condition::Conditions;

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

impl ConditionView {
    /// Gives a condition that came as an identifier its name, where the node knows it.
    pub fn explain(&mut self, known: &Conditions) {
        if self.ids.contains(&self.name)
            && let Some(found) = self.ids.iter().find_map(|id| known.find(id))
        {
            self.name.clone_from(&found.label);
        }
    }
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
