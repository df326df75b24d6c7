//! A draft begins: empty, or from what the laboratory said before.

use super::{Actor, CurationError, WRITING};
use crate::node::Node;
use cairn_core::accession::{Accession, VersionedAccession};
use cairn_core::case::AlleleOrigin;
use cairn_core::classification::Classification;
use cairn_core::condition::{Condition, Inheritance};
use cairn_core::criterion::Criterion;
use cairn_core::curation::{Act, Change, CriterionCall, Draft, Edit};
use cairn_core::guideline::{Guideline, GuidelineTrack, Guidelines};
use cairn_core::id::DraftId;
use cairn_core::statement::Standing;
use cairn_store::curation::{self as record, DraftHead, NewDraft, Subject};
use cairn_store::serial::{StatementSerial, VariantSerial};
use cairn_store::statement::{self, RecordedStatement};
use cairn_store::{entry, variant};
use serde::Serialize;
use std::collections::BTreeMap;

/// Statements of a laboratory on one variant that a draft may continue.
const EARLIER: u32 = 500;

/// What a new draft is to be about.
#[derive(Debug, Clone, Default)]
pub struct Begin {
    /// The variant: any notation, or an id of the node.
    pub variant: String,
    /// The guideline; `None`: for a copy number change the one for its direction, else the laboratory's usual one.
    pub guideline: Option<String>,
    /// The disease.
    pub condition: Option<Condition>,
    /// How it is inherited.
    pub inheritance: Option<Inheritance>,
    /// A statement of the laboratory that the draft continues: what it says is taken over, and the
    /// shared draft becomes its next version.
    pub continues: Option<VersionedAccession>,
}

/// A statement of the laboratory that a draft may continue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Earlier {
    /// Its accession.
    pub accession: Accession,
    /// Its current version.
    pub version: u32,
    /// Its class.
    pub classification: Classification,
    /// Its conditions.
    pub conditions: Vec<Condition>,
}

impl Node {
    /// Begins a draft. A variant that the node does not know yet is recorded.
    ///
    /// # Errors
    /// When the role forbids it, the variant cannot be read, the guideline is not known, or the
    /// statement to continue is not the laboratory's.
    pub async fn begin_draft(&self, actor: &Actor, begin: Begin) -> Result<DraftId, CurationError> {
        Draft::default().may_edit(&actor.user)?;
        let known = self.known_guidelines().await?;
        let variant = self.variant_to_classify(&begin.variant).await?;
        let before = match begin.continues {
            Some(accession) => Some(self.own_statement(actor, accession, variant).await?),
            None => None,
        };
        let usual = self.usual_guideline(actor.laboratory.serial, Some(variant), None, &known).await?;
        let changes = first_changes(begin, before.as_ref(), &known, &usual)?;
        let id = DraftId::from_random((self.world().random)());
        let (local_key, source_accession) = match &before {
            Some(before) => continued(&self.record_key(before).await?, before),
            None => (Some(format!("draft:{id}")), None),
        };
        let _turn = WRITING.lock().await;
        let mut writer = self.store().write().await?;
        let new = NewDraft {
            id,
            laboratory: actor.laboratory.serial,
            subject: Subject::Variant(variant),
            local_key,
            source_accession,
            by: actor.user.id,
            at: self.now(),
        };
        record::add(&mut writer, &new).await?;
        let (head, _) = record::by_id(&mut writer, id).await?.ok_or(CurationError::NotFound)?;
        let mut draft = Draft::replay([]);
        let edits = changes.into_iter().map(|change| Edit { base: 0, change }).collect();
        self.append(&mut writer, &head, &mut draft, actor, &known, Act::Edit { edits }).await?;
        writer.commit().await?;
        Ok(id)
    }

    /// The drafts of the actor's laboratory on a variant.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn drafts_of_variant(
        &self,
        actor: &Actor,
        serial: VariantSerial,
    ) -> Result<Vec<DraftHead>, CurationError> {
        let mut reader = self.store().read().await?;
        let mut all = Vec::new();
        for variant in variant::merged(&mut reader, serial).await? {
            all.extend(record::of_variant(&mut reader, variant, actor.laboratory.serial).await?);
        }
        Ok(all)
    }

    /// Current statements of the actor's laboratory on a variant.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn earlier_statements(
        &self,
        actor: &Actor,
        serial: VariantSerial,
    ) -> Result<Vec<Earlier>, CurationError> {
        let mut reader = self.store().read().await?;
        let as_of = entry::now(&mut reader).await?;
        let all = variant::merged(&mut reader, serial).await?;
        let found = statement::of_variants(&mut reader, &all, as_of, StatementSerial::new(0), EARLIER).await?;
        let own = found.into_iter().filter(|one| one.laboratory == actor.laboratory.serial);
        let earlier = |one: RecordedStatement| Earlier {
            accession: one.statement.accession,
            version: one.statement.version,
            classification: one.statement.body.classification,
            conditions: one.statement.body.conditions,
        };
        Ok(own.filter(|one| one.statement.standing == Standing::Current).map(earlier).collect())
    }

    async fn variant_to_classify(&self, text: &str) -> Result<VariantSerial, CurationError> {
        let known = self.find_variant(&[text.trim()]).await?;
        let found = match known {
            Some(known) => Some(known),
            None => self.record_variant(text).await?,
        };
        found.ok_or_else(|| {
            let shown: String = text.chars().take(80).collect();
            let message = format!("`{shown}` cannot be read as one variant: look it up first and classify it there");
            CurationError::field("variant", message)
        })
    }

    async fn own_statement(
        &self,
        actor: &Actor,
        accession: VersionedAccession,
        variant: VariantSerial,
    ) -> Result<RecordedStatement, CurationError> {
        let mut reader = self.store().read().await?;
        let as_of = entry::now(&mut reader).await?;
        let serial = StatementSerial::from_accession(accession.accession);
        let found = match serial {
            Some(serial) => statement::at_version(&mut reader, serial, None, as_of).await?,
            None => None,
        };
        let is_own = |one: &RecordedStatement| one.laboratory == actor.laboratory.serial && one.variant == variant;
        found.filter(is_own).ok_or_else(|| {
            let message = format!("`{}` is no statement of your laboratory on this variant", accession.accession);
            CurationError::field("continues", message)
        })
    }

    async fn record_key(&self, before: &RecordedStatement) -> Result<String, CurationError> {
        let mut reader = self.store().read().await?;
        Ok(statement::record_key(&mut reader, before.serial).await?.unwrap_or_default())
    }
}

/// What the draft says when it begins.
fn first_changes(
    begin: Begin,
    before: Option<&RecordedStatement>,
    known: &Guidelines,
    usual: &str,
) -> Result<Vec<Change>, CurationError> {
    let address = begin.guideline.as_deref().unwrap_or(usual);
    let guideline = known.find(address).map_err(|error| CurationError::field("guideline", error.to_string()))?;
    let mut changes = vec![Change::Guideline { address: guideline.address() }];
    // What is classified for a tumour was seen in one, unless an earlier statement says otherwise.
    let is_of_tumours = matches!(guideline.track, GuidelineTrack::Oncogenicity | GuidelineTrack::ClinicalImpact);
    if is_of_tumours && before.is_none() {
        changes.push(Change::Origin { origin: AlleleOrigin::Somatic });
    }
    if let Some(before) = before {
        changes.extend(taken_over(before, guideline));
    }
    changes.extend(begin.condition.map(|condition| Change::Condition { condition }));
    changes.extend(begin.inheritance.map(|mode| Change::Inheritance { mode: Some(mode) }));
    Ok(changes)
}

/// By which key the shared draft becomes the next version of the statement.
fn continued(record_key: &str, before: &RecordedStatement) -> (Option<String>, Option<String>) {
    match record_key.split_once(':') {
        Some(("key", key)) => (Some(key.to_owned()), before.statement.source_accession.clone()),
        Some(("source", _)) => (None, before.statement.source_accession.clone()),
        // Known by what it is about alone, which the draft may change: the statement itself is named.
        _ => (Some(statement::own_key(before.statement.id)), before.statement.source_accession.clone()),
    }
}

/// What the earlier statement says, as far as the guideline knows it.
fn taken_over(before: &RecordedStatement, guideline: &Guideline) -> Vec<Change> {
    let body = &before.statement.body;
    let mut changes = vec![
        Change::Condition { condition: body.conditions.first().cloned().unwrap_or_default() },
        Change::Inheritance { mode: body.inheritance },
        Change::Origin { origin: body.origin },
    ];
    let mut applications: BTreeMap<&str, u8> = BTreeMap::new();
    for Criterion { code, outcome, strength } in &body.criteria {
        if guideline.criterion(code).is_none() {
            continue;
        }
        let application = applications.entry(code).and_modify(|n| *n = n.saturating_add(1)).or_insert(1);
        let call = CriterionCall { outcome: *outcome, strength: *strength, points: None };
        changes.push(Change::Criterion { code: code.clone(), application: *application, call });
    }
    for (at, evidence) in body.evidence.iter().enumerate() {
        changes.push(Change::Evidence { item: format!("0001-{at}"), evidence: Some(evidence.clone()) });
    }
    if !body.summary.is_empty() {
        changes.push(Change::Summary { text: body.summary.clone() });
    }
    changes
}
