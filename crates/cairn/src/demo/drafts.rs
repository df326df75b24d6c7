//! Drafts of the demo's own laboratory: one in the making, one that waits for the second signature.
//!
//! Nothing in them is invented: criteria are set to what the node suggests from the demo's data, with its numbers as
//! evidence, and what the data do not say is left to the reader.

use super::content::OWN;
use anyhow::Context;
use cairn_core::condition::{Condition, Inheritance};
use cairn_core::curation::{Change, Edit};
use cairn_core::id::DraftId;
use cairn_core::suggest::Suggested;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::curation::{Actor, Begin, taken};
use cairn_node::suggest::SuggestionRequest;
use cairn_store::account;

/// A missense change at a residue where another one is known to be pathogenic.
const IN_THE_MAKING: &str = "NM_007294.4:c.5123C>T";
/// The criteria that the colleague has looked at so far.
const LOOKED_AT: [&str; 3] = ["BA1", "PM2", "PM5"];
/// A missense change in the RING domain, uncertain to the five laboratories that have classified it.
const TO_BE_SIGNED: &str = "NM_007294.4:c.134A>C";
const GUIDELINE: &str = "acmg-amp-svi@2020";

/// Begins both drafts as the demo's clinical scientist.
pub async fn begin(node: &Node) -> anyhow::Result<()> {
    let scientist = scientist(node).await?;
    taken_over(node, &scientist, IN_THE_MAKING, |code| LOOKED_AT.contains(&code)).await?;
    let id = taken_over(node, &scientist, TO_BE_SIGNED, |_| true).await?;
    let report = node.draft(&scientist, id).await?;
    let template = report.setting.templates.first().context("the laboratory has no template")?;
    let text = node.draft_summary(&scientist, id, &template.name).await?;
    let summary = Edit { base: report.draft.revision, change: Change::Summary { text: text.as_str().into() } };
    let edited = node.edit_draft(&scientist, id, vec![summary]).await?;
    node.sign_draft_that_differs(&scientist, id, edited.draft.revision)
        .await
        .context("the demo's draft cannot be signed")?;
    Ok(())
}

async fn scientist(node: &Node) -> anyhow::Result<Actor> {
    let laboratory = node.laboratory(OWN).await?;
    let people = account::list(&mut *node.store().read().await?, Some(laboratory.laboratory.id)).await?;
    let found = people.into_iter().find(|one| one.user.username == "scientist");
    Ok(Actor { user: found.context("the demo has no scientist")?.user, laboratory })
}

/// A draft whose criteria stand as the node suggests, as far as somebody has looked.
async fn taken_over(
    node: &Node,
    by: &Actor,
    variant: &str,
    is_looked_at: impl Fn(&str) -> bool,
) -> anyhow::Result<DraftId> {
    let condition =
        Condition { name: "Hereditary breast ovarian cancer syndrome".to_owned(), ids: vec!["MONDO:0003582".parse()?] };
    let request = SuggestionRequest {
        expression: variant.to_owned(),
        condition: condition.ids.first().map(ToString::to_string),
        inheritance: Some(Inheritance::AutosomalDominant),
        guideline: Some(GUIDELINE.to_owned()),
        ..SuggestionRequest::default()
    };
    let begin = Begin {
        variant: variant.to_owned(),
        guideline: request.guideline.clone(),
        inheritance: request.inheritance,
        condition: Some(condition),
        continues: None,
    };
    let id = node.begin_draft(by, begin).await?;
    let viewer = Viewer::Member(by.laboratory.serial);
    let found = node.suggestions(&request, node.as_of(None).await?, viewer).await?;
    let values = found.suggestions.iter().filter(|one| one.outcome != Suggested::NoValue);
    let edits: Vec<Edit> = values.filter(|one| is_looked_at(&one.criterion)).flat_map(|one| taken(one, 1, 1)).collect();
    anyhow::ensure!(!edits.is_empty(), "nothing is suggested for `{variant}`");
    node.edit_draft(by, id, edits).await?;
    Ok(id)
}
