//! Direct identifiers in text that a person wrote: where they stand, and the text without them.
//!
//! The eighteen kinds of Safe Harbor as far as text can hold them. What speaks of genes, variants and
//! terms stays: `NM_000059.4:c.5946delT`, `OMIM:612555`, `chr13:32340300`. Names are found by their
//! shape, two capitalised words in a row or one after a title; of two errors, too much is taken out
//! rather than too little. This helps a person who reviews text; it never lets text into another tier.

mod pattern;

use crate::discordance::words;
use serde::Serialize;

words! {
    /// A kind of identifier.
    Kind {
        /// A person's name.
        Name = "name", "name";
        /// A postal code.
        Postcode = "postcode", "postal code";
        /// A date finer than a year.
        Date = "date", "date";
        /// A telephone or fax number.
        Telephone = "telephone", "telephone number";
        /// An e-mail address.
        Email = "email", "e-mail address";
        /// A number of a person in a register, a hospital or an insurance.
        Number = "number", "number of a person";
        /// A web address.
        Url = "url", "web address";
        /// An address of a computer.
        Ip = "ip", "IP address";
    }
}

/// Where an identifier stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First character, from 0.
    pub start: usize,
    /// The character after the last.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
}

/// The identifiers in a text, in order, none within another.
pub fn find(text: &str) -> Vec<Span> {
    let letters: Vec<char> = text.chars().collect();
    let mut spans = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        match pattern::at(&letters, at) {
            pattern::Found::Identifier(span) => {
                at = span.end;
                spans.push(span);
            }
            pattern::Found::Keep(end) => at = end,
            pattern::Found::Nothing => at += 1,
        }
    }
    spans
}

/// The text with a word of the kind in place of each identifier: `seen by [name]`.
pub fn redact(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut clean = String::new();
    let mut at = 0;
    for span in find(text) {
        clean.extend(&letters[at..span.start]);
        clean.push_str(&format!("[{}]", span.kind.label()));
        at = span.end;
    }
    clean.extend(&letters[at..]);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(redact(text), expected);
    }

    #[test]
    fn identifiers_go() {
        check("seen by Mei Okafor today", "seen by [name] today");
        check("Dr. Novak asked", "[name] asked");
        check("Herr Müller-Lüdenscheidt, geb. 07.07.1948", "[name], geb. [date]");
        check("Anna van der Berg", "[name]");
        check("on 20/07/1943 and 1943-07-20, 20 July 1943", "on [date] and [date], [date]");
        check("ring +44 7700 900141 or fax 020 7946 0620", "ring [telephone number] or [telephone number]");
        check("(555) 123-4567 or 555-123-4567", "[telephone number] or [telephone number]");
        check(
            "mei@example.org https://example.org/p/3 www.example.org",
            "[e-mail address] [web address] [web address]",
        );
        check("ssn 984-65-8883, MRN 7268338", "ssn [number of a person], [number of a person]");
        check("account no. 13470657 licence no. NA155703", "[number of a person] [number of a person]");
        check("NHS number 999 277 4320", "[number of a person]");
        check("host 192.0.2.66 at EH8 9YL", "host [IP address] at [postal code]");
        check("2001:db8::1", "[IP address]");
        check("policy number: 12345678; VIN 1HGCM82633A004352", "[number of a person]; [number of a person]");
    }

    #[test]
    fn the_language_of_the_field_stays() {
        for text in [
            "NM_000059.4:c.5946delT p.(Ser1982fs) in BRCA2",
            "OMIM:612555 HP:0001250 PMID: 25741868 PMID:25741868",
            "chr13:32340300 on GRCh38, 17-43045712-T-C, NC_000017.11:g.43045712T>C",
            "rs80357906, SCV000043189.1, ga4gh:VA.F-hP1nQdeCEFGHIJKLmnop",
            "allele frequency 0.00001 in 13 of 251,458 alleles; age 45",
            "classified in 2015 as likely pathogenic",
            "c.68_69del, exon 2-3 deleted",
        ] {
            check(text, text);
        }
    }
}
