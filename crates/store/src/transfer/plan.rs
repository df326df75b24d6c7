//! Which tables a record has, and in which order they can be filled.

use crate::dialect::{Connection, Dialect};
use crate::driver::Kind;
use crate::error::StoreError;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// A table of the record.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// Tables its rows name, itself among them where they do.
    links: Vec<String>,
}

/// A column of it.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Its place in the key, from 1; 0: it is not of the key.
    key: i64,
}

impl Table {
    /// Asks for all rows in the order of the key, which is the same on both databases.
    pub(super) fn select(&self) -> String {
        let mut key: Vec<&Column> = self.columns.iter().filter(|column| column.key > 0).collect();
        key.sort_by_key(|column| column.key);
        if key.is_empty() {
            key = self.columns.iter().collect();
        }
        let order: Vec<String> = key.iter().map(|column| format!("\"{}\" NULLS FIRST", column.name)).collect();
        format!(
            "/* transfer::select */ SELECT {} FROM \"{}\" ORDER BY {}",
            self.column_list(),
            self.name,
            order.join(", ")
        )
    }

    /// Begins to add rows.
    pub(super) fn insert(&self) -> String {
        format!("/* transfer::insert */ INSERT INTO \"{}\" ({}) ", self.name, self.column_list())
    }

    fn column_list(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        names.join(", ")
    }
}

/// All tables, those that are named before those that name them.
#[derive(Debug)]
pub(super) struct Plan(Vec<Table>);

impl Plan {
    /// The tables of the record in a file.
    pub(super) async fn of(file: &mut Connection) -> Result<Self, StoreError> {
        let names: Vec<String> = sqlx::query_scalar(
            "/* plan::of */
            SELECT name FROM sqlite_master
            WHERE type = 'table' AND name NOT LIKE 'sqlite%'
                AND name NOT IN ('_sqlx_migrations', 'content_block', 'record_state') ORDER BY name",
        )
        .fetch_all(&mut *file)
        .await?;
        let mut tables = Vec::new();
        for name in names {
            tables.push(table(file, name).await?);
        }
        Ok(Self(in_order(tables)))
    }

    pub(super) fn tables(&self) -> &[Table] {
        &self.0
    }

    /// A table that is not empty.
    pub(super) async fn first_with_rows(&self, connection: &mut Connection) -> Result<Option<&Table>, StoreError> {
        for table in &self.0 {
            // The name is one of this program's own tables.
            let sql = format!("/* plan::first_with_rows */ SELECT EXISTS (SELECT 1 FROM \"{}\")", table.name);
            let found: bool = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *connection).await?;
            if found {
                return Ok(Some(table));
            }
        }
        Ok(None)
    }

    /// Links to rows that come later, such as to others of the same table, are checked at the end of the transaction.
    pub(super) async fn let_links_wait(&self, connection: &mut Connection) -> Result<(), StoreError> {
        if Dialect::of(connection) == Dialect::Sqlite {
            sqlx::query("PRAGMA defer_foreign_keys = ON").execute(connection).await?;
            return Ok(());
        }
        let links: Vec<(String, String, String)> = sqlx::query_as(
            "/* plan::let_links_wait */
            SELECT quote_ident(k.conname), c.relname, p.relname FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
            JOIN pg_namespace n ON n.oid = k.connamespace
            WHERE k.contype = 'f' AND k.condeferrable AND n.nspname = current_schema()",
        )
        .fetch_all(&mut *connection)
        .await?;
        let place = |name: &str| self.0.iter().position(|table| table.name == name);
        let later = links.iter().filter(|(_, child, parent)| place(parent) >= place(child));
        let names: Vec<&str> = later.map(|(name, ..)| name.as_str()).collect();
        if !names.is_empty() {
            // Names from the server, quoted by it.
            let sql = format!("SET CONSTRAINTS {} DEFERRED", names.join(", "));
            sqlx::query(AssertSqlSafe(sql)).execute(connection).await?;
        }
        Ok(())
    }
}

async fn table(file: &mut Connection, name: String) -> Result<Table, StoreError> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "/* plan::table */
        SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid",
    )
    .bind(&name)
    .fetch_all(&mut *file)
    .await?;
    let links: Vec<String> = sqlx::query_scalar(
        "/* plan::table */
        SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)",
    )
    .bind(&name)
    .fetch_all(file)
    .await?;
    let mut columns = Vec::new();
    for (column, kind, key) in rows {
        let kind = match kind.as_str() {
            "INTEGER" => Kind::Integer,
            "TEXT" => Kind::Text,
            "BLOB" => Kind::Bytes,
            "DOUBLE PRECISION" | "REAL" => Kind::Real,
            other => {
                return Err(StoreError::Unfit(format!("`{name}.{column}` is of type `{other}`, which is not copied")));
            }
        };
        columns.push(Column { name: column, kind, key });
    }
    Ok(Table { name, columns, links })
}

/// Tables that are named first; where tables name one another in a circle, by name.
fn in_order(tables: Vec<Table>) -> Vec<Table> {
    let mut waiting: BTreeMap<String, Table> = tables.into_iter().map(|table| (table.name.clone(), table)).collect();
    let mut order = Vec::new();
    while let Some(first) = waiting.keys().next().cloned() {
        let is_free =
            |table: &&Table| table.links.iter().all(|link| *link == table.name || !waiting.contains_key(link));
        let next = waiting.values().find(is_free).map_or(first, |table| table.name.clone());
        order.extend(waiting.remove(&next));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(links: &[(&str, &[&str])], order: &[&str]) {
        let table = |(name, links): &(&str, &[&str])| Table {
            name: (*name).to_owned(),
            columns: Vec::new(),
            links: links.iter().map(|link| (*link).to_owned()).collect(),
        };
        let found = in_order(links.iter().map(table).collect());
        assert_eq!(found.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), order);
    }

    #[test]
    fn what_is_named_comes_first() {
        check(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])], &["c", "b", "a"]);
    }

    #[test]
    fn a_table_that_names_itself_waits_for_nobody() {
        check(&[("a", &["a"]), ("b", &["a"])], &["a", "b"]);
    }

    #[test]
    fn a_circle_is_broken_by_name() {
        check(&[("a", &["b"]), ("b", &["a"]), ("c", &["a"])], &["a", "b", "c"]);
    }
}
