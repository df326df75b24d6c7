//! Reading alerts.

use super::{Member, RecordedAlert};
use crate::dialect::Connection;
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::serial::{AlertSerial, EntrySerial, LaboratorySerial, NoticeSerial, VariantSerial};
use crate::word::{parse, read_document, read_word};
use cairn_core::alert::{Reexamination, Trigger};
use cairn_core::id::{AlertId, CaseId, VariantId};

/// The columns of [`Row`] and the tables they come from.
macro_rules! select {
    ($name:literal, $more:literal, $from:literal, $rest:literal) => {
        concat!(
            "/* alert::",
            $name,
            " */
            SELECT a.alert_id, a.uid, a.entry_id, e.recorded, a.cause, a.urgency, a.opinion,
                m.uid AS variant_uid, m.label AS variant_label, a.gene, a.body ",
            $more,
            " FROM ",
            $from,
            " JOIN entry e ON e.entry_id = a.entry_id
            LEFT JOIN variant v ON v.variant_id = a.variant_id
            LEFT JOIN variant m ON m.variant_id = COALESCE(v.merged_into, v.variant_id) ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    alert_id: AlertSerial,
    uid: String,
    entry_id: EntrySerial,
    recorded: i64,
    cause: String,
    urgency: String,
    opinion: Option<String>,
    variant_uid: Option<String>,
    variant_label: Option<String>,
    gene: Option<String>,
    body: String,
}

const TABLE: &str = "alert";

impl Row {
    fn read(self) -> Result<RecordedAlert, StoreError> {
        let id = self.variant_uid.map(|uid| parse::<VariantId>(TABLE, &uid)).transpose()?;
        Ok(RecordedAlert {
            serial: self.alert_id,
            id: parse(TABLE, &self.uid)?,
            entry: self.entry_id,
            recorded: moment_of(TABLE, self.recorded)?,
            cause: read_word(TABLE, &self.cause)?,
            urgency: read_word(TABLE, &self.urgency)?,
            opinion: self.opinion.map(|word| read_word(TABLE, &word)).transpose()?,
            variant: id.zip(self.variant_label),
            gene: self.gene,
            story: read_document(TABLE, &self.body)?,
        })
    }
}

/// Which alerts are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct AlertFilter {
    /// Only those that a laboratory was told of; `None`: all of the node.
    pub laboratory: Option<LaboratorySerial>,
    /// Only those of this cause.
    pub cause: Option<Trigger>,
}

/// Alerts in the order of the record, from after one.
pub async fn list(
    connection: &mut Connection,
    filter: AlertFilter,
    as_of: AsOf,
    after: AlertSerial,
    limit: u32,
) -> Result<Vec<RecordedAlert>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "list",
        "",
        "alert a",
        "WHERE a.alert_id > $1 AND a.entry_id <= $2 AND ($3 IS NULL OR a.cause = $3)
            AND ($4 IS NULL OR EXISTS (SELECT 1 FROM notice_alert x
                JOIN notice n ON n.notice_id = x.notice_id
                WHERE x.alert_id = a.alert_id AND n.laboratory_id = $4))
        ORDER BY a.alert_id LIMIT $5"
    ))
    .bind(after)
    .bind(as_of.bound())
    .bind(filter.cause.map(Trigger::code))
    .bind(filter.laboratory)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// The alert of this id.
pub async fn by_id(connection: &mut Connection, id: AlertId) -> Result<Option<RecordedAlert>, StoreError> {
    let row: Option<Row> = sqlx::query_as(select!("by_id", "", "alert a", "WHERE a.uid = $1"))
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.map(Row::read).transpose()
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    #[sqlx(flatten)]
    alert: Row,
    reason: String,
    case_uid: Option<String>,
    reexamination: Option<String>,
}

/// The alerts of a notice, the most urgent first, from after so many.
pub async fn members(
    connection: &mut Connection,
    notice: NoticeSerial,
    offset: u32,
    limit: u32,
) -> Result<Vec<Member>, StoreError> {
    let rows: Vec<MemberRow> = sqlx::query_as(select!(
        "members",
        ", x.reason, c.uid AS case_uid, x.reexamination",
        "notice_alert x JOIN alert a ON a.alert_id = x.alert_id
            LEFT JOIN clinical_case c ON c.clinical_case_id = x.clinical_case_id",
        "WHERE x.notice_id = $1
        ORDER BY CASE a.urgency WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END, a.alert_id, x.reason
        LIMIT $2 OFFSET $3"
    ))
    .bind(notice)
    .bind(i64::from(limit))
    .bind(i64::from(offset))
    .fetch_all(connection)
    .await?;
    let read = |row: MemberRow| {
        Ok(Member {
            alert: row.alert.read()?,
            reason: read_word(TABLE, &row.reason)?,
            case: row.case_uid.map(|uid| parse::<CaseId>(TABLE, &uid)).transpose()?,
            reexamination: row.reexamination.map(|word| read_word::<Reexamination>(TABLE, &word)).transpose()?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// The id and the name of a variant, after mergers.
pub async fn variant_name(
    connection: &mut Connection,
    variant: VariantSerial,
) -> Result<Option<(VariantId, String)>, StoreError> {
    let row: Option<(String, String)> = sqlx::query_as(
        "/* alert::variant_name */
        SELECT m.uid, m.label FROM variant v
        JOIN variant m ON m.variant_id = COALESCE(v.merged_into, v.variant_id) WHERE v.variant_id = $1",
    )
    .bind(variant)
    .fetch_optional(connection)
    .await?;
    row.map(|(uid, label)| Ok((parse("variant", &uid)?, label))).transpose()
}
