//! Requests to use data of cases, with what became of each.

use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{CaseSerial, EntrySerial, LaboratorySerial};
use crate::word::{document, parse, read_document, read_word, word};
use cairn_core::access_request::{AccessRequest, Grant, RequestState};
use cairn_core::id::{AccessRequestId, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashSet;

/// A request as recorded, as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedRequest<M> {
    /// Its id.
    pub id: AccessRequestId,
    /// Who asks.
    pub account: UserId,
    /// Their name; `None`: the account is gone.
    pub name: Option<String>,
    /// Where they work.
    pub organisation: String,
    /// Whose cases.
    pub laboratory: LaboratorySerial,
    /// What is asked for.
    pub request: AccessRequest,
    /// What the consents answered when it was asked.
    pub matched: M,
    /// When it was asked.
    pub asked: Timestamp,
    /// What became of it, the first first.
    pub steps: Vec<RequestStep>,
}

impl<M> RecordedRequest<M> {
    /// How it stands.
    pub fn state(&self) -> RequestState {
        self.steps.last().map_or(RequestState::Asked, |step| step.state)
    }

    /// The grant, where it is granted.
    pub fn grant(&self) -> Option<Grant> {
        let step = self.steps.last().filter(|step| step.state == RequestState::Granted)?;
        Some(Grant {
            request: self.id,
            purpose: self.request.purpose.clone(),
            tier: self.request.tier,
            until: step.until.unwrap_or(self.request.until),
            obligations: step.obligations.clone(),
        })
    }
}

/// Something that became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestStep {
    /// How it stood from then on.
    pub state: RequestState,
    /// The last day of a grant.
    pub until: Option<Date>,
    /// What the researcher takes on.
    pub obligations: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who decided; `None`: somebody at the machine.
    pub user: Option<UserId>,
    /// When.
    pub recorded: Timestamp,
}

/// Records a request.
pub async fn add<M: Serialize>(
    connection: &mut Connection,
    entry: EntrySerial,
    (id, account): (AccessRequestId, UserId),
    (requester, laboratory): (LaboratorySerial, LaboratorySerial),
    request: &AccessRequest,
    matched: &M,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* access_request::add */
        INSERT INTO access_request (access_request_id, uid, account_uid, requester_id, laboratory_id, body, matched, entry_id)
        SELECT COALESCE(MAX(access_request_id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM access_request",
    )
    .bind(id.to_string())
    .bind(account.to_string())
    .bind(requester)
    .bind(laboratory)
    .bind(document(request))
    .bind(document(matched))
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}

/// Records what became of a request.
pub async fn step(
    connection: &mut Connection,
    entry: EntrySerial,
    id: AccessRequestId,
    step: &RequestStep,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* access_request::step */
        INSERT INTO access_request_step (access_request_id, version, state, until, obligations, reason, user_uid, entry_id)
        SELECT r.access_request_id, COALESCE((SELECT MAX(s.version) FROM access_request_step s
            WHERE s.access_request_id = r.access_request_id), 0) + 1, $2, $3, $4, $5, $6, $7
        FROM access_request r WHERE r.uid = $1",
    )
    .bind(id.to_string())
    .bind(word(&step.state))
    .bind(step.until.map(|day| day.to_string()))
    .bind(document(&step.obligations))
    .bind(step.reason.clone())
    .bind(step.user.map(|user| user.to_string()))
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whose requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Those for the cases of a laboratory.
    Laboratory(LaboratorySerial),
    /// Those of a person.
    Account(UserId),
    /// This one.
    One(AccessRequestId),
}

type Row = (i64, String, String, Option<String>, String, LaboratorySerial, String, String, i64);
type StepRow = (i64, String, Option<String>, Option<String>, String, Option<String>, i64);

/// Requests, the newest first.
pub async fn list<M: DeserializeOwned>(
    connection: &mut Connection,
    of: Of,
    limit: u32,
) -> Result<Vec<RecordedRequest<M>>, StoreError> {
    const TABLE: &str = "access_request";
    macro_rules! select {
        ($where:literal) => {
            concat!(
                "/* access_request::list */
                SELECT r.access_request_id, r.uid, r.account_uid, a.name, q.name, r.laboratory_id, r.body, r.matched, e.recorded
                FROM access_request r
                JOIN laboratory q ON q.laboratory_id = r.requester_id
                JOIN entry e ON e.entry_id = r.entry_id
                LEFT JOIN account a ON a.uid = r.account_uid
                WHERE ",
                $where,
                " ORDER BY r.access_request_id DESC LIMIT 0 + $2"
            )
        };
    }
    let limit = i64::from(limit);
    let rows: Vec<Row> = match of {
        Of::Laboratory(laboratory) => {
            let query = sqlx::query_as(select!("r.laboratory_id = $1")).bind(laboratory).bind(limit);
            query.fetch_all(&mut *connection).await?
        }
        Of::Account(account) => {
            let query = sqlx::query_as(select!("r.account_uid = $1")).bind(account.to_string()).bind(limit);
            query.fetch_all(&mut *connection).await?
        }
        Of::One(id) => {
            let query = sqlx::query_as(select!("r.uid = $1")).bind(id.to_string()).bind(limit);
            query.fetch_all(&mut *connection).await?
        }
    };
    let mut all = Vec::with_capacity(rows.len());
    for (serial, uid, account, name, organisation, laboratory, body, matched, asked) in rows {
        all.push(RecordedRequest {
            id: parse(TABLE, &uid)?,
            account: parse(TABLE, &account)?,
            name,
            organisation,
            laboratory,
            request: read_document(TABLE, &body)?,
            matched: read_document(TABLE, &matched)?,
            asked: moment_of(TABLE, asked)?,
            steps: steps(connection, serial).await?,
        });
    }
    Ok(all)
}

async fn steps(connection: &mut Connection, request: i64) -> Result<Vec<RequestStep>, StoreError> {
    const TABLE: &str = "access_request_step";
    let rows: Vec<StepRow> = sqlx::query_as(
        "/* access_request::steps */
        SELECT s.version, s.state, s.until, s.obligations, s.reason, s.user_uid, e.recorded
        FROM access_request_step s JOIN entry e ON e.entry_id = s.entry_id
        WHERE s.access_request_id = $1 ORDER BY s.version",
    )
    .bind(request)
    .fetch_all(connection)
    .await?;
    let read = |(_, state, until, obligations, reason, user, recorded): StepRow| {
        let obligations: Option<Vec<String>> = obligations.map(|text| read_document(TABLE, &text)).transpose()?;
        Ok(RequestStep {
            state: read_word(TABLE, &state)?,
            until: until.map(|day| parse(TABLE, &day)).transpose()?,
            obligations: obligations.unwrap_or_default(),
            reason,
            user: user.map(|user| parse(TABLE, &user)).transpose()?,
            recorded: moment_of(TABLE, recorded)?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Of these cases, those of a laboratory; with genes, those of them with a variant in one as their current versions say.
pub async fn within(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    genes: &[String],
    cases: &[CaseSerial],
) -> Result<HashSet<CaseSerial>, StoreError> {
    let own: Vec<(CaseSerial,)> = select_in(
        connection,
        |query| {
            query.push("/* access_request::within */ SELECT clinical_case_id FROM clinical_case WHERE erased_by IS NULL AND laboratory_id = ");
            query.push_bind(laboratory).push(" AND clinical_case_id IN");
        },
        cases,
        |_| {},
    )
    .await?;
    let own: Vec<CaseSerial> = own.into_iter().map(|row| row.0).collect();
    if genes.is_empty() {
        return Ok(own.into_iter().collect());
    }
    let found: Vec<(CaseSerial, String)> = select_in(
        connection,
        |query| {
            query.push(
                "/* access_request::within (genes) */
                SELECT DISTINCT o.clinical_case_id, g.gene
                FROM observation o
                JOIN variant a ON a.variant_id = o.variant_id
                JOIN variant_gene g ON g.variant_id = COALESCE(a.merged_into, a.variant_id)
                WHERE o.version = (SELECT MAX(v.version) FROM clinical_case_version v
                    WHERE v.clinical_case_id = o.clinical_case_id) AND o.clinical_case_id IN",
            );
        },
        &own,
        |_| {},
    )
    .await?;
    Ok(found.into_iter().filter(|(_, gene)| genes.contains(gene)).map(|(case, _)| case).collect())
}

/// Every case of a laboratory that is not erased.
pub async fn cases_of(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
) -> Result<Vec<CaseSerial>, StoreError> {
    let cases = sqlx::query_scalar(
        "/* access_request::cases_of */
        SELECT clinical_case_id FROM clinical_case WHERE laboratory_id = $1 AND erased_by IS NULL ORDER BY clinical_case_id",
    );
    Ok(cases.bind(laboratory).fetch_all(connection).await?)
}
