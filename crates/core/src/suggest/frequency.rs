//! BA1, BS1, BS2 and PM2: how often a variant is seen in the population.

pub mod counts;

pub use counts::{AlleleFrequencies, Counts, DatasetAnswer, Filtering, Seen};

use super::statistics::{Architecture, CONFIDENCE, maximum_credible_frequency};
use super::{Answers, EvidenceSource, Number, Question, Suggestion, cited};
use crate::condition::Inheritance;
use crate::criterion::Strength;

const RICHARDS: &str = "Richards et al. 2015, PMID:25741868";
const GHOSH: &str = "Ghosh et al. 2018, PMID:30311383: above 0.05 in a general continental population of at least 2,000 observed alleles, in a gene without a modification of its own";
const WHIFFIN: &str = "Whiffin et al. 2017, PMID:28518168";
/// The fewest alleles of a population that BA1 looks at.
const BA1_ALLELES: u64 = 2_000;
const BA1_FREQUENCY: f64 = 0.05;

/// Everything the four criteria look at.
#[derive(Debug, Clone, Default)]
pub struct FrequencyFacts<'a> {
    /// Each loaded dataset that reaches the variant.
    pub datasets: &'a [DatasetAnswer],
    /// Names of loaded datasets that do not reach it.
    pub out_of_reach: &'a [String],
    /// Mode of inheritance.
    pub inheritance: Option<Inheritance>,
    /// The variant as VCF, `13-20763612-C-T`, on each assembly.
    pub vcf: &'a [String],
    /// Frequencies that a gene's table or the guideline sets.
    pub limits: &'a [FrequencyLimit],
    /// The guideline counts BA1 as its 2015 text says, not as revised in 2018.
    pub ba1_of_2015: bool,
    /// The strength of PM2 in the guideline.
    pub pm2_strength: Option<Strength>,
}

/// A frequency that a criterion is held against, for one gene or guideline.
#[derive(Debug, Clone, PartialEq)]
pub struct FrequencyLimit {
    /// `BA1`, `BS1`, `PM2`, `BS2`.
    pub criterion: String,
    /// The border.
    pub value: f64,
    /// Whether the border itself fulfils it.
    pub inclusive: bool,
    /// Fulfilled below the border (PM2) and not above it.
    pub below: bool,
    /// Which number is compared.
    pub measure: LimitMeasure,
    /// Populations with fewer alleles are not looked at.
    pub minimum_alleles: u64,
    /// What it gives; `None` leaves the guideline's default.
    pub strength: Option<Strength>,
    /// For which mode of inheritance only.
    pub inheritance: Option<Inheritance>,
    /// The rule in words.
    pub text: String,
    /// Where it was read.
    pub citation: String,
}

/// The number that a limit is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitMeasure {
    /// The frequency in all people.
    Overall,
    /// The highest frequency of a continental population.
    HighestPopulation,
    /// The highest filtering frequency of a continental population.
    Filtering,
    /// The number of homozygotes.
    Homozygotes,
    /// The number of alleles seen.
    Count,
}

/// BA1, BS1, BS2 and PM2.
pub fn suggest(facts: &FrequencyFacts<'_>, answers: &Answers) -> Vec<Suggestion> {
    if facts.datasets.is_empty() {
        let (why, remedy) = match facts.out_of_reach {
            [] => (
                "no frequency table is loaded".to_owned(),
                "load one: `cairn reference add` a sites file of gnomAD, ExAC or 1000 Genomes",
            ),
            names => (
                format!("no loaded frequency table reaches this place: {}", names.join(", ")),
                "load the sites file of this chromosome with `cairn reference add`",
            ),
        };
        return ["BA1", "BS1", "BS2", "PM2"].map(|code| Suggestion::no_value(code, why.clone(), remedy)).into();
    }
    let mut all = vec![ba1(facts), bs1(facts, answers), bs2(facts, answers), pm2(facts)];
    for suggestion in &mut all {
        for answer in facts.datasets {
            if let Seen::Found(found) = &answer.seen
                && !found.filter.is_empty()
            {
                let source = answer.source.label();
                suggestion.cautions.push(format!("{source} marks it `{}`: the counts may be wrong", found.filter));
            }
        }
    }
    all
}

/// A number of a dataset that a criterion may be held against.
struct Candidate<'a> {
    source: &'a EvidenceSource,
    group: String,
    value: f64,
    numbers: Vec<Number>,
}

/// The frequencies of continental populations with enough alleles, in datasets where the variant passed the filters.
fn by_population<'a>(facts: &FrequencyFacts<'a>, minimum: u64) -> Vec<Candidate<'a>> {
    let mut found = Vec::new();
    for (source, seen) in passing(facts) {
        for (group, counts) in seen.continental() {
            let Some(value) = counts.frequency() else { continue };
            if minimum > 0 && counts.number.is_none_or(|number| number < minimum) {
                continue;
            }
            found.push(Candidate { source, group: group.clone(), value, numbers: counted(source, group, counts) });
        }
    }
    found
}

fn overall<'a>(facts: &FrequencyFacts<'a>) -> Vec<Candidate<'a>> {
    let read = |(source, seen): (&'a EvidenceSource, &'a AlleleFrequencies)| {
        let value = seen.all.frequency()?;
        Some(Candidate { source, group: "all".to_owned(), value, numbers: counted(source, "all", &seen.all) })
    };
    passing(facts).filter_map(read).collect()
}

fn filtering<'a>(facts: &FrequencyFacts<'a>) -> Vec<Candidate<'a>> {
    let read = |(source, seen): (&'a EvidenceSource, &'a AlleleFrequencies)| {
        let faf = seen.filtering()?;
        let counts = seen.populations.iter().find(|(group, _)| *group == faf.group).map_or(&seen.all, |(_, c)| c);
        let how = if faf.is_published { "as published" } else { "computed from the counts" };
        let name = format!("filtering allele frequency of {} ({:.0} %, {how})", faf.group, CONFIDENCE * 100.0);
        let mut numbers = counted(source, &faf.group, counts);
        numbers.push(Number::new(name, faf.frequency, "", source));
        Some(Candidate { source, group: faf.group, value: faf.frequency, numbers })
    };
    passing(facts).filter_map(read).collect()
}

fn passing<'a>(facts: &FrequencyFacts<'a>) -> impl Iterator<Item = (&'a EvidenceSource, &'a AlleleFrequencies)> {
    facts.datasets.iter().filter_map(|answer| match &answer.seen {
        Seen::Found(found) if found.filter.is_empty() => Some((&answer.source, found)),
        _ => None,
    })
}

/// The counts of a group as numbers with their source.
fn counted(source: &EvidenceSource, group: &str, counts: &Counts) -> Vec<Number> {
    let whole = |name: &str, value: Option<u64>, unit: &str| {
        value.map(|value| Number::new(format!("{name}, {group}"), value as f64, unit, source))
    };
    let mut numbers: Vec<Number> = [
        whole("allele count", counts.count, "alleles"),
        whole("allele number", counts.number, "alleles"),
        whole("homozygotes", counts.homozygotes, "people"),
        whole("hemizygotes", counts.hemizygotes, "people"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if let Some(frequency) = counts.frequency() {
        numbers.push(Number::new(format!("allele frequency, {group}"), frequency, "", source));
    }
    numbers
}

fn highest(candidates: Vec<Candidate<'_>>) -> Option<Candidate<'_>> {
    candidates.into_iter().max_by(|a, b| a.value.total_cmp(&b.value))
}

/// The numbers that a limit is compared with.
fn measured<'a>(facts: &FrequencyFacts<'a>, limit: &FrequencyLimit) -> Vec<Candidate<'a>> {
    let count = |of: fn(&Counts) -> Option<u64>, name: &'static str, unit: &'static str| {
        let read = move |(source, seen): (&'a EvidenceSource, &'a AlleleFrequencies)| {
            let value = of(&seen.all)? as f64;
            let numbers = vec![Number::new(format!("{name}, all"), value, unit, source)];
            Some(Candidate { source, group: "all".to_owned(), value, numbers })
        };
        passing(facts).filter_map(read).collect::<Vec<_>>()
    };
    match limit.measure {
        LimitMeasure::Overall => overall(facts),
        LimitMeasure::HighestPopulation => by_population(facts, limit.minimum_alleles),
        LimitMeasure::Filtering => filtering(facts),
        LimitMeasure::Homozygotes => count(|counts| counts.homozygotes, "homozygotes", "people"),
        LimitMeasure::Count => count(|counts| counts.count, "allele count", "alleles"),
    }
}

/// The limits of a criterion that hold for the mode of inheritance; the strongest first.
fn limits_of<'a>(facts: &FrequencyFacts<'a>, criterion: &str) -> Vec<&'a FrequencyLimit> {
    let holds = |limit: &&FrequencyLimit| {
        limit.criterion == criterion && limit.inheritance.is_none_or(|mode| facts.inheritance == Some(mode))
    };
    let mut found: Vec<_> = facts.limits.iter().filter(holds).collect();
    found.sort_by_key(|limit| std::cmp::Reverse(limit.strength));
    found
}

/// Holds a criterion against a limit; a variant that is absent everywhere has the frequency 0.
fn against_limit(facts: &FrequencyFacts<'_>, limit: &FrequencyLimit, default: Strength) -> Suggestion {
    let best = highest(measured(facts, limit));
    if best.is_none() && facts.datasets.iter().any(|answer| is_present(&answer.seen)) {
        return none_counted(facts, &limit.criterion).against(&limit.text, &limit.citation, Some(limit.value));
    }
    let value = best.as_ref().map_or(0.0, |best| best.value);
    let fulfilled = match (limit.below, limit.inclusive) {
        (true, true) => value <= limit.value,
        (true, false) => value < limit.value,
        (false, true) => value >= limit.value,
        (false, false) => value > limit.value,
    };
    let seen = best.as_ref().map_or_else(
        || absent_sentence(facts),
        |best| format!("{} in {} of {}", shown(best.value), best.group, best.source.label()),
    );
    let border = shown(limit.value);
    let numbers = best.map_or_else(|| absent_numbers(facts), |best| best.numbers);
    let code = &limit.criterion;
    let suggestion = match fulfilled {
        true => Suggestion::met(code, limit.strength.unwrap_or(default), format!("{seen}; the limit is {border}")),
        false => Suggestion::not_met(code, format!("{seen}; the limit is {border}")),
    };
    suggestion.with_numbers(numbers).against(&limit.text, &limit.citation, Some(limit.value))
}

/// The first limit that is fulfilled, else the last that is not.
fn by_limits(facts: &FrequencyFacts<'_>, criterion: &str, default: Strength) -> Option<Suggestion> {
    let tried = limits_of(facts, criterion).into_iter().map(|limit| against_limit(facts, limit, default));
    let mut last = None;
    for suggestion in tried {
        if suggestion.is_met() {
            return Some(suggestion);
        }
        last = Some(suggestion);
    }
    last
}

fn ba1(facts: &FrequencyFacts<'_>) -> Suggestion {
    let exceptions = &cited().ba1_exceptions;
    let excepted =
        exceptions.variants.iter().find(|one| facts.vcf.iter().any(|vcf| *vcf == one.grch37 || *vcf == one.grch38));
    if let Some(one) = excepted {
        let sentence = format!("{} stands on the list of variants to which BA1 is not applied", one.name);
        return Suggestion::not_met("BA1", sentence).against("the exception list", &exceptions.citation, None);
    }
    if let Some(own) = by_limits(facts, "BA1", Strength::StandAlone) {
        return own;
    }
    let (candidates, text, citation) = match facts.ba1_of_2015 {
        true => {
            let mut all = by_population(facts, 0);
            all.extend(overall(facts));
            (all, "allele frequency above 5 %", RICHARDS)
        }
        false => (
            by_population(facts, BA1_ALLELES),
            "allele frequency above 5 % in a general continental population of at least 2,000 observed alleles",
            GHOSH,
        ),
    };
    let Some(best) = highest(candidates) else {
        return none_counted(facts, "BA1").against(text, citation, Some(BA1_FREQUENCY));
    };
    let sentence = format!("{} in {} of {}", shown(best.value), best.group, best.source.label());
    let suggestion = match best.value > BA1_FREQUENCY {
        true => Suggestion::met("BA1", Strength::StandAlone, format!("{sentence}, above 5 %")),
        false => Suggestion::not_met("BA1", format!("at most {sentence}, not above 5 %")),
    };
    suggestion.with_numbers(best.numbers).against(text, citation, Some(BA1_FREQUENCY))
}

/// Nothing to compare: the variant is absent, or its populations are too small.
fn none_counted(facts: &FrequencyFacts<'_>, code: &str) -> Suggestion {
    if facts.datasets.iter().any(|answer| matches!(answer.seen, Seen::Found(_))) {
        let why =
            "no loaded dataset has counts that the rule looks at: populations too small, or without allele numbers";
        return Suggestion::no_value(
            code,
            why,
            "load a larger dataset, such as gnomAD sites, with `cairn reference add`",
        );
    }
    Suggestion::not_met(code, absent_sentence(facts)).with_numbers(absent_numbers(facts))
}

fn bs1(facts: &FrequencyFacts<'_>, answers: &Answers) -> Suggestion {
    if let Some(own) = by_limits(facts, "BS1", Strength::Strong) {
        return own;
    }
    let citation = format!("{RICHARDS}; the frequency by {WHIFFIN}");
    let best = highest(filtering(facts));
    let Some(limit) = architecture(facts, answers).and_then(maximum_credible_frequency) else {
        let numbers = best.map_or_else(|| absent_numbers(facts), |best| best.numbers);
        let why = "greater than expected for the disorder: the guideline gives no number, so the frequency that a cause of it can have must be stated";
        return Suggestion::no_value(
            "BS1",
            why,
            "answer prevalence, contributions and penetrance, or load a gene table",
        )
        .with_numbers(numbers)
        .asking(architecture_questions(&citation));
    };
    let person = EvidenceSource::person();
    let stated = Number::new("maximum credible allele frequency", limit, "", &person);
    let text = "filtering allele frequency above the maximum credible population frequency";
    let Some(best) = best else {
        return none_counted(facts, "BS1").with_numbers([stated]).against(text, citation, Some(limit));
    };
    let sentence = format!(
        "filtering allele frequency {} in {} of {}; a cause can have {} at most",
        shown(best.value),
        best.group,
        best.source.label(),
        shown(limit)
    );
    let suggestion = match best.value > limit {
        true => Suggestion::met("BS1", Strength::Strong, sentence),
        false => Suggestion::not_met("BS1", sentence),
    };
    suggestion.with_numbers(best.numbers).with_numbers([stated]).against(text, citation, Some(limit))
}

fn architecture(facts: &FrequencyFacts<'_>, answers: &Answers) -> Option<Architecture> {
    let recessive = is_recessive(facts.inheritance)?;
    Some(Architecture {
        prevalence: answers.number("prevalence")?,
        allelic: answers.number("allelic_contribution")?,
        genetic: answers.number("genetic_contribution")?,
        penetrance: answers.number("penetrance")?,
        recessive,
    })
}

fn architecture_questions(citation: &str) -> [Question; 4] {
    [
        Question::number("prevalence", "How many people have the condition (such as 1/500)?", "share", citation),
        Question::number(
            "allelic_contribution",
            "What share of the gene's cases does its commonest variant cause at most?",
            "share",
            citation,
        ),
        Question::number(
            "genetic_contribution",
            "What share of all cases does the gene cause at most?",
            "share",
            citation,
        ),
        Question::number("penetrance", "What share of carriers get the condition, at least?", "share", citation),
    ]
}

/// Whether two copies are needed; `None` when the mode is not known or neither.
fn is_recessive(mode: Option<Inheritance>) -> Option<bool> {
    match mode? {
        Inheritance::AutosomalDominant | Inheritance::Semidominant => Some(false),
        Inheritance::AutosomalRecessive => Some(true),
        _ => None,
    }
}

fn bs2(facts: &FrequencyFacts<'_>, answers: &Answers) -> Suggestion {
    if let Some(own) = by_limits(facts, "BS2", Strength::Strong) {
        return own;
    }
    let text = "seen in a healthy adult with the genotype that causes the disorder, where it is fully penetrant early";
    let ask = "Is the condition fully penetrant at an early age, so that a healthy adult with the genotype speaks against it?";
    let question = Question::yes_no("full_penetrance_early", ask, RICHARDS);
    let genotype: (fn(&Counts) -> Option<u64>, &str) = match facts.inheritance {
        Some(Inheritance::AutosomalRecessive) => (|c| c.homozygotes, "homozygotes"),
        Some(Inheritance::AutosomalDominant) => (|c| c.count, "carriers"),
        Some(Inheritance::XLinked | Inheritance::XLinkedRecessive | Inheritance::XLinkedDominant) => {
            (|c| c.hemizygotes, "hemizygotes")
        }
        _ => {
            return Suggestion::no_value(
                "BS2",
                "the genotype that causes the disorder is not known",
                "state the mode of inheritance",
            );
        }
    };
    let numbers: Vec<Number> = passing(facts)
        .filter_map(|(source, seen)| Some(Number::new(genotype.1, genotype.0(&seen.all)? as f64, "people", source)))
        .collect();
    let most = numbers.iter().map(|number| number.value).fold(0.0, f64::max);
    let people = format!("{most:.0} {} among people of population datasets", genotype.1);
    let caution = "people of population datasets are not known to be healthy";
    match answers.yes_no("full_penetrance_early") {
        Some(true) if most > 0.0 => Suggestion::met("BS2", Strength::Strong, people).caution(caution),
        Some(_) if most > 0.0 => {
            Suggestion::not_met("BS2", format!("{people}, but the condition is not fully penetrant early"))
        }
        _ if most == 0.0 => Suggestion::not_met("BS2", format!("no {} in the loaded datasets", genotype.1)),
        _ => Suggestion::no_value(
            "BS2",
            format!("{people}; whether that speaks against it depends on penetrance"),
            "say whether the condition is fully penetrant early",
        )
        .asking([question]),
    }
    .with_numbers(numbers)
    .against(text, RICHARDS, None)
}

fn pm2(facts: &FrequencyFacts<'_>) -> Suggestion {
    let strength = facts.pm2_strength.unwrap_or(Strength::Moderate);
    if let Some(own) = by_limits(facts, "PM2", strength) {
        return own;
    }
    let text = "absent from controls, or at extremely low frequency if recessive";
    let present: Vec<&DatasetAnswer> = facts.datasets.iter().filter(|answer| is_present(&answer.seen)).collect();
    if present.is_empty() {
        return Suggestion::met("PM2", strength, absent_sentence(facts))
            .with_numbers(absent_numbers(facts))
            .against(text, RICHARDS, None);
    }
    let numbers: Vec<Number> = present.iter().flat_map(|answer| all_counts(answer)).collect();
    let sentence = present.iter().map(|answer| present_sentence(answer)).collect::<Vec<_>>().join("; ");
    let recessive = is_recessive(facts.inheritance) != Some(false);
    let suggestion = match recessive {
        // Without a number for "extremely low" nothing can be said of a recessive or unknown mode.
        true => Suggestion::no_value(
            "PM2",
            format!("{sentence}; the guideline gives no number for an extremely low frequency"),
            "choose an expert panel's guideline, load a gene table, or decide by hand",
        ),
        false => Suggestion::not_met("PM2", sentence),
    };
    suggestion.with_numbers(numbers).against(text, RICHARDS, None)
}

/// A number of loaded datasets as a panel asks for it, with its words and what it rests on. Absence from every dataset
/// that reads the place is 0; `None` when nothing can be read.
pub fn measured_as(
    datasets: &[DatasetAnswer],
    measure: LimitMeasure,
    minimum: u64,
) -> Option<(f64, String, Vec<Number>)> {
    let facts = FrequencyFacts { datasets, ..FrequencyFacts::default() };
    let limit = FrequencyLimit {
        criterion: String::new(),
        value: 0.0,
        inclusive: false,
        below: false,
        measure,
        minimum_alleles: minimum,
        strength: None,
        inheritance: None,
        text: String::new(),
        citation: String::new(),
    };
    match highest(measured(&facts, &limit)) {
        Some(best) => {
            let words = format!("{} in {} of {}", shown(best.value), best.group, best.source.label());
            Some((best.value, words, best.numbers))
        }
        None if !datasets.is_empty() && !datasets.iter().any(|answer| is_present(&answer.seen)) => {
            Some((0.0, absent_sentence(&facts), absent_numbers(&facts)))
        }
        None => None,
    }
}

fn is_present(seen: &Seen) -> bool {
    matches!(seen, Seen::Found(found) if found.all.count != Some(0) || found.all.frequency.is_some_and(|f| f > 0.0))
}

fn all_counts(answer: &DatasetAnswer) -> Vec<Number> {
    match &answer.seen {
        Seen::Found(found) => counted(&answer.source, "all", &found.all),
        _ => Vec::new(),
    }
}

fn present_sentence(answer: &DatasetAnswer) -> String {
    let source = answer.source.label();
    let Seen::Found(found) = &answer.seen else { return source };
    match (found.all.count, found.all.number) {
        (Some(count), Some(number)) => format!("{count} of {number} alleles in {source}"),
        _ => format!("{} in {source}", shown(found.all.frequency().unwrap_or_default())),
    }
}

/// In which datasets it is absent, and how well they read the place.
fn absent_sentence(facts: &FrequencyFacts<'_>) -> String {
    let one = |answer: &DatasetAnswer| match &answer.seen {
        Seen::Absent { distance, alleles: Some(alleles) } => {
            format!("{} ({alleles} alleles read {distance} bases away)", answer.source.label())
        }
        Seen::Absent { distance, alleles: None } => {
            format!("{} (nearest site {distance} bases away)", answer.source.label())
        }
        Seen::AskedAndAbsent => format!("{} (asked for and not found)", answer.source.label()),
        Seen::Found(_) => answer.source.label(),
    };
    let names: Vec<String> = facts.datasets.iter().filter(|answer| !is_present(&answer.seen)).map(one).collect();
    format!("absent from {}", names.join(" and "))
}

fn absent_numbers(facts: &FrequencyFacts<'_>) -> Vec<Number> {
    let mut numbers = Vec::new();
    for answer in facts.datasets {
        match &answer.seen {
            Seen::Absent { distance, alleles } => {
                numbers.push(Number::new("allele count", 0.0, "alleles", &answer.source));
                numbers
                    .extend(alleles.map(|n| {
                        Number::new("allele number at the nearest site", n as f64, "alleles", &answer.source)
                    }));
                numbers.push(Number::new("distance to the nearest site", *distance as f64, "bases", &answer.source));
            }
            Seen::AskedAndAbsent => numbers.push(Number::new("allele count", 0.0, "alleles", &answer.source)),
            Seen::Found(_) => numbers.extend(all_counts(answer)),
        }
    }
    numbers
}

/// A frequency or a count as people read it: `6.2 %`, `0.00041`, `3`.
pub fn shown(value: f64) -> String {
    if value >= 0.01 && value < 1.0 {
        let percent = format!("{:.2}", value * 100.0);
        return format!("{} %", percent.trim_end_matches('0').trim_end_matches('.'));
    }
    if value == 0.0 || value.fract() == 0.0 {
        return format!("{value:.0}");
    }
    let digits = (-value.log10().floor()).max(0.0) as usize + 1;
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests;
