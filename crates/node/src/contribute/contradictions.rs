//! What one row says of its variant and does not agree with itself: two notations, the gene, the protein change.
//!
//! A row that slipped by one in a spreadsheet looks like this. The surest notation is taken, and the rest is told.

use super::identify::{Answer, is_comparable};
use cairn_core::draft::{ExpressionDraft, VariantDraft};
use cairn_core::problem::{Problem, Severity};
use cairn_reference::Reference;
use cairn_reference::gene::{GeneMatch, GeneName};
use cairn_reference::identity::Identity;
use cairn_variant::expression::{Expression, Form};
use cairn_variant::hgvs::{Axis, Change, Composition, Hgvs, ProteinChange, ProteinEdit, ProteinLocation, Variant};

/// Every contradiction to the notation that was taken, without a row.
pub(super) fn of(
    draft: &VariantDraft,
    taken: (&ExpressionDraft, &Identity),
    answers: &[Answer<'_>],
    reference: &Reference,
) -> Vec<Problem> {
    let mut problems = notations(taken, answers);
    problems.extend(gene(draft, taken, reference));
    problems.extend(answers.iter().filter_map(|(other, _)| protein(taken, other)));
    problems
}

/// Other notations that resolve to a different variant on an assembly that both are known on.
fn notations((taken, identity): (&ExpressionDraft, &Identity), answers: &[Answer<'_>]) -> Vec<Problem> {
    let differs = |(_, other): &&Answer<'_>| {
        let shared = identity.alleles.iter().find_map(|(on, id)| Some((id, other.alleles.get(on)?)));
        is_comparable(identity, other) && shared.is_some_and(|(one, two)| one != two)
    };
    let problem = |(expression, _): &Answer<'_>| {
        let message = format!("`{}` and `{}` are different variants; the first was taken", taken.text, expression.text);
        Problem::new(Severity::Warning, "variant.notations_differ", message, "correct the one that is wrong")
            .in_column(&expression.column)
    };
    answers.iter().filter(differs).map(problem).collect()
}

/// A gene beside a change on a transcript of another gene. A change on a chromosome may concern a gene that it does
/// not lie in, so only transcripts are held against the gene.
fn gene(
    draft: &VariantDraft,
    (taken, identity): (&ExpressionDraft, &Identity),
    reference: &Reference,
) -> Option<Problem> {
    let stated = draft.gene.as_deref()?;
    if identity.genes.is_empty() || !is_on_transcript(&taken.text) {
        return None;
    }
    let named: Option<Vec<&GeneName>> = stated
        .split([',', ';', '/', '|', ' '])
        .filter(|symbol| !symbol.is_empty())
        .map(|symbol| match reference.genes().find(symbol) {
            GeneMatch::Approved(gene) | GeneMatch::ByOtherName(gene) => Some(gene),
            GeneMatch::Ambiguous(_) | GeneMatch::Unknown => None,
        })
        .collect();
    // A word that is no gene's name is no contradiction.
    let named = named.filter(|named| !named.is_empty())?;
    if named.iter().any(|gene| identity.genes.contains(&gene.symbol.to_string())) {
        return None;
    }
    let message = format!("`{}` is a change of {}, not of {stated}", taken.text, identity.genes.join(", "));
    let remedy = "correct the gene or the variant; a row may have slipped in the sheet";
    Some(Problem::new(Severity::Warning, "variant.gene_differs", message, remedy).in_column(&taken.column))
}

fn is_on_transcript(text: &str) -> bool {
    let Ok(Expression { form: Form::Hgvs(Hgvs::Variant(Variant { change, .. })), .. }) = Expression::parse(text) else {
        return false;
    };
    matches!(change, Change::Nucleotide { axis: Axis::Coding | Axis::NonCoding | Axis::Rna, .. })
}

/// A protein change that is on none of the proteins what the nucleotide change makes of them.
fn protein((taken, identity): (&ExpressionDraft, &Identity), other: &ExpressionDraft) -> Option<Problem> {
    let stated = protein_change(&other.text).filter(|_| other.text != taken.text)?;
    let ours: Vec<(&String, ProteinChange)> =
        identity.hgvs.p.iter().filter_map(|text| Some((text, protein_change(text)?))).collect();
    let (first, _) = ours.first()?;
    if ours.iter().any(|(_, change)| agree(&stated, change)) {
        return None;
    }
    let message = format!("`{}` does not fit `{}`, which is {first}; the latter was taken", other.text, taken.text);
    let remedy = "correct the one that is wrong";
    Some(Problem::new(Severity::Warning, "variant.protein_differs", message, remedy).in_column(&other.column))
}

fn protein_change(text: &str) -> Option<ProteinChange> {
    let Form::Hgvs(Hgvs::Variant(Variant { change: Change::Protein(Composition::Single(change)), .. })) =
        Expression::parse(text).ok()?.form
    else {
        return None;
    };
    Some(change)
}

/// Whether both may mean the same: a frameshift may leave out what it ends with, and a change of the whole protein
/// (`p.=`, `p.?`, `p.0`) or an unknown one contradicts nothing.
fn agree(stated: &ProteinChange, ours: &ProteinChange) -> bool {
    let is_open = |change: &ProteinChange| {
        change.location == ProteinLocation::Whole || matches!(change.edit, ProteinEdit::Unknown)
    };
    if is_open(stated) || is_open(ours) {
        return true;
    }
    let edits = match (&stated.edit, &ours.edit) {
        (ProteinEdit::Frameshift { first: one, .. }, ProteinEdit::Frameshift { first: other, .. }) => {
            one.is_none() || other.is_none() || one == other
        }
        (one, other) => one == other,
    };
    edits && stated.location == ours.location
}
