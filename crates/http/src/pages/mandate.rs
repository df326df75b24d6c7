//! The published sharing mandate: what is demanded of every member, in words and as numbers.

use super::frame::{Frame, Page, PageError, moment};
use super::list::{Cell, Table};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::SignedIn;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use cairn_core::decision::{Action, Resource};
use cairn_core::sharing::Demands;
use cairn_node::membership::Mandate;

#[derive(Template)]
#[template(path = "mandate.html")]
struct MandatePage {
    frame: Frame,
    sentence: String,
    /// The text, a paragraph each.
    paragraphs: Vec<String>,
    tables: Vec<Table>,
}

/// `GET /mandate`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    if !person.viewer.may(Action::Read, Resource::Membership, person.at.serial) {
        return Err(PageError::NotAllowed("Members of this node read the mandate.".to_owned()));
    }
    let (as_of, shown) = moment(&app, &asked).await?;
    let (current, before) = app.node.mandates(as_of).await?;
    let paragraphs = current.text.split("\n\n").map(|one| one.trim().to_owned());
    let page = MandatePage {
        frame: Frame { as_of: shown, ..Frame::of(&app, &person, "laboratories") },
        sentence: sentence(&current),
        paragraphs: paragraphs.filter(|one| !one.is_empty()).collect(),
        tables: vec![demands(&current.demands), versions(&before)],
    };
    Ok(Page(page).into_response())
}

fn sentence(mandate: &Mandate) -> String {
    match mandate.since {
        None => "No mandate is published; sharing is measured against the demands built in.".to_owned(),
        Some(since) => {
            format!("Version {}, in force since {}.", mandate.version, since.strftime("%Y-%m-%d %H:%M UTC"))
        }
    }
}

fn demands(demands: &Demands) -> Table {
    let yes = |demanded: bool| if demanded { "demanded" } else { "not demanded" }.to_owned();
    let or_not = |text: Option<String>| text.unwrap_or_else(|| "not demanded".to_owned());
    let window = demands.window_days.map_or_else(|| "ever".to_owned(), |days| format!("in the last {days} days"));
    let rows = [
        (
            "Share of reported variants that is shared",
            or_not(demands.shared_percent.map(|p| format!("at least {p} %"))),
        ),
        ("Variants that count", format!("those reported {window}")),
        ("Shared means that it can be read by", demands.reach.label().to_owned()),
        ("Last update", or_not(demands.update_days.map(|days| format!("at most {days} days ago")))),
        ("Variants shared in all", or_not(demands.variants.map(|least| format!("at least {least}")))),
        ("Pathogenic, uncertain and benign classes", yes(demands.every_class)),
        ("Guideline or criteria on every statement", yes(demands.criteria)),
        ("Evidence on every pathogenic and likely pathogenic statement", yes(demands.evidence)),
        ("An address for differences", yes(demands.contact)),
    ];
    Table {
        title: "As the meter reads it",
        headings: &["What", "Demand"],
        rows: rows.into_iter().map(|(what, demand)| vec![Cell::text(what), Cell::text(demand)]).collect(),
        empty: "",
        more: None,
    }
}

fn versions(before: &[Mandate]) -> Table {
    let row = |one: &Mandate| {
        let since = one.since.map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
        let as_of = one.since.map(|at| format!("/mandate?as_of={}", crate::address::encode(&at.to_string())));
        let version = format!("version {}", one.version);
        vec![
            as_of.map_or_else(|| Cell::text(version.clone()), |link| Cell::link(version.clone(), link)),
            Cell::date(since),
        ]
    };
    Table {
        title: "Earlier versions",
        headings: &["Version", "In force since"],
        rows: before.iter().map(row).collect(),
        empty: "None.",
        more: None,
    }
}
