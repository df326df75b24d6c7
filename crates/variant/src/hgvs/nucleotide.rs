//! What changes on DNA or RNA.
//!
//! Bases are kept in upper case with `T`, also those of RNA; the printer writes `r.` in lower case with `u`.

use super::{
    Axis,
    position::{Count, Location},
    reference::Reference,
    text::Text,
};

/// A change at a place of a nucleotide sequence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NucleotideChange {
    /// Where.
    pub location: Location,
    /// What.
    pub edit: NucleotideEdit,
    /// In parentheses: predicted, not shown by an experiment. Usual on `r.` only.
    pub predicted: bool,
}

/// One or more nucleotides in IUPAC code, upper case, `T` for `U`; never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bases(Text);

/// What happens at the location.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum NucleotideEdit {
    /// `A>G`: one base by another, which may be an ambiguity code (`54G>H`).
    Substitution {
        /// The base the reference should have.
        reference: Bases,
        /// The base found.
        alternative: Bases,
    },
    /// `del`.
    Deletion(Stated),
    /// `dup`.
    Duplication(Stated),
    /// `inv`: replaced by its reverse complement.
    Inversion(Stated),
    /// `insACG`, between the two positions of the location.
    Insertion(Inserted),
    /// `delinsACG`.
    DeletionInsertion {
        /// What the text says is deleted.
        deleted: Stated,
        /// What is there instead.
        inserted: Inserted,
    },
    /// `con…`: replaced by a copy of another stretch. HGVS since 2020 writes `delins` for this.
    Conversion(Inserted),
    /// `=`: as the reference.
    Identity(Stated),
    /// `CAG[23]`, `CTG[9]TTG[1]`, `[4]`: so many copies, one after the other. Never empty.
    Repeat(Vec<RepeatUnit>),
    /// `?`: something, not known what.
    Unknown,
    /// `0`: no product (`r.0`), or no such allele.
    Absent,
    /// `spl`: splicing is affected, not known how (`r.spl`).
    Splicing,
}

/// What a description adds to `del`, `dup`, `inv`, `=` although the location tells it. HGVS writes nothing there.
///
/// Kept to be checked against the reference; the printer leaves it out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stated {
    /// Nothing, as recommended.
    #[default]
    Nothing,
    /// `delAG`.
    Bases(Bases),
    /// `del3`.
    Length(u32),
}

/// What comes in: one piece, or several in brackets. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Inserted(pub Vec<Piece>);

/// A piece of inserted sequence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// `ACG`, `N[12]`, `A[(5_8)]`.
    Bases {
        /// The bases.
        bases: Bases,
        /// How often, if a number is given.
        copies: Option<Count>,
    },
    /// A copy of a stretch of this or of another reference: `401_419`, `850_900inv`, `NC_000011.10:g.1_99`.
    Copy {
        /// The sequence copied from and how its positions count; `None` for the one being described.
        source: Option<(Reference, Axis)>,
        /// From where to where.
        location: Location,
        /// The reverse complement.
        inverted: bool,
        /// How often, if a number is given.
        copies: Option<Count>,
    },
}

/// A repeated unit and how often.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RepeatUnit {
    /// The unit; `None` when the location is the unit: `123_125[4]`. That is also how copy number is written.
    pub unit: Option<Bases>,
    /// How often it is found, the reference's own copies included.
    pub copies: Count,
}

impl Bases {
    /// Reads IUPAC nucleotide codes in either case, `U` for `T`; `None` if empty or if anything else is there.
    pub fn new(text: &str) -> Option<Self> {
        if text.is_empty() || !text.bytes().all(is_nucleotide) {
            return None;
        }
        let tidy = text.bytes().all(|b| b.is_ascii_uppercase() && b != b'U');
        Some(Self(if tidy {
            text.into()
        } else {
            let upper: String =
                text.chars().map(|c| c.to_ascii_uppercase()).map(|c| if c == 'U' { 'T' } else { c }).collect();
            upper.into()
        }))
    }

    /// The bases, upper case, `T` for `U`.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether only `A C G T` occur.
    pub fn is_definite(&self) -> bool {
        self.as_str().bytes().all(|b| matches!(b, b'A' | b'C' | b'G' | b'T'))
    }
}

/// Whether the byte is a IUPAC nucleotide code in either case (`N` and the other ambiguity codes included).
pub(crate) const fn is_nucleotide(byte: u8) -> bool {
    matches!(
        byte.to_ascii_uppercase(),
        b'A' | b'C' | b'G' | b'T' | b'U' | b'R' | b'Y' | b'S' | b'W' | b'K' | b'M' | b'B' | b'D' | b'H' | b'V' | b'N'
    )
}

impl Inserted {
    /// Plain bases.
    pub fn bases(bases: Bases) -> Self {
        Self(vec![Piece::Bases { bases, copies: None }])
    }

    /// The bases, when that is all there is.
    pub fn as_bases(&self) -> Option<&Bases> {
        match self.0.as_slice() {
            [Piece::Bases { bases, copies: None }] => Some(bases),
            _ => None,
        }
    }
}
