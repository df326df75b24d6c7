//! Amino acids in one-letter and three-letter code, as HGVS uses them.

use std::fmt;

/// An amino acid, an ambiguity, or the translation stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the three-letter code is the name everyone uses")]
pub enum AminoAcid {
    Ala,
    Arg,
    Asn,
    Asp,
    Cys,
    Gln,
    Glu,
    Gly,
    His,
    Ile,
    Leu,
    Lys,
    Met,
    Phe,
    Pro,
    Ser,
    Thr,
    Trp,
    Tyr,
    Val,
    /// Selenocysteine.
    Sec,
    /// Pyrrolysine.
    Pyl,
    /// Asp or Asn.
    Asx,
    /// Glu or Gln.
    Glx,
    /// Any or unknown; `X`.
    Xaa,
    /// The stop; `*`.
    Ter,
}

use AminoAcid::{
    Ala, Arg, Asn, Asp, Asx, Cys, Gln, Glu, Glx, Gly, His, Ile, Leu, Lys, Met, Phe, Pro, Pyl, Sec, Ser, Ter, Thr, Trp,
    Tyr, Val, Xaa,
};

/// Each with its codes, in the order of the variants.
const CODES: [(AminoAcid, &str, u8); 26] = [
    (Ala, "Ala", b'A'),
    (Arg, "Arg", b'R'),
    (Asn, "Asn", b'N'),
    (Asp, "Asp", b'D'),
    (Cys, "Cys", b'C'),
    (Gln, "Gln", b'Q'),
    (Glu, "Glu", b'E'),
    (Gly, "Gly", b'G'),
    (His, "His", b'H'),
    (Ile, "Ile", b'I'),
    (Leu, "Leu", b'L'),
    (Lys, "Lys", b'K'),
    (Met, "Met", b'M'),
    (Phe, "Phe", b'F'),
    (Pro, "Pro", b'P'),
    (Ser, "Ser", b'S'),
    (Thr, "Thr", b'T'),
    (Trp, "Trp", b'W'),
    (Tyr, "Tyr", b'Y'),
    (Val, "Val", b'V'),
    (Sec, "Sec", b'U'),
    (Pyl, "Pyl", b'O'),
    (Asx, "Asx", b'B'),
    (Glx, "Glx", b'Z'),
    (Xaa, "Xaa", b'X'),
    (Ter, "Ter", b'*'),
];

/// The three-letter codes as numbers, which compare faster than text.
const THREE_LETTERS: [u32; CODES.len()] = {
    let mut packed_codes = [0; CODES.len()];
    let mut rank = 0;
    while rank < CODES.len() {
        let code = CODES[rank].1.as_bytes();
        packed_codes[rank] = packed([code[0], code[1], code[2]]);
        rank += 1;
    }
    packed_codes
};

const fn packed([a, b, c]: [u8; 3]) -> u32 {
    u32::from_be_bytes([0, a, b, c])
}

impl AminoAcid {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.into_iter().map(|(amino_acid, _, _)| amino_acid)
    }

    /// `Ala` … `Ter`.
    pub const fn three_letters(self) -> &'static str {
        CODES[self as usize].1
    }

    /// `A` … `*`.
    pub const fn one_letter(self) -> char {
        CODES[self as usize].2 as char
    }

    /// Reads a three-letter code as written by HGVS, capital first.
    pub fn from_three_letters(code: [u8; 3]) -> Option<Self> {
        THREE_LETTERS.iter().position(|known| *known == packed(code)).map(|rank| CODES[rank].0)
    }

    /// Reads a capital one-letter code or `*`.
    pub fn from_one_letter(code: u8) -> Option<Self> {
        CODES.into_iter().find(|(_, _, one)| *one == code).map(|(amino_acid, _, _)| amino_acid)
    }
}

impl fmt::Display for AminoAcid {
    /// The three-letter code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.three_letters())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_to_their_amino_acid() {
        for amino_acid in AminoAcid::all() {
            assert_eq!(
                AminoAcid::from_three_letters(amino_acid.three_letters().as_bytes().try_into().expect("three")),
                Some(amino_acid)
            );
            assert_eq!(AminoAcid::from_one_letter(amino_acid.one_letter() as u8), Some(amino_acid));
        }
        assert_eq!(AminoAcid::from_one_letter(b'J'), None);
        assert_eq!(AminoAcid::from_three_letters(*b"ala"), None);
    }
}
