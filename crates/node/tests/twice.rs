//! Importing twice is importing once, whatever the sheet says.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_reference::Reference;
use cairn_store::serial::{CaseSerial, StatementSerial};
use proptest::prelude::*;
use std::sync::LazyLock;

static REFERENCE: LazyLock<Reference> = LazyLock::new(Reference::bundled);

/// Rows with few distinct keys, variants, conditions and cases, so that they meet.
fn sheet() -> impl Strategy<Value = String> {
    let class = prop::sample::select(vec!["Pathogenic", "Benign", "VUS", "Drug response", ""]);
    let key = prop::sample::select(vec!["R1", "R2", ""]);
    let case = prop::sample::select(vec!["P1", "P2", ""]);
    let term = prop::sample::select(vec!["HP:0000957", "HP:0001250", ""]);
    let row = (0..4_u32, class, 0..3_u32, key, case, term, prop::sample::select(vec!["heterozygous", "homozygous"]));
    let line = |(position, class, condition, key, case, term, zygosity): (u32, &str, u32, &str, &str, &str, &str)| {
        format!(
            "NF1,GRCh38,17,{},A,G,{class},Condition {condition},{key},{case},{term},{zygosity}",
            31_337_810 + position
        )
    };
    prop::collection::vec(row.prop_map(line), 1..12).prop_map(|rows| {
        let head = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID,Case ID,HPO terms,Zygosity";
        format!("{head}\n{}\n", rows.join("\n"))
    })
}

async fn check(text: &str) {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::with_reference(DataFolder::new(folder.path()), REFERENCE.clone(), World::real()).await.unwrap();
    let laboratory = node.add_laboratory("North Lab", None).await.unwrap();
    let request = |bytes: String| Request {
        laboratory: laboratory.clone(),
        user: None,
        channel: Channel::Command,
        file: None,
        bytes: bytes.into_bytes(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    let first = node.contribute(request(text.to_owned())).await.unwrap();
    let before = content(&node, &laboratory).await;
    let same = node.contribute(request(text.to_owned())).await.unwrap();
    assert_eq!(same.is_repeated, first.accession.is_some());
    let other_bytes = node.contribute(request(format!("{text}\n"))).await.unwrap();
    let counts = other_bytes.counts;
    let changed = counts.statements_new + counts.statements_updated + counts.cases_new + counts.cases_updated;
    assert_eq!(changed, 0, "{text}");
    assert_eq!(content(&node, &laboratory).await, before, "{text}");
}

/// Every current statement and case of the laboratory, in words.
async fn content(node: &Node, laboratory: &cairn_store::laboratory::RecordedLaboratory) -> Vec<String> {
    let as_of = node.as_of(None).await.unwrap();
    let mut reader = node.store().read().await.unwrap();
    let lab = laboratory.serial;
    let statements = cairn_store::statement::of_laboratory(&mut reader, lab, as_of, StatementSerial::new(0), 99);
    let mut all: Vec<String> = statements.await.unwrap().iter().map(|s| format!("{:?}", s.statement)).collect();
    let cases =
        cairn_store::case::of_laboratory(&mut reader, node.keys(), lab, as_of, CaseSerial::new(0), 99).await.unwrap();
    for case in cases {
        let seen = cairn_store::observation::of_case(&mut reader, node.keys(), case.serial, as_of).await.unwrap();
        all.push(format!("{case:?} {seen:?}"));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn twice_is_once(text in sheet()) {
        tokio::runtime::Runtime::new().unwrap().block_on(check(&text));
    }
}
