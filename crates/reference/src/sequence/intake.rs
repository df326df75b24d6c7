//! Taking sequence records from a file into a pack, checking each against what is known of it.

use std::io::{self, Write};

use cairn_variant::{
    assembly::Assembly,
    contig::{Contig, GenomeContig},
    digest::{Digest, RefgetAccession},
};
use sha2::{Digest as _, Sha512};

use super::{
    fasta::FastaPart,
    pack::{Encoding, PackWriter, Segment},
    packed::Packer,
    record_name::RecordName,
    twobit::TwoBitError,
};

/// Longest record that is no chromosome: longer than any human transcript or RefSeqGene.
const LONGEST_UNPLACED: usize = 64 << 20;

/// How records are to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IntakeOptions {
    /// The assembly of records whose heading does not tell.
    pub assembly: Option<Assembly>,
    /// Take a chromosome whose digest differs from the published one, as files with masked regions have it.
    /// Its `N` are then not loaded rather than reference.
    pub accept_masked: bool,
}

/// A record that was not taken, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record `{record}`: {reason}")]
pub struct RecordProblem {
    /// Its heading, shortened.
    pub record: String,
    /// Why.
    pub reason: RecordRefusal,
}

/// Why a record is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordRefusal {
    /// A slice of a chromosome without an assembly.
    #[error("the heading does not say the assembly: repeat with `--assembly GRCh38` or `--assembly GRCh37`")]
    NoAssembly,
    /// A whole chromosome of a length that no assembly has.
    #[error("{length} bases is not the length of chromosome {contig} on {}", .assembly.map_or("GRCh37 or GRCh38".to_owned(), |a| a.to_string()))]
    Length {
        /// The chromosome.
        contig: Contig,
        /// Bases found.
        length: u64,
        /// The assembly that the heading names.
        assembly: Option<Assembly>,
    },
    /// The digest of a whole chromosome is not the published one.
    #[error(
        "the bases are not those of {contig}: digest {found}, expected {expected}; if the file masks regions on purpose (analysis set), repeat with `--accept-masked`"
    )]
    Digest {
        /// The chromosome.
        contig: GenomeContig,
        /// Digest of the record.
        found: RefgetAccession,
        /// Digest of the published sequence.
        expected: RefgetAccession,
    },
    /// A slice that holds more or fewer bases than its heading says, or reaches beyond the chromosome.
    #[error("the heading says {stated} bases, the record has {found}")]
    SliceLength {
        /// By the heading.
        stated: u64,
        /// In the record.
        found: u64,
    },
    /// A slice beyond the end of its chromosome.
    #[error("the slice ends beyond {0}")]
    BeyondEnd(GenomeContig),
    /// A record that is no chromosome and is too long to be a transcript or gene.
    #[error("it is no chromosome and longer than {} megabases", LONGEST_UNPLACED >> 20)]
    TooLong,
    /// Nothing in the record.
    #[error("it has no residues")]
    Empty,
    /// Something that is no letter.
    #[error("byte {0:#04x} is no residue")]
    NoResidue(u8),
}

/// Reading stopped.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The file or the pack failed.
    #[error("cannot read the sequences, or cannot write them to the data folder")]
    Io(#[from] io::Error),
    /// The `.2bit` is damaged.
    #[error(transparent)]
    TwoBit(#[from] TwoBitError),
}

/// Takes records one after the other.
pub struct Intake<W> {
    options: IntakeOptions,
    writer: PackWriter<W>,
    record: Option<Record>,
    problems: Vec<RecordProblem>,
    /// Called with the number of residues after each part.
    progress: Box<dyn FnMut(u64)>,
}

struct Record {
    heading: String,
    name: RecordName,
    hasher: Sha512,
    bases: Packer,
    /// Residues of a record that is no chromosome, which may be a protein.
    residues: Vec<u8>,
    refusal: Option<RecordRefusal>,
}

impl<W: Write> Intake<W> {
    /// Starts a pack.
    pub fn new(out: W, options: IntakeOptions, progress: Box<dyn FnMut(u64)>) -> io::Result<Self> {
        Ok(Self { options, writer: PackWriter::new(out)?, record: None, problems: Vec::new(), progress })
    }

    /// Takes a part of the file.
    pub fn take(&mut self, part: FastaPart<'_>) -> Result<(), IntakeError> {
        match part {
            FastaPart::Heading(heading) => {
                self.close_record()?;
                self.record = Some(Record::new(heading));
            }
            FastaPart::Residues(residues) => {
                if let Some(record) = &mut self.record {
                    record.push(residues);
                }
                (self.progress)(residues.len() as u64);
            }
        }
        Ok(())
    }

    /// Ends the pack; gives the output, what was taken, and what was not.
    pub fn finish(mut self) -> Result<(W, Vec<Segment>, Vec<RecordProblem>), IntakeError> {
        self.close_record()?;
        let segments = self.writer.segments().to_vec();
        Ok((self.writer.finish()?, segments, self.problems))
    }

    fn close_record(&mut self) -> Result<(), IntakeError> {
        let Some(record) = self.record.take() else { return Ok(()) };
        let heading = record.heading.clone();
        match record.place(self.options) {
            Ok(placed) => Ok(placed.write(&mut self.writer)?),
            Err(reason) => {
                self.problems.push(RecordProblem { record: heading, reason });
                Ok(())
            }
        }
    }
}

/// A record that may be written.
struct Placed {
    segment: Segment,
    stored: Stored,
    masked: bool,
}

enum Stored {
    Bases(Packer),
    Residues(Vec<u8>),
}

impl Record {
    fn new(heading: &str) -> Self {
        Self {
            heading: heading.chars().take(80).collect(),
            name: RecordName::read(heading),
            hasher: Sha512::new(),
            bases: Packer::default(),
            residues: Vec::new(),
            refusal: None,
        }
    }

    fn push(&mut self, residues: &[u8]) {
        if self.refusal.is_some() {
            return;
        }
        let upper = residues.to_ascii_uppercase();
        if let Some(bad) = upper.iter().find(|byte| !byte.is_ascii_uppercase() && **byte != b'*') {
            self.refusal = Some(RecordRefusal::NoResidue(*bad));
            return;
        }
        self.hasher.update(&upper);
        if self.name.contig.is_some() {
            self.bases.push(&upper);
        } else if self.residues.len() + upper.len() > LONGEST_UNPLACED {
            self.refusal = Some(RecordRefusal::TooLong);
        } else {
            self.residues.extend(upper);
        }
    }

    fn place(self, options: IntakeOptions) -> Result<Placed, RecordRefusal> {
        if let Some(refusal) = self.refusal {
            return Err(refusal);
        }
        if self.bases.length() == 0 && self.residues.is_empty() {
            return Err(RecordRefusal::Empty);
        }
        match (self.name.contig, self.name.slice) {
            (Some(contig), Some(_)) => self.place_slice(contig, options),
            (Some(contig), None) => self.place_chromosome(contig, options),
            (None, _) => Ok(self.place_named()),
        }
    }

    fn place_slice(self, contig: Contig, options: IntakeOptions) -> Result<Placed, RecordRefusal> {
        let slice = self.name.slice.ok_or(RecordRefusal::Empty)?;
        let any = (contig == Contig::MT).then_some(Assembly::Grch38);
        let assembly = self.name.assembly.or(options.assembly).or(any).ok_or(RecordRefusal::NoAssembly)?;
        let contig = contig.on(assembly);
        let found = self.bases.length();
        if slice.length() != found {
            return Err(RecordRefusal::SliceLength { stated: slice.length(), found });
        }
        if slice.end() > contig.length() {
            return Err(RecordRefusal::BeyondEnd(contig));
        }
        let segment = segment_of(contig.refget(), contig.length(), slice.start(), found, false);
        Ok(Placed { segment, stored: Stored::Bases(self.bases), masked: false })
    }

    fn place_chromosome(self, contig: Contig, options: IntakeOptions) -> Result<Placed, RecordRefusal> {
        let length = self.bases.length();
        let assembly = self.name.assembly;
        let of_length = |assembly: &Assembly| contig.on(*assembly).length() == length;
        let stated = assembly.or(options.assembly);
        let mut candidates = Assembly::ALL.into_iter().filter(|a| stated.is_none_or(|s| s == *a)).filter(of_length);
        let contig = candidates.next_back().map(|a| contig.on(a)).ok_or(RecordRefusal::Length {
            contig,
            length,
            assembly: stated,
        })?;
        let found = RefgetAccession::from_digest(Digest::of_sha512(&self.hasher.finalize().into()));
        let verified = found == contig.refget();
        if !verified && !options.accept_masked {
            return Err(RecordRefusal::Digest { contig, found, expected: contig.refget() });
        }
        let segment = segment_of(contig.refget(), length, 0, length, verified);
        Ok(Placed { segment, stored: Stored::Bases(self.bases), masked: !verified })
    }

    fn place_named(self) -> Placed {
        let sequence = RefgetAccession::from_digest(Digest::of_sha512(&self.hasher.finalize().into()));
        let length = self.residues.len() as u64;
        let mut segment = segment_of(sequence, length, 0, length, true);
        segment.names.push(self.name.name);
        let nucleotides = self.residues.iter().all(|residue| b"ACGTUNRYSWKMBDHV".contains(residue));
        if !nucleotides {
            return Placed { segment, stored: Stored::Residues(self.residues), masked: false };
        }
        let mut bases = Packer::default();
        bases.push(&self.residues);
        Placed { segment, stored: Stored::Bases(bases), masked: false }
    }
}

impl Placed {
    fn write(self, writer: &mut PackWriter<impl Write>) -> io::Result<()> {
        match self.stored {
            Stored::Residues(residues) => writer.add_bytes(self.segment, &residues),
            Stored::Bases(bases) if self.masked => writer.add_unmasked(self.segment, bases),
            Stored::Bases(bases) => writer.add_bases(self.segment, bases),
        }
    }
}

fn segment_of(sequence: RefgetAccession, sequence_length: u64, start: u64, length: u64, verified: bool) -> Segment {
    Segment {
        sequence,
        sequence_length,
        names: Vec::new(),
        start,
        length,
        encoding: Encoding::TwoBit,
        offset: 0,
        runs: Vec::new(),
        verified,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::{fasta::read_fasta, pack::Pack, store::SequenceStore};
    use cairn_variant::{interbase::Interval, sequence::SequenceSource};

    fn take(fasta: &str, options: IntakeOptions) -> (SequenceStore, Vec<String>) {
        let mut intake = Intake::new(Vec::new(), options, Box::new(|_| ())).expect("memory");
        read_fasta(fasta.as_bytes(), |part| intake.take(part)).expect("memory");
        let (bytes, _, problems) = intake.finish().expect("memory");
        let mut store = SequenceStore::default();
        store.add(Pack::from_bytes(bytes).expect("whole"));
        (store, problems.iter().map(ToString::to_string).collect())
    }

    #[track_caller]
    fn check_refused(fasta: &str, problem: &str) {
        let (store, problems) = take(fasta, IntakeOptions::default());
        assert!(store.regions().is_empty());
        assert!(problems[0].contains(problem), "{problems:?}");
    }

    #[test]
    fn a_slice_lands_where_its_heading_says() {
        let (store, problems) = take(">17:43000001-43000004 NC_000017.11\nACgt\n", IntakeOptions::default());
        assert_eq!(problems, [""; 0]);
        let id = Contig::autosome(17).expect("autosome").on(Assembly::Grch38).refget();
        let interval = Interval::new(43_000_000, 43_000_004).expect("ordered");
        assert_eq!(store.residues(&id, interval).as_deref(), Ok(b"ACGT".as_slice()));
    }

    #[test]
    fn a_slice_without_assembly_needs_the_option() {
        check_refused(">17:43000001-43000004\nACGT\n", "--assembly GRCh38");
        let options = IntakeOptions { assembly: Some(Assembly::Grch37), ..Default::default() };
        assert_eq!(take(">17:43000001-43000004\nACGT\n", options).1, [""; 0]);
    }

    #[test]
    fn slices_of_the_wrong_length_or_place_are_refused() {
        check_refused(">17:43000001-43000005 GRCh38\nACGT\n", "says 5 bases, the record has 4");
        check_refused(">21:46709982-46709985 GRCh38\nACGT\n", "beyond GRCh38 chromosome 21");
    }

    #[test]
    fn a_whole_chromosome_must_have_the_published_bases() {
        check_refused(">MT\nACGT\n", "4 bases is not the length of chromosome MT");
        let wrong = format!(">MT\n{}\n", "A".repeat(16_569));
        check_refused(&wrong, "--accept-masked");
        let masked = format!(">MT\n{}NN{}\n", "A".repeat(8000), "A".repeat(8567));
        let options = IntakeOptions { accept_masked: true, ..Default::default() };
        let regions = take(&masked, options).0.regions();
        assert_eq!(regions.iter().map(|r| r.interval.length()).collect::<Vec<_>>(), [8000, 8565]);
        // The first base after the mask that begins a byte of codes is base 8004 (0-based).
    }

    #[test]
    fn transcripts_and_proteins_go_by_their_name() {
        let (store, _) =
            take(">LRG_292t1 (transcript)\nACGT\n>NP_000050.3 BRCA2\nMPIGSKERP\n", IntakeOptions::default());
        assert_eq!(store.named("LRG_292t1"), Some(RefgetAccession::of_sequence(b"ACGT")));
        let protein = store.named("NP_000050.3").expect("taken");
        let all = Interval::new(0, 9).expect("ordered");
        assert_eq!(store.residues(&protein, all).as_deref(), Ok(b"MPIGSKERP".as_slice()));
    }

    #[test]
    fn bytes_that_are_no_residues_are_refused() {
        check_refused(">z\nAC-GT\n", "0x2d is no residue");
        check_refused(">z\n", "no residues");
    }
}
