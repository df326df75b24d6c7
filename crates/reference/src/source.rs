//! What a node has loaded and where it came from: file, version, digest.

use serde::{Deserialize, Serialize};

/// The sort of a reference file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// FASTA or `.2bit`.
    Sequences,
    /// Sequences with their transcripts: GenBank flat file, such as a RefSeqGene.
    GenBank,
    /// UCSC chain file between GRCh37 and GRCh38.
    Chain,
    /// Table of verified blocks.
    Blocks,
    /// Transcripts, from cdot JSON.
    Cdot,
    /// Transcripts, from GFF3.
    Gff3,
    /// MANE summary.
    Mane,
    /// HGNC complete set.
    Hgnc,
    /// NCBI genes with aliases.
    NcbiGenes,
    /// RefSeq transcript to gene.
    TranscriptGenes,
    /// Human Phenotype Ontology, OBO Graphs JSON.
    Hpo,
    /// Human Phenotype Ontology, table of terms.
    HpoTerms,
    /// Disease to phenotype, `phenotype.hpoa`.
    Hpoa,
    /// Disease to phenotype, table.
    DiseasePhenotypes,
    /// MONDO, OBO Graphs JSON.
    Mondo,
    /// MONDO, OBO text.
    MondoObo,
    /// MONDO to other vocabularies, SSSOM.
    MondoMappings,
    /// Which condition of MONDO is a kind of which: a table of edges.
    MondoEdges,
    /// Gene-disease validity by ClinGen.
    ClinGenValidity,
    /// Gene-disease validity by the GenCC.
    GenCc,
    /// Gene panels of PanelApp.
    PanelApp,
    /// Identifiers of ClinVar and dbSNP with their alleles: ClinVar VCF.
    ClinVarVcf,
    /// ClinVar `variant_summary.txt`.
    VariantSummary,
    /// Population frequencies: sites of gnomAD, ExAC, 1000 Genomes, or a table of counts.
    Frequencies,
    /// Scores of predictors: REVEL, dbNSFP, SpliceAI, or a table that names its predictor.
    Scores,
    /// Stretches of proteins: hot spots, domains, repeats.
    ProteinRegions,
    /// A laboratory's statements about genes: mechanism, frequency limits.
    GeneFacts,
    /// ClinGen dosage sensitivity, BED.
    Dosage,
    /// gnomAD gene constraint.
    Constraint,
    /// Sequence, transcripts and mappings of a gene: LRG XML.
    LrgXml,
    /// Where the bands of the chromosomes lie: UCSC `cytoBand.txt`.
    Cytobands,
}

impl SourceKind {
    /// Whether files of this kind say which names and identifiers mean the same condition.
    pub fn names_conditions(self) -> bool {
        matches!(self, Self::Mondo | Self::MondoObo | Self::MondoMappings | Self::Hpoa | Self::DiseasePhenotypes)
    }
}

/// A file that was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Name of the file as the user had it.
    pub file: String,
    /// What sort.
    pub kind: SourceKind,
    /// Version as the file states it, empty when it does not.
    pub version: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// When it was loaded, RFC 3339.
    pub added: String,
    /// What it gives: `2 regions, 400000 bases`.
    pub gives: String,
    /// Names of what the node keeps of it, in its reference folder.
    pub stored: Vec<String>,
}

impl Source {
    /// As the source of a number.
    pub fn as_evidence(&self, name: &str) -> cairn_core::suggest::EvidenceSource {
        cairn_core::suggest::EvidenceSource {
            name: name.to_owned(),
            version: self.version.clone(),
            digest: Some(self.sha256.clone()),
            file: Some(self.file.clone()),
        }
    }
}

impl SourceKind {
    /// Every sort, in the order in which they are loaded.
    pub const ALL: [Self; 31] = [
        Self::Sequences,
        Self::GenBank,
        Self::LrgXml,
        Self::Cytobands,
        Self::Chain,
        Self::Blocks,
        Self::Cdot,
        Self::Gff3,
        Self::Mane,
        Self::Hgnc,
        Self::NcbiGenes,
        Self::TranscriptGenes,
        Self::Hpo,
        Self::HpoTerms,
        Self::Hpoa,
        Self::DiseasePhenotypes,
        Self::Mondo,
        Self::MondoObo,
        Self::MondoMappings,
        Self::MondoEdges,
        Self::ClinGenValidity,
        Self::GenCc,
        Self::PanelApp,
        Self::ClinVarVcf,
        Self::VariantSummary,
        Self::Frequencies,
        Self::Scores,
        Self::ProteinRegions,
        Self::GeneFacts,
        Self::Dosage,
        Self::Constraint,
    ];

    /// What it is, for a person.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Sequences => "sequences",
            Self::GenBank => "sequences with transcripts (GenBank)",
            Self::LrgXml => "sequence with transcripts (LRG)",
            Self::Cytobands => "bands of the chromosomes",
            Self::Chain => "liftover chain",
            Self::Blocks => "liftover blocks",
            Self::Cdot => "transcripts (cdot)",
            Self::Gff3 => "transcripts (GFF3)",
            Self::Mane => "MANE summary",
            Self::Hgnc => "gene names (HGNC)",
            Self::NcbiGenes => "gene names (NCBI)",
            Self::TranscriptGenes => "genes of RefSeq transcripts",
            Self::Hpo => "HPO",
            Self::HpoTerms => "HPO terms",
            Self::Hpoa => "disease phenotypes (hpoa)",
            Self::DiseasePhenotypes => "disease phenotypes",
            Self::Mondo => "MONDO",
            Self::MondoObo => "MONDO (OBO)",
            Self::MondoMappings => "MONDO mappings",
            Self::MondoEdges => "MONDO hierarchy",
            Self::ClinGenValidity => "gene-disease validity (ClinGen)",
            Self::GenCc => "gene-disease validity (GenCC)",
            Self::PanelApp => "gene panels (PanelApp)",
            Self::ClinVarVcf => "ClinVar VCF",
            Self::VariantSummary => "ClinVar variant summary",
            Self::Frequencies => "population frequencies",
            Self::Scores => "predictor scores",
            Self::ProteinRegions => "protein regions",
            Self::GeneFacts => "statements about genes",
            Self::Dosage => "dosage sensitivity (ClinGen)",
            Self::Constraint => "gene constraint (gnomAD)",
        }
    }

    /// What a user gains by it.
    pub const fn benefit(self) -> &'static str {
        match self {
            Self::Sequences => "reference bases are checked, insertions and deletions get their final identity",
            Self::Cytobands => "a region finds what is described by bands, such as del(5)(q13q33)",
            Self::GenBank | Self::LrgXml => "descriptions on a RefSeqGene or another record and on its transcripts",
            Self::Chain | Self::Blocks => "one variant on GRCh37 and GRCh38",
            Self::Cdot | Self::Gff3 => "c. and p. descriptions of every overlapping transcript",
            Self::Mane => "the default transcript of each gene",
            Self::Hgnc | Self::NcbiGenes => "gene symbols, aliases and former names are understood",
            Self::TranscriptGenes => "the gene of a RefSeq transcript that is not loaded",
            Self::Hpo | Self::HpoTerms => "phenotypes by name, synonym and ancestry",
            Self::Hpoa | Self::DiseasePhenotypes => "which diseases show which phenotypes",
            Self::Mondo | Self::MondoObo | Self::MondoMappings => {
                "one condition under its OMIM, Orphanet and MONDO names"
            }
            Self::MondoEdges => "which condition is a kind of which, so that a panel's guideline is found for both",
            Self::ClinGenValidity | Self::GenCc => "whether a gene causes a disease",
            Self::PanelApp => "which genes belong to a panel",
            Self::ClinVarVcf | Self::VariantSummary => "rsIDs and ClinVar identifiers are understood",
            Self::Frequencies => "how often a variant is seen in the population: BA1, BS1, BS2, PM2, PS4",
            Self::Scores => "what predictors say: PP3, BP4, BP7",
            Self::ProteinRegions => "whether a change lies in a hot spot, a domain or a repeat: PM1, PM4, BP3, PVS1",
            Self::GeneFacts => "what causes disease in a gene, and its frequency limits: PVS1, PP2, BP1, BA1, BS1, PM2",
            Self::Dosage => "whether losing or gaining a copy of a gene causes disease: PVS1 and copy number",
            Self::Constraint => "how many missense and loss-of-function variants a gene tolerates",
        }
    }
}
