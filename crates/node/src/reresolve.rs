//! Variants whose identity is still open are looked at again when reference data arrive.
//!
//! A variant may become better known in place, or turn out to be one that is recorded already:
//! then the two are merged and their statements meet. A variant whose stated bases turn out to be
//! wrong is known by its text from then on, and the submissions that brought it get a problem.
//! Statements themselves do not change.

use crate::alert::frequency;
use crate::contribute::identify::{Identified, identify};
use crate::error::NodeError;
use crate::landing::{Landing, MergedVariant};
use crate::node::Node;
use cairn_core::draft::{ExpressionDraft, VariantDraft};
use cairn_core::id::JobId;
use cairn_core::problem::Problem;
use cairn_core::provenance::Source;
use cairn_store::serial::VariantSerial;
use cairn_store::variant::{self, VariantStatus};
use cairn_store::{job, reference_source, submission};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The name of this work in the record.
pub const KIND: &str = "reresolve";
/// Variants looked at in one transaction.
const AT_ONCE: u32 = 1000;

/// With what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reresolve {
    /// Reference files that arrived.
    pub files: Vec<String>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Reresolved {
    /// Variants looked at.
    pub seen: u64,
    /// Variants better known now.
    pub resolved: u64,
    /// Variants found to be one that was recorded.
    pub merged: u64,
    /// Variants whose stated bases were found to be wrong: known by their text only from now on.
    pub contradicted: u64,
}

impl Node {
    /// Records reference files that are new to the node, and asks for the work when there are any.
    pub(crate) async fn note_reference(&self) -> Result<(), NodeError> {
        let mut writer = self.store().write().await?;
        let known = reference_source::all(&mut writer).await?;
        let loaded = self.reference().sources().iter().map(|loaded| (loaded, source(loaded)));
        let (came, new): (Vec<_>, Vec<Source>) = loaded.filter(|(_, source)| !known.contains(source)).unzip();
        if new.is_empty() {
            return Ok(());
        }
        let (entry, now) = writer.enter(self.now()).await?;
        reference_source::add(&mut writer, entry, &new).await?;
        self.compare_validity(&mut writer, (entry, now)).await?;
        frequency::ask(&mut writer, self, (entry, now), came.into_iter()).await?;
        let files = new.iter().map(|source| source.file.clone().unwrap_or_else(|| source.name.clone())).collect();
        let id = JobId::from_random((self.world().random)());
        job::enqueue(&mut writer, id, KIND, &Reresolve { files }, now).await?;
        Ok(writer.commit().await?)
    }

    /// Looks again at every variant whose identity is open.
    ///
    /// # Errors
    /// When the record fails; what was committed until then stays.
    pub async fn reresolve(&self) -> Result<Reresolved, NodeError> {
        let mut done = Reresolved::default();
        for status in [VariantStatus::Provisional, VariantStatus::NotVerified, VariantStatus::Unresolved] {
            let mut after = VariantSerial::new(0);
            while let Some(last) = self.reresolve_page(status, after, &mut done).await? {
                after = last;
            }
        }
        Ok(done)
    }

    /// One page; the last serial of it comes back, `None` at the end.
    async fn reresolve_page(
        &self,
        status: VariantStatus,
        after: VariantSerial,
        done: &mut Reresolved,
    ) -> Result<Option<VariantSerial>, NodeError> {
        let mut reader = self.store().read().await?;
        let page = variant::open(&mut reader, status, after, AT_ONCE).await?;
        let Some(last) = page.last().copied() else {
            return Ok(None);
        };
        let mut drafts = Vec::with_capacity(page.len());
        for serial in page {
            let notations = variant::notations(&mut reader, serial).await?;
            let gene = variant::genes(&mut reader, serial).await?.into_iter().next().map(|effect| effect.gene);
            drafts.push((serial, draft_of(notations, gene)));
        }
        drop(reader);
        done.seen += drafts.len() as u64;
        let reference = self.reference().clone();
        let found = tokio::task::spawn_blocking(move || -> Vec<(VariantSerial, Identified)> {
            drafts.par_iter().map(|(serial, draft)| (*serial, identify(draft, &reference))).collect()
        });
        let was_read = status != VariantStatus::Unresolved;
        let known = |found: &Identified| {
            rank(found.variant.status) > rank(status) || (was_read && contradiction(found).is_some())
        };
        let changed: Vec<_> = found.await?.into_iter().filter(|(_, found)| known(found)).collect();
        self.record_changed(&changed, done).await?;
        Ok(Some(last))
    }

    async fn record_changed(
        &self,
        changed: &[(VariantSerial, Identified)],
        done: &mut Reresolved,
    ) -> Result<(), NodeError> {
        if changed.is_empty() {
            return Ok(());
        }
        let mut writer = self.store().write().await?;
        let mut landing = Landing::new(writer.enter(self.now()).await?);
        for (serial, found) in changed {
            let contradiction = contradiction(found);
            if let Some(problem) = contradiction {
                submission::add_problem(&mut writer, self.keys(), *serial, problem).await?;
                done.contradicted += 1;
            }
            let key = &found.variant.key;
            let known = variant::find_keys(&mut writer, std::slice::from_ref(key)).await?;
            match known.get(key) {
                Some(into) if into != serial => {
                    variant::merge(&mut writer, landing.entry, *serial, *into).await?;
                    landing.merged.push(MergedVariant { from: *serial, into: *into });
                    done.merged += u64::from(contradiction.is_none());
                }
                _ => {
                    variant::resolve(&mut writer, *serial, &found.variant).await?;
                    landing.resolved.push(*serial);
                    done.resolved += u64::from(contradiction.is_none());
                }
            }
        }
        landing.spread(&mut writer, self).await?;
        Ok(writer.commit().await?)
    }
}

/// What is wrong with a variant whose stated bases are not those of the reference, now that it is loaded.
fn contradiction(found: &Identified) -> Option<&Problem> {
    let is_mismatch = |problem: &&Problem| problem.code == "variant.reference_mismatch";
    found.is_unresolved().then(|| found.problems.iter().find(is_mismatch)).flatten()
}

/// How much is known, in numbers that compare.
fn rank(status: VariantStatus) -> u8 {
    match status {
        VariantStatus::Unresolved => 0,
        VariantStatus::Provisional => 1,
        VariantStatus::NotVerified => 2,
        VariantStatus::Resolved => 3,
    }
}

fn draft_of(notations: Vec<variant::Notation>, gene: Option<String>) -> VariantDraft {
    let expression = |notation: variant::Notation| ExpressionDraft {
        text: notation.expression,
        assembly: notation.assembly,
        column: String::new(),
    };
    VariantDraft { expressions: notations.into_iter().map(expression).collect(), gene, xrefs: Vec::new() }
}

/// A loaded reference file as the record names sources.
fn source(loaded: &cairn_reference::source::Source) -> Source {
    let kind = serde_json::to_value(loaded.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
    Source {
        name: kind.unwrap_or_default(),
        version: Some(loaded.version.clone()).filter(|version| !version.is_empty()),
        sha256: loaded.sha256.clone(),
        file: Some(loaded.file.clone()),
    }
}
