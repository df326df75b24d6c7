//! How far a discordance is, and what may follow what.
//!
//! People discuss, agree, or decide to go on differing; only a laboratory's own record ends a
//! discordance as concordant, because what was agreed is not yet what the laboratory says.

use super::words;

words! {
    /// How far a discordance is.
    State {
        /// Found by the machine; nobody has acted yet.
        Open = "open", "open";
        /// People work on it.
        InDiscussion = "in_discussion", "in discussion";
        /// Agreed; a laboratory's own record has still to change.
        PendingConcordance = "pending_concordance", "pending concordance";
        /// The statements no longer differ.
        Concordant = "concordant", "concordant";
        /// The laboratories go on differing, with a reason.
        Continued = "continued", "continued";
    }
}

words! {
    /// What is answered to a proposal.
    Answer {
        /// Yes: the laboratory will change its record so.
        Accept = "accept", "accepted";
        /// No.
        Decline = "decline", "declined";
        /// Not this, but something else.
        Counter = "counter", "answered with another proposal";
    }
}

words! {
    /// What made a version of a discordance.
    Cause {
        /// The machine found it.
        Found = "found", "found";
        /// The statements that differ, or how badly they do, changed.
        StatementsChanged = "statements_changed", "the statements changed";
        /// It had ended, and statements differ again.
        OpenedAgain = "opened_again", "opened again";
        /// The statements no longer differ.
        Ended = "ended", "ended by the record";
        /// Its variant was found to be another one.
        Joined = "joined", "its variant was found to be another";
        /// Somebody began to work on it.
        Discussed = "discussed", "taken into discussion";
        /// It was given to somebody, or taken from somebody.
        Assigned = "assigned", "assigned";
        /// The day by which it should be done was set.
        DueSet = "due_set", "due date set";
        /// What is to change was agreed on.
        Agreed = "agreed", "agreed";
        /// What was agreed or proposed since does not go with what was agreed before.
        Disagreed = "disagreed", "agreement ended";
        /// It was decided to go on differing.
        Continued = "continued", "continued";
        /// It was taken up again.
        Resumed = "resumed", "taken up again";
    }
}

/// What a person does to the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Says, proposes, assigns, flags.
    Work,
    /// Agrees on what will change.
    Agree,
    /// Decides to go on differing.
    Continue,
    /// Takes it up again.
    Resume,
}

/// The step is not possible from the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// It has ended: the statements no longer differ.
    #[error("the statements no longer differ; it opens again when a new statement differs")]
    Ended,
    /// It was decided to go on differing.
    #[error("it was decided to go on differing; resume the discussion first")]
    Continued,
    /// It was agreed already.
    #[error("it is agreed already and waits for a laboratory's own record; resume the discussion to change that")]
    Agreed,
    /// It is being worked on.
    #[error("it is open; there is nothing to resume")]
    NothingToResume,
}

impl State {
    /// Whether it still asks for work.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::InDiscussion | Self::PendingConcordance)
    }

    /// The state after a person's step.
    ///
    /// # Errors
    /// When the step is not possible from here.
    pub fn after(self, step: Step) -> Result<Self, StepError> {
        match (self, step) {
            (Self::Concordant, _) => Err(StepError::Ended),
            (Self::Open | Self::InDiscussion, Step::Work) => Ok(Self::InDiscussion),
            (Self::PendingConcordance | Self::Continued, Step::Work) => Ok(self),
            (Self::Open | Self::InDiscussion, Step::Agree) => Ok(Self::PendingConcordance),
            (Self::PendingConcordance, Step::Agree) => Err(StepError::Agreed),
            (Self::Continued, Step::Agree | Step::Continue) => Err(StepError::Continued),
            (_, Step::Continue) => Ok(Self::Continued),
            (Self::PendingConcordance | Self::Continued, Step::Resume) => Ok(Self::InDiscussion),
            (Self::Open | Self::InDiscussion, Step::Resume) => Err(StepError::NothingToResume),
        }
    }

    /// The state after the machine has looked at the current statements: `differ` says whether they
    /// still do, `news` whether a laboratory that takes part says something else than before or
    /// is new, `kept` whether what changed is what was agreed.
    pub fn after_record(self, differ: bool, news: bool, kept: bool) -> Self {
        match self {
            _ if !differ => Self::Concordant,
            Self::Concordant => Self::Open,
            Self::Continued if news => Self::Open,
            Self::PendingConcordance if news && !kept => Self::InDiscussion,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::State::*;
    use super::*;

    fn check(from: State, step: Step, to: Result<State, StepError>) {
        assert_eq!(from.after(step), to, "{from:?} {step:?}");
    }

    #[test]
    fn people_go_from_state_to_state() {
        check(Open, Step::Work, Ok(InDiscussion));
        check(Open, Step::Agree, Ok(PendingConcordance));
        check(Open, Step::Continue, Ok(Continued));
        check(Open, Step::Resume, Err(StepError::NothingToResume));
        check(InDiscussion, Step::Agree, Ok(PendingConcordance));
        check(PendingConcordance, Step::Work, Ok(PendingConcordance));
        check(PendingConcordance, Step::Agree, Err(StepError::Agreed));
        check(PendingConcordance, Step::Resume, Ok(InDiscussion));
        check(PendingConcordance, Step::Continue, Ok(Continued));
        check(Continued, Step::Resume, Ok(InDiscussion));
        check(Continued, Step::Agree, Err(StepError::Continued));
        for step in [Step::Work, Step::Agree, Step::Continue, Step::Resume] {
            check(Concordant, step, Err(StepError::Ended));
        }
    }

    #[test]
    fn only_the_record_makes_concordance_and_opens_again() {
        for state in State::ALL {
            assert_eq!(state.after_record(false, true, true), Concordant);
        }
        assert_eq!(Concordant.after_record(true, true, false), Open);
        assert_eq!(Continued.after_record(true, false, true), Continued);
        assert_eq!(Continued.after_record(true, true, true), Open);
        assert_eq!(PendingConcordance.after_record(true, true, true), PendingConcordance);
        assert_eq!(PendingConcordance.after_record(true, true, false), InDiscussion);
        assert_eq!(InDiscussion.after_record(true, true, false), InDiscussion);
    }
}
