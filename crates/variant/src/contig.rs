//! The chromosomes of both assemblies: names, aliases, RefSeq accessions, lengths, refget digests.
//!
//! The table is built in, so that a substitution has an identity without any genome loaded.

use std::{fmt, str::FromStr, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::{assembly::Assembly, digest::RefgetAccession};

/// A chromosome by name: 1 to 22, X, Y or MT. Sorts in genome order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub struct Contig(u8);

/// A chromosome on an assembly, which is a definite sequence. Sorts by assembly, then in genome order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GenomeContig {
    /// The assembly.
    pub assembly: Assembly,
    /// The chromosome.
    pub contig: Contig,
}

/// The text names no chromosome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown chromosome `{0}`: use 1 to 22, X, Y or MT, with or without `chr`")]
pub struct UnknownContig(pub String);

const NAMES: [&str; Contig::COUNT] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "X", "Y", "MT",
];

struct Row {
    refseq: &'static str,
    length: u64,
    refget: RefgetAccession,
}

/// Indexed by assembly, then by contig.
static TABLE: LazyLock<[Vec<Row>; 2]> = LazyLock::new(|| Assembly::ALL.map(rows_of));

impl Contig {
    /// How many there are.
    pub const COUNT: usize = 25;
    /// Chromosome X.
    pub const X: Self = Self(22);
    /// Chromosome Y.
    pub const Y: Self = Self(23);
    /// The mitochondrion (revised Cambridge reference sequence on both assemblies).
    pub const MT: Self = Self(24);

    /// All chromosomes in genome order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT as u8).map(Self)
    }

    /// An autosome by its number; `None` outside 1 to 22.
    pub const fn autosome(number: u8) -> Option<Self> {
        if number >= 1 && number <= 22 { Some(Self(number - 1)) } else { None }
    }

    /// The chromosome at a rank in genome order (0 is chromosome 1, 24 is MT).
    pub const fn from_rank(rank: usize) -> Option<Self> {
        if rank < Self::COUNT { Some(Self(rank as u8)) } else { None }
    }

    /// Rank in genome order: 0 is chromosome 1, 24 is MT.
    pub const fn rank(self) -> usize {
        self.0 as usize
    }

    /// The name without `chr`: `17`, `X`, `MT`.
    pub fn name(self) -> &'static str {
        NAMES[self.rank()]
    }

    /// This chromosome on an assembly.
    pub const fn on(self, assembly: Assembly) -> GenomeContig {
        GenomeContig { assembly, contig: self }
    }

    /// Reads `17`, `chr17`, `X`, `chrX`, `MT`, `M`, `chrM`, `chrMT` in any case, from bytes as they stand in a file.
    pub fn from_name(name: &[u8]) -> Option<Self> {
        let bare = match name {
            [c, h, r, bare @ ..] if [c, h, r].map(u8::to_ascii_lowercase) == *b"chr" => bare,
            bare => bare,
        };
        match *bare {
            [b'X' | b'x'] => Some(Self::X),
            [b'Y' | b'y'] => Some(Self::Y),
            [b'M' | b'm'] | [b'M' | b'm', b'T' | b't'] => Some(Self::MT),
            [units @ b'1'..=b'9'] => Self::autosome(units - b'0'),
            [tens @ b'1'..=b'2', units @ b'0'..=b'9'] => Self::autosome((tens - b'0') * 10 + units - b'0'),
            _ => None,
        }
    }
}

impl GenomeContig {
    /// RefSeq accession with version: `NC_000017.11`.
    pub fn refseq(self) -> &'static str {
        self.row().refseq
    }

    /// Number of bases.
    pub fn length(self) -> u64 {
        self.row().length
    }

    /// The sequence's refget accession: its identity in VRS.
    pub fn refget(self) -> RefgetAccession {
        self.row().refget
    }

    /// Finds a chromosome by RefSeq accession with version (`NC_000017.10` is chromosome 17 on GRCh37).
    ///
    /// The mitochondrion is the same sequence on both assemblies and is reported on GRCh38.
    pub fn from_refseq(accession: &str) -> Option<Self> {
        // `NC_000001` to `NC_000024` number the chromosomes in the order of the table.
        let number = accession.get(3..9).and_then(|digits| digits.parse::<usize>().ok());
        let likely = number.and_then(|number| number.checked_sub(1)).and_then(|rank| {
            let here =
                |assembly: &Assembly| TABLE[*assembly as usize].get(rank).is_some_and(|row| row.refseq == accession);
            let assembly = Assembly::ALL.into_iter().rev().find(here)?;
            Contig::from_rank(rank).map(|contig| contig.on(assembly))
        });
        likely.or_else(|| Self::find(|row| row.refseq == accession))
    }

    /// Finds a chromosome by the refget accession of its sequence; the mitochondrion is reported on GRCh38.
    pub fn from_refget(accession: &RefgetAccession) -> Option<Self> {
        Self::find(|row| row.refget == *accession)
    }

    fn find(matches: impl Fn(&Row) -> bool) -> Option<Self> {
        Assembly::ALL.into_iter().rev().find_map(|assembly| {
            let rank = TABLE[assembly as usize].iter().position(&matches)?;
            Contig::from_rank(rank).map(|contig| contig.on(assembly))
        })
    }

    fn row(self) -> &'static Row {
        &TABLE[self.assembly as usize][self.contig.rank()]
    }
}

impl fmt::Display for Contig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for GenomeContig {
    /// `GRCh38 chromosome 17`, for messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} chromosome {}", self.assembly, self.contig)
    }
}

impl FromStr for Contig {
    type Err = UnknownContig;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_name(text.as_bytes()).ok_or_else(|| UnknownContig(text.to_owned()))
    }
}

impl TryFrom<String> for Contig {
    type Error = UnknownContig;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Contig> for &'static str {
    fn from(contig: Contig) -> Self {
        contig.name()
    }
}

/// The rows of one assembly in genome order.
fn rows_of(assembly: Assembly) -> Vec<Row> {
    let lines = include_str!("contigs.tsv").lines().skip(1);
    let mut rows: Vec<(Contig, Row)> = lines
        .filter_map(|line| line.strip_prefix(assembly.name())?.strip_prefix('\t'))
        .map(|line| parse_row(line).expect("the built-in table is tested"))
        .collect();
    rows.sort_by_key(|(contig, _)| *contig);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn parse_row(line: &'static str) -> Option<(Contig, Row)> {
    let mut fields = line.split('\t');
    let name = fields.next()?.parse().ok()?;
    let _aliases = fields.next()?;
    let refseq = fields.next()?;
    let length = fields.next()?.parse().ok()?;
    let refget = fields.next()?.parse().ok()?;
    Some((name, Row { refseq, length, refget }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chromosome_is_in_the_table_of_both_assemblies() {
        for assembly in Assembly::ALL {
            for contig in Contig::all() {
                let here = contig.on(assembly);
                let found = GenomeContig::from_refseq(here.refseq()).expect("listed");
                assert_eq!(found.contig, contig);
                assert_eq!(GenomeContig::from_refget(&here.refget()), Some(found));
                assert!(here.length() > 16_000);
            }
        }
    }

    #[test]
    fn the_aliases_of_the_table_are_read() {
        for line in include_str!("contigs.tsv").lines().skip(1) {
            let fields: Vec<_> = line.split('\t').collect();
            for alias in fields[2].split(',') {
                assert_eq!(alias.parse::<Contig>().map(Contig::name), Ok(fields[1]), "{alias}");
            }
        }
    }

    #[test]
    fn names_that_are_no_chromosome_are_refused() {
        for name in ["", "0", "23", "chr", "chr0", "01", "chr1_KI270706v1_random", "chrUn", "XY", "1 ", "NC_000017.11"]
        {
            assert_eq!(Contig::from_name(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn accession_version_tells_the_assembly() {
        let brca1 = GenomeContig::from_refseq("NC_000017.10").expect("listed");
        assert_eq!(brca1.to_string(), "GRCh37 chromosome 17");
        assert_eq!(GenomeContig::from_refseq("NC_000017"), None);
        assert_eq!(GenomeContig::from_refseq("NC_012920.1"), Some(Contig::MT.on(Assembly::Grch38)));
    }

    #[test]
    fn contigs_sort_in_genome_order() {
        let mut names = ["MT", "X", "10", "2", "Y", "1"].map(|name| name.parse::<Contig>().expect("known"));
        names.sort();
        assert_eq!(names.map(Contig::name), ["1", "2", "10", "X", "Y", "MT"]);
    }
}
