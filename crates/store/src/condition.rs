//! Conditions as named: one row for each distinct naming, with its identifiers for search.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::fold::fold;
use crate::insert::{last_serial, rows, select_in};
use crate::serial::ConditionSerial;
use cairn_core::condition::Condition;
use std::collections::HashMap;

/// What makes two namings the same: the folded name and the identifiers, in any order.
pub fn key(condition: &Condition) -> String {
    let mut ids: Vec<&str> = condition.ids.iter().map(|id| id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    format!("{}\u{1f}{}", fold(&condition.name), ids.join("\u{1f}"))
}

/// The serials of these conditions by [`key`]; new ones are recorded.
pub async fn record<'a>(
    connection: &mut Connection,
    conditions: impl Iterator<Item = &'a Condition>,
) -> Result<HashMap<String, ConditionSerial>, StoreError> {
    let mut wanted: HashMap<String, &Condition> = HashMap::new();
    for condition in conditions {
        wanted.entry(key(condition)).or_insert(condition);
    }
    let keys: Vec<String> = wanted.keys().cloned().collect();
    let mut known = known(connection, &keys).await?;
    let mut new: Vec<(String, &Condition)> = wanted.into_iter().filter(|(key, _)| !known.contains_key(key)).collect();
    new.sort_by(|a, b| a.0.cmp(&b.0));
    let last =
        last_serial(connection, "/* condition::record (last) */ SELECT COALESCE(MAX(condition_id), 0) FROM condition")
            .await?;
    let numbered: Vec<(ConditionSerial, String, &Condition)> = new
        .into_iter()
        .zip(last + 1..)
        .map(|((key, condition), n)| (ConditionSerial::new(n), key, condition))
        .collect();
    add(connection, &numbered).await?;
    known.extend(numbered.into_iter().map(|(serial, key, _)| (key, serial)));
    Ok(known)
}

async fn known(connection: &mut Connection, keys: &[String]) -> Result<HashMap<String, ConditionSerial>, StoreError> {
    let rows: Vec<(String, ConditionSerial)> = select_in(
        connection,
        |query| {
            query.push(
                "/* condition::known */
                SELECT condition_key, condition_id FROM condition WHERE condition_key IN",
            );
        },
        keys,
        |_| {},
    )
    .await?;
    Ok(rows.into_iter().collect())
}

async fn add(connection: &mut Connection, new: &[(ConditionSerial, String, &Condition)]) -> Result<(), StoreError> {
    rows(
        connection,
        "/* condition::add */
        INSERT INTO condition (condition_id, condition_key, name, name_folded)",
        4,
        "",
        new,
        |row, (serial, key, condition)| {
            row.push_bind(*serial)
                .push_bind(key.clone())
                .push_bind(condition.name.clone())
                .push_bind(fold(&condition.name));
        },
    )
    .await?;
    let xrefs: Vec<(ConditionSerial, &str)> =
        new.iter().flat_map(|(serial, _, c)| c.ids.iter().map(move |id| (*serial, id.as_str()))).collect();
    rows(
        connection,
        "/* condition::add (xrefs) */
        INSERT INTO condition_xref (curie, condition_id)",
        2,
        " ON CONFLICT DO NOTHING",
        &xrefs,
        |row, (serial, curie)| {
            row.push_bind(curie.to_string()).push_bind(*serial);
        },
    )
    .await
}
