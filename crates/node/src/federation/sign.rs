//! A version of a statement as it travels: reduced to tier 2 and signed by its laboratory, once for all peers.

use super::Federation;
use crate::error::NodeError;
use crate::keys::LaboratoryKey;
use cairn_core::draft::{ExpressionDraft, StatementDraft, VariantDraft};
use cairn_core::statement::Standing;
use cairn_core::tier::SharedStatement;
use cairn_formats::cairn_statement;
use cairn_protocol::SignedStatement;
use cairn_protocol::statement::{Said, StatementContent, SubmissionProof, VouchedLaboratory};
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::peer::stream::Candidate;
use cairn_store::signed_statement::{self, NewSigned};
use cairn_store::statement::RecordedStatement;
use cairn_store::variant::VariantStatus;
use cairn_store::{Connection, Writer, entry, laboratory, statement, submission, variant};

impl Federation {
    /// The signed bytes of a version: kept ones, or those that are made now and kept. `None` when its variant cannot be
    /// named so that another node would know it.
    pub(super) async fn signed(
        &self,
        writer: &mut Writer,
        candidate: &Candidate,
    ) -> Result<Option<SignedStatement>, NodeError> {
        let version = number(candidate.version);
        if let Some(kept) = signed_statement::of_version(writer, candidate.statement_id, version, false).await? {
            return read(&kept.content).map(Some);
        }
        if candidate.brought_by.is_some() {
            return Ok(None);
        }
        let as_of = entry::now(writer).await?;
        let recorded = statement::at_version(writer, candidate.statement_id, Some(version), as_of).await?;
        let Some(recorded) = recorded else { return Ok(None) };
        let Some(variant) = self.named(writer, &recorded).await? else { return Ok(None) };
        let owner = self.owner(writer, candidate).await?;
        let Some(submission) = self.proof(writer, candidate, &owner).await? else { return Ok(None) };
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
        let file = cairn_statement::write(std::slice::from_ref(shared.draft()));
        let made = recorded.statement.recorded.as_microsecond().unsigned_abs();
        let said = Said::Statement { file, submission };
        self.sign(writer, candidate, &owner, made, said).await.map(Some)
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
            return read(&kept.content).map(Some);
        }
        if candidate.brought_by.is_some() {
            return Ok(None);
        }
        let owner = self.owner(writer, candidate).await?;
        let made = self.node.now().as_microsecond().unsigned_abs();
        let said = Said::Withdrawal { reason: reason.to_owned() };
        self.sign(writer, candidate, &owner, made, said).await.map(Some)
    }

    async fn owner(&self, writer: &mut Writer, candidate: &Candidate) -> Result<RecordedLaboratory, NodeError> {
        let found = laboratory::by_serials(writer, &[candidate.laboratory_id]).await?.pop();
        found.ok_or_else(|| NodeError::Refused("a statement's laboratory is missing; run `cairn fsck`".to_owned()))
    }

    async fn sign(
        &self,
        writer: &mut Writer,
        candidate: &Candidate,
        owner: &RecordedLaboratory,
        made: u64,
        said: Said,
    ) -> Result<SignedStatement, NodeError> {
        let key = self.node.signing_key(writer, owner).await?;
        let content = StatementContent {
            laboratory: VouchedLaboratory {
                node: self.key.public(),
                node_name: self.settings.name.clone(),
                id: owner.laboratory.id,
                name: owner.laboratory.name.clone(),
                clinvar_org_id: owner.laboratory.clinvar_org_id,
                key: key.public_key(),
            },
            accession: candidate.statement_id.accession().to_string(),
            version: number(candidate.version),
            made,
            said,
        };
        let signed = SignedStatement::sign(content, &self.key, |message| key.sign_bytes(message));
        let new = NewSigned {
            digest: signed.digest(),
            origin: signed.origin().to_string(),
            accession: &signed.content().accession,
            version: signed.content().version,
            is_withdrawal: signed.is_withdrawal(),
            peer: None,
            here: Some((candidate.statement_id, Some(number(candidate.version)))),
            content: signed.bytes(),
            received: self.node.now(),
        };
        signed_statement::add(writer, &new).await?;
        Ok(signed)
    }

    /// The laboratory's signature of the submission that a version came with.
    async fn proof(
        &self,
        connection: &mut Connection,
        candidate: &Candidate,
        owner: &RecordedLaboratory,
    ) -> Result<Option<SubmissionProof>, NodeError> {
        let as_of = entry::now(connection).await?;
        let found = submission::by_serial(connection, candidate.submission_id, as_of).await?;
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

    /// Notations by which another node would know the variant, the surest first. What the laboratory typed is not among
    /// them.
    async fn named(
        &self,
        connection: &mut Connection,
        recorded: &RecordedStatement,
    ) -> Result<Option<VariantDraft>, NodeError> {
        let Some(found) = variant::by_serials(connection, &[recorded.variant]).await?.pop() else { return Ok(None) };
        if found.status == VariantStatus::Unresolved {
            return Ok(None);
        }
        let expression = |text: String, assembly: Option<&str>| ExpressionDraft {
            text,
            assembly: assembly.map(str::to_owned),
            column: "variant".to_owned(),
        };
        let alleles = variant::alleles(connection, recorded.variant).await?;
        let on = |allele: &variant::Allele| Some(expression(allele.vcf.clone()?, Some(allele.assembly.name())));
        let mut expressions: Vec<ExpressionDraft> = alleles.iter().rev().filter_map(on).collect();
        if expressions.is_empty() {
            let other = self.node.notation_of(recorded.variant).await?;
            expressions = other.map(|draft| draft.expressions).unwrap_or_default();
        }
        expressions.extend(found.hgvs_c.map(|text| expression(text, None)));
        let gene = variant::gene_symbols(connection, &[recorded.variant]).await?.into_iter().next();
        let draft = VariantDraft { expressions, gene: gene.map(|(_, gene)| gene), xrefs: Vec::new() };
        Ok(Some(draft).filter(|draft| !draft.expressions.is_empty()))
    }
}

/// A version as a number of the record.
pub(super) fn number(version: i64) -> u32 {
    u32::try_from(version).unwrap_or(u32::MAX)
}

/// Kept bytes.
pub(super) fn read(bytes: &[u8]) -> Result<SignedStatement, NodeError> {
    let damaged = |error| NodeError::Refused(format!("a kept statement is damaged: {error}; run `cairn fsck`"));
    SignedStatement::read(bytes).map_err(damaged)
}

impl LaboratoryKey {
    /// The public half as peers know it.
    fn public_key(&self) -> cairn_protocol::PublicKey {
        self.public().parse().expect("a public key is printed as 64 hexadecimal digits")
    }

    /// The signature of a message in bytes.
    fn sign_bytes(&self, message: &[u8]) -> cairn_protocol::Signature {
        let signature = hex::decode(self.sign(message)).ok().and_then(|bytes| bytes.try_into().ok());
        signature.expect("a signature is printed as 128 hexadecimal digits")
    }
}
