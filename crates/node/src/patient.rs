//! What a tested person sees of their case and may do, by a code that their laboratory handed out.
//!
//! A code has 16 characters that are not mistaken for each other, 80 random bits. The record keeps a keyed digest of it.
//! It opens a page for a short time; the page shows who used the person's data, when, for what, under which version of
//! consent, and takes a step of consent, which the laboratory is told of.

use crate::consent::By;
use crate::consent::diseases::KnownDiseases;
use crate::error::NodeError;
use crate::ledger::open_entry;
use crate::node::Node;
use cairn_core::consent::{Consent, Scope};
use cairn_core::id::{CaseId, UserId};
use cairn_core::tier::Tier;
use cairn_ledger::cbor::Value;
use cairn_ledger::leaf::Kind;
use cairn_ledger::receipt::Receipt;
use cairn_store::consent::RecordedConsent;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::ledger::{entries_of_case, shard};
use cairn_store::patient::{self, PatientCode};
use cairn_store::recall::{self, PeerRecall, Recall};
use cairn_store::serial::{CaseSerial, LaboratorySerial, LedgerSerial};
use cairn_store::{case, consent, entry, laboratory};
use jiff::{SignedDuration, Timestamp};

/// How long a code opens the page.
pub const CODE_DAYS: i64 = 90;
/// How long an opened page stays open.
pub const OPEN: SignedDuration = SignedDuration::from_mins(30);
/// Letters of a code: Crockford's 32, without I, L, O, U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters in a code.
const LENGTH: usize = 16;

/// A code on its way to the person; nobody can be told it again.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCode {
    /// In groups of four.
    pub code: String,
    /// Until when it opens the page.
    pub ends: Timestamp,
}

/// One thing that was done with the person's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Its place in the ledger; names it on the page.
    pub entry: LedgerSerial,
    /// When.
    pub moment: Timestamp,
    /// What.
    pub kind: Kind,
    /// By whom, where the ledger says so.
    pub who: Option<String>,
    /// Whether that is another node, which is given statements and never a case.
    pub is_other_node: bool,
    /// What for, as the ledger's word.
    pub purpose: Option<String>,
    /// The step of consent, where it was one.
    pub step: Option<String>,
    /// The version of the consent that was in force.
    pub consent: Option<u32>,
}

/// The page of a tested person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientView {
    /// The laboratory.
    pub laboratory: String,
    /// Whether the case was erased.
    pub is_erased: bool,
    /// The versions of the consent, the first first.
    pub consents: Vec<RecordedConsent>,
    /// What was done, the newest first.
    pub uses: Vec<Use>,
    /// Who was told that the case was taken back.
    pub recalls: Vec<Recall>,
    /// Other nodes that were given statements which the case stands behind.
    pub peers: Vec<PeerRecall>,
}

impl PatientView {
    /// The consent as it stands.
    pub fn current(&self) -> Consent {
        self.consents.last().map_or_else(Consent::none, |last| last.consent.clone())
    }
}

impl std::fmt::Debug for NewCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewCode")
    }
}

/// A code as typed, in the letters it is made of; `None` when it can be none.
fn normal(typed: &str) -> Option<String> {
    let letters = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(2 * LENGTH).map(|c| {
        match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        }
    });
    let code: String = letters.collect();
    let is_one = code.len() == LENGTH && code.bytes().all(|byte| LETTERS.contains(&byte));
    is_one.then_some(code)
}

impl Node {
    fn code_digest(&self, code: &str) -> String {
        self.keys().blind("patient code", "", code)
    }

    /// Makes a code for the tested person of a laboratory's case; codes from before end. `None` when it has no such case.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn make_patient_code(
        &self,
        laboratory: LaboratorySerial,
        id: CaseId,
        user: Option<UserId>,
    ) -> Result<Option<NewCode>, NodeError> {
        let Some(case) = self.own_case(laboratory, id).await? else { return Ok(None) };
        let random = (self.world().random)();
        let letters = (0..LENGTH).map(|at| char::from(LETTERS[(random >> (5 * at)) as usize & 31]));
        let code: String = letters.collect();
        let (made, uid) = (self.now(), format!("{:032x}", (self.world().random)()));
        let ends = made + SignedDuration::from_hours(24 * CODE_DAYS);
        let mut writer = self.store().write().await?;
        patient::add_code(&mut writer, case, (&uid, &self.code_digest(&code)), (made, ends), user).await?;
        writer.commit().await?;
        let groups: Vec<&str> = (0..LENGTH / 4).map(|at| &code[4 * at..4 * at + 4]).collect();
        Ok(Some(NewCode { code: groups.join("-"), ends }))
    }

    /// Ends the codes of a laboratory's case and the pages opened with them; how many were in force comes back.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn revoke_patient_codes(&self, laboratory: LaboratorySerial, id: CaseId) -> Result<u64, NodeError> {
        let Some(case) = self.own_case(laboratory, id).await? else { return Ok(0) };
        let mut writer = self.store().write().await?;
        let ended = patient::revoke(&mut writer, case, self.now()).await?;
        writer.commit().await?;
        Ok(ended)
    }

    /// The codes of a laboratory's case, the newest first.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn patient_codes(&self, laboratory: LaboratorySerial, id: CaseId) -> Result<Vec<PatientCode>, NodeError> {
        let Some(case) = self.own_case(laboratory, id).await? else { return Ok(Vec::new()) };
        Ok(patient::codes(&mut *self.store().read().await?, case).await?)
    }

    /// Opens the page with what somebody typed, under the digest of a cookie; whether it was a code in force comes back.
    /// A code that is unknown, wrong, over or revoked is all the same, and takes the same way.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn open_patient_page(&self, typed: &str, session: &str) -> Result<bool, NodeError> {
        let code = normal(typed).unwrap_or_default();
        let digest = self.code_digest(&code);
        let now = self.now();
        let mut writer = self.store().write().await?;
        let is_open = patient::open(&mut writer, &digest, session, (now, now + OPEN)).await?;
        writer.commit().await?;
        Ok(is_open)
    }

    /// Closes an opened page.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn close_patient_page(&self, session: &str) -> Result<(), NodeError> {
        let mut writer = self.store().write().await?;
        patient::close(&mut writer, session).await?;
        Ok(writer.commit().await?)
    }

    /// The case of an opened page; `None` when the page is closed.
    async fn of_page(&self, session: &str) -> Result<Option<(CaseSerial, RecordedLaboratory)>, NodeError> {
        let mut reader = self.store().read().await?;
        let Some((case, owner)) = patient::case_of(&mut reader, session, self.now()).await? else { return Ok(None) };
        let owner = laboratory::by_serials(&mut reader, &[owner]).await?.pop();
        Ok(owner.map(|owner| (case, owner)))
    }

    /// What an opened page shows; `None` when it is closed.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn patient_view(&self, session: &str) -> Result<Option<PatientView>, NodeError> {
        let Some((case, owner)) = self.of_page(session).await? else { return Ok(None) };
        let mut reader = self.store().read().await?;
        let as_of = entry::now(&mut reader).await?;
        let is_erased = case::by_serial(&mut reader, self.keys(), case, as_of).await?.is_none();
        let consents = consent::history(&mut reader, case).await?;
        let entries = entries_of_case(&mut reader, case).await?;
        let recalls = recall::of_case(&mut reader, case).await?;
        let peers = recall::peers_of_case(&mut reader, case).await?;
        drop(reader);
        let mut uses = Vec::with_capacity(entries.len());
        for found in entries.iter().rev() {
            let Ok(kind) = found.kind.parse::<Kind>() else { continue };
            let opening = open_entry(self, found).await?;
            let body = opening.and_then(|opening| Value::read(&opening.body).ok());
            let said = |name: &str| body.as_ref().and_then(|body| body.get(name)?.as_text().map(str::to_owned));
            let in_force = consents.iter().rev().find(|version| version.recorded <= found.moment);
            uses.push(Use {
                entry: found.serial,
                moment: found.moment,
                kind,
                is_other_node: said("peer").is_some(),
                who: said("laboratory").or_else(|| said("peer")),
                purpose: said("purpose"),
                step: said("step"),
                consent: in_force.map(|version| version.version),
            });
        }
        Ok(Some(PatientView { laboratory: owner.laboratory.name, is_erased, consents, uses, recalls, peers }))
    }

    /// The proof that the ledger holds one thing that was done, with what it was about, as a file that needs no network to
    /// be checked; `None` when the page is closed, the entry is about somebody else, or waits for its checkpoint.
    ///
    /// # Errors
    /// When the record or the ledger's tiles fail.
    pub async fn patient_proof(&self, session: &str, entry: LedgerSerial) -> Result<Option<Receipt>, NodeError> {
        let Some((case, _)) = self.of_page(session).await? else { return Ok(None) };
        let (found, shards) = {
            let mut reader = self.store().read().await?;
            (entries_of_case(&mut reader, case).await?, shard::all(&mut reader).await?)
        };
        let Some(found) = found.into_iter().find(|found| found.serial == entry) else { return Ok(None) };
        let placed = shards.iter().find_map(|shard| Some((shard, shard.index_of(entry)?)));
        let Some((shard, index)) = placed else { return Ok(None) };
        let opening = open_entry(self, &found).await?;
        let receipt = self.ledger_receipt(shard, index, None).await?;
        Ok(receipt.map(|receipt| Receipt { opening, ..receipt }))
    }

    /// Takes a step of consent for the person of an opened page: narrowed to what stays in their own laboratory's network
    /// by variant, or withdrawn. `false` when the page is closed.
    ///
    /// # Errors
    /// When there is nothing to narrow or withdraw, or the record fails.
    pub async fn patient_step(&self, session: &str, step: PatientChoice) -> Result<bool, NodeError> {
        let Some((case, owner)) = self.of_page(session).await? else { return Ok(false) };
        let uid = case::uid_of(&mut *self.store().read().await?, case).await?;
        let Some(id) = uid.and_then(|uid| uid.parse::<CaseId>().ok()) else { return Ok(false) };
        let diseases = KnownDiseases(self.reference().conditions());
        let taken = self.step(&owner, id, By::Patient, |before| match step {
            PatientChoice::Withdraw => before.withdraw(None),
            PatientChoice::NoSharing => {
                let fewer = fewer(&before);
                before.narrow(fewer, None, &diseases)
            }
        });
        Ok(taken.await?.is_some())
    }
}

/// What a tested person may decide on their page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatientChoice {
    /// Other laboratories see the case itself no more; the variant may still be counted.
    NoSharing,
    /// Everything is taken back.
    Withdraw,
}

/// The scopes without those that let others see the case itself.
pub fn fewer(consent: &Consent) -> Vec<Scope> {
    consent.scopes.iter().filter(|scope| scope.tier != Tier::One).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        assert_eq!(normal("abcd-efgh 1234-5678").as_deref(), Some("ABCDEFGH12345678"));
        assert_eq!(normal("OiLo-0000-0000-0000").as_deref(), Some("0110000000000000"));
        for none in ["", "ABCD", "ABCD-EFGH-1234-567U", "ABCD-EFGH-1234-56789"] {
            assert_eq!(normal(none), None, "{none}");
        }
    }
}
