//! Signatures: two people, or one where the laboratory says so.

use super::{Actor, CurationError, WRITING, load};
use crate::node::Node;
use cairn_core::curation::{Act, Draft, Refusal, SignaturePart, State, assess, weigh_validity};
use cairn_core::free_text::FreeText;
use cairn_core::id::DraftId;
use cairn_store::curation::Subject;

impl Node {
    /// Puts the actor's name to what they saw: revision `seen` and no other.
    ///
    /// # Errors
    /// When the draft moved on, holds two values, lacks something, another person must sign, or the
    /// class differs from what others say ([`Self::sign_draft_that_differs`]).
    pub async fn sign_draft(&self, actor: &Actor, id: DraftId, seen: u32) -> Result<Draft, CurationError> {
        self.sign(actor, id, seen, false).await
    }

    /// The same for a person who confirms to know how the class differs from what others say; the
    /// difference is kept with the signature.
    ///
    /// # Errors
    /// As for a signature without that, save for the difference.
    pub async fn sign_draft_that_differs(&self, actor: &Actor, id: DraftId, seen: u32) -> Result<Draft, CurationError> {
        self.sign(actor, id, seen, true).await
    }

    async fn sign(&self, actor: &Actor, id: DraftId, seen: u32, confirms: bool) -> Result<Draft, CurationError> {
        let setting = self.curation_setting(actor.laboratory.serial).await?;
        let known = self.known_guidelines().await?;
        let _turn = WRITING.lock().await;
        let mut writer = self.store().write().await?;
        let loaded = load(&mut writer, id, actor).await?;
        let part = loaded.draft.may_sign(&actor.user, seen)?;
        let (gaps, class) = match loaded.head.subject {
            Subject::Variant(_) => {
                let assessed = assess(&loaded.draft, &known)?;
                (assessed.gaps, assessed.class)
            }
            Subject::Gene(_) => (weigh_validity(&loaded.draft, &known)?.gaps, None),
        };
        if let Some(gap) = gaps.first() {
            return Err(Refusal::Incomplete(gap.text.clone()).into());
        }
        let others = self.others(&mut writer, &loaded, actor).await?;
        let difference = class.and_then(|class| others.difference(class));
        if let Some(difference) = difference.clone().filter(|_| !confirms) {
            return Err(Refusal::Differs(difference).into());
        }
        let mut draft = loaded.draft;
        let completes = part == SignaturePart::Approver || setting.signatures == 1;
        let confirmed = difference.map(FreeText::from);
        let act = Act::Sign { part, role: actor.user.role, completes, confirmed };
        self.append(&mut writer, &loaded.head, &mut draft, actor, &known, act).await?;
        writer.commit().await?;
        Ok(draft)
    }

    /// Gives a signed draft back to be worked on.
    ///
    /// # Errors
    /// When nothing is signed, no reason is given, or the role forbids it.
    pub async fn send_draft_back(&self, actor: &Actor, id: DraftId, reason: &str) -> Result<Draft, CurationError> {
        let reason = given(reason)?;
        self.act(actor, id, |draft| draft.may_send_back(&actor.user), Act::SendBack { reason }).await
    }

    /// Begins the next version of a draft that was shared or withdrawn. What is shared stays so
    /// until the next version is.
    ///
    /// # Errors
    /// When it is open already, no reason is given, or the role forbids it.
    pub async fn reopen_draft(&self, actor: &Actor, id: DraftId, reason: &str) -> Result<Draft, CurationError> {
        let reason = given(reason)?;
        let draft = self.act(actor, id, |draft| draft.may_reopen(&actor.user), Act::Reopen { reason }).await?;
        debug_assert_eq!(draft.state, State::Draft);
        Ok(draft)
    }

    async fn act(
        &self,
        actor: &Actor,
        id: DraftId,
        permit: impl FnOnce(&Draft) -> Result<(), Refusal>,
        act: Act,
    ) -> Result<Draft, CurationError> {
        let known = self.known_guidelines().await?;
        let _turn = WRITING.lock().await;
        let mut writer = self.store().write().await?;
        let loaded = load(&mut writer, id, actor).await?;
        let mut draft = loaded.draft;
        permit(&draft)?;
        self.append(&mut writer, &loaded.head, &mut draft, actor, &known, act).await?;
        writer.commit().await?;
        Ok(draft)
    }
}

/// A reason that says something.
pub(super) fn given(reason: &str) -> Result<FreeText, CurationError> {
    let reason = FreeText::from(reason);
    if reason.is_empty() {
        return Err(CurationError::field("reason", "no reason is given: say why, for those who read it later"));
    }
    Ok(reason)
}
