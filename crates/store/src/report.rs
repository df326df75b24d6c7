//! What was done with the data of a laboratory in a period, as numbers: for who answers for it.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::serial::LaboratorySerial;
use jiff::Timestamp;

/// A period: from the first moment, up to and without the second.
pub type Period = (Timestamp, Timestamp);

fn bounds(period: Period) -> (i64, i64) {
    (period.0.as_microsecond(), period.1.as_microsecond())
}

/// A decision about a case of the laboratory: its number, its inputs and its result as JSON.
pub type DecisionText = (i64, String, String);

/// Decisions about the cases of a laboratory in a period, in the order they were made, from after one.
pub async fn decisions(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    period: Period,
    after: i64,
    limit: u32,
) -> Result<Vec<DecisionText>, StoreError> {
    let (from, to) = bounds(period);
    Ok(sqlx::query_as(
        "/* report::decisions */
        SELECT d.decision_id, d.inputs, d.result FROM decision d
        JOIN clinical_case c ON c.clinical_case_id = d.clinical_case_id
        WHERE c.laboratory_id = $1 AND d.made >= $2 AND d.made < $3 AND d.decision_id > $4
        ORDER BY d.decision_id LIMIT 0 + $5",
    )
    .bind(laboratory)
    .bind(from)
    .bind(to)
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}

/// Entries of the ledger by the laboratory in a period, by kind.
pub async fn entries(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    period: Period,
) -> Result<Vec<(String, i64)>, StoreError> {
    let (from, to) = bounds(period);
    Ok(sqlx::query_as(
        "/* report::entries */
        SELECT kind, COUNT(*) FROM ledger_entry
        WHERE laboratory_id = $1 AND moment >= $2 AND moment < $3 GROUP BY kind ORDER BY kind",
    )
    .bind(laboratory)
    .bind(from)
    .bind(to)
    .fetch_all(connection)
    .await?)
}

/// Statements of the laboratory that other nodes were given, and that were taken back and acknowledged, in a period.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GivenTo {
    /// The node's name.
    pub peer: String,
    /// Statements given.
    pub given: i64,
    /// Statements taken back.
    pub taken_back: i64,
    /// Of those taken back, how many it acknowledged since.
    pub acknowledged: i64,
}

/// What other nodes were given of a laboratory in a period.
pub async fn given(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    period: Period,
) -> Result<Vec<GivenTo>, StoreError> {
    let (from, to) = bounds(period);
    Ok(sqlx::query_as(
        "/* report::given */
        SELECT p.name AS peer,
            COUNT(DISTINCT CASE WHEN r.released_at >= $2 AND r.released_at < $3 THEN r.statement_id END) AS given,
            COUNT(DISTINCT CASE WHEN r.withdrawn_at >= $2 AND r.withdrawn_at < $3 THEN r.statement_id END) AS taken_back,
            COUNT(DISTINCT CASE WHEN r.withdrawn_at >= $2 AND r.withdrawn_at < $3 AND r.acknowledged_at IS NOT NULL
                THEN r.statement_id END) AS acknowledged
        FROM peer_release r JOIN peer p ON p.peer_id = r.peer_id
        JOIN statement s ON s.statement_id = r.statement_id
        WHERE s.laboratory_id = $1 AND r.held_back = 0 GROUP BY p.peer_id, p.name ORDER BY p.name",
    )
    .bind(laboratory)
    .bind(from)
    .bind(to)
    .fetch_all(connection)
    .await?)
}

/// Numbers of a laboratory in a period.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Numbers {
    /// Emergency accesses to its cases.
    pub emergencies: u64,
    /// Of those, reviewed.
    pub reviewed: u64,
    /// Of those, found not justified.
    pub not_justified: u64,
    /// Cases whose consent was withdrawn.
    pub withdrawn: u64,
    /// Cases erased.
    pub erased: u64,
    /// Recipients that were told of a withdrawal or an erasure.
    pub told: u64,
    /// Of those, how many answered since.
    pub answered: u64,
}

/// Numbers of a laboratory in a period.
pub async fn numbers(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    period: Period,
) -> Result<Numbers, StoreError> {
    let (from, to) = bounds(period);
    let (emergencies, reviewed, not_justified): (i64, i64, i64) = sqlx::query_as(
        "/* report::numbers (emergencies) */
        SELECT COUNT(*), COUNT(b.reviewed), COUNT(CASE WHEN b.verdict = 'not_justified' THEN 1 END)
        FROM break_glass b JOIN clinical_case c ON c.clinical_case_id = b.clinical_case_id
        WHERE c.laboratory_id = $1 AND b.begins >= $2 AND b.begins < $3",
    )
    .bind(laboratory)
    .bind(from)
    .bind(to)
    .fetch_one(&mut *connection)
    .await?;
    let withdrawn: i64 = sqlx::query_scalar(
        "/* report::numbers (withdrawn) */
        SELECT COUNT(DISTINCT v.clinical_case_id) FROM consent v
        JOIN clinical_case c ON c.clinical_case_id = v.clinical_case_id
        JOIN entry e ON e.entry_id = v.entry_id
        WHERE c.laboratory_id = $1 AND v.standing = 'withdrawn' AND e.recorded >= $2 AND e.recorded < $3",
    )
    .bind(laboratory)
    .bind(from)
    .bind(to)
    .fetch_one(&mut *connection)
    .await?;
    let erased: i64 = sqlx::query_scalar(
        "/* report::numbers (erased) */
        SELECT COUNT(*) FROM clinical_case c JOIN ledger_entry l ON l.ledger_entry_id = c.erased_by
        WHERE c.laboratory_id = $1 AND c.erased_by IS NOT NULL AND l.moment >= $2 AND l.moment < $3",
    )
    .bind(laboratory)
    .bind(from)
    .bind(to)
    .fetch_one(&mut *connection)
    .await?;
    let (told, answered): (i64, i64) = sqlx::query_as(
        "/* report::numbers (recalls) */
        SELECT COUNT(*), COUNT(w.acknowledged) FROM case_recall w
        JOIN clinical_case c ON c.clinical_case_id = w.clinical_case_id
        WHERE c.laboratory_id = $1 AND w.told >= $2 AND w.told < $3",
    )
    .bind(laboratory)
    .bind(from)
    .bind(to)
    .fetch_one(connection)
    .await?;
    Ok(Numbers {
        emergencies: emergencies.unsigned_abs(),
        reviewed: reviewed.unsigned_abs(),
        not_justified: not_justified.unsigned_abs(),
        withdrawn: withdrawn.unsigned_abs(),
        erased: erased.unsigned_abs(),
        told: told.unsigned_abs(),
        answered: answered.unsigned_abs(),
    })
}

/// Open discordances of each laboratory, and how many of them are past the day they are due.
pub async fn discordances(
    connection: &mut Connection,
    today: &str,
) -> Result<Vec<(LaboratorySerial, i64, i64)>, StoreError> {
    Ok(sqlx::query_as(
        "/* report::discordances */
        SELECT m.laboratory_id, COUNT(DISTINCT d.discordance_id),
            COUNT(DISTINCT CASE WHEN d.due < $1 THEN d.discordance_id END)
        FROM discordance d
        JOIN discordance_version v ON v.discordance_id = d.discordance_id AND v.version = d.version
        JOIN discordance_member m ON m.discordance_id = d.discordance_id AND m.version = v.members_version
        WHERE d.is_open = 1 GROUP BY m.laboratory_id ORDER BY m.laboratory_id",
    )
    .bind(today)
    .fetch_all(connection)
    .await?)
}
