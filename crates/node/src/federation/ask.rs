//! Live questions: what peers know of a variant, a region or phenotypes at this moment, within a time that a person waits.

use super::{Federation, PeerError};
use crate::lookup::variant::VariantView;
use cairn_core::classification::Classification;
use cairn_core::data_use::PurposeKind;
use cairn_core::draft::ContentDraft;
use cairn_formats::open::{Options, open_with};
use cairn_protocol::answer::Reply;
use cairn_protocol::statement::Said;
use cairn_protocol::{CaseSummary, Question, Refusal, Requester, SignedStatement};
use cairn_reference::identity::Identity;
use cairn_store::peer::RecordedPeer;
use cairn_store::serial::PeerSerial;
use cairn_store::signed_statement;
use cairn_store::variant::Region;
use cairn_variant::assembly::Assembly;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
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

/// What asking the peers about a variant brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Asked {
    /// Each active peer with what became of the question, in the order of adding.
    pub peers: Vec<PeerAnswer>,
}

/// What became of the question to one peer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Heard<T> {
    /// What the peer calls itself.
    pub peer: String,
    /// Its id.
    pub node: String,
    /// Whether it answered in time.
    pub answered: bool,
    /// Why it did not; holds nothing about the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// What it answered; nothing, when it did not.
    #[serde(flatten)]
    pub answer: T,
}

/// What a peer knows of a variant.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct VariantAnswer {
    /// How many statements on the variant it may give.
    pub statements: usize,
    /// Those that are not in this record yet; they arrive by replication.
    pub not_here_yet: Vec<LiveStatement>,
    /// How many of its cases carry the variant; `None` when it did not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cases: Option<CaseNumbers>,
}

/// What became of the question about a variant to one peer.
pub type PeerAnswer = Heard<VariantAnswer>;

/// How many cases of a peer carry a variant, as it may tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseNumbers {
    /// `0`, `1`, `2-4`, `5-9` or `10+`.
    pub cases: &'static str,
    /// Carriers, rounded to five, where a thousand cases count and ten carry it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carriers: Option<u64>,
    /// Among so many cases, rounded to five.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub among: Option<u64>,
    /// The moment as of which they are counted.
    pub as_of: Timestamp,
}

/// What a peer knows of a region, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegionNumbers {
    /// Variants with a statement that it may give.
    pub variants: u64,
    /// Those statements, by the code of their class.
    pub statements: BTreeMap<String, u64>,
    /// Cases that carry a variant there: `0`, `1`, `2-4`, `5-9` or `10+`.
    pub cases: &'static str,
    /// Whether it looked at everything there.
    pub is_whole: bool,
    /// The moment as of which cases are counted.
    pub as_of: Timestamp,
}

/// How many cases of a peer show phenotypes, as it may tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SimilarNumbers {
    /// Similar cases whose persons let this node read them without identity: `0`, `1`, `2-4`, `5-9` or `10+`.
    pub open: &'static str,
    /// All similar cases that may be counted: `5-9` or `10+`; null: fewer than five, perhaps none.
    pub counted: Option<&'static str>,
    /// Terms that the peer's ontology does not know.
    pub unknown_terms: u64,
    /// The moment as of which they are counted.
    pub as_of: Timestamp,
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

    /// Reads from the record who is to be asked. A node that [runs](Self::run) does so by itself.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn find_peers(&self) -> Result<(), PeerError> {
        self.peers().await.map(drop)
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
        let question = notation(identity, recorded).map(|expression| Question::Variant { expression });
        let unnamed = "the variant has no notation that another node would know";
        let replies = self.ask_all(question.ok_or(unnamed), purpose, requester).await;
        let mut peers = Vec::with_capacity(replies.len());
        for (peer, reply) in replies {
            let answer = match reply {
                Ok(Reply::Found { statements, cases, .. }) => self.found(statements, &cases).await,
                Ok(_) => Err(PeerError::Refusal(Refusal::Answer)),
                Err(error) => Err(error),
            };
            let (answer, failure) = match answer {
                Ok(answer) => (answer, None),
                Err(error) => (VariantAnswer::default(), Some(error.to_string())),
            };
            peers.push(Heard { peer: peer.name, node: peer.id, answered: failure.is_none(), failure, answer });
        }
        Asked { peers }
    }

    /// Asks every active peer how much it knows of a region: interbase, on an assembly.
    pub async fn ask_region(
        self: &Arc<Self>,
        region: Region,
        purpose: PurposeKind,
        requester: Requester,
    ) -> Vec<Heard<Option<RegionNumbers>>> {
        let question = Question::Region {
            assembly: region.assembly.name().to_owned(),
            contig: region.contig.to_string(),
            start: region.start,
            end: region.end,
        };
        let replies = self.ask_all(Ok(question), purpose, requester).await;
        let numbers = |reply| match reply {
            Reply::Region { summary, .. } => Some(RegionNumbers {
                variants: summary.variants,
                statements: summary.statements,
                cases: summary.cases.code(),
                is_whole: summary.is_whole,
                as_of: moment(summary.as_of),
            }),
            _ => None,
        };
        replies.into_iter().map(|(peer, reply)| heard(peer, reply, numbers)).collect()
    }

    /// Asks every active peer how many of its cases show these phenotypes or nearly: HPO terms.
    pub async fn ask_similar(
        self: &Arc<Self>,
        terms: Vec<String>,
        purpose: PurposeKind,
        requester: Requester,
    ) -> Vec<Heard<Option<SimilarNumbers>>> {
        let replies = self.ask_all(Ok(Question::Similar { terms }), purpose, requester).await;
        let numbers = |reply| match reply {
            Reply::Similar { summary, .. } => Some(SimilarNumbers {
                open: summary.open.code(),
                counted: summary.counted.map(cairn_core::tier::Bucket::code),
                unknown_terms: summary.unknown,
                as_of: moment(summary.as_of),
            }),
            _ => None,
        };
        replies.into_iter().map(|(peer, reply)| heard(peer, reply, numbers)).collect()
    }

    /// Asks every active peer the same, at one time; the answers in the order of adding.
    async fn ask_all(
        self: &Arc<Self>,
        question: Result<Question, &'static str>,
        purpose: PurposeKind,
        requester: Requester,
    ) -> Vec<(RecordedPeer, Result<Reply, PeerError>)> {
        let mut waiting = JoinSet::new();
        for (place, (peer, reached)) in self.active.all().into_iter().enumerate() {
            let (here, question, requester) = (self.clone(), question.clone(), requester.clone());
            waiting.spawn(async move {
                let reply = match question {
                    Err(why) => Err(PeerError::Refused(why.to_owned())),
                    Ok(_) if !reached => Err(PeerError::Unreachable("it was not reached last time".to_owned())),
                    Ok(question) => here.ask_peer(&peer, &question, purpose, requester, here.settings.patience).await,
                };
                (place, peer, reply)
            });
        }
        let mut answers = waiting.join_all().await;
        answers.sort_by_key(|(place, ..)| *place);
        answers.into_iter().map(|(_, peer, reply)| (peer, reply)).collect()
    }

    /// What a peer found of a variant: which of its statements are not here, and how many cases it counts.
    async fn found(&self, statements: Vec<Vec<u8>>, cases: &CaseSummary) -> Result<VariantAnswer, PeerError> {
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
        let numbers = CaseNumbers {
            cases: cases.cases.code(),
            carriers: cases.share.map(|(carriers, _)| carriers),
            among: cases.share.map(|(_, among)| among),
            as_of: moment(cases.as_of),
        };
        Ok(VariantAnswer { statements: count, not_here_yet: new, cases: Some(numbers) })
    }
}

/// What a peer said, or why it did not.
fn heard<T>(
    peer: RecordedPeer,
    reply: Result<Reply, PeerError>,
    numbers: impl Fn(Reply) -> Option<T>,
) -> Heard<Option<T>> {
    let answer = reply.and_then(|reply| numbers(reply).ok_or(PeerError::Refusal(Refusal::Answer)));
    let (answer, failure) = match answer {
        Ok(answer) => (Some(answer), None),
        Err(error) => (None, Some(error.to_string())),
    };
    Heard { peer: peer.name, node: peer.id, answered: failure.is_none(), failure, answer }
}

/// A moment that a peer named; one that is none is the beginning of time.
fn moment(micros: u64) -> Timestamp {
    i64::try_from(micros).ok().and_then(|micros| Timestamp::from_microsecond(micros).ok()).unwrap_or_default()
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
