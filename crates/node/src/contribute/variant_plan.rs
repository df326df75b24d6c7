//! The variants of a submission: what is to be told about them, and their rows in the record.

use super::identify::{Identified, Identities, variants_of};
use super::meet::meet;
use crate::error::NodeError;
use crate::landing::MergedVariant;
use crate::world::World;
use cairn_core::draft::RecordDraft;
use cairn_core::id::VariantId;
use cairn_core::problem::{Problem, Severity};
use cairn_store::Writer;
use cairn_store::serial::{EntrySerial, VariantSerial};
use cairn_store::variant::{self, VariantRecord};
use cairn_variant::assembly::Assembly;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What identification has to tell: warnings at the rows concerned, notes once for all rows. In
/// strict mode a variant that could not be resolved stops the whole.
pub(super) fn variant_problems(records: &[RecordDraft], identities: &Identities<'_>, strict: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    // A row may give a statement and a case of one variant: it is told once.
    let mut told: HashSet<(u64, &str, &str)> = HashSet::new();
    let mut notes: BTreeMap<(&str, &str), (u64, u64, &Problem)> = BTreeMap::new();
    for record in records {
        for identified in variants_of(record).into_iter().filter_map(|draft| identities.of_draft(draft)) {
            for problem in &identified.problems {
                if !told.insert((record.row, &problem.code, &problem.message)) {
                    continue;
                }
                if problem.severity == Severity::Note {
                    let note = notes.entry((&problem.code, &problem.message)).or_insert((record.row, 0, problem));
                    note.1 += 1;
                    continue;
                }
                let mut problem = problem.clone().at_row(record.row);
                if strict && identified.is_unresolved() {
                    problem.severity = Severity::Error;
                }
                problems.push(problem);
            }
        }
    }
    problems.extend(notes.into_values().map(|(row, times, problem)| note(row, times, problem)));
    problems
}

fn note(row: u64, times: u64, problem: &Problem) -> Problem {
    if times == 1 {
        return problem.clone().at_row(row);
    }
    let message = format!("{} ({times} rows, the first is {row})", problem.message);
    Problem { message, column: None, ..problem.clone() }
}

/// Records the variants that are used, and gives each identified one its serial; those not used
/// have a serial of zero that nobody asks for. Mergers that come of it stand beside.
pub(super) async fn record_variants(
    writer: &mut Writer,
    entry: EntrySerial,
    identities: &Identities<'_>,
    used: BTreeSet<usize>,
    world: &World,
) -> Result<(Vec<VariantSerial>, Vec<MergedVariant>), NodeError> {
    let all = identities.all();
    let records = used.iter().flat_map(|at| std::iter::once(&all[*at].variant).chain(&all[*at].twin));
    let mut known = record_keys(writer, entry, records, world).await?;
    let mut merged = join_twins(writer, entry, used.iter().map(|at| &all[*at]), &mut known).await?;
    let mut serials = vec![VariantSerial::new(0); all.len()];
    for at in &used {
        serials[*at] = known.get(&all[*at].variant.key).copied().unwrap_or(serials[*at]);
    }
    add_names(writer, all, &used, &serials).await?;
    merged.extend(meet(writer, entry, all, &used, &mut serials).await?);
    Ok((serials, merged))
}

/// The serials of these records by key; new ones are added.
async fn record_keys<'a>(
    writer: &mut Writer,
    entry: EntrySerial,
    records: impl Iterator<Item = &'a VariantRecord>,
    world: &World,
) -> Result<HashMap<String, VariantSerial>, NodeError> {
    let mut first: HashMap<&str, &VariantRecord> = HashMap::new();
    let mut in_order: Vec<&VariantRecord> = Vec::new();
    for record in records {
        if first.insert(&record.key, record).is_none() {
            in_order.push(record);
        }
    }
    let keys: Vec<String> = in_order.iter().map(|record| record.key.clone()).collect();
    let mut known = variant::find_keys(writer, &keys).await?;
    let new: Vec<(VariantId, &VariantRecord)> = in_order
        .into_iter()
        .filter(|record| !known.contains_key(&record.key))
        .map(|record| (VariantId::from_random((world.random)()), record))
        .collect();
    let added = variant::add(writer, entry, &new).await?;
    known.extend(new.iter().zip(added).map(|((_, record), serial)| (record.key.clone(), serial)));
    Ok(known)
}

/// Makes one of what sources know on one assembly each: the GRCh38 side stays.
async fn join_twins(
    writer: &mut Writer,
    entry: EntrySerial,
    identified: impl Iterator<Item = &Identified>,
    known: &mut HashMap<String, VariantSerial>,
) -> Result<Vec<MergedVariant>, NodeError> {
    let mut joined: HashMap<VariantSerial, VariantSerial> = HashMap::new();
    for (one, twin) in identified.filter_map(|one| Some((&one.variant, one.twin.as_ref()?))) {
        let on_38 = |record: &VariantRecord| record.alleles.iter().any(|allele| allele.assembly == Assembly::Grch38);
        let (stays, goes) = if on_38(one) { (one, twin) } else { (twin, one) };
        let (Some(into), Some(from)) = (known.get(&stays.key).copied(), known.get(&goes.key).copied()) else {
            continue;
        };
        if into != from && !joined.contains_key(&from) {
            variant::merge(writer, entry, from, into).await?;
            variant::add_alleles(writer, into, &goes.alleles).await?;
            variant::add_places(writer, &[(into, goes.places.as_slice())]).await?;
            joined.insert(from, into);
        }
    }
    for serial in known.values_mut() {
        *serial = joined.get(serial).copied().unwrap_or(*serial);
    }
    Ok(joined.into_iter().map(|(from, into)| MergedVariant { from, into }).collect())
}

async fn add_names(
    writer: &mut Writer,
    all: &[Identified],
    used: &BTreeSet<usize>,
    serials: &[VariantSerial],
) -> Result<(), NodeError> {
    let mut notations = Vec::new();
    let mut xrefs = Vec::new();
    let mut genes = Vec::new();
    for at in used {
        let (identified, serial) = (&all[*at], serials[*at]);
        notations.extend(identified.notations.iter().map(|notation| (serial, notation.clone())));
        xrefs.extend(identified.xrefs.iter().map(|xref| (serial, xref.clone())));
        genes.extend(identified.variant.genes.iter().map(|gene| (serial, gene)));
    }
    variant::add_names(writer, &notations, &xrefs).await?;
    // Most were added with their variants; a known variant may learn its gene here.
    variant::add_genes(writer, &genes).await?;
    Ok(())
}
