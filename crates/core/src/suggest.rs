//! Values suggested for criteria, computed from what a node knows. A person decides; nothing here is
//! applied by itself.
//!
//! Every number carries its source, every threshold its citation. Where no data are loaded, or the
//! guideline gives no number, there is no value, and the suggestion says what would give one.

pub mod case_evidence;
pub mod copy_number;
pub mod frequency;
mod generic;
pub mod panel;
pub mod phenotype_match;
pub mod prediction;
pub mod protein_length;
pub mod pvs1;
pub mod residue;
pub mod statistics;

use crate::criterion::Strength;
use crate::guideline::{Guideline, Points};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use generic::{Calibration, Cited, Interval, cited};

/// What the data say about a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suggested {
    /// They speak for applying it.
    Met,
    /// They speak against applying it.
    NotMet,
    /// There are none, or no threshold to hold them against.
    NoValue,
}

/// A value for one criterion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The code of the guideline: `PM2`, `3B`.
    pub criterion: String,
    /// What the data say.
    pub outcome: Suggested,
    /// How strong; only with [`Suggested::Met`].
    pub strength: Option<Strength>,
    /// Points of a row, for guidelines whose rows carry points.
    pub points: Option<Points>,
    /// The reason, for a person.
    pub sentence: String,
    /// Every number that the sentence rests on.
    pub numbers: Vec<Number>,
    /// What the numbers were held against.
    pub threshold: Option<SuggestionThreshold>,
    /// What to load or to answer where there is no value.
    pub remedy: Option<String>,
    /// What to think of before applying it.
    pub cautions: Vec<String>,
    /// What a person may answer to get a value.
    pub questions: Vec<Question>,
    /// The way through a decision tree, its root first.
    pub path: Vec<TreeNode>,
    /// The records behind it: statements at the residue, kinds of cases.
    pub rows: Vec<EvidenceRow>,
}

/// A number with its source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// What it counts or measures.
    pub name: String,
    /// How much.
    pub value: f64,
    /// In what: `alleles`, `residues`, empty for a ratio.
    pub unit: String,
    /// Where it comes from.
    pub source: EvidenceSource,
}

/// Where a number or an answer comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EvidenceSource {
    /// What it is: `ExAC`, `record of this node`, `stated by a person`.
    pub name: String,
    /// Its version, empty when it has none.
    pub version: String,
    /// SHA-256 of the loaded file, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The file as the user had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// What numbers are held against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuggestionThreshold {
    /// The rule in words.
    pub text: String,
    /// Where it was read.
    pub citation: String,
    /// The number, where there is one.
    pub value: Option<f64>,
}

/// Something only a person can say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stable name of the answer: `penetrance`.
    pub key: String,
    /// The question.
    pub ask: String,
    /// What an answer looks like.
    pub kind: QuestionKind,
    /// The publication that asks it.
    pub citation: String,
}

/// What an answer looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// `yes` or `no`.
    YesNo,
    /// A number.
    Number {
        /// In what.
        unit: String,
    },
    /// One of several.
    Choice(Vec<Choice>),
}

/// One possible answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Stable code.
    pub code: String,
    /// For a person.
    pub label: String,
}

/// One step through a decision tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeNode {
    /// Stable name; that of the question where a person may answer.
    pub key: String,
    /// What is asked.
    pub question: String,
    /// What was answered; `None` when it is open.
    pub answer: Option<String>,
    /// Who or what answered.
    pub source: Option<EvidenceSource>,
    /// The numbers behind the answer, in words.
    pub detail: String,
    /// The place in the publication.
    pub citation: String,
}

/// A record behind a suggestion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// What it is.
    pub what: String,
    /// What it says.
    pub detail: String,
    /// Its page on this node.
    pub address: Option<String>,
    /// Whether it counted; the detail says why not.
    pub counted: bool,
}

/// What a person has said to the questions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers(pub BTreeMap<String, String>);

/// Questions whose answer is a share of people.
const SHARES: [&str; 4] = ["prevalence", "allelic_contribution", "genetic_contribution", "penetrance"];

/// An answer is no share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no answer to `{key}`: write a share from 0 to 1, such as 1/500, 0.2 % or 0.002")]
pub struct AnswerError {
    /// The question.
    pub key: &'static str,
    /// The answer, shortened.
    pub text: String,
}

impl Answers {
    /// The answer to a question, without surrounding space.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|answer| answer.trim()).filter(|answer| !answer.is_empty())
    }

    /// A `yes` or a `no`.
    pub fn yes_no(&self, key: &str) -> Option<bool> {
        match self.text(key)?.to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" => Some(true),
            "no" | "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// Whether every answer that states a share of people is one: a number from 0 to 1.
    ///
    /// # Errors
    /// At the first that is not.
    pub fn check(&self) -> Result<(), AnswerError> {
        let wrong = SHARES.iter().find(|key| {
            self.text(key).is_some_and(|_| !self.number(key).is_some_and(|value| (0.0..=1.0).contains(&value)))
        });
        match wrong {
            None => Ok(()),
            Some(key) => {
                let text: String = self.text(key).unwrap_or_default().chars().take(40).collect();
                Err(AnswerError { key, text })
            }
        }
    }

    /// A number from 0; `1/500` and `0.2 %` are read too.
    pub fn number(&self, key: &str) -> Option<f64> {
        let text = self.text(key)?.replace(',', "");
        let plain = |part: &str| part.trim().parse::<f64>().ok();
        let value = match (text.split_once('/'), text.strip_suffix('%')) {
            (Some((above, below)), _) => plain(above)? / plain(below)?,
            (None, Some(percent)) => plain(percent)? / 100.0,
            (None, None) => plain(&text)?,
        };
        (value.is_finite() && value >= 0.0).then_some(value)
    }
}

impl EvidenceSource {
    /// What a person said.
    pub fn person() -> Self {
        Self { name: "stated by a person".to_owned(), ..Self::default() }
    }

    /// Name and version for a sentence: `ExAC r0.3`.
    pub fn label(&self) -> String {
        if self.version.is_empty() { self.name.clone() } else { format!("{} {}", self.name, self.version) }
    }
}

impl Number {
    /// A number with its source.
    pub fn new(name: impl Into<String>, value: f64, unit: &str, source: &EvidenceSource) -> Self {
        Self { name: name.into(), value, unit: unit.to_owned(), source: source.clone() }
    }
}

impl Question {
    /// A yes-or-no question.
    pub fn yes_no(key: &str, ask: &str, citation: &str) -> Self {
        Self { key: key.to_owned(), ask: ask.to_owned(), kind: QuestionKind::YesNo, citation: citation.to_owned() }
    }

    /// A question for a number.
    pub fn number(key: &str, ask: &str, unit: &str, citation: &str) -> Self {
        let kind = QuestionKind::Number { unit: unit.to_owned() };
        Self { key: key.to_owned(), ask: ask.to_owned(), kind, citation: citation.to_owned() }
    }
}

impl Suggestion {
    fn of(criterion: &str, outcome: Suggested, sentence: impl Into<String>) -> Self {
        Self {
            criterion: criterion.to_owned(),
            outcome,
            strength: None,
            points: None,
            sentence: sentence.into(),
            numbers: Vec::new(),
            threshold: None,
            remedy: None,
            cautions: Vec::new(),
            questions: Vec::new(),
            path: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// The data speak for it.
    pub fn met(criterion: &str, strength: Strength, sentence: impl Into<String>) -> Self {
        Self { strength: Some(strength), ..Self::of(criterion, Suggested::Met, sentence) }
    }

    /// The data speak against it.
    pub fn not_met(criterion: &str, sentence: impl Into<String>) -> Self {
        Self::of(criterion, Suggested::NotMet, sentence)
    }

    /// There is no value, and this would give one.
    pub fn no_value(criterion: &str, sentence: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..Self::of(criterion, Suggested::NoValue, sentence) }
    }

    /// With numbers.
    #[must_use]
    pub fn with_numbers(mut self, numbers: impl IntoIterator<Item = Number>) -> Self {
        self.numbers.extend(numbers);
        self
    }

    /// With what the numbers were held against.
    #[must_use]
    pub fn against(mut self, text: impl Into<String>, citation: impl Into<String>, value: Option<f64>) -> Self {
        self.threshold = Some(SuggestionThreshold { text: text.into(), citation: citation.into(), value });
        self
    }

    /// With something to think of first.
    #[must_use]
    pub fn caution(mut self, caution: impl Into<String>) -> Self {
        self.cautions.push(caution.into());
        self
    }

    /// With questions that a person may answer.
    #[must_use]
    pub fn asking(mut self, questions: impl IntoIterator<Item = Question>) -> Self {
        self.questions.extend(questions);
        self
    }

    /// Whether the data speak for it.
    pub fn is_met(&self) -> bool {
        self.outcome == Suggested::Met
    }
}

/// One strength lower: very strong to strong, and so on; `None` below supporting.
pub fn one_lower(strength: Strength) -> Option<Strength> {
    match strength {
        Strength::StandAlone | Strength::VeryStrong => Some(Strength::Strong),
        Strength::Strong => Some(Strength::Moderate),
        Strength::Moderate => Some(Strength::Supporting),
        Strength::Supporting => None,
    }
}

/// Points of a strength in the scale of Tavtigian 2020: 1, 2, 4, 8.
pub fn scale_points(strength: Strength) -> u32 {
    match strength {
        Strength::Supporting => 1,
        Strength::Moderate => 2,
        Strength::Strong => 4,
        Strength::VeryStrong | Strength::StandAlone => 8,
    }
}

/// The strength that a guideline permits for a criterion: as suggested, or the strongest permitted below it.
pub fn permitted(guideline: &Guideline, criterion: &str, strength: Strength) -> Option<Strength> {
    let definition = guideline.criterion(criterion)?;
    let permitted = definition.permitted.iter().copied().filter(|held| *held <= strength);
    if definition.permitted.is_empty() { definition.strength } else { permitted.max() }
}

/// Brings suggestions into the order of the guideline, one for each criterion: strengths within what it permits,
/// and caps that publications put on combinations.
pub fn for_guideline(guideline: &Guideline, computed: Vec<Suggestion>) -> Vec<Suggestion> {
    let mut by_code: BTreeMap<String, Suggestion> =
        computed.into_iter().map(|suggestion| (suggestion.criterion.clone(), suggestion)).collect();
    let mut ordered = Vec::new();
    for definition in &guideline.criteria {
        let held = by_code.remove(&definition.code);
        if let Some(by) = &definition.retired {
            ordered.push(Suggestion::no_value(&definition.code, format!("retired: {by}"), "do not apply it"));
            continue;
        }
        if let Some(why) = &definition.not_applicable {
            let numbers = held.map(|held| held.numbers).unwrap_or_default();
            let sentence = format!("not used by {}: {why}", guideline.title);
            ordered.push(Suggestion::no_value(&definition.code, sentence, "do not apply it").with_numbers(numbers));
            continue;
        }
        let mut suggestion = held.unwrap_or_else(|| unsupported(&definition.code));
        if let Some(strength) = suggestion.strength {
            let allowed = permitted(guideline, &definition.code, strength);
            if allowed != Some(strength) {
                suggestion
                    .cautions
                    .push(format!("{} permits at most another strength than the data give", guideline.title));
            }
            suggestion.strength = allowed;
        }
        ordered.push(suggestion);
    }
    prediction::cap_with_hotspot(&mut ordered);
    prediction::not_beside_pvs1(&mut ordered);
    ordered
}

/// A criterion for which nothing can be computed from what a node holds.
fn unsupported(code: &str) -> Suggestion {
    let (why, remedy) = match code {
        "PS3" | "BS3" => ("functional studies are not computed", "weigh the studies and add them as evidence"),
        "BS4" => ("lack of segregation is not recorded here", "count the families and add them as evidence"),
        "BP2" => ("phase with other pathogenic variants is not computed for this criterion", "look at the cases below"),
        "BP5" => ("another cause in the same case is a person's finding", "look at the cases below"),
        "PP5" | "BP6" => {
            ("another's classification is not evidence by itself", "look at the evidence of the statement")
        }
        _ => ("nothing is computed for this criterion in this version", "evaluate it by hand"),
    };
    Suggestion::no_value(code, why, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(key: &str, text: &str) -> Answers {
        Answers([(key.to_owned(), text.to_owned())].into())
    }

    #[test]
    fn answers_read_fractions_and_percent() {
        for (text, value) in [("1/500", 0.002), ("0.2 %", 0.002), ("0.002", 0.002), ("1,000", 1000.0)] {
            assert_eq!(answers("prevalence", text).number("prevalence"), Some(value), "{text}");
        }
        for text in ["", "-1", "often", "1/0", "nan"] {
            assert_eq!(answers("prevalence", text).number("prevalence"), None, "{text}");
        }
        for text in ["17", "1/0", "often", "-1", "200 %"] {
            assert!(answers("prevalence", text).check().is_err(), "{text}");
        }
        for text in ["1/500", "1", "0.2 %", " "] {
            assert_eq!(answers("prevalence", text).check(), Ok(()), "{text}");
        }
        assert_eq!(answers("lof_mechanism", " Yes ").yes_no("lof_mechanism"), Some(true));
    }

    #[test]
    fn a_strength_outside_the_guideline_is_lowered() {
        let svi = crate::guideline::find("acmg-amp-svi@2020").expect("built in");
        let suggested = for_guideline(svi, vec![Suggestion::met("PM2", Strength::Moderate, "absent")]);
        let pm2 = suggested.iter().find(|one| one.criterion == "PM2").expect("in the guideline");
        assert_eq!((pm2.strength, pm2.cautions.len()), (Some(Strength::Supporting), 1));
        assert_eq!(suggested.len(), svi.criteria.len());
        let pp5 = suggested.iter().find(|one| one.criterion == "PP5").expect("in the guideline");
        assert!(pp5.outcome == Suggested::NoValue && pp5.sentence.contains("29543229"));
    }
}
