//! Whose each statement of a submission is.

use super::Request;
use crate::error::NodeError;
use crate::world::World;
use cairn_core::draft::{ContentDraft, LaboratoryDraft, RecordDraft};
use cairn_core::id::LaboratoryId;
use cairn_store::fold::fold;
use cairn_store::laboratory::{self, RecordedLaboratory};
use cairn_store::serial::EntrySerial;
use cairn_store::{Connection, Writer};
use std::collections::HashMap;

/// The laboratories that a submission names, found in the record or to be added.
#[derive(Debug, Default)]
pub(super) struct Laboratories {
    found: HashMap<LaboratoryDraft, RecordedLaboratory>,
}

impl Laboratories {
    /// Looks up what the records name.
    pub(super) async fn find(connection: &mut Connection, records: &[RecordDraft]) -> Result<Self, NodeError> {
        let mut found = HashMap::new();
        let drafts = distinct(records);
        let names: Vec<String> = drafts.iter().map(|draft| draft.name.clone()).collect();
        let by_name = laboratory::by_names(connection, &names).await?;
        let by_name: HashMap<String, RecordedLaboratory> =
            by_name.into_iter().map(|lab| (fold(&lab.laboratory.name), lab)).collect();
        for draft in drafts {
            let by_org = match draft.clinvar_org_id {
                Some(org) => laboratory::by_clinvar_org(connection, org).await?,
                None => None,
            };
            if let Some(known) = by_org.or_else(|| by_name.get(&fold(&draft.name)).cloned()) {
                found.insert(draft.clone(), known);
            }
        }
        Ok(Self { found })
    }

    /// Adds what was not found, as laboratories known by their statements only.
    pub(super) async fn add_missing(
        &mut self,
        writer: &mut Writer,
        entry: EntrySerial,
        records: &[RecordDraft],
        world: &World,
    ) -> Result<(), NodeError> {
        let mut added: HashMap<String, RecordedLaboratory> = HashMap::new();
        for draft in distinct(records) {
            if self.found.contains_key(draft) {
                continue;
            }
            let known = match added.get(&fold(&draft.name)) {
                Some(known) => known.clone(),
                None => {
                    let id = LaboratoryId::from_random((world.random)());
                    laboratory::add(writer, entry, id, &draft.name, draft.clinvar_org_id, false).await?
                }
            };
            added.insert(fold(&draft.name), known.clone());
            self.found.insert(draft.clone(), known);
        }
        Ok(())
    }

    /// Whose a statement is: the laboratory it names, else the one that submits. `None` while the
    /// named one is not recorded.
    pub(super) fn whose<'a>(
        &'a self,
        named: Option<&LaboratoryDraft>,
        request: &'a Request,
    ) -> Option<&'a RecordedLaboratory> {
        match named {
            None => Some(&request.laboratory),
            Some(draft) => self.found.get(draft),
        }
    }
}

fn distinct(records: &[RecordDraft]) -> Vec<&LaboratoryDraft> {
    let mut seen = std::collections::HashSet::new();
    let named = records.iter().filter_map(|record| match &record.content {
        ContentDraft::Statement(statement) => statement.laboratory.as_ref(),
        ContentDraft::Case(_) => None,
    });
    named.filter(|draft| seen.insert(*draft)).collect()
}

/// Whether a file of this format may speak for laboratories other than its sender: the archives
/// publish what laboratories gave them.
pub(super) fn may_speak_for_others(format: &str) -> bool {
    format.starts_with("clinvar.")
}
