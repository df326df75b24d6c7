//! Which guideline a new draft begins with.

use crate::error::NodeError;
use crate::node::Node;
use crate::suggest::copy_number;
use cairn_core::guideline::Guidelines;
use cairn_reference::identity::Identity;
use cairn_store::serial::{LaboratorySerial, VariantSerial};
use cairn_store::variant;

impl Node {
    /// The address of the guideline that a draft of a laboratory on a variant begins with: for a copy number change the
    /// one for its direction, else the laboratory's usual one. A variant that is not recorded is told by its identity.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn usual_guideline(
        &self,
        laboratory: LaboratorySerial,
        recorded: Option<VariantSerial>,
        identity: Option<&Identity>,
        known: &Guidelines,
    ) -> Result<String, NodeError> {
        let direction = match recorded {
            Some(serial) => {
                let mut reader = self.store().read().await?;
                let found = variant::by_serials(&mut reader, &[serial]).await?.pop();
                let places = variant::places(&mut reader, &[serial]).await?.remove(&serial).unwrap_or_default();
                let place = places.first().map(|placed| placed.place);
                found.and_then(|found| copy_number::of_record(&found.kind, place))
            }
            None => identity.and_then(copy_number::of_identity),
        };
        let of_kind = direction.and_then(|direction| known.find(copy_number::guideline(direction)).ok());
        match of_kind {
            Some(guideline) => Ok(guideline.address()),
            None => Ok(self.curation_setting(laboratory).await?.guideline),
        }
    }
}
