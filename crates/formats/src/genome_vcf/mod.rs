//! The genome hot path: a whole genome's VCF as normalised alleles, in seconds.
//!
//! A reader of its own, because only five columns matter here: the bytes are cut at line ends, every core decodes,
//! splits, trims and rolls its own chunk, and one thread puts the chunks back in order. Files may be plain, gzip or
//! BGZF. What is read:
//!
//! * each alternate allele of a row becomes an allele of its own, leftmost with its anchor base (VCF) and with the
//!   room in which it could be written (VRS, SPDI), in the order of the file's chromosomes and of positions;
//! * an allele that is not written in bases, or lies on no chromosome, is set aside with the reason, never lost;
//! * where the reference is not loaded or differs, the allele says so.
//!
//! For files of reported variants, where every column and every problem matters, use [`crate::vcf`].

mod allele;
mod bgzf;
mod chunk;
mod header;
mod input;
mod normalise;
mod order;
mod pipeline;
mod row;

pub use allele::{AlleleBatch, AlleleStatus, GenomeAllele, SetAside, WhySetAside};
pub use header::Header;
pub(crate) use header::assembly_stated;
pub use pipeline::{Options, Summary, read};

use cairn_variant::{assembly::Assembly, contig::Contig};

/// Why a genome's VCF cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum GenomeVcfError {
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Read(#[from] std::io::Error),
    /// Compressed content is damaged.
    #[error("the compressed content is damaged or cut off: {0}")]
    Compression(&'static str),
    /// Another format.
    #[error("not a VCF file: {0}")]
    NotVcf(&'static str),
    /// No assembly given, and the header does not tell.
    #[error("the header does not tell the assembly: name it (GRCh38 or GRCh37)")]
    AssemblyUnknown,
    /// The header is of another assembly than the one given.
    #[error("the chromosome lengths in the header are those of {found}, not of {given}")]
    AssemblyDiffers {
        /// By the header.
        found: Assembly,
        /// By the caller.
        given: Assembly,
    },
    /// Not sorted.
    #[error(
        "row {row} (chromosome {contig}, position {position}) comes after rows that belong behind it: sort the file, for example with `bcftools sort`"
    )]
    NotSorted {
        /// Data row, from 1.
        row: u32,
        /// The chromosome.
        contig: Contig,
        /// 1-based.
        position: u32,
    },
    /// A line that cannot be meant.
    #[error("a line is longer than {} bytes", chunk::LONGEST_LINE)]
    LongLine,
    /// More rows than a genome can have.
    #[error("the file has more than {} rows", u32::MAX)]
    TooManyRows,
}
