//! Consents of the cases of a laboratory: given, narrowed, withdrawn, listed; agreements between
//! laboratories; lists of people who opted out.

mod asked;
pub(crate) mod diseases;
mod opt_out;

pub use asked::{AskedConsent, AskedScope};
pub use opt_out::OptOutReport;

use crate::access::Viewer;
use crate::error::NodeError;
use crate::ledger::{Event, append, append_all};
use crate::node::Node;
use crate::withdrawal;
use cairn_core::accession::Accession;
use cairn_core::alert::Consent as Wish;
use cairn_core::consent::{Basis, Consent, Scope, Standing, StepError, published_scopes};
use cairn_core::decision::{Action, Resource};
use cairn_core::id::{CaseId, LaboratoryId, UserId};
use cairn_ledger::leaf::Kind;
use cairn_store::alert::CaseConsent;
use cairn_store::consent::{self, ConsentLine, RecordedConsent};
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::serial::{CaseSerial, EntrySerial, LaboratorySerial, SubmissionSerial};
use cairn_store::{Writer, agreement, case, entry, patient, submission};
use diseases::KnownDiseases;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Who takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Somebody of the laboratory, for the tested person.
    Staff,
    /// The tested person, on their own page.
    Patient,
}

/// Cases read at once.
const PAGE: u32 = 500;

impl Node {
    /// Today, by which consents expire.
    pub fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    /// Records a consent for a case of a laboratory; the version comes back, `None` when it has no
    /// such case.
    ///
    /// # Errors
    /// When the consent allows nothing or has no ground, or the record fails.
    pub async fn give_consent(
        &self,
        laboratory: &RecordedLaboratory,
        id: CaseId,
        consent: Consent,
    ) -> Result<Option<u32>, NodeError> {
        let consent = consent.give().map_err(refused)?;
        self.step(laboratory, id, By::Staff, |_| Ok(consent)).await
    }

    /// Records that a consent was narrowed to these scopes.
    ///
    /// # Errors
    /// When nothing was given, or the scopes reach further; or the record fails.
    pub async fn narrow_consent(
        &self,
        laboratory: &RecordedLaboratory,
        id: CaseId,
        scopes: Vec<Scope>,
        user: Option<UserId>,
    ) -> Result<Option<u32>, NodeError> {
        let diseases = KnownDiseases(self.reference().conditions());
        self.step(laboratory, id, By::Staff, |before| before.narrow(scopes, user, &diseases)).await
    }

    /// Records that a consent was withdrawn. From the moment this returns nothing of the case is
    /// given to anybody outside its laboratory.
    ///
    /// # Errors
    /// When it was withdrawn already, or the record fails.
    pub async fn withdraw_consent(
        &self,
        laboratory: &RecordedLaboratory,
        id: CaseId,
        user: Option<UserId>,
    ) -> Result<Option<u32>, NodeError> {
        self.step(laboratory, id, By::Staff, |before| before.withdraw(user)).await
    }

    /// Records what the tested person of a laboratory's case wants for their own care; `false` when it
    /// has no such case. What may be shared stays as it was.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn set_case_consent(
        &self,
        laboratory: LaboratorySerial,
        id: CaseId,
        wishes: CaseConsent,
        user: Option<UserId>,
    ) -> Result<bool, NodeError> {
        let laboratory = self.laboratory_of(laboratory).await?;
        let wish = |before: Consent| {
            let CaseConsent { reanalysis, recontact } = wishes;
            Ok(Consent { reanalysis, recontact, recorder: user, ..before })
        };
        Ok(self.step(&laboratory, id, By::Staff, wish).await?.is_some())
    }

    /// Records that the cases of a submission were published before they came, so that they may be
    /// used under the licence of that publication. Cases with a consent of their own keep it. How many
    /// were recorded comes back.
    ///
    /// # Errors
    /// When the laboratory sent no such submission, or the record fails.
    pub async fn note_published(
        &self,
        laboratory: &RecordedLaboratory,
        accession: Accession,
        licence: &str,
        source: &str,
        user: Option<UserId>,
    ) -> Result<usize, NodeError> {
        let absent = || NodeError::Refused(format!("{} sent no submission `{accession}`", laboratory.laboratory.name));
        let serial = SubmissionSerial::from_accession(accession).ok_or_else(absent)?;
        let basis = Basis::Published { licence: licence.to_owned(), source: source.to_owned() };
        let published = Consent { scopes: published_scopes(), basis: Some(basis), recorder: user, ..Consent::none() };
        let published = published.give().map_err(refused)?;
        let mut writer = self.store().write().await?;
        let as_of = entry::now(&mut writer).await?;
        let sent = submission::by_serial(&mut writer, serial, as_of).await?;
        sent.filter(|sent| sent.laboratory == laboratory.serial).ok_or_else(absent)?;
        let (entry, _) = writer.enter(self.now()).await?;
        let (mut after, mut recorded) = (CaseSerial::new(0), 0);
        loop {
            let cases = case::of_submission(&mut writer, self.keys(), serial, after, PAGE).await?;
            let Some(last) = cases.last() else { break };
            after = last.serial;
            let serials: Vec<CaseSerial> = cases.iter().map(|case| case.serial).collect();
            let known = consent::current(&mut writer, &serials).await?;
            let mut events = Vec::new();
            for serial in serials.iter().filter(|serial| !known.contains_key(serial)) {
                let version = self.sign_and_add(&mut writer, entry, laboratory, *serial, &published).await?;
                events.push(event(laboratory.serial, *serial, &published, version));
                recorded += 1;
            }
            append_all(&mut writer, self, events).await?;
        }
        writer.commit().await?;
        Ok(recorded)
    }

    /// Reads the current version, takes the step and records what comes of it, in one transaction.
    pub(crate) async fn step(
        &self,
        laboratory: &RecordedLaboratory,
        id: CaseId,
        by: By,
        step: impl FnOnce(Consent) -> Result<Consent, StepError>,
    ) -> Result<Option<u32>, NodeError> {
        let mut writer = self.store().write().await?;
        let as_of = entry::now(&mut writer).await?;
        let found = case::by_id(&mut writer, self.keys(), id, as_of).await?;
        let Some(found) = found.filter(|case| case.laboratory == laboratory.serial) else { return Ok(None) };
        let before = consent::current(&mut writer, &[found.serial]).await?.remove(&found.serial);
        let next = step(before.map_or_else(Consent::none, |found| found.consent)).map_err(refused)?;
        let (entry, _) = writer.enter(self.now()).await?;
        let version = self.sign_and_add(&mut writer, entry, laboratory, found.serial, &next).await?;
        let event = event(laboratory.serial, found.serial, &next, version);
        let event = if by == By::Patient { event.with("by", "the tested person") } else { event };
        let ledger = append(&mut writer, self, event).await?;
        if next.standing == Standing::Withdrawn {
            withdrawal::spread(&mut writer, self, found.serial, ledger, false).await?;
        }
        if by == By::Patient {
            patient::add_step(&mut writer, found.serial, version, self.now()).await?;
        }
        writer.commit().await?;
        Ok(Some(version))
    }

    pub(crate) async fn sign_and_add(
        &self,
        writer: &mut Writer,
        entry: EntrySerial,
        laboratory: &RecordedLaboratory,
        case: CaseSerial,
        next: &Consent,
    ) -> Result<u32, NodeError> {
        let key = self.signing_key(writer, laboratory).await?;
        let signature = key.sign(consent::body_of(next).as_bytes());
        Ok(consent::add(writer, entry, case, next, &signature).await?)
    }

    pub(crate) async fn laboratory_of(&self, serial: LaboratorySerial) -> Result<RecordedLaboratory, NodeError> {
        let mut reader = self.store().read().await?;
        let found = cairn_store::laboratory::by_serials(&mut reader, &[serial]).await?.pop();
        found.ok_or_else(|| NodeError::UnknownLaboratory(serial.number().to_string()))
    }

    /// Every version of the consent of a case, the first first; `None` when the reader may not see
    /// consents of its laboratory or there is no such case: both look the same.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn consent_history(&self, id: CaseId, viewer: Viewer) -> Result<Option<Vec<RecordedConsent>>, NodeError> {
        let mut reader = self.store().read().await?;
        let as_of = entry::now(&mut reader).await?;
        let found = case::by_id(&mut reader, self.keys(), id, as_of).await?;
        let allowed =
            |laboratory| viewer.own() == Some(laboratory) && viewer.may(Action::Read, Resource::Consent, laboratory);
        match found.filter(|case| allowed(case.laboratory)) {
            Some(found) => Ok(Some(consent::history(&mut reader, found.serial).await?)),
            None => Ok(None),
        }
    }

    /// A page of the cases of a laboratory with their consents.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn consents(
        &self,
        laboratory: LaboratorySerial,
        after: CaseSerial,
        limit: u32,
    ) -> Result<Vec<ConsentLine>, NodeError> {
        Ok(consent::of_laboratory(&mut *self.store().read().await?, self.keys(), laboratory, after, limit).await?)
    }

    /// What the tested person of a case wants for their own care.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn case_consent(
        &self,
        laboratory: LaboratorySerial,
        id: CaseId,
    ) -> Result<Option<CaseConsent>, NodeError> {
        let history = self.consent_history(id, Viewer::Member(laboratory)).await?;
        let wishes = |last: Option<&RecordedConsent>| {
            let said = |of: fn(&Consent) -> Wish| last.map_or(Wish::Unknown, |last| of(&last.consent));
            CaseConsent { reanalysis: said(|consent| consent.reanalysis), recontact: said(|consent| consent.recontact) }
        };
        Ok(history.map(|history| wishes(history.last())))
    }

    /// Records that a laboratory opens its cases without identity to another one, as far as consent
    /// allows, or does so no longer.
    ///
    /// # Errors
    /// When it is the same laboratory, or the record fails.
    pub async fn set_agreement(
        &self,
        laboratory: LaboratorySerial,
        partner: LaboratorySerial,
        in_force: bool,
        user: Option<UserId>,
    ) -> Result<(), NodeError> {
        if laboratory == partner {
            return Err(NodeError::Refused("an agreement is between two laboratories".to_owned()));
        }
        let mut writer = self.store().write().await?;
        let (entry, _) = writer.enter(self.now()).await?;
        agreement::set(&mut writer, entry, laboratory, partner, in_force, user).await?;
        Ok(writer.commit().await?)
    }

    /// The laboratories to which a laboratory opens its cases.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn partners(&self, laboratory: LaboratorySerial) -> Result<Vec<RecordedLaboratory>, NodeError> {
        let mut reader = self.store().read().await?;
        let partners = agreement::partners_of(&mut reader, laboratory).await?;
        Ok(cairn_store::laboratory::by_serials(&mut reader, &partners).await?)
    }

    /// The laboratories that a consent may name, by their ids.
    ///
    /// # Errors
    /// When one is not known here.
    pub async fn recipients(&self, names: &[String]) -> Result<std::collections::BTreeSet<LaboratoryId>, NodeError> {
        let mut ids = std::collections::BTreeSet::new();
        for name in names {
            ids.insert(self.laboratory(name).await?.laboratory.id);
        }
        Ok(ids)
    }
}

/// What the ledger says of a step.
fn event(laboratory: LaboratorySerial, case: CaseSerial, consent: &Consent, version: u32) -> Event {
    let kind = if consent.standing == Standing::Withdrawn { Kind::Withdraw } else { Kind::Consent };
    let event = Event::new(kind).about(case).by(laboratory).with("version", u64::from(version));
    event.with("step", consent.standing.code())
}

fn refused(error: StepError) -> NodeError {
    NodeError::Refused(error.to_string())
}
