//! What others say of the variant of a draft, for whoever is about to sign.

use super::{Actor, Loaded};
use crate::aggregate::positions_of;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::accession::Accession;
use cairn_core::aggregate::review::Rank;
use cairn_core::aggregate::{Position, of_variant, rules};
use cairn_core::curation::Others;
use cairn_core::id::LaboratoryId;
use cairn_core::sentence::Sentence;
use cairn_store::curation::{DraftHead, Subject};
use cairn_store::{Connection, entry, laboratory, statement, variant};
use std::collections::HashMap;

impl Node {
    /// What others say of the variant of a draft; nothing for the weighing of a gene.
    pub(super) async fn others(
        &self,
        connection: &mut Connection,
        loaded: &Loaded,
        actor: &Actor,
    ) -> Result<Others, NodeError> {
        let Subject::Variant(serial) = loaded.head.subject else { return Ok(Others::default()) };
        let serial = variant::unify(connection, serial).await?;
        let as_of = entry::now(connection).await?;
        let positions = positions_of(connection, self, serial, as_of).await?;
        if positions.is_empty() {
            return Ok(Others::default());
        }
        let continued = continued(connection, &loaded.head).await?;
        let names = if positions.iter().any(is_panel) { names(connection).await? } else { HashMap::new() };
        let name = |id| names.get(&id).cloned().unwrap_or_default();
        let others = Others::of(&positions, actor.laboratory.laboratory.id, &continued, name);
        let together = of_variant(rules::CURRENT, &positions).iter().map(|one| in_words(&one.sentence())).collect();
        Ok(Others { together, ..others })
    }
}

fn is_panel(one: &Position) -> bool {
    matches!(one.rank, Rank::ExpertPanel | Rank::Guideline)
}

async fn names(connection: &mut Connection) -> Result<HashMap<LaboratoryId, String>, NodeError> {
    let all = laboratory::all(connection).await?;
    Ok(all.into_iter().map(|one| (one.laboratory.id, one.laboratory.name)).collect())
}

/// The statements that the shared draft becomes a version of.
async fn continued(connection: &mut Connection, head: &DraftHead) -> Result<Vec<Accession>, NodeError> {
    let own = head.local_key.as_ref().map(|key| format!("key:{key}"));
    let source = head.source_accession.as_ref();
    let source = source.map(|text| format!("source:{}", text.split('.').next().unwrap_or(text)));
    let keys: Vec<String> = own.into_iter().chain(source).collect();
    let known = statement::known(connection, head.laboratory, &keys).await?;
    Ok(known.into_iter().map(|one| one.serial.accession()).collect())
}

fn in_words(sentence: &Sentence) -> String {
    let parts = [sentence.headline.as_str(), sentence.weight.as_str(), sentence.date.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
