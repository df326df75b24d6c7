//! `GET /api/v1/variants/{expression}`: everything the node knows of a variant.

use crate::api::v1::bound;
use crate::api::v1::statement_answer::{LaboratoryAnswer, StatementAnswer};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::pages::asked;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cairn_core::aggregate::Aggregate as Track;
use cairn_core::discordance::Grade;
use cairn_node::discordance::QueueLine;
use cairn_node::federation::PeerAnswer;
use cairn_node::lookup::carriers::CaseNumber;
use cairn_node::lookup::expression::LookUp;
use cairn_node::lookup::near::Nearby;
use cairn_node::lookup::variant::{CaseCounts, Provenance, VariantView};
use cairn_reference::identity::Identity;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// What is known of a variant.
#[derive(Debug, Serialize, ToSchema)]
pub struct VariantAnswer {
    /// Which variant.
    variant: VariantNames,
    /// What the statements say together.
    aggregate: Aggregate,
    /// Where laboratories differ on it.
    discordances: Discordances,
    /// Every current statement, up to 500.
    statements: Vec<StatementAnswer>,
    /// Whether there are more.
    has_more_statements: bool,
    /// Frequencies in populations; none is loaded in this version.
    frequencies: Vec<serde_json::Value>,
    /// Cases that carry it.
    cases: Cases,
    /// What it is on each transcript, MANE Select first.
    #[schema(value_type = Vec<Object>)]
    consequences: Consequences,
    /// Where all this came from.
    #[schema(value_type = Vec<Object>)]
    provenance: Vec<Provenance>,
    /// What is not this variant and stands beside it: `equivalent` by the declared rule in version `rule`,
    /// `overlapping` with `overlap_percent`, `kept_as_text` of which nobody has verified that it is this variant.
    #[schema(value_type = Object)]
    nearby: Nearby,
    /// What other nodes answered just now, and who did not; absent without peers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    peers: Option<Vec<PeerAnswer>>,
}

/// What an identity is on each transcript; nothing without an identity.
#[derive(Debug)]
struct Consequences(Option<Arc<Identity>>);

impl Serialize for Consequences {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = self.0.as_ref().map(|identity| identity.consequences.as_slice());
        all.unwrap_or_default().serialize(serializer)
    }
}

/// A variant's names.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct VariantNames {
    /// The text as asked.
    expression: String,
    /// `resolved`, `provisional`, `not_verified` or `unresolved`.
    status: String,
    /// Its id in this node; absent when nothing is recorded of it.
    id: Option<String>,
    /// VRS 2 identifier on GRCh38, or else on the assembly given.
    variant_id: Option<String>,
    /// The group over builds.
    canonical_id: Option<String>,
    /// The VRS version of the identifiers.
    vrs_version: Option<String>,
    /// What sort of variant.
    kind: Option<String>,
    /// The best name for a heading.
    label: Option<String>,
    /// SPDI.
    spdi: Option<String>,
    /// `17-43045712-T-C` by assembly.
    vcf: BTreeMap<String, String>,
    /// HGVS descriptions.
    hgvs: Hgvs,
    /// Symbols of the genes it touches.
    genes: Vec<String>,
    /// Every notation it came in under.
    expressions: Vec<String>,
    /// Its names at its sources.
    xrefs: Vec<String>,
    /// What to know about the identity.
    warnings: Vec<Warning>,
}

/// HGVS descriptions.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Hgvs {
    /// On the chromosome.
    g: Option<String>,
    /// On transcripts, MANE Select first.
    c: Vec<String>,
    /// On proteins.
    p: Vec<String>,
}

/// Something to know about an identity.
#[derive(Debug, Serialize, ToSchema)]
pub struct Warning {
    /// Stable code.
    code: String,
    /// For a person.
    message: String,
    /// What to do about it.
    remedy: Option<String>,
}

/// What the statements say together.
#[derive(Debug, Serialize, ToSchema)]
pub struct Aggregate {
    /// In one sentence.
    sentence: String,
    /// `conflict`, `agree`, `single`, `no_position` or `none`, of the first track.
    verdict: &'static str,
    /// The class in ClinVar's words, of the first track.
    classification: Option<String>,
    /// The review status in ClinVar's words, of the first track.
    review_status: Option<&'static str>,
    /// Stars of the review status, 0 to 4.
    stars: u8,
    /// Number of laboratories, of the first track.
    laboratories: usize,
    /// Number of statements, of the first track.
    statements: usize,
    /// The latest evaluation date, of the first track.
    last_evaluated: Option<String>,
    /// Each track that has a statement: germline, oncogenicity, clinical impact.
    #[schema(value_type = Vec<Object>)]
    tracks: Vec<Track>,
    /// The same for each condition with its mode of inheritance.
    #[schema(value_type = Vec<Object>)]
    by_condition: Vec<Track>,
}

/// Where laboratories differ on a variant.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Discordances {
    /// How many ask for work, without those that differ in strength only.
    open: usize,
    /// Code of the gravest grade among those that ask for work.
    gravest: Option<&'static str>,
    /// Whether care may depend on one of them.
    medically_significant: bool,
    /// All, those that ask for work first, ended ones too.
    #[schema(value_type = Vec<Object>)]
    all: Vec<QueueLine>,
}

/// Cases that carry a variant: counts for all, the reader's own by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cases {
    /// Cases, each once; the least it can be when those of others are known in steps.
    total: u64,
    /// Whether `total` is the number itself.
    is_exact: bool,
    /// The reader's own by copies.
    by_zygosity: BTreeMap<&'static str, u64>,
    /// By laboratory.
    by_laboratory: Vec<LaboratoryCount>,
    /// Features of other laboratories' cases in steps; none below five cases.
    #[schema(value_type = Vec<Object>)]
    features_elsewhere: Vec<cairn_core::tier::FeatureBucket>,
    /// Cases of laboratories under agreement, without identity, where the person agreed.
    #[schema(value_type = Vec<Object>)]
    shared: Vec<cairn_core::tier::Deidentified>,
    /// The reader's own by HPO feature, observed and excluded.
    #[schema(value_type = Vec<Object>)]
    features: Vec<cairn_node::lookup::variant::FeatureView>,
    /// The reader's own cases.
    #[schema(value_type = Vec<Object>)]
    own: Vec<cairn_node::lookup::variant::OwnCase>,
}

/// Cases of a laboratory.
#[derive(Debug, Serialize, ToSchema)]
pub struct LaboratoryCount {
    /// Whose.
    laboratory: LaboratoryAnswer,
    /// How many; of others the least it can be: 1, 2, 5 or 10.
    cases: u64,
    /// Whether that is the number itself.
    is_exact: bool,
}

/// Everything this node knows of the variant that an expression names.
///
/// The expression is percent-encoded; any notation is read. A variant of which nothing is recorded
/// gives its identity with no statements.
#[utoipa::path(
    get,
    path = "/api/v1/variants/{expression}",
    tag = "variants",
    params(
        ("expression" = String, Path, description = "HGVS, SPDI, VCF, VRS, rsID, ClinVar, free text; percent-encoded"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "What is known", body = VariantAnswer),
        (status = 422, description = "The expression names no variant, or several", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(expression): Path<String>,
    Query(then): Query<AsOfQuery>,
) -> Result<Response, ApiProblem> {
    // Consents expire with the day, without anything being committed.
    let kept_as = format!("{} {expression}", app.node.today());
    app.node.count_lookup(caller.at.serial, caller.purpose);
    let is_today = then.moment().is_ok_and(|moment| moment.is_none());
    let has_peers = asked::has_peers(&app);
    // What peers answer is of this moment: it is not kept.
    let state = if is_today && !has_peers { Some(app.node.state().await?) } else { None };
    if let Some(kept) = state.and_then(|state| app.answers.variant(state, caller.viewer, &kept_as)) {
        return Ok(json(kept));
    }
    let as_of = bound(&app, &then).await?;
    let found = app.node.look_up(&expression, as_of, caller.viewer).await?;
    let asked_of = if is_today && has_peers { Some(asked::variant(&app, &caller, &found).await) } else { None };
    let nearby = app.node.near(&found, as_of, caller.viewer).await?;
    let mut answer = VariantAnswer { peers: asked_of, ..answer(expression, found)? };
    if let (None, Some(similar)) = (&answer.aggregate.classification, nearby.beside_nothing()) {
        answer.aggregate.sentence = format!("{}; {similar}", answer.aggregate.sentence);
    }
    answer.nearby = nearby;
    let body = serde_json::to_vec(&answer).map(Bytes::from).map_err(|error| ApiProblem::internal(&error))?;
    if let Some(state) = state {
        app.answers.keep_variant(state, caller.viewer, kept_as, &body);
    }
    Ok(json(body))
}

fn json(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn answer(expression: String, found: LookUp) -> Result<VariantAnswer, ApiProblem> {
    if found.report.is_none() && found.silent.is_none() {
        refuse(&found)?;
    }
    let LookUp { identity, report, silent, .. } = found;
    let recorded = report.as_ref().map(|report| &report.variant).or(silent.as_ref());
    let names = names(expression, identity.as_deref(), recorded);
    let consequences = Consequences(identity);
    let Some(report) = report else {
        return Ok(VariantAnswer {
            variant: names,
            aggregate: aggregate(Vec::new(), Vec::new()),
            discordances: Discordances::default(),
            statements: Vec::new(),
            has_more_statements: false,
            frequencies: Vec::new(),
            cases: cases(CaseCounts::default()),
            consequences,
            provenance: Vec::new(),
            nearby: Nearby::default(),
            peers: None,
        });
    };
    Ok(VariantAnswer {
        variant: names,
        aggregate: aggregate(report.aggregates, report.by_condition),
        discordances: discordances(report.discordances),
        statements: report.statements.iter().map(StatementAnswer::from).collect(),
        has_more_statements: report.has_more_statements,
        frequencies: Vec::new(),
        cases: cases(report.cases),
        consequences,
        provenance: report.provenance,
        nearby: Nearby::default(),
        peers: None,
    })
}

/// Why there is no one variant to speak of.
fn refuse(found: &LookUp) -> Result<(), ApiProblem> {
    let recorded = found.candidates.iter().map(|candidate| candidate.label.clone());
    let read = found.identity.iter().flat_map(|identity| &identity.candidates).map(|c| c.expression.clone());
    let candidates: Vec<String> = recorded.chain(read).collect();
    if !candidates.is_empty() {
        let detail = format!("the text may mean several variants: {}", candidates.join(", "));
        return Err(ApiProblem::unprocessable(detail).with_code("ambiguous").with_remedy("ask for one of them"));
    }
    match found.identity.as_deref() {
        Some(identity) if identity.is_identified() => Ok(()),
        Some(Identity { error: Some(refusal), .. }) => Err(ApiProblem::unprocessable(refusal.message.clone())
            .with_code(refusal.code.clone())
            .with_remedy(refusal.remedy.clone())),
        _ => Err(ApiProblem::not_found("no such variant here")),
    }
}

fn names(expression: String, identity: Option<&Identity>, recorded: Option<&VariantView>) -> VariantNames {
    let mut names = VariantNames { expression, ..VariantNames::default() };
    if let Some(variant) = recorded {
        names.status = word(&variant.status);
        names.id = Some(variant.id.to_string());
        names.variant_id.clone_from(&variant.vrs_id);
        names.canonical_id = Some(variant.canonical_id.clone());
        names.vrs_version.clone_from(&variant.vrs_version);
        names.kind = Some(variant.kind.clone());
        names.label = Some(variant.label.clone());
        names.genes.clone_from(&variant.genes);
        names.expressions.clone_from(&variant.expressions);
        names.xrefs.clone_from(&variant.xrefs);
        names.hgvs.c.extend(variant.hgvs_c.clone());
        names.hgvs.p.extend(variant.hgvs_p.clone());
        for allele in &variant.alleles {
            names.vcf.extend(allele.vcf.clone().map(|vcf| (allele.assembly.to_owned(), vcf)));
            names.spdi = allele.spdi.clone().or(names.spdi);
            names.hgvs.g = allele.hgvs_g.clone().or(names.hgvs.g);
        }
    }
    if let Some(identity) = identity.filter(|identity| identity.is_identified()) {
        names.status = word(&identity.status);
        names.variant_id.clone_from(&identity.variant_id);
        names.canonical_id.clone_from(&identity.canonical_id);
        names.vrs_version.clone_from(&identity.vrs_version);
        names.kind = identity.kind.as_ref().map(word);
        names.spdi.clone_from(&identity.spdi);
        names.vcf = identity.vcf.iter().map(|(assembly, vcf)| (assembly.to_string(), vcf.clone())).collect();
        names.hgvs = Hgvs { g: identity.hgvs.g.clone(), c: identity.hgvs.c.clone(), p: identity.hgvs.p.clone() };
        if names.genes.is_empty() {
            names.genes.clone_from(&identity.genes);
        }
        let warning = |notice: &cairn_reference::identity::Notice| Warning {
            code: notice.code.clone(),
            message: notice.message.clone(),
            remedy: notice.remedy.clone(),
        };
        names.warnings = identity.warnings.iter().map(warning).collect();
    }
    names
}

/// The stable code of a word.
fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.as_ref().and_then(|value| value.as_str()).unwrap_or_default().to_owned()
}

fn aggregate(tracks: Vec<Track>, by_condition: Vec<Track>) -> Aggregate {
    let first = tracks.first();
    Aggregate {
        sentence: first.map_or_else(|| "Not found in this network".to_owned(), |track| track.sentence().to_string()),
        verdict: first.map_or("none", |track| track.verdict.code()),
        classification: first.map(|track| track.classification.clone()),
        review_status: first.map(|track| track.review_status.label()),
        stars: first.map_or(0, |track| track.stars),
        laboratories: first.map_or(0, |track| track.laboratories),
        statements: first.map_or(0, |track| track.statements),
        last_evaluated: first.and_then(|track| track.last_evaluated).map(|date| date.to_string()),
        tracks,
        by_condition,
    }
}

fn discordances(all: Vec<QueueLine>) -> Discordances {
    let gravest = all.iter().filter(|line| line.state.is_open()).map(|line| line.grade).min();
    let asks = |line: &&QueueLine| line.state.is_open() && line.grade != Grade::Strength;
    Discordances {
        open: all.iter().filter(asks).count(),
        gravest: gravest.map(Grade::code),
        medically_significant: gravest.is_some_and(Grade::is_medically_significant),
        all,
    }
}

fn cases(counts: CaseCounts) -> Cases {
    let laboratory = |(laboratory, cases): &(cairn_core::laboratory::Laboratory, CaseNumber)| LaboratoryCount {
        laboratory: LaboratoryAnswer::from(laboratory),
        cases: cases.at_least,
        is_exact: cases.is_exact,
    };
    Cases {
        total: counts.total,
        is_exact: counts.is_exact,
        features_elsewhere: counts.features_elsewhere,
        shared: counts.shared,
        by_zygosity: counts.by_zygosity.iter().map(|(zygosity, n)| (zygosity.code(), *n)).collect(),
        by_laboratory: counts.by_laboratory.iter().map(laboratory).collect(),
        features: counts.features,
        own: counts.own,
    }
}
