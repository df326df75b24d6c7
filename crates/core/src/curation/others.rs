//! What others say of the variant that a draft classifies, and how far a class would differ from it.

use crate::accession::Accession;
use crate::aggregate::Position;
use crate::aggregate::review::Rank;
use crate::classification::Classification;
use crate::discordance::Grade;
use crate::discordance::grade::{between, side};
use crate::id::LaboratoryId;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What others say, for whoever is about to sign.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Others {
    /// Expert panels and practice guidelines.
    pub panels: Vec<Panel>,
    /// All statements together, in words, such as `Pathogenic, 3 laboratories`.
    pub together: Vec<String>,
    /// Each class with the laboratories that state it, the own one left out.
    pub classes: Vec<Stated>,
    /// Statements of the own laboratory that the draft is not a version of.
    pub own: Vec<(Accession, Classification)>,
}

/// An expert panel or a practice guideline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Panel {
    /// Whose.
    pub name: String,
    /// Its class.
    pub class: Classification,
}

/// A class and how many state it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stated {
    /// The class.
    pub class: Classification,
    /// Laboratories that state it.
    pub laboratories: usize,
}

impl Others {
    /// What these positions say to the laboratory `own` that is about to publish the next version of
    /// `continued`. Summaries of archives and statements that give evidence alone are left out.
    /// `together` is left for the caller.
    pub fn of(
        positions: &[Position],
        own: LaboratoryId,
        continued: &[Accession],
        name: impl Fn(LaboratoryId) -> String,
    ) -> Self {
        let mut others = Self::default();
        let mut classes: BTreeMap<Classification, BTreeSet<LaboratoryId>> = BTreeMap::new();
        for one in positions.iter().filter(|one| !one.is_summary && !one.is_evidence_only) {
            if one.laboratory == own {
                if !continued.contains(&one.statement) {
                    others.own.push((one.statement, one.classification));
                }
                continue;
            }
            if matches!(one.rank, Rank::ExpertPanel | Rank::Guideline) {
                others.panels.push(Panel { name: name(one.laboratory), class: one.classification });
            }
            classes.entry(one.classification).or_default().insert(one.laboratory);
        }
        others.classes = classes.into_iter().map(|(class, who)| Stated { class, laboratories: who.len() }).collect();
        others
    }

    /// Whether nobody else says anything.
    pub fn is_empty(&self) -> bool {
        self.panels.is_empty() && self.classes.is_empty() && self.own.is_empty()
    }

    /// In one sentence, from whom a class would differ; `None` when it does not. From an expert panel
    /// any other class differs, from laboratories one on another side, which opens a discordance.
    pub fn difference(&self, class: Classification) -> Option<String> {
        let opposed = |other: Classification| between(class, other).is_some_and(|grade| grade != Grade::Strength);
        let panels = self
            .panels
            .iter()
            .filter(|one| one.class.track() == class.track() && one.class != class && side(one.class).is_some());
        let mut from: Vec<String> =
            panels.map(|one| format!("the expert panel {} ({})", one.name, one.class)).collect();
        let stated = self.classes.iter().filter(|one| opposed(one.class));
        let counts: Vec<String> = stated.map(|one| count(one.laboratories, one.class)).collect();
        let opens = !counts.is_empty() || self.own.iter().any(|(_, own)| opposed(*own));
        if !counts.is_empty() {
            from.push(counts.join(" and "));
        }
        let own = self.own.iter().filter(|(_, own)| opposed(*own));
        from.extend(own.map(|(accession, own)| format!("{accession} of your own laboratory ({own})")));
        if from.is_empty() {
            return None;
        }
        let follows = if opens { "; sharing it opens a discordance" } else { "" };
        Some(format!("{class} differs from {}{follows}", from.join(" and from ")))
    }
}

/// `2 laboratories (Pathogenic)`.
fn count(laboratories: usize, class: Classification) -> String {
    let plural = if laboratories == 1 { "laboratory" } else { "laboratories" };
    format!("{laboratories} {plural} ({class})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Classification::*;

    fn others(panel: Option<Classification>, classes: &[(Classification, usize)]) -> Others {
        Others {
            panels: panel.into_iter().map(|class| Panel { name: "ENIGMA".to_owned(), class }).collect(),
            classes: classes.iter().map(|(class, n)| Stated { class: *class, laboratories: *n }).collect(),
            ..Others::default()
        }
    }

    fn check(others: &Others, class: Classification, expected: Option<&str>) {
        assert_eq!(others.difference(class).as_deref(), expected);
    }

    #[test]
    fn an_uncertain_word_against_a_panel_and_laboratories() {
        let against = others(Some(Pathogenic), &[(Pathogenic, 72), (Uncertain, 1)]);
        check(
            &against,
            Pathogenic,
            Some("Pathogenic differs from 1 laboratory (Uncertain significance); sharing it opens a discordance"),
        );
        check(
            &against,
            Uncertain,
            Some(
                "Uncertain significance differs from the expert panel ENIGMA (Pathogenic) and from 72 laboratories \
             (Pathogenic); sharing it opens a discordance",
            ),
        );
    }

    #[test]
    fn another_strength_differs_from_a_panel_alone() {
        let same_side = others(Some(Pathogenic), &[(Pathogenic, 2)]);
        check(
            &same_side,
            LikelyPathogenic,
            Some("Likely pathogenic differs from the expert panel ENIGMA (Pathogenic)"),
        );
        check(&others(None, &[(Pathogenic, 2)]), LikelyPathogenic, None);
        check(&others(Some(Pathogenic), &[]), Oncogenic, None);
        check(&Others::default(), Benign, None);
    }

    #[test]
    fn the_own_other_statement_counts() {
        let own = Others { own: vec![("CRN000007".parse().unwrap(), Benign)], ..Others::default() };
        check(
            &own,
            Uncertain,
            Some(
                "Uncertain significance differs from CRN000007 of your own laboratory (Benign); sharing it opens a \
             discordance",
            ),
        );
    }
}
