//! PVS1 by the decision tree of Abou Tayoun et al. 2018 (PMID:30192042): what a null variant does to the transcript is
//! computed from exons and bases; what only people know is asked. The way through the tree is kept, node by node.

mod transcript;
mod tree;

pub use transcript::{Altered, ExonShape};

use super::{Answers, Choice, EvidenceSource, Question, QuestionKind, Suggested, Suggestion, TreeNode};
use crate::criterion::Strength;
use tree::{Answer, Walk};

const PAPER: &str = "Abou Tayoun et al. 2018, PMID:30192042";

/// What kind of null variant, with what was computed of it.
#[derive(Debug, Clone, PartialEq)]
pub enum NullVariant {
    /// A premature stop: nonsense or frameshift.
    Truncating {
        /// `stop_gained` or `frameshift_variant`.
        term: String,
        /// What is left of the transcript; `None` when its bases are not loaded.
        altered: Option<Altered>,
    },
    /// The first or last two bases of an intron.
    SpliceSite {
        /// The exon next to it, which is taken to be skipped, from 1.
        exon: usize,
        /// The transcript without that exon; `None` when its bases are not loaded or the exon holds an end of the
        /// coding sequence.
        altered: Option<Altered>,
    },
    /// The initiation codon.
    StartLost {
        /// The next in-frame methionine, as a residue from 1.
        next_start: Option<u32>,
        /// Other transcripts of the gene that begin to translate elsewhere.
        other_starts: Vec<String>,
        /// Pathogenic variants of the record before the next methionine.
        pathogenic_before: Option<usize>,
    },
    /// Whole exons, or the gene, are lost.
    Deletion {
        /// First exon, from 1.
        first: usize,
        /// Last exon.
        last: usize,
        /// Every exon.
        whole_gene: bool,
        /// The transcript without them.
        altered: Option<Altered>,
    },
    /// Whole exons inside the gene are copied.
    Duplication {
        /// First exon, from 1.
        first: usize,
        /// Last exon.
        last: usize,
        /// The transcript with a copy behind them.
        altered: Option<Altered>,
    },
}

/// Everything that the tree asks of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct LofFacts {
    /// The gene.
    pub gene: String,
    /// The transcript with version.
    pub transcript: String,
    /// Where the transcript comes from.
    pub transcript_source: EvidenceSource,
    /// What makes it a relevant one: `MANE Select`; `None` when nothing says so.
    pub relevance: Option<String>,
    /// The event.
    pub event: NullVariant,
    /// What a loaded table says on whether loss of function causes the disease, with the table.
    pub mechanism: Option<(bool, String, EvidenceSource)>,
    /// What is known without deciding it: other scores of the gene.
    pub mechanism_hint: Option<String>,
    /// Whether a loaded table calls the altered region critical, with the row.
    pub critical: Option<(String, EvidenceSource)>,
}

/// PVS1 for a variant that is no null variant.
pub fn not_null(term: &str) -> Suggestion {
    let what = if term.is_empty() { "no consequence is known" } else { term };
    Suggestion::not_met("PVS1", format!("{what}: not a null variant")).against(
        "nonsense, frameshift, canonical splice site, initiation codon, exon deletion",
        PAPER,
        None,
    )
}

/// PVS1 for a null variant: the suggestion with the path that was walked.
pub fn suggest(facts: &LofFacts, answers: &Answers) -> Suggestion {
    let mut walk = Walk::default();
    let mechanism = mechanism(facts, answers, &mut walk);
    let outcome = match &facts.event {
        NullVariant::Truncating { term, altered } => truncating(facts, answers, &mut walk, term, altered.as_ref()),
        NullVariant::SpliceSite { exon, altered } => splice_site(facts, answers, &mut walk, *exon, altered.as_ref()),
        NullVariant::StartLost { .. } => start_lost(facts, answers, &mut walk),
        NullVariant::Deletion { first, last, whole_gene, altered } => {
            deletion(facts, answers, &mut walk, (*first, *last, *whole_gene), altered.as_ref())
        }
        NullVariant::Duplication { first, last, altered } => {
            duplication(answers, &mut walk, (*first, *last), altered.as_ref())
        }
    };
    conclude(facts, mechanism, outcome, walk)
}

/// Where a way through the tree ends.
#[derive(Debug, Clone, PartialEq)]
enum End {
    /// With a strength.
    Strength(Strength),
    /// Not applicable.
    NotApplicable(String),
    /// At a question, and what it would be.
    Open(String),
}

fn conclude(facts: &LofFacts, mechanism: Option<bool>, end: End, walk: Walk) -> Suggestion {
    let place = format!("{} {}", facts.gene, facts.transcript);
    let mut suggestion = match (mechanism, end) {
        (Some(false), _) => {
            Suggestion::not_met("PVS1", format!("loss of function is no known mechanism of disease for {}", facts.gene))
        }
        (_, End::NotApplicable(why)) => Suggestion::not_met("PVS1", format!("{place}: {why}")),
        (_, End::Open(why)) => {
            Suggestion::no_value("PVS1", format!("{place}: {why}"), "answer the open questions of the decision tree")
        }
        (None, End::Strength(strength)) => Suggestion::no_value(
            "PVS1",
            format!("{place}: {} if loss of function is a known mechanism of disease", name(strength)),
            "say whether loss of function causes the disease, or load ClinGen dosage sensitivity or a gene table",
        ),
        (Some(true), End::Strength(strength)) => {
            Suggestion::met("PVS1", strength, format!("{place}: {}", walk.last_detail()))
        }
    };
    suggestion.threshold = Some(super::SuggestionThreshold {
        text: "the decision tree for predicted loss of function".to_owned(),
        citation: PAPER.to_owned(),
        value: None,
    });
    suggestion.numbers = walk.numbers;
    suggestion.questions = walk.questions;
    suggestion.path = walk.nodes;
    if matches!(facts.event, NullVariant::SpliceSite { .. }) {
        suggestion.cautions.push(
            "the exon is taken to be skipped; a cryptic site nearby or an intron kept would change the outcome: look at RNA"
                .to_owned(),
        );
    }
    if suggestion.outcome == Suggested::Met {
        suggestion.cautions.push("rescue by other transcripts or reinitiation is not looked at".to_owned());
    }
    suggestion
}

fn name(strength: Strength) -> String {
    if strength == Strength::VeryStrong { "PVS1".to_owned() } else { format!("PVS1_{}", strength.suffix()) }
}

/// Whether loss of function causes the disease: a person's answer first, then a loaded table, else a question.
fn mechanism(facts: &LofFacts, answers: &Answers, walk: &mut Walk) -> Option<bool> {
    let question = format!("Is loss of function of {} a known mechanism of the disease?", facts.gene);
    let table = facts.mechanism.as_ref().map(|(yes, detail, source)| Answer {
        yes: *yes,
        detail: detail.clone(),
        source: source.clone(),
    });
    let hint = facts.mechanism_hint.clone().unwrap_or_default();
    walk.ask("lof_mechanism", &question, answers, table, &hint, "figure 1 and the text on gene-level evidence")
}

fn truncating(facts: &LofFacts, answers: &Answers, walk: &mut Walk, term: &str, altered: Option<&Altered>) -> End {
    walk.note("event", "What kind of null variant is it?", term, facts, String::new(), "nonsense or frameshift");
    let Some(altered) = altered else {
        return End::Open(format!("the bases of {} are not loaded, so the new stop is not known", facts.transcript));
    };
    decay(facts, walk, altered, "nonsense or frameshift").map_or_else(
        || End::Open("no premature stop was found in the transcript".to_owned()),
        |decays| match decays {
            true => relevant(facts, walk, "nonsense or frameshift, predicted to undergo NMD"),
            false => region(facts, answers, walk, altered, "nonsense or frameshift, not predicted to undergo NMD"),
        },
    )
}

/// Whether the transcript is degraded; `None` without a premature stop.
fn decay(facts: &LofFacts, walk: &mut Walk, altered: &Altered, branch: &str) -> Option<bool> {
    let stop = altered.premature_stop?;
    let decays = altered.is_degraded();
    let detail = match (altered.exons, altered.last_junction) {
        (1, _) | (_, None) => "the transcript has one exon: no exon junction, no decay".to_owned(),
        (exons, Some(junction)) if stop >= junction => format!("the new stop lies in the last of {exons} exons"),
        (_, Some(junction)) => {
            let bases = junction - stop;
            format!("the new stop begins {bases} bases before the last exon junction; 50 and fewer escape decay")
        }
    };
    walk.measure(
        "codon of the new stop",
        f64::from(altered.stop_residue.unwrap_or_default()),
        "residue",
        &facts.transcript_source,
    );
    if let Some(junction) = altered.last_junction.filter(|junction| *junction > stop) {
        walk.measure(
            "bases from the new stop to the last exon junction",
            f64::from(junction - stop),
            "bases",
            &facts.transcript_source,
        );
    }
    let word = if decays { "yes" } else { "no" };
    walk.note("nmd", "Is the transcript predicted to undergo nonsense-mediated decay?", word, facts, detail, branch);
    Some(decays)
}

/// The last question of the strong side: is the exon part of a transcript that matters?
fn relevant(facts: &LofFacts, walk: &mut Walk, branch: &str) -> End {
    let question = "Is the exon present in a biologically relevant transcript?";
    match &facts.relevance {
        Some(relevance) => {
            let detail = format!("{} is {relevance}", facts.transcript);
            walk.note("relevant_transcript", question, "yes", facts, detail, branch);
            End::Strength(Strength::VeryStrong)
        }
        None => {
            let detail = format!("nothing says that {} is a relevant transcript", facts.transcript);
            walk.open("relevant_transcript", question, &detail, branch);
            End::Open("whether the exon is present in a biologically relevant transcript is not known".to_owned())
        }
    }
}

/// The weak side: what is lost of the protein.
fn region(facts: &LofFacts, answers: &Answers, walk: &mut Walk, altered: &Altered, branch: &str) -> End {
    let critical = "Is the truncated or altered region critical to protein function?";
    let table =
        facts.critical.as_ref().map(|(row, source)| Answer { yes: true, detail: row.clone(), source: source.clone() });
    if walk.ask(
        "region_critical",
        critical,
        answers,
        table,
        "a region table or a person says so; unknown goes on",
        branch,
    ) == Some(true)
    {
        return End::Strength(Strength::Strong);
    }
    let frequent = "Are loss-of-function variants in this exon frequent in the general population, or is the exon absent from biologically relevant transcripts?";
    let Some(is_frequent) = walk.ask("exon_lof_frequent", frequent, answers, None, "", branch) else {
        let strength = if altered.removed_share() > 0.1 { Strength::Strong } else { Strength::Moderate };
        return End::Open(format!("{} if loss-of-function variants in this exon are not frequent", name(strength)));
    };
    if is_frequent {
        return End::NotApplicable(
            "loss-of-function variants in this exon are frequent, or the exon is not relevant".to_owned(),
        );
    }
    let (lost, of) = (altered.residues_lost, altered.residues);
    let removes = altered.removed_share() > 0.1;
    walk.measure("residues lost", f64::from(lost), "residues", &facts.transcript_source);
    walk.measure("residues of the protein", f64::from(of), "residues", &facts.transcript_source);
    let detail = format!("{lost} of {of} residues, {:.1} %", altered.removed_share() * 100.0);
    let word = if removes { "yes" } else { "no" };
    walk.note("removes_tenth", "Does the variant remove more than 10 % of the protein?", word, facts, detail, branch);
    End::Strength(if removes { Strength::Strong } else { Strength::Moderate })
}

fn splice_site(facts: &LofFacts, answers: &Answers, walk: &mut Walk, exon: usize, altered: Option<&Altered>) -> End {
    let detail = format!("next to exon {exon}, which is taken to be skipped");
    walk.note(
        "event",
        "What kind of null variant is it?",
        "canonical splice site",
        facts,
        detail,
        "GT-AG 1,2 splice sites",
    );
    exon_loss(facts, answers, walk, altered, "GT-AG 1,2 splice sites")
}

/// Exons are missing from the transcript: skipped or deleted.
fn exon_loss(facts: &LofFacts, answers: &Answers, walk: &mut Walk, altered: Option<&Altered>, branch: &str) -> End {
    let Some(altered) = altered else {
        let why = "the exon holds an end of the coding sequence or its bases are not loaded: look at it by hand";
        return End::Open(why.to_owned());
    };
    let question = "Is the reading frame disrupted?";
    let disrupted = altered.frame_shift != 0;
    let detail = format!("{} coding bases are missing", altered.coding_bases_lost);
    walk.note("frame", question, if disrupted { "yes" } else { "no" }, facts, detail, branch);
    if disrupted || altered.premature_stop.is_some() {
        match decay(facts, walk, altered, branch) {
            Some(true) => return relevant(facts, walk, branch),
            Some(false) => return region(facts, answers, walk, altered, branch),
            None => return End::Open("no stop was found in the new frame".to_owned()),
        }
    }
    region(facts, answers, walk, altered, branch)
}

fn deletion(
    facts: &LofFacts,
    answers: &Answers,
    walk: &mut Walk,
    (first, last, whole_gene): (usize, usize, bool),
    altered: Option<&Altered>,
) -> End {
    let branch = "deletion, single exon to full gene";
    let what = if whole_gene { "full gene deletion".to_owned() } else { exons(first, last) };
    walk.note("event", "What is deleted?", &what, facts, String::new(), branch);
    if whole_gene {
        return End::Strength(Strength::VeryStrong);
    }
    exon_loss(facts, answers, walk, altered, branch)
}

fn exons(first: usize, last: usize) -> String {
    if first == last { format!("exon {first}") } else { format!("exons {first} to {last}") }
}

fn duplication(answers: &Answers, walk: &mut Walk, (first, last): (usize, usize), altered: Option<&Altered>) -> End {
    let branch = "duplication, at least one exon and inside the gene";
    let disrupts = altered.is_some_and(|altered| altered.frame_shift != 0 && altered.is_degraded());
    let choices = [("proven", "proven in tandem"), ("presumed", "presumed in tandem"), ("not", "proven not in tandem")];
    let question = Question {
        key: "tandem".to_owned(),
        ask: format!("Is the copy of {} in tandem?", exons(first, last)),
        kind: QuestionKind::Choice(
            choices.map(|(code, label)| Choice { code: code.to_owned(), label: label.to_owned() }).into(),
        ),
        citation: format!("{PAPER}, {branch}"),
    };
    let said = answers.text("tandem").and_then(|said| choices.iter().find(|(code, _)| *code == said));
    let Some((code, label)) = said else {
        walk.nodes.push(TreeNode {
            key: question.key.clone(),
            question: question.ask.clone(),
            answer: None,
            source: None,
            detail: String::new(),
            citation: question.citation.clone(),
        });
        walk.questions.push(question);
        return End::Open("whether the copy lies in tandem is not known".to_owned());
    };
    walk.nodes.push(TreeNode {
        key: question.key,
        question: question.ask,
        answer: Some((*label).to_owned()),
        source: Some(EvidenceSource::person()),
        detail: if disrupts {
            "the frame is disrupted and decay predicted"
        } else {
            "no or unknown impact on the frame"
        }
        .to_owned(),
        citation: question.citation,
    });
    match (*code, disrupts) {
        ("proven", true) => End::Strength(Strength::VeryStrong),
        ("presumed", true) => End::Strength(Strength::Strong),
        ("not", _) => End::NotApplicable("the copy does not lie in tandem".to_owned()),
        _ => End::NotApplicable("no or unknown impact on reading frame and decay".to_owned()),
    }
}

fn start_lost(facts: &LofFacts, answers: &Answers, walk: &mut Walk) -> End {
    let branch = "initiation codon";
    let NullVariant::StartLost { next_start, other_starts, pathogenic_before } = &facts.event else {
        return End::NotApplicable("no initiation codon".to_owned());
    };
    walk.note("event", "What kind of null variant is it?", "initiation codon", facts, String::new(), branch);
    let hint = match other_starts.as_slice() {
        [] => "no other loaded transcript begins to translate elsewhere".to_owned(),
        some => format!("these begin to translate elsewhere: {}", some.join(", ")),
    };
    let question = "Does a different functional transcript use another start codon?";
    match walk.ask("alternative_start", question, answers, None, &hint, branch) {
        Some(true) => return End::NotApplicable("another functional transcript uses another start codon".to_owned()),
        None => {
            return End::Open(
                "PVS1_Moderate or PVS1_Supporting if no other functional transcript starts elsewhere".to_owned(),
            );
        }
        Some(false) => {}
    }
    let next = next_start.map_or_else(
        || "no in-frame methionine follows".to_owned(),
        |n| format!("the next in-frame methionine is Met{n}"),
    );
    let question = "Are there pathogenic variants upstream of the closest potential in-frame start codon?";
    let record = pathogenic_before.map(|count| Answer {
        yes: count > 0,
        detail: format!("{count} in the record of this node; {next}"),
        source: EvidenceSource { name: "record of this node".to_owned(), ..EvidenceSource::default() },
    });
    match walk.ask("pathogenic_upstream", question, answers, record, &next, branch) {
        Some(true) => End::Strength(Strength::Moderate),
        Some(false) => End::Strength(Strength::Supporting),
        None => End::Open("PVS1_Moderate with, PVS1_Supporting without pathogenic variants upstream".to_owned()),
    }
}

#[cfg(test)]
mod tests;
