//! The connections to the database are cut while laboratories send: nothing acknowledged is lost, nothing is stored
//! twice. On PostgreSQL alone (`cargo xtask postgres -p cairn-node`): a file has no connection to cut.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_reference::Reference;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::serial::StatementSerial;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::Connection;
use std::collections::HashMap;
use std::time::Duration;

/// Whatever is random here follows from it.
const SEED: u64 = 20_261_121;
/// Laboratories that send at the same time.
const SENDERS: usize = 4;
/// Files of each.
const FILES: usize = 10;
/// Statements in each.
const ROWS: usize = 20;

fn sheet(sender: usize, number: usize) -> Vec<u8> {
    let mut text = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID\n".to_owned();
    for row in 0..ROWS {
        let position = 50_000_000 + sender * 1_000_000 + number * 10_000 + row;
        text += &format!("NF1,GRCh38,9,{position},A,G,Benign,Condition {row},R{sender}-{number}-{row}\n");
    }
    text.into_bytes()
}

/// Sends every file until it is acknowledged, as a program would; which accession each got.
async fn send(node: Node, laboratory: RecordedLaboratory, sender: usize) -> HashMap<usize, String> {
    let mut acknowledged = HashMap::new();
    for number in 0..FILES {
        let request = Request {
            laboratory: laboratory.clone(),
            user: None,
            channel: Channel::Api,
            file: Some(format!("{number}.csv")),
            bytes: sheet(sender, number),
            mapping: None,
            assembly: None,
            client_key: Some(format!("{sender}-{number}")),
            dry_run: false,
            strict: false,
        };
        let accession = loop {
            match node.contribute(request.clone()).await {
                Ok(outcome) => break outcome.accession.unwrap().to_string(),
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        acknowledged.insert(number, accession);
    }
    acknowledged
}

/// Ends every other connection to the same database, again and again; how many were ended.
async fn cut(address: String, until: tokio::sync::watch::Receiver<bool>) -> u64 {
    let mut random = StdRng::seed_from_u64(SEED);
    let mut ended = 0;
    let mut own = sqlx::PgConnection::connect(&address).await.unwrap();
    while !*until.borrow() {
        tokio::time::sleep(Duration::from_millis(random.random_range(20..250))).await;
        let cut: i64 = sqlx::query_scalar(
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .fetch_one(&mut own)
        .await
        .unwrap();
        ended += u64::try_from(cut).unwrap();
    }
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_and_nothing_is_stored_twice_when_connections_are_cut() {
    let Ok(address) = std::env::var("DATABASE_URL") else {
        println!("not run: `cargo xtask postgres` gives it a database");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let node = Node::with_reference(DataFolder::new(folder.path()), Reference::bundled(), World::real()).await.unwrap();
    let mut laboratories = Vec::new();
    for sender in 0..SENDERS {
        laboratories.push(node.add_laboratory(&format!("Laboratory {sender}"), None).await.unwrap());
    }
    let (done, until) = tokio::sync::watch::channel(false);
    let cutting = tokio::spawn(cut(address, until));
    let senders = laboratories.iter().enumerate();
    let sending: Vec<_> =
        senders.map(|(sender, laboratory)| tokio::spawn(send(node.clone(), laboratory.clone(), sender))).collect();
    let mut acknowledged = Vec::new();
    for sender in sending {
        acknowledged.push(sender.await.unwrap());
    }
    done.send(true).unwrap();
    let ended = cutting.await.unwrap();
    assert!(ended > 0, "connections were cut");

    let as_of = node.as_of(None).await.unwrap();
    for (laboratory, acknowledged) in laboratories.iter().zip(&acknowledged) {
        let mut reader = node.store().read().await.unwrap();
        let sent = cairn_store::submission::of_laboratory(&mut reader, laboratory.serial, as_of, None, 1000);
        let sent = sent.await.unwrap();
        assert_eq!(sent.len(), FILES, "each file once");
        for one in &sent {
            let number: usize =
                one.submission.source.file.as_deref().unwrap().strip_suffix(".csv").unwrap().parse().unwrap();
            assert_eq!(acknowledged[&number], one.submission.accession.to_string());
        }
        let first = StatementSerial::new(0);
        let all = cairn_store::statement::of_laboratory(&mut reader, laboratory.serial, as_of, first, 10_000);
        let all = all.await.unwrap();
        assert_eq!(all.len(), FILES * ROWS);
        assert!(all.iter().all(|statement| statement.statement.version == 1));
    }
    let findings = node.check().await.unwrap();
    assert_eq!(findings.faults, Vec::<String>::new());
    assert_eq!(findings.submissions, (SENDERS * FILES) as u64);
    assert!(node.check_ledger().await.unwrap().faults.is_empty());
    let retries = node.store().retries();
    println!("{ended} connections cut, {} tries again", retries.connections() + retries.conflicts());
}
