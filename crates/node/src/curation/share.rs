//! Sharing and withdrawing: a draft becomes a submission of its laboratory.

use super::sign::given;
use super::statement::statement_of;
use super::{Actor, CurationError, Loaded, WRITING, load};
use crate::contribute::{Outcome, Request};
use crate::node::Node;
use cairn_core::curation::{Act, Audience, Draft, assess, guideline_of};
use cairn_core::draft::StatementDraft;
use cairn_core::id::DraftId;
use cairn_core::problem::Severity;
use cairn_core::statement::Standing;
use cairn_core::submission::Channel;
use cairn_formats::cairn_statement;
use cairn_store::curation::Subject;
use cairn_store::serial::{StatementSerial, SubmissionSerial};
use cairn_store::{entry, statement};

impl Node {
    /// Gives a signed draft to its laboratory or to the network. For the network it is contributed
    /// as a statement; asking again after an interruption contributes nothing twice.
    ///
    /// # Errors
    /// When it is not signed, the role forbids it, or the statement cannot be taken.
    pub async fn share_draft(
        &self,
        actor: &Actor,
        id: DraftId,
        audience: Audience,
        channel: Channel,
    ) -> Result<Draft, CurationError> {
        let _turn = WRITING.lock().await;
        let loaded = self.loaded(actor, id).await?;
        loaded.draft.may_share(&actor.user, audience)?;
        let is_statement = matches!(loaded.head.subject, Subject::Variant(_));
        let statement = match audience {
            Audience::Network if is_statement => {
                let draft = self.draft_statement(actor, &loaded).await?;
                Some(self.contribute_statement(actor, &loaded, draft, channel).await?)
            }
            _ => None,
        };
        self.conclude(actor, loaded, Act::Share { audience, statement }).await
    }

    /// Takes a shared draft back. Where the network has it, a version of the statement says so.
    ///
    /// # Errors
    /// When it is not shared, no reason is given, or the role forbids it.
    pub async fn withdraw_draft(
        &self,
        actor: &Actor,
        id: DraftId,
        reason: &str,
        channel: Channel,
    ) -> Result<Draft, CurationError> {
        let reason = given(reason)?;
        let _turn = WRITING.lock().await;
        let loaded = self.loaded(actor, id).await?;
        loaded.draft.may_withdraw(&actor.user)?;
        let statement = match loaded.head.subject {
            Subject::Variant(_) if loaded.draft.is_with_network() => {
                let mut draft = self.draft_statement(actor, &loaded).await?;
                draft.standing = Standing::Withdrawn;
                Some(self.contribute_statement(actor, &loaded, draft, channel).await?)
            }
            _ => None,
        };
        self.conclude(actor, loaded, Act::Withdraw { reason, statement }).await
    }

    /// The draft as a file of `cairn.statement`, as it would be contributed now.
    ///
    /// # Errors
    /// When there is no such draft, or it has no class yet.
    pub async fn draft_file(&self, actor: &Actor, id: DraftId) -> Result<Vec<u8>, CurationError> {
        let loaded = self.loaded(actor, id).await?;
        let draft = self.draft_statement(actor, &loaded).await?;
        Ok(cairn_statement::write(&[draft]))
    }

    async fn loaded(&self, actor: &Actor, id: DraftId) -> Result<Loaded, CurationError> {
        load(&mut *self.store().read().await?, id, actor).await
    }

    async fn conclude(&self, actor: &Actor, loaded: Loaded, act: Act) -> Result<Draft, CurationError> {
        let known = self.known_guidelines().await?;
        let mut draft = loaded.draft;
        let mut writer = self.store().write().await?;
        self.append(&mut writer, &loaded.head, &mut draft, actor, &known, act).await?;
        writer.commit().await?;
        Ok(draft)
    }

    async fn draft_statement(&self, actor: &Actor, loaded: &Loaded) -> Result<StatementDraft, CurationError> {
        let Subject::Variant(serial) = loaded.head.subject else {
            return Err(CurationError::field("draft", "it weighs a gene; there is no statement on a variant to write"));
        };
        let known = self.known_guidelines().await?;
        let assessment = assess(&loaded.draft, &known)?;
        let guideline = guideline_of(&loaded.draft, &known)?;
        let setting = self.curation_setting(actor.laboratory.serial).await?;
        let variant = self.notation_of(serial).await?.ok_or_else(|| {
            CurationError::field("variant", "no notation of the variant leads back to it: contribute it by a file")
        })?;
        let draft = statement_of(&loaded.draft, &assessment, guideline, &setting, variant)
            .ok_or_else(|| CurationError::field("class", "the draft has no class yet"))?;
        let (local_key, source_accession) = (loaded.head.local_key.clone(), loaded.head.source_accession.clone());
        Ok(StatementDraft { local_key, source_accession, ..draft })
    }

    /// Contributes one statement; its accession with version comes back.
    async fn contribute_statement(
        &self,
        actor: &Actor,
        loaded: &Loaded,
        draft: StatementDraft,
        channel: Channel,
    ) -> Result<String, CurationError> {
        let standing = if draft.standing == Standing::Current { "share" } else { "withdraw" };
        let (id, round) = (loaded.head.id, loaded.draft.round);
        let request = Request {
            laboratory: actor.laboratory.clone(),
            user: Some(actor.user.id),
            channel,
            file: Some(format!("draft-{id}.json")),
            bytes: cairn_statement::write(&[draft]),
            mapping: None,
            assembly: None,
            // The revision makes it this act: sharing anew what was withdrawn is another one.
            client_key: Some(format!("draft:{id}:{round}:{}:{standing}", loaded.draft.revision)),
            dry_run: false,
            strict: true,
        };
        let outcome = self.contribute(request).await?;
        let refused = outcome.problems.iter().find(|problem| problem.severity == Severity::Error);
        if let Some(problem) = refused {
            return Err(CurationError::field("statement", problem.to_string()));
        }
        self.contributed(loaded, &outcome).await?.ok_or_else(|| {
            CurationError::field("statement", "nothing was recorded: the same statement is on record already")
        })
    }

    async fn contributed(&self, loaded: &Loaded, outcome: &Outcome) -> Result<Option<String>, CurationError> {
        let mut reader = self.store().read().await?;
        let submission = outcome.accession.and_then(SubmissionSerial::from_accession);
        let mut found = match submission {
            Some(submission) => statement::of_submission(&mut reader, submission, StatementSerial::new(0), 1).await?,
            None => Vec::new(),
        };
        if let (true, Some(key)) = (found.is_empty(), &loaded.head.local_key) {
            // The same words were on record: the statement stays at its version.
            let known = statement::known(&mut reader, loaded.head.laboratory, &[format!("key:{key}")]).await?;
            let as_of = entry::now(&mut reader).await?;
            for known in known {
                found.extend(statement::at_version(&mut reader, known.serial, None, as_of).await?);
            }
        }
        Ok(found.pop().map(|one| format!("{}.{}", one.statement.accession, one.statement.version)))
    }
}
