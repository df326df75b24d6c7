//! Whether a peer may have a statement: decided here, by the node that answers, each time anew.
//!
//! First what is agreed: the day, the purpose, the gene, whether what others brought may be passed on. Then the policy,
//! as for every reader. Then the persons: where cases of the laboratory carry the variant, one of them must let it be
//! counted, as in every answer about numbers; what nobody carries needs nobody's consent.

use super::peers::Agreed;
use crate::access::{again, policy};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::data_use::{PurposeKind, RequestPurpose};
use cairn_core::decision::{
    Action, ConsentSeen, Decision, Inputs, Permit, Relation, Requester, Resource, Role, Standings,
};
use cairn_core::membership::MemberState;
use cairn_store::consent::RecordedConsent;
use cairn_store::entry;
use cairn_store::serial::{CaseSerial, LaboratorySerial, PeerSerial, StatementSerial, VariantSerial};
use cairn_store::{Connection, StoreError, consent, evidence, membership, observation, opt_out, variant};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// Why a peer is not given a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Withheld {
    /// The agreement, or what is offered now, does not reach to it.
    Agreement,
    /// Its gene is not among those agreed.
    Gene,
    /// Who brought it does not let it be passed on.
    PassingOn,
    /// Its laboratory is not approved now.
    Standing,
    /// The policy does not let peers read it.
    Policy,
    /// No person behind it lets it be counted.
    Consent,
    /// Its variant is not identified: a text may hold anything.
    Unidentified,
    /// The record, or a key, does not read.
    Unreadable,
}

impl Withheld {
    /// The word in the record.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Agreement => "agreement",
            Self::Gene => "gene",
            Self::PassingOn => "passing_on",
            Self::Standing => "standing",
            Self::Policy => "policy",
            Self::Consent => "consent",
            Self::Unidentified => "unidentified",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What is decided about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Subject {
    /// The statement.
    pub statement: StatementSerial,
    /// Its version.
    pub version: i64,
    /// What it is about, after mergers.
    pub variant: VariantSerial,
    /// Whose it is.
    pub laboratory: LaboratorySerial,
    /// The peer that brought it; `None`: it was made here.
    pub brought_by: Option<PeerSerial>,
}

/// Everything that decisions about some statements for one peer depend on, read once.
pub(super) struct Decider {
    today: String,
    agreed: Agreed,
    genes: HashMap<VariantSerial, Vec<String>>,
    cases: HashMap<(VariantSerial, LaboratorySerial), Vec<CaseSerial>>,
    /// Versions that rest on an erased case.
    erased: HashSet<(StatementSerial, i64)>,
    persons: Persons,
    passing: HashMap<PeerSerial, bool>,
}

/// What persons of cases let a peer do with them.
pub(super) struct Persons {
    now: Timestamp,
    purpose: PurposeKind,
    consents: HashMap<CaseSerial, RecordedConsent>,
    opted_out: HashSet<CaseSerial>,
    /// Laboratories that are not approved now.
    held: HashMap<LaboratorySerial, MemberState>,
}

impl Decider {
    pub(super) async fn open(
        connection: &mut Connection,
        node: &Node,
        agreed: &Agreed,
        purpose: PurposeKind,
        subjects: &[Subject],
    ) -> Result<Self, NodeError> {
        let mut variants: Vec<VariantSerial> = subjects.iter().map(|subject| subject.variant).collect();
        variants.sort_unstable();
        variants.dedup();
        let merged = variant::with_merged(connection, &variants).await?;
        let as_of = entry::now(connection).await?;
        let mut cases: HashMap<(VariantSerial, LaboratorySerial), Vec<CaseSerial>> = HashMap::new();
        for one in observation::carrying(connection, &merged, as_of).await? {
            cases.entry((one.variant, one.laboratory)).or_default().push(one.case);
        }
        let all: Vec<CaseSerial> = cases.values().flatten().copied().collect::<HashSet<_>>().into_iter().collect();
        let mut passing = HashMap::new();
        for brought_by in subjects.iter().filter_map(|subject| subject.brought_by).collect::<HashSet<_>>() {
            let terms = super::peers::agreed(connection, brought_by).await?.map(|agreed| agreed.received);
            passing.insert(brought_by, terms.is_some_and(|terms| terms.gives && terms.passes_on));
        }
        let made_here = subjects.iter().filter(|subject| subject.brought_by.is_none());
        let made_here: Vec<StatementSerial> = made_here.map(|subject| subject.statement).collect();
        Ok(Self {
            today: today(node.now()),
            agreed: agreed.clone(),
            genes: genes_of(connection, &variants).await?,
            cases,
            erased: evidence::erased(connection, &made_here).await?,
            persons: Persons::open(connection, node.now(), purpose, &all).await?,
            passing,
        })
    }

    /// The cases of its laboratory that carry the variant.
    pub(super) fn cases(&self, subject: Subject) -> &[CaseSerial] {
        self.cases.get(&(subject.variant, subject.laboratory)).map_or(&[], Vec::as_slice)
    }

    /// Whether the peer may have it.
    pub(super) fn decide(&self, subject: Subject) -> Result<Permit, Withheld> {
        self.by_agreement(subject)?;
        let owner = Some(subject.laboratory);
        if !self.persons.ask(Resource::Statement, None, owner).is_permitted() {
            return Err(if self.persons.holds(owner) { Withheld::Standing } else { Withheld::Policy });
        }
        let counted = |case: Option<CaseSerial>| self.persons.ask(Resource::CaseCounts, case, owner).as_permit();
        match self.cases(subject) {
            // It rests on a case that was erased, and nobody else of its laboratory stands behind it.
            [] if self.erased.contains(&(subject.statement, subject.version)) => Err(Withheld::Consent),
            [] => counted(None).ok_or(Withheld::Policy),
            cases => cases.iter().find_map(|case| counted(Some(*case))).ok_or(Withheld::Consent),
        }
    }

    fn by_agreement(&self, subject: Subject) -> Result<(), Withheld> {
        if !self.agreed.allows(self.persons.purpose, &self.today) {
            return Err(Withheld::Agreement);
        }
        let genes = self.genes.get(&subject.variant).map_or(&[][..], Vec::as_slice);
        if !self.agreed.covers(genes) {
            return Err(Withheld::Gene);
        }
        match subject.brought_by {
            Some(peer) if !self.passing.get(&peer).copied().unwrap_or(false) => Err(Withheld::PassingOn),
            _ => Ok(()),
        }
    }
}

impl Persons {
    pub(super) async fn open(
        connection: &mut Connection,
        now: Timestamp,
        purpose: PurposeKind,
        cases: &[CaseSerial],
    ) -> Result<Self, NodeError> {
        Ok(Self {
            now,
            purpose,
            consents: consent::current(connection, cases).await?,
            opted_out: opt_out::among(connection, cases).await?,
            held: membership::not_approved(connection).await?.into_iter().collect(),
        })
    }

    /// Whether numbers may be told at all.
    pub(super) fn numbers(&self) -> Option<Permit> {
        self.ask(Resource::CaseCounts, None, None).as_permit()
    }

    /// Whether a case may be counted for the peer.
    pub(super) fn counts(&self, (case, laboratory): (CaseSerial, LaboratorySerial)) -> bool {
        self.ask(Resource::CaseCounts, Some(case), Some(laboratory)).as_permit().is_some()
    }

    /// Whether the peer could read the case without identity.
    pub(super) fn opens(&self, (case, laboratory): (CaseSerial, LaboratorySerial)) -> bool {
        self.ask(Resource::Case, Some(case), Some(laboratory)).is_permitted()
    }

    /// Whether a laboratory is not approved now.
    fn holds(&self, laboratory: Option<LaboratorySerial>) -> bool {
        laboratory.is_some_and(|laboratory| self.held.contains_key(&laboratory))
    }

    fn ask(&self, resource: Resource, case: Option<CaseSerial>, of: Option<LaboratorySerial>) -> Decision {
        let seen = case.and_then(|case| self.consents.get(&case)).map(|found| ConsentSeen {
            version: found.version,
            recorded: found.recorded,
            consent: found.consent.clone(),
        });
        let inputs = Inputs {
            policy: policy().version().to_owned(),
            requester: Requester { role: Role::Peer, organisation: None, account: None },
            relation: Relation::Agreed,
            purpose: RequestPurpose::of(self.purpose),
            resource,
            action: Action::Read,
            consent: seen,
            opted_out: case.is_some_and(|case| self.opted_out.contains(&case)),
            break_glass_until: None,
            grant: None,
            standings: Standings { requester: None, owner: of.and_then(|of| self.held.get(&of)).copied() },
            now: self.now,
        };
        again(&inputs, policy())
    }
}

/// The genes of each variant.
pub(super) async fn genes_of(
    connection: &mut Connection,
    variants: &[VariantSerial],
) -> Result<HashMap<VariantSerial, Vec<String>>, NodeError> {
    let mut genes: HashMap<VariantSerial, Vec<String>> = HashMap::new();
    for (serial, gene) in variant::gene_symbols(connection, variants).await? {
        genes.entry(serial).or_default().push(gene);
    }
    Ok(genes)
}

/// Whether an error is about the thing that was looked at, and not about the record as a whole.
pub(super) fn is_of_one(error: &NodeError) -> bool {
    match error {
        NodeError::Store(StoreError::Damaged { .. }) => true,
        NodeError::Refused(_) | NodeError::Ledger(_) | NodeError::NoSigningKey { .. } | NodeError::BadKey(_) => true,
        _ => false,
    }
}

/// The day of a moment, UTC, as terms write it.
pub(super) fn today(now: Timestamp) -> String {
    now.strftime("%Y-%m-%d").to_string()
}
