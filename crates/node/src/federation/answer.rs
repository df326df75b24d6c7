//! What a peer is answered. Whatever fails here is said to nobody but the node's own log.

use super::Federation;
use super::decide::{Decider, Subject, today};
use super::peers::{self, Agreed};
use super::sign;
use crate::access::Viewer;
use crate::error::NodeError;
use crate::ledger::Event;
use cairn_core::data_use::PurposeKind;
use cairn_core::tier::Released;
use cairn_ledger::leaf::Kind;
use cairn_protocol::message::Envelope;
use cairn_protocol::{Answer, Item, Question, SignedStatement};
use cairn_store::entry::AsOf;
use cairn_store::peer::stream::{self, StreamItem};
use cairn_store::peer::{RecordedPeer, release};
use cairn_store::variant;

/// Items in one answer.
const MOST: u64 = 500;
/// Bytes in one answer, by its items.
const BYTES: usize = 8 << 20;
/// Statements on one variant in one answer.
const STATEMENTS: u32 = 200;
/// Letters of a notation that is asked for.
const LONGEST: usize = 2_000;

impl Federation {
    /// The answer to a peer's question.
    pub(super) async fn answer(&self, peer: &RecordedPeer, envelope: &Envelope, question: Question) -> Answer {
        let answered = match question {
            Question::Agree { terms, signature } => self.answer_terms(peer, terms, signature).await,
            Question::Pull { after, most } => self.answer_pull(peer, after, most).await,
            Question::Variant { expression } => self.answer_variant(peer, envelope, &expression).await,
        };
        answered.unwrap_or_else(|error| {
            tracing::error!(%error, peer = peer.name, "a peer could not be answered");
            Answer::refused("the node failed; its operator finds the cause in its log")
        })
    }

    /// What is agreed with a peer, when it is in force today.
    async fn in_force(&self, peer: &RecordedPeer) -> Result<Option<Agreed>, NodeError> {
        let mut reader = self.node.store().read().await?;
        peers::agreed(&mut reader, peer.serial).await
    }

    async fn answer_pull(&self, peer: &RecordedPeer, after: u64, most: u64) -> Result<Answer, NodeError> {
        let Some(agreed) = self.in_force(peer).await? else {
            return Ok(Answer::refused("both nodes have not signed an agreement yet"));
        };
        self.acknowledge(peer, after).await?;
        self.look_through(peer, &agreed).await?;
        let most = most.clamp(1, MOST) as u32;
        let mut reader = self.node.store().read().await?;
        let found = stream::after(&mut reader, peer.serial, after, most).await?;
        let subjects: Vec<Subject> = found.iter().map(Subject::from).collect();
        let decider = Decider::open(&mut reader, &self.node, &agreed, PurposeKind::ClinicalCare, &subjects).await?;
        let (mut items, mut held_back, mut size, mut last) = (Vec::new(), Vec::new(), 0, after);
        for (one, subject) in found.iter().zip(subjects) {
            let (place, entry) = (one.place.unsigned_abs(), one.ledger_entry_id.number().unsigned_abs());
            let signed = sign::read(&one.content)?;
            let item = if one.is_tombstone == 1 {
                Item::taken_back(place, &signed, entry)
            } else {
                // What was decided before and may not be given now is left out until it is decided anew.
                let released = decider.decide(subject).ok().map(|permit| Released::at_its_tier(signed, &permit));
                released.and_then(Result::ok).map(|released| Item::given(place, &released, entry))
            };
            last = place;
            let Some(item) = item else {
                held_back.push(place);
                continue;
            };
            size += item.size();
            items.push(item);
            if size > BYTES {
                break;
            }
        }
        let waiting = stream::waiting(&mut reader, peer.serial, last).await?;
        drop(reader);
        if !held_back.is_empty() {
            let mut writer = self.node.store().write().await?;
            release::hold_back(&mut writer, peer.serial, &held_back).await?;
            writer.commit().await?;
        }
        Ok(Answer::page(items, waiting))
    }

    /// A peer that has everything up to a place has carried out the tombstones up to there.
    async fn acknowledge(&self, peer: &RecordedPeer, place: u64) -> Result<(), NodeError> {
        if !release::has_unacknowledged(&mut *self.node.store().read().await?, peer.serial, place).await? {
            return Ok(());
        }
        let mut writer = self.node.store().write().await?;
        release::acknowledge(&mut writer, peer.serial, place, self.node.now()).await?;
        Ok(writer.commit().await?)
    }

    async fn answer_variant(
        &self,
        peer: &RecordedPeer,
        envelope: &Envelope,
        expression: &str,
    ) -> Result<Answer, NodeError> {
        let agreed = self.in_force(peer).await?.filter(|agreed| agreed.is_in_force(&today(self.node.now())));
        let Some(agreed) = agreed else { return Ok(Answer::refused("nothing is agreed for today")) };
        if expression.len() > LONGEST {
            return Ok(Answer::refused("the notation is too long"));
        }
        let purpose = envelope.purpose;
        // The ledger says that it was asked before anything is answered.
        let event = Event::new(Kind::QueryAggregate).with("what", "a variant asked for by a peer");
        let event = event.with("peer", peer.name.as_str()).with("node", peer.id.as_str());
        let event = event.with("organisation", envelope.requester.organisation.as_str());
        let event = event.with("role", envelope.requester.role.as_str()).with("purpose", purpose.code());
        let entry = self.node.record_event(event).await?;
        let as_of = self.node.as_of(None).await?;
        let found = self.of_variant(peer, &agreed, purpose, expression, as_of).await?;
        Ok(Answer::found(found, entry.number().unsigned_abs()))
    }

    /// What a peer may have of a variant; what it was not given yet is given with this.
    async fn of_variant(
        &self,
        peer: &RecordedPeer,
        agreed: &Agreed,
        purpose: PurposeKind,
        expression: &str,
        as_of: AsOf,
    ) -> Result<Vec<Released<SignedStatement>>, NodeError> {
        let looked_up = self.node.look_up(expression, as_of, Viewer::Machine).await?;
        let Some(report) = looked_up.report else { return Ok(Vec::new()) };
        let mut writer = self.node.store().write().await?;
        let variants = variant::with_merged(&mut writer, &[report.variant.serial]).await?;
        let found = stream::of_variant(&mut writer, peer.serial, &variants, STATEMENTS).await?;
        let subjects: Vec<Subject> = found.iter().map(Subject::from).collect();
        let decider = Decider::open(&mut writer, &self.node, agreed, purpose, &subjects).await?;
        let (mut given, mut released) = (Vec::new(), Vec::new());
        for (candidate, subject) in found.iter().zip(subjects) {
            let Ok(permit) = decider.decide(subject) else { continue };
            let Some(signed) = self.signed(&mut writer, candidate).await? else { continue };
            released.extend(Released::at_its_tier(signed.clone(), &permit));
            given.push((*candidate, signed, decider.cases(subject).to_vec()));
        }
        self.give(&mut writer, peer, purpose, given).await?;
        writer.commit().await?;
        Ok(released)
    }
}

impl From<&StreamItem> for Subject {
    fn from(item: &StreamItem) -> Self {
        Self { variant: item.variant_id, laboratory: item.laboratory_id, brought_by: item.brought_by }
    }
}
