//! How the diseases that consents name are related, by the reference data of the node.

use cairn_core::data_use::DiseaseTree;
use cairn_reference::condition::Conditions;

/// The diseases of the vocabulary that is loaded.
pub(crate) struct KnownDiseases<'a>(pub &'a Conditions);

impl DiseaseTree for KnownDiseases<'_> {
    fn is_within(&self, disease: &str, above: &str) -> Option<bool> {
        if disease == above || self.0.ancestors(disease).iter().any(|one| one == above) {
            return Some(true);
        }
        (self.0.find(disease).is_some() && self.0.find(above).is_some()).then_some(false)
    }
}
