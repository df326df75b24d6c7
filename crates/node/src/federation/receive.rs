//! What arrives from a peer: checked, put in order, and landed in one transaction with the cursor.
//!
//! Any item may come twice, late or out of order, by one peer or several: its name says whether it is here, its version
//! whether it was overtaken. So all nodes that saw the same items hold the same, however they came. An item that cannot
//! be taken is named and left out; the cursor goes past it, and the others land.

use super::acknowledge::Carried;
use super::{Federation, PeerError};
use crate::contribute::received::{Batch, land_batch, local_key, record};
use crate::error::NodeError;
use cairn_core::draft::RecordDraft;
use cairn_core::id::LaboratoryId;
use cairn_protocol::answer::Arrived;
use cairn_protocol::{Checked, SignedStatement};
use cairn_store::Writer;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::peer::refused::{self, RefusedItem};
use cairn_store::peer::{self, RecordedPeer};
use cairn_store::serial::StatementSerial;
use cairn_store::signed_statement::{self, NewSigned, SignedHead};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// A laboratory of the network: its node's id and its id there.
type Of = (String, LaboratoryId);

/// An item that was read; its signatures hold.
struct Readable {
    place: u64,
    digest: String,
    signed: SignedStatement,
    /// What it is here; `None`: a withdrawal, which is that only beside what it takes back.
    record: Option<RecordDraft>,
}

/// An item that is not taken.
struct Unread {
    place: u64,
    digest: String,
    reason: String,
}

/// Bytes to be kept, and the statement they are here.
struct Keep {
    signed: SignedStatement,
    digest: String,
    here: Option<(StatementSerial, Option<u32>)>,
}

/// What waits to be landed of one laboratory.
struct Held {
    batch: Batch,
    /// Place and name of each item.
    places: Vec<(u64, String)>,
    accessions: HashSet<String>,
}

/// What is known while items of one answer are taken.
#[derive(Default)]
struct Taking {
    /// Names that are here.
    kept: HashSet<String>,
    /// What is here of each accession of a node.
    known: HashMap<(String, String), Vec<SignedHead>>,
    laboratories: HashMap<(Of, String), Result<RecordedLaboratory, String>>,
    held: BTreeMap<Of, Held>,
    /// Names that stood in this answer before.
    seen: HashSet<String>,
    keep: Vec<Keep>,
    refused: Vec<Unread>,
    /// Tombstones that are carried out.
    carried: Carried,
}

impl Federation {
    /// Takes items of a peer's stream in one transaction; how many were new comes back.
    pub(super) async fn take(
        self: &Arc<Self>,
        peer: &RecordedPeer,
        mut items: Vec<Arrived>,
        waiting: u64,
    ) -> Result<u64, PeerError> {
        items.retain(|item| item.position > peer.taken && i64::try_from(item.position).is_ok());
        let Some(last) = items.iter().map(|item| item.position).max() else {
            return Err(PeerError::Refused("it counts the items of its stream wrongly".to_owned()));
        };
        let (here, peer) = (self.clone(), peer.clone());
        let runtime = tokio::runtime::Handle::current();
        // Signatures and identities compute: off the threads that answer others.
        let taken = tokio::task::spawn_blocking(move || {
            let checked = Checked::default();
            let read: Vec<_> = items.into_par_iter().map(|item| read(item, &checked)).collect();
            runtime.block_on(here.land(&peer, read, last, waiting))
        });
        Ok(taken.await.map_err(NodeError::from)??)
    }

    async fn land(
        &self,
        peer: &RecordedPeer,
        items: Vec<Result<Readable, Unread>>,
        last: u64,
        waiting: u64,
    ) -> Result<u64, NodeError> {
        let mut writer = self.node.store().write().await?;
        let mut taking = Taking::open(&mut writer, &items).await?;
        let mut new = 0;
        for item in items {
            match item {
                Err(unread) => taking.refused.push(unread),
                // What was made here comes back from a hub.
                Ok(item) if item.signed.origin() == self.id() => {}
                Ok(item) if taking.kept.contains(&item.digest) => taking.is_carried(&item.signed, item.digest),
                Ok(item) if !taking.seen.insert(item.digest.clone()) => {}
                Ok(item) => {
                    new += 1;
                    self.place(&mut writer, peer, &mut taking, item).await?;
                }
            }
        }
        let held: Vec<Of> = taking.held.keys().cloned().collect();
        for of in held {
            self.finish(&mut writer, &mut taking, &of).await?;
        }
        self.keep_received(&mut writer, peer, &taking.keep).await?;
        self.carry_out(&mut writer, peer, &taking.carried).await?;
        self.refuse(&mut writer, peer, taking.refused).await?;
        peer::take(&mut writer, peer.serial, last, waiting).await?;
        writer.commit().await?;
        Ok(new)
    }

    /// Puts an item among those to be landed, or only keeps it when it was overtaken.
    async fn place(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        taking: &mut Taking,
        item: Readable,
    ) -> Result<(), NodeError> {
        let content = item.signed.content();
        let of = (item.signed.origin().to_string(), content.laboratory.id);
        let laboratory = match self.whose(writer, peer, taking, &of, &item.signed).await? {
            Ok(laboratory) => laboratory,
            Err(reason) => {
                taking.refuse(item.place, item.digest, reason);
                return Ok(());
            }
        };
        if taking.held.get(&of).is_some_and(|held| held.accessions.contains(&content.accession)) {
            self.finish(writer, taking, &of).await?;
        }
        let (version, is_withdrawal) = (i64::from(content.version), item.signed.is_withdrawal());
        let known = taking.known.get(&(of.0.clone(), content.accession.clone())).map_or(&[][..], Vec::as_slice);
        if known.iter().any(|one| one.version == version && (one.is_withdrawal == 1) == is_withdrawal) {
            let reason = "other bytes of the same version came before; its node signed two".to_owned();
            taking.refuse(item.place, item.digest, reason);
            return Ok(());
        }
        let is_later = |one: &SignedHead| one.version > version || (one.version == version && one.is_withdrawal == 1);
        let statements = known.iter().filter(|one| one.is_withdrawal == 0 && one.statement_version.is_some());
        let statement = statements.max_by_key(|one| one.version).cloned();
        if known.iter().any(is_later) || (is_withdrawal && statement.is_none()) {
            let here = known.iter().find_map(|one| one.statement_id).map(|statement| (statement, None));
            taking.is_kept(item.signed, item.digest, here);
            return Ok(());
        }
        let made = match (item.record, statement) {
            (Some(record), _) => Ok(record),
            (None, statement) => self.taken_back(writer, &item.signed, statement).await?,
        };
        match made {
            Err(reason) => taking.refuse(item.place, item.digest, reason),
            Ok(made) => {
                let node = item.signed.content().laboratory.node_name.clone();
                let held = taking.held.entry(of).or_insert_with(|| Held {
                    batch: Batch { laboratory, node, items: Vec::new() },
                    places: Vec::new(),
                    accessions: HashSet::new(),
                });
                held.accessions.insert(item.signed.content().accession.clone());
                held.batch.items.push((item.signed, made));
                held.places.push((item.place, item.digest));
            }
        }
        Ok(())
    }

    /// Which laboratory signed it, as it is known here.
    async fn whose(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        taking: &mut Taking,
        of: &Of,
        signed: &SignedStatement,
    ) -> Result<Result<RecordedLaboratory, String>, NodeError> {
        let vouched = &signed.content().laboratory;
        let by = (of.clone(), vouched.key.to_string());
        if let Some(found) = taking.laboratories.get(&by) {
            return Ok(found.clone());
        }
        let found = match self.laboratory(writer, peer, vouched).await {
            Ok(found) => Ok(found),
            Err(NodeError::Refused(reason)) => Err(reason),
            Err(other) => return Err(other),
        };
        taking.laboratories.insert(by, found.clone());
        Ok(found)
    }

    /// The record that a withdrawal makes of the statement that is here.
    async fn taken_back(
        &self,
        writer: &mut Writer,
        withdrawal: &SignedStatement,
        statement: Option<SignedHead>,
    ) -> Result<Result<RecordDraft, String>, NodeError> {
        let Some(head) = statement else { return Ok(Err("it takes back nothing that is known here".to_owned())) };
        let bytes = signed_statement::content(writer, &head.digest).await?.unwrap_or_default();
        let read = SignedStatement::kept(&bytes, &head.digest).map_err(|error| format!("what it takes back: {error}"));
        Ok(read.and_then(|kept| record(withdrawal, Some(&kept)).map_err(str::to_owned)))
    }

    /// Lands what is held of a laboratory.
    async fn finish(&self, writer: &mut Writer, taking: &mut Taking, of: &Of) -> Result<(), NodeError> {
        let Some(Held { batch, places, .. }) = taking.held.remove(of) else { return Ok(()) };
        let mut landed = land_batch(writer, &self.node, &batch).await?;
        for ((signed, _), (place, digest)) in batch.items.into_iter().zip(places) {
            let key = local_key(&signed);
            match (landed.refused.remove(&key), landed.here.get(&key)) {
                (None, Some((statement, version))) => {
                    taking.is_kept(signed, digest, Some((*statement, Some(*version))))
                }
                (reason, _) => {
                    let reason = reason.unwrap_or_else(|| "the record did not take it".to_owned());
                    taking.refuse(place, digest, reason);
                }
            }
        }
        Ok(())
    }

    async fn keep_received(&self, writer: &mut Writer, peer: &RecordedPeer, all: &[Keep]) -> Result<(), NodeError> {
        let received = self.node.now();
        let new = all.iter().map(|one| NewSigned {
            digest: one.digest.clone(),
            origin: one.signed.origin().to_string(),
            accession: &one.signed.content().accession,
            version: one.signed.content().version,
            is_withdrawal: one.signed.is_withdrawal(),
            peer: Some(peer.serial),
            here: one.here,
            content: one.signed.bytes(),
            received,
        });
        Ok(signed_statement::add(writer, &new.collect::<Vec<_>>()).await?)
    }

    async fn refuse(&self, writer: &mut Writer, peer: &RecordedPeer, all: Vec<Unread>) -> Result<(), NodeError> {
        let refused = self.node.now();
        let named = |Unread { place, digest, reason }| {
            tracing::warn!(place, reason, peer = peer.name, "an item of a peer is refused");
            RefusedItem { place, digest, reason, refused }
        };
        Ok(refused::add(writer, peer.serial, &all.into_iter().map(named).collect::<Vec<_>>()).await?)
    }
}

impl Taking {
    /// What is here of these items, asked for at once.
    async fn open(writer: &mut Writer, items: &[Result<Readable, Unread>]) -> Result<Self, NodeError> {
        let readable: Vec<&Readable> = items.iter().flatten().collect();
        let digests: Vec<String> = readable.iter().map(|item| item.digest.clone()).collect();
        let mut accessions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for item in &readable {
            let of = accessions.entry(item.signed.origin().to_string()).or_default();
            of.push(item.signed.content().accession.clone());
        }
        let mut taking = Self { kept: signed_statement::kept(writer, &digests).await?, ..Self::default() };
        for (origin, mut of) in accessions {
            of.sort_unstable();
            of.dedup();
            for head in signed_statement::of_accessions(writer, &origin, &of).await? {
                taking.known.entry((origin.clone(), head.accession.clone())).or_default().push(head);
            }
        }
        Ok(taking)
    }

    fn refuse(&mut self, place: u64, digest: String, reason: String) {
        self.refused.push(Unread { place, digest, reason });
    }

    /// Bytes are to be kept; from now on they are known.
    fn is_kept(&mut self, signed: SignedStatement, digest: String, here: Option<(StatementSerial, Option<u32>)>) {
        let accession = signed.content().accession.clone();
        self.known.entry((signed.origin().to_string(), accession.clone())).or_default().push(SignedHead {
            digest: digest.clone(),
            accession,
            version: i64::from(signed.content().version),
            is_withdrawal: i64::from(signed.is_withdrawal()),
            statement_id: here.map(|(statement, _)| statement),
            statement_version: here.and_then(|(_, version)| version).map(i64::from),
        });
        self.is_carried(&signed, digest.clone());
        self.keep.push(Keep { signed, digest, here });
    }

    /// A tombstone that is here is carried out, however often it comes.
    fn is_carried(&mut self, signed: &SignedStatement, digest: String) {
        if signed.is_withdrawal() {
            self.carried.insert(digest);
        }
    }
}

/// Reads an item and checks what can be checked without the record.
fn read(item: Arrived, checked: &Checked) -> Result<Readable, Unread> {
    let (place, digest) = (item.position, hex::encode(Sha256::digest(&item.bytes)));
    let refused = |reason: String| Unread { place, digest: digest.clone(), reason };
    let signed = SignedStatement::read_among(&item.bytes, checked).map_err(|error| refused(error.to_string()))?;
    let record = match signed.is_withdrawal() {
        true => None,
        false => Some(record(&signed, None).map_err(|reason| refused(reason.to_owned()))?),
    };
    Ok(Readable { place, digest, signed, record })
}
