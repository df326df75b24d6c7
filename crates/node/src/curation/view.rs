//! Drafts as their laboratory reads them.

use super::setting::CurationSetting;
use super::statement::filling;
use super::{Actor, CurationError, load};
use crate::lookup::variant::{VariantView, describe};
use crate::node::Node;
use cairn_core::curation::{
    Assessment, AssessmentError, Audience, Draft, Others, Refusal, Revision, SignaturePart, assess, fill,
};
use cairn_core::guideline::Guidelines;
use cairn_core::id::{DraftId, UserId};
use cairn_store::curation::{self as record, DraftHead, Subject};
use cairn_store::serial::DraftSerial;
use cairn_store::{account, variant};
use jiff::Timestamp;
use std::collections::HashMap;

/// A draft with everything a page needs.
#[derive(Debug)]
pub struct DraftReport {
    /// Its head.
    pub head: DraftHead,
    /// What stands in it.
    pub draft: Draft,
    /// Everything that people did to it, the first first.
    pub revisions: Vec<Revision>,
    /// The variant; `None` for the weighing of a gene.
    pub variant: Option<VariantView>,
    /// What it amounts to.
    pub assessment: Result<Assessment, AssessmentError>,
    /// Names of the people of the laboratory.
    pub people: HashMap<UserId, String>,
    /// How the laboratory curates.
    pub setting: CurationSetting,
    /// The guidelines that the draft may name.
    pub guidelines: Guidelines,
    /// What others say of the variant.
    pub others: Others,
    /// What the reader may do now.
    pub permitted: Permitted,
}

/// What a person may do with a draft now, or why not.
#[derive(Debug)]
pub struct Permitted {
    /// Change fields.
    pub edit: Result<(), Refusal>,
    /// Sign, as whom.
    pub sign: Result<SignaturePart, Refusal>,
    /// Give it back.
    pub send_back: Result<(), Refusal>,
    /// Settle it inside the laboratory.
    pub share_inside: Result<(), Refusal>,
    /// Share it with the network.
    pub share: Result<(), Refusal>,
    /// Take it back.
    pub withdraw: Result<(), Refusal>,
    /// Begin the next version.
    pub reopen: Result<(), Refusal>,
}

impl DraftReport {
    /// From whom the class differs as it stands, in one sentence; `None` when it does not.
    pub fn difference(&self) -> Option<String> {
        let class = self.assessment.as_ref().ok().and_then(|assessment| assessment.class)?;
        self.others.difference(class)
    }

    /// The name of a person, as colleagues know them.
    pub fn name(&self, user: UserId) -> &str {
        self.people.get(&user).map_or("a former colleague", String::as_str)
    }
}

impl Node {
    /// A draft for a member of its laboratory.
    ///
    /// # Errors
    /// When there is none, or it is another laboratory's.
    pub async fn draft(&self, actor: &Actor, id: DraftId) -> Result<DraftReport, CurationError> {
        let setting = self.curation_setting(actor.laboratory.serial).await?;
        let guidelines = self.known_guidelines().await?;
        let mut reader = self.store().read().await?;
        let loaded = load(&mut reader, id, actor).await?;
        let colleagues = account::list(&mut reader, Some(actor.laboratory.laboratory.id)).await?;
        let people = colleagues.into_iter().map(|account| (account.user.id, account.user.name)).collect();
        let variant = match loaded.head.subject {
            Subject::Variant(serial) => {
                let serial = variant::unify(&mut reader, serial).await?;
                match variant::by_serials(&mut reader, &[serial]).await?.pop() {
                    Some(recorded) => Some(describe(&mut reader, recorded).await?),
                    None => None,
                }
            }
            Subject::Gene(_) => None,
        };
        let others = self.others(&mut reader, &loaded, actor).await?;
        let (draft, user) = (loaded.draft, &actor.user);
        let permitted = Permitted {
            edit: draft.may_edit(user),
            sign: draft.may_sign(user, draft.revision),
            send_back: draft.may_send_back(user),
            share_inside: draft.may_share(user, Audience::Laboratory),
            share: draft.may_share(user, Audience::Network),
            withdraw: draft.may_withdraw(user),
            reopen: draft.may_reopen(user),
        };
        let assessment = assess(&draft, &guidelines);
        let (head, revisions) = (loaded.head, loaded.revisions);
        Ok(DraftReport { head, draft, revisions, variant, assessment, people, setting, guidelines, others, permitted })
    }

    /// The last revision of a draft, without reading what was done to it.
    ///
    /// # Errors
    /// When there is none, or it is another laboratory's.
    pub async fn draft_revision(&self, actor: &Actor, id: DraftId) -> Result<u32, CurationError> {
        let head = record::head(&mut *self.store().read().await?, id).await?;
        let own = head.filter(|head| head.laboratory == actor.laboratory.serial);
        own.map(|head| head.revision).ok_or(CurationError::NotFound)
    }

    /// What stood in a draft at a revision, with what stands now.
    ///
    /// # Errors
    /// When there is none, or it is another laboratory's.
    pub async fn draft_at(&self, actor: &Actor, id: DraftId, revision: u32) -> Result<(Draft, Draft), CurationError> {
        let loaded = load(&mut *self.store().read().await?, id, actor).await?;
        let then = Draft::replay(loaded.revisions.iter().take_while(|one| one.number <= revision));
        Ok((then, loaded.draft))
    }

    /// A page of the drafts of the actor's laboratory, the last changed first.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn drafts(
        &self,
        actor: &Actor,
        before: Option<(Timestamp, DraftSerial)>,
        limit: u32,
    ) -> Result<Vec<(DraftHead, String)>, CurationError> {
        let mut reader = self.store().read().await?;
        let heads = record::of_laboratory(&mut reader, actor.laboratory.serial, before, limit).await?;
        let serials: Vec<_> = heads.iter().filter_map(|head| variant_of(&head.subject)).collect();
        let named = variant::by_serials(&mut reader, &serials).await?;
        let labels: HashMap<_, _> =
            named.into_iter().map(|one| (one.serial, one.hgvs_c.unwrap_or(one.label))).collect();
        let name = |head: &DraftHead| match &head.subject {
            Subject::Variant(serial) => labels.get(serial).cloned().unwrap_or_default(),
            Subject::Gene(gene) => gene.clone(),
        };
        Ok(heads.into_iter().map(|head| (head.clone(), name(&head))).collect())
    }

    /// The summary that a template of the laboratory gives for the draft as it stands.
    ///
    /// # Errors
    /// When there is no such draft or template.
    pub async fn draft_summary(&self, actor: &Actor, id: DraftId, template: &str) -> Result<String, CurationError> {
        let report = self.draft(actor, id).await?;
        let found = report.setting.templates.iter().find(|one| one.name == template);
        let template = found.ok_or_else(|| {
            CurationError::field("template", "no template of this name; the laboratory head adds one in the settings")
        })?;
        let laboratory = &actor.laboratory.laboratory.name;
        let variant = report.variant.as_ref().ok_or(CurationError::NotFound)?;
        let filling = filling(&report.draft, report.assessment.as_ref().ok(), variant, laboratory, self.now());
        Ok(fill(&template.text, &filling)?)
    }
}

fn variant_of(subject: &Subject) -> Option<cairn_store::serial::VariantSerial> {
    match subject {
        Subject::Variant(serial) => Some(*serial),
        Subject::Gene(_) => None,
    }
}
