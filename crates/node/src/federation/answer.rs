//! What a peer is answered. Whatever fails here is said to nobody but the node's own log.

use super::Federation;
use super::decide::{Decider, Subject, is_of_one, today};
use super::peers::{self, Agreed};
use super::sign;
use crate::access::Viewer;
use crate::error::NodeError;
use crate::ledger::Event;
use cairn_core::data_use::PurposeKind;
use cairn_core::tier::Released;
use cairn_ledger::leaf::Kind;
use cairn_protocol::message::Envelope;
use cairn_protocol::{Answer, Item, Question};
use cairn_store::peer::refused::{self, Unreadable};
use cairn_store::peer::stream::{self, StreamItem};
use cairn_store::peer::{self, RecordedPeer, release};
use cairn_store::serial::LedgerSerial;
use cairn_store::variant;

/// Items in one answer.
const MOST: u64 = 2_000;
/// Bytes in one answer, by its items.
const BYTES: usize = 8 << 20;
/// How often the record is looked through for one answer, while nothing is found to give.
const LOOKS: usize = 20;
/// Statements on one variant in one answer.
const STATEMENTS: u32 = 200;
/// Letters of a notation that is asked for.
const LONGEST: usize = 2_000;

/// A piece of a stream as it is found in the record.
#[derive(Default)]
struct Piece {
    items: Vec<Item>,
    /// Places that are left out: what is agreed changed before they were sent, or they do not read.
    held_back: Vec<u64>,
    unreadable: Vec<Unreadable>,
    /// The last place that was looked at.
    last: u64,
    /// How many were looked at.
    looked_at: usize,
}

impl Federation {
    /// The answer to a peer's question.
    pub(super) async fn answer(&self, peer: &RecordedPeer, envelope: &Envelope, question: Question) -> Answer {
        let answered = match question {
            Question::Agree { terms, signature } => self.answer_terms(peer, terms, signature).await,
            Question::Pull { after, from, most } => self.answer_pull(peer, after, from.max(after), most).await,
            Question::Variant { expression } => self.answer_variant(peer, envelope, &expression).await,
            Question::Region { assembly, contig, start, end } => {
                self.answer_region(peer, envelope, (&assembly, &contig), start..end).await
            }
            Question::Similar { terms } => self.answer_similar(peer, envelope, &terms).await,
            Question::Acknowledge { all } => self.hear(peer, all).await,
        };
        answered.unwrap_or_else(|error| {
            tracing::error!(%error, peer = peer.name, "a peer could not be answered");
            Answer::refused("the node failed; its operator finds the cause in its log")
        })
    }

    /// What is agreed with a peer, whether it is in force today or not.
    pub(super) async fn agreed(&self, peer: &RecordedPeer) -> Result<Option<Agreed>, NodeError> {
        let mut reader = self.node.store().read().await?;
        peers::agreed(&mut reader, peer.serial).await
    }

    /// What is agreed with a peer for today and a purpose, or the refusal.
    pub(super) async fn in_force(
        &self,
        peer: &RecordedPeer,
        purpose: PurposeKind,
    ) -> Result<Result<Agreed, Answer>, NodeError> {
        let agreed = self.agreed(peer).await?.filter(|agreed| agreed.allows(purpose, &today(self.node.now())));
        Ok(agreed.ok_or_else(|| Answer::refused("nothing is agreed for today and this purpose")))
    }

    /// Notes in the ledger that a peer asks, before anything is answered. What it asked about is not said.
    pub(super) async fn note_question(
        &self,
        peer: &RecordedPeer,
        envelope: &Envelope,
        what: &str,
    ) -> Result<LedgerSerial, NodeError> {
        let event = self.asked_by(Kind::QueryAggregate, peer, envelope).with("what", what);
        self.node.record_event(event).await
    }

    /// An entry of the ledger about a question: who asks, on whose behalf, what for.
    pub(super) fn asked_by(&self, kind: Kind, peer: &RecordedPeer, envelope: &Envelope) -> Event {
        let event = Event::new(kind).with("peer", peer.name.as_str()).with("node", peer.id.as_str());
        let event = event.with("organisation", envelope.requester.organisation.as_str());
        event.with("role", envelope.requester.role.as_str()).with("purpose", envelope.purpose.code())
    }

    async fn answer_pull(&self, peer: &RecordedPeer, after: u64, from: u64, most: u64) -> Result<Answer, NodeError> {
        let Some(agreed) = self.agreed(peer).await? else {
            return Ok(Answer::refused("both nodes have not signed an agreement yet"));
        };
        self.acknowledge(peer, after).await?;
        let most = most.clamp(1, MOST) as u32;
        let mut may_be_more = true;
        let mut piece = Piece::default();
        for _ in 0..LOOKS {
            // How far the record was looked through stands with the peer.
            let Some(current) = self.recorded(peer).await? else { break };
            may_be_more = self.look_through(&current, &agreed).await?;
            piece = self.piece(peer, &agreed, from, most).await?;
            self.leave_out(peer, &piece).await?;
            if !piece.items.is_empty() || (!may_be_more && piece.looked_at < most as usize) {
                break;
            }
        }
        let mut reader = self.node.store().read().await?;
        let waiting = stream::waiting(&mut reader, peer.serial, piece.last).await?;
        Ok(Answer::page(piece.items, waiting.max(u64::from(may_be_more))))
    }

    /// The peer as it stands now.
    pub(super) async fn recorded(&self, peer: &RecordedPeer) -> Result<Option<RecordedPeer>, NodeError> {
        Ok(peer::by_key(&mut *self.node.store().read().await?, &peer.public_key).await?)
    }

    /// What stands in a peer's stream behind a place, decided again as it stands now.
    async fn piece(&self, peer: &RecordedPeer, agreed: &Agreed, from: u64, most: u32) -> Result<Piece, NodeError> {
        let mut reader = self.node.store().read().await?;
        let found = stream::after(&mut reader, peer.serial, from, most).await?;
        let mut piece = Piece { last: from, looked_at: found.len(), ..Piece::default() };
        let mut size = 0;
        let mut open = vec![found.as_slice()];
        while let Some(some) = open.pop() {
            let subjects: Vec<Subject> = some.iter().map(Subject::from).collect();
            let decider = Decider::open(&mut reader, &self.node, agreed, PurposeKind::ClinicalCare, &subjects).await;
            let decider = match (decider, some) {
                (Ok(decider), _) => decider,
                (Err(error), [one]) if is_of_one(&error) => {
                    piece.leave_out(one, &error);
                    continue;
                }
                (Err(error), _) if is_of_one(&error) => {
                    let (first, second) = some.split_at(some.len() / 2);
                    open.extend([second, first]);
                    continue;
                }
                (Err(error), _) => return Err(error),
            };
            for (one, subject) in some.iter().zip(subjects) {
                piece.add(one, decider.decide(subject).ok());
                size = piece.items.last().map_or(size, |item| size + item.size());
                if size > BYTES {
                    return Ok(piece);
                }
            }
        }
        Ok(piece)
    }

    /// Records what was left out, so that it is not looked at again before everything is.
    async fn leave_out(&self, peer: &RecordedPeer, piece: &Piece) -> Result<(), NodeError> {
        if piece.held_back.is_empty() {
            return Ok(());
        }
        let mut writer = self.node.store().write().await?;
        release::hold_back(&mut writer, peer.serial, &piece.held_back).await?;
        refused::withhold(&mut writer, peer.serial, &piece.unreadable).await?;
        Ok(writer.commit().await?)
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
        let purpose = envelope.purpose;
        let agreed = match self.in_force(peer, purpose).await? {
            Ok(agreed) => agreed,
            Err(refusal) => return Ok(refusal),
        };
        if expression.len() > LONGEST {
            return Ok(Answer::refused("the notation is too long"));
        }
        let entry = self.note_question(peer, envelope, "a variant asked for by a peer").await?;
        let as_of = self.node.as_of(None).await?;
        let looked_up = self.node.look_up(expression, as_of, Viewer::Machine).await?;
        let recorded = looked_up.report.map(|report| report.variant).or(looked_up.silent);
        let mut writer = self.node.store().write().await?;
        let variants = match &recorded {
            Some(recorded) => variant::with_merged(&mut writer, &[recorded.serial]).await?,
            None => Vec::new(),
        };
        let found = stream::of_variant(&mut writer, peer.serial, &variants, STATEMENTS).await?;
        let offered = self.offer(&mut writer, peer, &agreed, purpose, &found).await?;
        let counted = self.count_carriers(&mut writer, &agreed, purpose, &variants).await?;
        writer.commit().await?;
        match counted {
            Some(counted) => Ok(Answer::found(offered.released, &counted, entry.number().unsigned_abs())),
            None => Ok(Answer::refused("the policy does not let peers be told numbers")),
        }
    }
}

impl Piece {
    fn add(&mut self, one: &StreamItem, permit: Option<cairn_core::decision::Permit>) {
        let (place, entry) = (one.place.unsigned_abs(), one.ledger_entry_id.number().unsigned_abs());
        let signed = match sign::read(&one.content, &one.digest) {
            Ok(signed) => signed,
            Err(error) => return self.leave_out(one, &error),
        };
        let item = if one.is_tombstone == 1 {
            Item::taken_back(place, &signed, entry)
        } else {
            let released = permit.and_then(|permit| Released::at_its_tier(signed, &permit).ok());
            released.map(|released| Item::given(place, &released, entry))
        };
        self.last = self.last.max(place);
        match item {
            Some(item) => self.items.push(item),
            None => self.held_back.push(place),
        }
    }

    /// An item that does not read is named and left out.
    fn leave_out(&mut self, one: &StreamItem, why: &NodeError) {
        let place = one.place.unsigned_abs();
        tracing::error!(error = %why, place, "an item of a peer's stream is left out");
        self.last = self.last.max(place);
        self.held_back.push(place);
        let version = sign::number(one.version);
        self.unreadable.push(Unreadable { statement: one.statement_id, version, reason: why.to_string() });
    }
}

impl From<&StreamItem> for Subject {
    fn from(item: &StreamItem) -> Self {
        Self {
            statement: item.statement_id,
            version: item.version,
            variant: item.variant_id,
            laboratory: item.laboratory_id,
            brought_by: item.brought_by,
        }
    }
}
