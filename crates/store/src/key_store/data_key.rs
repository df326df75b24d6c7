//! Data keys: made, found, destroyed.

use super::{FOLD, KEPT, KeyStore, unwrap};
use crate::error::StoreError;
use crate::seal::{Key, Place};
use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::{BTreeMap, HashMap};
use std::sync::PoisonError;

/// Keys asked for in one statement.
const AT_ONCE: usize = 400;

pub(super) fn data_place(owner: &str) -> Place<'_> {
    Place { table: "data_key", column: "wrapped", row: owner }
}

pub(super) fn laboratory_place(laboratory: &str) -> Place<'_> {
    Place { table: "laboratory_key", column: "wrapped", row: laboratory }
}

impl KeyStore {
    /// The keys of these owners; those without a key, and those whose key was destroyed, are left out.
    ///
    /// # Errors
    /// When the file fails or a key does not open.
    pub async fn find(&self, owners: &[String]) -> Result<HashMap<String, Key>, StoreError> {
        let mut found = HashMap::with_capacity(owners.len());
        let mut absent = Vec::new();
        {
            let kept = self.0.data.read().unwrap_or_else(PoisonError::into_inner);
            for owner in owners {
                match kept.get(owner) {
                    Some(key) => drop(found.insert(owner.clone(), key.clone())),
                    None => absent.push(owner),
                }
            }
        }
        for some in absent.chunks(AT_ONCE) {
            let mut query = QueryBuilder::<Sqlite>::new(
                "/* key_store::find */ SELECT owner, laboratory, version, wrapped FROM data_key \
                WHERE wrapped IS NOT NULL AND owner IN (",
            );
            let mut list = query.separated(", ");
            for owner in some {
                list.push_bind((*owner).clone());
            }
            list.push_unseparated(")");
            let rows: Vec<(String, String, i64, Vec<u8>)> = query.build_query_as().fetch_all(&self.0.pool).await?;
            for (owner, laboratory, version, wrapped) in rows {
                let above = self.laboratory(&laboratory, version).await?;
                let key = unwrap(&above, data_place(&owner), &wrapped)?;
                self.keep(&owner, &key);
                found.insert(owner, key);
            }
        }
        Ok(found)
    }

    /// The key of one owner; `None` when there is none or it was destroyed.
    ///
    /// # Errors
    /// As [`KeyStore::find`].
    pub async fn find_one(&self, owner: &str) -> Result<Option<Key>, StoreError> {
        Ok(self.find(&[owner.to_owned()]).await?.remove(owner))
    }

    /// The keys of these owners; those without one get one. `owners` gives for each the uid of its laboratory. New keys
    /// are durable when this returns.
    ///
    /// # Errors
    /// When the file fails, or an owner's key was destroyed: what was erased is not begun again.
    pub async fn make(&self, owners: &[(String, String)], now: Timestamp) -> Result<HashMap<String, Key>, StoreError> {
        let names: Vec<String> = owners.iter().map(|(owner, _)| owner.clone()).collect();
        let mut keys = self.find(&names).await?;
        let mut by_laboratory: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (owner, laboratory) in owners.iter().filter(|(owner, _)| !keys.contains_key(owner)) {
            by_laboratory.entry(laboratory).or_default().push(owner);
        }
        if by_laboratory.is_empty() {
            return Ok(keys);
        }
        let random = self.0.random;
        let mut change = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut made = Vec::new();
        for (laboratory, owners) in by_laboratory {
            let (version, above) = self.newest(&mut change, laboratory, now).await?;
            for owner in owners {
                let key = Key::random(random);
                let done = sqlx::query(
                    "/* key_store::make */ INSERT INTO data_key (owner, laboratory, version, wrapped, made)
                    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (owner) DO NOTHING",
                )
                .bind(owner)
                .bind(laboratory)
                .bind(version)
                .bind(above.seal(data_place(owner), key.bytes(), random))
                .bind(now.as_microsecond())
                .execute(&mut *change)
                .await?;
                if done.rows_affected() == 1 {
                    made.push((owner.to_owned(), key));
                }
            }
        }
        change.commit().await?;
        made.iter().for_each(|(owner, key)| self.keep(owner, key));
        keys.extend(made);
        // Another process made the same keys meanwhile, or they were destroyed.
        let others: Vec<String> = names.into_iter().filter(|owner| !keys.contains_key(owner)).collect();
        keys.extend(self.find(&others).await?);
        match others.iter().find(|owner| !keys.contains_key(*owner)) {
            Some(_) => Err(StoreError::Conflict("this case was erased: nothing can be recorded about it".to_owned())),
            None => Ok(keys),
        }
    }

    /// Destroys keys, also those that this store never had: what they sealed is gone, and none can be made again under
    /// the same name. Durable, and gone from the file and its journal, when this returns.
    ///
    /// # Errors
    /// When the file fails.
    pub async fn destroy(&self, owners: &[String], now: Timestamp) -> Result<(), StoreError> {
        if owners.is_empty() {
            return Ok(());
        }
        let mut change = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        for owner in owners {
            sqlx::query(
                "/* key_store::destroy */ INSERT INTO data_key (owner, laboratory, version, wrapped, made, destroyed)
                VALUES ($1, '', 0, NULL, $2, $2)
                ON CONFLICT (owner) DO UPDATE SET wrapped = NULL, destroyed = $2 WHERE wrapped IS NOT NULL",
            )
            .bind(owner)
            .bind(now.as_microsecond())
            .execute(&mut *change)
            .await?;
        }
        change.commit().await?;
        {
            let mut kept = self.0.data.write().unwrap_or_else(PoisonError::into_inner);
            owners.iter().for_each(|owner| drop(kept.remove(owner)));
        }
        sqlx::query(FOLD).execute(&self.0.pool).await?;
        Ok(())
    }

    /// The owners whose keys were destroyed.
    ///
    /// # Errors
    /// When the file fails.
    pub async fn destroyed(&self) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "/* key_store::destroyed */ SELECT owner FROM data_key WHERE destroyed IS NOT NULL ORDER BY owner",
        )
        .fetch_all(&self.0.pool)
        .await?)
    }

    fn keep(&self, owner: &str, key: &Key) {
        let mut kept = self.0.data.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(owner.to_owned(), key.clone());
    }

    /// The key of a laboratory in a version.
    pub(super) async fn laboratory(&self, laboratory: &str, version: i64) -> Result<Key, StoreError> {
        let name = (laboratory.to_owned(), version);
        if let Some(key) = self.0.laboratories.read().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return Ok(key.clone());
        }
        let (node_version, wrapped): (i64, Vec<u8>) = sqlx::query_as(
            "/* key_store::laboratory */
            SELECT node_version, wrapped FROM laboratory_key WHERE laboratory = $1 AND version = $2",
        )
        .bind(laboratory)
        .bind(version)
        .fetch_one(&self.0.pool)
        .await?;
        let key = unwrap(&self.node(node_version).await?, laboratory_place(laboratory), &wrapped)?;
        self.0.laboratories.write().unwrap_or_else(PoisonError::into_inner).insert(name, key.clone());
        Ok(key)
    }

    /// The newest key of a laboratory, made when there is none.
    pub(super) async fn newest(
        &self,
        change: &mut SqliteConnection,
        laboratory: &str,
        now: Timestamp,
    ) -> Result<(i64, Key), StoreError> {
        let known: Option<(i64, i64, Vec<u8>)> = sqlx::query_as(
            "/* key_store::newest */ SELECT version, node_version, wrapped FROM laboratory_key
            WHERE laboratory = $1 ORDER BY version DESC LIMIT 1",
        )
        .bind(laboratory)
        .fetch_optional(&mut *change)
        .await?;
        if let Some((version, node_version, wrapped)) = known {
            let key = unwrap(&self.node(node_version).await?, laboratory_place(laboratory), &wrapped)?;
            return Ok((version, key));
        }
        let node_version: i64 = sqlx::query_scalar("/* key_store::newest (node) */ SELECT MAX(version) FROM node_key")
            .fetch_one(&mut *change)
            .await?;
        let key = Key::random(self.0.random);
        self.add_laboratory(change, laboratory, 1, node_version, &key, now).await?;
        Ok((1, key))
    }

    pub(super) async fn add_laboratory(
        &self,
        change: &mut SqliteConnection,
        laboratory: &str,
        version: i64,
        node_version: i64,
        key: &Key,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let node = self.node(node_version).await?;
        sqlx::query(
            "/* key_store::add_laboratory */
            INSERT INTO laboratory_key (laboratory, version, node_version, wrapped, made) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(laboratory)
        .bind(version)
        .bind(node_version)
        .bind(node.seal(laboratory_place(laboratory), key.bytes(), self.0.random))
        .bind(now.as_microsecond())
        .execute(change)
        .await?;
        Ok(())
    }
}
