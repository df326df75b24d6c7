//! The queue: which differences ask for work, the gravest first.

use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::mark::Mark;
use crate::pages::frame::{Frame, Page, PageError, moment};
use crate::person::{Person, SignedIn};
use askama::Template;
use axum::extract::{Query, State as Taken};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cairn_core::discordance::{Grade, State};
use cairn_node::NodeError;
use cairn_node::discordance::export::table;
use cairn_node::discordance::{AssignedFilter, QueueFilter, QueueLine, StateFilter};
use serde::{Deserialize, Serialize};

/// Lines on one page.
const ROWS: u32 = 100;

/// What the filters say; the names are those of the form.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    /// Words: variant, gene, condition, laboratory.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// Slug of a laboratory that takes part.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub lab: String,
    /// A gene.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub gene: String,
    /// Words or identifier of a condition.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    /// Code of a grade.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub grade: String,
    /// Code of a state, `any`, or empty for those that ask for work.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// `me` or `nobody`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub given: String,
    /// The last day of those due.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// `1`: also those that differ in strength only.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub strength: String,
    /// The day or moment as of which the queue is read; empty: now.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub as_of: String,
    /// The cursor of the page before.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
}

impl Asked {
    /// The address with these filters, beginning at another line.
    fn address(&self, after: &str) -> String {
        let asked = Self { after: after.to_owned(), ..self.clone() };
        let pairs = serde_json::to_value(&asked).ok();
        let pairs = pairs.as_ref().and_then(|value| value.as_object()).into_iter().flatten();
        let pairs: Vec<String> = pairs
            .filter_map(|(key, value)| Some(format!("{key}={}", crate::address::encode(value.as_str()?))))
            .collect();
        format!("/discordances?{}", pairs.join("&"))
    }

    /// Whether anything is asked for.
    fn is_narrowed(&self) -> bool {
        Self { as_of: String::new(), ..self.clone() }.address("") != "/discordances?"
    }

    /// As of when.
    fn moment(&self) -> AsOfQuery {
        AsOfQuery { as_of: self.as_of.clone() }
    }

    /// What the node is asked.
    ///
    /// # Errors
    /// When a laboratory, a code or a day is none.
    pub async fn filter(&self, app: &crate::App, person: &Person) -> Result<QueueFilter, PageError> {
        let none = |what: &str, text: &str| PageError::NotUnderstood(format!("there is no {what} `{text}`"));
        let laboratory = match self.lab.trim() {
            "" => None,
            slug => match app.node.laboratory(slug).await {
                Ok(found) => Some(found.serial),
                Err(NodeError::UnknownLaboratory(_)) => return Err(none("laboratory", slug)),
                Err(error) => return Err(error.into()),
            },
        };
        let grade = match self.grade.as_str() {
            "" => None,
            code => Some(Grade::from_code(code).ok_or_else(|| none("severity", code))?),
        };
        let state = match self.state.as_str() {
            "" => StateFilter::Open,
            "any" => StateFilter::Any,
            code => StateFilter::One(State::from_code(code).ok_or_else(|| none("state", code))?),
        };
        let assigned = match self.given.as_str() {
            "me" => Some(AssignedFilter::To(person.user.id)),
            "nobody" => Some(AssignedFilter::Nobody),
            _ => None,
        };
        let due_before = match self.due.as_str() {
            "" => None,
            day => Some(day.parse().map_err(|_| none("day", day))?),
        };
        let filled = |text: &String| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let (as_of, shown) = moment(app, &self.moment()).await?;
        Ok(QueueFilter {
            laboratory,
            gene: filled(&self.gene),
            condition: filled(&self.condition),
            grade,
            strength_too: !self.strength.is_empty(),
            state,
            assigned,
            due_before,
            text: filled(&self.q),
            as_of: shown.map(|_| as_of),
        })
    }
}

#[derive(Template)]
#[template(path = "discordances.html")]
struct QueuePage {
    frame: Frame,
    sentence: String,
    asked: Asked,
    is_narrowed: bool,
    quick: Vec<(&'static str, String)>,
    laboratories: Vec<(String, String)>,
    grades: &'static [Grade],
    states: &'static [State],
    rows: Vec<Row>,
    next: Option<String>,
    export: String,
    analytics: String,
}

/// A difference as a row.
pub struct Row {
    /// Its page.
    pub link: String,
    /// `CRD000001`.
    pub accession: String,
    /// How badly, in words.
    pub grade: &'static str,
    /// Whether care may depend on it.
    pub is_grave: bool,
    /// The variant's name.
    pub variant: String,
    /// Its genes.
    pub genes: String,
    /// Condition and inheritance.
    pub condition: String,
    /// Each class and who holds it.
    pub sides: Vec<(Mark, String)>,
    /// How far it is.
    pub state: &'static str,
    /// When it was opened.
    pub opened: String,
    /// Who is to work on it.
    pub given: String,
    /// By when.
    pub due: String,
    /// Whether that day is over.
    pub is_late: bool,
}

impl Row {
    /// A difference as a row, seen on a day; its link keeps the moment as of which it is read.
    pub fn of(line: &QueueLine, today: jiff::civil::Date, asked: &AsOfQuery) -> Self {
        let names = |labs: &[cairn_core::laboratory::Laboratory]| -> Vec<String> {
            labs.iter().map(|lab| lab.name.clone()).collect()
        };
        Self {
            link: asked.on(&format!("/discordances/{}", line.accession)),
            accession: line.accession.to_string(),
            grade: line.grade.label(),
            is_grave: line.grade.is_medically_significant(),
            variant: line.variant_label.clone(),
            genes: line.genes.join(", "),
            condition: if line.condition.is_empty() { line.scope.label().to_owned() } else { line.condition.clone() },
            sides: line
                .sides
                .iter()
                .map(|side| (Mark::Short(side.class), super::named(&names(&side.laboratories))))
                .collect(),
            state: line.state.label(),
            opened: line.opened.strftime("%Y-%m-%d").to_string(),
            given: line.assigned.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
            due: line.due.map(|day| day.to_string()).unwrap_or_default(),
            is_late: line.state.is_open() && line.due.is_some_and(|day| day < today),
        }
    }
}

/// `GET /discordances`
pub async fn show(
    Taken(app): Taken<Shared>,
    SignedIn(person): SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let filter = asked.filter(&app, &person).await?;
    let after = (!asked.after.is_empty()).then_some(asked.after.as_str());
    let page = app.node.discordances(&filter, after, ROWS).await?;
    let then = asked.moment();
    let today = then.moment().ok().flatten().unwrap_or_else(|| app.node.now());
    let today = today.to_zoned(jiff::tz::TimeZone::UTC).date();
    let rows: Vec<Row> = page.lines.iter().map(|line| Row::of(line, today, &then)).collect();
    let own = person.laboratory();
    let with = |change: &dyn Fn(&mut Asked)| {
        let mut other = Asked { as_of: asked.as_of.clone(), ..Asked::default() };
        change(&mut other);
        other.address("")
    };
    let quick = vec![
        ("All open", then.on("/discordances")),
        ("Of my laboratory", with(&|asked| asked.lab.clone_from(&own.slug))),
        ("Given to me", with(&|asked| asked.given = "me".to_owned())),
        ("Given to nobody", with(&|asked| asked.given = "nobody".to_owned())),
        ("Agreed, awaiting records", with(&|asked| asked.state = "pending_concordance".to_owned())),
    ];
    let mut laboratories: Vec<(String, String)> = app
        .node
        .laboratories()
        .await?
        .into_iter()
        .filter(|found| found.laboratory.is_member || found.laboratory.slug == asked.lab)
        .map(|found| (found.laboratory.slug, found.laboratory.name))
        .collect();
    laboratories.sort_by_key(|(_, name)| name.to_lowercase());
    let export = asked.address("").replacen("/discordances?", "/discordances/export.csv?", 1);
    Ok(Page(QueuePage {
        sentence: sentence(&page.lines, page.next.is_some(), after.is_some(), shown_moment(&asked).as_deref()),
        frame: Frame { as_of: shown_moment(&asked), ..Frame::of(&app, &person, "discordances") },
        analytics: then.on("/discordances/analytics"),
        is_narrowed: asked.is_narrowed(),
        quick,
        laboratories,
        grades: Grade::ALL,
        states: State::ALL,
        rows,
        next: page.next.map(|next| asked.address(&next)),
        export,
        asked,
    })
    .into_response())
}

/// The moment as typed, for the foot of the page; `None`: now.
fn shown_moment(asked: &Asked) -> Option<String> {
    Some(asked.as_of.trim().to_owned()).filter(|text| !text.is_empty())
}

fn sentence(lines: &[QueueLine], has_more: bool, is_later: bool, then: Option<&str>) -> String {
    let grave = lines.iter().filter(|line| line.grade.is_medically_significant()).count();
    let on = then.map(|day| format!("As known on {day}: ")).unwrap_or_default();
    let care = match (grave, lines.len()) {
        (0, 1) => "care does not depend on which side is right".to_owned(),
        (0, _) => "on none of them does care depend on which side is right".to_owned(),
        (1, 1) => "care may depend on it".to_owned(),
        (n, all) if n == all => "care may depend on each".to_owned(),
        (n, _) => format!("care may depend on {n} of them, first"),
    };
    let sentence = match (lines.len(), has_more, is_later) {
        (0, _, true) => "there are no more.".to_owned(),
        (0, ..) => "no laboratories of this network differ in this way.".to_owned(),
        (1, false, false) => format!("laboratories differ once; {care}."),
        (n, false, false) => format!("laboratories differ {n} times; {care}."),
        (n, true, false) => format!("laboratories differ more than {n} times. Of the first {n}, {care}."),
        (n, _, true) => format!("{n} more; {care}."),
    };
    capitalised(&format!("{on}{sentence}"))
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// `GET /discordances/export.csv`: everything that the filters give, as a table for other programs.
pub async fn export(
    Taken(app): Taken<Shared>,
    SignedIn(person): SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let filter = asked.filter(&app, &person).await?;
    let rows = app.node.export_discordances(&filter).await?;
    let kinds = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"discordances.csv\""),
    ];
    Ok((kinds, table(&rows, ',')).into_response())
}
