//! Reading discordances: the queue, those of variants, their versions and members.

use super::{Agreed, DatedVersion, Member, Recorded, Standing, Version};
use crate::account;
use crate::dialect::{Connection, Database, DatabaseRow};
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::fold::fold;
use crate::insert::select_in;
use crate::serial::{AccountSerial, DiscordanceSerial, LaboratorySerial, StatementSerial, VariantSerial};
use crate::word::{parse, read_document, read_word};
use cairn_core::discordance::{Cause, Grade, Scope, State};
use cairn_core::laboratory::ARCHIVE_SUMMARY;
use cairn_core::statement::StatementBody;
use cairn_core::user::User;
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{FromRow, QueryBuilder, Row};
use std::collections::HashMap;

const TABLE: &str = "discordance";
const VERSIONS: &str = "discordance_version";

/// The columns of a discordance with its last version, and the tables they come from.
macro_rules! select {
    ($name:literal) => {
        concat!(
            "/* discordance::",
            $name,
            " */
            SELECT d.discordance_id, COALESCE(a.merged_into, a.variant_id) AS variant_id, d.track, d.scope,
                d.condition_group, d.condition_words, d.opened, d.changed, d.ended, d.times_opened,
                v.version, v.state, v.grade, v.cause, v.account_id, v.members_version, v.assigned, v.due,
                v.reason, v.note, v.agreed, v.rules
            FROM discordance d
            JOIN variant a ON a.variant_id = d.variant_id
            JOIN discordance_version v ON v.discordance_id = d.discordance_id AND v.version = d.version "
        )
    };
}

/// Which states a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum States {
    /// Those that ask for work.
    #[default]
    Open,
    /// This one.
    One(State),
    /// All.
    Any,
}

/// To whom a discordance is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignedTo {
    /// To this account.
    Account(AccountSerial),
    /// To nobody.
    Nobody,
}

/// Which discordances a page shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Those in which this laboratory takes part.
    pub laboratory: Option<LaboratorySerial>,
    /// Those of variants in this gene.
    pub gene: Option<String>,
    /// Those whose condition has these words, or this key.
    pub condition: Option<String>,
    /// Those of this grade.
    pub grade: Option<Grade>,
    /// The last grade shown, when none is asked for.
    pub up_to: Option<Grade>,
    /// Those in these states.
    pub states: States,
    /// Those given to somebody or to nobody.
    pub assigned: Option<AssignedTo>,
    /// Those due on this day or earlier.
    pub due: Option<Date>,
    /// Those with these words: variant, gene, condition, laboratory.
    pub text: Option<String>,
}

/// The place of a discordance in the queue: grade, moment of opening, number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The grade.
    pub grade: Grade,
    /// When it was opened.
    pub opened: Timestamp,
    /// Its number.
    pub serial: DiscordanceSerial,
}

/// A page of the queue: the gravest first, then the oldest.
pub async fn page(
    connection: &mut Connection,
    filter: &Filter,
    after: Option<Key>,
    limit: u32,
) -> Result<Vec<Recorded>, StoreError> {
    let mut query = QueryBuilder::<Database>::new(select!("page"));
    match filter.states {
        States::Open => query.push("WHERE d.is_open = 1"),
        States::One(state) if state.is_open() => {
            query.push("WHERE d.is_open = 1 AND d.state = ").push_bind(state.code())
        }
        States::One(state) => query.push("WHERE d.is_open = 0 AND d.state = ").push_bind(state.code()),
        States::Any => query.push("WHERE d.is_open IN (0, 1)"),
    };
    if let Some(grade) = filter.grade {
        query.push(" AND d.grade = ").push_bind(i64::from(grade.number()));
    }
    if let Some(grade) = filter.up_to {
        query.push(" AND d.grade <= ").push_bind(i64::from(grade.number()));
    }
    if let Some(after) = after {
        query.push(" AND (d.grade, d.opened, d.discordance_id) > (").push_bind(i64::from(after.grade.number()));
        query.push(", ").push_bind(after.opened.as_microsecond()).push(", ").push_bind(after.serial).push(")");
    }
    match filter.assigned {
        Some(AssignedTo::Account(account)) => drop(query.push(" AND d.assigned = ").push_bind(account)),
        Some(AssignedTo::Nobody) => drop(query.push(" AND d.assigned IS NULL")),
        None => {}
    }
    if let Some(day) = filter.due {
        query.push(" AND d.due <= ").push_bind(day.to_string());
    }
    narrow(&mut query, filter);
    query.push(" ORDER BY d.grade, d.opened, d.discordance_id LIMIT ").push_bind(i64::from(limit));
    let rows = query.build_query_as::<HeadRow>().fetch_all(connection).await?;
    rows.into_iter().map(HeadRow::read).collect()
}

/// What is looked up beside the queue's index.
fn narrow(query: &mut QueryBuilder<Database>, filter: &Filter) {
    if let Some(laboratory) = filter.laboratory {
        query.push(
            " AND EXISTS (SELECT 1 FROM discordance_member m WHERE m.discordance_id = d.discordance_id
                AND m.version = v.members_version AND m.laboratory_id = ",
        );
        query.push_bind(laboratory).push(")");
    }
    if let Some(gene) = &filter.gene {
        query.push(" AND EXISTS (SELECT 1 FROM variant_gene g WHERE g.gene = ").push_bind(gene.trim().to_owned());
        query.push(" AND g.variant_id = COALESCE(a.merged_into, a.variant_id))");
    }
    if let Some(condition) = &filter.condition {
        let words = condition.trim();
        query.push(" AND (instr(lower(d.condition_words), ").push_bind(fold(words));
        query.push(") > 0 OR instr(d.condition_group, ").push_bind(words.to_owned()).push(") > 0)");
    }
    for word in filter.text.iter().flat_map(|text| text.split_whitespace()) {
        query.push(" AND instr(d.search_text, ").push_bind(fold(word)).push(") > 0");
    }
}

/// The discordances of these numbers, ascending.
pub async fn by_serials(
    connection: &mut Connection,
    serials: &[DiscordanceSerial],
) -> Result<Vec<Recorded>, StoreError> {
    let rows: Vec<HeadRow> = select_in(
        connection,
        |query| {
            query.push(select!("by_serials"));
            query.push("WHERE d.discordance_id IN");
        },
        serials,
        |_| {},
    )
    .await?;
    let mut found: Vec<Recorded> = rows.into_iter().map(HeadRow::read).collect::<Result<_, _>>()?;
    found.sort_by_key(|one| one.serial);
    Ok(found)
}

/// The discordances recorded with one of these variants; name merged ones too.
pub async fn of_variants(connection: &mut Connection, variants: &[VariantSerial]) -> Result<Vec<Recorded>, StoreError> {
    let rows: Vec<HeadRow> = select_in(
        connection,
        |query| {
            query.push(select!("of_variants"));
            query.push("WHERE d.variant_id IN");
        },
        variants,
        |_| {},
    )
    .await?;
    rows.into_iter().map(HeadRow::read).collect()
}

/// The discordances in which one of these variants is compared with others, or was.
pub async fn in_variants(
    connection: &mut Connection,
    variants: &[VariantSerial],
) -> Result<Vec<DiscordanceSerial>, StoreError> {
    let rows: Vec<(DiscordanceSerial,)> = select_in(
        connection,
        |query| {
            query.push(
                "/* discordance::in_variants */
                SELECT DISTINCT discordance_id FROM discordance_variant WHERE variant_id IN",
            );
        },
        variants,
        |_| {},
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The variants that are, or were, compared as one with these, after mergers.
pub async fn partners(
    connection: &mut Connection,
    variants: &[VariantSerial],
) -> Result<Vec<VariantSerial>, StoreError> {
    let rows: Vec<(VariantSerial,)> = select_in(
        connection,
        |query| {
            query.push(
                "/* discordance::partners */
                SELECT DISTINCT COALESCE(a.merged_into, a.variant_id)
                FROM discordance_variant d
                JOIN discordance_variant o ON o.discordance_id = d.discordance_id
                JOIN variant a ON a.variant_id = o.variant_id
                WHERE d.variant_id IN",
            );
        },
        variants,
        |_| {},
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The discordances that have, or had, one of these statements among their members.
pub async fn of_statements(
    connection: &mut Connection,
    statements: &[StatementSerial],
) -> Result<Vec<DiscordanceSerial>, StoreError> {
    let rows: Vec<(DiscordanceSerial,)> = select_in(
        connection,
        |query| {
            query.push(
                "/* discordance::of_statements */
                SELECT DISTINCT discordance_id FROM discordance_member WHERE statement_id IN",
            );
        },
        statements,
        |_| {},
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Every version up to a moment, the first first.
pub async fn versions(
    connection: &mut Connection,
    serial: DiscordanceSerial,
    as_of: AsOf,
) -> Result<Vec<DatedVersion>, StoreError> {
    let rows: Vec<DatabaseRow> = sqlx::query(
        "/* discordance::versions */
        SELECT v.version, v.state, v.grade, v.cause, v.account_id, v.members_version, v.assigned, v.due,
            v.reason, v.note, v.agreed, v.rules, v.entry_id, e.recorded
        FROM discordance_version v JOIN entry e ON e.entry_id = v.entry_id
        WHERE v.discordance_id = $1 AND v.entry_id <= $2 ORDER BY v.version",
    )
    .bind(serial)
    .bind(as_of.bound())
    .fetch_all(connection)
    .await?;
    let read = |row: &DatabaseRow| {
        Ok(DatedVersion {
            recorded: moment_of(VERSIONS, row.try_get("recorded")?)?,
            entry: row.try_get("entry_id")?,
            version: VersionRow::from_row(row)?.read()?,
        })
    };
    rows.iter().map(read).collect()
}

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

/// Which of these variants are exon-level events or fusions.
pub async fn shaped(connection: &mut Connection, variants: &[VariantSerial]) -> Result<Vec<VariantSerial>, StoreError> {
    let rows: Vec<(VariantSerial,)> = select_in(
        connection,
        |query| {
            query.push(
                "/* discordance::shaped */
                SELECT variant_id FROM variant
                WHERE kind IN ('exon_event', 'fusion') AND merged_into IS NULL AND variant_id IN",
            );
        },
        variants,
        |_| {},
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Other variants of the same kind that touch a gene of this one.
pub async fn sharing_genes(
    connection: &mut Connection,
    variant: VariantSerial,
) -> Result<Vec<VariantSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* discordance::sharing_genes */
        SELECT DISTINCT o.variant_id
        FROM variant v
        JOIN variant_gene g ON g.variant_id = v.variant_id
        JOIN variant_gene h ON h.gene = g.gene
        JOIN variant o ON o.variant_id = h.variant_id AND o.kind = v.kind
        WHERE v.variant_id = $1 AND o.variant_id <> v.variant_id AND o.merged_into IS NULL
        LIMIT 200",
    )
    .bind(variant)
    .fetch_all(connection)
    .await?)
}

/// Variants that a statement names, in the order of recording, from after one; mergers are not followed.
pub async fn stated_variants(
    connection: &mut Connection,
    after: VariantSerial,
    limit: u32,
) -> Result<Vec<VariantSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* discordance::stated_variants */
        SELECT DISTINCT variant_id FROM statement_version WHERE variant_id > $1 ORDER BY variant_id LIMIT $2",
    )
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}

/// These variants after mergers.
pub async fn unified(
    connection: &mut Connection,
    variants: &[VariantSerial],
) -> Result<Vec<VariantSerial>, StoreError> {
    let rows: Vec<(VariantSerial,)> = select_in(
        connection,
        |query| {
            query.push(
                "/* discordance::unified */
                SELECT COALESCE(merged_into, variant_id) FROM variant WHERE variant_id IN",
            );
        },
        variants,
        |_| {},
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The genes of variants, by symbol.
pub async fn genes(
    connection: &mut Connection,
    variants: &[VariantSerial],
) -> Result<Vec<(VariantSerial, String)>, StoreError> {
    select_in(
        connection,
        |query| {
            query.push("/* discordance::genes */ SELECT variant_id, gene FROM variant_gene WHERE variant_id IN");
        },
        variants,
        |query| {
            query.push(" ORDER BY variant_id, gene");
        },
    )
    .await
}

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

/// The people behind accounts.
pub async fn people(
    connection: &mut Connection,
    accounts: &[AccountSerial],
) -> Result<HashMap<AccountSerial, (User, LaboratorySerial)>, StoreError> {
    #[derive(Debug)]
    struct PersonRow(AccountSerial, LaboratorySerial, User);
    impl<'r> FromRow<'r, DatabaseRow> for PersonRow {
        fn from_row(row: &'r DatabaseRow) -> Result<Self, sqlx::Error> {
            let user = account::user(row).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            Ok(Self(row.try_get("account_id")?, row.try_get("laboratory_id")?, user))
        }
    }
    let rows: Vec<PersonRow> = select_in(
        connection,
        |query| {
            query.push(
                "/* discordance::people */
                SELECT a.account_id, a.laboratory_id, a.uid, l.uid AS laboratory_uid, a.username, a.name, a.role
                FROM account a JOIN laboratory l ON l.laboratory_id = a.laboratory_id
                WHERE a.account_id IN",
            );
        },
        accounts,
        |_| {},
    )
    .await?;
    Ok(rows.into_iter().map(|PersonRow(account, laboratory, user)| (account, (user, laboratory))).collect())
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    version: i64,
    state: String,
    grade: i64,
    cause: String,
    account_id: Option<AccountSerial>,
    members_version: i64,
    assigned: Option<AccountSerial>,
    due: Option<String>,
    reason: Option<String>,
    note: String,
    agreed: String,
    rules: String,
}

impl VersionRow {
    fn read(self) -> Result<Version, StoreError> {
        let unknown = |what: &str| StoreError::damaged(VERSIONS, format!("no such word `{what}`"));
        let grade = u8::try_from(self.grade).ok().and_then(Grade::from_number);
        let agreed: Vec<Agreed> = read_document(VERSIONS, &self.agreed)?;
        Ok(Version {
            version: number(self.version)?,
            state: State::from_code(&self.state).ok_or_else(|| unknown(&self.state))?,
            grade: grade.ok_or_else(|| unknown("grade"))?,
            cause: Cause::from_code(&self.cause).ok_or_else(|| unknown(&self.cause))?,
            by: self.account_id,
            members_version: number(self.members_version)?,
            assigned: self.assigned,
            due: self.due.map(|day| parse(VERSIONS, &day)).transpose()?,
            reason: self.reason,
            note: self.note,
            agreed,
            rules: self.rules,
        })
    }
}

#[derive(sqlx::FromRow)]
struct HeadRow {
    discordance_id: DiscordanceSerial,
    variant_id: VariantSerial,
    track: String,
    scope: String,
    condition_group: String,
    condition_words: String,
    opened: i64,
    changed: i64,
    ended: Option<i64>,
    times_opened: i64,
    #[sqlx(flatten)]
    last: VersionRow,
}

impl HeadRow {
    fn read(self) -> Result<Recorded, StoreError> {
        let scope = Scope::from_code(&self.scope).ok_or_else(|| StoreError::damaged(TABLE, "scope"))?;
        Ok(Recorded {
            serial: self.discordance_id,
            variant: self.variant_id,
            track: read_word(TABLE, &self.track)?,
            scope,
            group: self.condition_group,
            condition: self.condition_words,
            opened: moment_of(TABLE, self.opened)?,
            changed: moment_of(TABLE, self.changed)?,
            ended: self.ended.map(|micros| moment_of(TABLE, micros)).transpose()?,
            times_opened: number(self.times_opened)?,
            last: self.last.read()?,
        })
    }
}

pub(super) fn number(stored: i64) -> Result<u32, StoreError> {
    u32::try_from(stored).map_err(|_| StoreError::damaged(TABLE, "a number is out of range"))
}
