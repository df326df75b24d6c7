//! What can go wrong in a node, told apart by who must act.

use jiff::Timestamp;
use std::path::PathBuf;

/// A failure of a node.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The record failed.
    #[error(transparent)]
    Store(#[from] cairn_store::StoreError),
    /// The reference data cannot be opened.
    #[error(transparent)]
    Reference(#[from] cairn_reference::reference::OpenError),
    /// The list of reference files cannot be read.
    #[error(transparent)]
    ReferenceFolder(#[from] cairn_reference::folder::FolderError),
    /// A file of the data folder failed.
    #[error("`{path}`: {cause}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// There is no data folder where one was expected.
    #[error("no node in `{0}`: create one with `cairn init {0}`, or name another with --data")]
    NoNode(PathBuf),
    /// The data folder, or the record in it, may not be read.
    #[error(
        "`{0}` may not be read by this user: run the command as the account that runs the node, or give this one read, write and search permission on the folder and what is in it (`ls -ld {0}` shows them)"
    )]
    Unreadable(PathBuf),
    /// The configuration cannot be used as far as it says where the record is kept.
    #[error("configuration `{0}`: {1}")]
    Configuration(PathBuf, String),
    /// A signing key is not one.
    #[error(
        "`{0}` is not an Ed25519 key of 64 hexadecimal digits with its public half; restore it from the backup of the keys"
    )]
    BadKey(PathBuf),
    /// A new folder was to be made where something is.
    #[error("`{0}` is there already: name a folder that does not exist yet")]
    InTheWay(PathBuf),
    /// A copy of the record came out damaged.
    #[error("the copy of the record is not whole: {0}; run `cairn fsck` on the node")]
    NotWhole(String),
    /// A transaction failed that many waited for.
    #[error(transparent)]
    OfMany(std::sync::Arc<NodeError>),
    /// The ledger cannot go on; says why and what to do.
    #[error("{0}")]
    Ledger(String),
    /// A laboratory's signing key that the record names is not in its place.
    #[error(
        "the signing key of {laboratory}, `{path}`, is missing: restore it from the backup of the node. Nothing is signed with another one in its place"
    )]
    NoSigningKey {
        /// Whose.
        laboratory: String,
        /// Where it should be.
        path: PathBuf,
    },
    /// The keys of cases are not in their place.
    #[error(
        "`{0}` is missing: without the keys no case can be read. Put them back with `cairn keys restore FOLDER` from the backup of the keys, which is apart from that of the data"
    )]
    NoKeyStore(PathBuf),
    /// The key store is not the one that the record names.
    #[error("`{0}` is the key store of another record: restore the right one with `cairn keys restore FOLDER`")]
    OtherKeyStore(PathBuf),
    /// A key of the ledger is not in its place.
    #[error("the ledger's key `{0}` is missing: restore it from the backup of the keys")]
    NoLedgerKey(PathBuf),
    /// A key of the ledger is not the one that the record names.
    #[error(
        "`{0}` is another key than the one this node's ledger was begun with: restore the right one from the backup of the keys"
    )]
    OtherLedgerKey(PathBuf),
    /// The tiles hold entries that the record does not.
    #[error(
        "the tiles in `{folder}` hold ledger entry {entry}, which the record does not (its checkpoint has {size} entries): the record is an older copy. Restore the newest one; signing on would show two histories"
    )]
    LedgerAhead {
        /// Where the tiles lie.
        folder: PathBuf,
        /// The leaf's index.
        entry: u64,
        /// Leaves under the record's checkpoint.
        size: u64,
    },
    /// A witness has signed what the record does not hold.
    #[error(
        "the witness `{witness}` has signed this log at {signed} entries, and the record, with {size} under its checkpoint, does not lead there: the record is an older copy or another history. Restore the newest one; signing on would show two histories"
    )]
    WitnessAhead {
        /// Its name in the policy.
        witness: String,
        /// Leaves that it signed last.
        signed: u64,
        /// Leaves under the record's checkpoint.
        size: u64,
    },
    /// The laboratory asked for is not known here.
    #[error("no laboratory `{0}` here; `cairn lab list` shows all, `cairn lab add NAME` adds one")]
    UnknownLaboratory(String),
    /// The name of a laboratory to be added says nothing.
    #[error("a laboratory needs a name with letters: give its full name, as it signs its reports")]
    NamelessLaboratory,
    /// The laboratory is only known by its statements.
    #[error("`{0}` is not a member of this node; `cairn lab add NAME` makes it one")]
    NotAMember(String),
    /// The laboratory has no column mapping of this name.
    #[error("no column mapping `{0}`; known are: {1}")]
    UnknownMapping(String, String),
    /// A recorded guideline file can no longer be read.
    #[error("the recorded guideline file {0} cannot be read: {1}")]
    Guideline(String, String),
    /// The same idempotency key came with other bytes.
    #[error("the idempotency key `{0}` was used before for other content; use a new key")]
    KeyReused(String),
    /// What a person asked for cannot be done as asked.
    #[error("{0}")]
    Refused(String),
    /// A replay would record something before what is recorded already.
    #[error(
        "the record reaches {reached}: it never goes back in time, and {asked} is earlier; import in the order of dates, or into a new node (`cairn init DIR`)"
    )]
    BackInTime {
        /// The last entry's moment.
        reached: Timestamp,
        /// The moment asked for.
        asked: Timestamp,
    },
    /// A file to be imported cannot be read at all.
    #[error("{0}")]
    Input(Box<cairn_core::problem::Problem>),
    /// A background thread ended early.
    #[error("a background thread ended early: {0}")]
    Thread(#[from] tokio::task::JoinError),
}

impl NodeError {
    /// A file failed.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |cause| Self::File { path, cause }
    }
}
