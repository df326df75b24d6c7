//! How a laboratory curates: signatures it asks for, its usual guideline, its templates.

use super::{Actor, CurationError};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::curation::{Filling, Refusal, fill};
use cairn_core::guideline::Guidelines;
use cairn_core::user::UserRole;
use cairn_store::curation as record;
use cairn_store::serial::LaboratorySerial;
use serde::{Deserialize, Serialize};

/// Templates of one laboratory.
const MOST_TEMPLATES: usize = 50;

/// How a laboratory curates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurationSetting {
    /// Signatures under a classification: 1 or 2.
    pub signatures: u8,
    /// The guideline that a new draft begins with.
    pub guideline: String,
    /// How the laboratory collects what it classifies, in ClinVar's words; empty: not said.
    pub method: String,
    /// Templates of the summary.
    pub templates: Vec<SummaryTemplate>,
}

/// A template of the summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryTemplate {
    /// What the laboratory calls it.
    pub name: String,
    /// The text with placeholders.
    pub text: String,
}

impl Default for CurationSetting {
    fn default() -> Self {
        let template = |name: &str, text: &str| SummaryTemplate { name: name.to_owned(), text: text.to_owned() };
        Self {
            signatures: 2,
            guideline: "acmg-amp-svi@2020".to_owned(),
            method: "clinical testing".to_owned(),
            templates: vec![
                template(
                    "Report",
                    "The variant {variant} in {gene} ({protein}) was evaluated for {condition} ({inheritance}). \
                     Criteria met: {criteria}. Looked at and not met: {not_met}.\n{evidence}\n\
                     Under {guideline} the variant is classified as {class} ({rule}).",
                ),
                template("Short", "{class} for {condition} under {guideline}: {criteria}."),
            ],
        }
    }
}

impl Node {
    /// How a laboratory curates, as it last said.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn curation_setting(&self, laboratory: LaboratorySerial) -> Result<CurationSetting, NodeError> {
        let mut reader = self.store().read().await?;
        let found = record::setting(&mut reader, laboratory).await?;
        Ok(found.map(|(_, setting)| setting).unwrap_or_default())
    }

    /// Says how the actor's laboratory curates from now on.
    ///
    /// # Errors
    /// When the actor is not its head, or a value is wrong.
    pub async fn set_curation(&self, actor: &Actor, setting: &CurationSetting) -> Result<(), CurationError> {
        let head = UserRole::LaboratoryHead;
        if actor.user.role != head {
            let (role, what) = (actor.user.role.label(), "say how the laboratory curates");
            return Err(Refusal::Role { role, what, who: head.label() }.into());
        }
        check(setting, &self.known_guidelines().await?)?;
        let mut writer = self.store().write().await?;
        record::set(&mut writer, actor.laboratory.serial, setting, actor.user.id, self.now()).await?;
        Ok(writer.commit().await?)
    }
}

fn check(setting: &CurationSetting, known: &Guidelines) -> Result<(), CurationError> {
    if !(1..=2).contains(&setting.signatures) {
        return Err(CurationError::field("signatures", "one or two signatures can be asked for"));
    }
    known.find(&setting.guideline).map_err(|error| CurationError::field("guideline", error.to_string()))?;
    if setting.templates.len() > MOST_TEMPLATES {
        return Err(CurationError::field("templates", format!("{MOST_TEMPLATES} templates at most")));
    }
    for template in &setting.templates {
        let name = template.name.trim();
        let twice = setting.templates.iter().filter(|other| other.name.trim() == name).count() > 1;
        if name.is_empty() || twice {
            return Err(CurationError::field("templates", "each template needs a name of its own"));
        }
        fill(&template.text, &Filling::default())?;
    }
    Ok(())
}
