//! Many rows with one statement: what makes an import of a whole archive take seconds.

use crate::dialect::{Connection, Database, MAX_BOUND};
use crate::error::StoreError;
use sqlx::QueryBuilder;
use sqlx::query_builder::Separated;

/// Rows in one statement. Larger gains nothing: binding dominates from here on.
const ROWS: usize = 400;

/// A row being bound, value by value.
pub(crate) type Row<'a> = Separated<'a, Database, &'static str>;

/// Adds all items. `head` is `INSERT INTO table (columns)`, `width` the number of columns, `tail`
/// what follows the values (such as `ON CONFLICT DO NOTHING`), `bind` pushes the values of one
/// item in the order of the columns.
pub(crate) async fn rows<T>(
    connection: &mut Connection,
    head: &'static str,
    width: usize,
    tail: &'static str,
    items: &[T],
    bind: impl Fn(&mut Row<'_>, &T),
) -> Result<(), StoreError> {
    let mut chunks = items.chunks(ROWS.min(MAX_BOUND / width));
    let mut bound = || {
        let chunk = chunks.next()?;
        let mut query = QueryBuilder::<Database>::new(head);
        query.push(" ");
        query.push_values(chunk, |mut row, item| bind(&mut row, item));
        query.push(tail);
        Some(query)
    };
    let mut next = bound();
    while let Some(mut query) = next {
        // The database works on a thread of its own: the next rows are bound meanwhile.
        let (done, following) = tokio::join!(query.build().execute(&mut *connection), async { bound() });
        done?;
        next = following;
    }
    Ok(())
}

/// Asks for many keys, a few hundred in a statement. `head` begins the statement up to the list
/// of keys (`… WHERE xref IN`), `tail` follows the list.
pub(crate) async fn select_in<K, R>(
    connection: &mut Connection,
    head: impl Fn(&mut QueryBuilder<Database>),
    keys: &[K],
    tail: impl Fn(&mut QueryBuilder<Database>),
) -> Result<Vec<R>, StoreError>
where
    K: Clone + Send + for<'q> sqlx::Encode<'q, Database> + sqlx::Type<Database>,
    R: for<'r> sqlx::FromRow<'r, <Database as sqlx::Database>::Row> + Send + Unpin,
{
    let mut found = Vec::new();
    for chunk in keys.chunks(ROWS) {
        let mut query = QueryBuilder::<Database>::new("");
        head(&mut query);
        query.push(" (");
        let mut list = query.separated(", ");
        for key in chunk {
            list.push_bind(key.clone());
        }
        list.push_unseparated(") ");
        tail(&mut query);
        let rows = query.build_query_as::<R>();
        found.extend(rows.fetch_all(&mut *connection).await?);
    }
    Ok(found)
}

/// The last serial number given in a table; new rows continue from it. Only the one writer asks.
pub(crate) async fn last_serial(connection: &mut Connection, question: &'static str) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(question).fetch_one(connection).await?)
}
