//! How many carriers of a variant are affected, by age.

use super::carriers;
use crate::access::Viewer;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::case::{AffectedStatus, Case};
use cairn_core::penetrance::{Carrier, Penetrance, penetrance};
use cairn_store::entry::AsOf;
use cairn_store::serial::VariantSerial;
use cairn_store::{observation, variant};

impl Node {
    /// Penetrance of a variant as far as the cases tell that the reader may know one by one: their own,
    /// and those shared with them without identity. Counts only.
    /// Whether a family was found through a person is not recorded, and the answer says so.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn penetrance(
        &self,
        serial: VariantSerial,
        as_of: AsOf,
        viewer: Viewer,
    ) -> Result<Penetrance, NodeError> {
        let mut reader = self.store().read().await?;
        let all = variant::merged(&mut reader, serial).await?;
        let known = carriers::of_variants(&mut reader, self, &all, as_of, viewer).await?.known();
        let found = observation::carriers(&mut reader, &all, &known, as_of).await?;
        let carriers: Vec<Carrier> = found.into_iter().map(|(seen, case)| carrier(seen, case)).collect();
        Ok(penetrance(&carriers))
    }
}

/// What was noted with the variant counts before what was noted with the case.
fn carrier(seen: AffectedStatus, case: Case) -> Carrier {
    let affected = if seen == AffectedStatus::Unknown { case.affected } else { seen };
    Carrier { affected, age_band: case.age_band, is_proband: None }
}
