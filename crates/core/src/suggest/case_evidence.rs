//! PM3, PS2, PM6, PP1 and PS4 from the cases of the record, in the points of ClinGen.

use super::statistics::odds_ratio;
use super::{Answers, Choice, EvidenceRow, EvidenceSource, Number, Question, QuestionKind, Suggestion};
use crate::condition::Inheritance;
use crate::criterion::Strength;

const PM3: &str = "ClinGen SVI Recommendation for in trans Criterion (PM3), version 1.0, 2019-05-02, tables 1 and 2";
const DE_NOVO: &str = "ClinGen SVI Recommendation for De Novo Criteria (PS2 and PM6), version 1.1, tables 1 and 2";
const SEGREGATION: &str = "Oza et al. 2018, PMID:30311386, tables 4a and 4b";
const RICHARDS: &str = "Richards et al. 2015, PMID:25741868, table 3";

/// The other allele of a case with two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherAllele {
    /// The same variant on both.
    Homozygous,
    /// A pathogenic variant.
    Pathogenic,
    /// A likely pathogenic variant.
    LikelyPathogenic,
    /// A variant of uncertain significance.
    Uncertain,
}

/// What cases of the record show, counted; no case is named.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseFacts {
    /// The record, as the source of the counts.
    pub record: EvidenceSource,
    /// Cases with the variant whose condition fits, affected.
    pub affected: u64,
    /// Cases with the variant said to be unaffected.
    pub unaffected: u64,
    /// Affected cases with a second allele: which, whether in trans is confirmed, and how many.
    pub in_trans: Vec<(OtherAllele, bool, u64)>,
    /// Affected cases in whom the variant is new.
    pub de_novo: u64,
    /// Mode of inheritance.
    pub inheritance: Option<Inheritance>,
    /// Whether the variant is rare enough: PM2 met; `None` when no frequencies are loaded.
    pub is_rare: Option<bool>,
    /// Alleles seen and read in a population dataset, for a comparison.
    pub population: Option<(u64, u64, EvidenceSource)>,
}

/// PM3, PS2, PM6, PP1 and PS4.
pub fn suggest(facts: &CaseFacts, answers: &Answers) -> Vec<Suggestion> {
    let (ps2, pm6) = de_novo(facts, answers);
    vec![in_trans(facts), ps2, pm6, segregation(facts, answers), prevalence(facts, answers)]
}

/// Points of one proband, in hundredths, and the most that its kind may give.
fn in_trans_points(other: OtherAllele, confirmed: bool) -> (u64, Option<u64>) {
    match (other, confirmed) {
        (OtherAllele::Homozygous, _) => (50, Some(100)),
        (OtherAllele::Pathogenic | OtherAllele::LikelyPathogenic, true) => (100, None),
        (OtherAllele::Pathogenic, false) => (50, None),
        (OtherAllele::LikelyPathogenic, false) => (25, None),
        (OtherAllele::Uncertain, true) => (25, Some(50)),
        (OtherAllele::Uncertain, false) => (0, None),
    }
}

/// The strength of points, in hundredths: 0.5, 1, 2, 4.
fn strength_of(points: u64) -> Option<Strength> {
    match points {
        400.. => Some(Strength::VeryStrong),
        200.. => Some(Strength::Strong),
        100.. => Some(Strength::Moderate),
        50.. => Some(Strength::Supporting),
        _ => None,
    }
}

fn in_trans(facts: &CaseFacts) -> Suggestion {
    let text = "points of affected probands with a second allele: 0.5 supporting, 1 moderate, 2 strong, 4 very strong";
    if facts.inheritance.is_some_and(|mode| mode != Inheritance::AutosomalRecessive) {
        return Suggestion::not_met("PM3", "for recessive conditions only").against(text, PM3, None);
    }
    let (mut total, mut rows, mut homozygous, mut uncertain) = (0, Vec::new(), 0, 0);
    for (other, confirmed, cases) in &facts.in_trans {
        let (each, most) = in_trans_points(*other, *confirmed);
        let given = match (other, most) {
            (OtherAllele::Homozygous, Some(most)) => take(&mut homozygous, each * cases, most),
            (OtherAllele::Uncertain, Some(most)) => take(&mut uncertain, each * cases, most),
            _ => each * cases,
        };
        total += given;
        rows.push(EvidenceRow {
            what: format!("{cases} {}", other_words(*other, *confirmed)),
            detail: format!("{} points", hundredths(given)),
            address: None,
            counted: given > 0,
        });
    }
    let numbers = [
        Number::new("points", total as f64 / 100.0, "points", &facts.record),
        Number::new(
            "affected cases with a second allele",
            facts.in_trans.iter().map(|one| one.2 as f64).sum(),
            "cases",
            &facts.record,
        ),
    ];
    let sentence = format!("{} points from cases of this node", hundredths(total));
    let mut suggestion = match (strength_of(total), facts.is_rare) {
        (_, _) if facts.inheritance.is_none() && total > 0 => Suggestion::no_value(
            "PM3",
            format!("{sentence}, if the condition is recessive"),
            "state the mode of inheritance",
        ),
        (Some(_), Some(false)) => {
            Suggestion::not_met("PM3", format!("{sentence}, but the variant is not rare enough (PM2)"))
        }
        (Some(strength), rare) => {
            let met = Suggestion::met("PM3", strength, sentence);
            if rare.is_none() {
                met.caution("no frequencies are loaded: the variant must be rare (PM2) for PM3 to count")
            } else {
                met
            }
        }
        (None, _) if facts.in_trans.is_empty() => Suggestion::no_value(
            "PM3",
            "no case of this node has it with a second allele",
            "add cases with their second variant and its phase",
        ),
        (None, _) => Suggestion::not_met("PM3", sentence),
    };
    suggestion.rows = rows;
    suggestion.with_numbers(numbers).against(text, PM3, None)
}

/// What fits under a maximum that several rows share.
fn take(so_far: &mut u64, more: u64, most: u64) -> u64 {
    let given = more.min(most - (*so_far).min(most));
    *so_far += given;
    given
}

fn other_words(other: OtherAllele, confirmed: bool) -> String {
    let phase = if confirmed { "in trans" } else { "phase unknown" };
    match other {
        OtherAllele::Homozygous => "homozygous".to_owned(),
        OtherAllele::Pathogenic => format!("with a pathogenic variant, {phase}"),
        OtherAllele::LikelyPathogenic => format!("with a likely pathogenic variant, {phase}"),
        OtherAllele::Uncertain => format!("with an uncertain variant, {phase}"),
    }
}

fn hundredths(points: u64) -> String {
    format!("{}.{:02}", points / 100, points % 100)
}

/// How well the phenotype of a de novo case fits the gene, with its points confirmed and unconfirmed, in hundredths.
const CONSISTENCY: [(&str, &str, u64, u64); 4] = [
    ("highly_specific", "highly specific for the gene", 200, 100),
    ("consistent", "consistent with the gene but not highly specific", 100, 50),
    ("heterogeneous", "consistent, not highly specific, and many genes cause it", 50, 25),
    ("not_consistent", "not consistent with the gene", 0, 0),
];

fn de_novo(facts: &CaseFacts, answers: &Answers) -> (Suggestion, Suggestion) {
    let text = "points of de novo occurrences: 0.5 supporting, 1 moderate, 2 strong, 4 very strong";
    let count = Number::new("affected cases in whom it is new", facts.de_novo as f64, "cases", &facts.record);
    if facts.de_novo == 0 {
        return ["PS2", "PM6"]
            .map(|code| {
                Suggestion::no_value(
                    code,
                    "no case of this node has it de novo",
                    "add cases with the origin of the variant",
                )
                .with_numbers([count.clone()])
                .against(text, DE_NOVO, None)
            })
            .into();
    }
    let confirmed = answers.yes_no("parents_confirmed");
    let said = answers.text("phenotype_consistency");
    let fit = said.and_then(|said| CONSISTENCY.iter().find(|one| one.0 == said));
    let (Some(confirmed), Some((_, label, with, without))) = (confirmed, fit) else {
        return ["PS2", "PM6"]
            .map(|code| {
                let why = format!(
                    "{} affected cases have it de novo; the points depend on parentage and phenotype",
                    facts.de_novo
                );
                Suggestion::no_value(code, why, "answer whether parents are confirmed and how well the phenotype fits")
                    .with_numbers([count.clone()])
                    .against(text, DE_NOVO, None)
                    .asking(de_novo_questions())
            })
            .into();
    };
    let mut points = facts.de_novo * if confirmed { with } else { without };
    if *with == 50 {
        points = points.min(100);
    }
    let recessive = facts.inheritance == Some(Inheritance::AutosomalRecessive);
    let mut strength = strength_of(points);
    if recessive {
        strength = strength.and_then(super::one_lower);
    }
    let sentence = format!("{} points: {} cases, phenotype {label}", hundredths(points), facts.de_novo);
    let judged = |code: &str| {
        let suggestion = strength.map_or_else(
            || Suggestion::not_met(code, &sentence),
            |strength| Suggestion::met(code, strength, &sentence),
        );
        let suggestion = suggestion.with_numbers([
            count.clone(),
            Number::new("points", points as f64 / 100.0, "points", &EvidenceSource::person()),
        ]);
        let suggestion = suggestion.against(text, DE_NOVO, None);
        if recessive {
            suggestion.caution("one level lower for a recessive condition without a second allele")
        } else {
            suggestion
        }
    };
    let other = |code: &str, why: &str| {
        Suggestion::not_met(code, why).with_numbers([count.clone()]).against(text, DE_NOVO, None)
    };
    match confirmed {
        true => (judged("PS2"), other("PM6", "parents are confirmed: PS2 is used")),
        false => (other("PS2", "parents are not confirmed: PM6 is used"), judged("PM6")),
    }
}

fn de_novo_questions() -> [Question; 2] {
    let choices = CONSISTENCY.map(|(code, label, _, _)| Choice { code: code.to_owned(), label: label.to_owned() });
    [
        Question::yes_no("parents_confirmed", "Are maternity and paternity confirmed?", DE_NOVO),
        Question {
            key: "phenotype_consistency".to_owned(),
            ask: "How well does the phenotype fit the gene?".to_owned(),
            kind: QuestionKind::Choice(choices.into()),
            citation: DE_NOVO.to_owned(),
        },
    ]
}

/// The LOD score of segregations by the simplified formula behind the tables: dominant, log10 of 2 for each; recessive,
/// log10 of 4 for each affected and of 4/3 for each unaffected.
fn lod(affected: f64, unaffected: f64, recessive: bool) -> f64 {
    match recessive {
        true => affected * 4.0_f64.log10() + unaffected * (4.0_f64 / 3.0).log10(),
        false => affected * 2.0_f64.log10(),
    }
}

fn segregation(facts: &CaseFacts, answers: &Answers) -> Suggestion {
    let text = "LOD score: 0.6 supporting, 1.2 moderate, 1.5 strong; dominant: 2, 4 and 5 affected segregations";
    let recessive = facts.inheritance == Some(Inheritance::AutosomalRecessive);
    let Some(affected) = answers.number("affected_segregations") else {
        let mut questions = vec![Question::number(
            "affected_segregations",
            "How many affected relatives, beside the probands, carry it (both alleles if recessive)?",
            "segregations",
            SEGREGATION,
        )];
        if recessive {
            let ask = "How many unaffected relatives at risk do not have both alleles? Parents do not count.";
            questions.push(Question::number("unaffected_segregations", ask, "segregations", SEGREGATION));
        }
        let why = "families are not part of a case in this version, so segregations must be counted by a person";
        return Suggestion::no_value("PP1", why, "answer how many relatives it segregates with")
            .asking(questions)
            .against(text, SEGREGATION, None);
    };
    let unaffected = answers.number("unaffected_segregations").unwrap_or(0.0);
    let score = lod(affected, unaffected, recessive);
    let strength = match (recessive, affected, score) {
        (false, 5.0.., _) => Some(Strength::Strong),
        (false, 4.0.., _) => Some(Strength::Moderate),
        (false, 2.0.., _) => Some(Strength::Supporting),
        // The published table has two decimals.
        (true, _, 1.495..) => Some(Strength::Strong),
        (true, _, 1.195..) => Some(Strength::Moderate),
        (true, _, 0.595..) => Some(Strength::Supporting),
        _ => None,
    };
    let person = EvidenceSource::person();
    let sentence = format!("{affected} affected and {unaffected} unaffected segregations, LOD {score:.2}");
    let suggestion = strength
        .map_or_else(|| Suggestion::not_met("PP1", &sentence), |strength| Suggestion::met("PP1", strength, &sentence));
    suggestion
        .with_numbers([
            Number::new("affected segregations", affected, "segregations", &person),
            Number::new("unaffected segregations", unaffected, "segregations", &person),
            Number::new("LOD score", score, "", &person),
        ])
        .against(text, SEGREGATION, None)
}

fn prevalence(facts: &CaseFacts, answers: &Answers) -> Suggestion {
    let text = "odds ratio above 5 whose 95 % interval does not include 1";
    let mut numbers = vec![
        Number::new("affected cases of this node", facts.affected as f64, "cases", &facts.record),
        Number::new("unaffected cases of this node", facts.unaffected as f64, "cases", &facts.record),
    ];
    let ask = "How many unrelated people with the condition were tested for the gene where these cases come from?";
    let question = Question::number("cases_tested", ask, "people", RICHARDS);
    let Some((seen, read, source)) = &facts.population else {
        return Suggestion::no_value(
            "PS4",
            format!("{} affected cases; no population counts to compare with", facts.affected),
            "load a frequency table with `cairn reference add`",
        )
        .with_numbers(numbers)
        .against(text, RICHARDS, None);
    };
    numbers.push(Number::new("allele count in the population", *seen as f64, "alleles", source));
    numbers.push(Number::new("allele number in the population", *read as f64, "alleles", source));
    let Some(tested) = answers.number("cases_tested") else {
        return Suggestion::no_value(
            "PS4",
            format!("{} affected cases of this node; how many were tested is not recorded", facts.affected),
            "say how many people with the condition were tested",
        )
        .with_numbers(numbers)
        .asking([question])
        .against(text, RICHARDS, None);
    };
    numbers.push(Number::new("people tested", tested, "people", &EvidenceSource::person()));
    let Some(odds) = odds_ratio(facts.affected, tested as u64, *seen, read / 2) else {
        return Suggestion::no_value(
            "PS4",
            "fewer people were tested than carry it",
            "correct the number of people tested",
        )
        .with_numbers(numbers)
        .against(text, RICHARDS, None);
    };
    numbers.extend([
        Number::new("odds ratio", odds.ratio, "", &facts.record),
        Number::new("95 % interval, lower end", odds.low, "", &facts.record),
        Number::new("95 % interval, upper end", odds.high, "", &facts.record),
    ]);
    let sentence = format!(
        "{} of {tested} cases against {seen} alleles in {} people of {}: odds ratio {:.1} ({:.1} to {:.1})",
        facts.affected,
        read / 2,
        source.label(),
        odds.ratio,
        odds.low,
        odds.high
    );
    let suggestion = match odds.ratio > 5.0 && odds.low > 1.0 && facts.affected > 0 {
        true => Suggestion::met("PS4", Strength::Strong, sentence),
        false => Suggestion::not_met("PS4", sentence),
    };
    suggestion
        .with_numbers(numbers)
        .against(text, RICHARDS, None)
        .caution("cases must be unrelated and come from the population of the comparison; each carrier is taken to have one copy")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suggest::Suggested;

    fn facts(in_trans: &[(OtherAllele, bool, u64)]) -> CaseFacts {
        CaseFacts {
            in_trans: in_trans.to_vec(),
            inheritance: Some(Inheritance::AutosomalRecessive),
            is_rare: Some(true),
            ..CaseFacts::default()
        }
    }

    fn answers(said: &[(&str, &str)]) -> Answers {
        Answers(said.iter().map(|(key, answer)| ((*key).to_owned(), (*answer).to_owned())).collect())
    }

    fn of(facts: &CaseFacts, said: &[(&str, &str)], code: &str) -> Suggestion {
        suggest(facts, &answers(said)).into_iter().find(|one| one.criterion == code).expect("given")
    }

    use OtherAllele::{Homozygous, LikelyPathogenic, Pathogenic, Uncertain};

    #[test]
    fn pm3_points_of_the_recommendation() {
        let strength = |rows: &[_]| of(&facts(rows), &[], "PM3").strength;
        assert_eq!(strength(&[(Pathogenic, true, 1)]), Some(Strength::Moderate));
        assert_eq!(strength(&[(Pathogenic, false, 1)]), Some(Strength::Supporting));
        assert_eq!(strength(&[(LikelyPathogenic, false, 1)]), None);
        assert_eq!(strength(&[(Homozygous, true, 9)]), Some(Strength::Moderate));
        assert_eq!(strength(&[(Uncertain, true, 9)]), Some(Strength::Supporting));
        assert_eq!(strength(&[(Uncertain, false, 9)]), None);
        assert_eq!(strength(&[(Pathogenic, true, 3), (Homozygous, true, 2)]), Some(Strength::VeryStrong));
        assert_eq!(strength(&[(Homozygous, true, 1), (Homozygous, false, 9)]), Some(Strength::Moderate));
    }

    #[test]
    fn pm3_needs_a_rare_variant_and_a_recessive_condition() {
        let common = CaseFacts { is_rare: Some(false), ..facts(&[(Pathogenic, true, 4)]) };
        assert_eq!(of(&common, &[], "PM3").outcome, Suggested::NotMet);
        let dominant =
            CaseFacts { inheritance: Some(Inheritance::AutosomalDominant), ..facts(&[(Pathogenic, true, 4)]) };
        assert_eq!(of(&dominant, &[], "PM3").outcome, Suggested::NotMet);
        let unknown = CaseFacts { inheritance: None, ..facts(&[(Pathogenic, true, 4)]) };
        assert_eq!(of(&unknown, &[], "PM3").outcome, Suggested::NoValue);
    }

    #[test]
    fn de_novo_points_of_the_recommendation() {
        let new =
            |de_novo| CaseFacts { de_novo, inheritance: Some(Inheritance::AutosomalDominant), ..CaseFacts::default() };
        let said = |fit: &'static str, confirmed: &'static str| {
            [("phenotype_consistency", fit), ("parents_confirmed", confirmed)]
        };
        assert_eq!(of(&new(1), &said("highly_specific", "yes"), "PS2").strength, Some(Strength::Strong));
        assert_eq!(of(&new(1), &said("highly_specific", "no"), "PM6").strength, Some(Strength::Moderate));
        assert_eq!(of(&new(2), &said("highly_specific", "yes"), "PS2").strength, Some(Strength::VeryStrong));
        assert_eq!(of(&new(1), &said("consistent", "no"), "PM6").strength, Some(Strength::Supporting));
        assert_eq!(of(&new(9), &said("heterogeneous", "yes"), "PS2").strength, Some(Strength::Moderate));
        assert_eq!(of(&new(9), &said("not_consistent", "yes"), "PS2").strength, None);
        let open = of(&new(2), &[], "PS2");
        assert_eq!((open.outcome, open.questions.len()), (Suggested::NoValue, 2));
    }

    /// Table 4b, some cells, and table 4a.
    #[test]
    fn segregation_equals_the_published_table() {
        for (affected, unaffected, score) in [(1.0, 0.0, 0.6), (0.0, 5.0, 0.62), (2.0, 10.0, 2.45), (10.0, 10.0, 7.27)]
        {
            assert!((lod(affected, unaffected, true) - score).abs() < 0.006, "{affected} {unaffected}");
        }
        let strength =
            |said: &[_], mode| of(&CaseFacts { inheritance: Some(mode), ..CaseFacts::default() }, said, "PP1").strength;
        let recessive = Inheritance::AutosomalRecessive;
        assert_eq!(strength(&[("affected_segregations", "1")], recessive), Some(Strength::Supporting));
        assert_eq!(strength(&[("affected_segregations", "2")], recessive), Some(Strength::Moderate));
        assert_eq!(
            strength(&[("affected_segregations", "0"), ("unaffected_segregations", "5")], recessive),
            Some(Strength::Supporting)
        );
        let dominant = Inheritance::AutosomalDominant;
        for (count, expected) in [
            ("1", None),
            ("2", Some(Strength::Supporting)),
            ("4", Some(Strength::Moderate)),
            ("7", Some(Strength::Strong)),
        ] {
            assert_eq!(strength(&[("affected_segregations", count)], dominant), expected, "{count}");
        }
    }

    #[test]
    fn ps4_needs_the_number_tested() {
        let source = EvidenceSource { name: "ExAC".into(), ..EvidenceSource::default() };
        let facts = CaseFacts { affected: 12, population: Some((1, 121_408, source)), ..CaseFacts::default() };
        assert_eq!(of(&facts, &[], "PS4").questions[0].key, "cases_tested");
        let met = of(&facts, &[("cases_tested", "3000")], "PS4");
        assert!(met.is_met() && met.sentence.contains("odds ratio"), "{}", met.sentence);
        assert_eq!(of(&facts, &[("cases_tested", "5")], "PS4").outcome, Suggested::NoValue);
    }
}
