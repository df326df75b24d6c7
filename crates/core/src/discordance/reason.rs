//! Structured reasons: why a statement is flagged, why a flag is lifted, why laboratories go on
//! differing.
//!
//! The flags are those of the *Curation of ClinVar* guide (ClinGen, December 2025): submission error, unnecessary
//! claims, and statements that are old, outlying or unsupported. A flag speaks of one statement
//! version; it changes no class and hides nothing.

use super::words;

words! {
    /// The three groups of flag reasons.
    FlagGroup {
        /// The submission itself is wrong.
        SubmissionError = "submission_error", "submission error";
        /// The claim need not stand.
        Unnecessary = "unnecessary", "unnecessary claim";
        /// The claim is old, an outlier, or lacks support.
        OldOutlierUnsupported = "old_outlier_unsupported", "old, outlier or unsupported";
    }
}

words! {
    /// Why a statement version is flagged.
    FlagReason {
        /// A new record that was meant as an update of another.
        NewMeantAsUpdate = "new_meant_as_update", "new submission that was meant as an update";
        /// Another error of the submission.
        OtherSubmissionError = "other_submission_error", "other submission error";
        /// It interprets a case, not the variant.
        CaseLevel = "case_level", "case-level interpretation inconsistent with variant classification";
        /// It is about another condition.
        DistinctCondition = "distinct_condition", "claim for a distinct condition";
        /// Older than the others and alone.
        OlderOutlier = "older_outlier", "older and outlier claim";
        /// Older, and made without evidence that is known today.
        UnawareOfEvidence = "unaware_of_evidence", "older claim that does not account for recent evidence";
        /// The evidence given is not enough.
        InsufficientEvidence = "insufficient_evidence", "claim with insufficient supporting evidence";
        /// Alone against the others.
        Outlier = "outlier", "outlier claim";
        /// Against an expert panel.
        AgainstExpertPanel = "against_expert_panel", "conflicts with an expert panel";
        /// Pathogenic in a gene whose role in disease is not established.
        GeneDiseaseEvidence = "gene_disease_evidence", "P/LP in a gene with insufficient evidence for the disease";
    }
}

impl FlagReason {
    /// The group it belongs to.
    pub fn group(self) -> FlagGroup {
        match self {
            Self::NewMeantAsUpdate | Self::OtherSubmissionError => FlagGroup::SubmissionError,
            Self::CaseLevel | Self::DistinctCondition => FlagGroup::Unnecessary,
            _ => FlagGroup::OldOutlierUnsupported,
        }
    }
}

words! {
    /// Why a flag is lifted.
    LiftReason {
        /// Other records arrived that agree with it.
        OtherRecordsArrived = "other_records_arrived", "other records arrived";
        /// What is known of the gene and the disease changed.
        GeneDiseaseChanged = "gene_disease_changed", "the gene-disease class changed";
        /// The laboratory that made it explained it.
        DiscussionWithSubmitter = "discussion_with_submitter", "discussion with the laboratory";
        /// The flag was wrong.
        CurationError = "curation_error", "the flag was an error";
    }
}

words! {
    /// Why laboratories go on differing.
    ContinueReason {
        /// They read the same evidence otherwise.
        DifferentJudgement = "different_judgement", "the same evidence is judged differently";
        /// They have evidence that cannot be shared.
        UnsharedEvidence = "unshared_evidence", "evidence that cannot be shared";
        /// They use different guidelines or versions.
        DifferentGuideline = "different_guideline", "different guidelines or versions";
        /// They mean different conditions or modes of inheritance.
        DifferentCondition = "different_condition", "different conditions or modes of inheritance";
        /// More evidence is awaited.
        AwaitingEvidence = "awaiting_evidence", "more evidence is awaited";
        /// A laboratory does not answer or has no capacity.
        NoCapacity = "no_capacity", "a laboratory cannot review it now";
        /// A laboratory no longer maintains its records.
        NotMaintained = "not_maintained", "a laboratory no longer maintains its record";
        /// Anything else; the text says what.
        Other = "other", "another reason";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_has_reasons_and_every_code_reads_back() {
        for group in FlagGroup::ALL {
            assert!(FlagReason::ALL.iter().any(|reason| reason.group() == *group), "{}", group.code());
        }
        for reason in FlagReason::ALL {
            assert_eq!(FlagReason::from_code(reason.code()), Some(*reason));
        }
        for reason in ContinueReason::ALL {
            assert_eq!(ContinueReason::from_code(reason.code()), Some(*reason));
        }
        assert_eq!(LiftReason::from_code("because"), None);
    }
}
