//! Everything of the ledger compared with everything: entries, bodies, tags, tiles, checkpoints, counts.

use super::keys::log_verifier;
use super::recover;
use super::sealed::{CaseKeys, open};
use super::sequencer::{Growth, day_of, year_of};
use super::tiles::TileFolder;
use crate::error::NodeError;
use crate::node::Node;
use cairn_ledger::checkpoint::Checkpoint;
use cairn_ledger::leaf::{Kind, LEAF_SECONDS, Leaf, tag};
use cairn_ledger::note::Note;
use cairn_ledger::tile::Tile;
use cairn_store::Reader;
use cairn_store::ledger::entry::{self, LedgerEntry};
use cairn_store::ledger::shard::{self, Shard};
use cairn_store::ledger::tag_key;
use cairn_store::serial::{CaseSerial, LedgerSerial};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Entries read at a time.
const PAGE: u32 = 4096;
/// Faults that are named; a damaged ledger has very many.
const NAMED: usize = 200;

/// What a check of the ledger found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LedgerFindings {
    /// Entries under a checkpoint, checked from leaf to root.
    pub entries: u64,
    /// Entries that wait for a checkpoint.
    pub waiting: u64,
    /// Bodies that are what their leaves commit to.
    pub bodies: u64,
    /// Bodies that were erased, with the entry that says so.
    pub erased: u64,
    /// Of these, bodies that are sealed with the key of a case.
    pub sealed: u64,
    /// Tiles that are what the entries make.
    pub tiles: u64,
    /// What is not whole, one sentence each.
    pub faults: Vec<String>,
}

impl LedgerFindings {
    fn fault(&mut self, text: String) {
        if self.faults.len() < NAMED {
            self.faults.push(text);
        }
    }
}

/// A check under way.
struct Check<'a> {
    node: &'a Node,
    reader: Reader,
    findings: LedgerFindings,
    /// Tags seen so far of each case, and its key while it has one.
    tags: HashMap<CaseSerial, (Option<[u8; 32]>, u64)>,
    /// Entries that say that a case was erased.
    erasures: HashSet<LedgerSerial>,
    /// Entries that name an erasure which must turn up later.
    claims: Vec<(LedgerSerial, LedgerSerial)>,
    counts: BTreeMap<(i32, String), u64>,
    moment: i64,
}

impl Node {
    /// Checks the whole ledger: that entries follow each other without a gap and are what their leaves say, that leaves
    /// lead to the checkpoints' roots, that the log key signed the checkpoints, that tiles are what the leaves make, that
    /// bodies are what leaves commit to or were erased by an entry that says so.
    ///
    /// # Errors
    /// When the record or the disk cannot be read at all.
    pub async fn check_ledger(&self) -> Result<LedgerFindings, NodeError> {
        let reader = self.store().read().await?;
        let mut check = Check {
            node: self,
            reader,
            findings: LedgerFindings::default(),
            tags: HashMap::new(),
            erasures: HashSet::new(),
            claims: Vec::new(),
            counts: BTreeMap::new(),
            moment: i64::MIN,
        };
        let shards = shard::all(&mut check.reader).await?;
        let mut next = 1;
        for (at, shard) in shards.iter().enumerate() {
            if shard.first.number() != next {
                check.findings.fault(format!("`{}` does not begin where the shard before ends", shard.origin));
            }
            check.shard(shard).await?;
            check.beside(shard).await?;
            next = shard.first.number().saturating_add_unsigned(shard.size);
            if shard.is_frozen != (at + 1 < shards.len()) {
                check.findings.fault(format!("`{}` is frozen and the newest, or neither", shard.origin));
            }
        }
        check.rest(next).await?;
        check.counts().await?;
        for (entry, by) in std::mem::take(&mut check.claims) {
            if !check.erasures.contains(&by) {
                let (entry, by) = (entry.number(), by.number());
                check.findings.fault(format!("ledger entry {entry} lost its body, and entry {by} is no erasure"));
            }
        }
        Ok(check.findings)
    }
}

impl Check<'_> {
    async fn shard(&mut self, shard: &Shard) -> Result<(), NodeError> {
        let folder = TileFolder::of(self.node.folder(), shard.year);
        let mut growth = Growth::default();
        let cosigned = self.notes(shard);
        while growth.edge.size() < shard.size {
            let from = shard.entry_at(growth.edge.size());
            let limit = (shard.size - growth.edge.size()).min(u64::from(PAGE)) as u32;
            let entries = entry::page(&mut self.reader, from, limit).await?;
            let dense =
                entries.iter().zip(from.number()..).take_while(|(e, serial)| e.serial.number() == *serial).count();
            let mut tiles = Vec::new();
            for found in &entries[..dense] {
                self.entry(found, Some(shard.year)).await?;
                growth.push(&found.leaf, &mut tiles);
                if cosigned.as_ref().is_some_and(|c| c.size == growth.edge.size() && c.root != growth.edge.root()) {
                    self.findings.fault(format!("the cosigned checkpoint of `{}` is of another tree", shard.origin));
                }
            }
            self.tiles(&folder, &tiles);
            if dense < limit as usize {
                let lost = from.number() + dense as i64;
                self.findings.fault(format!("ledger entry {lost} is gone from the record"));
                return Ok(());
            }
        }
        let unfinished: Vec<_> = growth.unfinished().collect();
        self.tiles(&folder, &unfinished);
        self.findings.entries += shard.size;
        if *growth.edge.root().bytes() != shard.root {
            self.findings.fault(format!("the entries of `{}` do not lead to the root of its checkpoint", shard.origin));
        }
        Ok(())
    }

    /// Checks what lies beside the tiles: entries that the record does not have, and the copy of the checkpoint, which
    /// may be an earlier one.
    async fn beside(&mut self, shard: &Shard) -> Result<(), NodeError> {
        match recover::refuse_newer_tiles(self.node, shard).await {
            Err(error @ NodeError::LedgerAhead { .. }) => self.findings.fault(error.to_string()),
            other => other?,
        }
        let folder = TileFolder::of(self.node.folder(), shard.year);
        let Some(copy) = folder.read_checkpoint()?.filter(|copy| *copy != shard.checkpoint) else { return Ok(()) };
        let verifier = log_verifier(&shard.origin, &self.node.ledger_identity().log_key)?;
        let opened = Note::read(copy.as_bytes()).map_err(|error| error.to_string());
        let opened = opened.and_then(|note| Checkpoint::open(&note, &verifier).map_err(|error| error.to_string()));
        if let Err(error) = opened {
            let path = folder.path().join("checkpoint");
            self.findings.fault(format!("`{}`: {error}; it is written again when the ledger grows", path.display()));
        }
        Ok(())
    }

    /// Checks a shard's signed notes; what the cosigned one says comes back.
    fn notes(&mut self, shard: &Shard) -> Option<Checkpoint> {
        let key = &self.node.ledger_identity().log_key;
        let open = |text: &str| {
            let verifier = log_verifier(&shard.origin, key).map_err(|error| error.to_string())?;
            let note = Note::read(text.as_bytes()).map_err(|error| error.to_string())?;
            Checkpoint::open(&note, &verifier).map_err(|error| error.to_string())
        };
        match open(&shard.checkpoint) {
            Ok(stated) if (stated.size, *stated.root.bytes()) == (shard.size, shard.root) => {}
            Ok(_) => {
                self.findings.fault(format!("the checkpoint of `{}` is not the one that was signed", shard.origin))
            }
            Err(error) => self.findings.fault(format!("the checkpoint of `{}`: {error}", shard.origin)),
        }
        match open(shard.cosigned.as_deref()?) {
            Ok(stated) if stated.size == shard.cosigned_size && stated.size <= shard.size => Some(stated),
            Ok(_) => {
                self.findings.fault(format!("the cosigned checkpoint of `{}` is of another size", shard.origin));
                None
            }
            Err(error) => {
                self.findings.fault(format!("the cosigned checkpoint of `{}`: {error}", shard.origin));
                None
            }
        }
    }

    fn tiles(&mut self, folder: &TileFolder, tiles: &[(Tile, Vec<u8>)]) {
        for (tile, bytes) in tiles {
            let path = folder.path().join(tile.to_string());
            let wrong = match folder.read(*tile) {
                Ok(Some(there)) if there == *bytes => {
                    self.findings.tiles += 1;
                    self.beginnings(folder, *tile, bytes);
                    continue;
                }
                Ok(Some(_)) => "is not what the record's entries make",
                Ok(None) => "is missing",
                Err(_) => "cannot be read",
            };
            let (path, folder) = (path.display(), folder.path().display());
            self.findings.fault(format!(
                "the tile `{path}` {wrong}; stop the node, remove `{folder}`, start it: tiles are made again"
            ));
        }
    }

    fn beginnings(&mut self, folder: &TileFolder, tile: Tile, bytes: &[u8]) {
        match folder.false_beginnings(tile, bytes) {
            Ok(found) => found.into_iter().for_each(|path| {
                self.findings
                    .fault(format!("the tile `{}` is not what the record's entries made; remove it", path.display()));
            }),
            Err(error) => self.findings.fault(error.to_string()),
        }
    }

    /// Checks an entry; `year` is that of its shard.
    async fn entry(&mut self, found: &LedgerEntry, year: Option<i16>) -> Result<(), NodeError> {
        let serial = found.serial.number();
        let leaf = match Leaf::read(&found.leaf) {
            Ok(leaf) => leaf,
            Err(error) => {
                self.findings.fault(format!("ledger entry {serial}: {error}"));
                return Ok(());
            }
        };
        let seconds = found.moment.as_second().unsigned_abs();
        let is_same = leaf.kind.word() == found.kind
            && leaf.node == self.node.ledger_identity().node
            && leaf.time == seconds - seconds % LEAF_SECONDS
            && leaf.tag.is_some() == found.case.is_some();
        if !is_same {
            self.findings
                .fault(format!("ledger entry {serial} is not what its leaf says: kind, moment or case was changed"));
        }
        let moment = found.moment.as_microsecond();
        if moment < self.moment || year.is_some_and(|year| year_of(found.moment) != year) {
            self.findings.fault(format!("ledger entry {serial} is out of the order of time"));
        }
        self.moment = self.moment.max(moment);
        if leaf.kind == Kind::Erase {
            self.erasures.insert(found.serial);
        }
        if year.is_some() {
            *self.counts.entry((day_of(found.moment), found.kind.clone())).or_default() += 1;
        }
        self.body(found, &leaf).await?;
        match found.case {
            Some(case) => self.tag(found, &leaf, case).await,
            None => Ok(()),
        }
    }

    async fn body(&mut self, found: &LedgerEntry, leaf: &Leaf) -> Result<(), NodeError> {
        let serial = found.serial.number();
        match (&found.opening, &found.body_key, found.erased_by) {
            (Some(_), key, None) => {
                self.findings.sealed += u64::from(key.is_some());
                let opening = open(self.node, found).await?;
                match opening.is_some_and(|opening| opening.body_of(leaf).is_ok()) {
                    true => self.findings.bodies += 1,
                    false => self
                        .findings
                        .fault(format!("the body of ledger entry {serial} is not what its leaf commits to")),
                }
            }
            (None, _, Some(by)) => {
                self.findings.erased += 1;
                self.claims.push((found.serial, by));
            }
            (None, _, None) => {
                self.findings.fault(format!("ledger entry {serial} has lost its body or salt without an erasure"))
            }
            (Some(_), _, Some(_)) => {
                self.findings.fault(format!("ledger entry {serial} is said to be erased and is not"))
            }
        }
        Ok(())
    }

    async fn tag(&mut self, found: &LedgerEntry, leaf: &Leaf, case: CaseSerial) -> Result<(), NodeError> {
        if !self.tags.contains_key(&case) {
            let keys = CaseKeys::of(&mut self.reader, self.node, &[case]).await?;
            let key = tag_key(&mut self.reader, case).await?.and_then(|(key, _)| keys.open_tag(case, &key).ok());
            self.tags.insert(case, (key, 0));
        }
        let Some((key, seen)) = self.tags.get_mut(&case) else { return Ok(()) };
        *seen += 1;
        if key.as_ref().is_some_and(|key| leaf.tag != Some(tag(key, *seen))) {
            let serial = found.serial.number();
            self.findings.fault(format!("the tag of ledger entry {serial} is not its case's next one"));
        }
        Ok(())
    }

    /// Entries after the last checkpoint.
    async fn rest(&mut self, mut next: i64) -> Result<(), NodeError> {
        loop {
            let entries = entry::page(&mut self.reader, LedgerSerial::new(next), PAGE).await?;
            let Some(last) = entries.last() else { return Ok(()) };
            for (found, expected) in entries.iter().zip(next..) {
                if found.serial.number() != expected {
                    self.findings.fault(format!("ledger entry {expected} is gone from the record"));
                    return Ok(());
                }
                self.entry(found, None).await?;
            }
            self.findings.waiting += entries.len() as u64;
            next = last.serial.number() + 1;
        }
    }

    async fn counts(&mut self) -> Result<(), NodeError> {
        let kept = shard::days(&mut self.reader, i32::MIN).await?;
        let kept: BTreeMap<(i32, String), u64> = kept.into_iter().map(|(day, kind, n)| ((day, kind), n)).collect();
        if kept != self.counts && self.findings.faults.is_empty() {
            self.findings.fault("the counts of ledger entries by day are not those of the entries".to_owned());
        }
        Ok(())
    }
}
