//! The key store against a real file: keys are found again, rotated, destroyed, and open nothing elsewhere.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_store::seal::{Key, Place};
use cairn_store::{KeyStore, StoreError};
use jiff::Timestamp;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

const ROOT: [u8; 32] = [7; 32];
const PLACE: Place<'static> = Place { table: "t", column: "c", row: "r" };

fn counted() -> u128 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) << 64 | 0x5eed
}

fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

async fn open(path: &Path, root: [u8; 32]) -> Result<KeyStore, StoreError> {
    KeyStore::open(path, Key::new(root), counted, now()).await
}

fn owners(count: u32) -> Vec<(String, String)> {
    (0..count).map(|n| (format!("case:{n:032x}"), format!("{:032x}", n % 3))).collect()
}

#[tokio::test]
async fn keys_are_the_same_after_opening_again_and_after_rotation() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("keys.sqlite");
    let keys = open(&path, ROOT).await.unwrap();
    let owners = owners(12_000);
    let made = keys.make(&owners, now()).await.unwrap();
    assert_eq!(made.len(), owners.len());
    assert_eq!(keys.make(&owners[..5], now()).await.unwrap()[&owners[3].0], made[&owners[3].0], "made once");
    let blind = keys.blind("p", "1", "text");
    assert_ne!(blind, keys.blind("p", "2", "text"));
    assert_ne!(blind, keys.blind("q", "1", "text"));
    keys.close().await;

    let keys = open(&path, ROOT).await.unwrap();
    assert_eq!(keys.blind("p", "1", "text"), blind);
    let done = keys.rotate(&Key::new(ROOT), now()).await.unwrap();
    assert_eq!((done.node_version, done.laboratories, done.data_keys), (2, 3, 12_000));
    // One that another process had made meanwhile, and one made after.
    let names: Vec<String> = owners.iter().map(|(owner, _)| owner.clone()).collect();
    assert_eq!(keys.find(&names).await.unwrap(), made);
    keys.change_root(&Key::new([8; 32])).await.unwrap();
    keys.close().await;
    assert!(matches!(open(&path, ROOT).await, Err(StoreError::OtherRoot)));
    let keys = open(&path, [8; 32]).await.unwrap();
    assert_eq!(keys.find(&names).await.unwrap(), made);
    assert_eq!(keys.blind("p", "1", "text"), blind);
}

#[tokio::test]
async fn a_destroyed_key_is_gone_from_the_file_and_never_made_again() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("keys.sqlite");
    let keys = open(&path, ROOT).await.unwrap();
    let owners = owners(3);
    let made = keys.make(&owners, now()).await.unwrap();
    let sealed = made[&owners[0].0].seal_text(PLACE, "a person", counted);
    let before = wrapped(&path, &owners[0].0).await.unwrap();
    keys.destroy(&[owners[0].0.clone(), "case:never".to_owned()], now()).await.unwrap();
    assert!(keys.find_one(&owners[0].0).await.unwrap().is_none());
    assert!(keys.make(&owners[..1], now()).await.is_err(), "what was erased is not begun again");
    assert_eq!(keys.destroyed().await.unwrap().len(), 2);
    keys.close().await;
    for entry in std::fs::read_dir(place.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(before.len()).any(|window| window == before), "the sealed key is still on disk");
    }
    let keys = open(&path, ROOT).await.unwrap();
    assert_eq!(keys.find_one(&owners[0].0).await.unwrap(), None);
    let other = keys.find_one(&owners[1].0).await.unwrap().unwrap();
    assert!(other.open_text(PLACE, &sealed).is_err());
}

async fn wrapped(path: &Path, owner: &str) -> Option<Vec<u8>> {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query_scalar("SELECT wrapped FROM data_key WHERE owner = $1")
        .bind(owner)
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_key_moved_to_another_owner_does_not_open() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("keys.sqlite");
    let keys = open(&path, ROOT).await.unwrap();
    let owners = owners(4);
    keys.make(&owners, now()).await.unwrap();
    let taken = wrapped(&path, &owners[0].0).await.unwrap();
    keys.close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("UPDATE data_key SET wrapped = $1 WHERE owner = $2")
        .bind(taken)
        .bind(&owners[3].0)
        .execute(&mut connection)
        .await
        .unwrap();
    let keys = open(&path, ROOT).await.unwrap();
    assert!(keys.find_one(&owners[3].0).await.is_err());
    assert!(keys.find_one(&owners[0].0).await.unwrap().is_some());
}
