//! What a peer is given and what is taken back from it: each with its ledger entry, in one transaction.

use super::Federation;
use super::decide::{Decider, Subject, Withheld, is_of_one, today};
use super::peers::Agreed;
use super::sign::number;
use crate::error::NodeError;
use crate::ledger::{self, Event};
use cairn_core::data_use::PurposeKind;
use cairn_core::tier::Released;
use cairn_ledger::cbor::Value;
use cairn_ledger::leaf::Kind;
use cairn_protocol::SignedStatement;
use cairn_store::peer::refused::{self, Unreadable};
use cairn_store::peer::release::{self, NewRelease};
use cairn_store::peer::stream::{self, Candidate};
use cairn_store::peer::{self, Looked, RecordedPeer};
use cairn_store::serial::{CaseSerial, LaboratorySerial, LedgerSerial};
use cairn_store::{Writer, membership};
use std::collections::{BTreeMap, BTreeSet};

/// Versions that are looked at in one transaction.
const AT_ONCE: u32 = 2_000;
/// Statements that one ledger entry names.
const NAMED: usize = 1000;

impl Federation {
    /// Looks through what is new for a peer: what it may have is given, what it must lose is taken back, what it may
    /// not have is counted, what does not read is named. One transaction for some thousand versions; whether there may be
    /// more comes back.
    pub(super) async fn look_through(&self, peer: &RecordedPeer, agreed: &Agreed) -> Result<bool, NodeError> {
        let mut reader = self.node.store().read().await?;
        let basis = self.basis(&mut reader, agreed).await?;
        let is_afresh = peer.looked.basis != basis;
        let newest = stream::newest(&mut reader).await?;
        drop(reader);
        if !is_afresh && peer.looked.entry >= newest && peer.looked.statement == i64::MAX {
            return Ok(false);
        }
        let mut writer = self.node.store().write().await?;
        // Another connection of the peer may have looked meanwhile.
        let Some(current) = peer::by_key(&mut writer, &peer.public_key).await? else { return Ok(false) };
        if current.looked != peer.looked {
            return Ok(true);
        }
        if is_afresh {
            self.take_back_unconsented(&mut writer, peer, agreed).await?;
            release::let_go(&mut writer, peer.serial).await?;
            refused::forget(&mut writer, peer.serial).await?;
        }
        let from = if is_afresh { (0, 0) } else { (peer.looked.entry, peer.looked.statement) };
        let found = stream::candidates(&mut writer, peer.serial, from, AT_ONCE).await?;
        let has_more = found.len() == AT_ONCE as usize;
        let reached = match found.last() {
            Some(last) if has_more => (last.entry_id, last.statement_id.number()),
            _ => (newest, i64::MAX),
        };
        let (withdrawn, current): (Vec<Candidate>, Vec<Candidate>) =
            found.iter().partition(|candidate| candidate.is_withdrawn == 1);
        let mut unreadable = self.take_back_withdrawn(&mut writer, peer, &withdrawn).await?;
        let offered = self.offer(&mut writer, peer, agreed, PurposeKind::ClinicalCare, &current).await?;
        unreadable.extend(offered.unreadable);
        refused::withhold(&mut writer, peer.serial, &unreadable).await?;
        let counts: Vec<(&'static str, u64)> = offered.withheld.into_iter().map(|(why, n)| (why.code(), n)).collect();
        release::withhold(&mut writer, peer.serial, &counts, is_afresh).await?;
        let looked = Looked { entry: reached.0, statement: reached.1, basis };
        peer::looked(&mut writer, peer.serial, &looked).await?;
        writer.commit().await?;
        Ok(has_more)
    }

    /// By what everything was decided: another basis means that all is decided again.
    async fn basis(&self, reader: &mut cairn_store::Connection, agreed: &Agreed) -> Result<String, NodeError> {
        let (consents, opt_outs) = stream::consents(reader).await?;
        let standings = membership::newest(reader).await?;
        let terms = crate::contribute::digest::sha256(&agreed.offered.to_bytes());
        let day = today(self.node.now());
        let policy = crate::access::policy().version();
        Ok(format!("{policy} {day} {} {consents} {opt_outs} {standings} {terms}", agreed.version))
    }

    /// Gives or counts each version. One that the record or its keys do not let be read is named, and the others are
    /// given.
    pub(super) async fn offer(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        agreed: &Agreed,
        purpose: PurposeKind,
        found: &[Candidate],
    ) -> Result<Offered, NodeError> {
        let mut all = Offered::default();
        // What cannot be done for some is done for each half, until the one that cannot be read stands alone.
        let mut open = vec![found];
        while let Some(some) = open.pop() {
            match self.offer_some(writer, peer, agreed, purpose, some).await {
                Ok(offered) => all.add(offered),
                Err(error) if is_of_one(&error) => match some {
                    [one] => all.unreadable.push(unreadable(one, &error)),
                    _ => {
                        let (first, second) = some.split_at(some.len() / 2);
                        open.extend([second, first]);
                    }
                },
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    async fn offer_some(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        agreed: &Agreed,
        purpose: PurposeKind,
        found: &[Candidate],
    ) -> Result<Offered, NodeError> {
        let subjects: Vec<Subject> = found.iter().map(Subject::from).collect();
        let decider = Decider::open(writer, &self.node, agreed, purpose, &subjects).await?;
        let mut offered = Offered::default();
        let mut permitted = Vec::new();
        for (candidate, subject) in found.iter().zip(subjects) {
            match decider.decide(subject) {
                Ok(permit) => permitted.push((*candidate, subject, permit)),
                Err(why) => *offered.withheld.entry(why).or_default() += 1,
            }
        }
        let candidates: Vec<Candidate> = permitted.iter().map(|(candidate, ..)| *candidate).collect();
        let mut signed = self.signed(writer, &candidates).await?;
        let mut given = Vec::new();
        for (candidate, subject, permit) in permitted {
            match signed.remove(&candidate.statement_id) {
                Some((one, digest)) => {
                    given.push((candidate, digest, decider.cases(subject).to_vec()));
                    offered.released.extend(Released::at_its_tier(one, &permit));
                }
                None => *offered.withheld.entry(Withheld::Unidentified).or_default() += 1,
            }
        }
        self.give(writer, peer, purpose, given).await?;
        Ok(offered)
    }

    /// Records that a peer is given these, with the ledger entries that say so.
    async fn give(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        purpose: PurposeKind,
        given: Vec<(Candidate, String, Vec<CaseSerial>)>,
    ) -> Result<(), NodeError> {
        let digests: Vec<String> = given.iter().map(|(_, digest, _)| digest.clone()).collect();
        let before = release::given(writer, peer.serial, &digests).await?;
        let mut by_laboratory: BTreeMap<LaboratorySerial, Vec<NewRelease>> = BTreeMap::new();
        for (candidate, digest, cases) in given.into_iter().filter(|(_, digest, _)| !before.contains(digest)) {
            let new =
                NewRelease { digest, statement: candidate.statement_id, version: number(candidate.version), cases };
            by_laboratory.entry(candidate.laboratory_id).or_default().push(new);
        }
        for (laboratory, releases) in by_laboratory {
            for some in releases.chunks(NAMED) {
                let entry = self.note(writer, peer, purpose, laboratory, some).await?;
                release::add(writer, peer.serial, some, entry, self.node.now()).await?;
            }
        }
        Ok(())
    }

    async fn note(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        purpose: PurposeKind,
        laboratory: LaboratorySerial,
        given: &[NewRelease],
    ) -> Result<LedgerSerial, NodeError> {
        let begin = || {
            let event = Event::new(Kind::Share).by(laboratory).with("peer", peer.name.as_str());
            event.with("node", peer.id.as_str()).with("tier", "2").with("purpose", purpose.code())
        };
        let name = |one: &NewRelease| -> Value {
            vec![format!("{}.{}", one.statement.accession(), one.version), one.digest.clone()].into()
        };
        let names: Vec<Value> = given.iter().map(name).collect();
        let mut events = vec![begin().with("statements", names)];
        // The person of a case sees that a statement went out which the case stands behind.
        let cases: BTreeSet<CaseSerial> = given.iter().flat_map(|one| one.cases.iter().copied()).collect();
        events.extend(cases.into_iter().map(|case| {
            let behind = given.iter().filter(|one| one.cases.contains(&case)).count() as u64;
            begin().about(case).with("what", "statements on variants seen in the case").with("statements", behind)
        }));
        ledger::append_all(writer, &self.node, events).await
    }

    /// Takes back what laboratories withdrew, as far as the peer has it.
    async fn take_back_withdrawn(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        withdrawn: &[Candidate],
    ) -> Result<Vec<Unreadable>, NodeError> {
        let mut failed = Vec::new();
        for candidate in withdrawn {
            if !release::holds(writer, peer.serial, candidate.statement_id).await? {
                continue;
            }
            match self.take_back(writer, peer, candidate, "laboratory").await {
                Err(error) if is_of_one(&error) => failed.push(unreadable(candidate, &error)),
                other => other?,
            }
        }
        Ok(failed)
    }

    /// Takes back everything that a peer holds of a statement.
    async fn take_back(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        candidate: &Candidate,
        reason: &'static str,
    ) -> Result<(), NodeError> {
        let Some(tombstone) = self.withdrawal(writer, candidate, reason).await? else { return Ok(()) };
        let named = (tombstone.digest(), reason);
        let now = self.node.now();
        release::take_back(writer, peer.serial, candidate.statement_id, (&named.0, named.1), now).await?;
        if tombstone.origin() != self.id() {
            self.pass_on(writer, peer, &named.0).await?;
        }
        let event = Event::new(Kind::Share).by(candidate.laboratory_id).with("what", "taken back from a peer");
        let event = event.with("peer", peer.name.as_str()).with("node", peer.id.as_str()).with("reason", reason);
        let event = event.with("statement", format!("{}.{}", candidate.statement_id.accession(), candidate.version));
        ledger::append(writer, &self.node, event).await?;
        Ok(())
    }

    /// Takes back what no person behind it lets be counted any more. Where that cannot be read, nobody does.
    async fn take_back_unconsented(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        agreed: &Agreed,
    ) -> Result<(), NodeError> {
        let held = release::with_cases(writer, peer.serial).await?;
        let as_candidate = |one: &release::Given| Candidate {
            entry_id: 0,
            statement_id: one.statement_id,
            version: one.statement_version,
            is_withdrawn: 0,
            variant_id: one.variant_id,
            laboratory_id: one.laboratory_id,
            submission_id: cairn_store::serial::SubmissionSerial::new(0),
            brought_by: None,
        };
        let candidates: Vec<Candidate> = held.iter().map(as_candidate).collect();
        let mut done = BTreeSet::new();
        let mut open = vec![candidates.as_slice()];
        while let Some(some) = open.pop() {
            let subjects: Vec<Subject> = some.iter().map(Subject::from).collect();
            let decider = Decider::open(writer, &self.node, agreed, PurposeKind::ClinicalCare, &subjects).await;
            let decider = match (decider, some) {
                (Ok(decider), _) => Some(decider),
                (Err(error), [_]) if is_of_one(&error) => None,
                (Err(error), _) if is_of_one(&error) => {
                    let (first, second) = some.split_at(some.len() / 2);
                    open.extend([second, first]);
                    continue;
                }
                (Err(error), _) => return Err(error),
            };
            for (candidate, subject) in some.iter().zip(subjects) {
                // It was given with persons behind it: where nobody is left, their cases were erased.
                let reason = match decider.as_ref().map(|decider| (decider.cases(subject), decider.decide(subject))) {
                    None | Some(([_, ..], Err(Withheld::Consent))) => "consent",
                    Some(([], _)) => "erased",
                    Some(_) => continue,
                };
                if done.insert(candidate.statement_id) {
                    self.take_back(writer, peer, candidate, reason).await?;
                }
            }
        }
        Ok(())
    }
}

/// What came of offering some versions to a peer.
#[derive(Default)]
pub(super) struct Offered {
    /// What it may have.
    pub released: Vec<Released<SignedStatement>>,
    /// How many it may not have, by reason.
    withheld: BTreeMap<Withheld, u64>,
    /// What does not read.
    pub unreadable: Vec<Unreadable>,
}

impl Offered {
    fn add(&mut self, other: Self) {
        self.released.extend(other.released);
        self.unreadable.extend(other.unreadable);
        other.withheld.into_iter().for_each(|(why, n)| *self.withheld.entry(why).or_default() += n);
    }
}

/// Names a version that cannot be read.
pub(super) fn unreadable(candidate: &Candidate, why: &NodeError) -> Unreadable {
    tracing::error!(error = %why, statement = %candidate.statement_id.accession(), "a statement is withheld from peers");
    Unreadable { statement: candidate.statement_id, version: number(candidate.version), reason: why.to_string() }
}

impl From<&Candidate> for Subject {
    fn from(candidate: &Candidate) -> Self {
        Self {
            statement: candidate.statement_id,
            version: candidate.version,
            variant: candidate.variant_id,
            laboratory: candidate.laboratory_id,
            brought_by: candidate.brought_by,
        }
    }
}
