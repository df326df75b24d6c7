//! Whether a record in PostgreSQL is whole: its indexes, its links, its pages.

use crate::dialect::Connection;
use crate::error::StoreError;
use sqlx::AssertSqlSafe;

/// A link between two tables.
#[derive(sqlx::FromRow)]
struct Link {
    /// With its schema, as it is written in SQL; so are the other names.
    child: String,
    parent: String,
    /// Columns of the child and of the parent, in pairs.
    child_columns: String,
    parent_columns: String,
}

/// What is wrong, one sentence each.
pub(in crate::dialect) async fn faults(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let mut faults = unfinished(connection).await?;
    faults.extend(unreadable(connection).await?);
    for link in links(connection).await? {
        faults.extend(broken(connection, &link).await?);
    }
    Ok(faults)
}

/// Indexes and links that the server does not vouch for.
async fn unfinished(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let indexes: Vec<String> = sqlx::query_scalar(
        "/* links::unfinished */
        SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema() AND NOT (i.indisvalid AND i.indisready) ORDER BY 1",
    )
    .fetch_all(&mut *connection)
    .await?;
    let links: Vec<String> = sqlx::query_scalar(
        "/* links::unfinished */
        SELECT c.conname FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
        WHERE n.nspname = current_schema() AND NOT c.convalidated ORDER BY 1",
    )
    .fetch_all(connection)
    .await?;
    let index = |name: String| format!("the index `{name}` is not valid: `REINDEX INDEX {name}` makes it again");
    let link = |name: String| format!("the constraint `{name}` was never checked: validate it");
    Ok(indexes.into_iter().map(index).chain(links.into_iter().map(link)).collect())
}

/// Reads every row of every table with all its values; where the server keeps checksums, a changed page is found.
async fn unreadable(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let tables: Vec<String> = sqlx::query_scalar(
        "/* links::unreadable */
        SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut faults = Vec::new();
    for table in tables {
        // The name comes from the server, quoted by it. A hash reads all of a value, also what is stored beside.
        let sql = format!("/* links::unreadable */ SELECT COUNT(hashtext(CAST(t AS TEXT))) FROM {table} t");
        let read: Result<i64, sqlx::Error> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *connection).await;
        match read {
            Ok(_) => {}
            // Its words may hold a value; the code says what it is.
            Err(sqlx::Error::Database(error)) => faults.push(format!(
                "`{table}` cannot be read to its end (PostgreSQL's error {})",
                error.code().unwrap_or_default()
            )),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(faults)
}

async fn links(connection: &mut Connection) -> Result<Vec<Link>, StoreError> {
    let links = sqlx::query_as(
        "/* links::links */
        SELECT CAST(CAST(c.conrelid AS regclass) AS TEXT) AS child,
            CAST(CAST(c.confrelid AS regclass) AS TEXT) AS parent,
            (SELECT string_agg(quote_ident(a.attname), ' ' ORDER BY k.place) FROM unnest(c.conkey)
                WITH ORDINALITY AS k (number, place)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number) AS child_columns,
            (SELECT string_agg(quote_ident(a.attname), ' ' ORDER BY k.place) FROM unnest(c.confkey)
                WITH ORDINALITY AS k (number, place)
                JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number) AS parent_columns
        FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
        WHERE c.contype = 'f' AND n.nspname = current_schema() ORDER BY 1, 2, 3",
    )
    .fetch_all(connection)
    .await?;
    Ok(links)
}

/// Rows that name a row that is not there: the server checks what is written through it, not what a disk did since.
async fn broken(connection: &mut Connection, link: &Link) -> Result<Option<String>, StoreError> {
    let Link { child, parent, .. } = link;
    let pairs = link.child_columns.split(' ').zip(link.parent_columns.split(' '));
    let joined: Vec<String> = pairs.map(|(here, there)| format!("p.{there} = c.{here}")).collect();
    let given: Vec<String> = link.child_columns.split(' ').map(|here| format!("c.{here} IS NOT NULL")).collect();
    let sql = format!(
        "/* links::broken */ SELECT COUNT(*) FROM {child} c WHERE {} AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE {})",
        given.join(" AND "),
        joined.join(" AND ")
    );
    let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(connection).await?;
    Ok((count > 0).then(|| format!("{count} rows of `{child}` name a row of `{parent}` that is not there")))
}
