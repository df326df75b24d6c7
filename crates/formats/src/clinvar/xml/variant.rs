//! The variant of a VCV or RCV record, in all notations given.

use cairn_core::draft::VariantDraft;

use super::element::Element;
use crate::assembly;
use crate::statement::{express, express_vcf, given};

/// So many entries of a list are searched for repeats; real records have some dozen.
const SEARCHED: usize = 1_000;

/// The variant of a `VariationArchive`: its one allele, or its name where it is a haplotype or genotype.
pub fn of_archive(archive: &Element) -> VariantDraft {
    let record = ["ClassifiedRecord", "InterpretedRecord", "IncludedRecord"].iter().find_map(|n| archive.child(n));
    let allele = record.and_then(|r| r.child("SimpleAllele"));
    let mut variant = VariantDraft::default();
    if let Some(allele) = allele {
        locations(&mut variant, allele);
        express(&mut variant, allele.text_at(&["CanonicalSPDI"]), None, "CanonicalSPDI");
        expressions(&mut variant, allele);
        gene_and_xrefs(&mut variant, allele);
    }
    express(&mut variant, archive.attribute("VariationName"), None, "VariationName");
    express(&mut variant, archive.attribute("Accession"), None, "Accession");
    variant.xrefs.insert(0, format!("ClinVar:{}", archive.attribute("VariationID")));
    variant
}

fn locations(variant: &mut VariantDraft, allele: &Element) {
    let locations = allele.all("Location").flat_map(|l| l.all("SequenceLocation"));
    let mut locations: Vec<_> = locations.chain(allele.all("SequenceLocation")).collect();
    locations.sort_by_key(|l| l.attribute("Assembly") != "GRCh38");
    for location in locations {
        if let Some(assembly) = assembly::read(location.attribute("Assembly")) {
            let site =
                ["Chr", "positionVCF", "referenceAlleleVCF", "alternateAlleleVCF"].map(|n| location.attribute(n));
            express_vcf(variant, site, Some(&assembly), "SequenceLocation");
        }
    }
}

/// HGVS of the genome first, then of transcripts with the MANE Select one in front, then of proteins.
fn expressions(variant: &mut VariantDraft, allele: &Element) {
    let mut found: Vec<(u8, String, Option<String>)> = Vec::new();
    for hgvs in allele.all("HGVSlist").flat_map(|list| list.all("HGVS")) {
        if let Some(nucleotide) = hgvs.child("NucleotideExpression") {
            let rank = match (hgvs.attribute("Type"), nucleotide.attribute("MANESelect")) {
                (kind, _) if kind.starts_with("genomic") => 0,
                (_, "true") => 1,
                _ => 2,
            };
            let assembly = assembly::read(hgvs.attribute("Assembly"));
            found.push((rank, nucleotide.text_at(&["Expression"]).to_owned(), assembly));
        }
        if let Some(protein) = hgvs.child("ProteinExpression") {
            found.push((3, protein.text_at(&["Expression"]).to_owned(), None));
        }
    }
    found.sort_by_key(|(rank, ..)| *rank);
    for (rank, text, assembly) in found {
        let column = ["HGVS genomic", "HGVS MANE Select", "HGVS coding", "HGVS protein"][usize::from(rank)];
        if variant.expressions.len() >= SEARCHED || !variant.expressions.iter().any(|e| e.text == text) {
            express(variant, &text, assembly.as_deref(), column);
        }
    }
}

fn gene_and_xrefs(variant: &mut VariantDraft, allele: &Element) {
    let genes: Vec<&str> = allele.all("GeneList").flat_map(|l| l.all("Gene")).map(|g| g.attribute("Symbol")).collect();
    // Several genes overlap many variants; none of them is *the* gene then.
    variant.gene = if genes.len() == 1 { given(genes[0]) } else { None };
    for xref in allele.all("XRefList").flat_map(|l| l.all("XRef")) {
        xref_of(variant, xref);
    }
}

fn xref_of(variant: &mut VariantDraft, xref: &Element) {
    let (db, id) = (xref.attribute("DB"), xref.attribute("ID"));
    let text = match db {
        "dbSNP" => format!("rs{}", id.trim_start_matches("rs")),
        "ClinGen" => id.to_owned(),
        _ => format!("{db}:{id}"),
    };
    if !id.is_empty() && (variant.xrefs.len() >= SEARCHED || !variant.xrefs.contains(&text)) {
        variant.xrefs.push(text);
    }
}

/// The variant of a `ClinVarSet`: the measure set of its reference assertion.
pub fn of_set(set: &Element) -> VariantDraft {
    let mut variant = VariantDraft::default();
    let Some(measures) = set.path(&["ReferenceClinVarAssertion", "MeasureSet"]) else { return variant };
    variant.xrefs.push(format!("ClinVar:{}", measures.attribute("ID")));
    let all: Vec<_> = measures.all("Measure").collect();
    if let [measure] = all.as_slice() {
        locations(&mut variant, measure);
        let spdi = measure.text_at(&["CanonicalSPDI"]);
        express(&mut variant, spdi, None, "CanonicalSPDI");
        attributes(&mut variant, measure);
        let symbols = measure.all("MeasureRelationship").map(|r| r.text_at(&["Symbol", "ElementValue"]));
        let symbols: Vec<&str> = symbols.filter(|s| !s.is_empty()).collect();
        variant.gene = if symbols.len() == 1 { given(symbols[0]) } else { None };
        measure.all("XRef").for_each(|xref| xref_of(&mut variant, xref));
    }
    let name = measures.text_at(&["Name", "ElementValue"]);
    express(&mut variant, name, None, "MeasureSet name");
    express(&mut variant, measures.attribute("Acc"), None, "MeasureSet");
    variant
}

/// `Attribute Type="HGVS, genomic, top level"` and its kin.
fn attributes(variant: &mut VariantDraft, measure: &Element) {
    let rank = |kind: &str| match kind {
        k if k.starts_with("HGVS, genomic") => 0,
        k if k.starts_with("HGVS, coding") || k == "HGVS" => 1,
        k if k.starts_with("HGVS, protein") => 3,
        _ => 2,
    };
    let attributes = measure.all("AttributeSet").filter_map(|s| s.child("Attribute"));
    let mut attributes: Vec<_> = attributes.filter(|a| a.attribute("Type").starts_with("HGVS")).collect();
    attributes.sort_by_key(|a| rank(a.attribute("Type")));
    for attribute in attributes {
        let assembly = attribute.attribute("integerValue");
        express(variant, &attribute.text, assembly::read(assembly).as_deref(), "HGVS");
    }
}

/// The variant as the laboratory itself wrote it, in front of the record's own notations.
pub fn as_submitted(assertion: &Element) -> Vec<String> {
    let attributes = assertion.descendants("Attribute");
    let hgvs = attributes.into_iter().filter(|a| a.attribute("Type") == "HGVS").map(|a| a.text.clone());
    let mut texts: Vec<String> = hgvs.filter(|t| !t.is_empty()).collect();
    let allele = assertion.child("SimpleAllele").or_else(|| assertion.path(&["MeasureSet", "Measure"]));
    texts.extend(allele.map(|a| a.text_at(&["Name"]).to_owned()).filter(|t| !t.is_empty()));
    texts.dedup();
    texts
}
