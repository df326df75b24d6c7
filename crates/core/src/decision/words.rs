//! The words of decisions: ten roles, fifteen resources, eight actions, four distances.

use crate::discordance::words;
use crate::user::UserRole;

words! {
    /// The part somebody plays.
    Role {
        /// Classifies variants and contributes.
        ClinicalScientist = "clinical_scientist", "clinical scientist";
        /// Has a patient waiting.
        Clinician = "clinician", "clinician";
        /// Answers for what the laboratory shares.
        LaboratoryHead = "laboratory_head", "laboratory head";
        /// Works out differences.
        Curator = "curator", "curator";
        /// Decides who may use data, and reviews emergencies.
        Approver = "approver", "data-access approver";
        /// Uses what was released for research.
        Researcher = "researcher", "researcher";
        /// Keeps the node well.
        Operator = "operator", "operator";
        /// The tested person.
        Patient = "patient", "patient";
        /// Another node.
        Peer = "peer", "peer node";
        /// Nobody who said who they are.
        Visitor = "visitor", "visitor";
    }
}

words! {
    /// What something is done with.
    Resource {
        /// A laboratory's position on a variant.
        Statement = "statement", "statement";
        /// What statements say together.
        Aggregate = "aggregate", "aggregate";
        /// A tested person.
        Case = "case", "case";
        /// How many cases carry a variant, and their features.
        CaseCounts = "case_counts", "case counts";
        /// What a laboratory sent.
        Submission = "submission", "submission";
        /// A classification in the making.
        Draft = "draft", "draft";
        /// A difference between laboratories.
        Discordance = "discordance", "discordance";
        /// What a person agreed to.
        Consent = "consent", "consent";
        /// A decision made.
        Decision = "decision", "decision";
        /// An emergency access.
        BreakGlass = "break_glass", "emergency access";
        /// What a laboratory is told.
        Alert = "alert", "alert";
        /// Who may sign in, and their tokens.
        Account = "account", "account";
        /// Whether a laboratory is approved, and the mandate it is measured against.
        Membership = "membership", "membership";
        /// How complete the sharing of a laboratory is, in numbers.
        Sharing = "sharing", "sharing figures";
        /// A researcher's request to use data of cases.
        AccessRequest = "access_request", "data-access request";
    }
}

words! {
    /// What is done.
    Action {
        /// One thing is looked at.
        Read = "read", "read";
        /// Many are listed or searched.
        List = "list", "list";
        /// A new one is made.
        Create = "create", "create";
        /// It gets another version or state.
        Change = "change", "change";
        /// It is taken back.
        Withdraw = "withdraw", "withdraw";
        /// It is given to another laboratory.
        Share = "share", "share";
        /// It is written to a file.
        Export = "export", "export";
        /// It is approved or reviewed.
        Approve = "approve", "approve";
    }
}

words! {
    /// How near who asks is to whom the thing belongs to.
    Relation {
        /// The same laboratory; of a patient, their own case.
        Own = "own", "the same laboratory";
        /// A laboratory under agreement.
        Agreed = "agreed", "a laboratory under agreement";
        /// A member of the network without an agreement.
        Network = "network", "a member of the network";
        /// No member.
        Outside = "outside", "outside the network";
    }
}

impl From<UserRole> for Role {
    fn from(role: UserRole) -> Self {
        match role {
            UserRole::ClinicalScientist => Self::ClinicalScientist,
            UserRole::Clinician => Self::Clinician,
            UserRole::LaboratoryHead => Self::LaboratoryHead,
            UserRole::Curator => Self::Curator,
            UserRole::Approver => Self::Approver,
            UserRole::Researcher => Self::Researcher,
            UserRole::Operator => Self::Operator,
        }
    }
}
