//! Recording alerts and notices.

use super::{NewAlert, NewNotice};
use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::{last_serial, rows};
use crate::serial::{AlertSerial, EntrySerial, NoticeSerial};
use crate::word::{document, word};

/// Adds alerts of an entry; their keys come back in the same order.
pub async fn add(
    connection: &mut Connection,
    entry: EntrySerial,
    alerts: &[NewAlert],
) -> Result<Vec<AlertSerial>, StoreError> {
    let last = last_serial(connection, "/* alert::add (last) */ SELECT COALESCE(MAX(alert_id), 0) FROM alert").await?;
    let numbered: Vec<(AlertSerial, &NewAlert)> =
        (last + 1..).zip(alerts).map(|(number, alert)| (AlertSerial::new(number), alert)).collect();
    rows(
        connection,
        "/* alert::add */
        INSERT INTO alert (alert_id, uid, entry_id, cause, urgency, opinion, variant_id, gene,
            source_laboratory_id, body)",
        10,
        "",
        &numbered,
        |row, (serial, alert)| {
            row.push_bind(*serial)
                .push_bind(alert.id.to_string())
                .push_bind(entry)
                .push_bind(alert.cause.code())
                .push_bind(alert.urgency.code())
                .push_bind(alert.opinion.as_ref().map(word))
                .push_bind(alert.variant)
                .push_bind(alert.gene.clone())
                .push_bind(alert.source)
                .push_bind(document(&alert.story));
        },
    )
    .await?;
    Ok(numbered.into_iter().map(|(serial, _)| serial).collect())
}

/// Adds notices of an entry with their alerts; their keys come back in the same order.
pub async fn add_notices(
    connection: &mut Connection,
    entry: EntrySerial,
    notices: &[NewNotice],
) -> Result<Vec<NoticeSerial>, StoreError> {
    let last =
        last_serial(connection, "/* alert::add_notices (last) */ SELECT COALESCE(MAX(notice_id), 0) FROM notice");
    let last = last.await?;
    let numbered: Vec<(NoticeSerial, &NewNotice)> =
        (last + 1..).zip(notices).map(|(number, notice)| (NoticeSerial::new(number), notice)).collect();
    rows(
        connection,
        "/* alert::add_notices */
        INSERT INTO notice (notice_id, uid, laboratory_id, entry_id, cause, urgency, alerts, due)",
        8,
        "",
        &numbered,
        |row, (serial, notice)| {
            let mut alerts: Vec<AlertSerial> = notice.alerts.iter().map(|(alert, _)| *alert).collect();
            alerts.dedup();
            row.push_bind(*serial)
                .push_bind(notice.id.to_string())
                .push_bind(notice.laboratory)
                .push_bind(entry)
                .push_bind(notice.cause.code())
                .push_bind(notice.urgency.code())
                .push_bind(alerts.len() as i64)
                .push_bind(notice.due.as_microsecond());
        },
    )
    .await?;
    let links: Vec<_> = numbered
        .iter()
        .flat_map(|(serial, notice)| notice.alerts.iter().map(move |(alert, concern)| (*serial, *alert, *concern)))
        .collect();
    rows(
        connection,
        "/* alert::add_notices (alerts) */
        INSERT INTO notice_alert (notice_id, alert_id, reason, clinical_case_id, reexamination)",
        5,
        " ON CONFLICT DO NOTHING",
        &links,
        |row, (notice, alert, concern)| {
            row.push_bind(*notice)
                .push_bind(*alert)
                .push_bind(concern.reason.code())
                .push_bind(concern.case)
                .push_bind(concern.reexamination.map(|word| word.code()));
        },
    )
    .await?;
    Ok(numbered.into_iter().map(|(serial, _)| serial).collect())
}
