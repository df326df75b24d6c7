//! Cytogenetic descriptions in the International System for Human Cytogenomic Nomenclature (ISCN), as far as they
//! name changes: `46,XY,del(5)(q13q33)`, `t(9;22)(q34;q11.2)`, `arr[GRCh38] 16p11.2(29580020_30176508)x1`, and the
//! plain words `17q21.31 deletion`, `trisomy 21`.
//!
//! Bands are not bases. A description without coordinates is identified by its words.

use std::fmt;

use crate::{assembly::Assembly, contig::Contig, expression::RegionChange, hgvs::Text};

mod array;
mod karyotype;

/// A cytogenetic description.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Cytogenetic {
    /// A whole karyotype, one entry a cell line.
    Karyotype(Vec<CellLine>),
    /// One abnormality alone.
    Abnormality(Abnormality),
    /// Findings of an array or of sequencing, with coordinates or without.
    Array(Vec<ArrayFinding>),
}

/// A cell line of a karyotype.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CellLine {
    /// How many chromosomes.
    pub chromosomes: u16,
    /// The sex chromosomes: `XX`, `XY`, `X`.
    pub sex: Text,
    /// What differs from the normal set.
    pub abnormalities: Vec<Abnormality>,
    /// In how many cells, if said.
    pub cells: Option<u32>,
}

/// A difference from the normal set of chromosomes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Abnormality {
    /// `+21`: a whole chromosome more.
    Gained(Contig),
    /// `-7`: a whole chromosome less.
    Lost(Contig),
    /// `del(5)(q13q33)`, `+der(22)t(11;22)(q23;q11.2)` in its parts.
    Rearranged {
        /// `+` or `-` in front.
        sign: Option<char>,
        /// What kind.
        kind: Rearrangement,
        /// The chromosomes in the first parentheses.
        chromosomes: Vec<Contig>,
        /// The bands in the second, one list for each chromosome; none when the description has none.
        bands: Vec<Vec<Band>>,
    },
}

/// The kinds of structural rearrangement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the field's words")]
pub enum Rearrangement {
    Deletion,
    Duplication,
    Triplication,
    Inversion,
    Insertion,
    Translocation,
    Isochromosome,
    Ring,
    Derivative,
    Addition,
    RobertsonianTranslocation,
    IsodicentricChromosome,
}

/// A band of a chromosome arm: `q13`, `p11.2`, `pter`, `q10`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Band(Text);

/// A finding of an array.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArrayFinding {
    /// The assembly of the coordinates, if named.
    pub assembly: Option<Assembly>,
    /// The chromosome.
    pub contig: Contig,
    /// First and last band, if named; equal for one band.
    pub bands: Option<(Band, Band)>,
    /// First and last base, 1-based, both included, if given.
    pub region: Option<(u64, u64)>,
    /// What was found.
    pub change: RegionChange,
}

impl Rearrangement {
    /// All, longer symbols before those they begin with.
    const ALL: [Self; 12] = [
        Self::Deletion,
        Self::Duplication,
        Self::Triplication,
        Self::Inversion,
        Self::Insertion,
        Self::IsodicentricChromosome,
        Self::RobertsonianTranslocation,
        Self::Derivative,
        Self::Addition,
        Self::Translocation,
        Self::Isochromosome,
        Self::Ring,
    ];

    /// The ISCN symbol.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Deletion => "del",
            Self::Duplication => "dup",
            Self::Triplication => "trp",
            Self::Inversion => "inv",
            Self::Insertion => "ins",
            Self::Translocation => "t",
            Self::Isochromosome => "i",
            Self::Ring => "r",
            Self::Derivative => "der",
            Self::Addition => "add",
            Self::RobertsonianTranslocation => "rob",
            Self::IsodicentricChromosome => "idic",
        }
    }
}

impl Band {
    /// Reads a band at the start of the text and what follows it.
    fn leading(text: &str) -> Option<(Self, &str)> {
        let arm = text.bytes().next().filter(|b| matches!(b, b'p' | b'q' | b'c'))?;
        for end in ["pter", "qter", "cen"] {
            if let Some(rest) = text.strip_prefix(end) {
                return Some((Self(end.into()), rest));
            }
        }
        if arm == b'c' {
            return None;
        }
        let whole = text[1..].bytes().take_while(u8::is_ascii_digit).count();
        let mut length = 1 + whole;
        if let Some(rest) = text[length..].strip_prefix('.') {
            let part = rest.bytes().take_while(u8::is_ascii_digit).count();
            if part > 0 {
                length += 1 + part;
            }
        }
        (whole <= 2 && length <= 8).then(|| (Self(text[..length].into()), &text[length..]))
    }

    /// The band's name without the chromosome.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Abnormality {
    /// The stretches of bands, first and last band of each.
    fn bands(&self) -> Vec<(Contig, Band, Band)> {
        let Self::Rearranged { chromosomes, bands, .. } = self else { return Vec::new() };
        let ends =
            |(contig, bands): (&Contig, &Vec<Band>)| Some((*contig, bands.first()?.clone(), bands.last()?.clone()));
        chromosomes.iter().zip(bands).filter_map(ends).collect()
    }

    /// Whether, by its words, nothing is lost or gained: translocations, inversions and insertions, neither of which
    /// comes on top of a full set.
    pub const fn is_balanced(&self) -> bool {
        matches!(
            self,
            Self::Rearranged {
                sign: None,
                kind: Rearrangement::Inversion | Rearrangement::Insertion | Rearrangement::Translocation,
                ..
            }
        )
    }
}

impl Cytogenetic {
    /// The stretches of bands that it names, first and last band of each: both ends of a deletion, each break of a
    /// translocation, the band of an array's finding.
    pub fn bands(&self) -> Vec<(Contig, Band, Band)> {
        match self {
            Self::Karyotype(lines) => {
                lines.iter().flat_map(|line| &line.abnormalities).flat_map(Abnormality::bands).collect()
            }
            Self::Abnormality(one) => one.bands(),
            Self::Array(findings) => {
                let named = |finding: &ArrayFinding| Some((finding.contig, finding.bands.clone()?));
                findings.iter().filter_map(named).map(|(contig, (first, last))| (contig, first, last)).collect()
            }
        }
    }

    /// Reads a description; `None` if the text has the form of none.
    pub(crate) fn recognise(text: &str) -> Option<Self> {
        array::recognise(text).map(Self::Array).or_else(|| karyotype::recognise(text))
    }
}

fn separated<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T], separator: &str) -> fmt::Result {
    for (rank, item) in items.iter().enumerate() {
        if rank > 0 {
            f.write_str(separator)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Cytogenetic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Karyotype(lines) => {
                if lines.len() > 1 {
                    f.write_str("mos ")?;
                }
                separated(f, lines, "/")
            }
            Self::Abnormality(one) => one.fmt(f),
            Self::Array(findings) => {
                f.write_str("arr")?;
                if let Some(ArrayFinding { assembly: Some(assembly), .. }) = findings.first() {
                    write!(f, "[{assembly}]")?;
                }
                f.write_str(" ")?;
                separated(f, findings, ",")
            }
        }
    }
}

impl fmt::Display for CellLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.chromosomes, self.sex)?;
        for abnormality in &self.abnormalities {
            write!(f, ",{abnormality}")?;
        }
        self.cells.map_or(Ok(()), |cells| write!(f, "[{cells}]"))
    }
}

impl fmt::Display for Abnormality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gained(contig) => write!(f, "+{contig}"),
            Self::Lost(contig) => write!(f, "-{contig}"),
            Self::Rearranged { sign, kind, chromosomes, bands } => {
                if let Some(sign) = sign {
                    write!(f, "{sign}")?;
                }
                write!(f, "{}(", kind.symbol())?;
                separated(f, chromosomes, ";")?;
                f.write_str(")")?;
                if bands.is_empty() {
                    return Ok(());
                }
                f.write_str("(")?;
                for (rank, bands) in bands.iter().enumerate() {
                    if rank > 0 {
                        f.write_str(";")?;
                    }
                    separated(f, bands, "")?;
                }
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for ArrayFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.bands {
            Some((first, last)) if first == last => write!(f, "{}{first}", self.contig)?,
            Some((first, last)) => write!(f, "{}{first}{last}", self.contig)?,
            None => write!(f, "({})", self.contig)?,
        }
        if let Some((start, end)) = self.region {
            write!(f, "({start}_{end})")?;
        }
        match self.change {
            change @ RegionChange::Copies(..) => change.fmt(f),
            change => write!(f, " {change}"),
        }
    }
}
