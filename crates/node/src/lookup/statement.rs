//! Statements as a reader sees them.

use super::laboratories;
use crate::error::NodeError;
use crate::federation::{StatementOrigin, origins};
use crate::node::Node;
use cairn_core::accession::{Accession, VersionedAccession};
use cairn_core::laboratory::Laboratory;
use cairn_core::statement::Statement;
use cairn_store::entry::AsOf;
use cairn_store::serial::{LaboratorySerial, StatementSerial};
use cairn_store::statement::{self, RecordedStatement};
use cairn_store::{Connection, StoreError};
use serde::Serialize;

/// A version of a statement, with whose it is and where it came from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatementView {
    /// Whose it is.
    pub laboratory: Laboratory,
    /// The submission that brought this version.
    pub submission: Accession,
    /// Row of that submission.
    pub row: u64,
    /// The statement.
    pub statement: Statement,
    /// Where it came from, when it is of another node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<StatementOrigin>,
}

/// A statement with every version up to the moment asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatementHistory {
    /// The version asked for.
    pub shown: StatementView,
    /// All versions, the first first.
    pub versions: Vec<StatementView>,
}

impl Node {
    /// The statement of an accession such as `CRN000001.2`; without a version, the current one.
    ///
    /// # Errors
    /// When the record fails. `None` when there is no such statement, or not yet.
    pub async fn statement(
        &self,
        accession: VersionedAccession,
        as_of: AsOf,
    ) -> Result<Option<StatementHistory>, NodeError> {
        let Some(serial) = StatementSerial::from_accession(accession.accession) else {
            return Ok(None);
        };
        let mut reader = self.store().read().await?;
        let versions = statement::history(&mut reader, serial, as_of).await?;
        let mut versions = view(&mut reader, versions).await?;
        add_origins(&mut reader, &mut versions).await?;
        let shown = match accession.version {
            Some(version) => versions.iter().find(|v| v.statement.version == version),
            None => versions.last(),
        };
        let shown = shown.cloned();
        Ok(shown.map(|shown| StatementHistory { shown, versions }))
    }
}

impl Node {
    /// A page of the current statements of a laboratory, in the order of recording, from after one
    /// of them.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn laboratory_statements(
        &self,
        laboratory: LaboratorySerial,
        as_of: AsOf,
        after: StatementSerial,
        limit: u32,
    ) -> Result<Vec<StatementView>, NodeError> {
        let mut reader = self.store().read().await?;
        let page = statement::of_laboratory(&mut reader, laboratory, as_of, after, limit).await?;
        Ok(view(&mut reader, page).await?)
    }
}

/// Adds laboratories to statements, in their order.
pub(crate) async fn view(
    connection: &mut Connection,
    recorded: Vec<RecordedStatement>,
) -> Result<Vec<StatementView>, StoreError> {
    let laboratories = laboratories(connection, recorded.iter().map(|s| s.laboratory)).await?;
    let views = recorded.into_iter().filter_map(|recorded| {
        Some(StatementView {
            laboratory: laboratories.get(&recorded.laboratory)?.clone(),
            submission: recorded.submission.accession(),
            row: recorded.row,
            statement: recorded.statement,
            origin: None,
        })
    });
    Ok(views.collect())
}

/// Says of statements that came from another node where they came from.
pub(crate) async fn add_origins(connection: &mut Connection, views: &mut [StatementView]) -> Result<(), NodeError> {
    let serial = |view: &StatementView| StatementSerial::from_accession(view.statement.accession);
    let serials: Vec<StatementSerial> = views.iter().filter_map(serial).collect();
    let mut found = origins(connection, &serials).await?;
    for view in views {
        view.origin = serial(view).and_then(|serial| found.remove(&(serial, view.statement.version)));
    }
    Ok(())
}
