//! A record moves from a file to PostgreSQL, is backed up from there, and comes back: always the same record.
//! On PostgreSQL alone (`cargo xtask postgres -p cairn-node`).

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::backup::back_up;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::relocate;
use cairn_node::world::World;
use cairn_reference::Reference;
use cairn_store::home::Server;
use cairn_store::serial::{CaseSerial, StatementSerial};
use cairn_store::{Home, Store};
use sqlx::Connection;
use std::path::Path;

/// Texts that languages order differently, beside one another; a case; a variant nobody can resolve.
const SHEET: &str = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID,Case ID,HPO terms,Zygosity
NF1,GRCh38,17,31337810,A,G,Pathogenic,Ärger,R1,P1,HP:0000957,heterozygous
NF1,GRCh38,17,31337811,A,G,Benign,arger,R2,P2,HP:0001250,homozygous
NF1,GRCh38,17,31337812,A,G,VUS,Zorn,R_3,,,
NF1,GRCh38,9,50000000,A,G,Benign,zorn,R-3,,,
";

fn server() -> Option<Server> {
    let Ok(address) = std::env::var("DATABASE_URL") else {
        println!("not run: `cargo xtask postgres` gives it a database");
        return None;
    };
    Some(Server::new(&address).unwrap())
}

async fn open(folder: &DataFolder) -> Node {
    Node::with_reference(folder.clone(), Reference::bundled(), World::real()).await.unwrap()
}

/// A node whose record is a file, with something in every part of it.
async fn node_in_a_file(folder: &DataFolder) {
    let node = open(folder).await;
    let laboratory = node.add_laboratory("North Lab", None).await.unwrap();
    for bytes in [SHEET.to_owned(), SHEET.replace("VUS", "Likely benign")] {
        let request = Request {
            laboratory: laboratory.clone(),
            user: None,
            channel: Channel::Command,
            file: Some("own.csv".to_owned()),
            bytes: bytes.into_bytes(),
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        };
        assert!(node.contribute(request).await.unwrap().accession.is_some());
    }
    node.close().await;
}

/// Everything that can be asked of the laboratory's own, in words; and that nothing is wrong with it.
async fn content(node: &Node) -> Vec<String> {
    assert_eq!(node.check().await.unwrap().faults, Vec::<String>::new());
    assert_eq!(node.check_ledger().await.unwrap().faults, Vec::<String>::new());
    let as_of = node.as_of(None).await.unwrap();
    let mut reader = node.store().read().await.unwrap();
    let laboratory = cairn_store::laboratory::find(&mut reader, "north-lab").await.unwrap().unwrap();
    let mut all = Vec::new();
    let first = StatementSerial::new(0);
    for found in cairn_store::statement::of_laboratory(&mut reader, laboratory.serial, as_of, first, 99).await.unwrap()
    {
        all.push(format!("{:?}", found.statement));
    }
    let first = CaseSerial::new(0);
    for case in
        cairn_store::case::of_laboratory(&mut reader, node.keys(), laboratory.serial, as_of, first, 99).await.unwrap()
    {
        let seen = cairn_store::observation::of_case(&mut reader, node.keys(), case.serial, as_of).await.unwrap();
        all.push(format!("{case:?} {seen:?}"));
    }
    for prefix in ["", "z", "ä", "a"] {
        all.push(format!("{:?}", cairn_store::search::conditions(&mut reader, prefix, 99).await.unwrap()));
        all.push(format!(
            "{:?}",
            cairn_store::search::case(&mut reader, node.keys(), laboratory.serial, prefix).await.unwrap()
        ));
    }
    assert!(all.iter().any(|line| line.contains("P2")), "cases are compared too");
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_moves_to_postgresql_and_comes_back_the_same() {
    let Some(server) = server() else { return };
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("node");
    let file = DataFolder::new(&path).whole();
    node_in_a_file(&file).await;
    let node = open(&file).await;
    let before = content(&node).await;
    let running = relocate::to_server(&file, &server).await.unwrap_err().to_string();
    assert!(running.contains("stop the node"), "{running}");
    node.close().await;

    let moved = relocate::to_server(&file, &server).await.unwrap();
    assert!(moved.tables.iter().any(|table| table.table == "statement_version" && table.rows == 5), "{moved:?}");
    assert!(moved.is_configured && moved.kept.is_file() && !file.record().exists());
    let there = DataFolder::new(&path);
    assert_eq!(there.home().unwrap(), Home::Server(server.clone()), "the configuration names the database");
    let node = open(&there).await;
    assert_eq!(content(&node).await, before);

    // A backup while the node is open, started as it is.
    let copy = place.path().join("copy");
    back_up(&there, &copy, false).await.unwrap();
    let copied = DataFolder::new(&copy).whole();
    // The keys of cases have a backup of their own.
    for file in std::fs::read_dir(there.keys()).unwrap().map(|file| file.unwrap().path()) {
        std::fs::copy(&file, copied.keys().join(file.file_name().unwrap())).unwrap();
    }
    let again = open(&copied).await;
    assert_eq!(content(&again).await, before);
    again.close().await;
    let configuration = std::fs::read_to_string(copied.configuration()).unwrap();
    assert!(!configuration.contains("postgres"), "{configuration}");

    // The same record again is the move done before; another one is refused.
    node.close().await;
    let moved = relocate::to_server(&copied, &server).await.unwrap();
    assert!(moved.kept.is_file() && !copied.record().exists());
    let other = DataFolder::new(place.path().join("other")).whole();
    node_in_a_file(&other).await;
    let refused = relocate::to_server(&other, &server).await.unwrap_err().to_string();
    assert!(refused.contains("not empty"), "{refused}");
    assert!(other.record().is_file(), "a refused record stays where it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_fails_leaves_both_sides_as_they_were() {
    let Some(server) = server() else { return };
    let place = tempfile::tempdir().unwrap();
    let file = DataFolder::new(place.path().join("node")).whole();
    node_in_a_file(&file).await;
    // A value that PostgreSQL does not keep, in the last table that could hold one.
    spoil(&file.record()).await;
    let failed = relocate::to_server(&file, &server).await.unwrap_err().to_string();
    assert!(failed.contains("NUL"), "{failed}");
    assert!(file.record().is_file(), "the file stays");
    let store = Store::open_at(&Home::Server(server)).await.unwrap();
    let as_of = cairn_store::entry::now(&mut store.read().await.unwrap()).await.unwrap();
    assert_eq!(as_of.entry().number(), 0, "nothing was kept");
    store.close().await;
}

async fn spoil(record: &Path) {
    let address = format!("sqlite:{}", record.display());
    let mut own = sqlx::SqliteConnection::connect(&address).await.unwrap();
    let done = sqlx::query("UPDATE variant_expression SET expression = 'a' || char(0) WHERE trust >= 0");
    assert!(done.execute(&mut own).await.unwrap().rows_affected() > 0);
    own.close().await.unwrap();
}
