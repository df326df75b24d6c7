//! For which variants a guideline was written, and which guideline to propose for one.

use super::definition::{Guideline, GuidelineTrack};
use crate::condition::{Condition, Inheritance};
use crate::curie::Curie;
use serde::{Deserialize, Serialize};

/// Genes, diseases and modes that an expert panel wrote for. An empty list does not limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// Gene symbols.
    pub genes: Vec<String>,
    /// Diseases.
    pub conditions: Vec<Condition>,
    /// Modes of inheritance.
    pub inheritance: Vec<Inheritance>,
    /// Transcripts on which positions are counted.
    pub transcripts: Vec<String>,
}

/// What is known of the variant to be classified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Genes it touches.
    pub genes: Vec<String>,
    /// Identifiers of the disease in question, equivalent ones too; none: not said.
    pub conditions: Vec<Curie>,
    /// Identifiers of everything that the disease in question is a kind of; none: no hierarchy is known.
    pub ancestors: Vec<Curie>,
    /// The mode in question; `None`: not said.
    pub inheritance: Option<Inheritance>,
}

/// A guideline for a variant, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// `pten@3.2.1`.
    pub guideline: String,
    /// Its name for people.
    pub title: String,
    /// Why this one.
    pub why: String,
    /// What a person must check before using it, such as a disease nobody stated.
    pub check: Vec<String>,
}

impl Scope {
    /// Genes, diseases and modes in words.
    pub fn words(&self) -> String {
        let conditions = self.conditions.iter().map(|condition| condition.name.clone());
        let modes = self.inheritance.iter().map(|mode| mode.label().to_owned());
        self.genes.iter().cloned().chain(conditions).chain(modes).collect::<Vec<_>>().join(", ")
    }

    /// How the scope stands to the question; `None` when it is for something else. A disease in the scope covers
    /// every disease that is a kind of it, never the other way round.
    fn fits(&self, asked: &Question) -> Option<Fit> {
        let same_gene = |gene: &String| asked.genes.iter().any(|g| g.eq_ignore_ascii_case(gene));
        if !self.genes.is_empty() && !self.genes.iter().any(same_gene) {
            return None;
        }
        let (mut open, mut through) = (Vec::new(), None);
        if !self.conditions.is_empty() {
            let names: Vec<&str> = self.conditions.iter().map(|c| c.name.as_str()).collect();
            match asked.conditions.is_empty() {
                true => open.push(format!("it was written for {}", names.join(", "))),
                false if self.conditions.iter().any(|one| is_among(one, &asked.conditions)) => {}
                false => {
                    through = Some(self.conditions.iter().find(|one| is_among(one, &asked.ancestors))?.name.clone())
                }
            }
        }
        if !self.inheritance.is_empty() {
            let modes: Vec<&str> = self.inheritance.iter().map(|mode| mode.label()).collect();
            match asked.inheritance {
                None => open.push(format!("it was written for {} inheritance", modes.join(", "))),
                Some(mode) if self.inheritance.contains(&mode) => {}
                Some(_) => return None,
            }
        }
        Some(Fit { open, through })
    }
}

fn is_among(condition: &Condition, ids: &[Curie]) -> bool {
    condition.ids.iter().any(|id| ids.contains(id))
}

/// How a scope stands to a question that it fits.
struct Fit {
    /// What the question left open.
    open: Vec<String>,
    /// The wider disease of the scope that the one in question is a kind of; `None`: the scope names it itself.
    through: Option<String>,
}

/// The guideline to propose for a germline variant: the newest expert panel's whose scope fits,
/// otherwise the newest general one.
pub fn propose<'a>(all: impl Iterator<Item = &'a Guideline> + Clone, asked: &Question) -> Option<Proposal> {
    let germline = all.filter(|g| g.track == GuidelineTrack::Germline);
    let fitting = germline.clone().filter_map(|g| Some((g, g.scope.as_ref()?.fits(asked)?)));
    let nearest = fitting.max_by_key(|(g, fit)| (std::cmp::Reverse(fit.open.len()), fit.through.is_none(), g.date));
    if let Some((panel, Fit { open: check, through })) = nearest {
        let genes = panel.scope.as_ref().map(|scope| scope.genes.join(", ")).unwrap_or_default();
        let kind = through.map(|wider| format!(", and the disease in question is a kind of {wider}"));
        let why = format!("an expert panel wrote it for {genes}{}", kind.unwrap_or_default());
        return Some(Proposal { guideline: panel.address(), title: panel.title.clone(), why, check });
    }
    let same_gene =
        |scope: &Scope| scope.genes.iter().any(|gene| asked.genes.iter().any(|g| g.eq_ignore_ascii_case(gene)));
    let others = germline.clone().filter(|g| g.scope.as_ref().is_some_and(same_gene));
    let check = others
        .map(|g| format!("{} was written for {}", g.address(), g.scope.as_ref().map(Scope::words).unwrap_or_default()));
    let check = check.collect();
    let general = germline.filter(|g| g.scope.is_none() && g.is_general).max_by_key(|g| g.date)?;
    Some(Proposal {
        guideline: general.address(),
        title: general.title.clone(),
        why: "no expert panel's specification in this node fits: the newest general rules".to_owned(),
        check,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guideline::all;

    fn check(gene: &str, condition: Option<&str>, mode: Option<Inheritance>, guideline: &str, open: usize) {
        let conditions = condition.iter().map(|id| id.parse().expect("an identifier")).collect();
        let asked = Question { genes: vec![gene.to_owned()], conditions, ancestors: Vec::new(), inheritance: mode };
        let proposal = propose(all().iter(), &asked).expect("a proposal");
        assert_eq!((proposal.guideline.as_str(), proposal.check.len()), (guideline, open), "{gene} {condition:?}");
    }

    #[test]
    fn a_panel_is_proposed_inside_its_scope_only() {
        use Inheritance::{AutosomalDominant, AutosomalRecessive};
        check("PTEN", Some("MONDO:0017623"), Some(AutosomalDominant), "pten@3.2.1", 0);
        check("pten", None, None, "pten@3.2.1", 2);
        check("PTEN", Some("MONDO:0016419"), None, "acmg-amp-svi@2020", 1);
        check("PTEN", Some("MONDO:0017623"), Some(AutosomalRecessive), "acmg-amp-svi@2020", 1);
        check("BRCA1", None, None, "acmg-amp-svi@2020", 0);
    }

    #[test]
    fn a_wider_disease_of_the_scope_covers_its_kinds() {
        let id = |text: &str| text.parse().expect("an identifier");
        // Bannayan-Riley-Ruvalcaba syndrome is a kind of PTEN hamartoma tumor syndrome (MONDO:0017623).
        let mut asked =
            Question { genes: vec!["PTEN".to_owned()], conditions: vec![id("MONDO:0007924")], ..Question::default() };
        let without = propose(all().iter(), &asked).expect("a proposal");
        assert_eq!(without.guideline, "acmg-amp-svi@2020", "no hierarchy is known");
        asked.ancestors = vec![id("MONDO:0015356"), id("MONDO:0017623")];
        let with = propose(all().iter(), &asked).expect("a proposal");
        assert_eq!(with.guideline, "pten@3.2.1");
        assert!(with.why.contains("is a kind of PTEN hamartoma tumor syndrome"), "{}", with.why);
        // A disease that is wider than the scope is not covered.
        asked = Question { conditions: vec![id("MONDO:0015356")], ancestors: Vec::new(), ..asked };
        assert_eq!(propose(all().iter(), &asked).expect("a proposal").guideline, "acmg-amp-svi@2020");
    }
}
