//! Witnessing: this node signs other logs' checkpoints, and asks its own witnesses to sign its.

use super::keys::LedgerKeys;
use super::receipt::ledger_error;
use crate::error::NodeError;
use crate::node::Node;
use cairn_ledger::checkpoint::Checkpoint;
use cairn_ledger::hash::Hash;
use cairn_ledger::note::{KeyKind, Note, NoteSignature, Verifier};
use cairn_ledger::policy::{Policy, Witness};
use cairn_ledger::witness::{AddCheckpoint, Refusal, Witnessed};
use cairn_store::Connection;
use cairn_store::ledger::shard::{self, Shard};
use cairn_store::ledger::witnessed::{self, WitnessedLog};
use std::time::Duration;

/// How long a witness may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often witnesses are asked while the log grows.
const PAUSE: Duration = Duration::from_secs(1);

impl Node {
    /// Answers a log that asks for a cosignature (C2SP tlog-witness): the signature line, or why not. The checkpoint is
    /// durable before the line comes back, and nobody else decides about a log meanwhile.
    ///
    /// # Errors
    /// When the record or the witness key fails.
    pub async fn witness(&self, body: &[u8]) -> Result<Result<String, Refusal>, NodeError> {
        let read = AddCheckpoint::read(body).and_then(|request| Ok((request.checkpoint()?, request)));
        let (stated, request) = match read {
            Ok(read) => read,
            Err(refusal) => return Ok(Err(refusal)),
        };
        // Anybody may ask: what is refused never waits for the one writer.
        if let Err(refusal) = decide(&mut *self.store().read().await?, &stated, &request).await? {
            return Ok(Err(refusal));
        }
        let mut writer = self.store().write().await?;
        let checkpoint = match decide(&mut writer, &stated, &request).await? {
            Ok(checkpoint) => checkpoint,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let note = request.note.to_string();
        witnessed::keep(&mut writer, &checkpoint.origin, checkpoint.size, checkpoint.root.bytes(), &note).await?;
        writer.commit_of_ledger().await?;
        let identity = self.ledger_identity();
        let signer = LedgerKeys::open(self.folder(), identity)?.witness_signer(&identity.origin)?;
        let time = self.now().as_second().unsigned_abs();
        Ok(Ok(format!("{}\n", signer.sign(request.note.text(), time))))
    }

    /// Becomes a witness of the log with this key; whether it is new comes back.
    ///
    /// # Errors
    /// When the text is no log's key, or the log is known by another key.
    pub async fn add_witnessed_log(&self, key: &str) -> Result<bool, NodeError> {
        let refused = |why: String| NodeError::Refused(why);
        let verifier: Verifier = key.trim().parse().map_err(|error| refused(format!("`{}`: {error}", key.trim())))?;
        if verifier.kind() != KeyKind::Log {
            return Err(refused("this is a witness's key; name the key of the log".to_owned()));
        }
        let mut writer = self.store().write().await?;
        let is_new = witnessed::add(&mut writer, verifier.name(), &verifier.to_string()).await?;
        let known = witnessed::find(&mut writer, verifier.name()).await?;
        if known.is_some_and(|known| known.verifier != verifier.to_string()) {
            return Err(refused(format!(
                "the log `{}` is known by another key: a log does not change its key",
                verifier.name()
            )));
        }
        writer.commit().await?;
        Ok(is_new)
    }

    /// Every log that this node is a witness of.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn witnessed_logs(&self) -> Result<Vec<WitnessedLog>, NodeError> {
        Ok(witnessed::all(&mut *self.store().read().await?).await?)
    }

    /// This node's key as a witness.
    ///
    /// # Errors
    /// When the key's file fails.
    pub fn witness_verifier(&self) -> Result<Verifier, NodeError> {
        let identity = self.ledger_identity();
        Ok(LedgerKeys::open(self.folder(), identity)?.witness_signer(&identity.origin)?.verifier().clone())
    }

    /// Asks the witnesses of a policy to sign the newest checkpoint, and keeps it when enough have; their names come
    /// back. Witnesses that fail are left out, with a line in the log.
    ///
    /// # Errors
    /// When the record or the tiles fail.
    pub async fn ask_witnesses(&self, policy: &Policy) -> Result<Vec<String>, NodeError> {
        let Some(shard) = self.newest_shard().await?.filter(|shard| shard.size > shard.cosigned_size) else {
            return Ok(Vec::new());
        };
        let mut note = Note::read(shard.checkpoint.as_bytes()).map_err(ledger_error)?;
        for witness in policy.witnesses().iter().filter(|witness| witness.url.is_some()) {
            match self.ask_witness(&shard, &note, witness).await {
                Ok(signatures) => signatures.into_iter().for_each(|signature| note.add(signature)),
                Err(error) => tracing::warn!(witness = witness.name, %error, "a witness did not sign"),
            }
        }
        let accepted = policy.clone().with_log(self.log_verifier(&shard)?).accept(&note);
        let signed = accepted.map_err(ledger_error)?.1;
        let mut writer = self.store().write().await?;
        shard::keep_cosigned(&mut writer, shard.year, shard.size, &note.to_string()).await?;
        writer.commit_of_ledger().await?;
        Ok(signed)
    }

    /// Refuses a log that was rolled back: a witness of the policy has signed more of it, or another tree. Witnesses that
    /// do not answer cannot say, and are left out with a line in the log.
    ///
    /// # Errors
    /// When a witness has signed what the record does not hold, or the record or the tiles fail.
    pub async fn refuse_roll_back(&self, policy: &Policy) -> Result<(), NodeError> {
        let Some(shard) = self.newest_shard().await? else { return Ok(()) };
        let note = Note::read(shard.checkpoint.as_bytes()).map_err(ledger_error)?;
        for witness in policy.witnesses().iter().filter(|witness| witness.url.is_some()) {
            match self.ask_witness(&shard, &note, witness).await {
                Err(error @ NodeError::WitnessAhead { .. }) => return Err(error),
                Err(error) => tracing::warn!(witness = witness.name, %error, "a witness could not be asked"),
                Ok(_) => {}
            }
        }
        Ok(())
    }

    async fn ask_witness(
        &self,
        shard: &Shard,
        note: &Note,
        witness: &Witness,
    ) -> Result<Vec<NoteSignature>, NodeError> {
        let mut old = shard.cosigned_size;
        // What the witness signed last is its to say: a second attempt with its answer is enough.
        for _ in 0..2 {
            let proof = self.ledger_consistency(shard, old, shard.size).await?;
            let request =
                AddCheckpoint { old, proof, note: Note::read(note.to_string().as_bytes()).map_err(ledger_error)? };
            let url = format!("{}/add-checkpoint", witness.url.as_deref().unwrap_or_default().trim_end_matches('/'));
            match tokio::task::spawn_blocking(move || post(&url, &request.to_string())).await?? {
                (200, text) => return signatures_of(note, &text, &witness.verifier),
                (409, text) => match text.trim().parse() {
                    Ok(size) if size != old && size <= shard.size => old = size,
                    signed => {
                        let (witness, signed) = (witness.name.clone(), signed.unwrap_or_default());
                        return Err(NodeError::WitnessAhead { witness, signed, size: shard.size });
                    }
                },
                // It knows this size, and what it signed is not under this root.
                (422, _) => {
                    let witness = witness.name.clone();
                    return Err(NodeError::WitnessAhead { witness, signed: old, size: shard.size });
                }
                (status, text) => return Err(NodeError::Ledger(format!("it answered {status}: {}", text.trim()))),
            }
        }
        Err(NodeError::Ledger("it changed its mind about the size that it signed last".to_owned()))
    }

    /// Asks the witnesses as the log grows, until the future that holds this call is dropped.
    pub async fn run_witnesses(&self, policy: &Policy) {
        let mut sealed = self.sealed();
        loop {
            if let Err(error) = self.ask_witnesses(policy).await {
                tracing::warn!(%error, "the checkpoint has not the signatures that the policy asks for");
            }
            tokio::time::sleep(PAUSE).await;
            // The sender lives as long as the node; a timeout asks again those that were away.
            let _ = tokio::time::timeout(PATIENCE * 3, sealed.changed()).await;
        }
    }
}

/// What the witness's rule says by what it signed last.
async fn decide(
    connection: &mut Connection,
    stated: &Checkpoint,
    request: &AddCheckpoint,
) -> Result<Result<Checkpoint, Refusal>, NodeError> {
    let Some(log) = witnessed::find(connection, &stated.origin).await? else {
        return Ok(Err(Refusal::UnknownLog(stated.origin.clone())));
    };
    let verifier: Verifier = log.verifier.parse().map_err(ledger_error)?;
    let last = match log.size {
        0 => None,
        size => Some(Witnessed { size, root: Hash::try_from(&log.root[..]).map_err(ledger_error)? }),
    };
    Ok(request.decide(&verifier, last))
}

/// The signatures of an answer that are the witness's; others are left out, as the protocol asks.
fn signatures_of(note: &Note, answer: &str, witness: &Verifier) -> Result<Vec<NoteSignature>, NodeError> {
    let read = answer.lines().filter_map(|line| NoteSignature::read(line).ok());
    let valid = |signature: &NoteSignature| {
        let mut alone = Note::new(note.text().to_owned());
        alone.add(signature.clone());
        alone.verify([witness]).is_ok()
    };
    let signatures: Vec<NoteSignature> = read.filter(valid).collect();
    if signatures.is_empty() {
        Err(NodeError::Ledger("its answer has no signature by its key".to_owned()))
    } else {
        Ok(signatures)
    }
}

/// Status and text of an answer.
fn post(url: &str, body: &str) -> Result<(u16, String), NodeError> {
    let config =
        ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).max_redirects(0);
    let agent: ureq::Agent = config.build().into();
    let mut answer = agent.post(url).content_type("text/plain").send(body).map_err(ledger_error)?;
    let status = answer.status().as_u16();
    let text = answer.body_mut().with_config().limit(64 * 1024).read_to_string().map_err(ledger_error)?;
    Ok((status, text))
}
