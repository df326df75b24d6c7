//! All aggregates again, from the statements.

use super::{Groups, renew};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::aggregate::rules;
use cairn_core::id::JobId;
use cairn_store::aggregate;
use cairn_store::job;
use cairn_store::serial::VariantSerial;
use cairn_store::variant;
use serde::{Deserialize, Serialize};

/// The name of this work in the record.
pub const KIND: &str = "aggregate";
/// Variants computed in one transaction: others write in between.
const AT_ONCE: u32 = 4_000;

/// Why all aggregates are to be computed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recompute {
    /// Rule set and condition names they are computed with.
    pub basis: String,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Recomputed {
    /// Variants looked at.
    pub variants: u64,
    /// Aggregates that came out another way than recorded.
    pub changed: u64,
    /// Of these, how many say something else, and not only by other statements.
    pub say_something_else: u64,
}

impl Node {
    /// With what aggregates are computed: the rule set and the names of conditions that are loaded.
    fn aggregate_basis(&self) -> String {
        let mut names: Vec<String> = self
            .reference()
            .sources()
            .iter()
            .filter(|source| source.kind.names_conditions())
            .map(|source| source.sha256.chars().take(16).collect())
            .collect();
        names.sort_unstable();
        format!("{} {}", rules::CURRENT.id, names.join(" ")).trim().to_owned()
    }

    /// Asks for all aggregates to be computed again when they were computed with something else.
    pub(crate) async fn note_aggregate_basis(&self) -> Result<(), NodeError> {
        let basis = self.aggregate_basis();
        let mut reader = self.store().read().await?;
        if aggregate::basis(&mut reader).await?.as_deref() == Some(basis.as_str()) {
            return Ok(());
        }
        drop(reader);
        let mut writer = self.store().write().await?;
        let (entry, now) = writer.enter(self.now()).await?;
        aggregate::add_basis(&mut writer, entry, &basis).await?;
        let id = JobId::from_random((self.world().random)());
        job::enqueue(&mut writer, id, KIND, &Recompute { basis }, now).await?;
        Ok(writer.commit().await?)
    }

    /// Computes all aggregates again for who asks for it now. What a job was asked to do with the same rules and names is
    /// done with that; a first start does not repeat it.
    ///
    /// # Errors
    /// As [`Node::recompute_aggregates`].
    pub async fn recompute_aggregates_now(&self) -> Result<Recomputed, NodeError> {
        let done = self.recompute_aggregates().await?;
        while let Some(job) = self.claim::<Recompute>(KIND).await? {
            self.end(job, "computed all aggregates", Ok(done)).await?;
        }
        Ok(done)
    }

    /// Computes all aggregates again, some thousand variants in a transaction. One that comes out
    /// as recorded gets no new version, so that doing it twice adds nothing.
    ///
    /// # Errors
    /// When the record fails; what was committed until then stays.
    pub async fn recompute_aggregates(&self) -> Result<Recomputed, NodeError> {
        let mut done = Recomputed::default();
        let mut groups = Groups::new(self.reference().conditions());
        let mut after = VariantSerial::new(0);
        loop {
            let mut writer = self.store().write().await?;
            let page = variant::unmerged(&mut writer, after, AT_ONCE).await?;
            let Some(last) = page.last().copied() else {
                return Ok(done);
            };
            let (entry, _) = writer.enter(self.now()).await?;
            let changes = renew(&mut writer, entry, &page, rules::CURRENT, &mut groups).await?;
            done.variants += page.len() as u64;
            done.changed += changes.len() as u64;
            done.say_something_else += changes.iter().filter(|change| change.says_something_else()).count() as u64;
            // A page without a change leaves no entry either.
            if !changes.is_empty() {
                writer.commit().await?;
            }
            after = last;
        }
    }
}
