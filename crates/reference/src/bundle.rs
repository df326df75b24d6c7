//! The small reference that is inside the program, so that a fresh installation answers at once: BRCA1 and BRCA2 on
//! both assemblies, the mitochondrion, transcripts of 427 clinical genes, gene names, HPO and MONDO.
//!
//! The files are those of `testdata/`; their sources and licences stand in `testdata/README.md`.

use crate::source::SourceKind;

/// A file inside the program.
#[derive(Clone, Copy, Debug)]
pub struct Bundled {
    /// Its name in `testdata/`.
    pub name: &'static str,
    /// What sort.
    pub kind: BundledKind,
    /// Version as its source states it.
    pub version: &'static str,
    /// Its bytes, mostly gzip.
    pub bytes: &'static [u8],
}

/// The sort of a bundled file: one that a user may also load, or a table of LRG that only we carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BundledKind {
    /// As a user's file.
    Source(SourceKind),
    /// Exons of LRG transcripts on GRCh37.
    LrgExons,
    /// Gene and coding sequence of LRG transcripts.
    LrgInfo,
    /// Bases of LRG transcripts.
    LrgSequences,
    /// Genes of the mitochondrion.
    Mitochondrion,
}

macro_rules! bundled {
    ($name:literal, $kind:expr, $version:literal) => {
        Bundled {
            name: $name,
            kind: $kind,
            version: $version,
            bytes: include_bytes!(concat!("../../../testdata/", $name)),
        }
    };
}

/// All files inside the program.
pub const BUNDLED: [Bundled; 15] = [
    bundled!("reference/brca1_brca2.GRCh37.fa.gz", BundledKind::Source(SourceKind::Sequences), "GRCh37"),
    bundled!("reference/brca1_brca2.GRCh38.fa.gz", BundledKind::Source(SourceKind::Sequences), "GRCh38"),
    bundled!("reference/chrM.NC_012920.1.fa.gz", BundledKind::Source(SourceKind::Sequences), "NC_012920.1"),
    bundled!("reference/brca_grch37_grch38_blocks.tsv", BundledKind::Source(SourceKind::Blocks), ""),
    bundled!(
        "transcripts/cdot-0.2.21.refseq.grch37_grch38.brca1.json.gz",
        BundledKind::Source(SourceKind::Cdot),
        "0.2.21"
    ),
    bundled!("reference/chrM.NC_012920.1.gbff.gz", BundledKind::Mitochondrion, "NC_012920.1"),
    bundled!("transcripts/lrg_exons_GRCh37.tsv.gz", BundledKind::LrgExons, "LRG, 2014"),
    bundled!("transcripts/lrg_txinfo.tsv.gz", BundledKind::LrgInfo, "LRG, 2014"),
    bundled!("transcripts/lrg_transcripts.fa.gz", BundledKind::LrgSequences, "LRG, 2014"),
    bundled!("disease/ncbi_genes.uta.tsv.gz", BundledKind::Source(SourceKind::NcbiGenes), "UTA"),
    bundled!("hpo/hp.v2024-08-13.json.gz", BundledKind::Source(SourceKind::Hpo), "2024-08-13"),
    bundled!("hpo/phenotype.reduced.v2023-04-05.hpoa.gz", BundledKind::Source(SourceKind::Hpoa), "2023-04-05"),
    bundled!(
        "hpo/disease_to_phenotype.v2025-01-16.tsv.gz",
        BundledKind::Source(SourceKind::DiseasePhenotypes),
        "2025-01-16"
    ),
    bundled!("disease/mondo_mappings.2026-08.tsv.gz", BundledKind::Source(SourceKind::MondoMappings), "2026-08"),
    bundled!("disease/mondo_rare_edges.2026-08.tsv.gz", BundledKind::Source(SourceKind::MondoEdges), "2026-08"),
];

/// LRG transcripts and the RefSeq transcript with the same bases: `lrg`, `refseq`.
pub const LRG_TWINS: &str = include_str!("../data/lrg_refseq.tsv");

/// The bundled files of one sort.
pub fn of_kind(kind: BundledKind) -> impl Iterator<Item = &'static Bundled> {
    BUNDLED.iter().filter(move |file| file.kind == kind)
}
