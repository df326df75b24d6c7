//! PP4: how the features of carriers fit the disease. The numbers are shown; whether the phenotype is specific for a
//! disease with one cause is for a person to say.

use super::{Answers, EvidenceSource, Number, Question, Suggestion};
use crate::criterion::Strength;

const RICHARDS: &str = "Richards et al. 2015, PMID:25741868, table 3";

/// How features of carriers and of a disease overlap.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PhenotypeFacts {
    /// The disease whose annotations were taken: `OMIM:604370`, with its name.
    pub disease: Option<(String, String)>,
    /// Features that the disease is annotated with.
    pub annotated: usize,
    /// Cases with the variant that have at least one feature observed.
    pub cases: u64,
    /// Different features observed in them.
    pub observed: usize,
    /// Of these, features that are an annotation of the disease or lie below one.
    pub fitting: usize,
    /// Annotations that were looked for in a case and not found.
    pub missing: usize,
    /// The record.
    pub record: EvidenceSource,
    /// The annotations.
    pub annotations: EvidenceSource,
}

/// PP4.
pub fn suggest(facts: &PhenotypeFacts, answers: &Answers) -> Suggestion {
    let text = "phenotype or family history highly specific for a disease with a single genetic cause";
    let Some((id, name)) = &facts.disease else {
        let remedy = "choose a condition that OMIM or Orphanet annotates with features";
        return Suggestion::no_value("PP4", "no annotated disease is chosen", remedy).against(text, RICHARDS, None);
    };
    let record = &facts.record;
    let numbers = [
        Number::new("cases with features", facts.cases as f64, "cases", record),
        Number::new("different features observed", facts.observed as f64, "features", record),
        Number::new("of these fitting the disease", facts.fitting as f64, "features", record),
        Number::new("features of the disease found absent", facts.missing as f64, "features", record),
        Number::new("features the disease is annotated with", facts.annotated as f64, "features", &facts.annotations),
    ];
    let overlap =
        format!("{} of {} features of {} cases fit {name} ({id})", facts.fitting, facts.observed, facts.cases);
    let question = Question::yes_no(
        "phenotype_specific",
        "Is the phenotype of the cases highly specific for this disease, and is the disease of a single genetic cause?",
        RICHARDS,
    );
    let suggestion = match (facts.cases, answers.yes_no("phenotype_specific")) {
        (0, _) => {
            Suggestion::no_value("PP4", "no case of this node has it with features", "add cases with their features")
        }
        (_, Some(true)) if facts.fitting > 0 => {
            Suggestion::met("PP4", Strength::Supporting, format!("{overlap}; said to be specific"))
        }
        (_, Some(true)) => Suggestion::not_met("PP4", format!("{overlap}, so nothing speaks for it")),
        (_, Some(false)) => Suggestion::not_met("PP4", format!("{overlap}; said not to be specific")),
        (_, None) => {
            Suggestion::no_value("PP4", overlap, "say whether the phenotype is highly specific").asking([question])
        }
    };
    suggestion.with_numbers(numbers).against(text, RICHARDS, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suggest::Suggested;

    #[test]
    fn numbers_are_shown_and_a_person_says_whether_it_is_specific() {
        let facts = PhenotypeFacts {
            disease: Some(("OMIM:154700".into(), "Marfan syndrome".into())),
            cases: 3,
            observed: 10,
            fitting: 8,
            ..PhenotypeFacts::default()
        };
        let open = suggest(&facts, &Answers::default());
        assert_eq!((open.outcome, open.numbers[2].value), (Suggested::NoValue, 8.0));
        let said = |answer: &str| Answers([("phenotype_specific".to_owned(), answer.to_owned())].into());
        assert_eq!(suggest(&facts, &said("yes")).strength, Some(Strength::Supporting));
        assert_eq!(suggest(&facts, &said("no")).outcome, Suggested::NotMet);
        assert_eq!(suggest(&PhenotypeFacts::default(), &said("yes")).outcome, Suggested::NoValue);
    }
}
