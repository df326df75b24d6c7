//! Which stretches of the two assemblies are the same: from UCSC chain files and from tables of verified blocks.

use std::io::{self, BufRead};

use cairn_variant::{
    assembly::Assembly,
    contig::{Contig, GenomeContig},
    interbase::Interval,
    liftover::LiftBlock,
    transcript::Strand,
};

use crate::transcript::{TableError, table::Table};

/// A chain file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The stream failed.
    #[error("cannot read the chain file")]
    Io(#[from] io::Error),
    /// A line is not as it should be.
    #[error("line {0} of the chain file is malformed")]
    Malformed(u64),
    /// The names of the assemblies are not in the file.
    #[error("the chain file joins other sequences than GRCh37 and GRCh38: lengths of chromosomes tell")]
    OtherAssemblies,
}

/// Reads a UCSC chain file (`hg19ToHg38.over.chain`), keeping chains between chromosomes of the built-in table.
///
/// # Errors
/// When a line is malformed, or no chain joins chromosomes of GRCh37 and GRCh38.
pub fn read_chain(input: impl BufRead) -> Result<Vec<LiftBlock>, ChainError> {
    let mut blocks = Vec::new();
    let mut open: Option<Option<Chain>> = None;
    for (number, line) in (1u64..).zip(input.lines()) {
        let line = line?;
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let malformed = || ChainError::Malformed(number);
        match (&mut open, words.as_slice()) {
            (_, []) => open = None,
            (_, [first, ..]) if first.starts_with('#') => {}
            (None, ["chain", rest @ ..]) => open = Some(Chain::parse(rest).ok_or_else(malformed)?),
            (Some(chain), numbers) => {
                let numbers: Vec<u64> =
                    numbers.iter().map(|n| n.parse().map_err(|_| malformed())).collect::<Result<_, _>>()?;
                let (size, gaps) = match numbers[..] {
                    [size] => (size, (0, 0)),
                    [size, from, to] => (size, (from, to)),
                    _ => return Err(malformed()),
                };
                if let Some(chain) = chain {
                    blocks.push(chain.step(size, gaps).ok_or_else(malformed)?);
                }
            }
            _ => return Err(malformed()),
        }
    }
    if blocks.is_empty() { Err(ChainError::OtherAssemblies) } else { Ok(blocks) }
}

/// A chain that is being read.
struct Chain {
    from: GenomeContig,
    to: GenomeContig,
    from_at: u64,
    /// Along the strand that the chain reads.
    to_at: u64,
    reversed: bool,
}

impl Chain {
    /// The words after `chain`; `Some(None)` when its chromosomes are not ours.
    fn parse(words: &[&str]) -> Option<Option<Self>> {
        let [_, from, from_size, _, from_start, _, to, to_size, to_strand, to_start, ..] = *words else { return None };
        let contig_of = |name: &str, size: &str| {
            let size: u64 = size.parse().ok()?;
            let contig = Contig::from_name(name.as_bytes());
            Some(contig.and_then(|contig| Assembly::ALL.into_iter().map(|a| contig.on(a)).find(|c| c.length() == size)))
        };
        let (from, to) = (contig_of(from, from_size)?, contig_of(to, to_size)?);
        let (from_at, to_at) = (from_start.parse().ok()?, to_start.parse().ok()?);
        let reversed = to_strand == "-";
        let ends = from.zip(to).filter(|(from, to)| from.assembly != to.assembly);
        Some(ends.map(|(from, to)| Self { from, to, from_at, to_at, reversed }))
    }

    /// The next block of `size` bases, and the bases skipped after it on either side.
    fn step(&mut self, size: u64, (from_gap, to_gap): (u64, u64)) -> Option<LiftBlock> {
        let (from_end, to_end) = (self.from_at.checked_add(size)?, self.to_at.checked_add(size)?);
        if from_end > self.from.length() || to_end > self.to.length() {
            return None;
        }
        let to_start = if self.reversed { self.to.length() - to_end } else { self.to_at };
        let block = LiftBlock {
            from: self.from,
            from_start: self.from_at,
            to: self.to,
            to_start,
            length: size,
            strand: if self.reversed { Strand::Minus } else { Strand::Plus },
        };
        (self.from_at, self.to_at) = (from_end.checked_add(from_gap)?, to_end.checked_add(to_gap)?);
        Some(block)
    }
}

/// Reads a table of verified blocks: `chrom`, `grch37_start`, `grch37_end`, `grch38_start`, `grch38_end`, 1-based and
/// inclusive. Rows whose two lengths differ are left out.
///
/// # Errors
/// When a column is missing or the stream fails.
pub fn read_blocks(input: impl BufRead) -> Result<Vec<LiftBlock>, TableError> {
    let mut table = Table::read(input, &["chrom", "grch37_start", "grch37_end", "grch38_start", "grch38_end"])?;
    let mut blocks = Vec::new();
    while let Some([chrom, start37, end37, start38, end38]) = table.next_row()? {
        let interval = |first: &str, last: &str| Interval::from_one_based(first.parse().ok()?, last.parse().ok()?);
        let (Some(contig), Some(old), Some(new)) =
            (Contig::from_name(chrom.as_bytes()), interval(start37, end37), interval(start38, end38))
        else {
            continue;
        };
        if old.length() == new.length() {
            blocks.push(LiftBlock {
                from: contig.on(Assembly::Grch37),
                from_start: old.start(),
                to: contig.on(Assembly::Grch38),
                to_start: new.start(),
                length: old.length(),
                strand: Strand::Plus,
            });
        }
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use cairn_variant::liftover::LiftMap;

    use super::*;

    fn contig(name: &str, assembly: Assembly) -> GenomeContig {
        name.parse::<Contig>().expect("known").on(assembly)
    }

    fn at(start: u64, end: u64) -> Interval {
        Interval::new(start, end).expect("ordered")
    }

    #[test]
    fn the_verified_blocks_of_brca1_and_brca2() {
        let file = crate::testdata("reference/brca_grch37_grch38_blocks.tsv");
        let map = LiftMap::new(read_blocks(&file[..]).expect("a table"));
        let (old, new) = (contig("17", Assembly::Grch37), contig("17", Assembly::Grch38));
        let lifted = map.interval(old, at(41_197_728, 41_197_729)).expect("covered");
        assert_eq!((lifted.contig, lifted.interval), (new, at(43_045_711, 43_045_712)));
        assert_eq!(lifted.strand, Strand::Plus);
        let back = map.interval(new, at(43_045_711, 43_045_712)).expect("covered");
        assert_eq!(back.interval, at(41_197_728, 41_197_729));
        assert!(map.interval(old, at(41_152_016, 41_152_018)).is_err(), "the first base is outside");
        assert!(map.interval(contig("13", Assembly::Grch37), at(1, 2)).is_err());
    }

    #[test]
    fn chains_with_gaps_and_on_the_minus_strand() {
        let text = "chain 1 chr17 81195210 + 100 160 chr17 83257441 - 200 265 1\n20 10 15\n30\n\n\
                    chain 1 chrUn_x 500 + 0 5 chr17 83257441 + 0 5 2\n5\n";
        let map = LiftMap::new(read_chain(text.as_bytes()).expect("a chain file"));
        let (old, new) = (contig("17", Assembly::Grch37), contig("17", Assembly::Grch38));
        let lifted = map.interval(old, at(130, 132)).expect("covered");
        assert_eq!(lifted.strand, Strand::Minus);
        assert_eq!(lifted.interval, at(83_257_441 - 237, 83_257_441 - 235));
        assert_eq!(map.interval(new, lifted.interval).expect("covered").interval, at(130, 132));
        assert!(map.interval(old, at(119, 121)).is_err(), "across a gap");
        assert!(map.interval(old, at(120, 120)).is_err(), "beside a gap");
    }

    #[test]
    fn malformed_chain_files_are_refused() {
        for text in [
            "",
            "chain 1\n",
            "20 10\n",
            "chain 1 chr17 81195210 + 1 2 chr17 83257441 + 1 2 1\nx\n",
            "chain 1 chr17 81195210 + 1 2 chr17 83257441 + 1 2 1\n99999999999\n",
        ] {
            assert!(read_chain(text.as_bytes()).is_err(), "{text}");
        }
    }
}
