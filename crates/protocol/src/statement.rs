//! A statement as it travels: one version, with its evidence, as bytes that the laboratory signed and no hop changes.
//!
//! The content is a `cairn.statement` file of one statement at tier 2, with whose it is, its accession and version
//! where it was made, and the digest and signature of the submission that it came with. The node of the laboratory
//! vouches for the laboratory's key by a signature of its own. The name of the whole in the network is the SHA-256 of
//! its bytes. A withdrawal has the same form without a file: it takes back one version and all before it.

use crate::VERSION;
use crate::checked::Checked;
use crate::fields::{Fields, FormError, map, with};
use crate::key::{NodeId, NodeKey, PublicKey, Signature};
use cairn_core::id::LaboratoryId;
use cairn_core::tier::{AtTier, Tier};
use cairn_ledger::cbor::Value;
use sha2::{Digest, Sha256};

const CONTEXT: &[u8] = b"cairn statement v1\n";
const VOUCHER: &[u8] = b"cairn laboratory v1\n";
/// The largest file that a statement may be, in bytes.
pub const LARGEST: usize = 512 << 10;
/// The longest name of a node or a laboratory, in bytes.
const LONGEST_NAME: usize = 400;
/// The longest accession, in bytes.
const LONGEST_ACCESSION: usize = 40;

/// What a node says of a laboratory on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VouchedLaboratory {
    /// The node's key.
    pub node: PublicKey,
    /// What the node calls itself.
    pub node_name: String,
    /// The laboratory's id there.
    pub id: LaboratoryId,
    /// Its full name.
    pub name: String,
    /// ClinVar's organisation number, where there is one.
    pub clinvar_org_id: Option<u32>,
    /// What it signs with.
    pub key: PublicKey,
}

/// The submission that a version came with: enough to check the laboratory's signature of its bytes against them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionProof {
    /// Its accession where it was made.
    pub accession: String,
    /// When it was recorded, in microseconds since 1970.
    pub received: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// The key that it was signed with.
    pub key: PublicKey,
    /// The laboratory's signature of it.
    pub signature: Signature,
}

/// What is said of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A statement.
    Statement {
        /// A `cairn.statement` file of this one statement.
        file: Vec<u8>,
        /// What it came with.
        submission: SubmissionProof,
    },
    /// This version and those before it are taken back.
    Withdrawal {
        /// `laboratory`, `consent` or `erased`.
        reason: String,
    },
}

/// What the laboratory signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementContent {
    /// Whose it is.
    pub laboratory: VouchedLaboratory,
    /// The statement's accession where it was made.
    pub accession: String,
    /// The version there, from 1.
    pub version: u32,
    /// When it was made durable there, in microseconds since 1970.
    pub made: u64,
    /// What is said.
    pub said: Said,
}

/// A statement or a withdrawal with its signatures. One that was read has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedStatement {
    content: StatementContent,
    bytes: Vec<u8>,
}

/// Why bytes are no signed statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// They are not of the form.
    #[error(transparent)]
    Form(#[from] FormError),
    /// They are of a version that this program does not know.
    #[error("it is of version {0}; this program reads version {VERSION}")]
    Version(u64),
    /// The laboratory did not sign this.
    #[error("the laboratory's signature does not hold")]
    Laboratory,
    /// The node does not vouch for the laboratory's key.
    #[error("its node does not vouch for the laboratory's key")]
    Voucher,
    /// The laboratory did not sign the submission it names.
    #[error("the laboratory's signature of the submission does not hold")]
    Submission,
    /// The file is too large.
    #[error("the statement is larger than {LARGEST} bytes")]
    TooLarge,
    /// Kept bytes are not those that were kept.
    #[error("its bytes are not those of its name")]
    Changed,
}

impl AtTier for SignedStatement {
    const TIER: Tier = Tier::Two;
}

impl VouchedLaboratory {
    /// The node's signature for the laboratory's key.
    pub fn voucher(&self, node: &NodeKey) -> Signature {
        node.sign(&self.signed_form())
    }

    fn signed_form(&self) -> Vec<u8> {
        [VOUCHER, &self.to_value().to_bytes()].concat()
    }

    fn to_value(&self) -> Value {
        let value = map([
            ("node", Value::Bytes(self.node.as_bytes().to_vec())),
            ("node_name", self.node_name.as_str().into()),
            ("id", self.id.to_string().into()),
            ("name", self.name.as_str().into()),
            ("key", Value::Bytes(self.key.as_bytes().to_vec())),
        ]);
        with(value, "clinvar_org_id", self.clinvar_org_id.map(|id| u64::from(id).into()))
    }

    fn of(mut fields: Fields) -> Result<Self, FormError> {
        let clinvar = fields.optional_number("clinvar_org_id")?.map(u32::try_from).transpose();
        let read = Self {
            node: PublicKey::from_bytes(fields.array("node")?),
            node_name: fields.text("node_name")?,
            id: fields.parsed("id")?,
            name: fields.text("name")?,
            clinvar_org_id: clinvar.map_err(|_| FormError::Field("clinvar_org_id".to_owned()))?,
            key: PublicKey::from_bytes(fields.array("key")?),
        };
        fields.end()?;
        let is_named = |name: &str| !name.trim().is_empty() && name.len() <= LONGEST_NAME;
        match is_named(&read.name) && is_named(&read.node_name) {
            true => Ok(read),
            false => Err(FormError::Field("name".to_owned())),
        }
    }
}

impl SubmissionProof {
    /// The text that the laboratory signed.
    fn signed_form(&self, laboratory: LaboratoryId) -> String {
        let sha256 = hex::encode(self.sha256);
        format!("cairn submission v1\n{}\n{laboratory}\n{}\n{sha256}\n", self.accession, self.received)
    }

    fn to_value(&self) -> Value {
        map([
            ("accession", self.accession.as_str().into()),
            ("received", self.received.into()),
            ("sha256", Value::Bytes(self.sha256.to_vec())),
            ("key", Value::Bytes(self.key.as_bytes().to_vec())),
            ("signature", Value::Bytes(self.signature.to_vec())),
        ])
    }

    fn of(mut fields: Fields) -> Result<Self, FormError> {
        let read = Self {
            accession: fields.text("accession")?,
            received: fields.number("received")?,
            sha256: fields.array("sha256")?,
            key: PublicKey::from_bytes(fields.array("key")?),
            signature: fields.array("signature")?,
        };
        fields.end()?;
        Ok(read)
    }
}

impl StatementContent {
    fn to_bytes(&self, voucher: &Signature) -> Vec<u8> {
        let value = map([
            ("v", VERSION.into()),
            ("laboratory", self.laboratory.to_value()),
            ("voucher", Value::Bytes(voucher.to_vec())),
            ("accession", self.accession.as_str().into()),
            ("version", u64::from(self.version).into()),
            ("made", self.made.into()),
        ]);
        let value = match &self.said {
            Said::Statement { file, submission } => {
                with(with(value, "file", Some(Value::Bytes(file.clone()))), "submission", Some(submission.to_value()))
            }
            Said::Withdrawal { reason } => with(value, "withdrawn", Some(reason.as_str().into())),
        };
        value.to_bytes()
    }

    fn read(bytes: &[u8]) -> Result<(Self, Signature), StatementError> {
        let mut fields = Fields::read(bytes)?;
        match fields.number("v")? {
            VERSION => {}
            other => return Err(StatementError::Version(other)),
        }
        let laboratory = VouchedLaboratory::of(fields.map("laboratory")?)?;
        let voucher = fields.array("voucher")?;
        let version = u32::try_from(fields.number("version")?).map_err(|_| FormError::Field("version".to_owned()))?;
        let said = match fields.optional_text("withdrawn")? {
            Some(reason) => Said::Withdrawal { reason },
            None => Said::Statement {
                file: fields.bytes("file")?,
                submission: SubmissionProof::of(fields.map("submission")?)?,
            },
        };
        let (accession, made) = (fields.text("accession")?, fields.number("made")?);
        fields.end()?;
        if accession.len() > LONGEST_ACCESSION {
            return Err(FormError::Field("accession".to_owned()).into());
        }
        Ok((Self { laboratory, accession, version, made, said }, voucher))
    }
}

impl SignedStatement {
    /// Signs a content: the node for the laboratory's key, the laboratory for the rest.
    pub fn sign(content: StatementContent, node: &NodeKey, laboratory: impl FnOnce(&[u8]) -> Signature) -> Self {
        let voucher = content.laboratory.voucher(node);
        Self::sign_vouched(content, &voucher, laboratory)
    }

    /// Signs a content for the laboratory, whose key its node vouched for before.
    pub fn sign_vouched(
        content: StatementContent,
        voucher: &Signature,
        laboratory: impl FnOnce(&[u8]) -> Signature,
    ) -> Self {
        let inner = content.to_bytes(voucher);
        let signature = laboratory(&[CONTEXT, &inner].concat());
        let bytes = map([("content", Value::Bytes(inner)), ("signature", Value::Bytes(signature.to_vec()))]).to_bytes();
        Self { content, bytes }
    }

    /// Reads bytes and checks every signature in them. Whether the keys are those of who they seem to be, the reader
    /// must know.
    ///
    /// # Errors
    /// When they are not of the form or a signature does not hold.
    pub fn read(bytes: &[u8]) -> Result<Self, StatementError> {
        Self::read_among(bytes, &Checked::default())
    }

    /// The same, of many that share signatures: what was found to hold for one is not computed again for the next.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_among(bytes: &[u8], checked: &Checked) -> Result<Self, StatementError> {
        let (content, inner, [signature, voucher]) = Self::parts(bytes)?;
        let laboratory = &content.laboratory;
        if !laboratory.key.accepts(&[CONTEXT, &inner].concat(), &signature) {
            return Err(StatementError::Laboratory);
        }
        if !checked.holds(&laboratory.node, &laboratory.signed_form(), &voucher) {
            return Err(StatementError::Voucher);
        }
        if let Said::Statement { file, submission } = &content.said {
            if file.len() > LARGEST {
                return Err(StatementError::TooLarge);
            }
            let signed = submission.signed_form(laboratory.id);
            if !checked.holds(&submission.key, signed.as_bytes(), &submission.signature) {
                return Err(StatementError::Submission);
            }
        }
        Ok(Self { content, bytes: bytes.to_vec() })
    }

    /// Reads bytes that were checked before they were kept under this name. The signatures are not computed again: that
    /// nothing changed since is seen by the name.
    ///
    /// # Errors
    /// When they are other bytes, or not of the form.
    pub fn kept(bytes: &[u8], name: &str) -> Result<Self, StatementError> {
        if hex::encode(Sha256::digest(bytes)) != name {
            return Err(StatementError::Changed);
        }
        let (content, ..) = Self::parts(bytes)?;
        Ok(Self { content, bytes: bytes.to_vec() })
    }

    /// The content with its bytes, and the signatures of the laboratory and of its node.
    fn parts(bytes: &[u8]) -> Result<(StatementContent, Vec<u8>, [Signature; 2]), StatementError> {
        let mut outer = Fields::read(bytes)?;
        let (inner, signature) = (outer.bytes("content")?, outer.array::<64>("signature")?);
        outer.end()?;
        let (content, voucher) = StatementContent::read(&inner)?;
        Ok((content, inner, [signature, voucher]))
    }

    /// What was signed.
    pub fn content(&self) -> &StatementContent {
        &self.content
    }

    /// The node that the laboratory works on.
    pub fn origin(&self) -> NodeId {
        self.content.laboratory.node.id()
    }

    /// The bytes that travel.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its name in the network: SHA-256 of its bytes, 64 hexadecimal digits.
    pub fn digest(&self) -> String {
        hex::encode(Sha256::digest(&self.bytes))
    }

    /// Whether it takes something back.
    pub fn is_withdrawal(&self) -> bool {
        matches!(self.content.said, Said::Withdrawal { .. })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A statement of a laboratory with the key of seed 2 on the node with the key of seed 1.
    pub(crate) fn signed(said: Option<Said>) -> SignedStatement {
        let (node, laboratory) = (NodeKey::from_seed(&[1; 32]), NodeKey::from_seed(&[2; 32]));
        let id = LaboratoryId::from_random(7);
        let mut submission = SubmissionProof {
            accession: "CRS000001".to_owned(),
            received: 5,
            sha256: [3; 32],
            key: laboratory.public(),
            signature: [0; 64],
        };
        submission.signature = laboratory.sign(submission.signed_form(id).as_bytes());
        let content = StatementContent {
            laboratory: VouchedLaboratory {
                node: node.public(),
                node_name: "North".to_owned(),
                id,
                name: "Genetics North".to_owned(),
                clinvar_org_id: Some(9),
                key: laboratory.public(),
            },
            accession: "CRN000001".to_owned(),
            version: 2,
            made: 6,
            said: said.unwrap_or(Said::Statement { file: b"{}".to_vec(), submission }),
        };
        SignedStatement::sign(content, &node, |message| laboratory.sign(message))
    }

    #[test]
    fn it_reads_back_as_it_was_signed() {
        for one in [signed(None), signed(Some(Said::Withdrawal { reason: "consent".to_owned() }))] {
            assert_eq!(SignedStatement::read(one.bytes()).as_ref(), Ok(&one));
            assert_eq!(SignedStatement::kept(one.bytes(), &one.digest()).as_ref(), Ok(&one));
            assert_eq!(SignedStatement::kept(one.bytes(), "other"), Err(StatementError::Changed));
        }
    }

    #[test]
    fn what_held_for_one_holds_for_no_other() {
        let (checked, one) = (Checked::default(), signed(None));
        assert_eq!(SignedStatement::read_among(one.bytes(), &checked).as_ref(), Ok(&one));
        assert_eq!(SignedStatement::read_among(one.bytes(), &checked).as_ref(), Ok(&one), "from memory");
        let mut content = one.content().clone();
        content.laboratory.name = "Genetics South".to_owned();
        let voucher = one.content().laboratory.voucher(&NodeKey::from_seed(&[1; 32]));
        let renamed = SignedStatement::sign_vouched(content, &voucher, |text| NodeKey::from_seed(&[2; 32]).sign(text));
        assert_eq!(SignedStatement::read_among(renamed.bytes(), &checked), Err(StatementError::Voucher));
    }

    #[test]
    fn no_byte_of_it_can_be_changed() {
        let one = signed(None);
        for at in 0..one.bytes().len() {
            let mut changed = one.bytes().to_vec();
            changed[at] ^= 1;
            assert!(SignedStatement::read(&changed).is_err(), "byte {at}");
        }
    }

    #[test]
    fn another_node_cannot_put_its_own_laboratory_in_place() {
        let one = signed(None);
        let (forger, key) = (NodeKey::from_seed(&[8; 32]), NodeKey::from_seed(&[9; 32]));
        let mut content = one.content().clone();
        content.laboratory.key = key.public();
        // Signed by the forger's own laboratory key, vouched for by a node that is not the one named.
        let forged = SignedStatement::sign(content, &forger, |message| key.sign(message));
        assert_eq!(SignedStatement::read(forged.bytes()), Err(StatementError::Voucher));
    }
}
