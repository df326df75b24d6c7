//! The sheet on which a gene is weighed against a disease; it saves itself as the grid does.

use super::form::Wrong;
use super::new::modes;
use super::rows::{FieldView, HistoryRow, history};
use super::show::{SignView, sign};
use super::validity::difference;
use super::{actor, id, sentence};
use crate::app::Shared;
use crate::pages::frame::{Frame, Page, PageError};
use crate::person::{Person, SignedIn};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use cairn_core::curation::{Cut, VALIDITY_KINDS, guideline_of, weigh_validity};
use cairn_core::guideline::gene_validity::{KindCap, ValidityClass, kind_caps};
use cairn_node::curation::DraftReport;
use cairn_reference::validity::ValidityAssertion;

#[derive(Template)]
#[template(path = "validity_sheet.html")]
pub(super) struct SheetPage {
    pub frame: Frame,
    pub view: SheetView,
    /// Keys of the fields to show; none: all.
    pub keys: Vec<String>,
}

/// Only what changed, for `drafts.js`.
#[derive(Template)]
#[template(path = "validity_part.html")]
pub(super) struct SheetPart {
    pub frame: Frame,
    pub view: SheetView,
    /// Keys of the fields to bring up to date.
    pub keys: Vec<String>,
}

/// A sheet as its page shows it.
pub(super) struct SheetView {
    pub id: String,
    symbol: String,
    pub revision: u32,
    class: String,
    rule: String,
    problem: Option<String>,
    gaps: Vec<String>,
    total: String,
    cuts: Vec<String>,
    editable: bool,
    locked: String,
    state: String,
    condition: FieldView,
    condition_name: String,
    condition_ids: String,
    inheritance: FieldView,
    modes: Vec<(&'static str, &'static str, bool)>,
    kinds: Vec<KindRow>,
    replicated: FieldView,
    is_replicated: bool,
    call: FieldView,
    classes: Vec<(&'static str, bool)>,
    rationale: String,
    summary: FieldView,
    summary_text: String,
    contested: Vec<String>,
    sign: SignView,
    history: Vec<HistoryRow>,
    /// What the page has just done, or could not do.
    pub told: Option<String>,
    /// What others changed while the page was open.
    pub others: Vec<String>,
    /// Fields that could not be kept.
    pub wrong: usize,
    beside: Vec<ValidityAssertion>,
    difference: String,
}

/// A kind of evidence on the sheet.
struct KindRow {
    field: FieldView,
    words: &'static str,
    genetic: bool,
    points: String,
    note: String,
    /// The most that it gives, and where that was read.
    most: (String, String),
}

/// `GET /genes/{symbol}/validity/{id}`
pub async fn sheet(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path((_, draft)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let report = app.node.draft(&actor(&person), id(&draft)?).await?;
    Ok(page(&app, &person, &report, &[], None).into_response())
}

/// The whole page, with what could not be kept and what was just done.
pub(super) fn page(
    app: &Shared,
    person: &Person,
    report: &DraftReport,
    wrong: &[Wrong],
    told: Option<String>,
) -> Page<SheetPage> {
    let view = SheetView { told, ..view(app, report, wrong) };
    Page(SheetPage { frame: Frame::of(app, person, "drafts"), view, keys: Vec::new() })
}

/// The sheet of a weighing, whose gene its head names.
pub(super) fn view(app: &Shared, report: &DraftReport, wrong: &[Wrong]) -> SheetView {
    let symbol = match &report.head.subject {
        cairn_store::curation::Subject::Gene(gene) => gene.clone(),
        cairn_store::curation::Subject::Variant(_) => String::new(),
    };
    let beside: Vec<ValidityAssertion> = app.node.reference().validity().of_gene(&symbol).cloned().collect();
    let draft = &report.draft;
    let field = |key: &str| {
        let message = wrong.iter().find(|one| one.key == key).map(|one| sentence(&one.message));
        FieldView { wrong: message, ..FieldView::of(report, key) }
    };
    let weighed = weigh_validity(draft, &report.guidelines);
    let validity = weighed.as_ref().ok().and_then(|one| one.validity.as_ref().ok());
    let guideline = guideline_of(draft, &report.guidelines).ok();
    let caps = guideline.map(kind_caps).unwrap_or_default();
    let condition = draft.condition();
    let ids: Vec<String> = condition.ids.iter().map(ToString::to_string).collect();
    let kind = |(code, genetic, words): &(&str, bool, &'static str)| {
        let (points, note) = draft.validity_points(code);
        KindRow {
            field: field(&format!("validity:{code}")),
            words,
            genetic: *genetic,
            points: points.map(|points| points.to_string()).unwrap_or_default(),
            note: note.as_str().to_owned(),
            most: most(code, caps),
        }
    };
    let called = draft.expert_call().map(|call| call.class);
    let holds = validity.and_then(|one| one.class);
    let mut signing = sign(report);
    let gaps: Vec<String> = weighed.iter().flat_map(|one| &one.gaps).map(|gap| sentence(&gap.text)).collect();
    signing.sign = match (&report.permitted.sign, gaps.first()) {
        (Ok(_), Some(gap)) => Err(gap.clone()),
        (Ok(part), None) => Ok(part.label()),
        (Err(why), _) => Err(sentence(&why.to_string())),
    };
    SheetView {
        id: report.head.id.to_string(),
        symbol,
        revision: draft.revision,
        class: holds.map_or_else(|| "No class yet".to_owned(), |class| class.to_string()),
        rule: validity.map(|one| format!("{} ({})", one.rule, one.provenance)).unwrap_or_default(),
        problem: weighed.as_ref().ok().and_then(|one| one.validity.as_ref().err()).map(|why| sentence(why)),
        total: validity
            .map(|one| format!("{} genetic + {} experimental = {} points", one.genetic, one.experimental, one.total))
            .unwrap_or_default(),
        cuts: weighed.iter().flat_map(|one| &one.cuts).map(cut).collect(),
        gaps,
        editable: report.permitted.edit.is_ok(),
        locked: report.permitted.edit.as_ref().err().map(|why| sentence(&why.to_string())).unwrap_or_default(),
        state: super::list::state_of(report),
        condition: field("condition"),
        difference: difference(holds, &condition, &beside),
        condition_name: condition.name,
        condition_ids: ids.join(" "),
        inheritance: field("inheritance"),
        modes: modes()
            .into_iter()
            .map(|(code, words)| (code, words, draft.inheritance().is_some_and(|m| m.hpo() == code)))
            .collect(),
        kinds: VALIDITY_KINDS.iter().map(kind).collect(),
        replicated: field("replicated"),
        is_replicated: draft.is_replicated(),
        call: field("call"),
        classes: ValidityClass::ALL.iter().map(|class| (class.label(), called == Some(*class))).collect(),
        rationale: draft.expert_call().map(|call| call.rationale.clone()).unwrap_or_default(),
        summary: field("summary"),
        summary_text: draft.summary().to_owned(),
        contested: draft.conflicts().map(|slot| slot.change.label()).collect(),
        sign: signing,
        history: history(report),
        told: None,
        others: Vec::new(),
        wrong: wrong.len(),
        beside,
    }
}

/// The most that a kind of evidence gives: in words, and where that was read.
fn most(code: &str, caps: &[KindCap]) -> (String, String) {
    let Some(cap) = caps.iter().find(|cap| cap.kinds.iter().any(|kind| kind == code)) else {
        return ("its most is unspecified".to_owned(), String::new());
    };
    let others: Vec<&str> = cap.kinds.iter().filter(|kind| *kind != code).map(|kind| words_of(kind)).collect();
    let together = if others.is_empty() { String::new() } else { format!(" together with {}", others.join(", ")) };
    (format!("at most {}{together}", cap.max), cap.provenance.clone())
}

/// Points above the most, in words.
fn cut(cut: &Cut) -> String {
    let kinds: Vec<&str> = cut.cap.kinds.iter().map(|kind| words_of(kind)).collect();
    format!("{}: {} given, {} count", kinds.join(" and "), cut.given, cut.cap.max)
}

fn words_of(code: &str) -> &'static str {
    VALIDITY_KINDS.iter().find(|kind| kind.0 == code).map_or("another kind", |kind| kind.2)
}
