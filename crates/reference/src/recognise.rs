//! What an official file is, by how it begins and, where that leaves a choice, by its name.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use crate::{
    sequence::{fasta::inflated, twobit::is_twobit},
    source::SourceKind,
};

/// Bytes of content that are looked at.
const LOOKED_AT: u64 = 1 << 17;

/// What a file is; `None` when it is none of the files we know.
///
/// # Errors
/// When the file cannot be read.
pub fn recognise(path: &Path) -> io::Result<Option<SourceKind>> {
    let mut start = Vec::new();
    File::open(path)?.take(16).read_to_end(&mut start)?;
    if is_twobit(&start) {
        return Ok(Some(SourceKind::Sequences));
    }
    let mut content = Vec::new();
    inflated(File::open(path)?)?.take(LOOKED_AT).read_to_end(&mut content)?;
    Ok(of_content(&String::from_utf8_lossy(&content)))
}

/// What a text is, by its beginning.
pub fn of_content(text: &str) -> Option<SourceKind> {
    let first = text.trim_start().lines().next()?;
    match first.as_bytes().first()? {
        b'>' => return Some(SourceKind::Sequences),
        b'{' | b'[' => return json(text),
        b'<' => return (text.contains("<lrg ") || text.contains("<lrg>")).then_some(SourceKind::LrgXml),
        _ => {}
    }
    if crate::cytoband::is_row(first) {
        return Some(SourceKind::Cytobands);
    }
    if first.starts_with("LOCUS ") {
        return Some(SourceKind::GenBank);
    }
    if first.starts_with("chain ") {
        return Some(SourceKind::Chain);
    }
    if first.starts_with("##fileformat=VCF") {
        return vcf(text);
    }
    if first.starts_with("##gff-version") || is_gff_row(first) {
        return Some(SourceKind::Gff3);
    }
    if first.starts_with("format-version:") {
        return text.contains("\nontology: mondo").then_some(SourceKind::MondoObo);
    }
    if first.contains("CLINGEN GENE DISEASE VALIDITY CURATIONS") {
        return Some(SourceKind::ClinGenValidity);
    }
    if first.starts_with("track ") && first.contains("ClinGen Gene Curation") {
        return Some(SourceKind::Dosage);
    }
    if crate::score::is_scores(text) {
        return Some(SourceKind::Scores);
    }
    table(text)
}

fn json(text: &str) -> Option<SourceKind> {
    let has = |word: &str| text.contains(word);
    if has("\"cdot_version\"") || has("\"genome_builds\"") {
        Some(SourceKind::Cdot)
    } else if has("\"graphs\"") && (has("/hp.json") || has("obo/HP_")) {
        Some(SourceKind::Hpo)
    } else if has("\"graphs\"") && (has("/mondo.json") || has("obo/MONDO_")) {
        Some(SourceKind::Mondo)
    } else if has("\"relevant_disorders\"") || has("\"gene_data\"") {
        Some(SourceKind::PanelApp)
    } else {
        None
    }
}

fn vcf(text: &str) -> Option<SourceKind> {
    let header: String = text.lines().take_while(|line| line.starts_with('#')).collect();
    let lower = header.to_ascii_lowercase();
    if lower.contains("id=clnsig") || lower.contains("id=clnhgvs") {
        return Some(SourceKind::ClinVarVcf);
    }
    if lower.contains("id=spliceai") {
        return Some(SourceKind::Scores);
    }
    let declares = |field: &str| lower.contains(&format!("id={field},"));
    let is_known = ["gnomad", "id=ac_adj", "1000genomes"].iter().any(|word| lower.contains(word));
    let has_genotypes =
        text.lines().find(|line| line.starts_with("#CHROM")).is_some_and(|line| line.contains("FORMAT"));
    // Counts of people beside genotypes are those of the file's own samples, unless the file is a known dataset.
    let has_counts = (declares("ac") && declares("an")) || declares("ac_joint");
    (has_counts && (is_known || !has_genotypes)).then_some(SourceKind::Frequencies)
}

fn is_gff_row(line: &str) -> bool {
    let fields: Vec<&str> = line.split('\t').collect();
    fields.len() == 9 && fields[3].parse::<u64>().is_ok() && fields[4].parse::<u64>().is_ok() && fields[8].contains('=')
}

/// Columns that only this sort of table has together.
const TABLES: [(SourceKind, &[&str]); 16] = [
    (SourceKind::Mane, &["refseq_nuc", "ensembl_nuc", "mane_status"]),
    (SourceKind::Hgnc, &["hgnc_id", "alias_symbol", "prev_symbol"]),
    (SourceKind::NcbiGenes, &["ncbi_gene_id", "map_location", "aliases"]),
    (SourceKind::TranscriptGenes, &["transcript_id", "ncbi_gene_id", "gene_symbol"]),
    (SourceKind::HpoTerms, &["hpo_id", "replaced_by", "parents"]),
    (SourceKind::Hpoa, &["database_id", "qualifier", "hpo_id", "aspect"]),
    (SourceKind::DiseasePhenotypes, &["disease_id", "disease_name", "hpo_ids"]),
    (SourceKind::MondoMappings, &["mondo_id", "predicate", "object_id"]),
    (SourceKind::MondoEdges, &["subject", "predicate", "object"]),
    (SourceKind::Blocks, &["grch37_start", "grch38_start", "grch38_end"]),
    (SourceKind::VariantSummary, &["alleleid", "clinicalsignificance", "variationid", "positionvcf"]),
    (SourceKind::ProteinRegions, &["gene", "first", "last", "kind", "citation"]),
    (SourceKind::GeneFacts, &["gene", "fact", "value", "citation"]),
    (SourceKind::Constraint, &["gene", "mis.z_score", "lof.oe_ci.upper"]),
    (SourceKind::Frequencies, &["chrom", "pos", "ref", "alt", "ac", "an"]),
    (SourceKind::GenCc, &["gene_curie", "disease_curie", "classification_curie", "submitter_curie"]),
];

/// By the first line that holds all columns of a table; comment lines may come before.
fn table(text: &str) -> Option<SourceKind> {
    for line in text.lines().take(200) {
        let lower = line.to_ascii_lowercase();
        let separator = if lower.contains('\t') { '\t' } else { ',' };
        let names = lower.trim_start_matches('#').split(separator);
        let columns: Vec<&str> = names.map(|name| name.trim_matches(['"', '\r'])).collect();
        let has_all = |wanted: &[&str]| wanted.iter().all(|name| columns.contains(name));
        if let Some((kind, _)) = TABLES.iter().find(|(_, wanted)| has_all(wanted)) {
            return Some(*kind);
        }
        let is_sssom = columns.contains(&"subject_id") && columns.contains(&"predicate_id");
        if is_sssom && text.contains("MONDO:") {
            return Some(SourceKind::MondoMappings);
        }
        if !line.starts_with('#') {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::{BUNDLED, BundledKind};

    #[test]
    fn bundled_files_are_recognised_as_what_they_are() {
        for file in BUNDLED {
            let BundledKind::Source(kind) = file.kind else { continue };
            let mut text = Vec::new();
            inflated(file.bytes).expect("gzip").take(LOOKED_AT).read_to_end(&mut text).expect("readable");
            assert_eq!(of_content(&String::from_utf8_lossy(&text)), Some(kind), "{}", file.name);
        }
    }

    #[test]
    fn files_of_the_bulk_data_are_recognised() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
        let files = [
            ("reference/chrM.NC_012920.1.gbff.gz", SourceKind::GenBank),
            ("transcripts/chr21_ensembl.GRCh38.gff.gz", SourceKind::Gff3),
            ("gene_disease/clingen_gene_disease_validity.2025-01-09.csv.gz", SourceKind::ClinGenValidity),
            ("gene_disease/panelapp_3_panels.2026-01.jsonl.gz", SourceKind::PanelApp),
            ("clinvar/clinvar_official_format.GRCh37.2015-02.part.vcf.gz", SourceKind::ClinVarVcf),
            ("hpo/hpo_terms.v2025-01-16.tsv.gz", SourceKind::HpoTerms),
            ("transcripts/refseq_transcript_to_gene.tsv.gz", SourceKind::TranscriptGenes),
            ("population/exac.r0.3.brca1_brca2.GRCh37.sites.vcf.gz", SourceKind::Frequencies),
            ("population/1000g.phase3.brca1_brca2.GRCh37.2504samples.vcf.gz", SourceKind::Frequencies),
            ("population/gnomad_exomes.r2.at_clinvar_chr1.GRCh37.tsv.gz", SourceKind::Frequencies),
            ("gene_disease/gnomad.v4.1.constraint.reduced.tsv.gz", SourceKind::Constraint),
        ];
        for (name, kind) in files {
            let path = root.join(name);
            if !path.exists() {
                println!("skipped: {} is not here", path.display());
                continue;
            }
            assert_eq!(recognise(&path).expect("readable"), Some(kind), "{name}");
        }
    }

    #[test]
    fn bands_and_lrg_records_are_recognised() {
        assert_eq!(of_content("chr1\t0\t2300000\tp36.33\tgneg\n"), Some(SourceKind::Cytobands));
        let lrg = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<lrg schema_version=\"1.9\">\n<fixed_annotation>";
        assert_eq!(of_content(lrg), Some(SourceKind::LrgXml));
        assert_eq!(of_content("<html><body>404</body></html>"), None);
    }

    #[test]
    fn both_exports_of_the_gencc_are_recognised() {
        let names = ["uuid", "gene_curie", "disease_curie", "classification_curie", "submitter_curie"];
        for text in [names.join("\t"), format!("\"{}\"\r\n", names.join("\",\""))] {
            assert_eq!(of_content(&text), Some(SourceKind::GenCc), "{text}");
        }
    }

    #[test]
    fn unknown_files_are_left_alone() {
        for text in
            ["", "\n", "hello\tworld\n", "{}", "##fileformat=VCFv4.2\n#CHROM\n", "format-version: 1.2\nontology: go\n"]
        {
            assert_eq!(of_content(text), None, "{text}");
        }
    }
}
