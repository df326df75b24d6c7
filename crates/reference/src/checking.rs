//! Reads a file once to its end before it is kept, and says what it gives.

use std::io::{self, BufRead};

use cairn_core::suggest::EvidenceSource;

use crate::{
    condition::ConditionsBuilder,
    cytoband::Cytobands,
    folder::AddError,
    gene::GenesBuilder,
    gene_table::GeneTables,
    mondo::{read_mondo_json, read_mondo_obo},
    panel::read_panels,
    phenotype::{links::DiseaseLinks, obographs::read_obographs, term_table::read_term_table},
    source::SourceKind,
    transcript::{TranscriptFileError, genbank::read_genbank, lrg_xml::read_lrg_xml, mane::read_mane, table::Table},
    validity::Validity,
};

/// What a file gives, in words; an error when it cannot be read to its end or gives nothing.
pub(crate) fn gives(kind: SourceKind, input: Box<dyn BufRead>) -> Result<String, AddError> {
    let (count, unit) = count(kind, input)?;
    if count == 0 {
        return Err(AddError::Nothing(format!("it has no {unit}")));
    }
    Ok(format!("{count} {unit}"))
}

fn count(kind: SourceKind, input: Box<dyn BufRead>) -> Result<(usize, &'static str), AddError> {
    let json = |error: serde_json::Error| AddError::Transcripts(TranscriptFileError::Json(error));
    let invalid = |error: crate::validity::ValidityError| AddError::Nothing(error.to_string());
    let stream = |error: io::Error| AddError::Transcripts(TranscriptFileError::Io(error));
    Ok(match kind {
        SourceKind::Mane => (read_mane(input)?.len(), "genes"),
        SourceKind::Hgnc => (GenesBuilder::default().read_hgnc(input)?, "genes"),
        SourceKind::NcbiGenes => (GenesBuilder::default().read_ncbi(input)?, "genes"),
        SourceKind::TranscriptGenes => (rows(input)?, "transcripts"),
        SourceKind::Hpo => (read_obographs(input, "HP").map_err(json)?.terms.len(), "terms"),
        SourceKind::HpoTerms => (read_term_table(input)?.len(), "terms"),
        SourceKind::Hpoa => (DiseaseLinks::default().read_hpoa(input)?, "links"),
        SourceKind::DiseasePhenotypes => (DiseaseLinks::default().read_table(input)?, "links"),
        SourceKind::Mondo => (read_mondo_json(input, &mut ConditionsBuilder::default()).map_err(json)?, "conditions"),
        SourceKind::MondoObo => {
            (read_mondo_obo(input, &mut ConditionsBuilder::default()).map_err(stream)?, "conditions")
        }
        SourceKind::MondoMappings => (ConditionsBuilder::default().read_mappings(input)?, "mappings"),
        SourceKind::MondoEdges => (ConditionsBuilder::default().read_edges(input)?, "edges"),
        SourceKind::ClinGenValidity => (Validity::default().read_clingen(input).map_err(invalid)?, "assertions"),
        SourceKind::GenCc => (Validity::default().read_gencc(input).map_err(invalid)?, "assertions"),
        SourceKind::Dosage => {
            (GeneTables::default().read_dosage(input, &EvidenceSource::default()).map_err(stream)?, "genes")
        }
        SourceKind::Constraint => {
            (GeneTables::default().read_constraint(input, &EvidenceSource::default())?, "transcripts")
        }
        SourceKind::ProteinRegions => {
            (GeneTables::default().read_regions(input, &EvidenceSource::default())?, "regions with a citation")
        }
        SourceKind::GeneFacts => {
            (GeneTables::default().read_facts(input, &EvidenceSource::default())?, "statements with a citation")
        }
        SourceKind::PanelApp => (read_panels(input).map_err(json)?.len(), "panels"),
        SourceKind::LrgXml => {
            let record = read_lrg_xml(input, "").map_err(|error| AddError::Nothing(error.to_string()))?;
            (record.transcripts.len(), "transcripts")
        }
        SourceKind::Cytobands => {
            let read = Cytobands::default().read(input);
            (read.map_err(|error| AddError::Nothing(error.to_string()))?, "bands")
        }
        SourceKind::GenBank => (transcripts_of_genbank(input).map_err(stream)?, "transcripts"),
        // Written in a form of our own, not copied, or not kept at all.
        SourceKind::Sequences
        | SourceKind::Chain
        | SourceKind::Blocks
        | SourceKind::Cdot
        | SourceKind::Gff3
        | SourceKind::ClinVarVcf
        | SourceKind::VariantSummary
        | SourceKind::Frequencies
        | SourceKind::Scores => (0, "records that this version keeps"),
    })
}

fn transcripts_of_genbank(input: impl BufRead) -> io::Result<usize> {
    let mut count = 0;
    read_genbank(input, "", |record| count += record.transcripts.len())?;
    Ok(count)
}

fn rows(input: impl BufRead) -> Result<usize, AddError> {
    let mut table = Table::read(input, &["transcript_id", "gene_symbol"])?;
    let mut count = 0;
    while table.next_row()?.is_some() {
        count += 1;
    }
    Ok(count)
}
