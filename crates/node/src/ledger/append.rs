//! Events become entries, in the transaction that they happen in.

use super::event::Event;
use super::sealed::{CaseKeys, cases_of};
use crate::error::NodeError;
use crate::node::Node;
use cairn_ledger::cbor::Value;
use cairn_ledger::leaf::{self, LEAF_SECONDS, Leaf};
use cairn_store::Writer;
use cairn_store::ledger::entry::{self, NewLedgerEntry};
use cairn_store::ledger::{Tags, take_tags};
use cairn_store::serial::{CaseSerial, LedgerSerial};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Adds an event to the ledger in the transaction that it happens in; its serial comes back. When the transaction is
/// not committed, nothing happened.
///
/// # Errors
/// When the record fails, or the event is about a case that was erased.
pub async fn append(writer: &mut Writer, node: &Node, event: Event) -> Result<LedgerSerial, NodeError> {
    append_all(writer, node, vec![event]).await
}

/// Adds events in their order; the serial of the first comes back.
///
/// # Errors
/// As [`append`].
pub async fn append_all(writer: &mut Writer, node: &Node, events: Vec<Event>) -> Result<LedgerSerial, NodeError> {
    let (last, moment) = entry::last(writer).await?;
    if events.is_empty() {
        return Ok(last);
    }
    // The ledger's time never runs backwards, whatever the clock does.
    let moment = moment.max(node.now());
    let keys = CaseKeys::of(writer, node, &cases_of(&events)).await?;
    let mut tags = Tagging::take(writer, node, &keys, &events).await?;
    let entries = events.into_iter().map(|event| entry_of(node, event, moment, &keys, &mut tags));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    let first = entry::add(writer, &entries).await?;
    node.ledger().announce();
    Ok(first)
}

fn entry_of(
    node: &Node,
    event: Event,
    moment: Timestamp,
    keys: &CaseKeys,
    tags: &mut Tagging,
) -> Result<NewLedgerEntry, NodeError> {
    let mut body = event.body;
    body.insert("kind".to_owned(), event.kind.word().into());
    body.insert("moment".to_owned(), seconds_text(moment).into());
    let body = Value::Map(body).to_bytes();
    let salt = random_32(node);
    let seconds = moment.as_second().unsigned_abs();
    let leaf = Leaf {
        kind: event.kind,
        node: node.ledger_identity().node.clone(),
        time: seconds - seconds % LEAF_SECONDS,
        tag: event.case.map(|case| tags.next(keys, case)).transpose()?,
        commitment: leaf::commitment(&salt, &body),
    };
    let (salt, body, body_key) = keys.seal(node, (event.kind, event.case), &leaf.commitment, (&salt, body))?;
    Ok(NewLedgerEntry {
        kind: event.kind.word(),
        moment,
        leaf: leaf.to_bytes(),
        case: event.case,
        laboratory: event.laboratory,
        salt,
        body,
        body_key,
    })
}

/// The tags that a batch of events takes.
struct Tagging(Tags);

impl Tagging {
    async fn take(writer: &mut Writer, node: &Node, keys: &CaseKeys, events: &[Event]) -> Result<Self, NodeError> {
        let mut wanted: BTreeMap<CaseSerial, u64> = BTreeMap::new();
        events.iter().filter_map(|event| event.case).for_each(|case| *wanted.entry(case).or_default() += 1);
        if wanted.is_empty() {
            return Ok(Self(Tags::new()));
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        let new = |case| keys.seal_tag(node, case, &random_32(node)).unwrap_or_default();
        Ok(Self(take_tags(writer, &wanted, new).await?))
    }

    fn next(&mut self, keys: &CaseKeys, case: CaseSerial) -> Result<[u8; 32], NodeError> {
        let erased = || NodeError::Ledger("the case was erased: nothing more can be recorded about it".to_owned());
        let tag = self.0.get_mut(&case).ok_or_else(erased)?;
        let key = keys.open_tag(case, tag.key.as_deref().ok_or_else(erased)?)?;
        tag.entries += 1;
        Ok(leaf::tag(&key, tag.entries))
    }
}

/// A moment to the second, such as `2026-11-21T15:36:14Z`.
fn seconds_text(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn random_32(node: &Node) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&(node.world().random)().to_be_bytes());
    bytes[16..].copy_from_slice(&(node.world().random)().to_be_bytes());
    bytes
}
