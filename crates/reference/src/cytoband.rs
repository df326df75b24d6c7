//! Where the bands of a chromosome lie: UCSC's `cytoBand.txt` (chromosome, start, end, band, stain; 0-based).
//!
//! The file does not name its assembly; the ends of the chromosomes tell it.

use std::{collections::HashMap, io::BufRead};

use cairn_variant::{
    assembly::Assembly,
    contig::{Contig, GenomeContig},
    interbase::Interval,
};

/// The bands that are loaded.
#[derive(Debug, Clone, Default)]
pub struct Cytobands(HashMap<GenomeContig, Vec<(Interval, String)>>);

/// Why a file of bands cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CytobandError {
    /// The stream failed.
    #[error("cannot read the file")]
    Io(#[from] std::io::Error),
    /// The chromosomes end where those of neither assembly do.
    #[error("the ends of its chromosomes are those of neither GRCh37 nor GRCh38")]
    NoAssembly,
}

/// Whether a line is one of a file of bands.
pub fn is_row(line: &str) -> bool {
    row(line).is_some()
}

fn row(line: &str) -> Option<(&str, Interval, &str)> {
    let mut fields = line.trim_end().split('\t');
    let (chromosome, start, end) = (fields.next()?, fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let (band, stain) = (fields.next()?, fields.next()?);
    let is_stain = stain.starts_with("gpos") || matches!(stain, "gneg" | "acen" | "gvar" | "stalk");
    (is_stain && fields.next().is_none()).then_some((chromosome, Interval::new(start, end)?, band))
}

impl Cytobands {
    /// Reads a file; how many bands of chromosomes it has comes back. Sequences that are no chromosome are left out.
    ///
    /// # Errors
    /// When the stream fails, or the file is of another assembly.
    pub fn read(&mut self, input: impl BufRead) -> Result<usize, CytobandError> {
        let mut bands: HashMap<Contig, Vec<(Interval, String)>> = HashMap::new();
        for line in input.lines() {
            let line = line?;
            if let Some((chromosome, interval, band)) = row(&line)
                && let Some(contig) = Contig::from_name(chromosome.as_bytes()).filter(|contig| *contig != Contig::MT)
                && !band.is_empty()
            {
                bands.entry(contig).or_default().push((interval, band.to_owned()));
            }
        }
        let ends_on = |assembly: &Assembly| {
            let end = |bands: &[(Interval, String)]| bands.iter().map(|(interval, _)| interval.end()).max();
            !bands.is_empty() && bands.iter().all(|(contig, of)| end(of) == Some(contig.on(*assembly).length()))
        };
        let assembly = Assembly::ALL.into_iter().find(ends_on).ok_or(CytobandError::NoAssembly)?;
        let count = bands.values().map(Vec::len).sum();
        for (contig, mut of) in bands {
            of.sort_by_key(|(interval, _)| interval.start());
            // What was read first, the newer file, counts.
            self.0.entry(contig.on(assembly)).or_insert(of);
        }
        Ok(count)
    }

    /// Whether none is loaded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// From the first to the last base of a band, or of the bands that it is divided into: `q13` is all of `q13.1` to
    /// `q13.3`, `q1` all from `q11` on. `None` when the chromosome has no such band, or its bands are not loaded.
    pub fn find(&self, contig: GenomeContig, band: &str) -> Option<Interval> {
        let of = self.0.get(&contig)?;
        match band {
            "pter" => return Interval::new(0, 0),
            "qter" => return Interval::new(contig.length(), contig.length()),
            _ => {}
        }
        let mut within = of.iter().filter(|(_, name)| is_part(name, band)).map(|(interval, _)| *interval);
        let first = within.next()?;
        let last = within.last().unwrap_or(first);
        Interval::new(first.start(), last.end())
    }
}

/// Whether a band is another one or a part of it.
fn is_part(name: &str, whole: &str) -> bool {
    let Some(rest) = name.strip_prefix(whole) else { return false };
    // The arm `q` and its region `q1` are divided into `q11`, `q12`; the band `q13` into `q13.1`, that into `q13.11`.
    rest.is_empty() || whole.len() <= 2 || whole.contains('.') || rest.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chromosome 21 of GRCh38 as UCSC gives it, without the short arm's parts.
    const BANDS: &str = "chr21\t0\t12000000\tp11.2\tgvar\nchr21\t12000000\t13000000\tq11.1\tacen\n\
        chr21\t13000000\t15000000\tq11.2\tgneg\nchr21\t15000000\t22600000\tq21.1\tgpos100\n\
        chr21\t22600000\t25500000\tq21.2\tgneg\nchr21\t25500000\t46709983\tq22.11\tgneg\n\
        chr21_x_alt\t0\t10\t\tgneg\n";

    #[test]
    fn bands_and_their_parts_are_found_on_the_assembly_that_the_ends_tell() {
        let mut bands = Cytobands::default();
        assert_eq!(bands.read(BANDS.as_bytes()).expect("of GRCh38"), 6);
        let contig = Contig::autosome(21).expect("a chromosome").on(Assembly::Grch38);
        let check = |band: &str, expected: Option<(u64, u64)>| {
            let found = bands.find(contig, band).map(|interval| (interval.start(), interval.end()));
            assert_eq!(found, expected, "{band}");
        };
        check("q21.1", Some((15_000_000, 22_600_000)));
        check("q21", Some((15_000_000, 25_500_000)));
        check("q2", Some((15_000_000, 46_709_983)));
        check("q22.1", Some((25_500_000, 46_709_983)));
        check("q", Some((12_000_000, 46_709_983)));
        check("pter", Some((0, 0)));
        check("qter", Some((46_709_983, 46_709_983)));
        check("q24", None);
        let other = contig.contig.on(Assembly::Grch37);
        assert_eq!(bands.find(other, "q21"), None);
    }

    #[test]
    fn bands_of_another_assembly_are_refused() {
        let other = BANDS.replace("46709983", "46709984");
        assert!(matches!(Cytobands::default().read(other.as_bytes()), Err(CytobandError::NoAssembly)));
        assert!(is_row("chr1\t0\t2300000\tp36.33\tgneg") && !is_row("chr1\t0\t2300000\tENSG1\t3"));
    }
}
