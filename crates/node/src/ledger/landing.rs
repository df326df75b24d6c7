//! What a landing brings into the ledger: the submission, each case, and the classes of statements.

use super::append::append_all;
use super::event::Event;
use crate::error::NodeError;
use crate::landing::{LandedStatement, Landing};
use crate::node::Node;
use cairn_ledger::cbor::Value;
use cairn_ledger::leaf::Kind;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::serial::LaboratorySerial;
use cairn_store::{Writer, laboratory};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Statements that one entry names: its body stays below some 100 kB.
const STATEMENTS: usize = 1000;

/// Adds the entries of a landing, in its transaction.
pub(crate) async fn note(writer: &mut Writer, node: &Node, landing: &Landing) -> Result<(), NodeError> {
    let mut by_laboratory: BTreeMap<LaboratorySerial, Vec<&LandedStatement>> = BTreeMap::new();
    landing.statements.iter().for_each(|said| by_laboratory.entry(said.laboratory).or_default().push(said));
    let of_cases = landing.cases.iter().map(|case| case.laboratory);
    let involved: BTreeSet<LaboratorySerial> = by_laboratory.keys().copied().chain(of_cases).collect();
    let names = names(writer, &involved.into_iter().collect::<Vec<_>>()).await?;
    let begin = |kind, laboratory: LaboratorySerial| {
        let event =
            Event::new(kind).by(laboratory).with("laboratory", names.get(&laboratory).cloned().unwrap_or_default());
        match landing.submission {
            Some(submission) => event.with("submission", submission.accession().to_string()),
            None => event,
        }
    };
    let mut events = Vec::new();
    for case in &landing.cases {
        let event = begin(Kind::Submit, case.laboratory).about(case.serial);
        events.push(event.with("version", u64::from(case.version)).with("variants", case.variants.len() as u64));
    }
    for (laboratory, statements) in by_laboratory {
        let said = statements.chunks(STATEMENTS).map(|some| {
            let statements: Vec<Value> = some.iter().map(|said| statement(said)).collect();
            begin(Kind::Classify, laboratory).with("statements", statements)
        });
        events.extend(said);
    }
    append_all(writer, node, events).await?;
    Ok(())
}

/// Name, class and digest of a version.
fn statement(said: &LandedStatement) -> Value {
    let name = format!("{}.{}", said.accession(), said.version);
    vec![name, said.after.classification.code().to_owned(), said.digest.clone()].into()
}

async fn names(
    writer: &mut Writer,
    serials: &[LaboratorySerial],
) -> Result<HashMap<LaboratorySerial, String>, NodeError> {
    let found = laboratory::by_serials(writer, serials).await?;
    Ok(found.into_iter().map(|found| (found.serial, found.laboratory.name)).collect())
}

/// Adds the entry of a signing key that a laboratory got, when the record does not know it yet.
pub(crate) async fn note_key(
    writer: &mut Writer,
    node: &Node,
    of: &RecordedLaboratory,
    public: &str,
) -> Result<(), NodeError> {
    if laboratory::has_key(writer, of.serial, public).await? {
        return Ok(());
    }
    let event = Event::new(Kind::Key).by(of.serial).with("what", "signing key of a laboratory made");
    let event = event.with("laboratory", of.laboratory.name.as_str()).with("public-key", public);
    append_all(writer, node, vec![event]).await?;
    Ok(())
}
