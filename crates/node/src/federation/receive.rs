//! What arrives from a peer: checked, put in order, and landed in one transaction with the cursor.
//!
//! Any item may come twice, late or out of order, by one peer or several: its name says whether it is here, its version
//! whether it was overtaken. So all nodes that saw the same items hold the same, however they came.

use super::sign::read;
use super::{Federation, PeerError};
use crate::contribute::received::{Batch, land_batch, local_key};
use crate::error::NodeError;
use crate::ledger::{self, Event};
use cairn_core::id::LaboratoryId;
use cairn_ledger::leaf::Kind;
use cairn_protocol::SignedStatement;
use cairn_protocol::answer::Arrived;
use cairn_protocol::statement::VouchedLaboratory;
use cairn_store::Writer;
use cairn_store::laboratory::{self, RecordedLaboratory};
use cairn_store::peer::origin::{self, KnownLaboratory};
use cairn_store::peer::{self, RecordedPeer};
use cairn_store::signed_statement::{self, KeptSigned, NewSigned};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What waits to be landed, by laboratory: its node's id and its id there.
type Waiting = BTreeMap<(String, LaboratoryId), Batch>;

impl Federation {
    /// Takes items of a peer's stream, all or none; how many were new comes back.
    pub(super) async fn take(
        self: &Arc<Self>,
        peer: &RecordedPeer,
        items: Vec<Arrived>,
        waiting: u64,
    ) -> Result<u64, PeerError> {
        let (here, peer) = (self.clone(), peer.clone());
        let runtime = tokio::runtime::Handle::current();
        // Signatures and identities compute: off the threads that answer others.
        let taken = tokio::task::spawn_blocking(move || {
            let mut read = Vec::new();
            for item in items {
                let refuse = |error| {
                    NodeError::Refused(format!("item {} of `{}` is refused: {error}", item.position, peer.name))
                };
                read.push((item.position, SignedStatement::read(&item.bytes).map_err(refuse)?));
            }
            runtime.block_on(here.land(&peer, read, waiting))
        });
        Ok(taken.await.map_err(NodeError::from)??)
    }

    async fn land(
        &self,
        peer: &RecordedPeer,
        items: Vec<(u64, SignedStatement)>,
        waiting: u64,
    ) -> Result<u64, NodeError> {
        let mut writer = self.node.store().write().await?;
        let mut held = Waiting::new();
        let (mut new, mut last) = (0, peer.taken);
        for (place, signed) in items {
            last = last.max(place);
            // What was made here comes back from a hub.
            if signed.origin() == self.id() || signed_statement::is_kept(&mut writer, &signed.digest()).await? {
                continue;
            }
            new += 1;
            let of = (signed.origin().to_string(), signed.content().laboratory.id);
            let is_held = held.get(&of).is_some_and(|batch| batch.items.iter().any(|(one, _)| is_same(one, &signed)));
            if is_held && let Some(batch) = held.remove(&of) {
                self.finish(&mut writer, peer, batch).await?;
            }
            self.place(&mut writer, peer, of, signed, &mut held).await?;
        }
        for batch in std::mem::take(&mut held).into_values() {
            self.finish(&mut writer, peer, batch).await?;
        }
        peer::take(&mut writer, peer.serial, last, waiting).await?;
        writer.commit().await?;
        Ok(new)
    }

    /// Puts an item among those to be landed, or only keeps it when it was overtaken.
    async fn place(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        of: (String, LaboratoryId),
        signed: SignedStatement,
        held: &mut Waiting,
    ) -> Result<(), NodeError> {
        let laboratory = self.laboratory(writer, peer, &signed.content().laboratory).await?;
        let kept = signed_statement::of_accession(writer, &of.0, &signed.content().accession).await?;
        let version = i64::from(signed.content().version);
        let later = |(one, is_withdrawal): &(KeptSigned, bool)| {
            one.version > version || (one.version == version && *is_withdrawal)
        };
        let statement = kept.iter().find(|(one, is_withdrawal)| !is_withdrawal && one.statement_version.is_some());
        let is_overtaken = kept.iter().any(later);
        if is_overtaken || (signed.is_withdrawal() && statement.is_none()) {
            let here = kept.iter().find_map(|(one, _)| one.statement_id).map(|statement| (statement, None));
            return keep(writer, self, peer, &signed, here).await;
        }
        let taken_back = match (signed.is_withdrawal(), statement) {
            (true, Some((one, _))) => Some(read(&one.content)?),
            _ => None,
        };
        let node = signed.content().laboratory.node_name.clone();
        let batch = held.entry(of).or_insert_with(|| Batch { laboratory, node, items: Vec::new() });
        batch.items.push((signed, taken_back));
        Ok(())
    }

    /// Lands a batch and keeps its bytes beside what they became.
    async fn finish(&self, writer: &mut Writer, peer: &RecordedPeer, batch: Batch) -> Result<(), NodeError> {
        let landed = land_batch(writer, &self.node, &batch).await?;
        for (signed, _) in &batch.items {
            let here = landed.get(&local_key(signed)).map(|(statement, version)| (*statement, Some(*version)));
            keep(writer, self, peer, signed, here).await?;
        }
        Ok(())
    }

    /// Which laboratory it is here. One that signs with another key than before is refused.
    async fn laboratory(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        vouched: &VouchedLaboratory,
    ) -> Result<RecordedLaboratory, NodeError> {
        let (origin, id, key) = (vouched.node.id().to_string(), vouched.id.to_string(), vouched.key.to_string());
        if let Some(known) = origin::laboratory(writer, &origin, &id).await? {
            if known.public_key != key {
                return Err(NodeError::Refused(format!(
                    "`{}` of `{}` signs with another key than before; ask its operator, and remove the peer if nobody knows why",
                    vouched.name, vouched.node_name
                )));
            }
            let found = laboratory::by_serials(writer, &[known.laboratory_id]).await?.pop();
            return found.ok_or_else(|| NodeError::Refused("a laboratory is missing; run `cairn fsck`".to_owned()));
        }
        let (entry, _) = writer.enter(self.node.now()).await?;
        let found = self.same_or_new(writer, entry, vouched).await?;
        let known = KnownLaboratory { public_key: key.clone(), laboratory_id: found.serial };
        let node = (origin.as_str(), vouched.node_name.as_str(), &*vouched.node.to_string());
        origin::add(writer, entry, node, peer.serial, (&id, &known)).await?;
        let event = Event::new(Kind::Key).by(found.serial).with("what", "signing key of a laboratory of another node");
        let event = event.with("laboratory", vouched.name.as_str()).with("node", origin.as_str());
        ledger::append(writer, &self.node, event.with("public-key", key)).await?;
        Ok(found)
    }

    /// A laboratory known by its statements is the same when its name or ClinVar's number is. A member speaks for
    /// itself: who comes from elsewhere under its name is another.
    async fn same_or_new(
        &self,
        writer: &mut Writer,
        entry: cairn_store::serial::EntrySerial,
        vouched: &VouchedLaboratory,
    ) -> Result<RecordedLaboratory, NodeError> {
        let by_org = match vouched.clinvar_org_id {
            Some(org) => laboratory::by_clinvar_org(writer, org).await?,
            None => None,
        };
        let by_name = laboratory::by_names(writer, std::slice::from_ref(&vouched.name)).await?.pop();
        let is_member = |found: &RecordedLaboratory| found.laboratory.is_member;
        if let Some(found) = by_org.clone().or_else(|| by_name.clone()).filter(|found| !is_member(found)) {
            return Ok(found);
        }
        let org = vouched.clinvar_org_id.filter(|_| by_org.is_none());
        let id = LaboratoryId::from_random((self.node.world().random)());
        let name = match by_org.or(by_name) {
            None => vouched.name.clone(),
            Some(_) => format!("{} ({})", vouched.name, vouched.node_name),
        };
        // Asked before it is added: on PostgreSQL a refused row would end the transaction.
        let is_taken = !laboratory::by_names(writer, std::slice::from_ref(&name)).await?.is_empty();
        let number = vouched.node.id().to_string();
        let name = if is_taken { format!("{name} {}", &number[..8]) } else { name };
        Ok(laboratory::add(writer, entry, id, &name, org, false).await?)
    }
}

fn is_same(one: &SignedStatement, other: &SignedStatement) -> bool {
    (one.origin(), &one.content().accession) == (other.origin(), &other.content().accession)
}

async fn keep(
    writer: &mut Writer,
    federation: &Federation,
    peer: &RecordedPeer,
    signed: &SignedStatement,
    here: Option<(cairn_store::serial::StatementSerial, Option<u32>)>,
) -> Result<(), NodeError> {
    let new = NewSigned {
        digest: signed.digest(),
        origin: signed.origin().to_string(),
        accession: &signed.content().accession,
        version: signed.content().version,
        is_withdrawal: signed.is_withdrawal(),
        peer: Some(peer.serial),
        here,
        content: signed.bytes(),
        received: federation.node.now(),
    };
    Ok(signed_statement::add(writer, &new).await?)
}
