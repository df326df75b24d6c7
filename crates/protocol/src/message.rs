//! Messages: who says what to whom, signed, each once.

use crate::VERSION;
use crate::agreement::Terms;
use crate::answer::{Answer, Reply};
use crate::fields::{Fields, FormError, map, with};
use crate::key::{NodeId, NodeKey, PublicKey, Signature};
use cairn_core::data_use::PurposeKind;
use cairn_ledger::cbor::Value;

const CONTEXT: &[u8] = b"cairn message v1\n";
/// The longest name of whom a node speaks for, in bytes.
const LONGEST_NAME: usize = 400;

/// On whose behalf a node speaks, without a person: the one who answers decides by it and records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requester {
    /// The laboratory; empty when the node speaks for itself.
    pub organisation: String,
    /// The role's code, such as `clinician`; `peer` when the node speaks for itself.
    pub role: String,
}

impl Requester {
    /// The node itself.
    pub fn node() -> Self {
        Self { organisation: String::new(), role: "peer".to_owned() }
    }
}

/// The outside of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The node that speaks.
    pub from: NodeId,
    /// The node it is for.
    pub to: NodeId,
    /// Grows with every message of the sender to the receiver.
    pub sequence: u64,
    /// The sequence of the question that this answers; `None`: it is a question.
    pub answers: Option<u64>,
    /// What for.
    pub purpose: PurposeKind,
    /// On whose behalf.
    pub requester: Requester,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its outside.
    pub envelope: Envelope,
    body: Value,
}

/// What a node asks of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// What is new in the asker's stream.
    Pull {
        /// The place up to which the asker has everything, durably; so it acknowledges the tombstones up to there.
        after: u64,
        /// The place after which items are wanted: further on, while the asker still takes what came before.
        from: u64,
        /// Items wanted at most.
        most: u64,
    },
    /// What is known of the variant that an expression means.
    Variant {
        /// Any notation that names its sequence.
        expression: String,
    },
    /// How much is known of a stretch of a chromosome.
    Region {
        /// The assembly's name, `GRCh38`.
        assembly: String,
        /// The chromosome, `17`.
        contig: String,
        /// The first position, interbase.
        start: u64,
        /// The position behind the last one.
        end: u64,
    },
    /// How many cases show these phenotypes or nearly.
    Similar {
        /// HPO terms, such as `HP:0001250`.
        terms: Vec<String>,
    },
    /// What became of tombstones that the asker was given: signed [acknowledgements](crate::Acknowledgement), in bytes.
    Acknowledge {
        /// Of the asker, and of those that it passed them on to.
        all: Vec<Vec<u8>>,
    },
    /// What the asker gives, and its signature of the agreement once it knows the other's terms.
    Agree {
        /// The asker's terms.
        terms: Terms,
        /// Over both terms.
        signature: Option<Signature>,
    },
}

/// Why a message is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not of the form.
    #[error("the message is damaged: {0}")]
    Form(#[from] FormError),
    /// It is of a version that this program does not know.
    #[error("the message is of version {0}; this program speaks version {VERSION}: bring both nodes to one version")]
    Version(u64),
    /// The signature is not the sender's.
    #[error("the message's signature does not hold")]
    Signature,
    /// It comes from another node than it says.
    #[error("the message is of another node than the one connected")]
    Sender,
    /// It is for another node.
    #[error("the message is for another node")]
    Audience,
    /// It, or a later one, was taken before.
    #[error("the message counts no longer: its sequence is {sequence}, {last} was seen; set both clocks")]
    Replayed {
        /// Its sequence.
        sequence: u64,
        /// The last that was taken.
        last: u64,
    },
    /// It answers another question.
    #[error("the answer is to another question")]
    Answer,
}

impl Message {
    /// A question.
    pub fn asking(envelope: Envelope, question: &Question) -> Self {
        Self { envelope, body: question.to_value() }
    }

    /// An answer.
    pub fn answering(envelope: Envelope, answer: Answer) -> Self {
        Self { envelope, body: answer.into_value() }
    }

    /// The bytes that are sent.
    pub fn seal(&self, key: &NodeKey) -> Vec<u8> {
        let Envelope { from, to, sequence, answers, purpose, requester } = &self.envelope;
        let inner = map([
            ("v", VERSION.into()),
            ("from", from.to_string().into()),
            ("to", to.to_string().into()),
            ("sequence", (*sequence).into()),
            ("purpose", purpose.code().into()),
            ("organisation", requester.organisation.as_str().into()),
            ("role", requester.role.as_str().into()),
            ("body", self.body.clone()),
        ]);
        let inner = with(inner, "answers", answers.map(Value::from)).to_bytes();
        let signature = key.sign(&[CONTEXT, &inner].concat());
        map([("message", Value::Bytes(inner)), ("signature", Value::Bytes(signature.to_vec()))]).to_bytes()
    }

    /// Reads bytes that a peer sent to this node. Whether they came before is for the [`Gate`](crate::Gate) to say.
    ///
    /// # Errors
    /// When they are not a message of this version, signed by the peer, for this node.
    pub fn open(bytes: &[u8], peer: &PublicKey, here: NodeId) -> Result<Self, Refusal> {
        let mut outer = Fields::read(bytes)?;
        let (inner, signature) = (outer.bytes("message")?, outer.array::<64>("signature")?);
        outer.end()?;
        if !peer.accepts(&[CONTEXT, &inner].concat(), &signature) {
            return Err(Refusal::Signature);
        }
        let mut fields = Fields::read(&inner)?;
        match fields.number("v")? {
            VERSION => {}
            other => return Err(Refusal::Version(other)),
        }
        let purpose = PurposeKind::from_code(&fields.text("purpose")?);
        let envelope = Envelope {
            from: fields.parsed("from")?,
            to: fields.parsed("to")?,
            sequence: fields.number("sequence")?,
            answers: fields.optional_number("answers")?,
            purpose: purpose.ok_or_else(|| FormError::Field("purpose".to_owned()))?,
            requester: Requester { organisation: fields.text("organisation")?, role: fields.text("role")? },
        };
        let body = fields.value("body")?;
        fields.end()?;
        let Requester { organisation, role } = &envelope.requester;
        if organisation.len() > LONGEST_NAME || role.len() > LONGEST_NAME {
            return Err(FormError::Field("organisation".to_owned()).into());
        }
        if envelope.from != peer.id() {
            return Err(Refusal::Sender);
        }
        if envelope.to != here {
            return Err(Refusal::Audience);
        }
        Ok(Self { envelope, body })
    }

    /// What is asked.
    ///
    /// # Errors
    /// When it is no question.
    pub fn question(&self) -> Result<Question, Refusal> {
        if self.envelope.answers.is_some() {
            return Err(Refusal::Answer);
        }
        Ok(Question::of(Fields::of(self.body.clone())?)?)
    }

    /// What is answered to the question of this sequence.
    ///
    /// # Errors
    /// When it answers another question, or is no answer.
    pub fn reply(&self, asked: u64) -> Result<Reply, Refusal> {
        if self.envelope.answers != Some(asked) {
            return Err(Refusal::Answer);
        }
        Ok(Reply::of(Fields::of(self.body.clone())?)?)
    }
}

impl Question {
    fn to_value(&self) -> Value {
        match self {
            Self::Pull { after, from, most } => map([
                ("ask", "pull".into()),
                ("after", (*after).into()),
                ("from", (*from).into()),
                ("most", (*most).into()),
            ]),
            Self::Region { assembly, contig, start, end } => map([
                ("ask", "region".into()),
                ("assembly", assembly.as_str().into()),
                ("contig", contig.as_str().into()),
                ("start", (*start).into()),
                ("end", (*end).into()),
            ]),
            Self::Similar { terms } => map([("ask", "similar".into()), ("terms", terms.clone().into())]),
            Self::Acknowledge { all } => {
                let all = all.iter().map(|one| Value::Bytes(one.clone())).collect();
                map([("ask", "acknowledge".into()), ("all", Value::List(all))])
            }
            Self::Variant { expression } => {
                map([("ask", "variant".into()), ("expression", expression.as_str().into())])
            }
            Self::Agree { terms, signature } => with(
                map([("ask", "agree".into()), ("terms", Value::Bytes(terms.to_bytes()))]),
                "signature",
                signature.map(|signature| Value::Bytes(signature.to_vec())),
            ),
        }
    }

    fn of(mut fields: Fields) -> Result<Self, FormError> {
        let read = match fields.text("ask")?.as_str() {
            "pull" => Self::Pull {
                after: fields.number("after")?,
                from: fields.number("from")?,
                most: fields.number("most")?,
            },
            "region" => Self::Region {
                assembly: fields.text("assembly")?,
                contig: fields.text("contig")?,
                start: fields.number("start")?,
                end: fields.number("end")?,
            },
            "similar" => Self::Similar { terms: fields.texts("terms")? },
            "acknowledge" => Self::Acknowledge { all: fields.all_bytes("all")? },
            "variant" => Self::Variant { expression: fields.text("expression")? },
            "agree" => Self::Agree {
                terms: Terms::read(&fields.bytes("terms")?)?,
                signature: fields.optional_array("signature")?,
            },
            _ => return Err(FormError::Field("ask".to_owned())),
        };
        fields.end()?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(from: &NodeKey, to: &NodeKey) -> Envelope {
        Envelope {
            from: from.id(),
            to: to.id(),
            sequence: 12,
            answers: None,
            purpose: PurposeKind::ClinicalCare,
            requester: Requester { organisation: "Genetics North".to_owned(), role: "clinician".to_owned() },
        }
    }

    fn keys() -> (NodeKey, NodeKey, NodeKey) {
        (NodeKey::from_seed(&[1; 32]), NodeKey::from_seed(&[2; 32]), NodeKey::from_seed(&[3; 32]))
    }

    #[test]
    fn every_question_reads_back() {
        let (here, there, _) = keys();
        for question in [
            Question::Pull { after: 7, from: 207, most: 200 },
            Question::Region { assembly: "GRCh38".to_owned(), contig: "17".to_owned(), start: 5, end: 900 },
            Question::Similar { terms: vec!["HP:0001250".to_owned(), "HP:0001263".to_owned()] },
            Question::Acknowledge { all: vec![vec![1, 2], Vec::new()] },
            Question::Variant { expression: "17-43045712-T-C".to_owned() },
            Question::Agree { terms: Terms::for_care(), signature: Some([4; 64]) },
            Question::Agree { terms: Terms::nothing(), signature: None },
        ] {
            let sent = Message::asking(envelope(&here, &there), &question);
            let read = Message::open(&sent.seal(&here), &here.public(), there.id()).unwrap();
            assert_eq!(read.envelope, sent.envelope);
            assert_eq!(read.question(), Ok(question));
            assert_eq!(read.reply(12), Err(Refusal::Answer));
        }
    }

    #[test]
    fn it_is_refused_by_whom_it_is_not_for_and_when_anything_was_changed() {
        let (here, there, other) = keys();
        let question = Question::Variant { expression: "17-43045712-T-C".to_owned() };
        let sealed = Message::asking(envelope(&here, &there), &question).seal(&here);
        assert_eq!(Message::open(&sealed, &here.public(), other.id()), Err(Refusal::Audience));
        assert_eq!(Message::open(&sealed, &other.public(), there.id()), Err(Refusal::Signature));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(Message::open(&changed, &here.public(), there.id()).is_err(), "byte {at}");
        }
        // Signed by the node that sends it, in the name of another.
        let in_other_name = Message::asking(envelope(&other, &there), &question).seal(&here);
        assert_eq!(Message::open(&in_other_name, &here.public(), there.id()), Err(Refusal::Sender));
    }

    #[test]
    fn a_version_that_nobody_knows_is_refused() {
        let (here, there, _) = keys();
        let inner = map([("v", 2u64.into())]).to_bytes();
        let signature = here.sign(&[CONTEXT, &inner].concat());
        let sealed =
            map([("message", Value::Bytes(inner)), ("signature", Value::Bytes(signature.to_vec()))]).to_bytes();
        assert_eq!(Message::open(&sealed, &here.public(), there.id()), Err(Refusal::Version(2)));
    }
}
