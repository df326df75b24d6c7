//! What laboratories confirmed that their words for conditions mean, put beside the words before
//! statements are grouped.

use cairn_core::condition::Condition;
use cairn_core::curie::Curie;
use cairn_core::id::LaboratoryId;
use cairn_store::fold::fold;
use cairn_store::{Connection, StoreError, condition_naming};
use std::collections::{BTreeSet, HashMap};

/// What laboratories confirmed: folded words to identifiers.
#[derive(Debug, Default)]
pub(crate) struct Namings(HashMap<LaboratoryId, HashMap<String, Curie>>);

impl Namings {
    /// Those of these laboratories.
    pub(crate) async fn of(
        connection: &mut Connection,
        laboratories: impl Iterator<Item = LaboratoryId>,
    ) -> Result<Self, StoreError> {
        let distinct: Vec<_> = laboratories.collect::<BTreeSet<_>>().into_iter().collect();
        let mut all: HashMap<LaboratoryId, HashMap<String, Curie>> = HashMap::new();
        for (laboratory, folded, curie) in condition_naming::confirmed(connection, &distinct).await? {
            all.entry(laboratory).or_default().insert(folded, curie);
        }
        Ok(Self(all))
    }

    /// Adds to conditions without an identifier what their laboratory means by the words.
    pub(crate) fn explain(&self, laboratory: LaboratoryId, conditions: &mut [Condition]) {
        let Some(known) = self.0.get(&laboratory) else { return };
        for condition in conditions.iter_mut().filter(|condition| condition.ids.is_empty()) {
            condition.ids.extend(known.get(&fold(&condition.name)).cloned());
        }
    }
}
