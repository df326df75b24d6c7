//! Values suggested for criteria, from everything the node holds: loaded tables, transcripts, statements, cases.
//!
//! The rules are [`cairn_core::suggest`]; here is gathered what they look at. Nothing is applied by itself.

pub(crate) mod copy_number;
mod interval;
mod lof;
mod record;
mod subject;

use crate::access::Viewer;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::condition::Inheritance;
use cairn_core::guideline::{Guideline, Question as Asked, UnknownGuideline, propose};
use cairn_core::suggest::{
    AnswerError, Answers, EvidenceSource, Question, Suggestion, case_evidence, for_guideline, frequency, panel,
    phenotype_match, prediction, protein_length, pvs1, residue,
};
use cairn_reference::condition::ConditionName;
use cairn_store::entry::AsOf;
use serde::Serialize;
use std::collections::BTreeMap;

use subject::Subject;

/// Criteria that depend on what a change does to a transcript.
const ON_TRANSCRIPT: [&str; 11] = ["PVS1", "PS1", "PM1", "PM4", "PM5", "PP2", "PP3", "BP1", "BP3", "BP4", "BP7"];
/// What helps where the effect is not known.
const LOAD: &str =
    "load the gene's transcript and the bases of its chromosome with `cairn setup` or `cairn reference add`";

/// For what values are asked.
#[derive(Debug, Clone, Default)]
pub struct SuggestionRequest {
    /// The variant in any notation, or its id in the record.
    pub expression: String,
    /// The condition: an identifier or a name.
    pub condition: Option<String>,
    /// Mode of inheritance.
    pub inheritance: Option<Inheritance>,
    /// The guideline, `acmg-amp-svi@2020`; without one, that which fits the gene and condition.
    pub guideline: Option<String>,
    /// What a person has said to questions, by their keys.
    pub answers: BTreeMap<String, String>,
}

/// A value for every criterion of a guideline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SuggestionReport {
    /// The variant's best name.
    pub variant: String,
    /// The gene.
    pub gene: Option<String>,
    /// The transcript on which its effect was read.
    pub transcript: Option<String>,
    /// On that transcript.
    pub hgvs_c: Option<String>,
    /// On its protein.
    pub hgvs_p: Option<String>,
    /// Sequence Ontology terms on that transcript, the severest first.
    pub terms: Vec<String>,
    /// The condition as understood.
    pub condition: Option<String>,
    /// Mode of inheritance.
    pub inheritance: Option<Inheritance>,
    /// The guideline, as `id@version`.
    pub guideline: String,
    /// One for each criterion, in the order of the guideline.
    pub suggestions: Vec<Suggestion>,
    /// What a person may answer to get more values, each once.
    pub questions: Vec<Question>,
    /// Every source that gave a number.
    pub sources: Vec<EvidenceSource>,
    /// What to know.
    pub notes: Vec<String>,
}

/// Why no values can be given.
#[derive(Debug, thiserror::Error)]
pub enum SuggestError {
    /// The text names no variant, or several.
    #[error("{message}")]
    NotAVariant {
        /// Stable code.
        code: String,
        /// Why.
        message: String,
        /// What to do.
        remedy: String,
    },
    /// There is no such guideline.
    #[error(transparent)]
    Guideline(#[from] UnknownGuideline),
    /// An answer is none to its question.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// The node failed.
    #[error(transparent)]
    Node(#[from] NodeError),
}

impl From<cairn_store::StoreError> for SuggestError {
    fn from(error: cairn_store::StoreError) -> Self {
        Self::Node(error.into())
    }
}

/// What every gathering function needs.
struct Gathering<'a> {
    node: &'a Node,
    subject: Subject,
    condition: Option<ConditionName>,
    inheritance: Option<Inheritance>,
    answers: Answers,
    as_of: AsOf,
    viewer: Viewer,
    record: EvidenceSource,
}

impl Node {
    /// A value for every criterion of a guideline, with its numbers and their sources.
    ///
    /// # Errors
    /// When the text names no variant, the guideline is not known, or the record fails.
    pub async fn suggestions(
        &self,
        asked: &SuggestionRequest,
        as_of: AsOf,
        viewer: Viewer,
    ) -> Result<SuggestionReport, SuggestError> {
        let answers = Answers(asked.answers.clone());
        answers.check()?;
        let subject = self.subject(&asked.expression, as_of, viewer).await?;
        let condition = asked.condition.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let known = condition.and_then(|text| self.condition_called(text)).cloned();
        let guidelines = self.guidelines(as_of).await?;
        let wanted = self.widened(&Asked {
            genes: subject.gene.iter().cloned().collect(),
            conditions: known.iter().flat_map(|one| &one.equivalents).filter_map(|id| id.parse().ok()).collect(),
            inheritance: asked.inheritance,
            ..Asked::default()
        });
        let address = match (&asked.guideline, subject.copy_number) {
            (Some(address), _) => address.clone(),
            (None, Some(direction)) => copy_number::guideline(direction).to_owned(),
            (None, None) => {
                let proposal = propose(guidelines.iter(), &wanted);
                proposal.map_or_else(|| "acmg-amp-svi".to_owned(), |proposal| proposal.guideline)
            }
        };
        let guideline = guidelines.find(&address)?;
        let record = EvidenceSource {
            name: "record of this node".to_owned(),
            version: format!("entry {}", as_of.entry().number()),
            ..EvidenceSource::default()
        };
        let gathering = Gathering {
            node: self,
            subject,
            condition: known,
            inheritance: asked.inheritance,
            answers,
            as_of,
            viewer,
            record,
        };
        let suggestions = gathering.suggest(guideline).await?;
        Ok(gathering.report(guideline, suggestions, condition))
    }

    /// The condition of an identifier or a name.
    fn condition_called(&self, text: &str) -> Option<&ConditionName> {
        let conditions = self.reference().conditions();
        conditions.find(text).or_else(|| conditions.named(text))
    }
}

impl Gathering<'_> {
    async fn suggest(&self, guideline: &Guideline) -> Result<Vec<Suggestion>, SuggestError> {
        if guideline.id.starts_with("acmg-cnv") {
            return Ok(cairn_core::suggest::copy_number::suggest(guideline, &self.interval()));
        }
        let gene = self.subject.gene.as_deref().unwrap_or("");
        let tables = self.node.reference().gene_tables();
        let sequences = self.node.reference().sequences();
        let (datasets, out_of_reach) = self.node.reference().frequencies().of(&self.subject.changes, sequences);
        let scores = self.node.reference().scores().of(&self.subject.changes, sequences);
        let mut regions = panel::regions(guideline, gene);
        regions.extend(tables.regions(gene).iter().cloned());

        let limits = tables.frequency_limits(gene);
        let mut all = frequency::suggest(
            &frequency::FrequencyFacts {
                datasets: &datasets,
                out_of_reach: &out_of_reach,
                inheritance: self.inheritance,
                vcf: &self.subject.vcf,
                limits: &limits,
                ba1_of_2015: guideline.id == "acmg-amp",
                pm2_strength: guideline.criterion("PM2").and_then(|pm2| pm2.strength),
            },
            &self.answers,
        );
        all.push(match self.lof_facts(&regions).await? {
            Some(facts) => pvs1::suggest(&facts, &self.answers),
            None if self.subject.may_be_null() => Suggestion::no_value(
                "PVS1",
                format!("{}: what is left of the transcript cannot be computed", self.subject.worst_term()),
                LOAD,
            ),
            None => pvs1::not_null(&self.subject.worst_term()),
        });
        let neighbours = self.neighbours().await?;
        all.extend(residue::suggest(
            self.subject.residue_change.as_ref(),
            &neighbours,
            self.subject.is_near_splice_site(),
            &self.record,
        ));
        let is_changed = self.subject.is_protein_changing();
        let has_tables = tables.has_regions() || !panel::regions(guideline, gene).is_empty();
        all.push(residue::hotspot(self.subject.residues, is_changed, &regions, has_tables));
        all.extend(protein_length::suggest(self.subject.length_change, &regions, &self.subject.transcript_source));
        let loaded = self.node.reference().scores().predictors();
        all.extend(prediction::suggest(self.subject.predicted, &scores, &loaded));
        let is_missense = self.subject.predicted == prediction::Predicted::Missense;
        all.extend(prediction::of_gene(
            is_missense,
            tables.missense_mechanism(gene, self.inheritance).as_ref(),
            tables.truncating_only(gene, self.inheritance).as_ref(),
            tables.constraint(gene).iter().find(|number| number.name.starts_with("missense")),
        ));
        if self.subject.found.is_empty() {
            all.iter_mut().filter(|one| ON_TRANSCRIPT.contains(&one.criterion.as_str())).for_each(|one| {
                if !(one.criterion == "PVS1" && self.subject.may_be_null()) {
                    *one = Suggestion::no_value(&one.criterion, "what it does on a transcript is not known", LOAD);
                }
            });
        }
        let is_rare = all.iter().find(|one| one.criterion == "PM2").and_then(rarity);
        let (cases, phenotypes) = self.cases(is_rare, &datasets).await?;
        all.extend(case_evidence::suggest(&cases, &self.answers));
        all.push(phenotype_match::suggest(&phenotypes, &self.answers));
        panel::apply(
            guideline,
            &mut all,
            &panel::Measurable {
                datasets: &datasets,
                scores: &scores,
                change: self.subject.predicted,
                affected: cases.affected,
                de_novo: cases.de_novo,
                record: &self.record,
                answers: &self.answers,
            },
        );
        Ok(for_guideline(guideline, all))
    }

    fn report(self, guideline: &Guideline, suggestions: Vec<Suggestion>, condition: Option<&str>) -> SuggestionReport {
        let (mut questions, mut sources): (Vec<Question>, Vec<EvidenceSource>) = (Vec::new(), Vec::new());
        for suggestion in &suggestions {
            for question in &suggestion.questions {
                if !questions.iter().any(|held| held.key == question.key) {
                    questions.push(question.clone());
                }
            }
            let of_path = suggestion.path.iter().filter_map(|node| node.source.as_ref());
            for source in suggestion.numbers.iter().map(|number| &number.source).chain(of_path) {
                if !sources.contains(source) {
                    sources.push(source.clone());
                }
            }
        }
        let mut notes = self.subject.notes;
        match (condition, &self.condition) {
            (None, _) => notes.push(
                "no condition is chosen: cases of every condition count, and features are not compared".to_owned(),
            ),
            (Some(text), None) => {
                notes.push(format!("`{text}` is no condition known here: cases are compared by this name"))
            }
            _ => {}
        }
        if self.inheritance.is_none() {
            notes.push("no mode of inheritance is stated: criteria that depend on it have no value".to_owned());
        }
        let named = self.condition.map(|known| format!("{} ({})", known.label, known.id));
        SuggestionReport {
            variant: self.subject.label,
            gene: self.subject.gene,
            transcript: self.subject.transcript,
            hgvs_c: self.subject.hgvs_c,
            hgvs_p: self.subject.hgvs_p,
            terms: self.subject.terms,
            condition: named.or_else(|| condition.map(str::to_owned)),
            inheritance: self.inheritance,
            guideline: guideline.address(),
            suggestions,
            questions,
            sources,
            notes,
        }
    }
}

/// Whether PM2 says that a variant is rare; `None` where it has no value.
fn rarity(pm2: &Suggestion) -> Option<bool> {
    use cairn_core::suggest::Suggested;
    match pm2.outcome {
        Suggested::Met => Some(true),
        Suggested::NotMet => Some(false),
        Suggested::NoValue => None,
    }
}
