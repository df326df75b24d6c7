//! What detection begins with: the last versions of statements, and what they say.

use super::{Standing, number};
use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{LaboratorySerial, StatementSerial, VariantSerial};
use crate::word::{parse, read_document};
use cairn_core::laboratory::ARCHIVE_SUMMARY;
use cairn_core::statement::StatementBody;
use std::collections::HashMap;

/// The last versions of the statements about these variants; name merged variants too.
pub async fn standings(connection: &mut Connection, variants: &[VariantSerial]) -> Result<Vec<Standing>, StoreError> {
    type Line = (StatementSerial, i64, VariantSerial, LaboratorySerial, String, String, String, String);
    let lines: Vec<Line> = select_in(
        connection,
        |query| {
            query.push(
                "/* discordance::standings */
                SELECT v.statement_id, v.version, COALESCE(a.merged_into, a.variant_id), s.laboratory_id, l.uid,
                    l.name, v.standing, v.classification
                FROM statement_version v
                JOIN variant a ON a.variant_id = v.variant_id
                JOIN statement s ON s.statement_id = v.statement_id
                JOIN laboratory l ON l.laboratory_id = s.laboratory_id
                WHERE NOT EXISTS (SELECT 1 FROM statement_version n
                        WHERE n.statement_id = v.statement_id AND n.version > v.version)
                    AND v.variant_id IN",
            );
        },
        variants,
        |_| {},
    )
    .await?;
    let read = |(statement, version, variant, laboratory, uid, name, standing, class): Line| {
        Ok(Standing {
            statement,
            version: number(version)?,
            variant,
            laboratory,
            laboratory_id: parse("laboratory", &uid)?,
            is_summary: name == ARCHIVE_SUMMARY,
            is_withdrawn: standing == "withdrawn",
            class: parse("statement_version", &class)?,
        })
    };
    let mut standings: Vec<Standing> = lines.into_iter().map(read).collect::<Result<_, StoreError>>()?;
    standings.sort_by_key(|one| one.statement);
    Ok(standings)
}

/// What these versions of statements say.
pub async fn bodies(
    connection: &mut Connection,
    statements: &[(StatementSerial, u32)],
) -> Result<HashMap<StatementSerial, StatementBody>, StoreError> {
    let wanted: HashMap<StatementSerial, u32> = statements.iter().copied().collect();
    let serials: Vec<StatementSerial> = wanted.keys().copied().collect();
    let rows: Vec<(StatementSerial, i64, String)> = select_in(
        connection,
        |query| {
            query.push(
                "/* discordance::bodies */
                SELECT statement_id, version, body FROM statement_version WHERE statement_id IN",
            );
        },
        &serials,
        |_| {},
    )
    .await?;
    let current = rows.into_iter().filter(|(serial, version, _)| wanted[serial] == version.unsigned_abs() as u32);
    current.map(|(serial, _, body)| Ok((serial, read_document("statement_version", &body)?))).collect()
}
