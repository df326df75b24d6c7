//! The way through the tree while it is walked.

use super::{LofFacts, PAPER};
use crate::suggest::{Answers, EvidenceSource, Number, Question, TreeNode};

/// Nodes, numbers and open questions so far.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub nodes: Vec<TreeNode>,
    pub numbers: Vec<Number>,
    pub questions: Vec<Question>,
}

/// What a table or the record answers.
pub(super) struct Answer {
    pub yes: bool,
    pub detail: String,
    pub source: EvidenceSource,
}

impl Walk {
    /// A node that was computed from the transcript.
    pub fn note(&mut self, key: &str, question: &str, answer: &str, facts: &LofFacts, detail: String, branch: &str) {
        self.push(key, question, Some(answer), Some(facts.transcript_source.clone()), detail, branch);
    }

    /// A node that stays open without being a question to a person.
    pub fn open(&mut self, key: &str, question: &str, detail: &str, branch: &str) {
        self.push(key, question, None, None, detail.to_owned(), branch);
    }

    /// A node that a person may answer; a person goes before a table. An open one becomes a question.
    pub fn ask(
        &mut self,
        key: &str,
        question: &str,
        answers: &Answers,
        table: Option<Answer>,
        hint: &str,
        branch: &str,
    ) -> Option<bool> {
        let word = |yes: bool| if yes { "yes" } else { "no" };
        if let Some(yes) = answers.yes_no(key) {
            let detail = table.map_or_else(|| hint.to_owned(), |table| table.detail);
            self.push(key, question, Some(word(yes)), Some(EvidenceSource::person()), detail, branch);
            return Some(yes);
        }
        if let Some(table) = table {
            self.push(key, question, Some(word(table.yes)), Some(table.source), table.detail, branch);
            return Some(table.yes);
        }
        self.push(key, question, None, None, hint.to_owned(), branch);
        self.questions.push(Question::yes_no(key, question, &format!("{PAPER}, {branch}")));
        None
    }

    /// A number behind a node.
    pub fn measure(&mut self, name: &str, value: f64, unit: &str, source: &EvidenceSource) {
        self.numbers.push(Number::new(name, value, unit, source));
    }

    /// The last node's question, answer and numbers, for a sentence.
    pub fn last_detail(&self) -> String {
        let words: Vec<&str> =
            self.nodes.iter().map(|node| node.detail.as_str()).filter(|text| !text.is_empty()).collect();
        words.join("; ")
    }

    fn push(
        &mut self,
        key: &str,
        question: &str,
        answer: Option<&str>,
        source: Option<EvidenceSource>,
        detail: String,
        branch: &str,
    ) {
        self.nodes.push(TreeNode {
            key: key.to_owned(),
            question: question.to_owned(),
            answer: answer.map(str::to_owned),
            source,
            detail,
            citation: format!("{PAPER}, {branch}"),
        });
    }
}
