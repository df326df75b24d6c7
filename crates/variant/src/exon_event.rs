//! Events on whole exons or a whole gene, for which no coordinates are known: `LMNA exons 1-7 deleted`,
//! `NM_000088.3:c.EX3_EX5del`, `BRCA1 whole gene deletion`.
//!
//! Which bases an exon number means depends on the transcript and on the numbering in use, so an event is identified
//! by its words: reference, exons, change.

use std::fmt;

use crate::{
    expression::{ErrorCode, ParseError, RegionChange, english},
    hgvs::Reference,
};

/// An event on exons.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ExonEvent {
    /// The transcript, or the gene when no transcript is named.
    pub reference: Reference,
    /// Which exons.
    pub extent: Extent,
    /// What happens to them.
    pub change: RegionChange,
}

/// The exons an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// From the first to the last exon, both included; numbered from 1 in the order of the transcript.
    Exons {
        /// The first.
        first: u16,
        /// The last; the same as the first for a single exon.
        last: u16,
    },
    /// The whole gene.
    WholeGene,
}

impl fmt::Display for ExonEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reference, extent, change } = self;
        match extent {
            Extent::Exons { first, last } if first == last => write!(f, "{reference} exon {first} {change}"),
            Extent::Exons { first, last } => write!(f, "{reference} exons {first}-{last} {change}"),
            Extent::WholeGene => write!(f, "{reference} whole gene {change}"),
        }
    }
}

/// What the words of a text say so far.
#[derive(Default)]
struct Words<'a> {
    exon: bool,
    whole: bool,
    joins: bool,
    numbers: Vec<u16>,
    change: Option<RegionChange>,
    reference: Vec<&'a str>,
}

impl ExonEvent {
    /// Reads an event; `None` if the text speaks neither of exons nor of a whole gene. `reference` reads the words
    /// that are left.
    pub(crate) fn recognise(
        text: &str,
        reference: impl Fn(&str) -> Result<Reference, ParseError>,
    ) -> Option<Result<Self, ParseError>> {
        let mut words = Words::default();
        let spaced =
            text.replace([',', ';', '(', ')'], " ").replace(" l'", " ").replace(":c.EX", " EX").replace(":c.ex", " EX");
        for word in spaced.split_whitespace() {
            words.add(word.trim_end_matches(['.', ':']))?;
        }
        if !words.exon && !words.whole {
            return None;
        }
        Some(words.event(reference))
    }
}

impl<'a> Words<'a> {
    /// Takes in a word; `None` if there is too much of one thing.
    fn add(&mut self, word: &'a str) -> Option<()> {
        let lower = word.to_ascii_lowercase();
        match english(word).unwrap_or(&lower) {
            "" | "of" | "the" | "in" | "involving" | "-" => {}
            "exon" | "exons" | "ex" => self.exon = true,
            "whole" | "entire" | "full" | "complete" | "gene" | "whole-gene" => self.whole = true,
            "to" | "through" | "thru" | "until" => self.joins = true,
            _ => {
                if let Some(change) = RegionChange::from_word(&lower) {
                    return self.change.replace(change).is_none().then_some(());
                }
                if !self.exons(&lower) {
                    self.reference.push(word);
                }
            }
        }
        Some(())
    }

    /// `7`, `1-7`, `ex1_7del`, `ex3_ex5del`; false if the word is none of these.
    fn exons(&mut self, word: &str) -> bool {
        let (named, rest) = strip_exon(word);
        let Some((first, rest)) = number(rest) else { return false };
        let (second, rest) = match rest.strip_prefix(['-', '_']) {
            Some(rest) => match number(strip_exon(rest).1) {
                Some((second, rest)) => (Some(second), rest),
                None => return false,
            },
            None => (None, rest),
        };
        let change = RegionChange::from_word(rest.trim_start_matches(['_', '-']));
        if (!rest.is_empty() && change.is_none()) || !(named || self.exon) {
            return false;
        }
        self.exon = true;
        self.change = self.change.or(change);
        self.numbers.push(first);
        self.numbers.extend(second);
        true
    }

    fn event(self, reference: impl Fn(&str) -> Result<Reference, ParseError>) -> Result<ExonEvent, ParseError> {
        let error = |message, remedy| Err(ParseError::new(ErrorCode::ExonEvent, 0, message, remedy));
        let Some(change) = self.change else {
            return error(
                "it is not said what happens to the exons",
                "add deletion or duplication, as in LMNA exons 1-7 deletion",
            );
        };
        let extent = match (self.exon, self.numbers.as_slice()) {
            (true, &[only]) if !self.joins => Extent::Exons { first: only, last: only },
            (true, &[first, last]) if first <= last && first > 0 => Extent::Exons { first, last },
            (false, []) => Extent::WholeGene,
            _ => return error("the exons are not one range", "write the first and the last exon, as in exons 1-7"),
        };
        if extent == (Extent::Exons { first: 0, last: 0 }) {
            return error("there is no exon 0", "count exons from 1");
        }
        match self.reference.as_slice() {
            [] => error(
                "no gene or transcript is named",
                "add the gene or, better, the transcript: NM_170707.4 exons 1-7 deletion",
            ),
            [one] => Ok(ExonEvent { reference: reference(one)?, extent, change }),
            [a, b]
                if reference(&format!("{b}({a})")).is_ok()
                    && a.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
                    && b.contains('_') =>
            {
                Ok(ExonEvent { reference: reference(&format!("{b}({a})"))?, extent, change })
            }
            [a, b] if a.contains('_') => Ok(ExonEvent { reference: reference(&format!("{a}({b})"))?, extent, change }),
            _ => error("more is said than gene, exons and change", "write it as in LMNA exons 1-7 deletion"),
        }
    }
}

fn strip_exon(word: &str) -> (bool, &str) {
    for prefix in ["exons", "exon", "ex.", "ex"] {
        if let Some(rest) = word.strip_prefix(prefix)
            && rest.starts_with(|c: char| c.is_ascii_digit())
        {
            return (true, rest);
        }
    }
    (false, word)
}

fn number(text: &str) -> Option<(u16, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(length);
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use crate::expression::{ErrorCode, Expression};

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        let expression = Expression::parse(text).unwrap_or_else(|e| panic!("`{text}`: {e}"));
        assert_eq!(expression.form.to_string(), canonical, "{text}");
        assert_eq!(Expression::parse(canonical).map(|e| e.form), Ok(expression.form), "{canonical}");
    }

    #[test]
    fn exons_in_the_words_of_reports() {
        check("exon 1-7 deletion LMNA", "LMNA exons 1-7 del");
        check("LMNA exons 1\u{2013}7 deleted", "LMNA exons 1-7 del");
        check("del ex 1-7 NM_170707.4", "NM_170707.4 exons 1-7 del");
        check("deletion of exons 45 to 50 of DMD", "DMD exons 45-50 del");
        check("BRCA1 exon 13 duplication", "BRCA1 exon 13 dup");
        check("BRCA1 ex13dup", "BRCA1 exon 13 dup");
        check("NM_000088.3:c.EX3_EX5del", "NM_000088.3 exons 3-5 del");
        check("DMD NM_004006.2 exons 45-50 del", "NM_004006.2(DMD) exons 45-50 del");
    }

    #[test]
    fn exons_in_other_languages() {
        for text in [
            "BRCA1 Duplikation Exon 13",
            "Duplikation des Exons 13 BRCA1",
            "BRCA1 Duplication exon 13",
            "BRCA1 duplication de l'exon 13",
            "BRCA1 duplicaci\u{f3}n ex\u{f3}n 13",
            "BRCA1 duplicazione esone 13",
        ] {
            check(text, "BRCA1 exon 13 dup");
        }
        check("DES Deletion der Exone 3 bis 5", "DES exons 3-5 del");
        check("BRCA1 del exon 13", "BRCA1 exon 13 del");
        check("Deletion der Exone 3 bis 5 LMNA", "LMNA exons 3-5 del");
        check("PMP22 d\u{e9}l\u{e9}tion exons 1-5", "PMP22 exons 1-5 del");
    }

    #[test]
    fn whole_genes() {
        check("BRCA1 whole gene deletion", "BRCA1 whole gene del");
        check("whole-gene duplication of PMP22", "PMP22 whole gene dup");
        check("SHANK3 gene deletion", "SHANK3 whole gene del");
    }

    #[test]
    fn what_is_not_one_event_is_refused() {
        for text in
            ["exon 1-7 deletion", "LMNA exons 1-7", "LMNA exons 7-1 del", "LMNA exon 0 del", "LMNA exons 1 3 5 del"]
        {
            assert_eq!(Expression::parse(text).expect_err(text).code, ErrorCode::ExonEvent, "{text}");
        }
    }
}
