//! From a statement to what other nodes may have of it: the class with its evidence, without a person's words.
//!
//! Criteria, numbers and publications go. Text that somebody typed goes only where it is public already, as ClinVar has
//! it, or where a person signed the statement off and no identifier is found in it. Days become quarters, unless they
//! are public.

use super::{Released, Tier, TierError};
use crate::citation::{Citation, EvidenceItem};
use crate::date::PartialDate;
use crate::decision::Permit;
use crate::deidentify::notes;
use crate::draft::StatementDraft;
use crate::free_text::FreeText;
use crate::statement::{Remark, StatementBody};

/// The name of the remark that a signature is in a statement: as whom, in which role, when.
pub const SIGN_OFF: &str = "sign-off";
/// The remark that holds the quarter of an evaluation.
const QUARTER: &str = "evaluated in";

/// A value that may go out at one tier and at no other.
pub trait AtTier {
    /// Which.
    const TIER: Tier;
}

impl<T: AtTier> Released<T> {
    /// Releases a value that has nothing in it beyond its tier.
    ///
    /// # Errors
    /// When the permit is for another tier.
    pub fn at_its_tier(value: T, permit: &Permit) -> Result<Self, TierError> {
        match permit.tier() == T::TIER {
            true => Ok(Self { value }),
            false => Err(TierError { permitted: permit.tier(), asked: T::TIER }),
        }
    }
}

/// Tier 2: a laboratory's statement on a variant, without case and without a person's words.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedStatement {
    draft: StatementDraft,
}

impl AtTier for SharedStatement {
    const TIER: Tier = Tier::Two;
}

impl SharedStatement {
    /// What others may have of a statement. What identifies its row at the laboratory and the case in the same row stay.
    pub fn of(draft: StatementDraft) -> Self {
        let reads = Words::of(&draft);
        let body = reads.body(draft.body);
        Self { draft: StatementDraft { laboratory: None, local_key: None, case: None, body, ..draft } }
    }

    /// The statement.
    pub fn draft(&self) -> &StatementDraft {
        &self.draft
    }
}

/// Which words of a statement may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    /// All: they are public.
    Public,
    /// Those without an identifier: a person signed the statement off.
    SignedOff,
    /// None.
    None,
}

impl Words {
    fn of(draft: &StatementDraft) -> Self {
        let is_public = draft.source_accession.as_deref().is_some_and(|name| name.starts_with("SCV"));
        match draft.body.remarks.iter().any(|remark| remark.name == SIGN_OFF) {
            _ if is_public => Self::Public,
            true => Self::SignedOff,
            false => Self::None,
        }
    }

    fn may_give(self, text: &str) -> bool {
        match self {
            Self::Public => true,
            Self::SignedOff => notes::find(text).is_empty(),
            Self::None => false,
        }
    }

    fn text(self, text: FreeText) -> FreeText {
        if self.may_give(text.as_str()) { text } else { FreeText::default() }
    }

    /// A short word of a vocabulary, such as how data were collected: given unless there is an identifier in it.
    fn word(self, word: Option<String>) -> Option<String> {
        word.filter(|word| self == Self::Public || (word.len() <= 200 && notes::find(word).is_empty()))
    }

    fn body(self, body: StatementBody) -> StatementBody {
        let quarter = body.last_evaluated.filter(|_| self != Self::Public).and_then(PartialDate::quarter);
        let mut remarks: Vec<Remark> = body.remarks.into_iter().filter_map(|remark| self.remark(remark)).collect();
        remarks.extend(quarter.map(|quarter| Remark { name: QUARTER.to_owned(), value: quarter.into() }));
        StatementBody {
            classification_text: self.word(body.classification_text),
            evidence: body.evidence.into_iter().filter_map(|item| self.evidence(item)).collect(),
            citations: self.citations(body.citations),
            summary: self.text(body.summary),
            last_evaluated: match self {
                Self::Public => body.last_evaluated,
                _ => body.last_evaluated.and_then(|date| PartialDate::new(date.year(), None, None)),
            },
            method: self.word(body.method),
            review_status: self.word(body.review_status),
            remarks,
            ..body
        }
    }

    fn evidence(self, item: EvidenceItem) -> Option<EvidenceItem> {
        let quantity = item.quantity.filter(|number| self == Self::Public || notes::find(&number.unit).is_empty());
        let item =
            EvidenceItem { text: self.text(item.text), quantity, citations: self.citations(item.citations), ..item };
        let says = !item.text.is_empty() || item.quantity.is_some() || !item.citations.is_empty();
        says.then_some(item)
    }

    fn citations(self, mut citations: Vec<Citation>) -> Vec<Citation> {
        let is_published = |one: &Citation| !matches!(one, Citation::Url(_) | Citation::Other(_));
        citations.retain(|one| self == Self::Public || is_published(one));
        citations
    }

    fn remark(self, remark: Remark) -> Option<Remark> {
        match self {
            Self::Public => Some(remark),
            Self::SignedOff if remark.name == SIGN_OFF => Some(to_the_year(remark)),
            _ => None,
        }
    }
}

/// A signature with its year alone.
fn to_the_year(remark: Remark) -> Remark {
    let text = remark.value.as_str();
    let value = match text.rsplit_once(", ") {
        Some((who, date)) => format!("{who}, {}", date.chars().take(4).collect::<String>()),
        None => text.to_owned(),
    };
    Remark { value: value.into(), ..remark }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::AlleleOrigin;
    use crate::classification::Classification;
    use crate::decision::tests::permit;
    use crate::draft::VariantDraft;
    use crate::statement::Standing;

    fn draft(source: Option<&str>, remarks: &[(&str, &str)]) -> StatementDraft {
        let item = |text: &str, citations: Vec<Citation>| EvidenceItem {
            criterion: Some("PS4".to_owned()),
            text: text.into(),
            quantity: None,
            citations,
        };
        let body = StatementBody {
            classification: Classification::Pathogenic,
            classification_text: None,
            conditions: Vec::new(),
            inheritance: None,
            origin: AlleleOrigin::Germline,
            guideline: None,
            criteria: vec!["PVS1".parse().unwrap()],
            evidence: vec![
                item("seen in three families", vec![Citation::Pubmed(25_741_868)]),
                item("told by Mei Okafor", Vec::new()),
            ],
            citations: vec![Citation::Other("letter of a colleague".to_owned())],
            summary: "absent from controls".into(),
            last_evaluated: Some("2024-08-19".parse().unwrap()),
            review_status: None,
            method: Some("clinical testing".to_owned()),
            remarks: remarks
                .iter()
                .map(|(name, value)| Remark { name: (*name).to_owned(), value: (*value).into() })
                .collect(),
        };
        StatementDraft {
            laboratory: None,
            local_key: Some("row 7 of the ward's list".to_owned()),
            source_accession: source.map(str::to_owned),
            variant: VariantDraft { expressions: Vec::new(), gene: None, xrefs: Vec::new() },
            standing: Standing::Current,
            body,
            case: None,
        }
    }

    fn told(draft: StatementDraft) -> (Vec<String>, String, Vec<String>, String) {
        let shared = SharedStatement::of(draft);
        let body = &shared.draft().body;
        assert!(shared.draft().local_key.is_none());
        (
            body.evidence.iter().map(ToString::to_string).collect(),
            body.summary.as_str().to_owned(),
            body.remarks.iter().map(|one| format!("{}: {}", one.name, one.value.as_str())).collect(),
            body.last_evaluated.unwrap().to_string(),
        )
    }

    #[test]
    fn typed_words_stay_where_nobody_signed_them_off() {
        let (evidence, summary, remarks, evaluated) = told(draft(None, &[("ward", "7B")]));
        assert_eq!(evidence, ["PS4:  (PMID:25741868)"]);
        assert_eq!((summary.as_str(), evaluated.as_str()), ("", "2024"));
        assert_eq!(remarks, ["evaluated in: 2024-Q3"]);
    }

    #[test]
    fn signed_words_go_without_those_that_name_somebody() {
        let (evidence, summary, remarks, _) =
            told(draft(None, &[(SIGN_OFF, "scientist: clinical scientist, 2026-11-21")]));
        assert_eq!(evidence, ["PS4: seen in three families (PMID:25741868)"]);
        assert_eq!(summary, "absent from controls");
        assert_eq!(remarks, ["sign-off: scientist: clinical scientist, 2026", "evaluated in: 2024-Q3"]);
    }

    #[test]
    fn what_is_public_goes_as_it_is() {
        let (evidence, _, remarks, evaluated) = told(draft(Some("SCV000043189.1"), &[("note", "as published")]));
        assert_eq!(evidence.len(), 2);
        assert_eq!((remarks, evaluated.as_str()), (vec!["note: as published".to_owned()], "2024-08-19"));
    }

    #[test]
    fn it_goes_with_a_permit_of_its_tier_alone() {
        let shared = || SharedStatement::of(draft(None, &[]));
        assert!(Released::at_its_tier(shared(), &permit(Tier::Two)).is_ok());
        assert!(Released::at_its_tier(shared(), &permit(Tier::One)).is_err());
    }
}
