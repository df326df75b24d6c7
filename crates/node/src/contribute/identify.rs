//! Which variants the drafts mean.
//!
//! The notations of a draft all mean one variant, the most trustworthy first. The first that
//! resolves says which; another that resolves to a different variant is a problem to look at.
//! A draft none of whose notations can be read keeps its text as an unresolved variant.

use super::contradictions;
use super::variant_record::{record_of, unresolved};
use cairn_core::draft::{ContentDraft, ExpressionDraft, RecordDraft, StatementDraft, VariantDraft};
use cairn_core::problem::{Problem, Severity};
use cairn_reference::Reference;
use cairn_reference::identify::{IdentifyOptions, identify as ask};
use cairn_reference::identity::{Identity, Kind, Status};
use cairn_store::variant::{Notation, VariantRecord, VariantStatus};
use rayon::prelude::*;
use std::collections::HashMap;

/// What a draft's notations were found to mean.
#[derive(Debug, Clone)]
pub struct Identified {
    /// The variant.
    pub variant: VariantRecord,
    /// The notation that said so, as written.
    pub expression: String,
    /// The same variant on the other assembly, as another notation says it.
    pub twin: Option<VariantRecord>,
    /// The VRS identifier it would have on the other assembly by the loaded chain, bases not compared.
    pub counterpart: Option<String>,
    /// All notations.
    pub notations: Vec<Notation>,
    /// Names at the source.
    pub xrefs: Vec<String>,
    /// What to tell about it, without a row.
    pub problems: Vec<Problem>,
}

/// The variants of all drafts, each distinct draft identified once.
#[derive(Debug, Default)]
pub struct Identities<'a> {
    places: HashMap<&'a VariantDraft, usize>,
    all: Vec<Identified>,
}

impl<'a> Identities<'a> {
    /// Identifies every variant of these records on all cores.
    pub fn of(records: &'a [RecordDraft], reference: &Reference) -> Self {
        let mut places = HashMap::new();
        let mut distinct: Vec<&VariantDraft> = Vec::new();
        for draft in records.iter().flat_map(variants_of) {
            places.entry(draft).or_insert_with(|| {
                distinct.push(draft);
                distinct.len() - 1
            });
        }
        let all = distinct.par_iter().map(|draft| identify(draft, reference)).collect();
        Self { places, all }
    }

    /// Number of a draft's variant within [`Self::all`].
    pub fn index(&self, draft: &VariantDraft) -> Option<usize> {
        self.places.get(draft).copied()
    }

    /// What a draft was found to mean.
    pub fn of_draft(&self, draft: &VariantDraft) -> Option<&Identified> {
        self.all.get(self.index(draft)?)
    }

    /// All distinct drafts' variants, in the order of their first appearance.
    pub fn all(&self) -> &[Identified] {
        &self.all
    }
}

/// Every variant draft of a record.
pub(super) fn variants_of(record: &RecordDraft) -> Vec<&VariantDraft> {
    match &record.content {
        ContentDraft::Statement(statement) => {
            let StatementDraft { variant, case, .. } = statement.as_ref();
            let seen = case.as_ref().map(|case| case.observations.iter()).into_iter().flatten();
            std::iter::once(variant).chain(seen.map(|o| &o.variant)).collect()
        }
        ContentDraft::Case(case) => case.observations.iter().map(|o| &o.variant).collect(),
    }
}

/// Finds out what one draft means.
pub fn identify(draft: &VariantDraft, reference: &Reference) -> Identified {
    let answers = answers(draft, reference);
    let resolved = |(_, identity): &&Answer<'_>| identity.status == Status::Resolved;
    let any = |(_, identity): &&Answer<'_>| identity.is_identified();
    let chosen = answers.iter().find(resolved).or_else(|| answers.iter().find(any));
    let notations = notations(draft);
    let xrefs = draft.xrefs.clone();
    let Some((expression, identity)) = chosen else {
        let problems = refusals(&answers);
        let expression = draft.expressions.first().map(|first| first.text.clone()).unwrap_or_default();
        let variant = unresolved(&expression, draft.gene.as_deref());
        return Identified { variant, twin: None, counterpart: None, expression, notations, xrefs, problems };
    };
    let mut problems = notices(expression, identity);
    problems.extend(contradictions::of(draft, (expression, identity), &answers, reference));
    Identified {
        variant: record_of(identity, draft.gene.as_deref()),
        twin: twin(identity, &answers).map(|twin| record_of(&twin, draft.gene.as_deref())),
        counterpart: identity.counterpart.clone(),
        expression: expression.text.clone(),
        notations,
        xrefs,
        problems,
    }
}

fn notations(draft: &VariantDraft) -> Vec<Notation> {
    let notation = |(expression, trust): (&ExpressionDraft, u32)| Notation {
        expression: expression.text.clone(),
        assembly: expression.assembly.clone(),
        trust,
    };
    draft.expressions.iter().zip(0..).map(notation).collect()
}

/// A notation and what it was found to mean.
pub(super) type Answer<'a> = (&'a ExpressionDraft, Identity);

/// Asks about each notation in turn. Once one has resolved, the others only confirm it: what they
/// are on transcripts is not asked.
fn answers<'a>(draft: &'a VariantDraft, reference: &Reference) -> Vec<Answer<'a>> {
    let mut answers: Vec<Answer<'a>> = Vec::with_capacity(draft.expressions.len());
    let mut without_transcripts = false;
    for expression in &draft.expressions {
        let assembly = expression.assembly.as_deref().and_then(|name| name.parse().ok());
        let options = IdentifyOptions {
            assembly,
            without_transcripts,
            transcripts_per_gene: Some(8),
            ..IdentifyOptions::default()
        };
        let mut identity = ask(&expression.text, reference, options);
        // `c.68_69del` without a transcript means something only together with its gene.
        if let Some(gene) = draft.gene.as_deref().filter(|_| identity.status == Status::Error)
            && !expression.text.contains(':')
        {
            let with_gene = ask(&format!("{gene} {}", expression.text), reference, options);
            // Why it is not read with its gene says more than that it names none.
            let lacks_gene = identity.error.as_ref().is_some_and(|refusal| refusal.code == "reference_missing");
            if with_gene.is_identified() || lacks_gene {
                identity = with_gene;
            }
        }
        without_transcripts |= identity.status == Status::Resolved;
        answers.push((expression, identity));
    }
    answers
}

/// Why no notation could be read; the reason of the most trustworthy one.
fn refusals(answers: &[Answer<'_>]) -> Vec<Problem> {
    let Some((expression, identity)) = answers.first() else {
        return Vec::new();
    };
    let (code, message, remedy) = match &identity.error {
        Some(refusal) => (refusal.code.as_str(), refusal.message.clone(), refusal.remedy.clone()),
        None if identity.candidates.is_empty() => {
            let why = identity.warnings.first();
            let message = why.map_or("it may be several variants", |notice| notice.message.as_str());
            let remedy = why.and_then(|notice| notice.remedy.clone());
            let remedy = remedy.unwrap_or_else(|| "write it with its assembly".to_owned());
            ("variant.ambiguous", format!("`{}`: {message}", expression.text), remedy)
        }
        None => {
            let meant: Vec<&str> = identity.candidates.iter().map(|c| c.expression.as_str()).collect();
            let message = format!("`{}` may mean {}", expression.text, meant.join(" or "));
            ("variant.ambiguous", message, "write one of them".to_owned())
        }
    };
    let code = if code.contains('.') { code.to_owned() } else { format!("variant.{code}") };
    let message = format!("{message}; the record is kept under its text");
    vec![Problem::new(Severity::Warning, &code, message, remedy).in_column(&expression.column)]
}

fn notices(expression: &ExpressionDraft, identity: &Identity) -> Vec<Problem> {
    let note = |notice: &cairn_reference::identity::Notice| {
        let code = format!("variant.{}", notice.code);
        let remedy = notice.remedy.clone().unwrap_or_default();
        Problem::new(Severity::Note, &code, &notice.message, remedy).in_column(&expression.column)
    };
    identity.warnings.iter().map(note).collect()
}

/// What another notation says of the same variant on the other assembly, when nothing loaded
/// carries one to the other. The source's word that both mean one variant is taken only when
/// chromosome and alleles, in their VCF form, are the same on both; then also for a change whose
/// identity waits for its bases on both alike.
fn twin(identity: &Identity, answers: &[Answer<'_>]) -> Option<Identity> {
    let [(own, vcf)] = identity.vcf.iter().collect::<Vec<_>>()[..] else {
        return None;
    };
    let change = |vcf: &str| {
        let mut parts = vcf.splitn(3, '-');
        let (contig, _, alleles) = (parts.next()?, parts.next()?, parts.next()?);
        Some((contig.to_owned(), alleles.to_owned()))
    };
    let is_twin = |other: &Identity| {
        let [(on, theirs)] = other.vcf.iter().collect::<Vec<_>>()[..] else {
            return false;
        };
        on != own && change(vcf).is_some() && change(vcf) == change(theirs)
    };
    let mut others = answers.iter().map(|(_, other)| other);
    let waits_alike = |other: &Identity| {
        identity.status == Status::Provisional && other.status == Status::Provisional && identity.kind == other.kind
    };
    others.find(|other| (is_comparable(identity, other) || waits_alike(other)) && is_twin(other)).cloned()
}

/// Whether both are known to the base, so that their identifiers may be compared.
pub(super) fn is_comparable(identity: &Identity, other: &Identity) -> bool {
    let both = identity.status == Status::Resolved && other.status == Status::Resolved;
    both && other.kind != Some(Kind::Protein) && identity.kind != Some(Kind::Protein)
}

impl Identified {
    /// Whether the variant is known by its text only.
    pub fn is_unresolved(&self) -> bool {
        self.variant.status == VariantStatus::Unresolved
    }
}
