//! The numbers of an expert panel's guideline, which go before the generic rules for the criteria that it specifies.

use super::frequency::{DatasetAnswer, LimitMeasure, Seen, measured_as};
use super::prediction::{Predicted, Score};
use super::residue::{ProteinRegion, RegionKind};
use super::{Answers, EvidenceSource, Number, Suggestion, cited};
use crate::criterion::Strength;
use crate::guideline::{CriterionDefinition, Guideline, Measure, PopulationRule, Threshold};

/// What can be measured for a variant.
#[derive(Debug, Clone, Copy)]
pub struct Measurable<'a> {
    /// The datasets that reach it.
    pub datasets: &'a [DatasetAnswer],
    /// Its scores.
    pub scores: &'a [Score],
    /// What kind of change it is for predictors.
    pub change: Predicted,
    /// Affected cases of the record.
    pub affected: u64,
    /// Affected cases in whom it is new.
    pub de_novo: u64,
    /// The record.
    pub record: &'a EvidenceSource,
    /// What a person said.
    pub answers: &'a Answers,
}

/// A value with what it rests on.
struct Measured {
    value: f64,
    words: String,
    numbers: Vec<Number>,
}

/// Replaces the generic suggestions by those of the panel, for every criterion that it gives numbers for.
pub fn apply(guideline: &Guideline, suggestions: &mut [Suggestion], of: &Measurable<'_>) {
    if guideline.scope.is_none() {
        return;
    }
    for suggestion in suggestions {
        let Some(definition) = guideline.criterion(&suggestion.criterion) else { continue };
        if !definition.is_applicable() || definition.thresholds.is_empty() {
            if definition.is_applicable() && matches!(definition.code.as_str(), "BA1" | "BS1" | "PM2") {
                let why = format!("{} gives no number for {}", guideline.title, definition.code);
                let numbers = std::mem::take(&mut suggestion.numbers);
                *suggestion = Suggestion::no_value(&definition.code, why, "decide by hand").with_numbers(numbers);
            }
            continue;
        }
        if let Some(by_panel) = judged(definition, of) {
            let questions = std::mem::take(&mut suggestion.questions);
            *suggestion = by_panel;
            if suggestion.outcome == super::Suggested::NoValue {
                suggestion.questions = questions;
            }
        }
    }
}

/// Hot spots and domains that the guideline itself names.
pub fn regions(guideline: &Guideline, gene: &str) -> Vec<ProteinRegion> {
    let source = EvidenceSource {
        name: guideline.title.clone(),
        version: guideline.version.clone(),
        ..EvidenceSource::default()
    };
    let named = guideline.criterion("PM1").into_iter().flat_map(|definition| &definition.regions);
    let of_gene = named.filter(|region| region.gene.eq_ignore_ascii_case(gene));
    of_gene
        .map(|region| ProteinRegion {
            gene: region.gene.clone(),
            first: region.first,
            last: region.last,
            kind: RegionKind::Hotspot,
            name: region.name.clone(),
            strength: region.strength,
            citation: region.citation.clone(),
            source: source.clone(),
        })
        .collect()
}

/// The criterion by its thresholds: the strongest that holds by its number alone, else one that holds and asks for
/// more, else not met. `None` when none of its numbers can be measured and the generic suggestion stays.
fn judged(definition: &CriterionDefinition, of: &Measurable<'_>) -> Option<Suggestion> {
    let applying: Vec<&Threshold> =
        definition.thresholds.iter().filter(|threshold| applies(threshold, of.change)).collect();
    if applying.is_empty() {
        let texts: Vec<&str> = definition.thresholds.iter().map(|threshold| threshold.text.as_str()).collect();
        return Some(Suggestion::not_met(&definition.code, format!("for other kinds of change: {}", texts.join("; "))));
    }
    let measured: Vec<(&Threshold, Measured)> =
        applying.iter().filter_map(|one| Some((*one, measure(one, of)?))).collect();
    if measured.is_empty() {
        let texts: Vec<&str> = applying.iter().map(|threshold| threshold.text.as_str()).collect();
        let why = format!("the panel asks: {}", texts.join("; "));
        return is_counted_by_hand(definition).then(|| Suggestion::no_value(&definition.code, why, "count it by hand"));
    }
    let holding: Vec<&(&Threshold, Measured)> = measured.iter().filter(|(one, value)| one.holds(value.value)).collect();
    let default = definition.strength.unwrap_or(Strength::Supporting);
    let strength = |one: &Threshold| one.strength.unwrap_or(default);
    let alone = holding.iter().filter(|(one, _)| one.also.is_none()).max_by_key(|(one, _)| strength(one));
    if let Some((one, value)) = alone {
        return Some(told(Suggestion::met(&definition.code, strength(one), &value.words), one, value));
    }
    // Absence fulfils whatever else is asked of a frequency below a border.
    let is_absent =
        of.datasets.iter().all(|answer| !matches!(&answer.seen, Seen::Found(found) if found.all.count != Some(0)));
    let all_hold = definition.code == "PM2" && holding.len() == measured.len();
    if let Some((one, value)) = holding.first() {
        let also = one.also.clone().unwrap_or_default();
        if definition.code == "PM2" && (is_absent || all_hold) {
            return Some(
                told(Suggestion::met("PM2", strength(one), &value.words), one, value)
                    .caution(format!("the panel also asks: {also}")),
            );
        }
        let why = format!("{}; the panel also asks: {also}", value.words);
        return Some(told(
            Suggestion::no_value(&definition.code, why, "a person decides what else is asked"),
            one,
            value,
        ));
    }
    let (one, value) = measured.first()?;
    Some(told(Suggestion::not_met(&definition.code, &value.words), one, value))
}

fn told(suggestion: Suggestion, threshold: &Threshold, value: &Measured) -> Suggestion {
    suggestion.with_numbers(value.numbers.clone()).against(&threshold.text, &threshold.citation, Some(threshold.value))
}

/// Criteria whose numbers nobody but a person counts.
fn is_counted_by_hand(definition: &CriterionDefinition) -> bool {
    matches!(definition.code.as_str(), "PS3" | "BS3" | "PS4" | "BS4" | "BP5" | "PP4")
}

/// Whether a threshold is for this kind of change, by the words of the guideline.
fn applies(threshold: &Threshold, change: Predicted) -> bool {
    let Some(words) = threshold.applies_to.as_deref() else { return true };
    let is_silent = matches!(change, Predicted::Synonymous | Predicted::SynonymousAtBorder);
    let is_intronic = matches!(change, Predicted::DeepIntronic | Predicted::Intronic);
    (words.contains("missense") && change == Predicted::Missense)
        || (words.contains("synonymous") && is_silent)
        || (words.contains("intronic") && is_intronic)
}

fn measure(threshold: &Threshold, of: &Measurable<'_>) -> Option<Measured> {
    let frequency = |measure| {
        let minimum = threshold.minimum_alleles.unwrap_or(0);
        let (value, words, numbers) = measured_as(of.datasets, measure, minimum)?;
        Some(Measured { value, words, numbers })
    };
    match threshold.measure {
        Measure::AlleleFrequency => match threshold.population {
            Some(PopulationRule::Overall) => frequency(LimitMeasure::Overall),
            // The highest is below a border exactly when every one is.
            Some(PopulationRule::Highest | PopulationRule::Every) | None => frequency(LimitMeasure::HighestPopulation),
        },
        Measure::FilteringAlleleFrequency => frequency(LimitMeasure::Filtering),
        Measure::AlleleCount => frequency(LimitMeasure::Count),
        Measure::Homozygotes => frequency(LimitMeasure::Homozygotes),
        Measure::Revel => score(of, "REVEL"),
        Measure::SpliceAi => score(of, "SpliceAI"),
        Measure::BayesDel => score(of, "BayesDel"),
        Measure::Cadd => score(of, "CADD"),
        Measure::Probands => Some(counted("affected cases of this node", of.affected, of.record)),
        Measure::DeNovoConfirmed | Measure::DeNovoAssumed => {
            let confirmed = of.answers.yes_no("parents_confirmed")?;
            let here = confirmed == (threshold.measure == Measure::DeNovoConfirmed);
            Some(counted("de novo cases of this node", if here { of.de_novo } else { 0 }, of.record))
        }
        Measure::SegregationMeioses => {
            let count = of.answers.number("affected_segregations")?;
            Some(counted("segregations", count as u64, &EvidenceSource::person()))
        }
        _ => None,
    }
}

fn counted(name: &str, count: u64, source: &EvidenceSource) -> Measured {
    let value = count as f64;
    Measured { value, words: format!("{count} {name}"), numbers: vec![Number::new(name, value, "", source)] }
}

fn score(of: &Measurable<'_>, predictor: &str) -> Option<Measured> {
    let names = &cited().calibration(predictor)?.names;
    let found = of.scores.iter().find(|score| names.iter().any(|name| name.eq_ignore_ascii_case(&score.predictor)))?;
    Some(Measured {
        value: found.value,
        words: format!("{} {}", found.predictor, found.value),
        numbers: vec![Number::new(&found.predictor, found.value, "", &found.source)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guideline::find;
    use crate::suggest::Suggested;
    use crate::suggest::frequency::{AlleleFrequencies, Counts};

    fn judge(
        code: &str,
        datasets: &[DatasetAnswer],
        scores: &[Score],
        change: Predicted,
    ) -> (Suggested, Option<Strength>) {
        let pten = find("pten@3.2.1").expect("built in");
        let (record, answers) = (EvidenceSource::default(), Answers::default());
        let of = Measurable { datasets, scores, change, affected: 0, de_novo: 0, record: &record, answers: &answers };
        let mut suggestions = [Suggestion::no_value(code, "generic", "")];
        apply(pten, &mut suggestions, &of);
        (suggestions[0].outcome, suggestions[0].strength)
    }

    fn dataset(count: u64, number: u64) -> DatasetAnswer {
        let counts = Counts { count: Some(count), number: Some(number), homozygotes: Some(0), ..Counts::default() };
        let found = AlleleFrequencies {
            all: counts,
            populations: vec![("NFE".into(), counts)],
            ..AlleleFrequencies::default()
        };
        DatasetAnswer {
            source: EvidenceSource { name: "gnomAD".into(), ..EvidenceSource::default() },
            seen: Seen::Found(found),
        }
    }

    /// ClinGen PTEN 3.2.1: filtering frequency above 0.056 % is BA1, from 0.0043 % BS1.
    #[test]
    fn pten_frequencies() {
        let judge = |code, count| judge(code, &[dataset(count, 1_000_000)], &[], Predicted::Missense);
        assert_eq!(judge("BA1", 1_000), (Suggested::Met, Some(Strength::StandAlone)));
        assert_eq!(judge("BA1", 400), (Suggested::NotMet, None));
        assert_eq!(judge("BS1", 400), (Suggested::Met, Some(Strength::Strong)));
        assert_eq!(judge("BS1", 20), (Suggested::Met, Some(Strength::Supporting)));
        assert_eq!(judge("PM2", 5), (Suggested::Met, Some(Strength::Supporting)));
        assert_eq!(judge("PM2", 20), (Suggested::NotMet, None));
    }

    #[test]
    fn pten_predictors_and_regions() {
        let revel = |value| [Score { predictor: "REVEL".into(), value, source: EvidenceSource::default() }];
        assert_eq!(judge("PP3", &[], &revel(0.71), Predicted::Missense), (Suggested::Met, Some(Strength::Supporting)));
        assert_eq!(judge("PP3", &[], &revel(0.7), Predicted::Missense), (Suggested::NotMet, None));
        assert_eq!(judge("BP4", &[], &revel(0.4), Predicted::Missense), (Suggested::Met, Some(Strength::Supporting)));
        assert_eq!(judge("PS3", &[], &[], Predicted::Missense), (Suggested::NoValue, None));
        let pten = find("pten@3.2.1").expect("built in");
        assert_eq!(regions(pten, "PTEN").len(), 3);
        assert!(regions(pten, "BRCA1").is_empty());
    }
}
