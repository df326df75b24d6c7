//! Summaries: what a node says in numbers of its cases and statements, at tier 2. No summary names a case.
//!
//! Cases are counted as of a moment that is the same for all askers of a day, so that no answer before and after one
//! new case can be compared; who withdraws is left out at once.

use crate::fields::{Fields, FormError, map, with};
use cairn_core::tier::{AtTier, Bucket, Tier};
use cairn_ledger::cbor::Value;
use std::collections::BTreeMap;

/// How many cases of a node carry a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseSummary {
    /// Cases that let themselves be counted, in a bucket.
    pub cases: Bucket,
    /// Carriers among so many cases, both rounded to five; `None` unless a thousand cases count and ten carry it.
    pub share: Option<(u64, u64)>,
    /// The moment as of which they are counted, in microseconds since 1970.
    pub as_of: u64,
}

/// How much a node knows of a stretch of a chromosome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionSummary {
    /// Variants with a statement that the asker may have.
    pub variants: u64,
    /// Those statements, by the code of their class.
    pub statements: BTreeMap<String, u64>,
    /// Cases that carry a variant there and let themselves be counted, in a bucket.
    pub cases: Bucket,
    /// Whether every variant there was looked at; else there are more than one answer tells of.
    pub is_whole: bool,
    /// The moment as of which cases are counted, in microseconds since 1970.
    pub as_of: u64,
}

/// How many cases of a node show the phenotypes asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarSummary {
    /// Similar cases that the asker's node could read without identity, by agreement and consent.
    pub open: Bucket,
    /// All similar cases that let themselves be counted; `None`: fewer than five, perhaps none.
    pub counted: Option<Bucket>,
    /// Terms that the node's ontology does not know, and left out.
    pub unknown: u64,
    /// The moment as of which cases are counted, in microseconds since 1970.
    pub as_of: u64,
}

impl AtTier for CaseSummary {
    const TIER: Tier = Tier::Two;
}

impl AtTier for RegionSummary {
    const TIER: Tier = Tier::Two;
}

impl AtTier for SimilarSummary {
    const TIER: Tier = Tier::Two;
}

fn bucket(code: &str) -> Result<Bucket, FormError> {
    Bucket::from_code(code).ok_or_else(|| FormError::Field("cases".to_owned()))
}

impl CaseSummary {
    pub(crate) fn to_value(&self) -> Value {
        let (carriers, among) = self.share.unzip();
        let value = map([("cases", self.cases.code().into()), ("as_of", self.as_of.into())]);
        with(with(value, "carriers", carriers.map(Value::from)), "among", among.map(Value::from))
    }

    pub(crate) fn of(mut fields: Fields) -> Result<Self, FormError> {
        let carriers = fields.optional_number("carriers")?;
        let read = Self {
            cases: bucket(&fields.text("cases")?)?,
            share: carriers.zip(fields.optional_number("among")?),
            as_of: fields.number("as_of")?,
        };
        fields.end()?;
        Ok(read)
    }
}

impl RegionSummary {
    pub(crate) fn to_value(&self) -> Value {
        let statements = self.statements.iter().map(|(class, number)| (class.clone(), (*number).into())).collect();
        map([
            ("variants", self.variants.into()),
            ("statements", Value::Map(statements)),
            ("cases", self.cases.code().into()),
            ("is_whole", Value::Truth(self.is_whole)),
            ("as_of", self.as_of.into()),
        ])
    }

    pub(crate) fn of(mut fields: Fields) -> Result<Self, FormError> {
        let wrong = || FormError::Field("statements".to_owned());
        let Value::Map(statements) = fields.value("statements")? else { return Err(wrong()) };
        let number = |(class, number): (String, Value)| Some((class, number.as_number()?));
        let read = Self {
            variants: fields.number("variants")?,
            statements: statements.into_iter().map(number).collect::<Option<_>>().ok_or_else(wrong)?,
            cases: bucket(&fields.text("cases")?)?,
            is_whole: fields.truth("is_whole")?,
            as_of: fields.number("as_of")?,
        };
        fields.end()?;
        Ok(read)
    }
}

impl SimilarSummary {
    pub(crate) fn to_value(&self) -> Value {
        let value =
            map([("open", self.open.code().into()), ("unknown", self.unknown.into()), ("as_of", self.as_of.into())]);
        with(value, "counted", self.counted.map(|bucket| bucket.code().into()))
    }

    pub(crate) fn of(mut fields: Fields) -> Result<Self, FormError> {
        let counted = fields.optional_text("counted")?.map(|code| bucket(&code)).transpose()?;
        let read = Self {
            open: bucket(&fields.text("open")?)?,
            counted,
            unknown: fields.number("unknown")?,
            as_of: fields.number("as_of")?,
        };
        fields.end()?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_read_back() {
        for share in [None, Some((15, 2_040))] {
            let cases = CaseSummary { cases: Bucket::Many, share, as_of: 7 };
            assert_eq!(CaseSummary::of(Fields::of(cases.to_value()).unwrap()), Ok(cases));
        }
        let statements = [("pathogenic".to_owned(), 3), ("benign".to_owned(), 1)].into();
        let region = RegionSummary { variants: 4, statements, cases: Bucket::One, is_whole: false, as_of: 7 };
        assert_eq!(RegionSummary::of(Fields::of(region.to_value()).unwrap()), Ok(region));
        for counted in [None, Some(Bucket::Some)] {
            let similar = SimilarSummary { open: Bucket::None, counted, unknown: 1, as_of: 7 };
            assert_eq!(SimilarSummary::of(Fields::of(similar.to_value()).unwrap()), Ok(similar));
        }
    }
}
