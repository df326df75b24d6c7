//! How many carriers of a variant, or of a gene's pathogenic variants, are affected, by age.

use super::carriers;
use crate::access::Viewer;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::aggregate::Verdict;
use cairn_core::case::{AffectedStatus, Case};
use cairn_core::classification::{Bucket, Track};
use cairn_core::penetrance::{Carrier, Penetrance, penetrance};
use cairn_store::entry::AsOf;
use cairn_store::observation::CarrierRow;
use cairn_store::serial::VariantSerial;
use cairn_store::{observation, variant};
use serde::Serialize;

use super::gene::GeneVariant;

impl Node {
    /// Penetrance of a variant as far as the cases tell that the reader may know one by one: their own,
    /// and those shared with them without identity. Counts only.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn penetrance(
        &self,
        serial: VariantSerial,
        as_of: AsOf,
        viewer: Viewer,
    ) -> Result<Penetrance, NodeError> {
        let mut reader = self.store().read().await?;
        let all = variant::merged(&mut reader, serial).await?;
        let known = carriers::of_variants(&mut reader, self, &all, as_of, viewer).await?.known();
        let found = observation::carriers(&mut reader, self.keys(), &all, &known, as_of).await?;
        let carriers: Vec<Carrier> = found.into_iter().map(carrier).collect();
        Ok(penetrance(&carriers))
    }

    /// Penetrance of a gene's pathogenic variants together, for one condition where one is named: affected carriers
    /// count when their condition is that one or a kind of it, unaffected carriers always.
    ///
    /// Only cases that the reader may know one by one are counted.
    ///
    /// Pathogenic are variants whose statements take that side and no other, as of the moment.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn gene_penetrance(
        &self,
        symbol: &str,
        condition: Option<&str>,
        as_of: AsOf,
        viewer: Viewer,
    ) -> Result<GenePenetrance, NodeError> {
        let (mut after, mut pathogenic) = (VariantSerial::new(0), Vec::new());
        loop {
            let page = self.gene_variants(symbol, as_of, viewer, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.serial;
            pathogenic.extend(page.iter().filter(|one| is_pathogenic(one)).map(|one| one.serial));
        }
        let mut reader = self.store().read().await?;
        let all = variant::with_merged(&mut reader, &pathogenic).await?;
        let known = carriers::of_variants(&mut reader, self, &all, as_of, viewer).await?.known();
        let found = observation::carriers(&mut reader, self.keys(), &all, &known, as_of).await?;
        let wanted = condition.map(|text| self.wanted(text));
        let (counted, other): (Vec<CarrierRow>, Vec<CarrierRow>) = found.into_iter().partition(|row| {
            let is_affected = status(row) == AffectedStatus::Affected;
            !is_affected || wanted.as_ref().is_none_or(|wanted| self.has(&row.case, wanted))
        });
        let carriers: Vec<Carrier> = counted.into_iter().map(carrier).collect();
        let penetrance =
            Penetrance { other_condition: u32::try_from(other.len()).unwrap_or(u32::MAX), ..penetrance(&carriers) };
        let variants = u32::try_from(pathogenic.len()).unwrap_or(u32::MAX);
        Ok(GenePenetrance { gene: symbol.to_owned(), condition: wanted.map(|one| one.name), variants, penetrance })
    }

    /// A condition by identifier or name, with every identifier that means it.
    fn wanted(&self, text: &str) -> Wanted {
        let text = text.trim();
        let known = self.reference().conditions();
        match known.find(text).or_else(|| known.named(text)) {
            Some(found) => Wanted { name: found.label.clone(), ids: found.equivalents.clone() },
            None => Wanted { name: text.to_owned(), ids: vec![text.to_owned()] },
        }
    }

    /// Whether a case has the condition or a kind of it.
    fn has(&self, case: &Case, wanted: &Wanted) -> bool {
        let known = self.reference().conditions();
        case.conditions.iter().any(|condition| {
            let named = known.named(&condition.name).map(|found| found.id.clone());
            let ids = condition.ids.iter().map(ToString::to_string).chain(named);
            let is_wanted = |id: &String| {
                let same = known.find(id).is_some_and(|found| found.equivalents.iter().any(|e| wanted.ids.contains(e)));
                same || wanted.ids.contains(id) || known.ancestors(id).iter().any(|wider| wanted.ids.contains(wider))
            };
            condition.name.eq_ignore_ascii_case(&wanted.name) || ids.into_iter().any(|id| is_wanted(&id))
        })
    }
}

/// Variants of a gene that are read at a time.
const PAGE: u32 = 500;

/// Carriers of a gene's pathogenic variants.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GenePenetrance {
    /// The gene.
    pub gene: String,
    /// The condition; `None`: any.
    pub condition: Option<String>,
    /// Pathogenic variants that are recorded.
    pub variants: u32,
    /// Their carriers.
    pub penetrance: Penetrance,
}

struct Wanted {
    name: String,
    ids: Vec<String>,
}

fn is_pathogenic(variant: &GeneVariant) -> bool {
    let germline = variant.aggregates.iter().find(|one| one.track == Track::Germline && one.group.is_none());
    germline.is_some_and(|one| {
        matches!(one.verdict, Verdict::Single(Bucket::Pathogenic) | Verdict::Agree(Bucket::Pathogenic))
    })
}

/// What was noted with the variant counts before what was noted with the case.
fn status(row: &CarrierRow) -> AffectedStatus {
    if row.seen == AffectedStatus::Unknown { row.case.affected } else { row.seen }
}

fn carrier(row: CarrierRow) -> Carrier {
    let affected = status(&row);
    let CarrierRow { case, laboratory, .. } = row;
    // A family's pseudonym is its laboratory's own.
    let family = case.family.map(|family| format!("{}/{family}", laboratory.number()));
    Carrier { affected, age_band: case.age_band, is_proband: case.is_proband, family }
}
