//! What a dry run said of a file that waits: kept as long as nothing changed, so that looking at a page again does not
//! read the file again.

use cairn_core::id::LaboratoryId;
use cairn_node::contribute::{Outcome, Request};
use cairn_node::{Node, NodeError};
use cairn_store::serial::EntrySerial;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Forecasts kept at one time.
const KEPT: usize = 16;

/// Whose file, which, and the state of the record it was compared with: a landing, a saved mapping and a reference file
/// that arrives each make an entry.
type Key = (LaboratoryId, String, EntrySerial);

/// The latest forecasts.
#[derive(Debug, Default)]
pub(crate) struct Forecasts(Mutex<VecDeque<(Key, Outcome)>>);

impl Forecasts {
    /// What would happen if the waiting file of this id were imported; the request is a dry run.
    pub(crate) async fn of(&self, node: &Node, id: &str, request: Request) -> Result<Outcome, NodeError> {
        let entry = node.as_of(None).await?.entry();
        let key = (request.laboratory.laboratory.id, id.to_owned(), entry);
        if let Some(known) = self.known(&key) {
            return Ok(known);
        }
        let outcome = node.contribute(Request { dry_run: true, ..request }).await?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front((key, outcome.clone()));
        kept.truncate(KEPT);
        Ok(outcome)
    }

    fn known(&self, key: &Key) -> Option<Outcome> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(one, _)| one == key).map(|(_, outcome)| outcome.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_core::submission::Channel;
    use cairn_node::folder::DataFolder;
    use cairn_node::world::World;
    use cairn_reference::Reference;

    #[tokio::test]
    async fn a_file_is_read_again_only_when_the_record_changed() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::new(folder.path());
        let node = Node::with_reference(data, Reference::bundled(), World::real()).await.unwrap();
        let laboratory = node.add_laboratory("North Lab", None).await.unwrap();
        let request = |class: &str| Request {
            laboratory: laboratory.clone(),
            user: None,
            channel: Channel::Page,
            file: Some("ours.csv".into()),
            bytes: format!("Variant,Classification\nNM_007294.4:c.68_69del,{class}\n").into_bytes(),
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: true,
            strict: false,
        };
        let forecasts = Forecasts::default();
        let first = forecasts.of(&node, "a", request("Pathogenic")).await.unwrap();
        assert_eq!((first.counts.statements_new, first.accession), (1, None));
        // Other bytes under the same id show whether the file was read: an upload never changes.
        let two = "Pathogenic\nNM_007294.4:c.70T>A,Benign";
        let second = forecasts.of(&node, "a", request(two)).await.unwrap();
        assert_eq!(second, first);
        let other = forecasts.of(&node, "b", request(two)).await.unwrap();
        assert_eq!(other.counts.statements_new, 2, "{:?}", other.problems);
        node.contribute(Request { dry_run: false, ..request("Pathogenic") }).await.unwrap();
        let after = forecasts.of(&node, "a", request("Pathogenic")).await.unwrap();
        assert!(after.is_repeated, "the record changed: {after:?}");
    }
}
