//! The disease a statement is about.

use crate::curie::Curie;
use serde::{Deserialize, Serialize};

/// A disease as the laboratory named it, with the identifiers it gave. MONDO is preferred for
/// grouping; nothing is added or replaced silently.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub struct Condition {
    /// The name as given; empty when only identifiers were.
    pub name: String,
    /// MONDO, OMIM, Orphanet, MedGen … identifiers as given.
    pub ids: Vec<Curie>,
}

impl Condition {
    /// A condition known by name only.
    pub fn named(name: &str) -> Self {
        Self { name: name.trim().to_owned(), ids: Vec::new() }
    }

    /// Whether it says anything: `not provided` and `not specified` do not, not even with the
    /// identifier that MedGen has for them; a missing name does not without an identifier.
    pub fn is_stated(&self) -> bool {
        let plain = self.name.trim().to_ascii_lowercase().replace(['_', '-'], " ");
        match plain.as_str() {
            "" => !self.ids.is_empty(),
            word => !matches!(word, "." | "na" | "n/a" | "not provided" | "not specified"),
        }
    }
}

/// How a condition is inherited, as HPO terms below `HP:0000005`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inheritance {
    /// HP:0000006
    AutosomalDominant,
    /// HP:0000007
    AutosomalRecessive,
    /// HP:0001423
    XLinkedDominant,
    /// HP:0001419
    XLinkedRecessive,
    /// HP:0001417
    XLinked,
    /// HP:0001450
    YLinked,
    /// HP:0001427
    Mitochondrial,
    /// HP:0032113
    Semidominant,
    /// HP:0010984
    Digenic,
    /// HP:0001426
    Multifactorial,
    /// HP:0001428
    Somatic,
}

impl Inheritance {
    /// Every mode, with its HPO term and short form.
    pub const ALL: &'static [(Self, &'static str, &'static str, &'static str)] = &[
        (Self::AutosomalDominant, "HP:0000006", "AD", "autosomal dominant"),
        (Self::AutosomalRecessive, "HP:0000007", "AR", "autosomal recessive"),
        (Self::XLinkedDominant, "HP:0001423", "XLD", "X-linked dominant"),
        (Self::XLinkedRecessive, "HP:0001419", "XLR", "X-linked recessive"),
        (Self::XLinked, "HP:0001417", "XL", "X-linked"),
        (Self::YLinked, "HP:0001450", "YL", "Y-linked"),
        (Self::Mitochondrial, "HP:0001427", "MT", "mitochondrial"),
        (Self::Semidominant, "HP:0032113", "SD", "semidominant"),
        (Self::Digenic, "HP:0010984", "DG", "digenic"),
        (Self::Multifactorial, "HP:0001426", "MF", "multifactorial"),
        (Self::Somatic, "HP:0001428", "SOM", "somatic"),
    ];

    fn row(self) -> &'static (Self, &'static str, &'static str, &'static str) {
        Self::ALL.iter().find(|row| row.0 == self).expect("every mode has a row in ALL, which a test checks")
    }

    /// The HPO term.
    pub fn hpo(self) -> &'static str {
        self.row().1
    }

    /// The words for people.
    pub fn label(self) -> &'static str {
        self.row().3
    }

    /// Reads an HPO id, the short form or the words (with or without `inheritance`).
    pub fn read(text: &str) -> Option<Self> {
        let plain = text.trim().to_ascii_lowercase().replace(['_', '-'], " ");
        let plain = plain.trim_end_matches(" inheritance").trim();
        let plain = plain.strip_prefix("x linked").map_or(plain.to_owned(), |rest| format!("x-linked{rest}"));
        let plain = plain.strip_prefix("y linked").map_or(plain.clone(), |rest| format!("y-linked{rest}"));
        let same = |row: &&(Self, &str, &str, &str)| {
            [row.1, row.2, row.3].iter().any(|form| form.eq_ignore_ascii_case(&plain))
        };
        Self::ALL.iter().find(same).map(|row| row.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_of_every_mode() {
        for (mode, hpo, short, words) in Inheritance::ALL {
            for form in [*hpo, *short, *words, mode.label(), &format!("{words} inheritance"), mode.hpo()] {
                assert_eq!(Inheritance::read(form), Some(*mode), "{form}");
            }
        }
        assert_eq!(Inheritance::read("Autosomal_dominant"), Some(Inheritance::AutosomalDominant));
        assert_eq!(Inheritance::read("unknown"), None);
    }

    #[test]
    fn not_provided_is_no_condition() {
        assert!(!Condition::named("not provided").is_stated());
        assert!(Condition::named("Marfan syndrome").is_stated());
    }
}
