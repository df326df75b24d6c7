//! Names that databases give to variants: `rs80357906`, `VCV000017662.75`, `CA003615`, `ga4gh:VA.…`.
//!
//! Which variant such a name means is for loaded tables to say.

use std::fmt;

use crate::vrs::VrsId;

/// The name of a variant, or of a record about one, in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// dbSNP reference cluster. It names a place with all its alleles, so it may mean several variants.
    Rs(u64),
    /// ClinVar variation record, `VCV000017662.75`; its number is the VariationID.
    ClinvarVariation {
        /// The VariationID.
        id: u64,
        /// The version of the record.
        version: Option<u32>,
    },
    /// ClinVar record of a variant and a condition, `RCV000031052.5`.
    ClinvarCondition {
        /// The number.
        id: u64,
        /// The version of the record.
        version: Option<u32>,
    },
    /// A laboratory's submission to ClinVar, `SCV000053657.2`.
    ClinvarSubmission {
        /// The number.
        id: u64,
        /// The version of the record.
        version: Option<u32>,
    },
    /// ClinVar AlleleID.
    ClinvarAllele(u64),
    /// ClinGen canonical allele, `CA003615`.
    ClingenAllele(u64),
    /// GA4GH VRS computed identifier.
    Vrs(VrsId),
}

impl Identifier {
    /// Reads an identifier; `None` if the text has the form of none.
    pub fn recognise(text: &str) -> Option<Self> {
        if let Ok(id) = text.parse::<VrsId>() {
            return Some(Self::Vrs(id));
        }
        let (word, number) = split(text)?;
        let (number, version) = match number.split_once('.') {
            Some((number, version)) => (number, Some(digits(version)?.try_into().ok()?)),
            None => (number, None),
        };
        let id = digits(number)?;
        let versioned = matches!(word.as_str(), "vcv" | "rcv" | "scv");
        if version.is_some() && !versioned {
            return None;
        }
        Some(match word.as_str() {
            "rs" | "dbsnp:rs" => Self::Rs(id),
            "vcv" | "variationid" | "clinvar" | "clinvarvariationid" | "clinvarid" => {
                Self::ClinvarVariation { id, version }
            }
            "rcv" => Self::ClinvarCondition { id, version },
            "scv" => Self::ClinvarSubmission { id, version },
            "alleleid" | "clinvaralleleid" => Self::ClinvarAllele(id),
            "ca" => Self::ClingenAllele(id),
            _ => return None,
        })
    }
}

/// The word in front, in lower case and without blanks and separators, and what follows from the first digit.
fn split(text: &str) -> Option<(String, &str)> {
    let start = text.bytes().position(|b| b.is_ascii_digit())?;
    let (word, number) = text.split_at(start);
    if word.len() > 24 || !word.is_ascii() {
        return None;
    }
    let mut plain: String = word.chars().filter(|c| !matches!(c, ' ' | ':' | '#' | '=' | '_')).collect();
    plain.make_ascii_lowercase();
    for database in ["clinvar", "dbsnp", "clingen", "car"] {
        if let Some(rest) = plain.strip_prefix(database)
            && matches!(rest, "rs" | "vcv" | "rcv" | "scv" | "ca")
        {
            plain = rest.to_owned();
        }
    }
    Some((plain, number))
}

fn digits(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = |f: &mut fmt::Formatter<'_>, letters: &str, id: u64, version: Option<u32>| {
            write!(f, "{letters}{id:09}")?;
            version.map_or(Ok(()), |version| write!(f, ".{version}"))
        };
        match *self {
            Self::Rs(id) => write!(f, "rs{id}"),
            Self::ClinvarVariation { id, version } => record(f, "VCV", id, version),
            Self::ClinvarCondition { id, version } => record(f, "RCV", id, version),
            Self::ClinvarSubmission { id, version } => record(f, "SCV", id, version),
            Self::ClinvarAllele(id) => write!(f, "AlleleID {id}"),
            Self::ClingenAllele(id) => write!(f, "CA{id:06}"),
            Self::Vrs(id) => id.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        let id = Identifier::recognise(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(id.to_string(), canonical);
        assert_eq!(Identifier::recognise(canonical), Some(id));
    }

    #[test]
    fn identifiers_in_use() {
        check("rs80357906", "rs80357906");
        check("RS80357906", "rs80357906");
        check("VCV000017662.75", "VCV000017662.75");
        check("ClinVar:17662", "VCV000017662");
        check("VariationID 17662", "VCV000017662");
        check("clinvar:VCV000017662", "VCV000017662");
        check("RCV000031052.5", "RCV000031052.5");
        check("SCV000053657", "SCV000053657");
        check("AlleleID: 32701", "AlleleID 32701");
        check("CA003615", "CA003615");
        check("CA123456789", "CA123456789");
    }

    #[test]
    fn what_looks_alike_is_none() {
        for text in ["17662", "rs", "rsx5", "CA12.3", "BRCA1", "CA9 deletion", "rs99999999999999999999999"] {
            assert_eq!(Identifier::recognise(text), None, "{text}");
        }
    }
}
