//! Submissions: the exact bytes as signed, what became of them, and their problems. The bytes and the words of problems
//! are sealed with the submission's key ([`sealing`]).

mod sealing;

use crate::dialect::Connection;
use crate::entry::{self, AsOf, moment_of};
use crate::error::StoreError;
use crate::insert::{last_serial, rows, select_in};
use crate::key_store::KeyStore;
use crate::serial::{EntrySerial, LaboratoryKeySerial, LaboratorySerial, SubmissionSerial, VariantSerial};
use crate::word::{document, parse, read_document, read_word, word};
use cairn_core::id::{SubmissionId, UserId};
use cairn_core::problem::Problem;
use cairn_core::provenance::Source;
use cairn_core::submission::{Channel, Counts, Submission};
use std::io::{Read, Write};

use sealing::{Sealing, Words, make_key};
pub use sealing::{erased_by, has_unsealed, key_owner, seal_one};

/// A submission to be recorded.
#[derive(Debug, Clone)]
pub struct NewSubmission<'a> {
    /// Its opaque id.
    pub id: SubmissionId,
    /// Who sends it.
    pub laboratory: LaboratorySerial,
    /// The person; `None` when a system sends it.
    pub user: Option<UserId>,
    /// How it came in.
    pub channel: Channel,
    /// The recognised format.
    pub format: &'a str,
    /// The bytes' own provenance.
    pub source: &'a Source,
    /// Digest of the bytes, the column mapping and the reader's version: the same reading of the
    /// same bytes by one laboratory is recorded once.
    pub reading: &'a str,
    /// What became of its records.
    pub counts: Counts,
    /// Ed25519 signature, 128 hexadecimal digits.
    pub signature: &'a str,
    /// With which key.
    pub key: LaboratoryKeySerial,
    /// The exact bytes.
    pub bytes: &'a [u8],
    /// Every finding.
    pub problems: &'a [Problem],
}

/// A submission as recorded, without its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedSubmission {
    /// Its key.
    pub serial: SubmissionSerial,
    /// Key of the laboratory.
    pub laboratory: LaboratorySerial,
    /// The submission.
    pub submission: Submission,
    /// Ed25519 signature, 128 hexadecimal digits.
    pub signature: String,
    /// Public key of the signature, 64 hexadecimal digits.
    pub public_key: String,
}

/// The serial that the next submission will have, so that its accession can be signed with it.
/// Holds while the writer's transaction is open.
pub async fn next(connection: &mut Connection) -> Result<SubmissionSerial, StoreError> {
    let last = last_serial(connection, "/* submission::next */ SELECT COALESCE(MAX(submission_id), 0) FROM submission")
        .await?;
    Ok(SubmissionSerial::new(last + 1))
}

/// Adds a submission, its bytes and its problems under the serial from [`next`].
pub async fn add(
    connection: &mut Connection,
    keys: &KeyStore,
    entry: EntrySerial,
    serial: SubmissionSerial,
    new: &NewSubmission<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* submission::add */
        INSERT INTO submission (submission_id, uid, laboratory_id, user_uid, channel, format,
            source_name, source_version, source_file, sha256, reading, counts, signature,
            laboratory_key_id, entry_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(serial)
    .bind(new.id.to_string())
    .bind(new.laboratory)
    .bind(new.user.map(|user| user.to_string()))
    .bind(word(&new.channel))
    .bind(new.format)
    .bind(&new.source.name)
    .bind(&new.source.version)
    .bind(&new.source.file)
    .bind(&new.source.sha256)
    .bind(new.reading)
    .bind(document(&new.counts))
    .bind(new.signature)
    .bind(new.key)
    .bind(entry)
    .execute(&mut *connection)
    .await?;
    let made = entry::moment(connection, AsOf::up_to(entry)).await?.unwrap_or_default();
    let uid = new.id.to_string();
    let key = make_key(connection, keys, new.laboratory, &uid, made).await?;
    add_content(connection, serial, &Sealing { keys, key: &key, uid: &uid }, new.bytes).await?;
    add_problems(connection, serial, &Sealing { keys, key: &key, uid: &uid }, new.problems).await
}

async fn add_content(
    connection: &mut Connection,
    serial: SubmissionSerial,
    sealing: &Sealing<'_>,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let packed = pack(bytes);
    let (encoding, content) = match packed.len() < bytes.len() {
        true => ("gzip", packed.as_slice()),
        false => ("identity", bytes),
    };
    sqlx::query(
        "/* submission::add_content */
        INSERT INTO submission_content (submission_id, encoding, content, is_sealed) VALUES ($1, $2, $3, 1)",
    )
    .bind(serial)
    .bind(encoding)
    .bind(sealing.content(content))
    .execute(connection)
    .await?;
    Ok(())
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    let already_packed = bytes.starts_with(&[0x1f, 0x8b]) || bytes.starts_with(b"PK\x03\x04");
    if already_packed {
        return bytes.to_vec();
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.expect("writing to memory does not fail")
}

async fn add_problems(
    connection: &mut Connection,
    serial: SubmissionSerial,
    sealing: &Sealing<'_>,
    problems: &[Problem],
) -> Result<(), StoreError> {
    let numbered: Vec<(i64, &Problem)> = (1..).zip(problems).collect();
    rows(
        connection,
        "/* submission::add_problems */
        INSERT INTO submission_problem (submission_id, ordinal, severity, code, file, row_number,
            column_name, message, remedy)",
        9,
        "",
        &numbered,
        |row, (ordinal, problem)| {
            row.push_bind(serial)
                .push_bind(*ordinal)
                .push_bind(word(&problem.severity))
                .push_bind(problem.code.clone())
                .push_bind(problem.file.clone())
                .push_bind(problem.row.map(|n| n as i64))
                .push_bind(problem.column.clone())
                .push_bind(sealing.message(&problem.message))
                .push_bind(problem.remedy.clone());
        },
    )
    .await
}

macro_rules! select {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* submission::",
            $name,
            " */
            SELECT b.submission_id, b.uid, b.laboratory_id, l.uid AS laboratory_uid, b.user_uid,
                b.channel, b.format, b.source_name, b.source_version, b.source_file, b.sha256,
                b.counts, b.signature, k.public_key, e.recorded
            FROM submission b
            JOIN laboratory l ON l.laboratory_id = b.laboratory_id
            JOIN laboratory_key k ON k.laboratory_key_id = b.laboratory_key_id
            JOIN entry e ON e.entry_id = b.entry_id ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    submission_id: SubmissionSerial,
    uid: String,
    laboratory_id: LaboratorySerial,
    laboratory_uid: String,
    user_uid: Option<String>,
    channel: String,
    format: String,
    source_name: String,
    source_version: Option<String>,
    source_file: Option<String>,
    sha256: String,
    counts: String,
    signature: String,
    public_key: String,
    recorded: i64,
}

impl Row {
    fn read(self) -> Result<RecordedSubmission, StoreError> {
        const TABLE: &str = "submission";
        let user = self.user_uid.map(|uid| parse(TABLE, &uid)).transpose()?;
        Ok(RecordedSubmission {
            serial: self.submission_id,
            laboratory: self.laboratory_id,
            submission: Submission {
                id: parse(TABLE, &self.uid)?,
                accession: self.submission_id.accession(),
                laboratory: parse(TABLE, &self.laboratory_uid)?,
                user,
                channel: read_word(TABLE, &self.channel)?,
                received: moment_of(TABLE, self.recorded)?,
                format: self.format,
                source: Source {
                    name: self.source_name,
                    version: self.source_version,
                    sha256: self.sha256,
                    file: self.source_file,
                },
                counts: read_document(TABLE, &self.counts)?,
            },
            signature: self.signature,
            public_key: self.public_key,
        })
    }
}

/// The submission with this serial.
pub async fn by_serial(
    connection: &mut Connection,
    serial: SubmissionSerial,
    as_of: AsOf,
) -> Result<Option<RecordedSubmission>, StoreError> {
    let row: Option<Row> = sqlx::query_as(select!("by_serial", "WHERE b.submission_id = $1 AND b.entry_id <= $2"))
        .bind(serial)
        .bind(as_of.bound())
        .fetch_optional(connection)
        .await?;
    row.map(Row::read).transpose()
}

/// The submissions of these serials that were recorded by a moment, the earliest first.
pub async fn by_serials(
    connection: &mut Connection,
    serials: &[SubmissionSerial],
    as_of: AsOf,
) -> Result<Vec<RecordedSubmission>, StoreError> {
    let rows: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(select!("by_serials", "WHERE b.entry_id <= "));
            query.push_bind(as_of.bound());
            query.push(" AND b.submission_id IN");
        },
        serials,
        |_| {},
    )
    .await?;
    let mut found = rows.into_iter().map(Row::read).collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|one| one.serial);
    Ok(found)
}

/// The submission by which a laboratory sent this reading before.
pub async fn by_reading(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    reading: &str,
) -> Result<Option<RecordedSubmission>, StoreError> {
    let row: Option<Row> = sqlx::query_as(select!("by_reading", "WHERE b.laboratory_id = $1 AND b.reading = $2"))
        .bind(laboratory)
        .bind(reading)
        .fetch_optional(connection)
        .await?;
    row.map(Row::read).transpose()
}

/// A laboratory's submissions, the latest first, from before a serial.
pub async fn of_laboratory(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    as_of: AsOf,
    before: Option<SubmissionSerial>,
    limit: u32,
) -> Result<Vec<RecordedSubmission>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "of_laboratory",
        "WHERE b.laboratory_id = $1 AND b.entry_id <= $2 AND b.submission_id < $3
        ORDER BY b.submission_id DESC LIMIT $4"
    ))
    .bind(laboratory)
    .bind(as_of.bound())
    .bind(before.map_or(i64::MAX, SubmissionSerial::number))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// The exact bytes of a submission; `None` when there is none, or its bytes were erased with a case ([`erased_by`]).
pub async fn content(
    connection: &mut Connection,
    keys: &KeyStore,
    serial: SubmissionSerial,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(String, String, Vec<u8>, i64)> = sqlx::query_as(
        "/* submission::content */
        SELECT b.uid, c.encoding, c.content, CAST(c.is_sealed AS BIGINT) FROM submission_content c
        JOIN submission b ON b.submission_id = c.submission_id
        WHERE c.submission_id = $1 AND c.erased_by IS NULL",
    )
    .bind(serial)
    .fetch_optional(connection)
    .await?;
    let Some((uid, encoding, content, is_sealed)) = row else {
        return Ok(None);
    };
    let content = match is_sealed {
        0 => content,
        _ => match keys.find_one(&key_owner(&uid)).await? {
            Some(key) => Sealing { keys, key: &key, uid: &uid }.open_content(&content)?,
            None => return Ok(None),
        },
    };
    if encoding == "identity" {
        return Ok(Some(content));
    }
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(content.as_slice())
        .read_to_end(&mut bytes)
        .map_err(|error| StoreError::damaged("submission_content", error))?;
    Ok(Some(bytes))
}

/// The problems of a submission in the order of the file, from after an ordinal, with their
/// ordinals.
pub async fn problems(
    connection: &mut Connection,
    keys: &KeyStore,
    serial: SubmissionSerial,
    after: u64,
    limit: u32,
) -> Result<Vec<(u64, Problem)>, StoreError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        ordinal: i64,
        severity: String,
        code: String,
        file: Option<String>,
        row_number: Option<i64>,
        column_name: Option<String>,
        message: String,
        remedy: String,
    }
    let opener = Words::of(connection, keys, serial).await?;
    let rows: Vec<Row> = sqlx::query_as(
        "/* submission::problems */
        SELECT ordinal, severity, code, file, row_number, column_name, message, remedy
        FROM submission_problem WHERE submission_id = $1 AND ordinal > $2
        ORDER BY ordinal LIMIT $3",
    )
    .bind(serial)
    .bind(after as i64)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let read = |row: Row| {
        let problem = Problem {
            file: row.file,
            row: row.row_number.map(i64::unsigned_abs),
            column: row.column_name,
            code: row.code,
            message: opener.message(row.message)?,
            remedy: row.remedy,
            severity: read_word("submission_problem", &row.severity)?,
        };
        Ok((row.ordinal.unsigned_abs(), problem))
    };
    rows.into_iter().map(read).collect()
}

/// What a client's idempotency key stands for: digest of the bytes, and the submission.
pub async fn by_client_key(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    client_key: &str,
) -> Result<Option<(String, SubmissionSerial)>, StoreError> {
    Ok(sqlx::query_as(
        "/* submission::by_client_key */
        SELECT sha256, submission_id FROM idempotency_key
        WHERE laboratory_id = $1 AND client_key = $2",
    )
    .bind(laboratory)
    .bind(client_key)
    .fetch_optional(connection)
    .await?)
}

/// Notes what a client called its request.
pub async fn add_client_key(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    client_key: &str,
    sha256: &str,
    submission: SubmissionSerial,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* submission::add_client_key */
        INSERT INTO idempotency_key (laboratory_id, client_key, sha256, submission_id)
        VALUES ($1, $2, $3, $4)",
    )
    .bind(laboratory)
    .bind(client_key)
    .bind(sha256)
    .bind(submission)
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds a finding about a variant to every submission that brought a statement or a case with it, at its first row
/// there; one that is known stays.
pub async fn add_problem(
    connection: &mut Connection,
    keys: &KeyStore,
    variant: VariantSerial,
    problem: &Problem,
) -> Result<(), StoreError> {
    let brought: Vec<(SubmissionSerial, i64)> = sqlx::query_as(
        "/* submission::add_problem (where) */
        SELECT a.submission_id, MIN(a.row_number) FROM (
            SELECT submission_id, row_number FROM statement_version WHERE variant_id = $1
            UNION ALL
            SELECT c.submission_id, c.row_number FROM observation o
            JOIN clinical_case_version c ON c.clinical_case_id = o.clinical_case_id AND c.version = o.version
            WHERE o.variant_id = $1
        ) a GROUP BY a.submission_id",
    )
    .bind(variant)
    .fetch_all(&mut *connection)
    .await?;
    for (submission, row) in brought {
        let words = Words::of(connection, keys, submission).await?;
        let known: Vec<String> = sqlx::query_scalar(
            "/* submission::add_problem (known) */
            SELECT message FROM submission_problem WHERE submission_id = $1 AND code = $2 AND row_number = $3",
        )
        .bind(submission)
        .bind(&problem.code)
        .bind(row)
        .fetch_all(&mut *connection)
        .await?;
        let known = known.into_iter().map(|text| words.message(text)).collect::<Result<Vec<_>, _>>()?;
        if known.contains(&problem.message) {
            continue;
        }
        sqlx::query(
            "/* submission::add_problem */
            INSERT INTO submission_problem (submission_id, ordinal, severity, code, file, row_number, column_name,
                message, remedy)
            SELECT $1, COALESCE(MAX(ordinal), 0) + 1, $2, $3, NULL, $4, $5, $6, $7
            FROM submission_problem WHERE submission_id = $1",
        )
        .bind(submission)
        .bind(word(&problem.severity))
        .bind(&problem.code)
        .bind(row)
        .bind(&problem.column)
        .bind(words.seal(&problem.message))
        .bind(&problem.remedy)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
