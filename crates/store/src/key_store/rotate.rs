//! New keys above the data keys, while the node works on.

use super::data_key::data_place;
use super::{FOLD, INDEX, KeyStore, node_place, unwrap};
use crate::error::StoreError;
use crate::seal::Key;
use jiff::Timestamp;
use std::sync::PoisonError;

/// Data keys sealed anew in one transaction: short enough that nobody who makes a key waits long.
const AT_ONCE: i64 = 5_000;

/// What a rotation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rotated {
    /// The version of the node's key now.
    pub node_version: i64,
    /// Laboratories that got a new key.
    pub laboratories: u64,
    /// Data keys that were sealed anew.
    pub data_keys: u64,
}

impl KeyStore {
    /// Makes a new node key under `root` and a new key for each laboratory, seals every data key anew, and destroys the keys
    /// from before. Others may read and make keys meanwhile; broken off, it is taken up by the next one. The data keys
    /// themselves stay, so nothing in the record changes.
    ///
    /// # Errors
    /// When the file fails or a key does not open.
    pub async fn rotate(&self, root: &Key, now: Timestamp) -> Result<Rotated, StoreError> {
        let mut done = Rotated { node_version: self.new_node_key(root, now).await?, ..Rotated::default() };
        let laboratories: Vec<String> =
            sqlx::query_scalar("/* key_store::rotate */ SELECT DISTINCT laboratory FROM laboratory_key")
                .fetch_all(&self.0.pool)
                .await?;
        for laboratory in &laboratories {
            done.data_keys += self.rotate_laboratory(laboratory, done.node_version, now).await?;
            done.laboratories += 1;
        }
        self.forget_before(done.node_version).await?;
        Ok(done)
    }

    async fn new_node_key(&self, root: &Key, now: Timestamp) -> Result<i64, StoreError> {
        let random = self.0.random;
        let mut change = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        let version: i64 = sqlx::query_scalar("/* key_store::new_node_key */ SELECT MAX(version) + 1 FROM node_key")
            .fetch_one(&mut *change)
            .await?;
        let key = Key::random(random);
        sqlx::query(
            "/* key_store::new_node_key (add) */ INSERT INTO node_key (version, wrapped, made) VALUES ($1, $2, $3)",
        )
        .bind(version)
        .bind(root.seal(node_place(&version.to_string()), key.bytes(), random))
        .bind(now.as_microsecond())
        .execute(&mut *change)
        .await?;
        sqlx::query("/* key_store::new_node_key (index) */ UPDATE index_key SET node_version = $1, wrapped = $2")
            .bind(version)
            .bind(key.seal(INDEX, self.0.index.bytes(), random))
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        self.0.node.write().unwrap_or_else(PoisonError::into_inner).insert(version, key);
        Ok(version)
    }

    async fn rotate_laboratory(&self, laboratory: &str, node_version: i64, now: Timestamp) -> Result<u64, StoreError> {
        let mut change = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        let (before, _) = self.newest(&mut change, laboratory, now).await?;
        let (version, key) = (before + 1, Key::random(self.0.random));
        self.add_laboratory(&mut change, laboratory, version, node_version, &key, now).await?;
        change.commit().await?;
        let mut sealed = 0;
        loop {
            let mut change = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
            let rows: Vec<(String, i64, Vec<u8>)> = sqlx::query_as(
                "/* key_store::rotate_laboratory */ SELECT owner, version, wrapped FROM data_key
                WHERE laboratory = $1 AND version < $2 AND wrapped IS NOT NULL LIMIT $3",
            )
            .bind(laboratory)
            .bind(version)
            .bind(AT_ONCE)
            .fetch_all(&mut *change)
            .await?;
            if rows.is_empty() {
                return Ok(sealed);
            }
            sealed += rows.len() as u64;
            for (owner, of, wrapped) in rows {
                let above = self.laboratory(laboratory, of).await?;
                let data = unwrap(&above, data_place(&owner), &wrapped)?;
                sqlx::query(
                    "/* key_store::rotate_laboratory (seal) */
                    UPDATE data_key SET version = $2, wrapped = $3 WHERE owner = $1",
                )
                .bind(&owner)
                .bind(version)
                .bind(key.seal(data_place(&owner), data.bytes(), self.0.random))
                .execute(&mut *change)
                .await?;
            }
            change.commit().await?;
        }
    }

    /// Destroys the keys that no other key is sealed with any more.
    async fn forget_before(&self, node_version: i64) -> Result<(), StoreError> {
        let mut change = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(
            "/* key_store::forget_before */ DELETE FROM laboratory_key
            WHERE version < (SELECT MAX(n.version) FROM laboratory_key n WHERE n.laboratory = laboratory_key.laboratory)
                AND NOT EXISTS (SELECT 1 FROM data_key d WHERE d.laboratory = laboratory_key.laboratory
                    AND d.version = laboratory_key.version AND d.wrapped IS NOT NULL)",
        )
        .execute(&mut *change)
        .await?;
        sqlx::query(
            "/* key_store::forget_before (node) */ DELETE FROM node_key
            WHERE version < $1 AND NOT EXISTS (SELECT 1 FROM laboratory_key l WHERE l.node_version = node_key.version)",
        )
        .bind(node_version)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        self.0.laboratories.write().unwrap_or_else(PoisonError::into_inner).clear();
        self.0.node.write().unwrap_or_else(PoisonError::into_inner).retain(|version, _| *version >= node_version);
        sqlx::query(FOLD).execute(&self.0.pool).await?;
        Ok(())
    }

    /// Seals the node's keys with another root. The root from before opens nothing from here on.
    ///
    /// # Errors
    /// When the file fails or a key does not open.
    pub async fn change_root(&self, root: &Key) -> Result<(), StoreError> {
        let mut change = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        let rows: Vec<(i64, Vec<u8>)> =
            sqlx::query_as("/* key_store::change_root */ SELECT version, wrapped FROM node_key")
                .fetch_all(&mut *change)
                .await?;
        for (version, wrapped) in rows {
            let name = version.to_string();
            let key = unwrap(&self.0.root, node_place(&name), &wrapped)?;
            sqlx::query("/* key_store::change_root (seal) */ UPDATE node_key SET wrapped = $2 WHERE version = $1")
                .bind(version)
                .bind(root.seal(node_place(&name), key.bytes(), self.0.random))
                .execute(&mut *change)
                .await?;
        }
        change.commit().await?;
        sqlx::query(FOLD).execute(&self.0.pool).await?;
        Ok(())
    }
}
