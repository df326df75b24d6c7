//! Bringing a database to this program's version: each driver's own way.

use super::Connection;
use sqlx::migrate::{AppliedMigration, Migrate, MigrateError, Migration};
use std::pin::Pin;
use std::time::Duration;

type Future<'e, T> = Pin<Box<dyn std::future::Future<Output = Result<T, MigrateError>> + Send + 'e>>;

impl Connection {
    fn own(&mut self) -> &mut (dyn Migrate + Send) {
        match self {
            Self::Sqlite(connection) => connection,
            Self::Postgres(connection) => connection,
        }
    }
}

impl Migrate for Connection {
    fn create_schema_if_not_exists<'e>(&'e mut self, schema: &'e str) -> Future<'e, ()> {
        self.own().create_schema_if_not_exists(schema)
    }

    fn ensure_migrations_table<'e>(&'e mut self, table: &'e str) -> Future<'e, ()> {
        self.own().ensure_migrations_table(table)
    }

    fn dirty_version<'e>(&'e mut self, table: &'e str) -> Future<'e, Option<i64>> {
        self.own().dirty_version(table)
    }

    fn list_applied_migrations<'e>(&'e mut self, table: &'e str) -> Future<'e, Vec<AppliedMigration>> {
        self.own().list_applied_migrations(table)
    }

    fn lock(&mut self) -> Future<'_, ()> {
        self.own().lock()
    }

    fn unlock(&mut self) -> Future<'_, ()> {
        self.own().unlock()
    }

    fn apply<'e>(&'e mut self, table: &'e str, migration: &'e Migration) -> Future<'e, Duration> {
        self.own().apply(table, migration)
    }

    fn revert<'e>(&'e mut self, table: &'e str, migration: &'e Migration) -> Future<'e, Duration> {
        self.own().revert(table, migration)
    }

    fn skip<'e>(&'e mut self, table: &'e str, migration: &'e Migration) -> Future<'e, ()> {
        self.own().skip(table, migration)
    }
}
