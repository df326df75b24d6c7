//! The demo's tested person: a published case that another laboratory has read, and the code that opens its page.

use super::content::{ENIGMA, OWN};
use anyhow::Context;
use cairn_core::id::CaseId;
use cairn_core::user::Purpose;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::ledger::Reading;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::{account, case, recipient};
use std::path::Path;

/// A variant of LMNA seen in many published cases.
const SEEN: &str = "NM_170707.4:c.1444C>T";
/// In the demo's folder: the case.
const FILE: &str = "patient.txt";

/// Another laboratory looks the variant up and opens a case that it may see without identity: so the person's page has
/// something to tell. The case is noted in the demo's folder.
pub async fn is_seen(node: &Node, data: &Path) -> anyhow::Result<()> {
    let RecordedLaboratory { serial: other, laboratory, .. } = node.laboratory(ENIGMA).await?;
    let (now, viewer) = (node.as_of(None).await?, Viewer::Member(other));
    let report = node.look_up(SEEN, now, viewer).await?.report.context("nothing is known of the demo's variant")?;
    let shown = report.cases.shared.first().context("the demo's other laboratory sees no case")?.id;
    let mut reader = node.store().read().await?;
    let people = account::list(&mut reader, Some(laboratory.id)).await?;
    let user = people.first().context("the demo's other laboratory has nobody")?.user.id;
    let by = Reading { viewer, user, laboratory: &laboratory.name, purpose: Purpose::ClinicalCare, door: "page" };
    node.read_shared_case(shown, now, by).await?.context("a case that was listed cannot be read")?;
    let serial = recipient::find(&mut reader, other, shown).await?.context("a case that was read has no owner")?;
    let own = case::by_serial(&mut reader, node.keys(), serial, now).await?.context("the case is gone")?;
    let path = data.join(FILE);
    std::fs::write(&path, own.id.to_string()).with_context(|| format!("cannot write `{}`", path.display()))
}

/// A new code for the person, as the laboratory would hand it out; `None` in the folder of an older demo.
pub async fn code(node: &Node, data: &Path) -> anyhow::Result<Option<String>> {
    let Ok(noted) = std::fs::read_to_string(data.join(FILE)) else { return Ok(None) };
    let id: CaseId = noted.trim().parse().with_context(|| format!("`{FILE}` in the demo's folder names no case"))?;
    let own = node.laboratory(OWN).await?.serial;
    Ok(node.make_patient_code(own, id, None).await?.map(|made| made.code))
}
