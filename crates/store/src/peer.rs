//! Other nodes: who they are, how far each stream is, whether they were reached.

pub mod acknowledgement;
pub mod agreement;
pub mod origin;
pub mod refused;
pub mod release;
pub mod stream;

use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::insert::last_serial;
use crate::serial::{EntrySerial, PeerSerial};
use cairn_core::id::UserId;
use jiff::Timestamp;

/// Whether a peer is spoken with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerState {
    /// It is.
    Active,
    /// Not for now.
    Suspended,
    /// No longer; what was given stays listed.
    Removed,
}

impl PeerState {
    /// The stored word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Removed => "removed",
        }
    }

    fn read(word: &str) -> Result<Self, StoreError> {
        let all = [Self::Active, Self::Suspended, Self::Removed];
        all.into_iter().find(|state| state.code() == word).ok_or_else(|| StoreError::damaged("peer", "state"))
    }
}

/// A peer to be added.
#[derive(Debug, Clone)]
pub struct NewPeer {
    /// Its id.
    pub id: String,
    /// What it calls itself.
    pub name: String,
    /// `host:port`; empty: it cannot be called.
    pub address: String,
    /// Its key, 64 hexadecimal digits.
    pub public_key: String,
    /// SHA-256 of its certificate, 64 hexadecimal digits.
    pub certificate: String,
    /// Who added it.
    pub user: Option<UserId>,
}

/// A peer as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedPeer {
    /// Its key in the record.
    pub serial: PeerSerial,
    /// Its id.
    pub id: String,
    /// What it calls itself.
    pub name: String,
    /// `host:port`; empty: it cannot be called.
    pub address: String,
    /// Its key, 64 hexadecimal digits.
    pub public_key: String,
    /// SHA-256 of its certificate, 64 hexadecimal digits.
    pub certificate: String,
    /// Whether it is spoken with.
    pub state: PeerState,
    /// Place in its stream up to which everything is here.
    pub taken: u64,
    /// Items after that place, as it said last.
    pub waiting: u64,
    /// How far the record was looked through for it.
    pub looked: Looked,
    /// When it was last heard of.
    pub last_contact: Option<Timestamp>,
    /// When it was last not reached, if it was not reached since.
    pub last_failure: Option<Timestamp>,
    /// Why it was not reached.
    pub failure: Option<String>,
}

/// How far the record was looked through for a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The entry of the last version looked at.
    pub entry: i64,
    /// Its statement.
    pub statement: i64,
    /// By which terms and consents.
    pub basis: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    peer_id: PeerSerial,
    uid: String,
    name: String,
    address: String,
    public_key: String,
    certificate: String,
    state: String,
    taken: i64,
    waiting: i64,
    looked_entry: i64,
    looked_statement: i64,
    looked_basis: String,
    last_contact: Option<i64>,
    last_failure: Option<i64>,
    failure: Option<String>,
}

impl Row {
    fn read(self) -> Result<RecordedPeer, StoreError> {
        const TABLE: &str = "peer";
        Ok(RecordedPeer {
            serial: self.peer_id,
            id: self.uid,
            name: self.name,
            address: self.address,
            public_key: self.public_key,
            certificate: self.certificate,
            state: PeerState::read(&self.state)?,
            taken: self.taken.unsigned_abs(),
            waiting: self.waiting.unsigned_abs(),
            looked: Looked { entry: self.looked_entry, statement: self.looked_statement, basis: self.looked_basis },
            last_contact: self.last_contact.map(|at| moment_of(TABLE, at)).transpose()?,
            last_failure: self.last_failure.map(|at| moment_of(TABLE, at)).transpose()?,
            failure: self.failure,
        })
    }
}

macro_rules! select {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* peer::",
            $name,
            " */
            SELECT peer_id, uid, name, address, public_key, certificate, state, taken, waiting, looked_entry,
                looked_statement, looked_basis, last_contact, last_failure, failure
            FROM peer ",
            $rest
        )
    };
}

/// Every peer that was ever added, in the order of adding.
pub async fn all(connection: &mut Connection) -> Result<Vec<RecordedPeer>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!("all", "ORDER BY peer_id")).fetch_all(connection).await?;
    rows.into_iter().map(Row::read).collect()
}

/// The peer with this key.
pub async fn by_key(connection: &mut Connection, public_key: &str) -> Result<Option<RecordedPeer>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as(select!("by_key", "WHERE public_key = $1")).bind(public_key).fetch_optional(connection).await?;
    row.map(Row::read).transpose()
}

/// The peer that a person means: by name or id.
pub async fn find(connection: &mut Connection, text: &str) -> Result<Option<RecordedPeer>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as(select!("find", "WHERE name = $1 OR uid = $1")).bind(text).fetch_optional(connection).await?;
    row.map(Row::read).transpose()
}

/// Adds a peer; one that is known by its key gets its new name, address and certificate, and is active again.
///
/// # Errors
/// [`StoreError::Conflict`] when another peer has the name.
pub async fn add(connection: &mut Connection, entry: EntrySerial, new: &NewPeer) -> Result<PeerSerial, StoreError> {
    let last = last_serial(connection, "/* peer::add (last) */ SELECT COALESCE(MAX(peer_id), 0) FROM peer").await?;
    let serial: PeerSerial = sqlx::query_scalar(
        "/* peer::add */
        INSERT INTO peer (peer_id, uid, name, address, public_key, certificate, state, taken, waiting, looked_entry,
            looked_statement, looked_basis, user_uid, entry_id)
        VALUES ($1, $2, $3, $4, $5, $6, 'active', 0, 0, 0, 0, '', $7, $8)
        ON CONFLICT (public_key) DO UPDATE SET name = excluded.name, address = excluded.address,
            certificate = excluded.certificate, state = 'active'
        RETURNING peer_id",
    )
    .bind(last + 1)
    .bind(&new.id)
    .bind(&new.name)
    .bind(&new.address)
    .bind(&new.public_key)
    .bind(&new.certificate)
    .bind(new.user.map(|user| user.to_string()))
    .bind(entry)
    .fetch_one(connection)
    .await
    .map_err(|error| match &error {
        sqlx::Error::Database(cause) if cause.is_unique_violation() => {
            StoreError::Conflict(format!("another peer is called `{}` here", new.name))
        }
        _ => StoreError::Driver(error),
    })?;
    Ok(serial)
}

/// Sets whether a peer is spoken with.
pub async fn set_state(connection: &mut Connection, peer: PeerSerial, state: PeerState) -> Result<(), StoreError> {
    sqlx::query("/* peer::set_state */ UPDATE peer SET state = $2 WHERE peer_id = $1")
        .bind(peer)
        .bind(state.code())
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes up to which place a peer's stream is taken, and how much it said comes after.
pub async fn take(connection: &mut Connection, peer: PeerSerial, place: u64, waiting: u64) -> Result<(), StoreError> {
    sqlx::query("/* peer::take */ UPDATE peer SET taken = $2, waiting = $3 WHERE peer_id = $1 AND taken <= $2")
        .bind(peer)
        .bind(place as i64)
        .bind(waiting as i64)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that a peer was heard of.
pub async fn reached(connection: &mut Connection, peer: PeerSerial, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "/* peer::reached */
        UPDATE peer SET last_contact = $2, last_failure = NULL, failure = NULL WHERE peer_id = $1",
    )
    .bind(peer)
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that a peer was not reached, and why.
pub async fn failed(
    connection: &mut Connection,
    peer: PeerSerial,
    now: Timestamp,
    why: &str,
) -> Result<(), StoreError> {
    sqlx::query("/* peer::failed */ UPDATE peer SET last_failure = $2, failure = $3 WHERE peer_id = $1")
        .bind(peer)
        .bind(now.as_microsecond())
        .bind(why)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes how far the record was looked through for a peer.
pub async fn looked(connection: &mut Connection, peer: PeerSerial, at: &Looked) -> Result<(), StoreError> {
    sqlx::query(
        "/* peer::looked */
        UPDATE peer SET looked_entry = $2, looked_statement = $3, looked_basis = $4 WHERE peer_id = $1",
    )
    .bind(peer)
    .bind(at.entry)
    .bind(at.statement)
    .bind(&at.basis)
    .execute(connection)
    .await?;
    Ok(())
}
