//! What changed between two versions: a mind, the way of summing up, or only words.
//!
//! A laboratory's statement and an archive's summary are judged differently. A statement is one
//! position: another class is another mind. A summary is a *set* of classes of several laboratories
//! that cannot be told apart; a class that appears in it is a new opinion, one that goes is a lost
//! opinion, and where both happen nobody can say from the summary alone which it was, unless it sums
//! up one laboratory only.
//!
//! `not provided`, `not reported for simple variant` and `other` take no position: they are dropped
//! before two sets are compared, and a change from or to nothing is a first or a last opinion, not a
//! changed one.

use crate::citation::Citation;
use crate::classification::{Bucket, Classification};
use crate::statement::{Standing, StatementBody};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// The remark under which a summary names its laboratories, joined by `; `.
pub const SUBMITTERS: &str = "submitters";

/// Words that take no position, folded.
const SILENT: [&str; 4] = ["not provided", "not reported for simple variant", "other", "not specified"];

/// A set of classes, each in the words for people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Classes(BTreeSet<String>);

impl Classes {
    /// The positions of a body: its class, or the classes of its set; words that take no position
    /// are left out.
    pub fn of(body: &StatementBody) -> Self {
        match (body.classification, &body.classification_text) {
            (Classification::NotProvided, _) => Self::default(),
            (Classification::Other, Some(text)) => Self::read(text),
            (Classification::Other, None) => Self::default(),
            (class, _) => Self([class.label().to_owned()].into()),
        }
    }

    /// The classes of a list in words, separated by `;` or `|`.
    pub fn read(text: &str) -> Self {
        let words = text.split([';', '|']).map(fold).filter(|word| !word.is_empty());
        Self(words.filter(|word| !SILENT.contains(&word.as_str())).map(|word| label(&word)).collect())
    }

    /// Whether nobody takes a position.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The classes in words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The sides taken.
    pub fn sides(&self) -> BTreeSet<Bucket> {
        let classes = self.words().filter_map(|word| Classification::ALL.iter().find(|class| class.label() == word));
        classes.filter_map(|class| class.bucket()).collect()
    }

    fn without(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }
}

impl fmt::Display for Classes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("no position");
        }
        f.write_str(&self.words().collect::<Vec<_>>().join("; "))
    }
}

fn fold(word: &str) -> String {
    word.to_lowercase().split(['_', '-', ' ']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The label of a folded word, or the word with a capital where it is in no vocabulary.
fn label(folded: &str) -> String {
    let same =
        |class: &&Classification| fold(class.label()) == folded || fold(class.code()) == folded.trim_end_matches('s');
    match Classification::ALL.iter().find(same) {
        Some(class) => class.label().to_owned(),
        None => {
            let mut letters = folded.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// What became of the opinions behind a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opinion {
    /// A class stands that did not stand before.
    New,
    /// A class no longer stands, and none came.
    Lost,
    /// The summary does not say which.
    Undecidable,
}

impl Opinion {
    /// The words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "new opinion",
            Self::Lost => "lost opinion",
            Self::Undecidable => "undecidable",
        }
    }
}

/// How a summary changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryChange {
    /// The classes before.
    pub from: Classes,
    /// The classes now.
    pub to: Classes,
    /// New opinion, lost opinion or undecidable.
    pub opinion: Opinion,
    /// What the summary itself shows of why.
    pub reason: String,
    /// Laboratories that it names now and did not name before.
    pub joined: Vec<String>,
    /// Laboratories that it named before and no longer names.
    pub left: Vec<String>,
    /// The review status before and now, where it differs.
    pub review: Option<(String, String)>,
}

/// How a summary's set of classes changed; `None` when it did not, or when one of the two takes no
/// position. `earlier` are the classes of all versions before `before`: a class that came back
/// without a new laboratory may be an old opinion that is counted again.
pub fn of_summary(before: &StatementBody, after: &StatementBody, earlier: &[Classes]) -> Option<SummaryChange> {
    let (from, to) = (Classes::of(before), Classes::of(after));
    if from == to || from.is_empty() || to.is_empty() {
        return None;
    }
    let (named_before, named_now) = (submitters(before), submitters(after));
    let joined = missing_from(&named_now, &named_before);
    let left = missing_from(&named_before, &named_now);
    let (gained, lost) = (to.without(&from), from.without(&to));
    let came_back = gained.words().all(|word| earlier.iter().any(|set| set.0.contains(word)));
    let is_one = named_before.len() == 1 && named_now.len() == 1 && joined.is_empty();
    let (opinion, reason) = judge(&gained, &lost, &joined, &left, came_back, is_one);
    let status = |body: &StatementBody| body.review_status.clone().unwrap_or_default();
    let review = (status(before) != status(after)).then(|| (status(before), status(after)));
    let reason = match &review {
        Some((was, is)) if joined.is_empty() => format!("{reason}; the review status was `{was}` and is `{is}`"),
        _ => reason,
    };
    Some(SummaryChange { from, to, opinion, reason, joined, left, review })
}

fn judge(
    gained: &Classes,
    lost: &Classes,
    joined: &[String],
    left: &[String],
    came_back: bool,
    is_one: bool,
) -> (Opinion, String) {
    let names = |names: &[String]| names.join("; ");
    let say = |opinion: Opinion, reason: String| (opinion, reason);
    match (gained.is_empty(), lost.is_empty()) {
        (_, false) if is_one && !gained.is_empty() => {
            say(Opinion::New, "the one laboratory that it sums up changed its mind".into())
        }
        (false, false) => say(
            Opinion::Undecidable,
            match joined {
                [] => "a laboratory changed its mind, or one opinion is counted anew and another no longer".into(),
                _ => format!("named anew: {}; whose opinion went is not said", names(joined)),
            },
        ),
        (false, true) if !joined.is_empty() => say(Opinion::New, format!("named anew: {}", names(joined))),
        (false, true) if came_back => say(
            Opinion::Undecidable,
            "no laboratory is named anew and the class stood here before: an opinion may be counted again".into(),
        ),
        (false, true) => say(Opinion::New, "a laboratory named before gave a further class".into()),
        (true, _) if !left.is_empty() => say(Opinion::Lost, format!("no longer named: {}", names(left))),
        (true, _) => say(
            Opinion::Lost,
            "every laboratory is still named: one changed its mind, or its opinion is no longer counted".into(),
        ),
    }
}

/// The laboratories that a summary names.
pub fn submitters(body: &StatementBody) -> Vec<String> {
    let text = body.remarks.iter().find(|remark| remark.name == SUBMITTERS).map(|remark| remark.value.as_str());
    let names = text.unwrap_or_default().split(';').map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// Names that the other list has not, without regard to case, commas and spaces: archives respell
/// their submitters.
fn missing_from(names: &[String], other: &[String]) -> Vec<String> {
    let folded = |name: &String| -> String { name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect() };
    let known: BTreeSet<String> = other.iter().map(folded).collect();
    names.iter().filter(|name| !known.contains(&folded(name))).cloned().collect()
}

/// What a new version of a laboratory's statement changes, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// The first position: a first version, or one after versions without a class.
    First,
    /// The laboratory took its position back, or gives no class any more.
    Withdrawn,
    /// It changed its mind and the side of the decision.
    Side,
    /// It changed its mind and stays on its side: likely pathogenic to pathogenic.
    Degree,
    /// The class stands; its criteria or their strengths changed.
    Criteria,
    /// The class stands; the guideline it was reached by changed.
    Guideline,
    /// The class stands for other conditions or another inheritance.
    Condition,
    /// The class stands; literature, evidence, date or summary changed.
    Evidence,
    /// The same in other words.
    Vocabulary,
}

impl Difference {
    /// The words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::First => "first position",
            Self::Withdrawn => "position taken back",
            Self::Side => "changed its mind, other side",
            Self::Degree => "changed its mind, same side",
            Self::Criteria => "criteria or strengths changed",
            Self::Guideline => "guideline changed",
            Self::Condition => "conditions changed",
            Self::Evidence => "evidence changed",
            Self::Vocabulary => "other words only",
        }
    }

    /// Whether the laboratory's class is another one than before.
    pub fn is_changed_mind(self) -> bool {
        matches!(self, Self::Withdrawn | Self::Side | Self::Degree)
    }
}

/// What a version of a laboratory's statement changes.
pub fn of_statement(before: Option<&StatementBody>, after: &StatementBody, standing: Standing) -> Difference {
    let to = Classes::of(after);
    let from = before.map(Classes::of).unwrap_or_default();
    let Some(before) = before else { return Difference::First };
    if standing == Standing::Withdrawn || (!from.is_empty() && to.is_empty()) {
        return Difference::Withdrawn;
    }
    if from.is_empty() && !to.is_empty() {
        return Difference::First;
    }
    if from != to {
        return if from.sides() == to.sides() && !to.sides().is_empty() {
            Difference::Degree
        } else {
            Difference::Side
        };
    }
    if sorted(&before.criteria) != sorted(&after.criteria) {
        return Difference::Criteria;
    }
    if before.guideline != after.guideline {
        return Difference::Guideline;
    }
    if before.conditions != after.conditions || before.inheritance != after.inheritance {
        return Difference::Condition;
    }
    let rest = |body: &StatementBody| {
        let StatementBody { citations, evidence, summary, last_evaluated, method, review_status, .. } = body.clone();
        (citations, evidence, summary, last_evaluated, method, review_status)
    };
    if rest(before) == rest(after) { Difference::Vocabulary } else { Difference::Evidence }
}

fn sorted(criteria: &[crate::criterion::Criterion]) -> BTreeSet<String> {
    criteria.iter().map(ToString::to_string).collect()
}

/// Literature that the later body cites, in any place, and the earlier does not.
pub fn new_literature(before: Option<&StatementBody>, after: &StatementBody) -> Vec<Citation> {
    let cited = |body: &StatementBody| -> BTreeSet<Citation> {
        let in_evidence = body.evidence.iter().flat_map(|item| &item.citations);
        body.citations.iter().chain(in_evidence).cloned().collect()
    };
    let known = before.map(cited).unwrap_or_default();
    cited(after).difference(&known).cloned().collect()
}

#[cfg(test)]
mod tests;
