//! Why identification ends without one variant.

use cairn_variant::{normalize_hgvs::NormalizeError, sequence::SequenceError, vrs::Unidentifiable};

use crate::{
    Identity,
    identity::{Candidate, Notice, Refusal, Status},
};

/// The end of the way, boxed because it is rare.
#[derive(Debug)]
pub(super) struct Stop(Box<Reason>);

#[derive(Debug)]
enum Reason {
    Refused { refusal: Refusal, candidates: Vec<Candidate> },
    Ambiguous { candidates: Vec<Candidate>, notice: Notice },
}

impl Stop {
    pub fn refused(code: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::refused_with(code, message, remedy, Vec::new())
    }

    /// A refusal that shows what could be meant instead.
    pub fn refused_with(
        code: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
        candidates: Vec<Candidate>,
    ) -> Self {
        let refusal = Refusal { code: code.to_owned(), message: message.into(), remedy: remedy.into() };
        Self(Box::new(Reason::Refused { refusal, candidates }))
    }

    pub fn ambiguous(candidates: Vec<Candidate>, notice: Notice) -> Self {
        Self(Box::new(Reason::Ambiguous { candidates, notice }))
    }

    pub fn into_identity(self) -> Identity {
        match *self.0 {
            Reason::Refused { refusal, candidates } => {
                Identity { error: Some(refusal), candidates, ..Identity::default() }
            }
            Reason::Ambiguous { candidates, notice } => {
                Identity { status: Status::Ambiguous, candidates, warnings: vec![notice], ..Identity::default() }
            }
        }
    }

    /// The message of a refusal.
    pub fn message(&self) -> &str {
        match &*self.0 {
            Reason::Refused { refusal, .. } => &refusal.message,
            Reason::Ambiguous { notice, .. } => &notice.message,
        }
    }

    /// Bases that would be needed are not loaded.
    pub fn not_loaded(what: &str) -> Self {
        Self::refused(
            "not_loaded",
            format!("{what} is not loaded here"),
            "load it with `cairn reference add FILE` or `cairn setup --from DIR`",
        )
    }
}

impl From<SequenceError> for Stop {
    fn from(error: SequenceError) -> Self {
        let code = if error.is_remedied_by_loading() { "not_loaded" } else { "out_of_bounds" };
        let remedy = match code {
            "not_loaded" => "load the sequence with `cairn reference add FILE`",
            _ => "check the position and the assembly",
        };
        Self::refused(code, error.to_string(), remedy)
    }
}

impl From<Unidentifiable> for Stop {
    fn from(error: Unidentifiable) -> Self {
        Self::refused("unidentifiable", error.to_string(), "write the whole object instead of a reference to it")
    }
}

impl From<NormalizeError> for Stop {
    fn from(error: NormalizeError) -> Self {
        let (code, remedy) = match &error {
            NormalizeError::UnknownReference { .. } => {
                ("reference_not_loaded", "load it with `cairn reference add FILE` or `cairn setup --from DIR`")
            }
            NormalizeError::OtherVersion { .. } => {
                ("other_version", "use a loaded version, or load this one with `cairn reference add FILE`")
            }
            NormalizeError::Ambiguous { .. } => ("ambiguous_transcript", "name the transcript"),
            NormalizeError::AxisMismatch { .. } => ("axis", "use the letter that fits the reference"),
            NormalizeError::AssemblyMissing { .. } => ("assembly_missing", "say GRCh38 or GRCh37"),
            NormalizeError::ReferenceMismatch { .. } => {
                ("reference_mismatch", "check the position, the transcript version and the strand")
            }
            NormalizeError::AcrossOrigin { .. } => {
                ("across_origin", "describe what lies before the origin and what lies behind it as two changes in cis")
            }
            NormalizeError::LengthMismatch { .. } => ("length_mismatch", "check the positions"),
            NormalizeError::Sequence(inner) if inner.is_remedied_by_loading() => {
                ("not_loaded", "load the sequence with `cairn reference add FILE`")
            }
            NormalizeError::Uncertain { .. } | NormalizeError::UncertainCopies => {
                ("uncertain", "give exact positions, or describe the change with its copy number")
            }
            _ => ("not_possible", "check the positions against the reference"),
        };
        Self::refused(code, error.to_string(), remedy)
    }
}
