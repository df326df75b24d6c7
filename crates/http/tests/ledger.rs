//! The ledger as people, programs, witnesses and anybody else see it.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on should stop there")]

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use cairn_ledger::checkpoint::Checkpoint;
use cairn_ledger::hash::{Hash, root_of};
use cairn_ledger::leaf::{Kind, Leaf};
use cairn_ledger::note::{LogSigner, Note, NoteSignature};
use cairn_ledger::policy::Policy;
use cairn_ledger::receipt::Receipt;
use cairn_ledger::tile::read_entries;
use cairn_ledger::witness::AddCheckpoint;
use support::{Answer, House};

const SHEET: &str = "Case,Variant,Classification,Condition,HPO\n\
    P1,NM_007294.4:c.68_69del,Pathogenic,Hereditary breast ovarian cancer syndrome,HP:0003002\n";

/// A case of Genetics North; its id.
async fn case_of(house: &House) -> String {
    use cairn_core::submission::Channel;
    let request = cairn_node::contribute::Request {
        laboratory: house.node.laboratory("Genetics North").await.unwrap(),
        user: None,
        channel: Channel::Api,
        file: Some("ours.csv".into()),
        bytes: SHEET.as_bytes().to_vec(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    house.node.contribute(request).await.unwrap();
    let viewer = cairn_node::access::Viewer::Member(house.node.laboratory("Genetics North").await.unwrap().serial);
    let as_of = house.node.as_of(None).await.unwrap();
    let cases = house.node.own_cases(viewer, None, as_of, cairn_store::serial::CaseSerial::new(0), 10).await.unwrap();
    cases.first().unwrap_or_else(|| panic!("the sheet has a case")).id.to_string()
}

async fn bytes_of(house: &House, path: &str) -> (StatusCode, Vec<u8>) {
    use tower::ServiceExt;
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = house.router.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    (status, axum::body::to_bytes(answer.into_body(), 1 << 24).await.unwrap().to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_is_in_the_ledger_and_its_proof_holds_without_the_node() {
    let house = House::new().await;
    let case = case_of(&house).await;
    let mut anna = house.signed_in("anna").await;
    assert_eq!(anna.get(&format!("/cases/{case}")).await.status, StatusCode::OK);
    // Nobody else's attempt is a reading.
    let mut berta = house.signed_in("berta").await;
    assert_eq!(berta.get(&format!("/cases/{case}")).await.status, StatusCode::NOT_FOUND);
    house.node.seal().await.unwrap();
    let entries = anna.get("/api/v1/ledger/entries").await.json();
    let readings: Vec<_> = entries.as_array().unwrap().iter().filter(|entry| entry["kind"] == "read-case").collect();
    assert_eq!(readings.len(), 1, "{entries}");
    assert_eq!(readings[0]["body"]["purpose"], "clinical_care");
    assert_eq!(readings[0]["body"]["laboratory"], "Genetics North");
    let index = readings[0]["index"].as_u64().unwrap();

    let others = berta.get("/api/v1/ledger/entries").await.json();
    assert!(others.as_array().unwrap().iter().filter(|e| e["kind"] == "read-case").all(|e| e["body"].is_null()));
    let checkpoint = anna.get("/api/v1/ledger/checkpoint").await.json();
    let policy = Policy::of_log(checkpoint["key"].as_str().unwrap().parse().unwrap());
    let year = checkpoint["year"].as_i64().unwrap();
    let file = anna.get(&format!("/ledger/{year}/{index}.tlog-proof")).await;
    let shown = Receipt::read(&file.text).unwrap().check(&policy).unwrap();
    assert_eq!(shown.body.unwrap().get("door").unwrap().as_text(), Some("page"));
    let by_api = anna.get(&format!("/api/v1/ledger/proof?index={index}")).await;
    assert_eq!(by_api.text, file.text);
    assert!(!file.text.contains(&case), "a proof names no case");

    let page = anna.get("/ledger").await;
    assert!(page.text.contains("case read"), "{}", page.text);
    assert!(anna.get("/ledger?each=true").await.text.contains(&format!("/ledger/{year}/{index}")));
    let page = anna.get(&format!("/ledger/{year}/{index}")).await;
    assert!(page.text.contains("clinical_care"), "{}", page.text);
    assert!(!berta.get(&format!("/ledger/{year}/{index}")).await.text.contains("clinical_care"));
    assert_eq!(anna.get(&format!("/ledger/{year}/999999")).await.status, StatusCode::NOT_FOUND);
    assert!(anna.get("/ledger/verifier.html").await.header("content-disposition").contains("attachment"));
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_the_list_cannot_tell_apart_stand_in_one_row() {
    let house = House::new().await;
    let case = case_of(&house).await;
    let mut anna = house.signed_in("anna").await;
    for _ in 0..3 {
        anna.get(&format!("/cases/{case}")).await;
    }
    house.node.seal().await.unwrap();
    let page = anna.get("/ledger").await.text;
    // A minute may end between two readings.
    assert!(page.contains("case read, 3 times") || page.contains("case read, 2 times"), "{page}");
    assert!(page.contains("each=true"), "a run leads to its entries: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_laboratory_lists_its_own_cases_and_nobody_elses() {
    let house = House::new().await;
    let case = case_of(&house).await;
    let (mut anna, mut berta) = (house.signed_in("anna").await, house.signed_in("berta").await);
    let listed = anna.get("/api/v1/cases").await.json();
    assert_eq!((&listed["cases"][0]["id"], &listed["next"]), (&case.clone().into(), &serde_json::Value::Null));
    let by_feature = anna.get("/api/v1/cases?feature=HP:0003002&limit=1").await.json();
    assert_eq!(by_feature["cases"][0]["local_id"], "P1");
    assert_eq!(anna.get("/api/v1/cases?feature=HP:0000957").await.json()["cases"], serde_json::json!([]));
    assert!(anna.get("/cases").await.text.contains(&format!("/cases/{case}")));
    assert_eq!(berta.get("/api/v1/cases").await.json()["cases"], serde_json::json!([]));
    assert!(!berta.get("/cases").await.text.contains("P1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_files_lead_to_the_signed_root() {
    let house = House::new().await;
    case_of(&house).await;
    assert_eq!(bytes_of(&house, "/log/checkpoint").await.0, StatusCode::NOT_FOUND);
    house.node.seal().await.unwrap();
    let (status, note) = bytes_of(&house, "/log/checkpoint").await;
    assert_eq!(status, StatusCode::OK);
    let shard = house.node.newest_shard().await.unwrap().unwrap();
    let verifier = house.node.log_verifier(&shard).unwrap();
    let stated = Checkpoint::open(&Note::read(&note).unwrap(), &verifier).unwrap();
    let bundle = bytes_of(&house, &format!("/log/tile/entries/000.p/{}", stated.size)).await.1;
    let entries = read_entries(&bundle).unwrap();
    assert_eq!(root_of(&entries.iter().map(|entry| Hash::of_leaf(entry)).collect::<Vec<_>>()), stated.root);
    assert!(entries.iter().any(|entry| Leaf::read(entry).unwrap().kind == Kind::Key));
    let of_year = format!("/log/{}/tile/0/000.p/{}", shard.year, stated.size);
    assert_eq!(bytes_of(&house, &of_year).await.1.len() as u64, 32 * stated.size);
    for absent in [
        "/log/tile/0/000",
        "/log/tile/0/000.p/255",
        "/log/tile/0/../../keys/ledger.ed25519",
        "/log/1999/checkpoint",
        "/log/tile/63/000",
    ] {
        assert_eq!(bytes_of(&house, absent).await.0, StatusCode::NOT_FOUND, "{absent}");
    }
}

async fn add_checkpoint(house: &House, body: String) -> Answer {
    let request = Request::post("/log/witness/add-checkpoint").body(Body::from(body)).unwrap();
    house.browser().send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_signs_what_continues_and_refuses_a_fork() {
    let (house, witness) = (House::new().await, House::new().await);
    case_of(&house).await;
    house.node.seal().await.unwrap();
    let shard = house.node.newest_shard().await.unwrap().unwrap();
    let note = Note::read(shard.checkpoint.as_bytes()).unwrap();
    let request = AddCheckpoint { old: 0, proof: Vec::new(), note: note.clone() }.to_string();
    assert_eq!(add_checkpoint(&witness, request.clone()).await.status, StatusCode::NOT_FOUND);
    let verifier = house.node.log_verifier(&shard).unwrap().to_string();
    assert!(witness.node.add_witnessed_log(&verifier).await.unwrap());
    assert!(!witness.node.add_witnessed_log(&verifier).await.unwrap());
    let signed = add_checkpoint(&witness, request.clone()).await;
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.text);
    let mut cosigned = note.clone();
    cosigned.add(NoteSignature::read(signed.text.trim_end()).unwrap());
    assert!(cosigned.verify([&witness.node.witness_verifier().unwrap()]).is_ok());
    // The same request again states an old size that is past.
    let again = add_checkpoint(&witness, request).await;
    assert_eq!((again.status, again.text.trim()), (StatusCode::CONFLICT, shard.size.to_string().as_str()));
    assert_eq!(again.header("content-type"), "text/x.tlog.size");

    // The log's own key signs another history, larger and of the same size.
    let seed = std::fs::read_to_string(house.node.folder().keys().join("ledger.ed25519")).unwrap();
    let mut bytes = [0u8; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&seed[2 * at..2 * at + 2], 16).unwrap();
    }
    let forger = LogSigner::new(&shard.origin, &bytes).unwrap();
    for (size, status) in [(shard.size, 409), (shard.size + 1, 422)] {
        let note = Checkpoint::new(&shard.origin, size, Hash::of_leaf(b"another history")).sign(&forger);
        let fork = AddCheckpoint { old: shard.size, proof: Vec::new(), note }.to_string();
        assert_eq!(add_checkpoint(&witness, fork).await.status.as_u16(), status);
    }
    let stranger = LogSigner::new(&shard.origin, &[1; 32]).unwrap();
    let note = Checkpoint::new(&shard.origin, shard.size, Hash::new(shard.root)).sign(&stranger);
    let forged = AddCheckpoint { old: shard.size, proof: Vec::new(), note }.to_string();
    assert_eq!(add_checkpoint(&witness, forged).await.status, StatusCode::FORBIDDEN);
    assert_eq!(add_checkpoint(&witness, "old x\n\n".to_owned()).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_gets_the_signatures_that_its_policy_asks_for() {
    let house = House::new().await;
    case_of(&house).await;
    house.node.seal().await.unwrap();
    let shard = house.node.newest_shard().await.unwrap().unwrap();
    let mut policy = String::new();
    for name in ["north", "south"] {
        let witness = House::new().await;
        witness.node.add_witnessed_log(&house.node.log_verifier(&shard).unwrap().to_string()).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        policy +=
            &format!("witness {name} {} http://{address}/log/witness\n", witness.node.witness_verifier().unwrap());
        tokio::spawn(async move {
            let router = witness.router.clone();
            axum::serve(listener, router).await.unwrap();
            drop(witness);
        });
    }
    let away = cairn_ledger::cosignature::WitnessSigner::new("away.example", &[3; 32]).unwrap();
    policy += &format!("witness away {} http://127.0.0.1:9/log/witness\n", away.verifier());
    let two = Policy::read(&format!("{policy}group enough 2 north south away\nquorum enough\n")).unwrap();
    assert_eq!(house.node.ask_witnesses(&two).await.unwrap(), ["north", "south"]);
    // The log grows and asks again.
    house.node.add_laboratory("Genetics West", None).await.unwrap();
    house.node.seal().await.unwrap();
    assert_eq!(house.node.ask_witnesses(&two).await.unwrap(), ["north", "south"]);
    let shard = house.node.newest_shard().await.unwrap().unwrap();
    assert_eq!(shard.cosigned_size, shard.size);
    let receipt = house.node.ledger_receipt(&shard, 0, None).await.unwrap().unwrap();
    let checking = two.with_log(house.node.log_verifier(&shard).unwrap());
    assert_eq!(receipt.check(&checking).unwrap().witnesses, ["north", "south"]);
    let all = Policy::read(&format!("{policy}group enough all north south away\nquorum enough\n")).unwrap();
    assert!(receipt.check(&all.with_log(house.node.log_verifier(&shard).unwrap())).is_err());
    assert_eq!(house.node.check_ledger().await.unwrap().faults, Vec::<String>::new());
}
