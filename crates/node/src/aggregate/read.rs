//! Reading aggregates as of a moment.

use super::{Groups, positions};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::aggregate::{self as core, Aggregate, rules};
use cairn_store::Connection;
use cairn_store::aggregate;
use cairn_store::entry::AsOf;
use cairn_store::serial::VariantSerial;
use cairn_store::variant;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// The aggregates of a variant: as a whole, then for each condition. `all` is the variant and every other that was found
/// to be it.
pub(crate) async fn read_one(
    connection: &mut Connection,
    node: &Node,
    serial: VariantSerial,
    all: &[VariantSerial],
    as_of: AsOf,
) -> Result<Vec<Aggregate>, NodeError> {
    Ok(read(connection, node, &[serial], all, false, as_of).await?.remove(&serial).unwrap_or_default())
}

/// The aggregates of variants as a whole.
pub(crate) async fn read_many(
    connection: &mut Connection,
    node: &Node,
    serials: &[VariantSerial],
    as_of: AsOf,
) -> Result<HashMap<VariantSerial, Vec<Aggregate>>, NodeError> {
    let all = variant::with_merged(connection, serials).await?;
    read(connection, node, serials, &all, true, as_of).await
}

/// A version of an aggregate as it was recorded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordedAggregate {
    /// The version, from 1.
    pub version: u32,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// Whether it holds; otherwise no statement was left, and this was said last.
    pub holds: bool,
    /// What was said.
    pub aggregate: Aggregate,
}

impl Node {
    /// Every version of the aggregates of a variant up to a moment, the first first.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn aggregate_history(
        &self,
        serial: VariantSerial,
        as_of: AsOf,
    ) -> Result<Vec<RecordedAggregate>, NodeError> {
        let mut reader = self.store().read().await?;
        let versions = aggregate::history(&mut reader, serial, as_of).await?;
        let view = |(one, recorded): (aggregate::AggregateVersion, Timestamp)| RecordedAggregate {
            version: one.version,
            recorded,
            holds: one.holds,
            aggregate: one.aggregate,
        };
        Ok(versions.into_iter().map(view).collect())
    }
}

async fn read(
    connection: &mut Connection,
    node: &Node,
    serials: &[VariantSerial],
    all: &[VariantSerial],
    whole: bool,
    as_of: AsOf,
) -> Result<HashMap<VariantSerial, Vec<Aggregate>>, NodeError> {
    let asked: HashSet<VariantSerial> = serials.iter().copied().collect();
    let found = aggregate::of_variants(connection, all, whole, as_of).await?;
    // As of a moment before a merger, and before the first computation, nothing is recorded for the
    // variant as it is read today: it is computed from the statements of then.
    let merged_since = found.keys().any(|serial| !asked.contains(serial));
    let missing: Vec<VariantSerial> =
        serials.iter().copied().filter(|serial| merged_since || !found.contains_key(serial)).collect();
    let mut read: HashMap<VariantSerial, Vec<Aggregate>> = found
        .into_iter()
        .filter(|(serial, _)| asked.contains(serial))
        .map(|(serial, versions)| (serial, versions.into_iter().map(|version| version.aggregate).collect()))
        .collect();
    if !missing.is_empty() {
        let mut groups = Groups::new(node.reference().conditions());
        for (serial, said) in positions(connection, &missing, as_of, &mut groups).await? {
            let compute = if whole { core::of_variant } else { core::all };
            read.insert(serial, compute(rules::CURRENT, &said));
        }
    }
    Ok(read)
}
