//! One field of a draft and its new value.

use crate::case::AlleleOrigin;
use crate::citation::EvidenceItem;
use crate::classification::Classification;
use crate::condition::{Condition, Inheritance};
use crate::criterion::{Criterion, Outcome, Strength};
use crate::date::PartialDate;
use crate::free_text::FreeText;
use crate::guideline::gene_validity::ExpertCall;
use crate::guideline::{EvidenceLine, Points};
use serde::{Deserialize, Serialize};

/// A field set to a value. Two changes with the same [key](Self::key) are about the same field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum Change {
    /// The rule set, as `id@version`.
    Guideline {
        /// `acmg-amp-svi@2020`.
        address: String,
    },
    /// The disease.
    Condition {
        /// As named, with identifiers.
        condition: Condition,
    },
    /// How it is inherited.
    Inheritance {
        /// `None`: not said.
        mode: Option<Inheritance>,
    },
    /// Where people have the variant from.
    Origin {
        /// Germline, somatic …
        origin: AlleleOrigin,
    },
    /// A criterion looked at.
    Criterion {
        /// `PM2`.
        code: String,
        /// Which application of a row that may be used several times; from 1.
        #[serde(default = "first", skip_serializing_if = "is_first")]
        application: u8,
        /// What was found.
        #[serde(flatten)]
        call: CriterionCall,
    },
    /// An evidence item; `None` takes it out.
    Evidence {
        /// Names the item within the draft.
        item: String,
        /// What it says.
        evidence: Option<EvidenceItem>,
    },
    /// What a person says to a question that a suggestion asks; `None` takes it back.
    Answer {
        /// The question's key, such as `lof_mechanism`.
        question: String,
        /// What the person says.
        answer: Option<String>,
    },
    /// Points of a kind of evidence for a gene and a disease; `None` takes them back.
    Validity {
        /// Code of the kind, as [`super::VALIDITY_KINDS`] lists them.
        kind: String,
        /// The points.
        points: Option<Points>,
        /// What they rest on.
        #[serde(default)]
        note: FreeText,
    },
    /// Whether the evidence was replicated over time.
    Replicated {
        /// More than three years since the first publication, and more than two publications.
        replicated: bool,
    },
    /// The class that experts chose for a gene and a disease; `None` goes back to the calculated one.
    ExpertCall {
        /// Which, and why.
        call: Option<ExpertCall>,
    },
    /// The summary.
    Summary {
        /// The text.
        text: FreeText,
    },
    /// Another class than the computed one; `None` goes back to it.
    Class {
        /// Which, and why.
        choice: Option<ClassChoice>,
    },
    /// When it was evaluated; `None`: on the day of the last signature.
    Evaluated {
        /// The day.
        date: Option<PartialDate>,
    },
}

/// What was found when a criterion was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriterionCall {
    /// Met, not met, not evaluated.
    pub outcome: Outcome,
    /// The strength applied; `None`: the guideline's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// The points given, where rows carry points; `None`: the guideline's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
}

/// A class that a person chose against the computed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassChoice {
    /// The class.
    pub class: Classification,
    /// Why; stands in the statement.
    pub reason: FreeText,
}

fn first() -> u8 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_first(application: &u8) -> bool {
    *application == 1
}

impl CriterionCall {
    /// Not looked at.
    pub const NOT_EVALUATED: Self = Self { outcome: Outcome::NotEvaluated, strength: None, points: None };

    /// The same for the engine.
    pub fn line(self, code: &str) -> EvidenceLine {
        let criterion = Criterion { code: code.to_owned(), outcome: self.outcome, strength: self.strength };
        EvidenceLine { criterion, points: self.points }
    }
}

impl std::fmt::Display for CriterionCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.outcome {
            Outcome::Met => "met",
            Outcome::NotMet => "not met",
            Outcome::NotEvaluated => "not evaluated",
        })?;
        if let Some(strength) = self.strength {
            write!(f, ", {}", strength.label())?;
        }
        self.points.map_or(Ok(()), |points| write!(f, ", {points} points"))
    }
}

impl Change {
    /// Names the field: `criterion:PM2`, `evidence:3f`, `summary`.
    pub fn key(&self) -> String {
        match self {
            Self::Guideline { .. } => "guideline".to_owned(),
            Self::Condition { .. } => "condition".to_owned(),
            Self::Inheritance { .. } => "inheritance".to_owned(),
            Self::Origin { .. } => "origin".to_owned(),
            Self::Criterion { code, application: 1, .. } => format!("criterion:{code}"),
            Self::Criterion { code, application, .. } => format!("criterion:{code}:{application}"),
            Self::Evidence { item, .. } => format!("evidence:{item}"),
            Self::Answer { question, .. } => format!("answer:{question}"),
            Self::Validity { kind, .. } => format!("validity:{kind}"),
            Self::Replicated { .. } => "replicated".to_owned(),
            Self::ExpertCall { .. } => "call".to_owned(),
            Self::Summary { .. } => "summary".to_owned(),
            Self::Class { .. } => "class".to_owned(),
            Self::Evaluated { .. } => "evaluated".to_owned(),
        }
    }

    /// The field for people.
    pub fn label(&self) -> String {
        match self {
            Self::Criterion { code, application: 1, .. } => code.clone(),
            Self::Criterion { code, application, .. } => format!("{code}, application {application}"),
            Self::Evidence { .. } => "evidence item".to_owned(),
            Self::Answer { question, .. } => format!("answer to {}", question.replace('_', " ")),
            Self::Validity { kind, .. } => kind.replace('_', " "),
            Self::ExpertCall { .. } => "experts' class".to_owned(),
            Self::Class { .. } => "chosen class".to_owned(),
            Self::Evaluated { .. } => "date evaluated".to_owned(),
            other => other.key(),
        }
    }

    /// The value for people.
    pub fn words(&self) -> String {
        let none = || "none".to_owned();
        match self {
            Self::Guideline { address } => address.clone(),
            Self::Condition { condition } => named(condition),
            Self::Inheritance { mode } => mode.map_or_else(|| "not stated".to_owned(), |mode| mode.label().to_owned()),
            Self::Origin { origin } => origin.label().to_owned(),
            Self::Criterion { call, .. } => call.to_string(),
            Self::Evidence { evidence: Some(item), .. } => item.to_string(),
            Self::Evidence { evidence: None, .. } => "taken out".to_owned(),
            Self::Answer { answer, .. } => answer.clone().unwrap_or_else(none),
            Self::Validity { points, note, .. } => {
                let points = points.map_or_else(none, |points| format!("{points} points"));
                if note.is_empty() { points } else { format!("{points}, {}", note.as_str()) }
            }
            Self::Replicated { replicated } => if *replicated { "yes" } else { "no" }.to_owned(),
            Self::ExpertCall { call: Some(call) } => format!("{}: {}", call.class, call.rationale),
            Self::ExpertCall { call: None } => "as calculated".to_owned(),
            Self::Summary { text } if text.is_empty() => "empty".to_owned(),
            Self::Summary { text } => text.as_str().to_owned(),
            Self::Class { choice: Some(choice) } => format!("{}: {}", choice.class, choice.reason.as_str()),
            Self::Class { choice: None } => "as computed".to_owned(),
            Self::Evaluated { date } => date.map_or_else(none, |date| date.to_string()),
        }
    }
}

fn named(condition: &Condition) -> String {
    let ids: Vec<String> = condition.ids.iter().map(ToString::to_string).collect();
    match (condition.name.as_str(), ids.is_empty()) {
        ("", true) => "not stated".to_owned(),
        ("", false) => ids.join(", "),
        (name, true) => name.to_owned(),
        (name, false) => format!("{name} ({})", ids.join(", ")),
    }
}
