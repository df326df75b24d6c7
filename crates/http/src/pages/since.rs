//! What a report on one day knew of a variant against what is known now.

use super::frame::{Frame, Page, PageError};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::mark::Mark;
use crate::person::SignedIn;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use cairn_node::lookup::since::{CriterionDifference, StatementChange, StatementDifference, VariantDifference};
use serde::Deserialize;

/// The day of the report.
#[derive(Debug, Default, Deserialize)]
pub struct Since {
    /// A day or moment; empty: asks for one.
    #[serde(default)]
    date: String,
}

#[derive(Template, Default)]
#[template(path = "since.html")]
struct SincePage {
    frame: Frame,
    title: String,
    link: String,
    date: String,
    until: String,
    lead: String,
    before: Vec<String>,
    after: Vec<String>,
    cases: String,
    rows: Vec<Row>,
    unchanged: usize,
    is_partial: bool,
}

struct Row {
    what: &'static str,
    words: String,
    laboratory: String,
    before: Option<Mark>,
    after: Option<Mark>,
    dates: String,
    criteria: Vec<String>,
    accession: String,
}

/// `GET /variants/{expression}/since?date=`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(expression): Path<String>,
    Query(since): Query<Since>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let (to, shown) = super::frame::moment(&app, &asked).await?;
    let found = app.node.look_up(&expression, to, person.viewer).await?;
    let recorded = found.report.ok_or(PageError::NotFound)?;
    let variant = &recorded.variant;
    let mut page = SincePage {
        frame: Frame { as_of: shown, ..Frame::of(&app, &person, "") }.with_query(&expression),
        title: variant.hgvs_c.clone().unwrap_or_else(|| variant.label.clone()),
        link: crate::address::variant(&expression),
        date: since.date.trim().to_owned(),
        until: asked.as_of.clone(),
        ..SincePage::default()
    };
    if page.date.is_empty() {
        page.lead = "Give the day of the report, and what changed since then stands here.".to_owned();
        return Ok(Page(page).into_response());
    }
    let (from, _) = super::frame::moment(&app, &AsOfQuery { as_of: since.date }).await?;
    let difference = app.node.variant_difference(variant.serial, from, to, person.viewer).await?;
    page.fill(difference.ok_or(PageError::NotFound)?);
    Ok(Page(page).into_response())
}

impl SincePage {
    fn fill(&mut self, difference: VariantDifference) {
        self.lead = self.lead_of(&difference);
        self.cases = match (difference.cases_before, difference.cases_after) {
            (before, after) if before == after => format!("{after}, the same as then"),
            (before, after) => format!("{after}, {before} then"),
        };
        self.before = or_nothing(difference.sentence_before);
        self.after = or_nothing(difference.sentence_after);
        self.unchanged = difference.unchanged;
        self.is_partial = difference.is_partial;
        self.rows = difference.statements.iter().map(row).collect();
    }

    fn lead_of(&self, difference: &VariantDifference) -> String {
        let then = &self.date;
        let now = if self.until.is_empty() { "today".to_owned() } else { format!("on {}", self.until) };
        let count = |change| difference.statements.iter().filter(|s| s.change == change).count();
        let parts: Vec<String> = [
            (StatementChange::Reclassified, "reclassified"),
            (StatementChange::Withdrawn, "taken back"),
            (StatementChange::Added, "new"),
            (StatementChange::Changed, "changed with the same class"),
            (StatementChange::Moved, "about another variant now"),
        ]
        .into_iter()
        .filter_map(|(change, words)| Some(count(change)).filter(|n| *n > 0).map(|n| format!("{n} {words}")))
        .collect();
        match (difference.changes_answer, parts.is_empty()) {
            (_, true) => format!(
                "Nothing about this variant changed from {then} to {now}: {} the same.",
                if difference.unchanged == 1 {
                    "1 statement is".to_owned()
                } else {
                    format!("{} statements are", difference.unchanged)
                }
            ),
            (true, false) => {
                format!("The answer {now} is another one than on {then}: of the statements {}.", parts.join(", "))
            }
            (false, false) => format!(
                "The answer {now} is the same as on {then}, with other evidence: of the statements {}.",
                parts.join(", ")
            ),
        }
    }
}

fn or_nothing(sentences: Vec<String>) -> Vec<String> {
    if sentences.is_empty() { vec!["Nothing was said about it.".to_owned()] } else { sentences }
}

fn row(difference: &StatementDifference) -> Row {
    let view = difference.after.as_ref().or(difference.before.as_ref());
    let date = |view: Option<&cairn_node::lookup::statement::StatementView>| {
        view.and_then(|view| view.statement.body.last_evaluated)
            .map_or_else(|| "no date".to_owned(), |date| date.to_string())
    };
    let (then, now) = (difference.before.as_ref(), difference.after.as_ref());
    let dates = match (then.is_some(), now.is_some()) {
        (true, true) => format!("{}, then {}", date(now), date(then)),
        (false, _) => date(now),
        (true, false) => date(then),
    };
    Row {
        what: match difference.change {
            StatementChange::Reclassified => "reclassified",
            StatementChange::Withdrawn => "taken back",
            StatementChange::Added => "new",
            StatementChange::Changed => "changed",
            StatementChange::Moved => "moved",
        },
        words: difference.words.clone(),
        laboratory: view.map(|view| view.laboratory.name.clone()).unwrap_or_default(),
        before: difference.class_before.map(Mark::Short),
        after: difference.class_after.map(Mark::Short),
        dates,
        criteria: difference.criteria.iter().map(criterion).collect(),
        accession: view.map(|view| view.statement.accession.to_string()).unwrap_or_default(),
    }
}

fn criterion(difference: &CriterionDifference) -> String {
    match (&difference.before, &difference.after) {
        (Some(before), Some(after)) => format!("{after}, then {before}"),
        (None, Some(after)) => format!("{after} new"),
        (Some(before), None) => format!("{before} gone"),
        (None, None) => String::new(),
    }
}
