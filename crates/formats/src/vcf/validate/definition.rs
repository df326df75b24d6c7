//! What an INFO or FORMAT key holds: its number and type, as a header declares or the specification reserves them.

use super::version::Version;

/// How many values a key has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// Exactly so many.
    Count(usize),
    /// One for each alternate allele.
    A,
    /// One for each allele, the reference first.
    R,
    /// One for each possible genotype.
    G,
    /// One for each allele of the sample's genotype.
    P,
    /// Depends on the sample's local alleles, or on base modifications (4.5).
    Local,
    /// Any number.
    Unknown,
}

impl Number {
    /// Reads the text of a `Number` field that the version knows.
    pub fn parse(text: &str) -> Self {
        match text {
            "A" => Self::A,
            "R" => Self::R,
            "G" => Self::G,
            "P" => Self::P,
            "LA" | "LR" | "LG" | "M" => Self::Local,
            n => n.parse().map_or(Self::Unknown, Self::Count),
        }
    }
}

/// What each value of a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A 32-bit whole number.
    Integer,
    /// A 32-bit number with a fraction.
    Float,
    /// Present or absent (INFO only).
    Flag,
    /// One character.
    Character,
    /// Text.
    String,
}

impl Kind {
    /// Reads the text of a `Type` field.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "Integer" => Self::Integer,
            "Float" => Self::Float,
            "Flag" => Self::Flag,
            "Character" => Self::Character,
            "String" => Self::String,
            _ => return None,
        })
    }
}

/// The number and the type of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// How many values.
    pub number: Number,
    /// What each is.
    pub kind: Kind,
}

/// Key, number, type, first version that reserves it. Clause 1.4.2 (4.1, 4.2), table 1 (4.3 on).
const INFO: &[(&str, &str, &str, Version)] = &[
    ("AA", "1", "String", Version::V4_1),
    ("AC", "A", "Integer", Version::V4_1),
    ("AD", "R", "Integer", Version::V4_3),
    ("ADF", "R", "Integer", Version::V4_3),
    ("ADR", "R", "Integer", Version::V4_3),
    ("AF", "A", "Float", Version::V4_1),
    ("AN", "1", "Integer", Version::V4_1),
    ("BQ", "1", "Float", Version::V4_1),
    ("CIGAR", "A", "String", Version::V4_1),
    ("DB", "0", "Flag", Version::V4_1),
    ("DP", "1", "Integer", Version::V4_1),
    ("END", "1", "Integer", Version::V4_1),
    ("H2", "0", "Flag", Version::V4_1),
    ("H3", "0", "Flag", Version::V4_1),
    ("MQ", "1", "Float", Version::V4_1),
    ("MQ0", "1", "Integer", Version::V4_1),
    ("NS", "1", "Integer", Version::V4_1),
    ("SOMATIC", "0", "Flag", Version::V4_1),
    ("VALIDATED", "0", "Flag", Version::V4_1),
    ("1000G", "0", "Flag", Version::V4_1),
];

/// Key, number, type, first version that reserves it. Clause 1.4.2 (4.1, 4.2), table 2 (4.3 on).
const FORMAT: &[(&str, &str, &str, Version)] = &[
    ("AD", "R", "Integer", Version::V4_3),
    ("ADF", "R", "Integer", Version::V4_3),
    ("ADR", "R", "Integer", Version::V4_3),
    ("DP", "1", "Integer", Version::V4_1),
    ("EC", "A", "Integer", Version::V4_1),
    ("FT", "1", "String", Version::V4_1),
    ("GL", "G", "Float", Version::V4_1),
    ("GLE", ".", "String", Version::V4_1),
    ("GP", "G", "Float", Version::V4_1),
    ("GQ", "1", "Integer", Version::V4_1),
    ("GT", "1", "String", Version::V4_1),
    ("HQ", "2", "Integer", Version::V4_1),
    ("MQ", "1", "Integer", Version::V4_1),
    ("PL", "G", "Integer", Version::V4_1),
    ("PP", "G", "Integer", Version::V4_3),
    ("PQ", "1", "Integer", Version::V4_1),
    ("PS", "1", "Integer", Version::V4_1),
];

/// What the specification reserves an INFO key for.
pub fn reserved_info(version: Version, key: &str) -> Option<Definition> {
    lookup(INFO, version, key)
}

/// What the specification reserves a FORMAT key for.
pub fn reserved_format(version: Version, key: &str) -> Option<Definition> {
    lookup(FORMAT, version, key)
}

fn lookup(table: &[(&str, &str, &str, Version)], version: Version, key: &str) -> Option<Definition> {
    let (_, number, kind, since) = table.iter().find(|(name, ..)| *name == key)?;
    (version >= *since).then_some(())?;
    Some(Definition { number: Number::parse(number), kind: Kind::parse(kind)? })
}
