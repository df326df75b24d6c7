//! Transcripts from the files that archives publish: [`cdot`], [`gff3`], [`genbank`], [`lrg`] tables, [`lrg_xml`], [`mane`].

use std::io;

pub mod cdot;
pub mod flat;
pub mod genbank;
pub mod gff3;
pub mod lrg;
pub mod lrg_xml;
pub mod mane;
pub(crate) mod table;

pub use table::TableError;

/// A transcript that a file describes and that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("transcript `{transcript}`: {reason}")]
pub struct TranscriptProblem {
    /// Its accession.
    pub transcript: String,
    /// Why.
    pub reason: String,
}

/// A file of transcripts cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TranscriptFileError {
    /// The stream failed.
    #[error("cannot read the file")]
    Io(#[from] io::Error),
    /// Not the JSON of cdot.
    #[error("not a cdot file")]
    Json(#[from] serde_json::Error),
    /// Not the expected table.
    #[error(transparent)]
    Table(#[from] TableError),
}
