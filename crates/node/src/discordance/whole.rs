//! The whole record looked at: when a node has statements and has not been looked at with the rules
//! in force, after an upgrade for example.

use super::find::{look_at, rules_in_force};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::id::JobId;
use cairn_store::serial::VariantSerial;
use cairn_store::{discordance, job};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The name of this work in the record.
pub const KIND: &str = "discordances";
/// Variants looked at in one transaction.
const AT_ONCE: u32 = 5_000;

/// With what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookAtAll {
    /// Versions of the rules of detection and equivalence.
    pub rules: String,
}

impl Node {
    /// Asks for the work when the record was not looked at with the rules in force; an empty record
    /// has nothing to look at.
    pub(crate) async fn note_rules(&self) -> Result<(), NodeError> {
        let rules = rules_in_force();
        let mut writer = self.store().write().await?;
        if discordance::is_looked_at(&mut writer, &rules).await? {
            return Ok(());
        }
        let first = discordance::stated_variants(&mut writer, VariantSerial::new(0), 1).await?;
        if first.is_empty() {
            let (entry, _) = writer.enter(self.now()).await?;
            discordance::note_run(&mut writer, entry, &rules).await?;
        } else {
            let id = JobId::from_random((self.world().random)());
            job::enqueue(&mut writer, id, KIND, &LookAtAll { rules }, self.now()).await?;
        }
        Ok(writer.commit().await?)
    }

    /// Looks at every variant with a statement; how many discordances opened, closed or changed
    /// comes back.
    ///
    /// # Errors
    /// When the record fails; what was committed until then stays.
    pub async fn look_at_all_discordances(&self) -> Result<u64, NodeError> {
        let mut after = VariantSerial::new(0);
        let mut changed = 0;
        loop {
            let mut writer = self.store().write().await?;
            let page = discordance::stated_variants(&mut writer, after, AT_ONCE).await?;
            let moment = writer.enter(self.now()).await?;
            let Some(last) = page.last().copied() else {
                discordance::note_run(&mut writer, moment.0, &rules_in_force()).await?;
                writer.commit().await?;
                return Ok(changed);
            };
            let variants: BTreeSet<VariantSerial> =
                discordance::unified(&mut writer, &page).await?.into_iter().collect();
            changed += look_at(&mut writer, self, moment, variants).await?.len() as u64;
            writer.commit().await?;
            after = last;
        }
    }
}
