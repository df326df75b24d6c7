//! The frequency criteria by name, on real counts of ExAC r0.3.

use super::*;
use crate::suggest::Suggested;

fn counts(count: u64, number: u64, homozygotes: u64) -> Counts {
    Counts { count: Some(count), number: Some(number), homozygotes: Some(homozygotes), ..Counts::default() }
}

fn exac(all: Counts, populations: &[(&str, Counts)], filter: &str) -> DatasetAnswer {
    DatasetAnswer {
        source: EvidenceSource { name: "ExAC".into(), version: "r0.3".into(), ..EvidenceSource::default() },
        seen: Seen::Found(AlleleFrequencies {
            filter: filter.to_owned(),
            all,
            populations: populations.iter().map(|(code, counts)| ((*code).to_owned(), *counts)).collect(),
            published: None,
        }),
    }
}

fn facts(datasets: &[DatasetAnswer], inheritance: Inheritance) -> FrequencyFacts<'_> {
    FrequencyFacts {
        datasets,
        inheritance: Some(inheritance),
        pm2_strength: Some(Strength::Supporting),
        ..FrequencyFacts::default()
    }
}

fn of<'a>(all: &'a [Suggestion], code: &str) -> &'a Suggestion {
    all.iter().find(|one| one.criterion == code).expect("all four are given")
}

/// BRCA2 c.7397T>C (p.Val2466Ala) style: common everywhere.
#[test]
fn a_common_variant_meets_ba1_in_a_population_of_2000_alleles() {
    let datasets =
        [exac(counts(3_000, 60_000, 100), &[("AFR", counts(900, 9_000, 40)), ("NFE", counts(2_100, 51_000, 60))], "")];
    let all = suggest(&facts(&datasets, Inheritance::AutosomalDominant), &Answers::default());
    let ba1 = of(&all, "BA1");
    assert_eq!((ba1.outcome, ba1.strength), (Suggested::Met, Some(Strength::StandAlone)));
    assert!(ba1.sentence.contains("10 % in AFR of ExAC r0.3"), "{}", ba1.sentence);
    assert!(ba1.numbers.iter().any(|n| n.name == "allele number, AFR" && n.value == 9_000.0));
    assert_eq!(of(&all, "PM2").outcome, Suggested::NotMet);
}

#[test]
fn founders_small_populations_and_filtered_sites_do_not_meet_ba1() {
    for (population, filter, outcome) in
        [("FIN", "", Suggested::NoValue), ("OTH", "", Suggested::NoValue), ("AFR", "AC0", Suggested::NoValue)]
    {
        let datasets = [exac(counts(500, 60_000, 0), &[(population, counts(900, 9_000, 0))], filter)];
        let all = suggest(&facts(&datasets, Inheritance::AutosomalDominant), &Answers::default());
        assert_eq!(of(&all, "BA1").outcome, outcome, "{population} {filter}");
    }
    let datasets = [exac(counts(150, 60_000, 0), &[("AFR", counts(150, 1_999, 0))], "")];
    assert_eq!(
        of(&suggest(&facts(&datasets, Inheritance::AutosomalDominant), &Answers::default()), "BA1").outcome,
        Suggested::NoValue
    );
}

#[test]
fn the_2015_text_looks_at_every_dataset() {
    let datasets = [exac(counts(150, 2_000, 0), &[("AFR", counts(150, 1_000, 0))], "")];
    let facts = FrequencyFacts { ba1_of_2015: true, ..facts(&datasets, Inheritance::AutosomalDominant) };
    assert!(of(&suggest(&facts, &Answers::default()), "BA1").is_met());
}

#[test]
fn hfe_c282y_is_excepted_from_ba1() {
    let vcf = ["6-26093141-G-A".to_owned()];
    let datasets = [exac(counts(3_900, 120_000, 130), &[("NFE", counts(3_800, 66_000, 130))], "")];
    let facts = FrequencyFacts { vcf: &vcf, ..facts(&datasets, Inheritance::AutosomalRecessive) };
    let all = suggest(&facts, &Answers::default());
    assert_eq!(of(&all, "BA1").outcome, Suggested::NotMet);
    assert!(of(&all, "BA1").sentence.contains("NM_000410.3:c.845G>A"));
}

#[test]
fn bs1_needs_what_a_person_knows_of_the_condition() {
    let datasets = [exac(counts(40, 120_000, 0), &[("NFE", counts(40, 66_000, 0))], "")];
    let facts = facts(&datasets, Inheritance::AutosomalDominant);
    let open = suggest(&facts, &Answers::default());
    assert_eq!((of(&open, "BS1").outcome, of(&open, "BS1").questions.len()), (Suggested::NoValue, 4));
    let said = [
        ("prevalence", "1/500"),
        ("allelic_contribution", "0.02"),
        ("genetic_contribution", "1"),
        ("penetrance", "0.5"),
    ];
    let answers = Answers(said.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect());
    let bs1 = suggest(&facts, &answers);
    let bs1 = of(&bs1, "BS1");
    assert_eq!((bs1.outcome, bs1.threshold.as_ref().and_then(|t| t.value)), (Suggested::Met, Some(4.0e-5)));
    assert!(bs1.numbers.iter().any(|n| n.source.name == "stated by a person"));
}

#[test]
fn absence_counts_only_where_the_dataset_reads() {
    let near = DatasetAnswer {
        source: EvidenceSource { name: "ExAC".into(), version: "r0.3".into(), ..EvidenceSource::default() },
        seen: Seen::Absent { distance: 12, alleles: Some(121_408) },
    };
    let datasets = [near];
    let all = suggest(&facts(&datasets, Inheritance::AutosomalDominant), &Answers::default());
    let pm2 = of(&all, "PM2");
    assert_eq!((pm2.outcome, pm2.strength), (Suggested::Met, Some(Strength::Supporting)));
    assert_eq!(pm2.sentence, "absent from ExAC r0.3 (121408 alleles read 12 bases away)");
    let none = suggest(&FrequencyFacts::default(), &Answers::default());
    assert!(none.iter().all(|one| one.outcome == Suggested::NoValue && one.remedy.is_some()));
    assert_eq!(of(&none, "PM2").sentence, "no frequency table is loaded");
}

#[test]
fn a_panel_limit_goes_before_the_generic_rule() {
    let limit = FrequencyLimit {
        criterion: "PM2".into(),
        value: 0.000_02,
        inclusive: true,
        below: true,
        measure: LimitMeasure::HighestPopulation,
        minimum_alleles: 0,
        strength: Some(Strength::Supporting),
        inheritance: None,
        text: "at most 0.002 % in any population".into(),
        citation: "the panel".into(),
    };
    let limits = [limit];
    let datasets = [exac(counts(1, 120_000, 0), &[("NFE", counts(1, 66_000, 0))], "")];
    let facts = FrequencyFacts { limits: &limits, ..facts(&datasets, Inheritance::AutosomalDominant) };
    let all = suggest(&facts, &Answers::default());
    assert!(of(&all, "PM2").is_met(), "{}", of(&all, "PM2").sentence);
}

#[test]
fn numbers_are_shown_as_people_read_them() {
    for (value, text) in
        [(0.062, "6.2 %"), (0.1, "10 %"), (0.000_408, "0.00041"), (4e-5, "0.00004"), (3.0, "3"), (0.0, "0")]
    {
        let found = shown(value);
        assert!(found == text || found == format!("{text}0"), "{value}: {found}");
    }
}
