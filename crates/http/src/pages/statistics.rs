//! How classes change: flows between them, how long it took, by laboratory and by gene.

use super::frame::{Frame, Page, PageError};
use super::list::{Cell, Table};
use crate::api::v1::statistics::SpanQuery;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::mark::Mark;
use crate::person::SignedIn;
use crate::plot::flows::Flows;
use crate::view::amount::counted;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use cairn_core::reclassification::{ClassChange, Flow, Reclassifications, Share, Span};
use cairn_node::statistics::{Reclassification, ReclassificationReport};

/// Changes listed.
const LATEST: usize = 100;
/// Laboratories and genes listed.
const SHARES: usize = 50;

#[derive(Template)]
#[template(path = "statistics.html")]
struct StatisticsPage {
    frame: Frame,
    sentence: String,
    span: SpanQuery,
    until: String,
    plot: String,
    kinds: Vec<(&'static str, u64)>,
    tables: Vec<Table>,
}

/// `GET /statistics`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(span): Query<SpanQuery>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let (from, _) = super::frame::moment(&app, &span.start()).await?;
    let (to, shown) = super::frame::moment(&app, &asked).await?;
    let report = app.node.reclassifications(from, to, &span.only(), LATEST).await?;
    let numbers = &report.reclassifications;
    let kinds =
        ClassChange::ALL.into_iter().map(|kind| (kind.label(), numbers.by_kind.get(&kind).copied().unwrap_or(0)));
    let flows = numbers.flows.iter().map(|flow| (flow.from, flow.to, flow.changes)).collect();
    let page = StatisticsPage {
        frame: Frame { as_of: shown, ..Frame::of(&app, &person, "statistics") },
        sentence: sentence(numbers),
        plot: Flows { flows }.svg(),
        kinds: kinds.collect(),
        tables: tables(&report),
        span,
        until: asked.as_of,
    };
    Ok(Page(page).into_response())
}

fn sentence(numbers: &Reclassifications) -> String {
    let changed = numbers.by_kind.get(&ClassChange::ChangedMind).copied().unwrap_or(0);
    let versions = numbers.versions;
    if versions == 0 {
        return "No statement was changed in this span, so there is nothing to count yet.".to_owned();
    }
    if changed == 0 {
        let later = counted(versions, "later version of a statement", "later versions of statements");
        return format!("{later}, and no laboratory changed its class.");
    }
    let across = numbers.flows.iter().filter(|flow| flow.changes_side).map(|flow| flow.changes).sum::<u64>();
    let laboratories = numbers.by_laboratory.len();
    let by = counted(laboratories as u64, "laboratory", "laboratories");
    let took = match numbers.between_evaluations {
        Span { median_days: Some(days), of } => {
            let gives = if of == 1 { "gives" } else { "give" };
            format!(" Median {} between two evaluations ({of} of {changed} {gives} both dates).", length(days))
        }
        Span { .. } => " No change gives both evaluation dates.".to_owned(),
    };
    if changed == 1 {
        let side = if across == 1 { "to another side" } else { "within one side" };
        return format!("1 statement changed its class, {side} of the decision.{took}");
    }
    format!(
        "{changed} statements changed their class, by {by}, {across} of them to another side of the decision.{took}"
    )
}

/// Days in the unit that reads best.
fn length(days: i64) -> String {
    match days {
        i64::MIN..1 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        2..=90 => format!("{days} days"),
        91..=730 => format!("{} months", (days as f64 / 30.44).round()),
        _ => format!("{:.1} years", days as f64 / 365.25),
    }
}

fn span_cell(span: Span) -> Cell {
    match span.median_days {
        Some(days) => Cell::text(format!("{} ({})", length(days), span.of)),
        None => Cell::text("no dates"),
    }
}

fn tables(report: &ReclassificationReport) -> Vec<Table> {
    let numbers = &report.reclassifications;
    let flow = |flow: &Flow| {
        vec![
            Cell::mark(Some(Mark::Full(flow.from))),
            Cell::mark(Some(Mark::Full(flow.to))),
            Cell::text(flow.changes.to_string()),
            Cell::text(if flow.changes_side { "another side" } else { "same side" }),
            span_cell(flow.between_evaluations),
        ]
    };
    let laboratory = |share: &Share| {
        let name = report.laboratories.get(&share.name).map_or(&share.name, |laboratory| &laboratory.name);
        shared(Cell::link(name.clone(), format!("/laboratories/{}", share.name)), share)
    };
    let gene = |share: &Share| shared(Cell::link(share.name.clone(), crate::address::gene(&share.name)), share);
    vec![
        Table {
            title: "From class to class",
            headings: &["From", "To", "Changes", "Side", "Median between evaluations"],
            rows: numbers.flows.iter().map(flow).collect(),
            empty: "No laboratory changed its class in this span.",
            more: None,
        },
        Table {
            title: "By laboratory",
            headings: &["Laboratory", "Changes", "To another side", "Median between evaluations"],
            rows: numbers.by_laboratory.iter().take(SHARES).map(laboratory).collect(),
            empty: "None.",
            more: None,
        },
        Table {
            title: "By gene",
            headings: &["Gene", "Changes", "To another side", "Median between evaluations"],
            rows: numbers.by_gene.iter().take(SHARES).map(gene).collect(),
            empty: "None.",
            more: None,
        },
        Table {
            title: "Latest changes",
            headings: &["Variant", "Laboratory", "From", "To", "Evaluated", "Recorded", "Statement"],
            rows: report.latest.iter().map(latest).collect(),
            empty: "None.",
            more: None,
        },
    ]
}

fn shared(name: Cell, share: &Share) -> Vec<Cell> {
    let numbers = [share.changes, share.side_changes].map(|n| Cell::text(n.to_string()));
    std::iter::once(name).chain(numbers).chain([span_cell(share.between_evaluations)]).collect()
}

fn latest(change: &Reclassification) -> Vec<Cell> {
    let accession = change.accession.to_string();
    vec![
        Cell::link(change.label.clone(), crate::address::variant(&change.variant.to_string())).mono(),
        Cell::text(change.laboratory.clone()),
        Cell::mark(Some(Mark::Short(change.from))),
        Cell::mark(Some(Mark::Short(change.to))),
        Cell::text(change.last_evaluated.map(|date| date.to_string()).unwrap_or_default()),
        Cell::text(change.recorded.strftime("%Y-%m-%d").to_string()),
        Cell::link(format!("{accession}.{}", change.version), format!("/statements/{accession}")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_well() {
        for (days, text) in
            [(0, "less than a day"), (1, "1 day"), (90, "90 days"), (366, "12 months"), (1461, "4.0 years")]
        {
            assert_eq!(length(days), text);
        }
    }
}
