//! Taking a case back: withdrawal ends its use outside its laboratory, erasure ends the case.
//!
//! Both hold from the moment they return. Who saw the case is told and answers ([`Node::recalls_of`]); statements that rest
//! on it stand, with a note. Erasure destroys the key of the case, and the keys of the submissions that brought it, so that
//! no copy of the data brings it back.

use crate::access::Viewer;
use crate::consent::By;
use crate::error::NodeError;
use crate::ledger::{Event, append};
use crate::node::Node;
use cairn_core::accession::Accession;
use cairn_core::consent::{Consent, Standing};
use cairn_core::id::{CaseId, UserId};
use cairn_ledger::leaf::Kind;
use cairn_store::case::erase;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::recall::{self, Recall};
use cairn_store::serial::{CaseSerial, LaboratorySerial, LedgerSerial, StatementSerial};
use cairn_store::{Writer, case, entry, evidence, ledger, patient};

/// Recalls in one list.
const MOST: u32 = 500;

/// What was done to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// Whether it was erased.
    pub is_erased: bool,
    /// Who saw it, and whether they answered.
    pub recalls: Vec<Recall>,
}

/// Everything that follows from a withdrawal or an erasure, in its transaction. `by` is the entry of the ledger.
pub(crate) async fn spread(
    writer: &mut Writer,
    node: &Node,
    case: CaseSerial,
    by: LedgerSerial,
    is_erased: bool,
) -> Result<(), NodeError> {
    evidence::withdraw(writer, case, by).await?;
    recall::tell(writer, case, is_erased, node.now(), node.world().random).await?;
    Ok(())
}

impl Node {
    /// Withdraws the consent of a case and says who was told; `None` when the laboratory has no such case.
    ///
    /// # Errors
    /// When it was withdrawn already, or the record fails.
    pub async fn withdraw_case(
        &self,
        laboratory: &RecordedLaboratory,
        id: CaseId,
        user: Option<UserId>,
    ) -> Result<Option<Withdrawn>, NodeError> {
        if self.step(laboratory, id, By::Staff, |before| before.withdraw(user)).await?.is_none() {
            return Ok(None);
        }
        let serial = self.own_case(laboratory.serial, id).await?;
        let recalls = match serial {
            Some(serial) => recall::of_case(&mut *self.store().read().await?, serial).await?,
            None => Vec::new(),
        };
        Ok(Some(Withdrawn { is_erased: false, recalls }))
    }

    /// Erases a case of a laboratory; `None` when it has no such case. When this returns, the case is gone from the record
    /// and its key from the key store; the bytes of the submissions that brought it are gone too.
    ///
    /// # Errors
    /// When the record or the key store fails. Broken off between the two, the next start of the node finishes it.
    pub async fn erase_case(
        &self,
        laboratory: &RecordedLaboratory,
        id: CaseId,
        user: Option<UserId>,
    ) -> Result<Option<Withdrawn>, NodeError> {
        let mut writer = self.store().write().await?;
        let as_of = entry::now(&mut writer).await?;
        let found = case::by_id(&mut writer, self.keys(), id, as_of).await?;
        let Some(found) = found.filter(|case| case.laboratory == laboratory.serial) else { return Ok(None) };
        let (entry, _) = writer.enter(self.now()).await?;
        let event = Event::new(Kind::Erase).about(found.serial).by(laboratory.serial);
        let event = event.with("what", "case erased").with("laboratory", laboratory.laboratory.name.as_str());
        let event = match user {
            Some(user) => event.with("user", user.to_string()),
            None => event,
        };
        let by = append(&mut writer, self, event).await?;
        spread(&mut writer, self, found.serial, by, true).await?;
        ledger::erase(&mut writer, found.serial, by).await?;
        let owners = erase::erase(&mut writer, found.serial, by).await?;
        // What stays of the consent: that it is withdrawn, and nothing else.
        let last = Consent { standing: Standing::Withdrawn, ..Consent::none() };
        self.sign_and_add(&mut writer, entry, laboratory, found.serial, &last).await?;
        let recalls = recall::of_case(&mut writer, found.serial).await?;
        writer.commit().await?;
        self.keys().destroy(&owners, self.now()).await?;
        Ok(Some(Withdrawn { is_erased: true, recalls }))
    }

    /// The key of a laboratory's case in the record.
    pub(crate) async fn own_case(
        &self,
        laboratory: LaboratorySerial,
        id: CaseId,
    ) -> Result<Option<CaseSerial>, NodeError> {
        let mut reader = self.store().read().await?;
        let as_of = entry::now(&mut reader).await?;
        let found = case::by_id(&mut reader, self.keys(), id, as_of).await?;
        Ok(found.filter(|case| case.laboratory == laboratory).map(|case| case.serial))
    }

    /// A laboratory's case by the name that it gave it; `None` when it has none of that name.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn case_named(&self, laboratory: LaboratorySerial, name: &str) -> Result<Option<CaseId>, NodeError> {
        let mut reader = self.store().read().await?;
        let as_of = entry::now(&mut reader).await?;
        let found = case::by_local_id(&mut reader, self.keys(), laboratory, name.trim(), as_of).await?;
        Ok(found.map(|found| found.id))
    }

    /// Who saw a laboratory's case and was told that it is withdrawn.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn recalls_of(&self, laboratory: LaboratorySerial, id: CaseId) -> Result<Vec<Recall>, NodeError> {
        let Some(serial) = self.own_case(laboratory, id).await? else { return Ok(Vec::new()) };
        Ok(recall::of_case(&mut *self.store().read().await?, serial).await?)
    }

    /// What the reader's laboratory was told to have no more, what it has not answered first.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn recalls_to(&self, viewer: Viewer) -> Result<Vec<Recall>, NodeError> {
        let Some(own) = viewer.own() else { return Ok(Vec::new()) };
        Ok(recall::to(&mut *self.store().read().await?, own, MOST).await?)
    }

    /// Records that the reader's laboratory has a case no more; whether there was something to answer comes back.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn acknowledge_recall(&self, viewer: Viewer, uid: &str) -> Result<bool, NodeError> {
        let (Some(own), Some(account)) = (viewer.own(), viewer.account()) else { return Ok(false) };
        let mut writer = self.store().write().await?;
        let done = recall::acknowledge(&mut writer, own, uid, account, self.now()).await?;
        writer.commit().await?;
        Ok(done)
    }

    /// How many cases were taken back since a version of a statement was made.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn evidence_withdrawn(&self, statement: Accession, version: u32) -> Result<u64, NodeError> {
        let Some(serial) = StatementSerial::from_accession(statement) else { return Ok(0) };
        Ok(evidence::withdrawn(&mut *self.store().read().await?, serial, version).await?)
    }

    /// Steps that tested persons took themselves and nobody of the reader's laboratory has seen.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn patient_steps(&self, viewer: Viewer) -> Result<Vec<patient::PatientStep>, NodeError> {
        let Some(own) = viewer.own().filter(|_| viewer.cares()) else { return Ok(Vec::new()) };
        Ok(patient::unseen_steps(&mut *self.store().read().await?, own).await?)
    }

    /// Records that the reader saw the steps of the tested person of a case.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn see_patient_steps(&self, viewer: Viewer, case: CaseId) -> Result<(), NodeError> {
        let (Some(own), Some(account)) = (viewer.own(), viewer.account()) else { return Ok(()) };
        let mut writer = self.store().write().await?;
        patient::see_steps(&mut writer, own, case, account, self.now()).await?;
        Ok(writer.commit().await?)
    }
}
