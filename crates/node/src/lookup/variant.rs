//! What the node knows of a variant.

use super::carriers::{self, CaseNumber};
use super::statement::{StatementView, add_origins, view};
use super::{laboratories, shared_case};
use crate::access::Viewer;
use crate::aggregate;
use crate::contribute::received::RECEIVED;
use crate::discordance::{self, QueueLine};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::aggregate::Aggregate;
use cairn_core::case::{AffectedStatus, AlleleOrigin, Role, Zygosity};
use cairn_core::classification::Classification;
use cairn_core::curie::Curie;
use cairn_core::id::{CaseId, VariantId};
use cairn_core::laboratory::Laboratory;
use cairn_core::provenance::Source;
use cairn_core::tier::{Deidentified, FeatureBucket};
use cairn_store::entry::AsOf;
use cairn_store::observation::{self, RecordedObservation};
use cairn_store::serial::{CaseSerial, StatementSerial, SubmissionSerial, VariantSerial};
use cairn_store::variant::{self, RecordedVariant, VariantStatus};
use cairn_store::{Connection, StoreError, statement, submission};
use cairn_variant::place::Place;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

/// Statements in one answer; a variant with more shows the rest page by page.
pub const STATEMENTS: u32 = 500;
/// Features counted in one answer.
const FEATURES: usize = 200;
/// The reader's own cases in one answer.
const OWN_CASES: u32 = 200;

/// A recorded variant with its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariantView {
    /// Its key in the record.
    #[serde(skip)]
    pub serial: VariantSerial,
    /// Its opaque id.
    pub id: VariantId,
    /// The canonical identifier or what stands in for it.
    pub canonical_id: String,
    /// How far the identity is established.
    pub status: VariantStatus,
    /// The kind, such as `substitution`.
    pub kind: String,
    /// The best name for a heading.
    pub label: String,
    /// The preferred VRS identifier.
    pub vrs_id: Option<String>,
    /// The VRS version of the identifiers.
    pub vrs_version: Option<String>,
    /// HGVS on the preferred transcript.
    pub hgvs_c: Option<String>,
    /// HGVS of the protein.
    pub hgvs_p: Option<String>,
    /// Where it lies, GRCh37 first.
    pub alleles: Vec<AlleleView>,
    /// Where it lies when that is more than a few bases at an exact place, GRCh38 first.
    pub places: Vec<Place>,
    /// Symbols of the genes it touches.
    pub genes: Vec<String>,
    /// Every notation it came in under.
    pub expressions: Vec<String>,
    /// Its names at its sources.
    pub xrefs: Vec<String>,
}

/// Where a variant lies on one assembly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlleleView {
    /// `GRCh37` or `GRCh38`.
    pub assembly: &'static str,
    /// The chromosome, such as `17`.
    pub contig: &'static str,
    /// Interbase start (0-based).
    pub start: u64,
    /// Interbase end.
    pub end: u64,
    /// VRS identifier on this assembly.
    pub vrs_id: Option<String>,
    /// SPDI.
    pub spdi: Option<String>,
    /// Genomic HGVS.
    pub hgvs_g: Option<String>,
    /// `17-43045712-T-C`.
    pub vcf: Option<String>,
}

/// Everything the node knows of a variant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VariantReport {
    /// The variant.
    pub variant: VariantView,
    /// What all statements say together, on each track that has one.
    pub aggregates: Vec<Aggregate>,
    /// The same for each condition with its mode of inheritance.
    pub by_condition: Vec<Aggregate>,
    /// Where laboratories differ on it, those that ask for work first, ended ones too.
    pub discordances: Vec<QueueLine>,
    /// The current statements in the order of recording, at most [`STATEMENTS`]; withdrawn ones
    /// say so and do not count in the aggregates.
    pub statements: Vec<StatementView>,
    /// Whether there are more statements than shown.
    pub has_more_statements: bool,
    /// Cases that carry it.
    pub cases: CaseCounts,
    /// Where all this came from.
    pub provenance: Vec<Provenance>,
}

/// How often a variant was seen, in whom, as far as the reader may know.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CaseCounts {
    /// Cases of all laboratories, each once; the least it can be when others' are known in buckets.
    pub total: u64,
    /// Whether `total` is the number itself.
    pub is_exact: bool,
    /// The reader's own cases by copies.
    pub by_zygosity: BTreeMap<Zygosity, u64>,
    /// By laboratory, the reader's first: its own exactly, others in buckets (1, 2, 5, 10 or more).
    pub by_laboratory: Vec<(Laboratory, CaseNumber)>,
    /// The reader's own cases by feature, the most frequent first.
    pub features: Vec<FeatureView>,
    /// Features of other laboratories' cases in buckets; none below five cases.
    pub features_elsewhere: Vec<FeatureBucket>,
    /// The reader's own cases, in the order of recording.
    pub own: Vec<OwnCase>,
    /// Cases of laboratories under agreement, without identity, where the person agreed.
    pub shared: Vec<Deidentified>,
}

/// Cases with, or found to be without, a feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeatureView {
    /// The HPO term.
    pub term: Curie,
    /// Its name.
    pub label: String,
    /// Looked for and absent.
    pub excluded: bool,
    /// Cases, each once.
    pub cases: u64,
}

/// One of the reader's own cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwnCase {
    /// Its id.
    pub id: CaseId,
    /// The laboratory's pseudonym.
    pub local_id: String,
    /// Copies.
    pub zygosity: Zygosity,
    /// Share of genomes or cells, 0 to 1.
    pub fraction: Option<f64>,
    /// Where the person has it from.
    pub origin: AlleleOrigin,
    /// Whether affected.
    pub affected: AffectedStatus,
    /// Role in the explanation.
    pub role: Role,
    /// The class noted with the case.
    pub classification: Option<Classification>,
}

/// One source of an answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Provenance {
    /// The submission's accession.
    pub accession: String,
    /// Its format.
    pub format: String,
    /// Its file.
    pub source: Source,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// Statements of the answer that came with it.
    pub statements: usize,
}

impl Node {
    /// Everything the node knows of a recorded variant; `None` when it was not recorded by then.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn variant_report(
        &self,
        serial: VariantSerial,
        as_of: AsOf,
        viewer: Viewer,
    ) -> Result<Option<VariantReport>, NodeError> {
        let mut reader = self.store().read().await?;
        report(&mut reader, self, serial, as_of, viewer).await
    }

    /// A page of the statements of a variant, from after one of them.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn variant_statements(
        &self,
        serial: VariantSerial,
        as_of: AsOf,
        after: StatementSerial,
        limit: u32,
    ) -> Result<Vec<StatementView>, NodeError> {
        let mut reader = self.store().read().await?;
        let all = variant::merged(&mut reader, serial).await?;
        let page = statement::of_variants(&mut reader, &all, as_of, after, limit).await?;
        Ok(view(&mut reader, page).await?)
    }

    /// A recorded variant with its names.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn recorded_variant(&self, serial: VariantSerial) -> Result<Option<VariantView>, NodeError> {
        Ok(silent(&mut *self.store().read().await?, serial).await?)
    }
}

/// Everything the node knows of a recorded variant; `None` when it was not recorded by then.
pub(super) async fn report(
    connection: &mut Connection,
    node: &Node,
    serial: VariantSerial,
    as_of: AsOf,
    viewer: Viewer,
) -> Result<Option<VariantReport>, NodeError> {
    let Some((recorded, all)) = variant::with_others(connection, serial).await? else {
        return Ok(None);
    };
    let first = StatementSerial::new(0);
    let mut statements = statement::of_variants(connection, &all, as_of, first, STATEMENTS + 1).await?;
    let has_more_statements = statements.len() > STATEMENTS as usize;
    statements.truncate(STATEMENTS as usize);
    let cases = cases(connection, node, &all, as_of, viewer).await?;
    if statements.is_empty() && cases.total == 0 {
        return Ok(None);
    }
    let said = aggregate::read_one(connection, node, serial, &all, as_of).await?;
    let (aggregates, by_condition) = said.into_iter().partition(|aggregate| aggregate.group.is_none());
    let provenance = provenance(connection, statements.iter().map(|s| s.submission), as_of).await?;
    let mut statements = view(connection, statements).await?;
    // Who has no peers is not made to wait for what they might have brought.
    if provenance.iter().any(|source| source.format == RECEIVED) {
        add_origins(connection, &mut statements).await?;
    }
    Ok(Some(VariantReport {
        variant: describe_with(connection, recorded, &all).await?,
        aggregates,
        by_condition,
        discordances: discordance::queue::of_variants(connection, &all, as_of).await?,
        statements,
        has_more_statements,
        cases,
        provenance,
    }))
}

/// A recorded variant with its names alone, whatever was said of it.
pub(super) async fn silent(
    connection: &mut Connection,
    serial: VariantSerial,
) -> Result<Option<VariantView>, StoreError> {
    match variant::with_others(connection, serial).await? {
        Some((recorded, all)) => Ok(Some(describe_with(connection, recorded, &all).await?)),
        None => Ok(None),
    }
}

/// Reads everything that stands beside a variant's row.
pub(crate) async fn describe(
    connection: &mut Connection,
    recorded: RecordedVariant,
) -> Result<VariantView, StoreError> {
    let all = variant::merged(connection, recorded.serial).await?;
    describe_with(connection, recorded, &all).await
}

/// The same for a variant whose mergers are known: itself and every other that was found to be it.
async fn describe_with(
    connection: &mut Connection,
    recorded: RecordedVariant,
    all: &[VariantSerial],
) -> Result<VariantView, StoreError> {
    let alleles = variant::alleles(connection, recorded.serial).await?;
    let places = variant::places(connection, &[recorded.serial]).await?.remove(&recorded.serial);
    let variant::Names { genes, expressions, xrefs } = variant::names(connection, recorded.serial, all).await?;
    let view = |allele: variant::Allele| AlleleView {
        assembly: allele.assembly.name(),
        contig: allele.contig.name(),
        start: allele.start,
        end: allele.end,
        vrs_id: allele.vrs_id,
        spdi: allele.spdi,
        hgvs_g: allele.hgvs_g,
        vcf: allele.vcf,
    };
    Ok(VariantView {
        serial: recorded.serial,
        id: recorded.id,
        canonical_id: recorded.key,
        status: recorded.status,
        kind: recorded.kind,
        label: recorded.label,
        vrs_id: recorded.vrs_id,
        vrs_version: recorded.vrs_version,
        hgvs_c: recorded.hgvs_c,
        hgvs_p: recorded.hgvs_p,
        alleles: alleles.into_iter().map(view).collect(),
        places: places.into_iter().flatten().map(|placed| placed.place).collect(),
        genes,
        expressions,
        xrefs,
    })
}

async fn cases(
    connection: &mut Connection,
    node: &Node,
    variants: &[VariantSerial],
    as_of: AsOf,
    viewer: Viewer,
) -> Result<CaseCounts, NodeError> {
    let found = carriers::of_variants(connection, node, variants, as_of, viewer).await?;
    if found.own.is_empty() && found.counted.is_empty() {
        return Ok(CaseCounts::default());
    }
    let own = carriers::distinct(&found.own);
    let mut counts = CaseCounts { total: own.len() as u64, is_exact: true, ..CaseCounts::default() };
    let mut seen = HashSet::new();
    for one in found.own.iter().filter(|one| seen.insert((one.case, one.zygosity))) {
        *counts.by_zygosity.entry(one.zygosity).or_insert(0) += 1;
    }
    let buckets = found.buckets();
    let here = viewer.own().filter(|_| !own.is_empty());
    let names = laboratories(connection, buckets.keys().copied().chain(here)).await?;
    let of_own = here.map(|here| (here, CaseNumber { at_least: own.len() as u64, is_exact: true }));
    for (serial, number) in of_own.into_iter().chain(buckets.iter().map(|(serial, number)| (*serial, *number))) {
        counts.by_laboratory.extend(names.get(&serial).map(|laboratory| (laboratory.clone(), number)));
    }
    counts.total += buckets.values().map(|number| number.at_least).sum::<u64>();
    counts.is_exact = buckets.values().all(|number| number.is_exact);
    let features = observation::features(connection, node.keys(), &own, as_of, FEATURES).await?;
    let view = |count: observation::FeatureCount| FeatureView {
        term: count.term,
        label: count.label,
        excluded: count.excluded,
        cases: count.cases,
    };
    counts.features = features.into_iter().map(view).collect();
    counts.features_elsewhere = found.features(connection, node.keys(), as_of).await?;
    if let (Some(laboratory), false) = (viewer.own(), own.is_empty()) {
        let first = CaseSerial::new(0);
        let seen =
            observation::of_variant(connection, node.keys(), variants, laboratory, as_of, first, OWN_CASES).await?;
        let known = seen.into_iter().filter(|seen| own.binary_search(&seen.case).is_ok());
        counts.own = known.map(own_case).collect();
    }
    counts.shared = shared_case::list(connection, node, &found, as_of, viewer).await?;
    Ok(counts)
}

fn own_case(observation: RecordedObservation) -> OwnCase {
    OwnCase {
        id: observation.case_id,
        local_id: observation.local_id,
        zygosity: observation.seen.zygosity,
        fraction: observation.seen.fraction,
        origin: observation.seen.origin,
        affected: observation.seen.affected,
        role: observation.seen.role,
        classification: observation.seen.classification,
    }
}

/// The submissions behind an answer, the earliest first.
pub(super) async fn provenance(
    connection: &mut Connection,
    submissions: impl Iterator<Item = SubmissionSerial>,
    as_of: AsOf,
) -> Result<Vec<Provenance>, StoreError> {
    let mut counted: BTreeMap<SubmissionSerial, usize> = BTreeMap::new();
    for serial in submissions {
        *counted.entry(serial).or_insert(0) += 1;
    }
    let serials: Vec<SubmissionSerial> = counted.keys().copied().collect();
    let found = submission::by_serials(connection, &serials, as_of).await?;
    let view = |found: submission::RecordedSubmission| Provenance {
        statements: counted.get(&found.serial).copied().unwrap_or_default(),
        accession: found.submission.accession.to_string(),
        format: found.submission.format,
        source: found.submission.source,
        recorded: found.submission.received,
    };
    Ok(found.into_iter().map(view).collect())
}

/// A variant in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BriefVariant {
    /// Its opaque id.
    pub id: VariantId,
    /// Its best name.
    pub label: String,
    /// What all statements say together, on each track that has one.
    pub aggregates: Vec<Aggregate>,
}

/// A variant's name and what is said about it.
pub(super) async fn describe_briefly(
    connection: &mut Connection,
    node: &Node,
    serial: VariantSerial,
    as_of: AsOf,
) -> Result<Option<BriefVariant>, NodeError> {
    let Some(recorded) = variant::by_serials(connection, &[serial]).await?.pop() else {
        return Ok(None);
    };
    let aggregates = aggregate::read_many(connection, node, &[serial], as_of).await?.remove(&serial);
    Ok(Some(BriefVariant { id: recorded.id, label: recorded.label, aggregates: aggregates.unwrap_or_default() }))
}
