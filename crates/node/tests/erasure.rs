//! Cases under keys: nothing of them lies open, withdrawal and erasure hold, also after a copy of the data is put back.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

use cairn_core::id::CaseId;
use cairn_core::submission::Channel;
use cairn_node::access::Viewer;
use cairn_node::backup::back_up;
use cairn_node::contribute::{Outcome, Request};
use cairn_node::folder::DataFolder;
use cairn_node::keys::store::restore_keys;
use cairn_node::world::World;
use cairn_node::{Node, NodeError};
use cairn_store::serial::CaseSerial;
use cairn_store::{case, observation, submission};
use sqlx::ConnectOptions;
use std::path::Path;

/// How everything begins that is planted to be looked for.
const PLANTED: &str = "CANARY";
const HEAD: &str = "Gene,Assembly,Chr,Pos,Ref,Alt,Case ID,HPO terms,Zygosity\n";

async fn open(place: &Path) -> Node {
    Node::open(DataFolder::new(place), World::real()).await.unwrap()
}

async fn send(node: &Node, file: &str, text: &str) -> Outcome {
    let laboratory = node.add_laboratory("Genetics North", None).await.unwrap();
    let request = Request {
        laboratory,
        user: None,
        channel: Channel::Api,
        file: Some(file.into()),
        bytes: text.as_bytes().to_vec(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    node.contribute(request).await.unwrap()
}

fn row(case: &str) -> String {
    format!("BRCA1,GRCh38,17,43045712,T,C,{case},HP:0003002,heterozygous\n")
}

async fn named(node: &Node, name: &str) -> Option<CaseId> {
    let laboratory = node.laboratory("Genetics North").await.unwrap();
    node.case_named(laboratory.serial, name).await.unwrap()
}

/// How many cases the laboratory has, and how many of them carry the variant.
async fn numbers(node: &Node) -> (usize, usize) {
    let laboratory = node.laboratory("Genetics North").await.unwrap().serial;
    let as_of = node.as_of(None).await.unwrap();
    let mut reader = node.store().read().await.unwrap();
    let cases = case::of_laboratory(&mut reader, node.keys(), laboratory, as_of, CaseSerial::new(0), 99).await.unwrap();
    let mut seen = 0;
    for found in &cases {
        seen += observation::of_case(&mut reader, node.keys(), found.serial, as_of).await.unwrap().len();
    }
    (cases.len(), seen)
}

async fn is_whole(node: &Node) {
    node.seal().await.unwrap();
    assert_eq!(node.check().await.unwrap().faults, Vec::<String>::new());
    assert_eq!(node.check_ledger().await.unwrap().faults, Vec::<String>::new());
}

/// Files below a folder that hold one of these texts.
fn holding(place: &Path, texts: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(place).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, texts));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for text in texts {
            if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                found.push(format!("{} holds {text}", path.display()));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_case_stays_erased_when_a_copy_of_the_data_is_put_back() {
    let place = tempfile::tempdir().unwrap();
    let (data, copy, keys) = (place.path().join("node"), place.path().join("copy"), place.path().join("keys"));
    let node = open(&data).await;
    send(&node, "one.csv", &format!("{HEAD}{}", row("P1"))).await;
    send(&node, "two.csv", &format!("{HEAD}{}{}", row("P2"), row("P3"))).await;
    is_whole(&node).await;
    back_up(node.folder(), &copy, false).await.unwrap();
    assert_eq!(numbers(&node).await, (3, 3));

    let laboratory = node.laboratory("Genetics North").await.unwrap();
    let id = named(&node, "P2").await.unwrap();
    let done = node.erase_case(&laboratory, id, None).await.unwrap().unwrap();
    assert!(done.is_erased && done.recalls.is_empty());
    assert_eq!(node.erase_case(&laboratory, id, None).await.unwrap(), None, "it is gone");
    assert_eq!(named(&node, "P2").await, None);
    assert_eq!(numbers(&node).await, (2, 2));
    is_whole(&node).await;
    assert_eq!(node.check().await.unwrap().erased, 1, "the bytes of the file that brought it are gone");
    let mut reader = node.store().read().await.unwrap();
    let as_of = cairn_store::entry::now(&mut reader).await.unwrap();
    let sent = submission::of_laboratory(&mut reader, laboratory.serial, as_of, None, 9).await.unwrap();
    assert_eq!(submission::content(&mut reader, node.keys(), sent[0].serial).await.unwrap(), None);
    assert!(submission::content(&mut reader, node.keys(), sent[1].serial).await.unwrap().is_some());
    drop(reader);
    node.back_up_keys(&keys).await.unwrap();
    node.close().await;

    let locked = Node::open(DataFolder::new(&copy), World::real()).await.unwrap_err();
    assert!(matches!(locked, NodeError::NoKeyStore(_)), "{locked}");
    restore_keys(&keys, &DataFolder::new(&copy), jiff::Timestamp::now(), false).unwrap();
    let node = open(&copy).await;
    assert_eq!(named(&node, "P2").await, None, "the copy forgets it again");
    assert!(named(&node, "P1").await.is_some() && named(&node, "P3").await.is_some());
    assert_eq!(numbers(&node).await, (2, 2));
    is_whole(&node).await;
    // The same name may come again: it is another case.
    send(&node, "again.csv", &format!("{HEAD}{}", row("P2"))).await;
    assert_ne!(named(&node, "P2").await, Some(id));
    is_whole(&node).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_signing_key_is_not_replaced_in_silence() {
    let place = tempfile::tempdir().unwrap();
    let node = open(place.path()).await;
    send(&node, "one.csv", &format!("{HEAD}{}", row("P1"))).await;
    let laboratory = node.laboratory("Genetics North").await.unwrap();
    std::fs::remove_file(node.folder().keys().join(format!("{}.ed25519", laboratory.laboratory.id))).unwrap();
    let id = named(&node, "P1").await.unwrap();
    let refused = node.withdraw_case(&laboratory, id, None).await.unwrap_err().to_string();
    assert!(refused.contains("the signing key of Genetics North") && refused.contains("restore it"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn old_copies_of_the_keys_are_refused() {
    let place = tempfile::tempdir().unwrap();
    let (data, keys) = (place.path().join("node"), place.path().join("keys"));
    let node = open(&data).await;
    node.back_up_keys(&keys).await.unwrap();
    node.close().await;
    let other = DataFolder::new(place.path().join("other"));
    other.create().unwrap();
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * 31);
    let refused = restore_keys(&keys, &other, later, false).unwrap_err().to_string();
    assert!(refused.contains("older than 30 days"), "{refused}");
    restore_keys(&keys, &other, later, true).unwrap();
    assert!(restore_keys(&keys, &other, later, true).is_err(), "keys are never overwritten");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_from_before_keys_is_sealed_when_it_opens() {
    let place = tempfile::tempdir().unwrap();
    let node = open(place.path()).await;
    send(&node, "one.csv", &format!("{HEAD}{}", row("PLAIN-7"))).await;
    let as_of = node.as_of(None).await.unwrap();
    let mut reader = node.store().read().await.unwrap();
    let found = case::by_serial(&mut reader, node.keys(), CaseSerial::new(1), as_of).await.unwrap().unwrap();
    drop(reader);
    node.close().await;
    // The record as an earlier version left it.
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path().join("record.sqlite"));
    let mut connection = options.connect().await.unwrap();
    let body = serde_json::to_string(&found.case).unwrap();
    for (sql, value) in [
        ("UPDATE clinical_case SET label = NULL, local_id = $1", "PLAIN-7"),
        ("UPDATE clinical_case_version SET digest = 'old', citations = '[]', body = $1", body.as_str()),
        ("UPDATE submission_content SET is_sealed = 0, encoding = 'identity', content = CAST($1 AS BLOB)", "PLAIN-7"),
        ("UPDATE ledger_entry SET body_key = NULL, salt = zeroblob(32), body = $1 WHERE clinical_case_id = 1", "x"),
    ] {
        sqlx::query(sql).bind(value).execute(&mut connection).await.unwrap();
    }
    sqlx::Connection::close(connection).await.unwrap();
    assert!(!holding(place.path(), &["PLAIN-7".to_owned()]).is_empty(), "it lies open now");

    let node = open(place.path()).await;
    assert_eq!(named(&node, "PLAIN-7").await, Some(found.id));
    assert_eq!(numbers(&node).await, (1, 1));
    node.close().await;
    assert_eq!(holding(place.path(), &["PLAIN-7".to_owned()]), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_said_of_a_case_lies_open() {
    const CASES: usize = 120;
    let place = tempfile::tempdir().unwrap();
    let (data, copy, keys) = (place.path().join("node"), place.path().join("copy"), place.path().join("keys"));
    let node = open(&data).await;
    let mut planted = Vec::new();
    let mut plant = |kind: &str, number: usize| {
        let text = format!("{PLANTED}{kind}{number:05}X");
        planted.push(text.clone());
        text
    };
    let mut sheet = HEAD.to_owned();
    for number in 0..CASES {
        let (case, term) = (plant("ID", number), plant("TERM", number));
        sheet.push_str(&format!("BRCA1,GRCh38,17,43045712,T,C,{case},HP:0003002; {term},heterozygous\n"));
    }
    // A row that is refused, and a case without a variant.
    sheet.push_str(&format!("BRCA1,GRCh38,17,not a place,T,C,{},HP:0003002,heterozygous\n", plant("BAD", 0)));
    let outcome = send(&node, "cases.csv", &sheet).await;
    assert_eq!(outcome.counts.cases_new as usize, CASES, "{:?}", outcome.problems.first());
    for number in 0..20 {
        let packet = serde_json::json!({
            "id": plant("PACKET", number),
            "subject": { "id": plant("SUBJECT", number), "sex": "FEMALE" },
            "phenotypicFeatures": [
                { "type": { "id": "HP:0001250", "label": plant("LABEL", number) }, "description": plant("TEXT", number) }
            ],
            "diseases": [{ "term": { "id": "OMIM:604370", "label": plant("DISEASE", number) } }],
            "metaData": {
                "created": "2024-01-01T00:00:00Z", "createdBy": plant("AUTHOR", number),
                "phenopacketSchemaVersion": "2.0", "resources": []
            }
        });
        let outcome = send(&node, "packet.json", &packet.to_string()).await;
        assert_eq!(outcome.counts.cases_new, 1, "{:?}", outcome.problems);
    }
    let laboratory = node.laboratory("Genetics North").await.unwrap();
    let id = named(&node, &planted[0]).await.unwrap();
    node.make_patient_code(laboratory.serial, id, None).await.unwrap().unwrap();
    let history = node.consent_history(id, Viewer::Member(laboratory.serial)).await.unwrap();
    assert!(history.is_some());
    is_whole(&node).await;
    back_up(node.folder(), &copy, false).await.unwrap();
    node.back_up_keys(&keys).await.unwrap();
    // All that was planted begins alike. While it serves, with its journal, and after.
    let any = [PLANTED.to_owned()];
    assert_eq!(holding(place.path(), &any), Vec::<String>::new());
    node.close().await;
    assert_eq!(holding(place.path(), &any), Vec::<String>::new());
    std::fs::write(place.path().join("plain"), &planted[1]).unwrap();
    assert_eq!(holding(place.path(), &any).len(), 1, "what lies open is found");
    let sealed = data.join("record.sqlite");
    assert!(std::fs::metadata(sealed).unwrap().len() > 100_000, "there was something to find");
    // What was planted is there for who has the keys.
    let node = open(&data).await;
    assert!(named(&node, &planted[2]).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_saw_a_case_is_told_and_answers() {
    let place = tempfile::tempdir().unwrap();
    let node = open(place.path()).await;
    let said = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID\n\
        BRCA1,GRCh38,17,43045712,T,C,Pathogenic,Breast cancer,R1\n";
    send(&node, "said.csv", said).await;
    send(&node, "one.csv", &format!("{HEAD}{}", row("P1"))).await;
    let (north, south) =
        (node.laboratory("Genetics North").await.unwrap(), node.add_laboratory("Genetics South", None).await.unwrap());
    let id = named(&node, "P1").await.unwrap();
    let mut writer = node.store().write().await.unwrap();
    let known_as = CaseId::from_random(7);
    cairn_store::recipient::add(&mut writer, south.serial, CaseSerial::new(1), known_as).await.unwrap();
    writer.commit().await.unwrap();
    let done = node.withdraw_case(&north, id, None).await.unwrap().unwrap();
    assert_eq!(done.recalls.len(), 1);
    assert_eq!((&*done.recalls[0].recipient, done.recalls[0].acknowledged), ("Genetics South", None));
    let told = node.recalls_to(Viewer::Member(south.serial)).await.unwrap();
    assert_eq!((told[0].recipient_case, told[0].is_erased), (known_as, false), "by the id it knows");
    assert!(node.withdraw_case(&north, id, None).await.is_err(), "only once");
    let statement = "CRN000001".parse().unwrap();
    assert_eq!(node.evidence_withdrawn(statement, 1).await.unwrap(), 1, "the statement stands, with a note");
    let erased = node.erase_case(&north, id, None).await.unwrap().unwrap();
    assert_eq!(node.evidence_withdrawn(statement, 1).await.unwrap(), 1, "one case, counted once");
    assert_eq!(erased.recalls.len(), 2, "told of both");
    let told = node.recalls_to(Viewer::Member(south.serial)).await.unwrap();
    assert!(told[0].is_erased);
    is_whole(&node).await;
}
