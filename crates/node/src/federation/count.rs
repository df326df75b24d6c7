//! Numbers that a peer is told: cases that carry a variant, what is known of a region, cases with like phenotypes.
//!
//! Each case is decided by its own consent, as it stands now. Cases are counted as of the beginning of the epoch, the
//! same for all who ask in it, so that nobody learns of one person by asking before and after. Numbers of cases are
//! buckets.

use super::Federation;
use super::decide::{Decider, Persons, Subject, genes_of};
use super::peers::Agreed;
use crate::error::NodeError;
use cairn_core::data_use::PurposeKind;
use cairn_core::tier::{Bucket, FEWEST_FOR_FEATURES, Released};
use cairn_ledger::leaf::Kind;
use cairn_protocol::Answer;
use cairn_protocol::message::Envelope;
use cairn_protocol::summary::{CaseSummary, RegionSummary, SimilarSummary};
use cairn_reference::phenotype::ontology::{Ontology, TermIndex, TermMatch};
use cairn_reference::phenotype::similarity::{SIMILAR, Similarity};
use cairn_store::Connection;
use cairn_store::case::RecordedCase;
use cairn_store::entry::{self, AsOf};
use cairn_store::peer::RecordedPeer;
use cairn_store::peer::stream::{self, Candidate};
use cairn_store::serial::{CaseSerial, LaboratorySerial, VariantSerial};
use cairn_store::variant::{self, Region};
use cairn_store::{case, observation, statement};
use cairn_variant::assembly::Assembly;
use cairn_variant::contig::Contig;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;

/// Variants of a region that are looked at.
const VARIANTS: u32 = 2_000;
/// Statements on them.
const STATEMENTS: u32 = 10_000;
/// Terms that may be asked for.
const TERMS: usize = 50;
/// Cases that are compared, the newest first.
const CROWD: u32 = 20_000;
/// Similar cases that are counted, and told that they were.
const COUNTED: usize = 100;
/// Cases that must count before a share of them is told, and carriers among them.
const FEWEST_FOR_SHARE: (u64, u64) = (1_000, 10);

/// A case with whose it is.
type OfWhom = (CaseSerial, LaboratorySerial);

impl Federation {
    /// The moment as of which cases are counted, and the record as it was then.
    async fn epoch(&self, connection: &mut Connection) -> Result<(u64, AsOf), NodeError> {
        let length = i64::try_from(self.settings.epoch.as_micros()).unwrap_or(i64::MAX).max(1);
        let now = self.node.now();
        let begun = Timestamp::from_microsecond(now.as_microsecond().div_euclid(length) * length).unwrap_or(now);
        Ok((begun.as_microsecond().unsigned_abs(), entry::at(connection, begun).await?))
    }

    /// How many cases carry a variant; `variants` is it and what was merged into it. `None`: the policy tells peers no
    /// numbers.
    pub(super) async fn count_carriers(
        &self,
        connection: &mut Connection,
        agreed: &Agreed,
        purpose: PurposeKind,
        variants: &[VariantSerial],
    ) -> Result<Option<Released<CaseSummary>>, NodeError> {
        let (moment, as_of) = self.epoch(connection).await?;
        let covered = covered(connection, agreed, variants).await?;
        let carrying = observation::carrying(connection, &covered, as_of).await?;
        let cases: BTreeSet<OfWhom> = carrying.iter().map(|one| (one.case, one.laboratory)).collect();
        let (number, persons) = self.counted(connection, purpose, cases).await?;
        let share = match number >= FEWEST_FOR_SHARE.1 {
            true => {
                let all = case::serials(connection, as_of).await?;
                let (all, _) = self.counted(connection, purpose, all).await?;
                (all >= FEWEST_FOR_SHARE.0).then(|| (to_five(number), to_five(all)))
            }
            false => None,
        };
        let summary = CaseSummary { cases: Bucket::of(number), share, as_of: moment };
        Ok(persons.numbers().and_then(|permit| Released::at_its_tier(summary, &permit).ok()))
    }

    /// How many of these cases let themselves be counted.
    async fn counted(
        &self,
        connection: &mut Connection,
        purpose: PurposeKind,
        cases: impl IntoIterator<Item = OfWhom>,
    ) -> Result<(u64, Persons), NodeError> {
        let cases: Vec<OfWhom> = cases.into_iter().collect();
        let serials: Vec<CaseSerial> = cases.iter().map(|(case, _)| *case).collect();
        let persons = Persons::open(connection, self.node.now(), purpose, &serials).await?;
        let number = cases.iter().filter(|case| persons.counts(**case)).count() as u64;
        Ok((number, persons))
    }

    pub(super) async fn answer_region(
        &self,
        peer: &RecordedPeer,
        envelope: &Envelope,
        (assembly, contig): (&str, &str),
        range: Range<u64>,
    ) -> Result<Answer, NodeError> {
        let purpose = envelope.purpose;
        let agreed = match self.in_force(peer, purpose).await? {
            Ok(agreed) => agreed,
            Err(refusal) => return Ok(refusal),
        };
        let (Ok(assembly), Ok(contig)) = (assembly.parse::<Assembly>(), contig.parse::<Contig>()) else {
            return Ok(Answer::refused("the region is on no chromosome that this node knows"));
        };
        if range.is_empty() || range.start > contig.on(assembly).length() {
            return Ok(Answer::refused("the region is empty"));
        }
        let entry = self.note_question(peer, envelope, "a region asked for by a peer").await?;
        let region = Region { assembly, contig, start: range.start, end: range.end };
        let mut reader = self.node.store().read().await?;
        let now = entry::now(&mut reader).await?;
        let page = variant::in_region(&mut reader, region, now, (0, VariantSerial::new(0)), VARIANTS + 1).await?;
        let is_whole = page.len() <= VARIANTS as usize;
        let here: Vec<VariantSerial> = page.into_iter().take(VARIANTS as usize).map(|(variant, _)| variant).collect();
        let merged = variant::with_merged(&mut reader, &here).await?;
        let found = stream::of_variant(&mut reader, peer.serial, &merged, STATEMENTS).await?;
        let is_whole = is_whole && found.len() < STATEMENTS as usize;
        let told = self.permitted(&mut reader, &agreed, purpose, &found).await?;
        let (moment, as_of) = self.epoch(&mut reader).await?;
        let covered = covered(&mut reader, &agreed, &here).await?;
        let merged = variant::with_merged(&mut reader, &covered).await?;
        let carrying = observation::carrying(&mut reader, &merged, as_of).await?;
        let cases: BTreeSet<OfWhom> = carrying.iter().map(|one| (one.case, one.laboratory)).collect();
        let (number, persons) = self.counted(&mut reader, purpose, cases).await?;
        let mut statements: BTreeMap<String, u64> = BTreeMap::new();
        let serials: Vec<_> = told.iter().map(|one| one.statement_id).collect();
        for one in statement::newest(&mut reader, &serials).await? {
            *statements.entry(one.statement.body.classification.code().to_owned()).or_default() += 1;
        }
        let variants = told.iter().map(|one| one.variant_id).collect::<HashSet<_>>().len() as u64;
        let summary = RegionSummary { variants, statements, cases: Bucket::of(number), is_whole, as_of: moment };
        let released = persons.numbers().and_then(|permit| Released::at_its_tier(summary, &permit).ok());
        Ok(released.map_or_else(no_numbers, |summary| Answer::region(&summary, entry.number().unsigned_abs())))
    }

    /// Of these statements, those that the peer may have.
    async fn permitted(
        &self,
        connection: &mut Connection,
        agreed: &Agreed,
        purpose: PurposeKind,
        found: &[Candidate],
    ) -> Result<Vec<Candidate>, NodeError> {
        let subjects: Vec<Subject> = found.iter().map(Subject::from).collect();
        let decider = Decider::open(connection, &self.node, agreed, purpose, &subjects).await?;
        let may = |(one, subject): (&Candidate, Subject)| decider.decide(subject).is_ok().then_some(*one);
        Ok(found.iter().zip(subjects).filter_map(may).collect())
    }

    pub(super) async fn answer_similar(
        &self,
        peer: &RecordedPeer,
        envelope: &Envelope,
        terms: &[String],
    ) -> Result<Answer, NodeError> {
        let purpose = envelope.purpose;
        let agreed = match self.in_force(peer, purpose).await? {
            Ok(agreed) => agreed,
            Err(refusal) => return Ok(refusal),
        };
        if agreed.is_of_some_genes() {
            return Ok(Answer::refused("the agreement is on some genes alone, and phenotypes are of no gene"));
        }
        if terms.is_empty() || terms.len() > TERMS {
            return Ok(Answer::refused("between one and fifty terms of HPO can be asked for at one time"));
        }
        let mut reader = self.node.store().read().await?;
        let (moment, as_of) = self.epoch(&mut reader).await?;
        let mut crowd = case::crowd(&mut reader, self.node.keys(), as_of, CROWD).await?;
        let serials: Vec<CaseSerial> = crowd.iter().map(|one| one.serial).collect();
        let persons = Persons::open(&mut reader, self.node.now(), purpose, &serials).await?;
        drop(reader);
        crowd.retain(|one| persons.counts((one.serial, one.laboratory)));
        // The ontology is loaded when it is first asked for, and comparing computes: off the threads that answer others.
        let (reference, terms) = (self.node.reference().clone(), terms.to_vec());
        let compared = tokio::task::spawn_blocking(move || compare(reference.phenotypes(), &terms, &crowd)).await?;
        let (similar, unknown) = compared;
        let entry = self.note_similar(peer, envelope, &similar).await?;
        let open = similar.iter().filter(|(case, laboratory, _)| persons.opens((*case, *laboratory))).count() as u64;
        let counted = similar.len() as u64;
        let summary = SimilarSummary {
            open: Bucket::of(open),
            counted: (counted >= FEWEST_FOR_FEATURES).then(|| Bucket::of(counted)),
            unknown,
            as_of: moment,
        };
        let released = persons.numbers().and_then(|permit| Released::at_its_tier(summary, &permit).ok());
        Ok(released.map_or_else(no_numbers, |summary| Answer::similar(&summary, entry)))
    }

    /// Notes in the ledger that phenotypes were compared, for each case that counts in the answer too: its person sees it.
    async fn note_similar(
        &self,
        peer: &RecordedPeer,
        envelope: &Envelope,
        similar: &[Similar],
    ) -> Result<u64, NodeError> {
        let what = "phenotypes compared for a peer";
        let mut events = vec![self.asked_by(Kind::QueryAggregate, peer, envelope).with("what", what)];
        events.extend(similar.iter().map(|(case, laboratory, _)| {
            self.asked_by(Kind::Match, peer, envelope).about(*case).by(*laboratory).with("what", what)
        }));
        let mut writer = self.node.store().write().await?;
        let first = crate::ledger::append_all(&mut writer, &self.node, events).await?;
        writer.commit().await?;
        Ok(first.number().unsigned_abs())
    }
}

/// A case that is similar: with whose it is and its score.
type Similar = (CaseSerial, LaboratorySerial, f64);

/// The most similar of these cases, and how many of the terms are not known.
fn compare(ontology: &Ontology, terms: &[String], crowd: &[RecordedCase]) -> (Vec<Similar>, u64) {
    let known = |term: &str| match ontology.find(term) {
        TermMatch::Current(at) | TermMatch::Replaced(at) => Some(at),
        TermMatch::Obsolete(_) | TermMatch::Unknown => None,
    };
    let asked: Vec<TermIndex> = terms.iter().filter_map(|term| known(term)).collect();
    let similarity = Similarity::of(ontology, &asked);
    let score = |one: &RecordedCase| {
        let observed = one.case.features.iter().filter(|feature| !feature.excluded);
        let shown = observed.filter_map(|feature| known(feature.term.as_str()));
        (one.serial, one.laboratory, similarity.score(ontology, shown))
    };
    let mut similar: Vec<Similar> = crowd.iter().map(score).filter(|(.., score)| *score >= SIMILAR).collect();
    similar.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    similar.truncate(COUNTED);
    (similar, (terms.len() - asked.len()) as u64)
}

fn no_numbers() -> Answer {
    Answer::refused("the policy does not let peers be told numbers")
}

/// Of these variants, those on genes that are given.
async fn covered(
    connection: &mut Connection,
    agreed: &Agreed,
    variants: &[VariantSerial],
) -> Result<Vec<VariantSerial>, NodeError> {
    let genes = genes_of(connection, variants).await?;
    let is_covered = |variant: &&VariantSerial| agreed.covers(genes.get(variant).map_or(&[][..], Vec::as_slice));
    Ok(variants.iter().filter(is_covered).copied().collect())
}

/// Rounded to the nearest five.
fn to_five(number: u64) -> u64 {
    (number + 2) / 5 * 5
}

#[cfg(test)]
mod tests {
    use super::to_five;

    #[test]
    fn shares_are_told_in_fives() {
        assert_eq!([10, 12, 13, 1_002].map(to_five), [10, 10, 15, 1_000]);
    }
}
