//! The statement versions that differ, and the variants compared as one.

use super::{Member, number};
use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{DiscordanceSerial, LaboratorySerial, StatementSerial, VariantSerial};
use crate::word::parse;
use std::collections::HashMap;

/// The members that versions list, in the order of the statements.
pub async fn members(
    connection: &mut Connection,
    of: &[(DiscordanceSerial, u32)],
) -> Result<HashMap<DiscordanceSerial, Vec<Member>>, StoreError> {
    type Line = (DiscordanceSerial, i64, StatementSerial, i64, LaboratorySerial, VariantSerial, String);
    let wanted: HashMap<DiscordanceSerial, u32> = of.iter().copied().collect();
    let serials: Vec<DiscordanceSerial> = wanted.keys().copied().collect();
    let lines: Vec<Line> = select_in(
        connection,
        |query| {
            query.push(
                "/* discordance::members */
                SELECT m.discordance_id, m.version, m.statement_id, m.statement_version, m.laboratory_id,
                    COALESCE(a.merged_into, a.variant_id), m.classification
                FROM discordance_member m JOIN variant a ON a.variant_id = m.variant_id
                WHERE m.discordance_id IN",
            );
        },
        &serials,
        |query| {
            query.push(" ORDER BY m.discordance_id, m.version, m.statement_id");
        },
    )
    .await?;
    let mut members: HashMap<DiscordanceSerial, Vec<Member>> = HashMap::new();
    for (serial, version, statement, statement_version, laboratory, variant, class) in lines {
        if wanted.get(&serial).copied() == u32::try_from(version).ok() {
            let version = number(statement_version)?;
            let class = parse("discordance_member", &class)?;
            members.entry(serial).or_default().push(Member { statement, version, laboratory, variant, class });
        }
    }
    Ok(members)
}

/// The variants that a version compares, and why; none when it is a single one.
pub async fn compared(
    connection: &mut Connection,
    serial: DiscordanceSerial,
    version: u32,
) -> Result<Vec<(VariantSerial, String)>, StoreError> {
    Ok(sqlx::query_as(
        "/* discordance::compared */
        SELECT variant_id, why FROM discordance_variant
        WHERE discordance_id = $1 AND version = $2 ORDER BY variant_id",
    )
    .bind(serial)
    .bind(i64::from(version))
    .fetch_all(connection)
    .await?)
}
