//! PP3, BP4 and BP7 from scores of predictors; PP2 and BP1 from what is said of the gene; caps on combinations.

use super::generic::Side;
use super::{EvidenceSource, Number, Suggested, Suggestion, cited, scale_points};
use crate::criterion::Strength;

const WALKER: &str = "Walker et al. 2023, PMID:37352859";
const PEJAVER: &str = "Pejaver et al. 2022, PMID:36413997";
const RICHARDS: &str = "Richards et al. 2015, PMID:25741868";

/// A score of a predictor for this variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The predictor.
    pub predictor: String,
    /// Its score.
    pub value: f64,
    /// The loaded table.
    pub source: EvidenceSource,
}

/// What kind of change predictors are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Predicted {
    /// One residue by another.
    Missense,
    /// Synonymous, outside the first and the last three bases of its exon.
    Synonymous,
    /// Synonymous, next to an exon border.
    SynonymousAtBorder,
    /// In an intron at or beyond +7 or -21.
    DeepIntronic,
    /// In an intron nearer than that, canonical sites left out.
    Intronic,
    /// Anything else.
    Other,
}

/// PP3, BP4 and BP7.
pub fn suggest(change: Predicted, scores: &[Score], loaded: &[String]) -> Vec<Suggestion> {
    let wanted = if change == Predicted::Missense { "missense" } else { "splicing" };
    let mut found = match (change, wanted) {
        (Predicted::Other, _) => ["PP3", "BP4"]
            .map(|code| Suggestion::not_met(code, "no calibrated predictor is for this kind of change"))
            .into(),
        (_, wanted) => by_scores(wanted, scores, loaded),
    };
    let splice = splice_score(scores);
    if change == Predicted::Missense
        && let Some((score, Some(Side::Pp3))) = &splice
    {
        for one in &mut found {
            one.cautions.push(format!("{} predicts an effect on splicing ({})", score.predictor, score.value));
        }
    }
    found.push(silent(change, splice.as_ref()));
    found
}

/// PP3 and BP4 by the calibrated predictors of one kind. When several are loaded and disagree, none is taken.
fn by_scores(wanted: &str, scores: &[Score], loaded: &[String]) -> Vec<Suggestion> {
    let mut judged = Vec::new();
    for score in scores {
        let Some(calibration) = cited().calibration(&score.predictor).filter(|one| one.applies_to == wanted) else {
            continue;
        };
        judged.push((score, calibration, calibration.interval(score.value)));
    }
    let Some((score, calibration, interval)) = judged.first() else {
        return none_scored(wanted, scores, loaded);
    };
    let numbers: Vec<Number> =
        judged.iter().map(|(score, _, _)| Number::new(&score.predictor, score.value, "", &score.source)).collect();
    let sides: Vec<Option<Side>> = judged.iter().map(|(_, _, interval)| interval.map(|one| one.criterion)).collect();
    let side = |code: &str, wanted: Side| {
        if sides.contains(&Some(Side::Pp3)) && sides.contains(&Some(Side::Bp4)) {
            let why = "the loaded predictors disagree; the recommendation is to choose one before looking";
            return Suggestion::no_value(code, why, "choose one predictor and leave the others out");
        }
        let words = interval.map_or_else(|| "in no interval".to_owned(), |one| one.words());
        match interval.filter(|one| one.criterion == wanted) {
            Some(one) => Suggestion::met(code, one.strength, format!("{} {}: {words}", score.predictor, score.value)),
            None => Suggestion::not_met(code, format!("{} {}: {words}", score.predictor, score.value)),
        }
        .against(format!("calibrated intervals of {}", score.predictor), &calibration.citation, None)
    };
    let several = judged.len() > 1;
    [("PP3", Side::Pp3), ("BP4", Side::Bp4)]
        .map(|(code, wanted)| {
            let suggestion = side(code, wanted).with_numbers(numbers.clone());
            if several {
                suggestion.caution(format!("{} is taken; decide on one predictor before looking", score.predictor))
            } else {
                suggestion
            }
        })
        .into()
}

fn none_scored(wanted: &str, scores: &[Score], loaded: &[String]) -> Vec<Suggestion> {
    let numbers: Vec<Number> =
        scores.iter().map(|score| Number::new(&score.predictor, score.value, "", &score.source)).collect();
    let why = match (loaded, scores) {
        ([], _) => "no predictor scores are loaded".to_owned(),
        (_, []) => format!("no loaded predictor has a score for this variant ({})", loaded.join(", ")),
        _ => format!("no loaded predictor has calibrated thresholds for {wanted} changes"),
    };
    let example = if wanted == "missense" { "REVEL" } else { "SpliceAI" };
    let remedy = format!("load scores with `cairn reference add`, such as {example}");
    ["PP3", "BP4"]
        .map(|code| Suggestion::no_value(code, why.clone(), remedy.clone()).with_numbers(numbers.clone()))
        .into()
}

fn splice_score(scores: &[Score]) -> Option<(Score, Option<Side>)> {
    scores.iter().find_map(|score| {
        let calibration = cited().calibration(&score.predictor).filter(|one| one.applies_to == "splicing")?;
        Some((score.clone(), calibration.interval(score.value).map(|one| one.criterion)))
    })
}

/// BP7: silent or deep in an intron, and no effect on splicing predicted.
fn silent(change: Predicted, splice: Option<&(Score, Option<Side>)>) -> Suggestion {
    let text = "synonymous outside the first and last three bases of an exon, or intronic at or beyond +7 and -21, with BP4 for splicing";
    let suggestion = match (change, splice) {
        (Predicted::Synonymous | Predicted::DeepIntronic, Some((score, Some(Side::Bp4)))) => {
            let sentence = format!("silent, and {} {} predicts no effect on splicing", score.predictor, score.value);
            Suggestion::met("BP7", Strength::Supporting, sentence)
                .caution("the 2015 text also asks that the base is not highly conserved; conservation is not computed")
        }
        (Predicted::Synonymous | Predicted::DeepIntronic, Some((score, _))) => {
            Suggestion::not_met("BP7", format!("silent, but {} is {}", score.predictor, score.value))
        }
        (Predicted::Synonymous | Predicted::DeepIntronic, None) => Suggestion::no_value(
            "BP7",
            "silent, but no prediction of splicing is loaded for it",
            "load scores of a splice predictor with `cairn reference add`, such as SpliceAI",
        ),
        (Predicted::SynonymousAtBorder, _) => Suggestion::not_met("BP7", "synonymous, but at the border of its exon"),
        (Predicted::Intronic, _) => Suggestion::not_met("BP7", "intronic, but nearer to the exon than +7 or -21"),
        _ => Suggestion::not_met("BP7", "neither synonymous nor intronic"),
    };
    let numbers = splice.map(|(score, _)| Number::new(&score.predictor, score.value, "", &score.source));
    suggestion.with_numbers(numbers).against(text, format!("{WALKER}; {RICHARDS}"), None)
}

/// What a loaded table says of a gene.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneFact {
    /// Whether it holds.
    pub holds: bool,
    /// Why, as the table says.
    pub detail: String,
    /// Where it was read.
    pub citation: String,
    /// The table.
    pub source: EvidenceSource,
}

/// PP2 and BP1 for a missense change, from what is said of the gene.
pub fn of_gene(
    is_missense: bool,
    missense_mechanism: Option<&GeneFact>,
    truncating_only: Option<&GeneFact>,
    constraint: Option<&Number>,
) -> Vec<Suggestion> {
    let pp2 = "missense in a gene with few benign missense variants, where missense is a common mechanism";
    let bp1 = "missense in a gene where mainly truncating variants cause disease";
    let one = |code: &str, text: &str, fact: Option<&GeneFact>| {
        if !is_missense {
            return Suggestion::not_met(code, "no missense change").against(text, RICHARDS, None);
        }
        match fact {
            Some(fact) if fact.holds => {
                Suggestion::met(code, Strength::Supporting, &fact.detail).against(text, &fact.citation, None)
            }
            Some(fact) => Suggestion::not_met(code, &fact.detail).against(text, &fact.citation, None),
            None => Suggestion::no_value(
                code,
                "no loaded table and not the guideline says so of this gene",
                "load a gene table with `cairn reference add`, or choose a panel's guideline",
            )
            .against(text, RICHARDS, None),
        }
    };
    let pp2 = one("PP2", pp2, missense_mechanism).with_numbers(constraint.cloned());
    vec![pp2, one("BP1", bp1, truncating_only)]
}

/// PP3 and PM1 together give a strong criterion at most: the predictors know the region (Pejaver et al. 2022).
pub fn cap_with_hotspot(suggestions: &mut [Suggestion]) {
    let met = |code: &str| suggestions.iter().position(|one| one.criterion == code && one.outcome == Suggested::Met);
    let (Some(pm1), Some(pp3)) = (met("PM1"), met("PP3")) else { return };
    let (Some(hotspot), Some(predicted)) = (suggestions[pm1].strength, suggestions[pp3].strength) else { return };
    let most = scale_points(Strength::Strong);
    if scale_points(hotspot) + scale_points(predicted) <= most {
        return;
    }
    let room = most.saturating_sub(scale_points(hotspot));
    let fitting = [Strength::Moderate, Strength::Supporting].into_iter().find(|one| scale_points(*one) <= room);
    let caution = format!(
        "capped: PP3 and PM1 together give strong at most ({PEJAVER}); alone it would be {}",
        predicted.suffix()
    );
    match fitting {
        Some(strength) => suggestions[pp3].strength = Some(strength),
        None => {
            suggestions[pp3].outcome = Suggested::NotMet;
            suggestions[pp3].strength = None;
        }
    }
    suggestions[pp3].cautions.push(caution);
}

/// A predicted effect on splicing is not counted beside PVS1 for the same effect (Walker et al. 2023).
pub fn not_beside_pvs1(suggestions: &mut [Suggestion]) {
    let pvs1 = suggestions.iter().any(|one| one.criterion == "PVS1" && one.outcome == Suggested::Met);
    if !pvs1 {
        return;
    }
    for one in suggestions.iter_mut().filter(|one| one.criterion == "PP3" && one.outcome == Suggested::Met) {
        one.outcome = Suggested::NotMet;
        one.strength = None;
        one.cautions.push(format!("not counted beside PVS1, which rests on the same effect ({WALKER})"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(predictor: &str, value: f64) -> Score {
        Score { predictor: predictor.to_owned(), value, source: EvidenceSource::default() }
    }

    fn check(change: Predicted, scores: &[Score], expected: [(Suggested, Option<Strength>); 3]) {
        let found = suggest(change, scores, &["a table".to_owned()]);
        let found: Vec<_> = found.iter().map(|one| (one.outcome, one.strength)).collect();
        assert_eq!(found, expected, "{scores:?}");
    }

    use Suggested::{Met, NoValue, NotMet};

    #[test]
    fn revel_gives_pp3_or_bp4_or_neither() {
        let not = (NotMet, None);
        check(Predicted::Missense, &[score("REVEL", 0.8)], [(Met, Some(Strength::Moderate)), not, not]);
        check(Predicted::Missense, &[score("REVEL_score", 0.2)], [not, (Met, Some(Strength::Supporting)), not]);
        check(Predicted::Missense, &[score("REVEL", 0.5)], [not, not, not]);
        check(
            Predicted::Missense,
            &[score("REVEL", 0.8), score("VEST4", 0.1)],
            [(NoValue, None), (NoValue, None), not],
        );
        check(Predicted::Missense, &[score("SIFT", 0.8)], [(NoValue, None), (NoValue, None), not]);
    }

    #[test]
    fn silent_changes_need_a_splice_prediction() {
        let not = (NotMet, None);
        check(Predicted::Synonymous, &[], [(NoValue, None), (NoValue, None), (NoValue, None)]);
        let supporting = (Met, Some(Strength::Supporting));
        check(Predicted::Synonymous, &[score("SpliceAI", 0.02)], [not, supporting, supporting]);
        check(Predicted::DeepIntronic, &[score("SpliceAI", 0.3)], [supporting, not, not]);
        check(Predicted::Intronic, &[score("SpliceAI", 0.02)], [not, supporting, not]);
    }

    #[test]
    fn pp3_with_pm1_is_strong_at_most() {
        let capped = |pm1, pp3| {
            let mut both = [Suggestion::met("PM1", pm1, ""), Suggestion::met("PP3", pp3, "")];
            cap_with_hotspot(&mut both);
            both[1].strength
        };
        assert_eq!(capped(Strength::Moderate, Strength::Strong), Some(Strength::Moderate));
        assert_eq!(capped(Strength::Moderate, Strength::Moderate), Some(Strength::Moderate));
        assert_eq!(capped(Strength::Strong, Strength::Supporting), None);
        assert_eq!(capped(Strength::Supporting, Strength::Strong), Some(Strength::Moderate));
    }

    #[test]
    fn pp3_does_not_count_beside_pvs1() {
        let mut both =
            [Suggestion::met("PVS1", Strength::Strong, ""), Suggestion::met("PP3", Strength::Supporting, "")];
        not_beside_pvs1(&mut both);
        assert!(!both[1].is_met());
    }
}
