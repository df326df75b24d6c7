//! Bodies, salts and tag keys of entries about cases, sealed with the key of the case.
//!
//! With the key of a case go its bodies and its tag key, in every copy of the record: what stays in the log says nothing
//! to anybody. The entry that says that a case was erased stays open; it names no person.

use super::event::Event;
use crate::error::NodeError;
use crate::node::Node;
use cairn_ledger::leaf::{Kind, Leaf};
use cairn_ledger::receipt::Opening;
use cairn_store::ledger::entry::LedgerEntry;
use cairn_store::seal::{Key, Place};
use cairn_store::serial::CaseSerial;
use cairn_store::{Connection, StoreError, case};
use std::collections::HashMap;

/// Entries sealed in one transaction.
const AT_ONCE: u32 = 500;

/// The keys of the cases of a batch.
pub(super) struct CaseKeys(HashMap<CaseSerial, (String, String, Key)>);

impl CaseKeys {
    pub(super) async fn of(connection: &mut Connection, node: &Node, cases: &[CaseSerial]) -> Result<Self, NodeError> {
        if cases.is_empty() {
            return Ok(Self(HashMap::new()));
        }
        let uids = case::uids(connection, cases).await?;
        let owners: Vec<String> = uids.values().map(|uid| case::key_owner(uid)).collect();
        let mut keys = node.keys().find(&owners).await?;
        let with_key = uids.into_iter().filter_map(|(serial, uid)| {
            let owner = case::key_owner(&uid);
            let key = keys.remove(&owner)?;
            Some((serial, (uid, owner, key)))
        });
        Ok(Self(with_key.collect()))
    }

    /// Salt and body sealed, with the name of their key; as they are where there is none.
    pub(super) fn seal(
        &self,
        node: &Node,
        event: (Kind, Option<CaseSerial>),
        commitment: &[u8; 32],
        (salt, body): (&[u8], Vec<u8>),
    ) -> Result<(Vec<u8>, Vec<u8>, Option<String>), NodeError> {
        let (kind, Some(case)) = event else { return Ok((salt.to_vec(), body, None)) };
        if kind == Kind::Erase {
            return Ok((salt.to_vec(), body, None));
        }
        let (_, owner, key) = self.0.get(&case).ok_or_else(erased)?;
        let row = hex::encode(commitment);
        let random = node.world().random;
        Ok((key.seal(salt_at(&row), salt, random), key.seal(body_at(&row), &body, random), Some(owner.clone())))
    }

    /// A tag key sealed.
    pub(super) fn seal_tag(&self, node: &Node, case: CaseSerial, tag: &[u8; 32]) -> Option<Vec<u8>> {
        let (uid, _, key) = self.0.get(&case)?;
        Some(key.seal(tag_at(uid), tag, node.world().random))
    }

    /// A tag key as it is.
    pub(super) fn open_tag(&self, case: CaseSerial, sealed: &[u8]) -> Result<[u8; 32], NodeError> {
        let (uid, _, key) = self.0.get(&case).ok_or_else(erased)?;
        // A tag key from before sealing is 32 bytes; a sealed one is longer.
        if let Ok(open) = <[u8; 32]>::try_from(sealed) {
            return Ok(open);
        }
        let open = key.open(tag_at(uid), sealed).map_err(StoreError::from)?;
        let unopened = |_| StoreError::Unopened { table: "ledger_case", column: "tag_key", row: uid.clone() };
        Ok(open.try_into().map_err(unopened)?)
    }
}

/// The cases of a batch of events, each once.
pub(super) fn cases_of(events: &[Event]) -> Vec<CaseSerial> {
    let mut cases: Vec<CaseSerial> = events.iter().filter_map(|event| event.case).collect();
    cases.sort_unstable();
    cases.dedup();
    cases
}

fn erased() -> NodeError {
    NodeError::Ledger("the case was erased: nothing more can be recorded about it".to_owned())
}

fn salt_at(row: &str) -> Place<'_> {
    Place { table: "ledger_entry", column: "salt", row }
}

fn body_at(row: &str) -> Place<'_> {
    Place { table: "ledger_entry", column: "body", row }
}

fn tag_at(uid: &str) -> Place<'_> {
    Place { table: "ledger_case", column: "tag_key", row: uid }
}

/// Salt and body of an entry; `None` when they were erased, or do not open with the key that is there.
pub(crate) async fn open(node: &Node, found: &LedgerEntry) -> Result<Option<Opening>, NodeError> {
    let Some((salt, body)) = &found.opening else { return Ok(None) };
    let Some(owner) = &found.body_key else {
        return Ok(salt.as_slice().try_into().ok().map(|salt| Opening { salt, body: body.clone() }));
    };
    let (Some(key), Ok(leaf)) = (node.keys().find_one(owner).await?, Leaf::read(&found.leaf)) else { return Ok(None) };
    let row = hex::encode(leaf.commitment);
    let opened = key.open(salt_at(&row), salt).ok().zip(key.open(body_at(&row), body).ok());
    Ok(opened.and_then(|(salt, body)| Some(Opening { salt: salt.try_into().ok()?, body })))
}

/// Seals what lies open of entries about cases; how much there was comes back.
pub(crate) async fn seal_open(node: &Node) -> Result<u64, NodeError> {
    let mut sealed = 0;
    loop {
        let before = sealed;
        let mut writer = node.store().write().await?;
        let entries = cairn_store::ledger::open_entries(&mut writer, AT_ONCE).await?;
        let tags = cairn_store::ledger::open_tags(&mut writer, AT_ONCE).await?;
        if entries.is_empty() && tags.is_empty() {
            return Ok(sealed);
        }
        let mut cases: Vec<CaseSerial> = entries.iter().filter_map(|entry| entry.case).collect();
        cases.extend(tags.iter().map(|(case, _)| *case));
        let keys = CaseKeys::of(&mut writer, node, &cases).await?;
        for found in &entries {
            let (Some((salt, body)), Ok(leaf)) = (&found.opening, Leaf::read(&found.leaf)) else { continue };
            let (salt, body, key) = keys.seal(node, (leaf.kind, found.case), &leaf.commitment, (salt, body.clone()))?;
            let Some(key) = key else { continue };
            cairn_store::ledger::seal_entry(&mut writer, found.serial, (&salt, &body), &key).await?;
            sealed += 1;
        }
        for (case, tag) in tags {
            let tag: Option<[u8; 32]> = tag.try_into().ok();
            if let Some(tag) = tag.and_then(|tag| keys.seal_tag(node, case, &tag)) {
                cairn_store::ledger::seal_tag(&mut writer, case, &tag).await?;
                sealed += 1;
            }
        }
        writer.commit().await?;
        if sealed == before {
            return Ok(sealed);
        }
    }
}
