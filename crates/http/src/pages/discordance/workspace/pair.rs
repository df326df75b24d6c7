//! Two statements of a difference compared closely.

use super::rows::{versioned, written};
use crate::app::App;
use crate::mark::Mark;
use crate::pages::frame::PageError;
use crate::view::citation::CitationView;
use cairn_core::accession::VersionedAccession;
use cairn_core::classification::Classification;
use cairn_core::discordance::Difference;
use cairn_node::discordance::DiscordanceView;
use cairn_node::discordance::view::MemberView;
use cairn_store::entry::AsOf;
use serde::Deserialize;

/// Which two statements are compared closely.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pair {
    /// `CRN000001.2`
    a: String,
    /// `CRN000002.1`
    b: String,
}

/// Two statements compared closely.
pub(super) struct PairRow {
    pub(super) a: String,
    pub(super) b: String,
    pub(super) sides: Vec<SideRow>,
    pub(super) explained: Vec<(String, String)>,
    pub(super) cited: Vec<(String, Vec<CitationView>)>,
    pub(super) notes: Vec<&'static str>,
}

pub(super) struct SideRow {
    pub(super) laboratory: String,
    pub(super) stated: Mark,
    pub(super) guideline: String,
    pub(super) own: Option<Mark>,
    pub(super) others: Option<Mark>,
}

/// The two statements asked for; else the most and the least severe that list criteria.
pub(super) async fn closely(
    app: &App,
    view: &DiscordanceView,
    as_of: AsOf,
    asked: &Pair,
    names: &[(VersionedAccession, String)],
) -> Result<Option<PairRow>, PageError> {
    let member = |text: &str| {
        let asked: VersionedAccession = text.parse().ok()?;
        view.members.iter().find(|member| versioned(member) == asked)
    };
    let mut order: Vec<&MemberView> = view.members.iter().collect();
    order.sort_by_key(|member| {
        let body = &member.statement.statement.body;
        (body.criteria.is_empty(), body.classification)
    });
    let with: Vec<&&MemberView> =
        order.iter().filter(|member| !member.statement.statement.body.criteria.is_empty()).collect();
    let first = member(&asked.a).or_else(|| order.first().copied());
    let last = member(&asked.b).or_else(|| {
        let severe = first?.statement.statement.body.classification;
        let other = |member: &&&MemberView| {
            cairn_core::discordance::side(member.statement.statement.body.classification)
                != cairn_core::discordance::side(severe)
        };
        let listed = with.iter().rev().map(|member| **member).find(|member| other(&member));
        listed.or_else(|| order.iter().rev().copied().find(|member| other(&member))).or_else(|| order.last().copied())
    });
    let (Some(a), Some(b)) = (first, last) else { return Ok(None) };
    let (a, b) = (versioned(a), versioned(b));
    let Some(difference) = app.node.discordance_difference(a, b, as_of).await? else { return Ok(None) };
    let name = |wanted: VersionedAccession| {
        names.iter().find(|(one, _)| *one == wanted).map(|(_, name)| name.clone()).unwrap_or_default()
    };
    Ok(Some(pair_row((written(a), name(a)), (written(b), name(b)), difference)))
}

fn pair_row((a, name_a): (String, String), (b, name_b): (String, String), found: Difference) -> PairRow {
    let side = |laboratory: &str, side: &cairn_core::discordance::SideClass| SideRow {
        laboratory: laboratory.to_owned(),
        stated: Mark::Full(side.stated),
        guideline: match (&side.guideline, &side.run) {
            (Some(stated), Some(run)) => {
                format!("{stated} (run as {run}{})", if side.is_assumed { ", assumed" } else { "" })
            }
            (None, Some(run)) => format!("not stated; {run} assumed"),
            (Some(stated), None) => format!("{stated}, which is not loaded"),
            (None, None) => "not stated".to_owned(),
        },
        own: side.computed.map(Mark::Full),
        others: side.with_others_criteria.map(Mark::Full),
    };
    let becomes = |name: &str, class: Option<Classification>| {
        class.map(|class| format!("{name} would be {}", class.label().to_lowercase()))
    };
    let explained = found.explained.iter().map(|one| {
        let changes = [becomes(&name_a, one.a_becomes), becomes(&name_b, one.b_becomes)];
        let changes: Vec<String> = changes.into_iter().flatten().collect();
        let end = if one.reconciles { "; that alone would reconcile them" } else { "" };
        (one.code.clone(), format!("{}{end}", changes.join("; ")))
    });
    let citations = |all: &[cairn_core::citation::Citation]| all.iter().map(CitationView::from).collect::<Vec<_>>();
    let cited = [
        (format!("Only {name_a} cites"), citations(&found.cited_by_a)),
        (format!("Only {name_b} cites"), citations(&found.cited_by_b)),
        ("Both cite".to_owned(), citations(&found.cited_by_both)),
    ];
    let mut notes = Vec::new();
    if !found.same_condition {
        notes.push("They are not about the same condition or mode of inheritance, as written.");
    }
    if !found.same_guideline {
        notes.push("They do not name the same guideline.");
    }
    PairRow {
        sides: vec![side(&name_a, &found.a), side(&name_b, &found.b)],
        explained: explained.collect(),
        cited: cited.into_iter().filter(|(_, cited)| !cited.is_empty()).collect(),
        notes,
        a,
        b,
    }
}
