//! What a laboratory means by its own words for a condition: suggested by the machine, confirmed by
//! a person, remembered by the node, taken back by another version.

use super::act::{ActError, Actor};
use super::line::{PersonName, people};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::curie::Curie;
use cairn_reference::condition::ConditionName;
use cairn_store::condition_naming::{self, Naming};
use cairn_store::fold::fold;
use cairn_store::serial::{LaboratorySerial, VariantSerial};
use cairn_store::{StoreError, discordance, entry, statement, variant};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// Suggestions for one text.
const SUGGESTIONS: usize = 5;

/// What a laboratory confirmed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConditionNaming {
    /// The words as written.
    pub text: String,
    /// The version; whoever changes it says which one they saw, 0 for none.
    pub version: u32,
    /// What is meant; `None`: it was taken back.
    pub id: Option<Curie>,
    /// Its name when it was confirmed.
    pub label: String,
    /// Who confirmed it.
    pub who: Option<PersonName>,
    /// When.
    pub when: Timestamp,
}

/// Words without an identifier that a laboratory's statements use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnnamedCondition {
    /// The words.
    pub text: String,
    /// Statements that use them.
    pub statements: u64,
    /// The condition that the loaded vocabularies know by exactly these words.
    pub known_as: Option<Suggestion>,
    /// What the laboratory confirmed.
    pub naming: Option<ConditionNaming>,
    /// What may be meant, the likeliest first; none where it is known.
    pub suggestions: Vec<Suggestion>,
}

/// A condition that may be meant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// MONDO where it has a term there.
    pub id: String,
    /// Its name.
    pub label: String,
    /// Other identifiers that mean the same.
    pub equivalents: Vec<String>,
    /// How like the words its nearest name is, 0 to 100.
    pub score: u8,
}

impl Node {
    /// Conditions whose names are like these words, the likeliest first. An identifier in the text
    /// gives its condition.
    pub fn suggest_conditions(&self, text: &str, limit: usize) -> Vec<Suggestion> {
        let known = self.reference().conditions();
        let by_id = text.split(|c: char| c.is_whitespace() || ",;()".contains(c)).find_map(|word| known.find(word));
        if let Some(found) = by_id.filter(|_| text.contains(':')) {
            return vec![suggestion(found, 100)];
        }
        known.similar(text, limit).into_iter().map(|(score, found)| suggestion(found, score)).collect()
    }

    /// The words without an identifier that a laboratory's statements use, the most frequent first.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn unnamed_conditions(
        &self,
        laboratory: LaboratorySerial,
        limit: u32,
    ) -> Result<Vec<UnnamedCondition>, NodeError> {
        let namings = self.condition_namings(laboratory).await?;
        let namings: HashMap<String, ConditionNaming> =
            namings.into_iter().map(|naming| (fold(&naming.text), naming)).collect();
        let mut reader = self.store().read().await?;
        let texts = condition_naming::free_texts(&mut reader, laboratory, limit).await?;
        drop(reader);
        let describe = |found: condition_naming::FreeCondition| {
            let known_as = self.reference().conditions().named(&found.name).map(|known| suggestion(known, 100));
            let naming = namings.get(&fold(&found.name)).cloned();
            let is_open = known_as.is_none() && naming.as_ref().is_none_or(|naming| naming.id.is_none());
            let suggestions = if is_open { self.suggest_conditions(&found.name, SUGGESTIONS) } else { Vec::new() };
            UnnamedCondition { text: found.name, statements: found.statements, known_as, naming, suggestions }
        };
        Ok(texts.into_iter().map(describe).collect())
    }

    /// What a laboratory confirmed, those taken back too, by text.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn condition_namings(&self, laboratory: LaboratorySerial) -> Result<Vec<ConditionNaming>, NodeError> {
        let mut reader = self.store().read().await?;
        let all = condition_naming::of_laboratories(&mut reader, &[laboratory]).await?;
        let who = people(&mut reader, all.iter().map(|naming| naming.by)).await?;
        Ok(all.into_iter().map(|naming| view(naming, &who)).collect())
    }

    /// Confirms what the laboratory's words mean, or takes it back. The statements that use them are
    /// compared anew in the same transaction.
    ///
    /// # Errors
    /// When the role only reads, the condition is not known here, or somebody changed it meanwhile.
    pub async fn name_condition(
        &self,
        actor: &Actor,
        text: &str,
        id: Option<Curie>,
        seen: u32,
    ) -> Result<ConditionNaming, ActError> {
        if !actor.role.may_contribute() {
            return Err(ActError::NotAParty);
        }
        if fold(text).is_empty() {
            return Err(ActError::Refused("say which words are meant".to_owned()));
        }
        let label = match &id {
            None => String::new(),
            Some(id) => match self.reference().conditions().find(id.as_str()) {
                Some(found) => found.label.clone(),
                None => return Err(ActError::Refused(format!("no loaded vocabulary knows `{id}`"))),
            },
        };
        let mut writer = self.store().write().await?;
        let by = discordance::account(&mut writer, actor.user).await?.ok_or(ActError::NotAParty)?;
        let history = condition_naming::history(&mut writer, actor.laboratory, text).await?;
        let now = history.last().map_or(0, |last| last.version);
        if now != seen {
            return Err(ActError::ChangedMeanwhile { now });
        }
        let (entry, recorded) = writer.enter(self.now()).await?;
        condition_naming::add(&mut writer, entry, actor.laboratory, text, now + 1, id.as_ref(), &label, by).await?;
        let touched = touched(&mut writer, actor.laboratory, text).await?;
        let variants: Vec<VariantSerial> = touched.iter().copied().collect();
        crate::aggregate::regroup(&mut writer, self, entry, &variants).await?;
        super::find::look_at(&mut writer, self, (entry, recorded), touched).await?;
        let last = condition_naming::history(&mut writer, actor.laboratory, text).await?.pop();
        let who = people(&mut writer, last.iter().map(|naming| naming.by)).await?;
        writer.commit().await?;
        last.map(|naming| view(naming, &who)).ok_or(ActError::NotFound)
    }
}

/// The variants of the laboratory's statements that use these words.
async fn touched(
    writer: &mut cairn_store::Writer,
    laboratory: LaboratorySerial,
    text: &str,
) -> Result<BTreeSet<VariantSerial>, StoreError> {
    let as_of = entry::now(writer).await?;
    let mut touched = BTreeSet::new();
    for (serial, version) in condition_naming::statements(writer, laboratory, text).await? {
        if let Some(found) = statement::at_version(writer, serial, Some(version), as_of).await? {
            touched.insert(variant::unify(writer, found.variant).await?);
        }
    }
    Ok(touched)
}

fn suggestion(found: &ConditionName, score: u8) -> Suggestion {
    let mondo = found.equivalents.iter().find(|id| id.starts_with("MONDO:")).unwrap_or(&found.id).clone();
    let equivalents = found.equivalents.iter().filter(|id| **id != mondo).cloned().collect();
    Suggestion { id: mondo, label: found.label.clone(), equivalents, score }
}

fn view(naming: Naming, who: &HashMap<cairn_store::serial::AccountSerial, PersonName>) -> ConditionNaming {
    ConditionNaming {
        text: naming.text,
        version: naming.version,
        id: naming.curie,
        label: naming.label,
        who: who.get(&naming.by).cloned(),
        when: naming.recorded,
    }
}
