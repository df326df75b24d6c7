//! A guideline and what it says, as rows of a page.

use crate::mark::Mark;
use cairn_core::guideline::{
    Addition, Conflict, CriterionDefinition, Direction, Explanation, Further, GuidelineTrack, Next, Threshold, Used,
};

/// The question of a track, in words.
pub fn track(track: GuidelineTrack) -> &'static str {
    match track {
        GuidelineTrack::Germline => "does an inherited variant cause disease",
        GuidelineTrack::Oncogenicity => "does a variant drive a tumour",
        GuidelineTrack::ClinicalImpact => "what a tumour variant means for treatment or outlook",
        GuidelineTrack::GeneDisease => "does a gene cause a disease",
    }
}

/// A criterion of a guideline.
pub struct CriterionRow {
    /// Its code.
    pub code: String,
    /// What it asks.
    pub title: String,
    /// How strong when nothing is said, or its points.
    pub default: String,
    /// What it may be.
    pub permitted: String,
    /// Why it is not used.
    pub unused: Option<String>,
    /// Strength and what is asked for it.
    pub strengths: Vec<(String, String)>,
    /// Number, what holds beside it, where it was read.
    pub thresholds: Vec<(String, String, String)>,
    /// Place and where it was read.
    pub regions: Vec<(String, String)>,
    /// What to know.
    pub note: String,
}

impl CriterionRow {
    /// The row of a definition.
    pub fn of(criterion: &CriterionDefinition) -> Self {
        let retired = criterion.retired.as_ref().map(|who| format!("retired: {who}"));
        let unused = retired.or_else(|| criterion.not_applicable.as_ref().map(|why| format!("not used: {why}")));
        let points = criterion.points.as_ref().map(|row| match row.default {
            Some(points) => format!("{points} points"),
            None => "points must be stated".to_owned(),
        });
        let strength = criterion.strength.map(|strength| strength.label().to_owned());
        let region = |region: &cairn_core::guideline::Region| {
            (
                format!("{}, residues {} to {} of {}", region.name, region.first, region.last, region.gene),
                region.citation.clone(),
            )
        };
        let most = criterion.points.as_ref().map(|row| format!("{} at most", row.max));
        let permitted: Vec<&str> = criterion.permitted.iter().map(|strength| strength.label()).collect();
        Self {
            code: criterion.code.clone(),
            title: criterion.title.clone(),
            default: points.or(strength).unwrap_or_default(),
            permitted: most.unwrap_or_else(|| permitted.join(", ")),
            unused,
            strengths: criterion.strengths.iter().map(|s| (s.strength.label().to_owned(), s.text.clone())).collect(),
            thresholds: criterion.thresholds.iter().map(threshold).collect(),
            regions: criterion.regions.iter().map(region).collect(),
            note: criterion.note.clone().unwrap_or_default(),
        }
    }
}

fn threshold(threshold: &Threshold) -> (String, String, String) {
    let strength = threshold.strength.map(|strength| format!("{}: ", strength.label())).unwrap_or_default();
    let whom = threshold.applies_to.as_ref().map(|whom| format!(" ({whom})")).unwrap_or_default();
    let also = threshold.also.as_ref().map(|also| format!("and {also}")).unwrap_or_default();
    (format!("{strength}{threshold}{whom}"), also, threshold.citation.clone())
}

/// What a guideline says of evidence.
pub struct Outcome {
    /// The class.
    pub mark: Option<Mark>,
    /// Points, where they decided.
    pub points: Option<String>,
    /// The rule that fired.
    pub rule: String,
    /// Where it was read.
    pub provenance: String,
    /// The contradiction.
    pub conflict: Option<String>,
    /// What speaks against the class without meeting a rule.
    pub contrary: String,
    /// Criterion, weight, remark.
    pub used: Vec<(String, String, String)>,
    /// Criterion and why it does not count.
    pub ignored: Vec<(String, String)>,
    /// Ways to another class.
    pub next: Vec<(Option<Mark>, String)>,
    /// What each further criterion would give: its code, its weight, the class, whether it changes.
    pub further: Vec<(String, String, Option<Mark>, bool)>,
}

impl Outcome {
    /// The rows of an explanation.
    pub fn of(explanation: &Explanation) -> Self {
        let decision = &explanation.decision;
        let conflict = decision.conflict.as_ref().map(|Conflict { pathogenic, benign, resolution }| {
            format!("for: {pathogenic}; against: {benign}; {resolution}")
        });
        Self {
            mark: decision.class.map(Mark::Full),
            points: decision.points.map(|points| points.to_string()),
            rule: rule_words(&decision.rule.id, &decision.rule.text),
            provenance: decision.rule.provenance.clone(),
            conflict,
            contrary: explanation.contrary.join(", "),
            used: explanation.used.iter().map(used).collect(),
            ignored: explanation.ignored.iter().map(|i| (i.criterion.clone(), i.text.clone())).collect(),
            next: explanation.next.iter().map(next).collect(),
            further: explanation.further.iter().map(further).collect(),
        }
    }
}

/// A rule for people: `Likely pathogenic (ii): …`; the row for everything else is its text alone.
pub fn rule_words(id: &str, text: &str) -> String {
    if id == "otherwise" { text.to_owned() } else { format!("{id}: {text}") }
}

fn used(used: &Used) -> (String, String, String) {
    let parts = [used.strength.map(|s| s.label().to_owned()), used.points.map(|p| format!("{p} points"))];
    let weight = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let default = if used.by_default { "the guideline's default" } else { "as stated" };
    let remark = used.remark.as_ref().map_or_else(|| default.to_owned(), |remark| format!("{default}; {remark}"));
    (used.code.clone(), weight, remark)
}

fn next(next: &Next) -> (Option<Mark>, String) {
    let side = if next.direction == Direction::Pathogenic { "for" } else { "against" };
    let sets: Vec<_> =
        next.additions.iter().map(|Addition { count, strength }| format!("{count} {}", strength.label())).collect();
    let points = next.points.map(|points| format!("{points} points"));
    let sets = Some(sets.join(" and ")).filter(|sets| !sets.is_empty());
    let ways = points.into_iter().chain(sets).collect::<Vec<_>>().join(": ");
    (next.class.map(Mark::Full), format!("{ways} more {side}"))
}

fn further(further: &Further) -> (String, String, Option<Mark>, bool) {
    let weight = further.points.map(|points| format!("{points} points"));
    let weight = weight.or(further.strength.map(|strength| strength.label().to_owned())).unwrap_or_default();
    (further.code.clone(), weight, further.class.map(Mark::Short), further.changes)
}
