//! Live questions: what peers know of a variant at this moment, within a time that a person waits.

use super::{Federation, PeerError};
use crate::lookup::variant::VariantView;
use cairn_core::classification::Classification;
use cairn_core::data_use::PurposeKind;
use cairn_core::draft::ContentDraft;
use cairn_formats::open::{Options, open_with};
use cairn_protocol::answer::Reply;
use cairn_protocol::statement::Said;
use cairn_protocol::{Question, Requester, SignedStatement};
use cairn_reference::identity::Identity;
use cairn_store::peer::RecordedPeer;
use cairn_store::serial::PeerSerial;
use cairn_store::signed_statement;
use cairn_variant::assembly::Assembly;
use serde::Serialize;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::task::JoinSet;

/// The peers as look-ups know them, without asking the record.
#[derive(Debug, Default)]
pub(super) struct Active(RwLock<Vec<(RecordedPeer, bool)>>);

impl Active {
    pub(super) fn store(&self, peers: &[RecordedPeer]) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let was_reached =
            |serial| known.iter().find(|(one, _)| one.serial == serial).is_none_or(|(_, reached)| *reached);
        *known = peers.iter().map(|peer| (peer.clone(), was_reached(peer.serial))).collect();
    }

    pub(super) fn reached(&self, peer: PeerSerial, is_reached: bool) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.iter_mut().filter(|(one, _)| one.serial == peer).for_each(|(_, reached)| *reached = is_reached);
    }

    fn all(&self) -> Vec<(RecordedPeer, bool)> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_empty(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

/// What asking the peers brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Asked {
    /// Each active peer with what became of the question, in the order of adding.
    pub peers: Vec<PeerAnswer>,
}

/// What became of the question to one peer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PeerAnswer {
    /// What the peer calls itself.
    pub peer: String,
    /// Its id.
    pub node: String,
    /// Whether it answered in time.
    pub answered: bool,
    /// Why it did not; holds nothing about the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// How many statements on the variant it may give.
    pub statements: usize,
    /// Those that are not in this record yet; they arrive by replication.
    pub not_here_yet: Vec<LiveStatement>,
}

/// A statement as a peer gave it live; its signatures were checked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LiveStatement {
    /// Whose it is.
    pub laboratory: String,
    /// The laboratory's node.
    pub node: String,
    /// The accession there, with its version.
    pub accession: String,
    /// Its class.
    pub classification: Classification,
    /// When it was last evaluated, as far as it is told.
    pub last_evaluated: Option<String>,
}

impl Federation {
    /// Whether there is anybody to ask. Costs a look-up nothing.
    pub fn has_peers(&self) -> bool {
        !self.active.is_empty()
    }

    /// Asks every active peer what it knows of a variant. A peer that was not reached last time is named and not waited
    /// for; nobody else delays the answer beyond the node's patience.
    pub async fn ask(
        self: &Arc<Self>,
        identity: Option<&Identity>,
        recorded: Option<&VariantView>,
        purpose: PurposeKind,
        requester: Requester,
    ) -> Asked {
        let notation = notation(identity, recorded);
        let mut waiting = JoinSet::new();
        for (place, (peer, reached)) in self.active.all().into_iter().enumerate() {
            let (here, notation, requester) = (self.clone(), notation.clone(), requester.clone());
            waiting.spawn(async move {
                let answer = match notation {
                    None => Err(PeerError::Refused("the variant has no notation that another node would know".into())),
                    Some(_) if !reached => Err(PeerError::Unreachable("it was not reached last time".to_owned())),
                    Some(expression) => here.ask_one(&peer, expression, purpose, requester).await,
                };
                (place, named(&peer, answer))
            });
        }
        let mut answers: Vec<(usize, PeerAnswer)> = waiting.join_all().await;
        answers.sort_by_key(|(place, _)| *place);
        Asked { peers: answers.into_iter().map(|(_, answer)| answer).collect() }
    }

    async fn ask_one(
        &self,
        peer: &RecordedPeer,
        expression: String,
        purpose: PurposeKind,
        requester: Requester,
    ) -> Result<(usize, Vec<LiveStatement>), PeerError> {
        let question = Question::Variant { expression };
        let reply = self.ask_peer(peer, &question, purpose, requester, self.settings.patience).await?;
        let Reply::Found { statements, .. } = reply else {
            return Err(PeerError::Refusal(cairn_protocol::Refusal::Answer));
        };
        let count = statements.len();
        let mut new = Vec::new();
        let mut reader = self.node.store().read().await?;
        for bytes in statements {
            let wrong = |error| PeerError::Refused(format!("a statement in its answer is refused: {error}"));
            let signed = SignedStatement::read(&bytes).map_err(wrong)?;
            let is_known =
                signed.origin() == self.id() || signed_statement::is_kept(&mut reader, &signed.digest()).await?;
            if !is_known {
                new.extend(live(&signed));
            }
        }
        Ok((count, new))
    }
}

fn named(peer: &RecordedPeer, answer: Result<(usize, Vec<LiveStatement>), PeerError>) -> PeerAnswer {
    let (name, node) = (peer.name.clone(), peer.id.clone());
    match answer {
        Ok((statements, not_here_yet)) => {
            PeerAnswer { peer: name, node, answered: true, failure: None, statements, not_here_yet }
        }
        Err(error) => PeerAnswer {
            peer: name,
            node,
            answered: false,
            failure: Some(error.to_string()),
            statements: 0,
            not_here_yet: Vec::new(),
        },
    }
}

/// A notation that names its sequence; what the reader typed may hold anything and is not sent.
fn notation(identity: Option<&Identity>, recorded: Option<&VariantView>) -> Option<String> {
    let of_identity = identity.and_then(|identity| {
        let on_38 = identity.vcf.get(&Assembly::Grch38).and(identity.hgvs.g_by_assembly.get(&Assembly::Grch38));
        on_38.cloned().or_else(|| identity.spdi.clone()).or_else(|| identity.variant_id.clone())
    });
    let of_record = recorded.and_then(|view| {
        let last = view.alleles.last();
        let placed = last.and_then(|allele| allele.hgvs_g.clone().or_else(|| allele.spdi.clone()));
        placed.or_else(|| view.vrs_id.clone()).or_else(|| view.hgvs_c.clone())
    });
    of_identity.or(of_record)
}

fn live(signed: &SignedStatement) -> Option<LiveStatement> {
    let content = signed.content();
    let Said::Statement { file, .. } = &content.said else { return None };
    let record = open_with(file.as_slice(), Some("statement.json"), &Options::default()).drafts.records.pop()?;
    let ContentDraft::Statement(draft) = record.content else { return None };
    Some(LiveStatement {
        laboratory: content.laboratory.name.clone(),
        node: content.laboratory.node_name.clone(),
        accession: format!("{}.{}", content.accession, content.version),
        classification: draft.body.classification,
        last_evaluated: draft.body.last_evaluated.map(|date| date.to_string()),
    })
}
