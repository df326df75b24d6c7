//! Answers: made from released values alone, and read back as they arrive.

use crate::agreement::Terms;
use crate::fields::{Fields, FormError, map, with};
use crate::key::Signature;
use crate::statement::SignedStatement;
use crate::summary::{CaseSummary, RegionSummary, SimilarSummary};
use cairn_core::tier::Released;
use cairn_ledger::cbor::Value;

/// What a node answers. There is no other way to make one than from what was released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer(Value);

/// One item of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its place, from 1.
    position: u64,
    bytes: Vec<u8>,
    /// The entry of the sender's ledger that says so.
    entry: u64,
}

/// An answer as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A piece of the stream.
    Page {
        /// Items in the order of their places.
        items: Vec<Arrived>,
        /// How many come after them.
        waiting: u64,
    },
    /// What is known of a variant.
    Found {
        /// Signed statements in bytes.
        statements: Vec<Vec<u8>>,
        /// How many cases carry it.
        cases: CaseSummary,
        /// The entry of the sender's ledger that says so.
        entry: u64,
    },
    /// How much is known of a stretch of a chromosome.
    Region {
        /// The counts.
        summary: RegionSummary,
        /// The entry of the sender's ledger that says so.
        entry: u64,
    },
    /// How many cases show the phenotypes.
    Similar {
        /// The counts.
        summary: SimilarSummary,
        /// The entry of the sender's ledger that says so.
        entry: u64,
    },
    /// Acknowledgements were noted, as far as they were the sender's business.
    Noted,
    /// The sender's terms.
    Terms {
        /// What it gives.
        terms: Terms,
        /// Its signature over both terms.
        signature: Signature,
    },
    /// The sender does not answer; why, for a person.
    Refused(String),
}

/// An item as it arrived; nothing of it is checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Its place.
    pub position: u64,
    /// A signed statement or withdrawal, in bytes.
    pub bytes: Vec<u8>,
    /// The entry of the sender's ledger that says so.
    pub entry: u64,
}

impl Item {
    /// What is given, with the ledger entry that says so.
    pub fn given(position: u64, statement: &Released<SignedStatement>, entry: u64) -> Self {
        Self { position, bytes: statement.get().bytes().to_vec(), entry }
    }

    /// What is taken back. `None` when the statement is no withdrawal: those alone need no release.
    pub fn taken_back(position: u64, withdrawal: &SignedStatement, entry: u64) -> Option<Self> {
        withdrawal.is_withdrawal().then(|| Self { position, bytes: withdrawal.bytes().to_vec(), entry })
    }

    /// Its size on the way.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}

impl Answer {
    /// A piece of a stream, and how many items come after it.
    pub fn page(items: Vec<Item>, waiting: u64) -> Self {
        let item = |item: Item| {
            map([("at", item.position.into()), ("bytes", Value::Bytes(item.bytes)), ("entry", item.entry.into())])
        };
        let items = Value::List(items.into_iter().map(item).collect());
        Self(map([("say", "page".into()), ("items", items), ("waiting", waiting.into())]))
    }

    /// What is known of a variant, with the ledger entry that says that it was told.
    pub fn found(statements: Vec<Released<SignedStatement>>, cases: &Released<CaseSummary>, entry: u64) -> Self {
        let bytes = |one: Released<SignedStatement>| Value::Bytes(one.get().bytes().to_vec());
        let statements = Value::List(statements.into_iter().map(bytes).collect());
        let cases = cases.get().to_value();
        Self(map([("say", "found".into()), ("statements", statements), ("cases", cases), ("entry", entry.into())]))
    }

    /// How much is known of a stretch of a chromosome.
    pub fn region(summary: &Released<RegionSummary>, entry: u64) -> Self {
        Self(map([("say", "region".into()), ("summary", summary.get().to_value()), ("entry", entry.into())]))
    }

    /// How many cases show the phenotypes.
    pub fn similar(summary: &Released<SimilarSummary>, entry: u64) -> Self {
        Self(map([("say", "similar".into()), ("summary", summary.get().to_value()), ("entry", entry.into())]))
    }

    /// Acknowledgements were heard. Nobody learns from it whether they were about something that is known here.
    pub fn noted() -> Self {
        Self(map([("say", "noted".into())]))
    }

    /// What this node gives, with its signature over both terms.
    pub fn terms(terms: &Terms, signature: Signature) -> Self {
        Self(map([
            ("say", "terms".into()),
            ("terms", Value::Bytes(terms.to_bytes())),
            ("signature", Value::Bytes(signature.to_vec())),
        ]))
    }

    /// Why there is no answer; holds nothing about data.
    pub fn refused(why: &str) -> Self {
        Self(with(map([("say", "refused".into())]), "why", Some(why.into())))
    }

    pub(crate) fn into_value(self) -> Value {
        self.0
    }
}

impl Reply {
    pub(crate) fn of(mut fields: Fields) -> Result<Self, FormError> {
        let read = match fields.text("say")?.as_str() {
            "page" => {
                let items = fields.list("items")?.into_iter().map(|item| Arrived::of(Fields::of(item)?));
                Self::Page { items: items.collect::<Result<_, _>>()?, waiting: fields.number("waiting")? }
            }
            "found" => Self::Found {
                statements: fields.all_bytes("statements")?,
                cases: CaseSummary::of(fields.map("cases")?)?,
                entry: fields.number("entry")?,
            },
            "region" => {
                Self::Region { summary: RegionSummary::of(fields.map("summary")?)?, entry: fields.number("entry")? }
            }
            "similar" => {
                Self::Similar { summary: SimilarSummary::of(fields.map("summary")?)?, entry: fields.number("entry")? }
            }
            "noted" => Self::Noted,
            "terms" => {
                Self::Terms { terms: Terms::read(&fields.bytes("terms")?)?, signature: fields.array("signature")? }
            }
            "refused" => Self::Refused(fields.text("why")?.chars().take(300).collect()),
            _ => return Err(FormError::Field("say".to_owned())),
        };
        fields.end()?;
        Ok(read)
    }
}

impl Arrived {
    fn of(mut fields: Fields) -> Result<Self, FormError> {
        let read =
            Self { position: fields.number("at")?, bytes: fields.bytes("bytes")?, entry: fields.number("entry")? };
        fields.end()?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::{Said, tests::signed};

    fn read(answer: Answer) -> Reply {
        Reply::of(Fields::of(answer.into_value()).unwrap()).unwrap()
    }

    #[test]
    fn every_answer_reads_back() {
        let withdrawal = signed(Some(Said::Withdrawal { reason: "consent".to_owned() }));
        let item = Item::taken_back(4, &withdrawal, 9).unwrap();
        let arrived = Arrived { position: 4, bytes: withdrawal.bytes().to_vec(), entry: 9 };
        assert_eq!(read(Answer::page(vec![item], 3)), Reply::Page { items: vec![arrived], waiting: 3 });
        assert_eq!(read(Answer::noted()), Reply::Noted);
        let terms = Terms::for_care();
        assert_eq!(read(Answer::terms(&terms, [1; 64])), Reply::Terms { terms, signature: [1; 64] });
        assert_eq!(read(Answer::refused("no agreement")), Reply::Refused("no agreement".to_owned()));
    }

    #[test]
    fn a_statement_cannot_go_out_as_a_withdrawal() {
        assert_eq!(Item::taken_back(1, &signed(None), 1), None);
    }
}
