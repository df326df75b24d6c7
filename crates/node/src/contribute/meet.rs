//! Variants that two sources know on one assembly each, where no bases are loaded to compare.
//!
//! Two records are one variant when chromosome and both alleles are the same on both assemblies and something ties the
//! two places to each other: the loaded chain, or the same description on the same version of a transcript. Each side
//! states its own reference base, so that the bases of both assemblies are compared after all, by the word of those
//! who read them. A transcript of another version is no tie: its numbers may have moved.

use super::identify::Identified;
use crate::error::NodeError;
use crate::landing::MergedVariant;
use cairn_store::Writer;
use cairn_store::serial::{EntrySerial, VariantSerial};
use cairn_store::variant::{self, Allele, VariantStatus};
use cairn_variant::assembly::Assembly;
use cairn_variant::hgvs::{Change, Hgvs, Reference};
use std::collections::{BTreeSet, HashMap};

/// Merges what meets; the serials of those that went are changed to those that stay.
pub(super) async fn meet(
    writer: &mut Writer,
    entry: EntrySerial,
    all: &[Identified],
    used: &BTreeSet<usize>,
    serials: &mut [VariantSerial],
) -> Result<Vec<MergedVariant>, NodeError> {
    let open: Vec<usize> = used.iter().copied().filter(|at| is_one_sided(&all[*at])).collect();
    let by_chain = counterparts(writer, all, &open).await?;
    let by_name = namesakes(writer, all, &open).await?;
    let mut merged: Vec<MergedVariant> = Vec::new();
    for at in open {
        let others = by_chain.get(&at).into_iter().chain(by_name.get(&at).into_iter().flatten());
        for other in others {
            let (one, other) = (stays(&merged, serials[at]), stays(&merged, *other));
            merged.extend(merge(writer, entry, one, other).await?);
        }
    }
    for serial in serials.iter_mut() {
        *serial = stays(&merged, *serial);
    }
    Ok(merged)
}

/// Whether it is known on one assembly, its bases not checked.
fn is_one_sided(found: &Identified) -> bool {
    let variant = &found.variant;
    let is_open = matches!(variant.status, VariantStatus::NotVerified | VariantStatus::Provisional);
    is_open && found.twin.is_none() && variant.alleles.len() == 1
}

/// What a serial is read as after these mergers.
fn stays(merged: &[MergedVariant], serial: VariantSerial) -> VariantSerial {
    merged.iter().fold(serial, |serial, one| if one.from == serial { one.into } else { serial })
}

/// The recorded variants that lie where the chain puts these.
async fn counterparts(
    writer: &mut Writer,
    all: &[Identified],
    open: &[usize],
) -> Result<HashMap<usize, VariantSerial>, NodeError> {
    let ids: Vec<(usize, &String)> = open.iter().filter_map(|at| Some((*at, all[*at].counterpart.as_ref()?))).collect();
    let names: Vec<String> = ids.iter().map(|(_, id)| (*id).clone()).collect();
    let known = variant::of_alleles(writer, &names).await?;
    Ok(ids.into_iter().filter_map(|(at, id)| Some((at, *known.get(id)?))).collect())
}

/// The recorded variants that came in under the same description on the same version of a transcript.
async fn namesakes(
    writer: &mut Writer,
    all: &[Identified],
    open: &[usize],
) -> Result<HashMap<usize, Vec<VariantSerial>>, NodeError> {
    let told = |at: usize| {
        all[at].notations.iter().map(|notation| notation.expression.as_str()).filter(|text| is_versioned(text))
    };
    let texts: Vec<(usize, &str)> = open.iter().flat_map(|at| told(*at).map(|text| (*at, text))).collect();
    let known = variant::by_expressions(writer, texts.iter().map(|(_, text)| *text)).await?;
    let mut found: HashMap<usize, Vec<VariantSerial>> = HashMap::new();
    for (at, text) in texts {
        found.entry(at).or_default().extend(known.get(&cairn_store::fold::fold(text)).into_iter().flatten());
    }
    Ok(found)
}

/// Whether a text describes a change on one version of one transcript.
fn is_versioned(text: &str) -> bool {
    let Ok(Hgvs::Variant(variant)) = text.parse::<Hgvs>() else { return false };
    let is_coded = matches!(&variant.change, Change::Nucleotide { axis, .. } if axis.is_transcript());
    let is_fixed = match &variant.reference {
        // A transcript of an LRG never changes and has no version.
        Reference::Sequence { accession, .. } => accession.version.is_some() || accession.name.starts_with("LRG_"),
        _ => false,
    };
    is_coded && is_fixed
}

/// Makes one of two variants when they are the same change on one assembly each; the GRCh38 side stays.
async fn merge(
    writer: &mut Writer,
    entry: EntrySerial,
    one: VariantSerial,
    other: VariantSerial,
) -> Result<Option<MergedVariant>, NodeError> {
    if one == other {
        return Ok(None);
    }
    let (mine, theirs) = (variant::alleles(writer, one).await?, variant::alleles(writer, other).await?);
    let ([mine], [theirs]) = (mine.as_slice(), theirs.as_slice()) else { return Ok(None) };
    if mine.assembly == theirs.assembly || change(mine).is_none() || change(mine) != change(theirs) {
        return Ok(None);
    }
    let (from, into, goes) = match mine.assembly {
        Assembly::Grch38 => (other, one, theirs),
        Assembly::Grch37 => (one, other, mine),
    };
    variant::merge(writer, entry, from, into).await?;
    variant::add_alleles(writer, into, std::slice::from_ref(goes)).await?;
    Ok(Some(MergedVariant { from, into }))
}

/// Chromosome, reference and alternative: `17-43045712-T-C` without its position.
fn change(allele: &Allele) -> Option<(&str, &str, &str)> {
    let mut parts = allele.vcf.as_deref()?.splitn(4, '-');
    let (contig, _, reference, alternative) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some((contig, reference, alternative))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_version_of_a_transcript_ties() {
        for (text, expected) in [
            ("NM_000138.4:c.1453C>T", true),
            ("LRG_778t1:c.1453C>T", true),
            ("NM_000138:c.1453C>T", false),
            ("NC_000015.10:g.48787320G>A", false),
            ("FBN1:c.1453C>T", false),
            ("NP_000129.3:p.(Arg485Cys)", false),
            ("15-48787320-G-A", false),
        ] {
            assert_eq!(is_versioned(text), expected, "{text}");
        }
    }
}
