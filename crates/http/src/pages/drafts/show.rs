//! The page of a draft: the class as it stands first, then the grid, evidence, summary, signatures.

use super::form::Wrong;
use super::list::state_of;
use super::new::modes;
use super::rows::{EvidenceRow, FieldView, Group, HistoryRow, evidence, groups, history, left_behind};
use super::suggested::{Suggestions, suggestions};
use super::{actor, expression_of, id, sentence, when};
use crate::app::Shared;
use crate::mark::Mark;
use crate::pages::frame::{Frame, Page, PageError};
use crate::person::{Person, SignedIn};
use crate::view::guideline::rule_words;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::case::AlleleOrigin;
use cairn_core::classification::{Classification, Track};
use cairn_core::curation::{Assessment, Others, Stated, guideline_of};
use cairn_core::guideline::{Addition, GuidelineTrack, Next, Reason};
use cairn_node::curation::DraftReport;
use cairn_store::curation::Subject;

/// The page, and the parts of it that an autosave brings up to date.
#[derive(Template)]
#[template(path = "draft.html")]
pub(super) struct DraftPage {
    pub frame: Frame,
    pub view: DraftView,
    /// Keys of the fields to show; none: all.
    pub keys: Vec<String>,
}

/// Only what changed, for `drafts.js`.
#[derive(Template)]
#[template(path = "draft_part.html")]
pub(super) struct DraftPart {
    pub frame: Frame,
    pub view: DraftView,
    /// Keys of the fields to bring up to date.
    pub keys: Vec<String>,
}

/// Whether an evidence item is among the fields.
fn touches_evidence(keys: &[String]) -> bool {
    keys.iter().any(|key| key.starts_with("evidence:"))
}

/// A draft as its page shows it.
pub(super) struct DraftView {
    pub id: String,
    pub revision: u32,
    pub title: String,
    pub variant_link: String,
    pub genes: Vec<String>,
    pub protein: Option<String>,
    pub state: String,
    pub live: Live,
    pub editable: bool,
    pub locked: String,
    pub groups: Vec<Group>,
    pub suggested: Suggestions,
    pub left_behind: Vec<String>,
    pub is_points: bool,
    pub guideline: FieldView,
    pub guidelines: Vec<(String, String, bool)>,
    pub source: String,
    pub condition: FieldView,
    pub condition_name: String,
    pub condition_ids: String,
    pub inheritance: FieldView,
    pub modes: Vec<(&'static str, &'static str, bool)>,
    pub origin: FieldView,
    pub origins: Vec<(&'static str, &'static str, bool)>,
    pub evaluated: FieldView,
    pub evaluated_on: String,
    pub codes: Vec<String>,
    pub evidence: Vec<EvidenceRow>,
    pub summary: FieldView,
    pub summary_text: String,
    pub templates: Vec<String>,
    pub class: FieldView,
    pub classes: Vec<(&'static str, &'static str, bool)>,
    pub class_reason: String,
    pub contested: Vec<String>,
    pub wrong: Vec<Wrong>,
    pub sign: SignView,
    pub history: Vec<HistoryRow>,
    /// What the page has just done.
    pub told: Option<String>,
    /// What others changed while the page was open.
    pub others: Vec<String>,
}

/// The class as it stands.
#[derive(Default)]
pub(super) struct Live {
    pub mark: Option<Mark>,
    pub colour: &'static str,
    pub class: String,
    pub rule: String,
    pub provenance: String,
    pub points: Option<String>,
    pub conflict: Option<String>,
    pub reason: Option<String>,
    pub gaps: Vec<String>,
    pub next: Vec<String>,
    pub further: Vec<(String, String)>,
    pub ignored: Vec<String>,
    pub problem: Option<String>,
}

/// Who signed, and what the reader may do.
pub(super) struct SignView {
    pub signatures: Vec<String>,
    pub shared: Vec<String>,
    pub needs: u8,
    pub sign: Result<&'static str, String>,
    /// What others say: panels, all together, laboratories by class, the own other statements.
    pub say: Vec<(&'static str, String)>,
    /// From whom the class differs, which is to be confirmed.
    pub differs: Option<String>,
    pub send_back: bool,
    pub share: bool,
    pub share_inside: bool,
    pub withdraw: bool,
    pub reopen: bool,
}

/// `GET /drafts/{id}`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(draft): Path<String>,
) -> Result<Response, PageError> {
    let report = app.node.draft(&actor(&person), id(&draft)?).await?;
    // A weighing of a gene has its own page.
    if let Subject::Gene(gene) = &report.head.subject {
        return Ok(Redirect::to(&format!("{}/validity/{draft}", crate::address::gene(gene))).into_response());
    }
    Ok(page(&app, &person, &report, Vec::new(), None).await?.into_response())
}

/// The whole page, with what could not be read.
pub(super) async fn page(
    app: &Shared,
    person: &Person,
    report: &DraftReport,
    wrong: Vec<Wrong>,
    told: Option<String>,
) -> Result<Page<DraftPage>, PageError> {
    let suggested = suggestions(app, person, report).await?;
    let view = DraftView { told, ..view(report, wrong, suggested) };
    Ok(Page(DraftPage { frame: Frame::of(app, person, "drafts"), view, keys: Vec::new() }))
}

pub(super) fn view(report: &DraftReport, wrong: Vec<Wrong>, suggested: Suggestions) -> DraftView {
    let draft = &report.draft;
    let guideline = guideline_of(draft, &report.guidelines).ok();
    let condition = draft.condition();
    let field = |key: &str| {
        let message = wrong.iter().find(|one| one.key == key).map(|one| sentence(&one.message));
        FieldView { wrong: message, ..FieldView::of(report, key) }
    };
    let ids: Vec<String> = condition.ids.iter().map(ToString::to_string).collect();
    let mut all = guideline.map(|guideline| groups(report, guideline)).unwrap_or_default();
    let mut evidence = evidence(report);
    let rows = all.iter_mut().flat_map(|group| &mut group.rows).map(|row| &mut row.field);
    for field in rows.chain(evidence.iter_mut().map(|row| &mut row.field)) {
        field.wrong = wrong.iter().find(|one| one.key == field.key).map(|one| sentence(&one.message));
    }
    let variant = report.variant.as_ref();
    let track = guideline.map_or(GuidelineTrack::Germline, |guideline| guideline.track);
    let editable = report.permitted.edit.is_ok();
    DraftView {
        id: report.head.id.to_string(),
        revision: draft.revision,
        title: variant.map_or_else(String::new, |one| one.hgvs_c.clone().unwrap_or_else(|| one.label.clone())),
        variant_link: variant.map_or_else(String::new, |one| crate::address::variant(&expression_of(one))),
        genes: variant.map(|one| one.genes.clone()).unwrap_or_default(),
        protein: variant.and_then(|one| one.hgvs_p.clone()),
        state: state_of(report),
        live: live(report),
        editable,
        locked: report.permitted.edit.as_ref().err().map(|why| sentence(&why.to_string())).unwrap_or_default(),
        left_behind: guideline.map(|guideline| left_behind(draft, guideline)).unwrap_or_default(),
        is_points: guideline.is_some_and(|one| one.criteria.iter().any(|criterion| criterion.points.is_some())),
        guideline: field("guideline"),
        guidelines: choices(report),
        source: guideline.map(|one| format!("{}. {}", one.title, one.source)).unwrap_or_default(),
        condition: field("condition"),
        condition_name: condition.name,
        condition_ids: ids.join(" "),
        inheritance: field("inheritance"),
        modes: modes()
            .into_iter()
            .map(|(code, words)| (code, words, draft.inheritance().is_some_and(|m| m.hpo() == code)))
            .collect(),
        origin: field("origin"),
        origins: AlleleOrigin::ALL.iter().map(|one| (one.code(), one.label(), *one == draft.origin())).collect(),
        evaluated: field("evaluated"),
        evaluated_on: draft.evaluated().map(|date| date.to_string()).unwrap_or_default(),
        codes: guideline
            .map(|one| one.criteria.iter().map(|criterion| criterion.code.clone()).collect())
            .unwrap_or_default(),
        groups: all,
        suggested,
        evidence,
        summary: field("summary"),
        summary_text: draft.summary().to_owned(),
        templates: report.setting.templates.iter().map(|template| template.name.clone()).collect(),
        class: field("class"),
        classes: classes(track, draft.choice().map(|choice| choice.class)),
        class_reason: draft.choice().map(|choice| choice.reason.as_str().to_owned()).unwrap_or_default(),
        contested: draft.conflicts().map(|slot| slot.change.label()).collect(),
        wrong,
        sign: sign(report),
        history: history(report),
        told: None,
        others: Vec::new(),
    }
}

fn choices(report: &DraftReport) -> Vec<(String, String, bool)> {
    let chosen = report.draft.guideline().unwrap_or_default();
    let all = report.guidelines.iter().filter(|one| one.track != GuidelineTrack::GeneDisease);
    all.map(|one| (one.address(), one.title.clone(), one.address() == chosen)).collect()
}

/// Classes of the guideline's track.
fn classes(track: GuidelineTrack, chosen: Option<Classification>) -> Vec<(&'static str, &'static str, bool)> {
    let wanted = match track {
        GuidelineTrack::Oncogenicity => Track::Oncogenicity,
        GuidelineTrack::ClinicalImpact => Track::ClinicalImpact,
        GuidelineTrack::Germline | GuidelineTrack::GeneDisease => Track::Germline,
    };
    let said = |class: &&Classification| {
        class.track() == wanted && !matches!(class, Classification::NotProvided | Classification::Other)
    };
    let all = Classification::ALL.iter().filter(said);
    all.map(|class| (class.code(), class.label(), chosen == Some(*class))).collect()
}

fn live(report: &DraftReport) -> Live {
    let assessment = match &report.assessment {
        Ok(assessment) => assessment,
        Err(why) => {
            let class = "No class yet".to_owned();
            return Live { class, colour: "k-none", problem: Some(sentence(&why.to_string())), ..Live::default() };
        }
    };
    let explanation = &assessment.explanation;
    let decision = &explanation.decision;
    let changes = explanation.further.iter().filter(|one| one.changes);
    let class = |class: Option<Classification>| class.map_or("no class", Classification::label).to_owned();
    let is_open = |reason: Reason| matches!(reason, Reason::NotMet | Reason::NotEvaluated);
    let ignored = explanation.ignored.iter().filter(|one| !is_open(one.reason));
    Live {
        mark: assessment.class.map(Mark::Full),
        colour: assessment.class.map_or("k-none", crate::mark::colour),
        class: assessment.class.map_or("No class yet", Classification::label).to_owned(),
        rule: rule_words(&decision.rule.id, &decision.rule.text),
        provenance: decision.rule.provenance.clone(),
        points: decision.points.map(|points| points.to_string()),
        conflict: decision
            .conflict
            .as_ref()
            .map(|conflict| format!("{} against {}: {}.", conflict.pathogenic, conflict.benign, conflict.resolution)),
        reason: chosen(assessment),
        gaps: assessment.gaps.iter().map(|gap| sentence(&gap.text)).collect(),
        next: explanation.next.iter().map(way).collect(),
        further: changes.map(|one| (one.code.clone(), class(one.class))).collect(),
        ignored: ignored.map(|one| format!("{}: {}", one.criterion, one.text)).collect(),
        problem: None,
    }
}

fn chosen(assessment: &Assessment) -> Option<String> {
    let computed = assessment.explanation.decision.class.map_or("no class", Classification::label);
    let reason = assessment.reason.as_ref()?;
    Some(format!("Chosen by a person; computed: {computed}. {reason}"))
}

/// A way to another class in words: `Pathogenic: 1 moderate more`.
fn way(next: &Next) -> String {
    let class = next.class.map_or("no class", Classification::label);
    let words = |addition: &Addition| format!("{} {}", addition.count, addition.strength.label());
    let additions: Vec<String> = next.additions.iter().map(words).collect();
    let more = additions.join(" and ");
    let side = match next.direction {
        cairn_core::guideline::Direction::Pathogenic => "for",
        cairn_core::guideline::Direction::Benign => "against",
    };
    match (next.points, more.is_empty()) {
        (Some(points), true) => format!("{class}: {points} points"),
        (Some(points), false) => format!("{class}: {points} points, such as {more} {side}"),
        (None, true) => class.to_owned(),
        (None, false) => format!("{class}: {more} {side}"),
    }
}

/// What others say of the variant, who weighs most first.
fn say(others: &Others) -> Vec<(&'static str, String)> {
    let panels = others.panels.iter().map(|one| ("Expert panel", format!("{}: {}", one.name, one.class.label())));
    let together = others.together.iter().map(|words| ("Together", words.clone()));
    let count = |one: &Stated| format!("{}: {}", one.class.label(), one.laboratories);
    let classes: Vec<String> = others.classes.iter().map(count).collect();
    let classes = (!classes.is_empty()).then(|| ("Other laboratories", classes.join(", ")));
    let own = others.own.iter().map(|(name, class)| ("Your laboratory", format!("{name}: {}", class.label())));
    panels.chain(together).chain(classes).chain(own).collect()
}

pub(super) fn sign(report: &DraftReport) -> SignView {
    let permitted = &report.permitted;
    let signatures =
        report.draft.signatures.iter().map(|one| {
            format!("{}, {} as {}, {}", report.name(one.by), one.role.label(), one.part.label(), when(one.at))
        });
    let shared = report.draft.shared.iter().map(|one| {
        let as_statement = one.statement.as_ref().map_or_else(String::new, |name| format!(" as {name}"));
        let taken_back = if one.withdrawn { ", taken back since" } else { "" };
        format!("Version {} with the {}{as_statement}, {}{taken_back}", one.round, one.audience.label(), when(one.at))
    });
    let gap = report.assessment.as_ref().ok().and_then(|assessment| assessment.gaps.first());
    let may_sign = match (&permitted.sign, gap) {
        (Ok(_), Some(gap)) => Err(sentence(&gap.text)),
        (Ok(part), None) => Ok(part.label()),
        (Err(why), _) => Err(sentence(&why.to_string())),
    };
    SignView {
        signatures: signatures.collect(),
        shared: shared.collect(),
        needs: report.setting.signatures,
        sign: may_sign,
        say: say(&report.others),
        differs: report.difference(),
        send_back: permitted.send_back.is_ok(),
        share: permitted.share.is_ok(),
        share_inside: permitted.share_inside.is_ok(),
        withdraw: permitted.withdraw.is_ok(),
        reopen: permitted.reopen.is_ok(),
    }
}
