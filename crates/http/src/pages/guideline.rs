//! The guidelines of the node: all of them, one of them, two against each other.

use super::frame::{Frame, Page, PageError};
use super::guideline_choice::GuidelineChoicePage;
use super::list::{Cell, ListPage, Table};
use crate::api::v1::guidelines::list::Sought;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::mark::Mark;
use crate::person::SignedIn;
use crate::view::guideline::{CriterionRow, Outcome};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use cairn_core::classification::Classification;
use cairn_core::guideline::{
    CombiningRow, DefinitionDifference, EvidenceLine, Guideline, definition_differences, explain,
};
use cairn_node::guideline_comparison::{ChangedStatement, ClassFlow, NodeComparison};
use serde::Deserialize;

/// Changed statements on the page of a comparison.
const CHANGES: usize = 500;

/// `GET /guidelines`
pub async fn list(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(sought): Query<Sought>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let (as_of, shown) = super::frame::moment(&app, &asked).await?;
    let (all, files) = app.node.guidelines_and_files(as_of).await?;
    let question = sought.question().map_err(PageError::NotUnderstood)?;
    let proposal = match question {
        Some(question) => app.node.propose_guideline(&question, as_of).await?,
        None => None,
    };
    let sentence = match &proposal {
        Some(proposal) => {
            let check = if proposal.check.is_empty() { String::new() } else { format!(" Check: {}.", proposal.check.join("; ")) };
            format!("For {}: {}, {}.{check}", sought.gene.trim(), proposal.title, proposal.why)
        }
        None => "Rule sets with their version, date and source. Old versions stay, so that a class can be retraced by the rules that gave it.".to_owned(),
    };
    let row = |guideline: &Guideline| {
        let before = all.before(guideline).map(Guideline::address);
        let added = files.iter().find(|file| file.guidelines.contains(&guideline.address()));
        vec![
            Cell::link(guideline.title.clone(), address(&guideline.address())),
            Cell::text(guideline.address()).mono(),
            Cell::date(guideline.date.to_string()),
            Cell::text(for_whom(guideline)),
            match before {
                Some(before) => Cell::link(format!("against {before}"), compare_address(&before, &guideline.address())),
                None => Cell::text("first version here"),
            },
            Cell::text(
                added.map_or_else(
                    || "built in".to_owned(),
                    |file| format!("added {}", file.recorded.strftime("%Y-%m-%d")),
                ),
            ),
        ]
    };
    let table = Table {
        title: "Guidelines",
        headings: &["Guideline", "Address", "Date", "For", "What changed", "From"],
        rows: all.iter().map(row).collect(),
        empty: "",
        more: None,
    };
    let frame = Frame { as_of: shown, ..Frame::of(&app, &person, "statistics") };
    let facts = vec![("Add one", "cairn guideline add FILE".to_owned())];
    let links = vec![
        ("Compare two on what is recorded".to_owned(), "/guidelines/compare".to_owned()),
        ("Which fits PTEN".to_owned(), "/guidelines?gene=PTEN&condition=MONDO:0017623".to_owned()),
    ];
    let page = ListPage {
        frame,
        kicker: "How classes are reached".to_owned(),
        title: "Guidelines".to_owned(),
        sentence,
        tables: vec![table],
        facts,
        links,
        ..ListPage::default()
    };
    Ok(Page(page).into_response())
}

/// The page of a guideline.
pub fn address(address: &str) -> String {
    format!("/guidelines/{}", crate::address::encode(address))
}

fn compare_address(a: &str, b: &str) -> String {
    format!("/guidelines/compare?a={}&b={}", crate::address::encode(a), crate::address::encode(b))
}

fn for_whom(guideline: &Guideline) -> String {
    guideline
        .scope
        .as_ref()
        .map_or_else(|| crate::view::guideline::track(guideline.track).to_owned(), cairn_core::guideline::Scope::words)
}

#[derive(Template)]
#[template(path = "guideline.html")]
struct GuidelinePage {
    frame: Frame,
    title: String,
    address: String,
    lead: String,
    asked: String,
    outcome: Option<Outcome>,
    refused: Option<String>,
    criteria: Vec<CriterionRow>,
    combining: Vec<CombiningRow>,
    differences: Vec<DefinitionDifference>,
    previous: Option<(String, String)>,
    notes: Vec<String>,
    facts: Vec<(&'static str, String)>,
    for_variants: bool,
}

/// Evidence to try the guideline on.
#[derive(Debug, Default, Deserialize)]
pub struct Evidence {
    /// Criteria, separated by spaces or commas.
    #[serde(default)]
    criteria: String,
}

/// `GET /guidelines/{address}`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(asked_for): Path<String>,
    Query(evidence): Query<Evidence>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let (as_of, shown) = super::frame::moment(&app, &asked).await?;
    let (all, files) = app.node.guidelines_and_files(as_of).await?;
    let guideline = all.find(&asked_for).map_err(|_| PageError::NotFound)?;
    let previous = all.before(guideline);
    let (outcome, refused) = match run(guideline, &evidence.criteria) {
        Ok(outcome) => (outcome, None),
        Err(why) => (None, Some(why)),
    };
    let added = files.iter().find(|file| file.guidelines.contains(&guideline.address()));
    let frame = Frame { as_of: shown, ..Frame::of(&app, &person, "statistics") };
    let page = GuidelinePage {
        frame,
        title: guideline.title.clone(),
        address: guideline.address(),
        lead: lead(guideline),
        asked: evidence.criteria,
        outcome,
        refused,
        criteria: guideline.criteria.iter().map(CriterionRow::of).collect(),
        combining: guideline.combining(),
        differences: previous.map(|previous| definition_differences(previous, guideline)).unwrap_or_default(),
        previous: previous.map(|p| (p.address(), compare_address(&p.address(), &guideline.address()))),
        notes: guideline.notes.clone(),
        facts: facts(guideline, added),
        for_variants: guideline.is_for_variants(),
    };
    Ok(Page(page).into_response())
}

fn run(guideline: &Guideline, criteria: &str) -> Result<Option<Outcome>, String> {
    let texts: Vec<&str> = criteria.split([' ', ',', ';', '+']).filter(|text| !text.is_empty()).collect();
    if texts.is_empty() {
        return Ok(None);
    }
    let lines: Result<Vec<_>, _> = texts.iter().map(|text| EvidenceLine::typed(text, guideline, &[])).collect();
    let explained =
        explain(guideline, &lines.map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
    Ok(Some(Outcome::of(&explained)))
}

fn lead(guideline: &Guideline) -> String {
    let used = guideline.criteria.iter().filter(|criterion| criterion.is_applicable()).count();
    let numbers: usize = guideline.criteria.iter().map(|criterion| criterion.thresholds.len()).sum();
    let unused = guideline.criteria.len() - used;
    let scope = match &guideline.scope {
        Some(_) => format!("Written for {}: ", for_whom(guideline)),
        None => String::new(),
    };
    format!(
        "{scope}{used} criteria are used, {unused} are not; {numbers} numbers are given, each with where it was read."
    )
}

fn facts(
    guideline: &Guideline,
    added: Option<&cairn_node::guidelines::GuidelineFileView>,
) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Address", guideline.address()),
        ("Published", guideline.date.to_string()),
        ("Answers", crate::view::guideline::track(guideline.track).to_owned()),
        ("Source", guideline.source.clone()),
        ("How it was read", guideline.provenance.clone()),
    ];
    facts.extend(guideline.extends.clone().map(|base| ("Changes", base)));
    if let Some(file) = added {
        facts.push(("File", file.file_name.clone().unwrap_or_else(|| "without a name".to_owned())));
        facts.push(("SHA-256", file.sha256.clone()));
        facts.push(("Added", file.recorded.strftime("%Y-%m-%d %H:%M UTC").to_string()));
    }
    if let Some(scope) = guideline.scope.as_ref().filter(|scope| !scope.transcripts.is_empty()) {
        facts.push(("Transcript", scope.transcripts.join(", ")));
    }
    facts
}

/// Two guidelines by address.
#[derive(Debug, Deserialize)]
pub struct Two {
    /// The first; empty: not named yet.
    #[serde(default)]
    pub(super) a: String,
    /// The second; empty: not named yet.
    #[serde(default)]
    pub(super) b: String,
}

/// `GET /guidelines/compare?a=&b=`
pub async fn compare(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(two): Query<Two>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let (as_of, shown) = super::frame::moment(&app, &asked).await?;
    let all = app.node.guidelines(as_of).await?;
    if two.a.is_empty() || two.b.is_empty() {
        let frame = Frame { as_of: shown, ..Frame::of(&app, &person, "statistics") };
        return Ok(Page(GuidelineChoicePage::of(frame, all.iter(), &two)).into_response());
    }
    let find = |address: &str| all.find(address).map_err(|error| PageError::NotUnderstood(error.to_string()));
    let (a, b) = (find(&two.a)?, find(&two.b)?);
    let compared = app.node.compare_guidelines(a, b, as_of, CHANGES).await?;
    let found = compared.map_err(|error| PageError::NotUnderstood(error.to_string()))?;
    let definition = definition_differences(a, b);
    let more = found.changed as usize > found.changes.len();
    let tables = vec![
        flows(&found),
        Table {
            title: "Statements that would be reclassified",
            headings: &["Variant", "Laboratory", "Says", "First", "Second", "Criteria", "Why", "Statement"],
            rows: found.changes.iter().map(changed).collect(),
            empty: "None: both give every statement with criteria the same class.",
            more: None,
        },
        Table {
            title: "What the two define differently",
            headings: &["Criterion or rule", "First", "Second"],
            rows: definition.into_iter().map(defined).collect(),
            empty: "Nothing: they define the same.",
            more: None,
        },
    ];
    let frame = Frame { as_of: shown, ..Frame::of(&app, &person, "statistics") };
    let mut facts = vec![
        ("First", a.address()),
        ("Second", b.address()),
        ("Without a criterion known to either", found.without_known_criteria.to_string()),
    ];
    facts.push(("Cannot be run", found.contradictory.to_string()));
    facts.push(("State the first's class", format!("{} of {}", found.stated_as_a, found.compared)));
    facts.push(("State the second's class", format!("{} of {}", found.stated_as_b, found.compared)));
    if more {
        facts.push(("Named here", format!("{} of {} changes", found.changes.len(), found.changed)));
    }
    let page = ListPage {
        frame,
        kicker: format!("{} against {}", a.address(), b.address()),
        title: "What would reclassify".to_owned(),
        sentence: sentence(&found),
        tables,
        facts,
        ..ListPage::default()
    };
    Ok(Page(page).into_response())
}

fn sentence(found: &NodeComparison) -> String {
    let (changed, compared) = (found.changed, found.compared);
    match compared {
        0 => "No current statement of this node gives criteria, so nothing can be compared.".to_owned(),
        _ if changed == 0 => format!("All {compared} statements with criteria keep their class under {}.", found.b),
        _ => format!(
            "{changed} of {compared} statements with criteria would have another class under {} than under {}.",
            found.b, found.a
        ),
    }
}

fn flows(found: &NodeComparison) -> Table {
    let row = |flow: &ClassFlow| {
        let same = if flow.a == flow.b { "stays" } else { "changes" };
        vec![class(flow.a), class(flow.b), Cell::text(flow.statements.to_string()), Cell::text(same)]
    };
    Table {
        title: "From class to class",
        headings: &["Under the first", "Under the second", "Statements", "The class"],
        rows: found.flows.iter().map(row).collect(),
        empty: "No statement of this node gives criteria that either guideline knows.",
        more: None,
    }
}

fn class(class: Option<Classification>) -> Cell {
    match class {
        Some(class) => Cell::mark(Some(Mark::Full(class))),
        None => Cell::text("no class: a person decides"),
    }
}

fn short(class: Option<Classification>) -> Cell {
    class.map_or_else(|| Cell::text("none"), |class| Cell::mark(Some(Mark::Short(class))))
}

fn changed(change: &ChangedStatement) -> Vec<Cell> {
    let accession = change.accession.to_string();
    vec![
        Cell::link(change.label.clone(), crate::address::variant(&change.variant.to_string())).mono(),
        Cell::text(change.laboratory.clone()),
        Cell::mark(Some(Mark::Short(change.stated))),
        short(change.a),
        short(change.b),
        Cell::text(change.criteria.join(" ")).mono(),
        Cell::text(change.why.join("; ")),
        Cell::link(format!("{accession}.{}", change.version), format!("/statements/{accession}")),
    ]
}

fn defined(difference: DefinitionDifference) -> Vec<Cell> {
    let say = |text: Option<String>| Cell::text(text.unwrap_or_else(|| "not there".to_owned()));
    vec![Cell::text(difference.what).mono(), say(difference.a), say(difference.b)]
}
