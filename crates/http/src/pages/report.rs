//! The report of who answers for data: what was done with the laboratory's data in a period. Prints as the annual report.

use super::frame::{Frame, Page, PageError};
use super::list::{Cell, Table};
use crate::app::{App, Shared};
use crate::person::{Person, SignedIn};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use cairn_node::NodeError;
use cairn_node::report::Report;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

/// The period, as asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: String,
    to: String,
}

impl Asked {
    /// The first and the last day: as asked for, else the year up to today.
    pub(crate) fn period(&self, today: Date) -> Result<(Date, Date), String> {
        let read = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse::<Date>().map(Some).map_err(|_| format!("`{text}` is no day: write 2026-01-31")),
        };
        let to = read(&self.to)?.unwrap_or(today);
        let year_before = to.checked_sub(1.year()).and_then(Date::tomorrow).unwrap_or(to);
        Ok((read(&self.from)?.unwrap_or(year_before), to))
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    frame: Frame,
    laboratory: String,
    sentence: String,
    from: String,
    to: String,
    facts: Vec<(&'static str, String)>,
    tables: Vec<Table>,
}

/// The report of the reader's laboratory; [`PageError::NotAllowed`] for who does not answer for it.
pub(crate) async fn report(app: &App, person: &Person, asked: &Asked) -> Result<Report, PageError> {
    let period = asked.period(app.node.today()).map_err(PageError::NotUnderstood)?;
    let who = "The data-access approver and the laboratory head see what was done with the laboratory's data.";
    match app.node.report(person.viewer, &person.at, period).await {
        Ok(report) => report.ok_or_else(|| PageError::NotAllowed(who.to_owned())),
        Err(NodeError::Refused(why)) => Err(PageError::NotUnderstood(why)),
        Err(error) => Err(error.into()),
    }
}

/// `GET /report`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let report = report(&app, &person, &asked).await?;
    let page = ReportPage {
        frame: Frame::of(&app, &person, "report"),
        laboratory: report.laboratory.clone(),
        sentence: sentence(&report),
        from: report.from.to_string(),
        to: report.to.to_string(),
        facts: facts(&app, &report).await?,
        tables: vec![
            transactions(&report),
            numbers(&report),
            given(&report),
            requests(&report),
            ledger(&report),
            sharing(&report),
        ],
    };
    Ok(Page(page).into_response())
}

fn sentence(report: &Report) -> String {
    let all: u64 = report.transactions.iter().map(|one| one.count).sum();
    let allowed = report.transactions.iter().filter(|one| one.outcome == cairn_core::data_use::Outcome::Permit);
    let allowed: u64 = allowed.map(|one| one.count).sum();
    format!(
        "From {} to {}: {all} decisions about single cases, {allowed} of them allowed; {} emergency accesses, {} of them reviewed; {} consents withdrawn, {} cases erased.",
        report.from, report.to, report.emergencies, report.emergencies_reviewed, report.withdrawn, report.erased
    )
}

fn transactions(report: &Report) -> Table {
    let row = |one: &cairn_node::report::Transaction| {
        let outcome = if one.by_grant { "allowed by a granted request" } else { one.outcome.label() };
        vec![
            Cell::text(one.organisation.clone().unwrap_or_else(|| "not named".to_owned())),
            Cell::text(one.role),
            Cell::text(one.purpose),
            Cell::text(one.tier.clone().unwrap_or_else(|| "none".to_owned())),
            Cell::text(outcome),
            Cell::text(one.count.to_string()),
        ]
    };
    Table {
        title: "Transactions",
        headings: &["Organisation", "Role", "Purpose", "Tier", "Outcome", "Decisions"],
        rows: report.transactions.iter().map(row).collect(),
        empty: "No decision about a single case was made in this period.",
        more: None,
    }
}

fn numbers(report: &Report) -> Table {
    let rows = [
        ("Emergency accesses", report.emergencies),
        ("… reviewed", report.emergencies_reviewed),
        ("… found not justified", report.emergencies_not_justified),
        ("Cases whose consent was withdrawn", report.withdrawn),
        ("Cases erased", report.erased),
        ("Laboratories told that they must have a case no more", report.told),
        ("… that answered", report.answered),
    ];
    Table {
        title: "Emergencies, withdrawals, erasures",
        headings: &["What", "Number"],
        rows: rows.into_iter().map(|(what, n)| vec![Cell::text(what), Cell::text(n.to_string())]).collect(),
        empty: "",
        more: None,
    }
}

fn given(report: &Report) -> Table {
    let row = |one: &cairn_node::report::PeerGiven| {
        vec![
            Cell::text(one.node.clone()),
            Cell::text(one.given.to_string()),
            Cell::text(one.taken_back.to_string()),
            Cell::text(one.acknowledged.to_string()),
        ]
    };
    Table {
        title: "Given to other nodes",
        headings: &["Node", "Statements given", "Taken back", "Acknowledged"],
        rows: report.given.iter().map(row).collect(),
        empty: "Nothing was given to or taken back from another node.",
        more: None,
    }
}

fn requests(report: &Report) -> Table {
    let row = |(state, n): &(cairn_core::access_request::RequestState, u64)| {
        vec![Cell::text(state.label()), Cell::text(n.to_string())]
    };
    Table {
        title: "Data-access requests",
        headings: &["At the end of the period", "Requests"],
        rows: report.requests.iter().map(row).collect(),
        empty: "None was asked or decided.",
        more: None,
    }
}

fn ledger(report: &Report) -> Table {
    let plain = |kind: &str| {
        kind.parse().map_or_else(|_| kind.to_owned(), |kind: cairn_ledger::leaf::Kind| kind.plain().to_owned())
    };
    let row = |(kind, n): &(String, u64)| vec![Cell::text(plain(kind)), Cell::text(n.to_string())];
    Table {
        title: "Entries of the laboratory in the ledger",
        headings: &["What", "Entries"],
        rows: report.ledger.iter().map(row).collect(),
        empty: "None.",
        more: None,
    }
}

fn sharing(report: &Report) -> Table {
    let row = |one: &cairn_core::sharing::Weighed| {
        vec![
            Cell::text(one.requirement.label()),
            Cell::text(one.outcome.label()),
            Cell::text(one.found.clone()),
            Cell::text(one.demanded.clone()),
        ]
    };
    let requirements = report.sharing.iter().flat_map(|sharing| &sharing.requirements);
    Table {
        title: "How complete sharing was, at the last measurement",
        headings: &["What", "Outcome", "Found", "Demanded"],
        rows: requirements.map(row).collect(),
        empty: "Nothing was measured in this period.",
        more: None,
    }
}

async fn facts(app: &App, report: &Report) -> Result<Vec<(&'static str, String)>, PageError> {
    let mut facts = vec![
        ("Made", report.made.strftime("%Y-%m-%d %H:%M UTC").to_string()),
        (
            "Mandate",
            match report.mandate.version {
                0 => "none published".to_owned(),
                version => format!("version {version}"),
            },
        ),
    ];
    facts.extend(report.sharing.as_ref().map(|sharing| ("Sharing measured", sharing.day.to_string())));
    if let Some(shard) = app.node.shard(None).await? {
        facts.push(("Ledger", format!("{} at {} entries", shard.origin, shard.size)));
    }
    Ok(facts)
}
