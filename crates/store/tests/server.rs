//! What is particular to PostgreSQL: databases that are refused, damage that is found, serials that are given.
//! On PostgreSQL alone (`cargo xtask postgres`).

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_store::home::Server;
use cairn_store::{Home, Store, fitness, integrity};
use jiff::Timestamp;
use sqlx::{Connection, Executor, PgConnection};

/// The database of this test and a connection to it beside the store's.
async fn server() -> Option<(Server, PgConnection)> {
    let Ok(address) = std::env::var("DATABASE_URL") else {
        println!("not run: `cargo xtask postgres` gives it a database");
        return None;
    };
    let beside = PgConnection::connect(&address).await.unwrap();
    Some((Server::new(&address).unwrap(), beside))
}

async fn refusal(server: Server) -> String {
    Store::open_at(&Home::Server(server)).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_server_whose_commits_wait_for_nobody_is_not_highly_available() {
    let Some((server, _)) = server().await else { return };
    let refused = refusal(server.clone().needing_standby(true)).await;
    assert!(refused.contains("synchronous_standby_names"), "{refused}");
    Store::open_at(&Home::Server(server)).await.unwrap().close().await;
}

#[tokio::test]
async fn a_database_of_another_program_is_refused() {
    let Some((server, mut beside)) = server().await else { return };
    beside.execute("CREATE TABLE somebody_elses (a INTEGER)").await.unwrap();
    let refused = refusal(server).await;
    assert!(refused.contains("another program"), "{refused}");
}

#[tokio::test]
async fn a_row_that_names_nothing_is_found() {
    let Some((server, mut beside)) = server().await else { return };
    let home = Home::Server(server);
    let store = Store::open_at(&home).await.unwrap();
    let mut writer = store.write().await.unwrap();
    let (entry, _) = writer.enter(Timestamp::UNIX_EPOCH).await.unwrap();
    let id = cairn_core::id::LaboratoryId::from_random(1);
    cairn_store::laboratory::add(&mut writer, entry, id, "North", None, true).await.unwrap();
    writer.commit().await.unwrap();
    let mut reader = store.read().await.unwrap();
    assert_eq!(integrity::faults(&mut reader).await.unwrap(), Vec::<String>::new());
    // What a disk may do, and the server does not let others do.
    beside.execute("SET session_replication_role = replica; DELETE FROM entry").await.unwrap();
    let faults = integrity::faults(&mut reader).await.unwrap();
    assert_eq!(faults, ["1 rows of `laboratory` name a row of `entry` that is not there"]);
    beside.execute("SET session_replication_role = origin; UPDATE pg_index SET indisvalid = false WHERE indexrelid = CAST('entry_by_recorded' AS regclass)").await.unwrap();
    let faults = integrity::faults(&mut reader).await.unwrap();
    assert!(faults[0].contains("entry_by_recorded"), "{faults:?}");
    let examined = fitness::examine(&home).await.unwrap();
    assert!(examined.settings.iter().any(|(name, version)| *name == "PostgreSQL" && !version.is_empty()));
    assert!(examined.faults.iter().any(|fault| fault.contains("fsync")), "the tests' server does not sync");
}

#[tokio::test]
async fn writers_of_two_processes_take_turns() {
    let Some((server, _)) = server().await else { return };
    let home = Home::Server(server);
    let (one, other) = (Store::open_at(&home).await.unwrap(), Store::open_at(&home).await.unwrap());
    let mut all = Vec::new();
    for store in [one.clone(), other.clone()] {
        all.push(tokio::spawn(async move {
            for _ in 0..25 {
                let mut writer = store.write().await.unwrap();
                writer.enter(Timestamp::UNIX_EPOCH).await.unwrap();
                writer.commit().await.unwrap();
            }
        }));
    }
    for writing in all {
        writing.await.unwrap();
    }
    let as_of = cairn_store::entry::now(&mut one.read().await.unwrap()).await.unwrap();
    assert_eq!(as_of.entry().number(), 50, "no number is given twice or left out");
}
