//! A variant that somebody is about to work on, before any statement names it.

use super::identify::{Identified, Identities, identify};
use super::variant_plan::record_variants;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::case::{AffectedStatus, AlleleOrigin, Case, Progress, Role, Sex, Zygosity};
use cairn_core::draft::{CaseDraft, ContentDraft, ExpressionDraft, ObservationDraft, RecordDraft, VariantDraft};
use cairn_store::serial::VariantSerial;
use cairn_store::variant;

/// One notation as a draft of a variant.
pub(crate) fn draft_of(expression: &str, assembly: Option<&str>) -> VariantDraft {
    let expressions = vec![ExpressionDraft {
        text: expression.to_owned(),
        assembly: assembly.map(str::to_owned),
        column: "variant".to_owned(),
    }];
    VariantDraft { expressions, gene: None, xrefs: Vec::new() }
}

impl Node {
    /// The recorded variant that an expression means; one that is not recorded is. `None` when the
    /// text cannot be read as one variant.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn record_variant(&self, expression: &str) -> Result<Option<VariantSerial>, NodeError> {
        let records = [carrier(draft_of(expression.trim(), None))];
        let node = self.clone();
        let runtime = tokio::runtime::Handle::current();
        // Identity computes: off the threads that answer others.
        tokio::task::spawn_blocking(move || {
            let identities = Identities::of(&records, node.reference());
            if identities.all().first().is_none_or(Identified::is_unresolved) {
                return Ok(None);
            }
            runtime.block_on(node.record_identified(&identities))
        })
        .await?
    }

    async fn record_identified(&self, identities: &Identities<'_>) -> Result<Option<VariantSerial>, NodeError> {
        let mut writer = self.store().write().await?;
        let (entry, _) = writer.enter(self.now()).await?;
        // One notation has no twin on the other assembly, so that nothing merges.
        let (serials, _) = record_variants(&mut writer, entry, identities, [0].into(), self.world()).await?;
        writer.commit().await?;
        Ok(serials.first().copied())
    }

    /// The notation of a recorded variant that a file would be understood by: the first that means
    /// this variant and no other when it is read again.
    ///
    /// # Errors
    /// When the record fails. `None` when no notation leads back.
    pub(crate) async fn notation_of(&self, serial: VariantSerial) -> Result<Option<VariantDraft>, NodeError> {
        let mut reader = self.store().read().await?;
        let Some(recorded) = variant::by_serials(&mut reader, &[serial]).await?.pop() else {
            return Ok(None);
        };
        let alleles = variant::alleles(&mut reader, serial).await?;
        let merged = variant::merged(&mut reader, serial).await?;
        let genes = variant::genes(&mut reader, serial).await?;
        let written = variant::names(&mut reader, serial, &merged).await?.expressions;
        let on = |allele: &variant::Allele| allele.vcf.as_ref().map(|vcf| draft_of(vcf, Some(allele.assembly.name())));
        let mut candidates: Vec<VariantDraft> = alleles.iter().rev().filter_map(on).collect();
        let names = [recorded.hgvs_c.clone(), Some(recorded.label.clone())].into_iter().flatten();
        let places = alleles.iter().rev().flat_map(|allele| [allele.hgvs_g.clone(), allele.spdi.clone()]).flatten();
        candidates.extend(names.chain(places).chain(written).map(|text| draft_of(&text, None)));
        let gene = genes.first().map(|effect| effect.gene.clone());
        for mut draft in candidates {
            for with_gene in [None, gene.clone()] {
                draft.gene = with_gene;
                let key = identify(&draft, self.reference()).variant.key;
                let known = variant::find_keys(&mut reader, std::slice::from_ref(&key)).await?;
                let Some(found) = known.get(&key) else { continue };
                if variant::unify(&mut reader, *found).await? == serial {
                    return Ok(Some(draft));
                }
            }
        }
        Ok(None)
    }
}

/// A record that names the variant, so that it is identified as in a file.
fn carrier(variant: VariantDraft) -> RecordDraft {
    let case = Case {
        local_id: String::new(),
        sex: Sex::Unknown,
        age_band: None,
        affected: AffectedStatus::Unknown,
        is_proband: None,
        family: None,
        progress: Progress::Unknown,
        features: Vec::new(),
        conditions: Vec::new(),
    };
    let observation = ObservationDraft {
        variant,
        zygosity: Zygosity::Unknown,
        fraction: None,
        origin: AlleleOrigin::Unknown,
        affected: AffectedStatus::Unknown,
        phase: None,
        role: Role::Unknown,
        classification: None,
    };
    let case = CaseDraft { case, observations: vec![observation], citations: Vec::new() };
    RecordDraft { row: 1, content: ContentDraft::Case(Box::new(case)) }
}
