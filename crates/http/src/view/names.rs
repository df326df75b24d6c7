//! The names of a variant in every notation, for people to read and copy.

use super::place;
use cairn_node::lookup::variant::VariantView;
use cairn_reference::identity::Identity;
use cairn_variant::assembly::Assembly;
use cairn_variant::place::Place;

/// One notation and the variant's names in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRow {
    /// The notation.
    pub label: String,
    /// The names.
    pub values: Vec<String>,
}

fn row(label: impl Into<String>, values: impl IntoIterator<Item = String>) -> Option<NameRow> {
    let values: Vec<String> = values.into_iter().collect();
    (!values.is_empty()).then(|| NameRow { label: label.into(), values })
}

/// The names of an expression that was just identified.
pub fn of_identity(identity: &Identity) -> Vec<NameRow> {
    let by_build =
        |label: &str, assembly: Assembly, value: Option<&String>| row(format!("{label}, {assembly}"), value.cloned());
    let mut rows: Vec<Option<NameRow>> = Vec::new();
    for assembly in [Assembly::Grch38, Assembly::Grch37] {
        rows.push(by_build("Genomic HGVS", assembly, identity.hgvs.g_by_assembly.get(&assembly)));
        rows.push(by_build("VCF", assembly, identity.vcf.get(&assembly)));
    }
    rows.push(row("Coding HGVS", identity.hgvs.c.first().cloned()));
    rows.push(row("Protein HGVS", identity.hgvs.p.first().cloned()));
    rows.push(row("SPDI", identity.spdi.clone()));
    for assembly in [Assembly::Grch38, Assembly::Grch37] {
        rows.push(by_build("VRS", assembly, identity.alleles.get(&assembly)));
    }
    if identity.alleles.is_empty() {
        rows.push(row("VRS", identity.variant_id.clone()));
    }
    rows.push(row("Canonical", identity.canonical_id.clone()));
    if identity.vcf.is_empty() {
        rows.extend(places(&identity.places).into_iter().map(Some));
    }
    rows.into_iter().flatten().collect()
}

/// The names of a recorded variant.
pub fn of_record(variant: &VariantView) -> Vec<NameRow> {
    let mut rows: Vec<Option<NameRow>> = Vec::new();
    for allele in variant.alleles.iter().rev() {
        rows.push(row(format!("Genomic HGVS, {}", allele.assembly), allele.hgvs_g.clone()));
        rows.push(row(format!("VCF, {}", allele.assembly), allele.vcf.clone()));
    }
    rows.push(row("Coding HGVS", variant.hgvs_c.clone()));
    rows.push(row("Protein HGVS", variant.hgvs_p.clone()));
    for allele in variant.alleles.iter().rev() {
        rows.push(row(format!("SPDI, {}", allele.assembly), allele.spdi.clone()));
        rows.push(row(format!("VRS, {}", allele.assembly), allele.vrs_id.clone()));
    }
    if variant.alleles.iter().all(|allele| allele.vrs_id.is_none()) {
        rows.push(row("VRS", variant.vrs_id.clone()));
    }
    rows.extend(places(&variant.places).into_iter().map(Some));
    rows.into_iter().flatten().collect()
}

/// Where a structural variant lies, one row for each assembly.
fn places(places: &[Place]) -> Vec<NameRow> {
    let on = |assembly: Assembly| places.iter().filter(move |place| place.contig().assembly == assembly);
    let rows = [Assembly::Grch38, Assembly::Grch37]
        .into_iter()
        .filter_map(|assembly| row(format!("Place, {assembly}"), on(assembly).map(place::words)));
    rows.collect()
}

/// The names that other databases know a variant by.
pub fn elsewhere(xrefs: &[String]) -> Option<NameRow> {
    row("Elsewhere", xrefs.iter().cloned())
}
