//! An aggregate in one sentence that a tired clinician may act on: the position first, then its
//! weight, then its date. Every number names what it counts.

use crate::aggregate::review::ReviewStatus;
use crate::aggregate::{Aggregate, Verdict};
use crate::classification::{Bucket, Track};

/// The sentence in its parts: `headline`: `weight` (`date`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The position, such as `Pathogenic`.
    pub headline: String,
    /// How many laboratories say so.
    pub weight: String,
    /// When it was last evaluated, or that nobody said.
    pub date: String,
}

impl std::fmt::Display for Sentence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} ({})", self.headline, self.weight, self.date)
    }
}

impl Aggregate {
    /// What the statements of the track say together, in words.
    pub fn sentence(&self) -> Sentence {
        let (headline, weight) = match self.verdict {
            _ if self.laboratories == 0 => self.summarised(),
            _ if self.stars >= 3 => (self.authoritative(), self.over()),
            Verdict::NoPosition => ("No position for or against disease".to_owned(), self.positionless()),
            Verdict::Single(bucket) => (self.words(bucket), self.one(bucket)),
            Verdict::Agree(bucket) => (self.words(bucket), self.agreeing(bucket)),
            Verdict::Conflict => ("Laboratories differ".to_owned(), self.differing()),
        };
        let date = match self.last_evaluated {
            Some(date) => format!("last evaluated {date}"),
            None => "no date given".to_owned(),
        };
        Sentence { headline, weight, date }
    }

    /// Where only an archive's summary speaks.
    fn summarised(&self) -> (String, String) {
        let headline = match self.verdict {
            Verdict::Single(bucket) | Verdict::Agree(bucket) => self.words(bucket),
            Verdict::NoPosition => "No position for or against disease".to_owned(),
            Verdict::Conflict => "An archive's summaries differ".to_owned(),
        };
        (headline, "an archive's summary; no laboratory's own statement is here".to_owned())
    }

    /// The class when all of the bucket use one word, else the words of the bucket.
    fn words(&self, bucket: Bucket) -> String {
        let mut classes = self.deciding.keys().filter(|class| class.bucket() == Some(bucket));
        match (classes.next(), classes.next()) {
            (Some(only), None) => only.label().to_owned(),
            _ => capitalised(side(self.track, bucket)),
        }
    }

    /// What an expert panel or a guideline says.
    fn authoritative(&self) -> String {
        match self.verdict {
            Verdict::Single(bucket) | Verdict::Agree(bucket) => self.words(bucket),
            Verdict::NoPosition | Verdict::Conflict => capitalised(&self.classification),
        }
    }

    /// Who stands above whom.
    fn over(&self) -> String {
        let who = match self.review_status {
            ReviewStatus::Guideline => "a practice guideline",
            _ => "an expert panel",
        };
        match self.outranked {
            0 => format!("the word of {who}"),
            n => format!("the word of {who}, over {}", laboratories(n)),
        }
    }

    fn positionless(&self) -> String {
        let classes: Vec<_> = self.by_class.iter().map(|(class, n)| format!("{n} × {}", class.label())).collect();
        format!("{} of {}: {}", statements(self.statements), laboratories(self.laboratories), classes.join(", "))
    }

    fn one(&self, bucket: Bucket) -> String {
        let others = self.laboratories - self.by_bucket.get(&bucket).copied().unwrap_or(0);
        format!("the word of one laboratory{}", self.others(others, laboratories))
    }

    /// The laboratories that do not decide: those of lower review status, and those without a side.
    fn others(&self, n: usize, count: impl Fn(usize) -> String) -> String {
        let mut words = String::new();
        if self.outranked > 0 {
            words += &format!("; {} without assertion criteria", count(self.outranked));
        }
        match n.saturating_sub(self.outranked) {
            0 => {}
            silent if words.is_empty() => words += &format!("; {} took no side", count(silent)),
            silent => words += &format!(", {silent} took no side"),
        }
        words
    }

    fn agreeing(&self, bucket: Bucket) -> String {
        let agree = self.by_bucket.get(&bucket).copied().unwrap_or(0);
        match self.laboratories - agree {
            0 if agree == 2 => "both laboratories agree".to_owned(),
            0 => format!("all {} agree", laboratories(agree)),
            others => {
                let others = self.others(others, |n| n.to_string());
                format!("{agree} of {} agree{others}", laboratories(self.laboratories))
            }
        }
    }

    fn differing(&self) -> String {
        let count = |bucket| self.by_bucket.get(&bucket).copied().unwrap_or(0);
        let said = [Bucket::Pathogenic, Bucket::Uncertain, Bucket::Benign].map(|bucket| match count(bucket) {
            0 => format!("none {}", side(self.track, bucket)),
            n => format!("{n} {}", side(self.track, bucket)),
        });
        format!("{}; {} in all", said.join(", "), laboratories(self.laboratories))
    }
}

fn side(track: Track, bucket: Bucket) -> &'static str {
    match (track, bucket) {
        (Track::Oncogenicity, Bucket::Pathogenic) => "oncogenic or likely oncogenic",
        (_, Bucket::Pathogenic) => "pathogenic or likely pathogenic",
        (_, Bucket::Uncertain) => "of uncertain significance",
        (_, Bucket::Benign) => "benign or likely benign",
    }
}

fn capitalised(words: &str) -> String {
    let words = words.strip_prefix("of ").unwrap_or(words);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn laboratories(n: usize) -> String {
    if n == 1 { "1 laboratory".to_owned() } else { format!("{n} laboratories") }
}

fn statements(n: usize) -> String {
    if n == 1 { "1 statement".to_owned() } else { format!("{n} statements") }
}

#[cfg(test)]
mod tests {
    use crate::accession::{Accession, AccessionKind};
    use crate::aggregate::{Position, of_variant, review::Rank, rules};
    use crate::classification::Classification::{self, *};
    use crate::condition_group::group_of;
    use crate::id::LaboratoryId;

    fn check(classes: &[Classification], sentence: &str) {
        let ranked: Vec<_> = classes.iter().map(|class| (*class, Rank::Criteria)).collect();
        check_ranked(&ranked, sentence);
    }

    fn check_ranked(said: &[(Classification, Rank)], sentence: &str) {
        let positions: Vec<_> = (1..)
            .zip(said)
            .map(|(laboratory, (classification, rank))| Position {
                statement: Accession::new(AccessionKind::Statement, 1),
                version: 1,
                laboratory: LaboratoryId::from_random(laboratory),
                classification: *classification,
                rank: *rank,
                review: None,
                last_evaluated: "2024-03".parse().ok(),
                group: group_of(&[], None, &()),
                is_summary: false,
                is_evidence_only: false,
            })
            .collect();
        assert_eq!(of_variant(rules::CURRENT, &positions)[0].sentence().to_string(), sentence);
    }

    #[test]
    fn a_higher_review_status_is_named() {
        check_ranked(
            &[(Benign, Rank::ExpertPanel), (Uncertain, Rank::Criteria), (Pathogenic, Rank::NoCriteria)],
            "Benign: the word of an expert panel, over 2 laboratories (last evaluated 2024-03)",
        );
        check_ranked(
            &[(Benign, Rank::Criteria), (Uncertain, Rank::NoCriteria), (NotProvided, Rank::NoCriteria)],
            "Benign: the word of one laboratory; 1 laboratory without assertion criteria, 1 took no side (last evaluated 2024-03)",
        );
    }

    #[test]
    fn one_several_and_silent_laboratories() {
        check(&[Pathogenic], "Pathogenic: the word of one laboratory (last evaluated 2024-03)");
        check(&[Pathogenic, Pathogenic], "Pathogenic: both laboratories agree (last evaluated 2024-03)");
        check(
            &[LikelyBenign, Benign, Benign, NotProvided],
            "Benign or likely benign: 3 of 4 laboratories agree; 1 took no side (last evaluated 2024-03)",
        );
        check(&[UncertainHigh, Uncertain], "Uncertain significance: both laboratories agree (last evaluated 2024-03)");
        check(
            &[NotProvided],
            "No position for or against disease: 1 statement of 1 laboratory: 1 × Not provided (last evaluated 2024-03)",
        );
    }

    #[test]
    fn a_difference_counts_every_side() {
        check(
            &[Pathogenic, LikelyPathogenic, Uncertain],
            "Laboratories differ: 2 pathogenic or likely pathogenic, 1 of uncertain significance, none benign or likely benign; 3 laboratories in all (last evaluated 2024-03)",
        );
    }
}
