//! The statements that differ, their criteria side by side, and why their variants are compared as one.

use super::People;
use super::said::{FlagView, flag};
use crate::lookup::statement::{StatementView, view};
use cairn_core::criterion::Criterion;
use cairn_core::equivalence;
use cairn_core::id::VariantId;
use cairn_store::discordance::{self, Flag};
use cairn_store::entry::AsOf;
use cairn_store::serial::{StatementSerial, VariantSerial};
use cairn_store::{Connection, StoreError, statement, variant};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// By which rule variants are compared as one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EquivalenceView {
    /// Version of the rule.
    pub version: String,
    /// The rule in words.
    pub text: String,
    /// Where it comes from; empty for identity.
    pub source: String,
    /// The variants with names, and why each belongs; one variant alone gives no reason.
    pub variants: Vec<ComparedVariant>,
}

/// A variant among those compared as one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedVariant {
    /// Its id.
    pub variant: VariantId,
    /// Its best name.
    pub label: String,
    /// Why it belongs; empty for the first.
    pub why: String,
}

/// A statement that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MemberView {
    /// The version that takes part.
    #[serde(flatten)]
    pub statement: StatementView,
    /// Whether the laboratory has a later version.
    pub is_superseded: bool,
    /// Whether it is the view of an expert panel or a guideline, by its review status.
    pub is_expert_panel: bool,
    /// Doubts about its versions.
    pub flags: Vec<FlagView>,
}

/// A criterion over all members.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CriterionRow {
    /// Its code.
    pub code: String,
    /// What each member says of it, in the order of the members; `None`: nothing.
    pub cells: Vec<Option<Criterion>>,
    /// Whether they say different things.
    pub differs: bool,
}

pub(super) async fn members(
    connection: &mut Connection,
    listed: &[discordance::Member],
    flags: &[Flag],
    current: &HashMap<StatementSerial, u32>,
    people: &People,
    as_of: AsOf,
) -> Result<Vec<MemberView>, StoreError> {
    let mut recorded = Vec::new();
    for one in listed {
        recorded.extend(statement::at_version(connection, one.statement, Some(one.version), as_of).await?);
    }
    let serials: Vec<StatementSerial> = recorded.iter().map(|one| one.serial).collect();
    let views = view(connection, recorded).await?;
    let member = |(statement, serial): (StatementView, StatementSerial)| {
        let status = statement.statement.body.review_status.as_deref().unwrap_or_default().to_ascii_lowercase();
        MemberView {
            is_superseded: current.get(&serial).is_some_and(|now| *now > statement.statement.version),
            is_expert_panel: status.contains("expert panel") || status.contains("practice guideline"),
            flags: flags.iter().filter(|f| f.statement.0 == serial).filter_map(|f| flag(f, people)).collect(),
            statement,
        }
    };
    Ok(views.into_iter().zip(serials).map(member).collect())
}

pub(super) fn matrix(members: &[MemberView]) -> Vec<CriterionRow> {
    let criteria = |member: &MemberView| member.statement.statement.body.criteria.clone();
    let codes: BTreeSet<String> = members.iter().flat_map(criteria).map(|criterion| criterion.code).collect();
    let row = |code: String| {
        let cells: Vec<Option<Criterion>> =
            members.iter().map(|member| criteria(member).into_iter().rfind(|c| c.code == code)).collect();
        let differs = cells.windows(2).any(|pair| pair[0] != pair[1]);
        CriterionRow { code, cells, differs }
    };
    codes.into_iter().map(row).collect()
}

pub(super) async fn equivalence_view(
    connection: &mut Connection,
    first: VariantSerial,
    compared: Vec<(VariantSerial, String)>,
) -> Result<EquivalenceView, StoreError> {
    let compared = if compared.is_empty() { vec![(first, String::new())] } else { compared };
    let serials: Vec<_> = compared.iter().map(|(serial, _)| *serial).collect();
    let mut why: HashMap<_, _> = compared.into_iter().collect();
    let recorded = variant::by_serials(connection, &serials).await?;
    let rule = equivalence::current();
    let kind = recorded.first().map(|one| one.kind.as_str()).unwrap_or_default();
    let (text, source) = match (recorded.len(), kind) {
        (0 | 1, _) => (&rule.small, ""),
        (_, "exon_event") => (&rule.exons.text, rule.exons.source.as_str()),
        (_, "fusion") => (&rule.fusion.text, rule.fusion.source.as_str()),
        _ => (&rule.structural.text, rule.structural.source.as_str()),
    };
    let variants = recorded
        .into_iter()
        .map(|one| ComparedVariant {
            variant: one.id,
            label: one.label,
            why: why.remove(&one.serial).unwrap_or_default(),
        })
        .collect();
    Ok(EquivalenceView { version: rule.version.clone(), text: text.clone(), source: source.to_owned(), variants })
}
