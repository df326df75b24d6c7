//! What a variant does on each transcript.

use cairn_reference::identity::TranscriptConsequence;

/// A transcript's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsequenceRow {
    /// Transcript with version.
    pub transcript: String,
    /// `MANE Select`, `MANE Plus Clinical`, or empty.
    pub mark: &'static str,
    /// Symbol of the gene.
    pub gene: String,
    /// The part of the description after the accession.
    pub coding: String,
    /// The same for the protein.
    pub protein: String,
    /// Sequence Ontology terms in words, or why there are none.
    pub consequence: String,
}

impl From<&TranscriptConsequence> for ConsequenceRow {
    fn from(consequence: &TranscriptConsequence) -> Self {
        let words: Vec<String> = consequence.terms.iter().map(|term| term.replace('_', " ")).collect();
        Self {
            transcript: consequence.transcript.clone(),
            mark: match consequence.mane.as_deref() {
                Some("select") => "MANE Select",
                Some(_) => "MANE Plus Clinical",
                None => "",
            },
            gene: consequence.gene.clone().unwrap_or_default(),
            coding: after_accession(consequence.hgvs_c.as_deref()),
            protein: after_accession(consequence.hgvs_p.as_deref()),
            consequence: match &consequence.problem {
                Some(problem) => problem.clone(),
                None => words.join(", "),
            },
        }
    }
}

/// `c.68_69del` of `NM_007294.4:c.68_69del`.
fn after_accession(hgvs: Option<&str>) -> String {
    let hgvs = hgvs.unwrap_or_default();
    hgvs.split_once(':').map_or(hgvs, |(_, change)| change).to_owned()
}
