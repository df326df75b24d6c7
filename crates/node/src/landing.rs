//! What one transaction brought into the record, and all that follows from it before it commits.
//!
//! Statements and cases are written; then, in this order and in the same transaction, the
//! aggregates of the touched variants are computed again ([`crate::aggregate`]), discordances open,
//! close or change their grade ([`crate::discordance`]), and whoever must act is told
//! ([`crate::alert`]), and the ledger gets its entries ([`crate::ledger`]). So nobody ever reads a statement beside an aggregate that does not know it.

use crate::error::NodeError;
use crate::node::Node;
use crate::{aggregate, alert, discordance, ledger};
use cairn_core::accession::Accession;
use cairn_core::citation::Citation;
use cairn_core::curie::Curie;
use cairn_core::statement::{Standing, StatementBody};
use cairn_store::case::NewCase;
use cairn_store::serial::{
    CaseSerial, EntrySerial, LaboratorySerial, StatementSerial, SubmissionSerial, VariantSerial,
};
use cairn_store::statement::{NewVersion, Replaced, Target};
use cairn_store::{KeyStore, Writer, case, statement};
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap};

/// What one transaction brought into the record.
#[derive(Debug)]
pub struct Landing {
    /// The entry that everything this landing changes carries.
    pub entry: EntrySerial,
    /// The moment of that entry.
    pub recorded: Timestamp,
    /// The submission it came with; `None` when variants became better known by reference data.
    pub submission: Option<SubmissionSerial>,
    /// Versions of statements that were added, in the order of the file.
    pub statements: Vec<LandedStatement>,
    /// Versions of cases that were added, in the order of the file.
    pub cases: Vec<LandedCase>,
    /// Variants found to be another one.
    pub merged: Vec<MergedVariant>,
    /// Variants whose identity became better known in place: their genes and alleles may differ.
    pub resolved: Vec<VariantSerial>,
}

/// A version of a statement that was added.
#[derive(Debug)]
pub struct LandedStatement {
    /// The statement.
    pub serial: StatementSerial,
    /// The version, from 1.
    pub version: u32,
    /// Whose it is.
    pub laboratory: LaboratorySerial,
    /// What it is about, after mergers.
    pub variant: VariantSerial,
    /// The version before; `None` for a new statement.
    pub before: Option<BeforeLanding>,
    /// What it says now.
    pub after: StatementBody,
    /// Whether it counts now.
    pub standing: Standing,
    /// Of everything that the version says, as the record keeps it.
    pub digest: String,
}

impl LandedStatement {
    /// The statement's stable name.
    pub fn accession(&self) -> Accession {
        self.serial.accession()
    }
}

/// What a statement said until now.
#[derive(Debug)]
pub struct BeforeLanding {
    /// What it said.
    pub body: StatementBody,
    /// Whether it counted.
    pub standing: Standing,
    /// What it was about, after mergers.
    pub variant: VariantSerial,
}

/// A version of a case that was added.
#[derive(Debug)]
pub struct LandedCase {
    /// The case.
    pub serial: CaseSerial,
    /// The version, from 1.
    pub version: u32,
    /// Whose it is.
    pub laboratory: LaboratorySerial,
    /// The variants seen in it now.
    pub variants: Vec<VariantSerial>,
    /// The features it shows; those that were looked for and are absent are left out.
    pub features: Vec<Curie>,
    /// Publications that describe it.
    pub citations: Vec<Citation>,
}

/// A variant that was found to be another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergedVariant {
    /// The one that is read as the other from now on.
    pub from: VariantSerial,
    /// The one that stays.
    pub into: VariantSerial,
}

impl Landing {
    /// A landing that has brought nothing yet.
    pub fn new((entry, recorded): (EntrySerial, Timestamp)) -> Self {
        Self {
            entry,
            recorded,
            submission: None,
            statements: Vec::new(),
            cases: Vec::new(),
            merged: Vec::new(),
            resolved: Vec::new(),
        }
    }

    /// Writes the versions that a submission brings.
    pub(crate) async fn write(
        &mut self,
        writer: &mut Writer,
        keys: &KeyStore,
        submission: SubmissionSerial,
        statements: Vec<NewVersion>,
        cases: Vec<NewCase>,
    ) -> Result<(), NodeError> {
        self.submission = Some(submission);
        let numbered = statement::add(writer, self.entry, submission, &statements).await?;
        let next = |new: &NewVersion| matches!(new.target, Target::Next(..));
        let replaced = numbered.iter().zip(&statements).filter(|(_, new)| next(new)).map(|((serial, _), _)| *serial);
        let mut replaced = statement::replaced(writer, &replaced.collect::<Vec<_>>()).await?;
        let numbered = numbered.into_iter().zip(statements);
        self.statements.extend(numbered.filter_map(|(number, new)| landed(number, new, &mut replaced)));
        let numbered = case::add(writer, keys, self.entry, submission, &cases).await?;
        self.cases.extend(numbered.into_iter().zip(cases).map(|((serial, version), new)| LandedCase {
            serial,
            version,
            laboratory: new.laboratory,
            variants: new.observations.iter().map(|observation| observation.variant).collect(),
            features: new.case.features.iter().filter(|f| !f.excluded).map(|f| f.term.clone()).collect(),
            citations: new.citations,
        }));
        Ok(())
    }

    /// Everything that follows from it. The writer is left for the caller to commit.
    pub(crate) async fn spread(&self, writer: &mut Writer, node: &Node) -> Result<(), NodeError> {
        let aggregates = aggregate::update(writer, node, self).await?;
        let discordances = discordance::update(writer, node, self, &aggregates).await?;
        alert::raise(writer, node, self, &aggregates, &discordances).await?;
        ledger::note_landing(writer, node, self).await
    }

    /// The variants about which something else may be said now, after mergers: those of the
    /// statements as they are and as they were, and both sides of a merger.
    pub fn touched(&self) -> BTreeSet<VariantSerial> {
        let now = self.statements.iter().map(|statement| statement.variant);
        let before = self.statements.iter().filter_map(|statement| Some(statement.before.as_ref()?.variant));
        let merged = self.merged.iter().flat_map(|merged| [merged.from, merged.into]);
        now.chain(before).chain(merged).collect()
    }
}

/// The landed form of a version; its laboratory stands with its target.
fn landed(
    (serial, version): (StatementSerial, u32),
    new: NewVersion,
    replaced: &mut HashMap<StatementSerial, Replaced>,
) -> Option<LandedStatement> {
    let (laboratory, before) = match new.target {
        Target::New { laboratory, .. } => (laboratory, None),
        Target::Next(..) => {
            let Replaced { laboratory, body, standing, variant } = replaced.remove(&serial)?;
            (laboratory, Some(BeforeLanding { body, standing, variant }))
        }
    };
    Some(LandedStatement {
        serial,
        version,
        laboratory,
        variant: new.variant,
        before,
        after: new.body,
        standing: new.standing,
        digest: new.digest,
    })
}
