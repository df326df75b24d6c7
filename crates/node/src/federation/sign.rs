//! A version of a statement as it travels: reduced to tier 2 and signed by its laboratory, once for all peers.

use super::Federation;
use crate::error::NodeError;
use crate::keys::LaboratoryKey;
use cairn_core::draft::{ExpressionDraft, StatementDraft, VariantDraft};
use cairn_core::statement::Standing;
use cairn_core::tier::SharedStatement;
use cairn_formats::cairn_statement;
use cairn_protocol::statement::{Said, StatementContent, SubmissionProof, VouchedLaboratory};
use cairn_protocol::{Signature, SignedStatement};
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::peer::stream::Candidate;
use cairn_store::serial::{LaboratorySerial, StatementSerial, SubmissionSerial, VariantSerial};
use cairn_store::signed_statement::{self, KeptSigned, NewSigned};
use cairn_store::statement::RecordedStatement;
use cairn_store::variant::VariantStatus;
use cairn_store::{Connection, Writer, entry, laboratory, statement, submission, variant};
use rayon::prelude::*;
use std::collections::HashMap;

/// A statement's signed bytes, with their name.
type Named = (SignedStatement, String);

impl Federation {
    /// The signed bytes of these versions, the newest of their statements: kept ones, or those that are made now and
    /// kept. Those whose variant cannot be named so that another node would know it are left out.
    pub(super) async fn signed(
        &self,
        writer: &mut Writer,
        candidates: &[Candidate],
    ) -> Result<HashMap<StatementSerial, Named>, NodeError> {
        let statements: Vec<StatementSerial> = candidates.iter().map(|one| one.statement_id).collect();
        let versions: HashMap<StatementSerial, i64> =
            candidates.iter().map(|one| (one.statement_id, one.version)).collect();
        let kept = signed_statement::of_statements(writer, &statements).await?;
        let is_asked = |one: &KeptSigned| {
            let version = one.statement_id.and_then(|statement| versions.get(&statement));
            version.is_some() && version.copied() == one.statement_version
        };
        let read_one = |one: KeptSigned| Ok((one.statement_id, (read(&one.content, &one.digest)?, one.digest)));
        let kept: Result<Vec<_>, NodeError> = kept.into_par_iter().filter(is_asked).map(read_one).collect();
        let mut signed: HashMap<StatementSerial, Named> =
            kept?.into_iter().filter_map(|(statement, named)| Some((statement?, named))).collect();
        let new = candidates.iter().filter(|one| one.brought_by.is_none() && !signed.contains_key(&one.statement_id));
        let new: Vec<Candidate> = new.copied().collect();
        signed.extend(self.make(writer, &new).await?);
        Ok(signed)
    }

    /// Signs versions that were made here, on all cores.
    async fn make(&self, writer: &mut Writer, new: &[Candidate]) -> Result<Vec<(StatementSerial, Named)>, NodeError> {
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let statements: Vec<StatementSerial> = new.iter().map(|one| one.statement_id).collect();
        let recorded = statement::newest(writer, &statements).await?;
        let recorded: HashMap<StatementSerial, RecordedStatement> =
            recorded.into_iter().map(|one| (one.serial, one)).collect();
        let mut names = self.names(writer, recorded.values()).await?;
        let mut owners: HashMap<LaboratorySerial, Owner> = HashMap::new();
        let mut proofs: HashMap<SubmissionSerial, Option<SubmissionProof>> = HashMap::new();
        for Candidate { laboratory_id, submission_id, .. } in new {
            if !owners.contains_key(laboratory_id) {
                owners.insert(*laboratory_id, self.owner(writer, *laboratory_id).await?);
            }
            if !proofs.contains_key(submission_id) {
                let proof = proof(writer, *submission_id, &owners[laboratory_id].recorded).await?;
                proofs.insert(*submission_id, proof);
            }
        }
        let mut contents = Vec::with_capacity(new.len());
        for candidate in new {
            let (statement, owner) = (candidate.statement_id, &owners[&candidate.laboratory_id]);
            let found = recorded.get(&statement).filter(|one| one.statement.version == number(candidate.version));
            let proof = proofs[&candidate.submission_id].clone();
            if let (Some(found), Some(variant), Some(proof)) = (found, names.remove(&statement), proof) {
                contents.push((owner, content(candidate, owner, found, variant, proof)));
            }
        }
        let sign = |(owner, content): (&Owner, StatementContent)| {
            let signed = SignedStatement::sign_vouched(content, &owner.voucher, |text| owner.key.sign_bytes(text));
            let digest = signed.digest();
            (signed, digest)
        };
        let signed: Vec<Named> = contents.into_par_iter().map(sign).collect();
        let here = |signed: &SignedStatement| {
            let accession = signed.content().accession.parse().ok();
            accession.and_then(StatementSerial::from_accession).map(|serial| (serial, Some(signed.content().version)))
        };
        let new: Vec<NewSigned<'_>> =
            signed.iter().map(|(one, digest)| self.kept(one, digest.clone(), here(one))).collect();
        signed_statement::add(writer, &new).await?;
        let of = |(one, digest): Named| Some((here(&one)?.0, (one, digest)));
        Ok(signed.into_iter().filter_map(of).collect())
    }

    /// The signed withdrawal of a version made here and of those before it.
    pub(super) async fn withdrawal(
        &self,
        writer: &mut Writer,
        candidate: &Candidate,
        reason: &str,
    ) -> Result<Option<SignedStatement>, NodeError> {
        let version = number(candidate.version);
        if let Some(kept) = signed_statement::of_version(writer, candidate.statement_id, version, true).await? {
            return read(&kept.content, &kept.digest).map(Some);
        }
        if candidate.brought_by.is_some() {
            return Ok(None);
        }
        let owner = self.owner(writer, candidate.laboratory_id).await?;
        let content = StatementContent {
            laboratory: owner.vouched.clone(),
            accession: candidate.statement_id.accession().to_string(),
            version,
            made: self.node.now().as_microsecond().unsigned_abs(),
            said: Said::Withdrawal { reason: reason.to_owned() },
        };
        let signed = SignedStatement::sign_vouched(content, &owner.voucher, |text| owner.key.sign_bytes(text));
        let here = Some((candidate.statement_id, Some(version)));
        signed_statement::add(writer, &[self.kept(&signed, signed.digest(), here)]).await?;
        Ok(Some(signed))
    }

    /// Bytes that were made here, to be kept.
    fn kept<'a>(
        &self,
        signed: &'a SignedStatement,
        digest: String,
        here: Option<(StatementSerial, Option<u32>)>,
    ) -> NewSigned<'a> {
        NewSigned {
            digest,
            origin: signed.origin().to_string(),
            accession: &signed.content().accession,
            version: signed.content().version,
            is_withdrawal: signed.is_withdrawal(),
            peer: None,
            here,
            content: signed.bytes(),
            received: self.node.now(),
        }
    }

    async fn owner(&self, writer: &mut Writer, laboratory: LaboratorySerial) -> Result<Owner, NodeError> {
        let found = laboratory::by_serials(writer, &[laboratory]).await?.pop();
        let missing = || NodeError::Refused("a statement's laboratory is missing; run `cairn fsck`".to_owned());
        let recorded = found.ok_or_else(missing)?;
        let key = self.node.signing_key(writer, &recorded).await?;
        let vouched = VouchedLaboratory {
            node: self.key.public(),
            node_name: self.settings.name.clone(),
            id: recorded.laboratory.id,
            name: recorded.laboratory.name.clone(),
            clinvar_org_id: recorded.laboratory.clinvar_org_id,
            key: key.public_key(),
        };
        Ok(Owner { voucher: vouched.voucher(&self.key), recorded, key, vouched })
    }

    /// Notations by which another node would know the variant of each statement, the surest first. What the laboratory
    /// typed is not among them.
    async fn names(
        &self,
        connection: &mut Connection,
        statements: impl Iterator<Item = &RecordedStatement>,
    ) -> Result<HashMap<StatementSerial, VariantDraft>, NodeError> {
        let of: Vec<(StatementSerial, VariantSerial)> = statements.map(|one| (one.serial, one.variant)).collect();
        let mut variants: Vec<VariantSerial> = of.iter().map(|(_, variant)| *variant).collect();
        variants.sort_unstable();
        variants.dedup();
        let expression =
            |text: String, assembly: Option<String>| ExpressionDraft { text, assembly, column: "variant".to_owned() };
        let mut placed: HashMap<VariantSerial, Vec<ExpressionDraft>> = HashMap::new();
        for (variant, assembly, vcf) in variant::vcf_of(connection, &variants).await? {
            placed.entry(variant).or_default().insert(0, expression(vcf, Some(assembly)));
        }
        let mut genes: HashMap<VariantSerial, String> = HashMap::new();
        for (variant, gene) in variant::gene_symbols(connection, &variants).await? {
            genes.entry(variant).or_insert(gene);
        }
        let mut drafts: HashMap<VariantSerial, VariantDraft> = HashMap::new();
        for found in variant::by_serials(connection, &variants).await? {
            if found.status == VariantStatus::Unresolved {
                continue;
            }
            let mut expressions = placed.remove(&found.serial).unwrap_or_default();
            if expressions.is_empty() {
                let other = self.node.notation_of(found.serial).await?;
                expressions = other.map(|draft| draft.expressions).unwrap_or_default();
            }
            expressions.extend(found.hgvs_c.map(|text| expression(text, None)));
            if !expressions.is_empty() {
                let gene = genes.remove(&found.serial);
                drafts.insert(found.serial, VariantDraft { expressions, gene, xrefs: Vec::new() });
            }
        }
        Ok(of.into_iter().filter_map(|(one, variant)| Some((one, drafts.get(&variant)?.clone()))).collect())
    }
}

/// A laboratory that signs here.
struct Owner {
    recorded: RecordedLaboratory,
    key: LaboratoryKey,
    vouched: VouchedLaboratory,
    /// The node's signature for its key.
    voucher: Signature,
}

/// What is said of a version, reduced to tier 2.
fn content(
    candidate: &Candidate,
    owner: &Owner,
    recorded: &RecordedStatement,
    variant: VariantDraft,
    submission: SubmissionProof,
) -> StatementContent {
    let draft = StatementDraft {
        laboratory: None,
        local_key: None,
        source_accession: recorded.statement.source_accession.clone(),
        variant,
        standing: Standing::Current,
        body: recorded.statement.body.clone(),
        case: None,
    };
    let shared = SharedStatement::of(draft);
    StatementContent {
        laboratory: owner.vouched.clone(),
        accession: candidate.statement_id.accession().to_string(),
        version: number(candidate.version),
        made: recorded.statement.recorded.as_microsecond().unsigned_abs(),
        said: Said::Statement { file: cairn_statement::write(std::slice::from_ref(shared.draft())), submission },
    }
}

/// The laboratory's signature of the submission that a version came with.
async fn proof(
    connection: &mut Connection,
    submission: SubmissionSerial,
    owner: &RecordedLaboratory,
) -> Result<Option<SubmissionProof>, NodeError> {
    let as_of = entry::now(connection).await?;
    let found = submission::by_serial(connection, submission, as_of).await?;
    let Some(found) = found.filter(|found| found.laboratory == owner.serial) else { return Ok(None) };
    let array = |text: &str| hex::decode(text).unwrap_or_default();
    let proof = (
        array(&found.submission.source.sha256).try_into().ok(),
        found.public_key.parse().ok(),
        array(&found.signature).try_into().ok(),
    );
    let (Some(sha256), Some(key), Some(signature)) = proof else { return Ok(None) };
    Ok(Some(SubmissionProof {
        accession: found.submission.accession.to_string(),
        received: found.submission.received.as_microsecond().unsigned_abs(),
        sha256,
        key,
        signature,
    }))
}

/// A version as a number of the record.
pub(super) fn number(version: i64) -> u32 {
    u32::try_from(version).unwrap_or(u32::MAX)
}

/// Kept bytes, by their name. Who keeps them has checked their signatures.
pub(super) fn read(bytes: &[u8], digest: &str) -> Result<SignedStatement, NodeError> {
    let damaged = |error| NodeError::Refused(format!("a kept statement is damaged: {error}; run `cairn fsck`"));
    SignedStatement::kept(bytes, digest).map_err(damaged)
}

impl LaboratoryKey {
    /// The public half as peers know it.
    fn public_key(&self) -> cairn_protocol::PublicKey {
        self.public().parse().expect("a public key is printed as 64 hexadecimal digits")
    }

    /// The signature of a message in bytes.
    fn sign_bytes(&self, message: &[u8]) -> Signature {
        let signature = hex::decode(self.sign(message)).ok().and_then(|bytes| bytes.try_into().ok());
        signature.expect("a signature is printed as 128 hexadecimal digits")
    }
}
