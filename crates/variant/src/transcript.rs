//! Transcripts and how they lie on reference sequences: the model that loaders fill and projection reads.
//!
//! Coordinates are 0-based interbase throughout (`start..end`, end excluded), on the transcript as on the
//! sequence it is aligned to. A [`TranscriptSet`] is immutable once built, so any number of threads may
//! read it without a lock. Loaders describe each transcript in a [`TranscriptRecord`] and hand it to a
//! [`TranscriptSetBuilder`], which checks it once; nothing is checked again afterwards.

mod accession;
mod alignment;
mod codon;
mod gap;
mod index;
mod model;
mod record;
mod set;

pub use accession::{AccessionError, parse_accession};
pub use alignment::{Alignment, Block, Place, Strand, TargetGap};
pub use codon::CodonTable;
pub use gap::{GapError, GapOp};
pub use model::{Biotype, Cds, Gene, Mane, SequenceOrigin, Transcript};
pub use record::{AlignmentRecord, ExonRecord, RecordError, TranscriptRecord};
pub use set::{AlignmentId, Found, Lookup, TargetId, TranscriptId, TranscriptSet, TranscriptSetBuilder};
