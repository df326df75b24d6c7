//! From an identity to the row that the record keeps of it.

use super::digest;
use cairn_reference::identity::{Identity, Kind, Status, TranscriptConsequence};
use cairn_store::fold::fold;
use cairn_store::variant::{Allele, GeneEffect, PlacedAs, VariantRecord, VariantStatus};
use cairn_variant::assembly::Assembly;
use cairn_variant::contig::Contig;
use cairn_variant::place::{Carried, Place};

/// From this length on a change is compared as a structural variant, by how far it overlaps others.
const STRUCTURAL: u64 = 50;

/// The record of an identity that has an identifier. `given_gene` is used when the identity names
/// no gene: no transcript of the place is loaded.
pub(super) fn record_of(identity: &Identity, given_gene: Option<&str>) -> VariantRecord {
    let id = identity.variant_id.clone();
    let preferred = identity.consequences.first();
    let hgvs_c = preferred.and_then(|c| c.hgvs_c.clone()).or_else(|| identity.hgvs.c.first().cloned());
    let hgvs_p = preferred.and_then(|c| c.hgvs_p.clone()).or_else(|| identity.hgvs.p.first().cloned());
    let on_38 = identity.vcf.get(&Assembly::Grch38);
    let names = [hgvs_c.as_ref(), identity.hgvs.g.as_ref(), on_38, identity.spdi.as_ref()];
    let label = names.into_iter().flatten().next().unwrap_or(&identity.expression).clone();
    VariantRecord {
        key: identity.canonical_id.clone().or_else(|| id.clone()).unwrap_or_default(),
        status: status_of(identity),
        kind: identity.kind.map(kind_word).unwrap_or_default(),
        label,
        vrs_id: id.filter(|id| id.starts_with("ga4gh:")),
        vrs_version: identity.vrs_version.clone(),
        hgvs_c,
        hgvs_p,
        alleles: Assembly::ALL.into_iter().filter_map(|assembly| allele_on(identity, assembly)).collect(),
        places: places_of(identity),
        genes: genes_of(identity, given_gene),
    }
}

/// The record of a text that nobody could read: the same text with the same gene is the same.
pub(super) fn unresolved(expression: &str, gene: Option<&str>) -> VariantRecord {
    let gene = gene.map(str::trim).filter(|gene| !gene.is_empty());
    let known = (gene.map(str::to_uppercase), fold(expression));
    let label = match gene {
        Some(gene) if !expression.contains(gene) => format!("{gene} {expression}"),
        _ => expression.to_owned(),
    };
    VariantRecord {
        key: format!("text:{}", digest::of(&known)),
        status: VariantStatus::Unresolved,
        kind: "text".to_owned(),
        label,
        vrs_id: None,
        vrs_version: None,
        hgvs_c: None,
        hgvs_p: None,
        alleles: Vec::new(),
        places: Vec::new(),
        genes: gene.map(plain_gene).into_iter().collect(),
    }
}

fn status_of(identity: &Identity) -> VariantStatus {
    match identity.status {
        Status::Provisional => VariantStatus::Provisional,
        Status::Resolved if identity.has_warning("reference_not_verified") => VariantStatus::NotVerified,
        Status::Resolved => VariantStatus::Resolved,
        Status::Ambiguous | Status::Error => VariantStatus::Unresolved,
    }
}

fn kind_word(kind: Kind) -> String {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("a kind is written as a word, not {other:?}"),
    }
}

fn allele_on(identity: &Identity, assembly: Assembly) -> Option<Allele> {
    let vcf = identity.vcf.get(&assembly)?;
    let (contig, start, end) = place_of(vcf)?;
    let is_preferred = identity.assembly == Some(assembly);
    Some(Allele {
        assembly,
        contig,
        start,
        end,
        vrs_id: identity.alleles.get(&assembly).cloned(),
        spdi: identity.spdi.clone().filter(|_| is_preferred),
        hgvs_g: identity.hgvs.g_by_assembly.get(&assembly).cloned(),
        vcf: Some(vcf.clone()),
    })
}

/// The places that an allele's row does not tell: uncertain or missing ends, several places, long stretches, bases
/// that nobody has read.
fn places_of(identity: &Identity) -> Vec<PlacedAs> {
    let is_told = |place: &Place| {
        let on = place.contig().assembly;
        let is_alone = identity.places.iter().filter(|other| other.contig().assembly == on).count() == 1;
        is_alone && place.is_exact() && place.widest().length() < STRUCTURAL && identity.vcf.contains_key(&on)
    };
    let placed = |place: &Place| {
        let is_identity = place.carried() != Some(Carried::NotVerified);
        let vrs_id = identity.alleles.get(&place.contig().assembly).filter(|_| is_identity).cloned();
        PlacedAs { place: *place, vrs_id }
    };
    identity.places.iter().filter(|place| !is_told(place)).map(placed).collect()
}

/// Chromosome and interbase interval of `17-43045712-T-C`.
fn place_of(vcf: &str) -> Option<(Contig, u64, u64)> {
    let mut parts = vcf.split('-');
    let contig = Contig::from_name(parts.next()?.as_bytes())?;
    let start = parts.next()?.parse::<u64>().ok()?.checked_sub(1)?;
    let reference = parts.next()?;
    Some((contig, start, start + reference.len() as u64))
}

fn genes_of(identity: &Identity, given_gene: Option<&str>) -> Vec<GeneEffect> {
    if identity.genes.is_empty() {
        let given = given_gene.map(str::trim).filter(|gene| !gene.is_empty());
        return given.map(plain_gene).into_iter().collect();
    }
    let effect = |gene: &String| {
        let on_gene = |c: &&TranscriptConsequence| c.gene.as_ref() == Some(gene);
        let preferred = identity.consequences.iter().find(on_gene);
        let hgvs_p = preferred.and_then(|c| c.hgvs_p.clone());
        GeneEffect {
            gene: gene.clone(),
            hgvs_c: preferred.and_then(|c| c.hgvs_c.clone()),
            protein_start: hgvs_p.as_deref().and_then(first_residue),
            hgvs_p,
        }
    };
    identity.genes.iter().map(effect).collect()
}

fn plain_gene(symbol: &str) -> GeneEffect {
    GeneEffect { gene: symbol.to_owned(), hgvs_c: None, hgvs_p: None, protein_start: None }
}

/// The first residue that a protein description names: 23 of `NP_009225.1:p.(Glu23ValfsTer17)`.
fn first_residue(hgvs_p: &str) -> Option<u32> {
    let (_, change) = hgvs_p.split_once("p.")?;
    let change = change.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = change.find(|c: char| !c.is_ascii_digit()).unwrap_or(change.len());
    change[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_residue_is_read() {
        for (text, expected) in [
            ("NP_009225.1:p.(Glu23ValfsTer17)", Some(23)),
            ("NP_009225.1:p.?", None),
            ("NP_009225.1:p.(=)", None),
            ("NP_000050.3:p.Lys3326Ter", Some(3326)),
        ] {
            assert_eq!(first_residue(text), expected, "{text}");
        }
    }

    #[test]
    fn the_same_text_of_the_same_gene_is_one_variant() {
        let key = |text, gene| unresolved(text, gene).key;
        assert_eq!(key("exon 7  del", Some("NF1")), key("Exon 7 del", Some("nf1 ")));
        assert_ne!(key("exon 7 del", Some("NF1")), key("exon 7 del", Some("FBN1")));
        assert_ne!(key("exon 7 del", None), key("exon 7 del", Some("FBN1")));
    }

    #[test]
    fn a_place_is_read_from_the_vcf_form() {
        let seventeen = Contig::autosome(17).unwrap();
        assert_eq!(place_of("17-43045712-TG-C"), Some((seventeen, 43_045_711, 43_045_713)));
        assert_eq!(place_of("17-0-T-C"), None);
    }
}
