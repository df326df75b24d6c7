//! Which key store opens what is sealed in this record.

use crate::dialect::Connection;
use crate::error::StoreError;

/// The key store's uid; `None` while nothing was sealed.
pub async fn find(connection: &mut Connection) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* key_store_name::find */
        SELECT uid FROM key_store",
    )
    .fetch_optional(connection)
    .await?)
}

/// Names the key store, once.
pub async fn set(connection: &mut Connection, uid: &str) -> Result<(), StoreError> {
    sqlx::query(
        "/* key_store_name::set */
        INSERT INTO key_store (key_store_id, uid) VALUES (1, $1)",
    )
    .bind(uid)
    .execute(connection)
    .await?;
    Ok(())
}
