//! How complete the sharing of a laboratory is, what is missing, and the signed attestation of it.

use super::frame::{Frame, Page, PageError};
use super::list::{Cell, ListPage, Table};
use crate::address;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::{Person, SignedIn};
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cairn_core::decision::{Action, Resource};
use cairn_core::sharing::{Outcome, Requirement, Weighed};
use cairn_node::NodeError;
use cairn_node::sharing::{Missing, Sharing, WorkList};
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::sharing::Measured;

/// Days of the past that are listed.
const DAYS: u32 = 30;

/// The member of this slug, when the reader may see its figures; a member that they may not see and none look the same.
pub(crate) async fn member(
    app: &Shared,
    person: &Person,
    slug: &str,
    action: Action,
) -> Result<RecordedLaboratory, PageError> {
    let found = match app.node.laboratory(slug).await {
        Err(NodeError::UnknownLaboratory(_)) => return Err(PageError::NotFound),
        found => found?,
    };
    if !found.laboratory.is_member || !person.viewer.may(action, Resource::Sharing, found.serial) {
        return Err(PageError::NotFound);
    }
    Ok(found)
}

/// `GET /laboratories/{slug}/sharing`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(slug): Path<String>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let of = member(&app, &person, &slug, Action::Read).await?;
    let moment = asked.moment().map_err(|error| PageError::NotUnderstood(error.to_string()))?;
    let (sharing, work) = app.node.sharing(&of, moment).await?;
    let past = app.node.measured(&of, sharing.day, DAYS).await?;
    // What is missing names statements and variants: work of the laboratory itself.
    let is_own = person.at.serial == of.serial;
    let home = format!("/laboratories/{slug}");
    let mut tables = vec![requirements(&sharing, is_own.then_some(home.as_str())), reach(&sharing)];
    if is_own {
        tables.push(missing(&work));
    }
    tables.push(days(&past));
    tables.push(basis(&app, &sharing).await?);
    let mut links =
        vec![(of.laboratory.name.clone(), home.clone()), ("The sharing mandate".to_owned(), "/mandate".to_owned())];
    if person.viewer.may(Action::Export, Resource::Sharing, of.serial) {
        let file = asked.on(&format!("{home}/sharing/attestation.json"));
        links.push(("Signed attestation to take along (JSON)".to_owned(), file));
    }
    let shown = moment.map(|_| asked.as_of.trim().to_owned());
    let page = ListPage {
        frame: Frame { as_of: shown, ..Frame::of(&app, &person, "laboratories") },
        kicker: "How complete sharing is".to_owned(),
        title: of.laboratory.name.clone(),
        sentence: format!("As of {}. {}", sharing.day, sharing.sentence),
        tables,
        links,
        ..ListPage::default()
    };
    Ok(Page(page).into_response())
}

/// The requirements; for the laboratory itself a missed one leads to where something can be done about it.
fn requirements(sharing: &Sharing, home: Option<&str>) -> Table {
    let what = |one: &Weighed| {
        let place = home.filter(|_| one.outcome != Outcome::Met).and_then(|home| match one.requirement {
            Requirement::Contact => Some(format!("{home}#contact")),
            Requirement::Updated | Requirement::Variants | Requirement::EveryClass => Some("/contribute".to_owned()),
            Requirement::Shared | Requirement::Criteria | Requirement::Evidence => None,
        });
        place.map_or_else(|| Cell::text(one.requirement.label()), |place| Cell::link(one.requirement.label(), place))
    };
    let row = |one: &Weighed| {
        vec![
            what(one),
            Cell::text(one.outcome.label()),
            Cell::text(one.found.clone()),
            Cell::text(one.demanded.clone()),
        ]
    };
    Table {
        title: "Requirements",
        headings: &["What", "Outcome", "Found", "Demanded"],
        rows: sharing.requirements.iter().map(row).collect(),
        empty: "The mandate demands nothing.",
        more: None,
    }
}

fn reach(sharing: &Sharing) -> Table {
    let counted = &sharing.counted;
    let row = |what: &str, count: u64| {
        let share = cairn_core::sharing::Share { count, of: counted.shared.of };
        vec![Cell::text(what), Cell::text(share.words())]
    };
    Table {
        title: "How far the reported variants reach",
        headings: &["Who can read the laboratory's statement", "Variants"],
        rows: vec![
            row("other laboratories of this node, or more", counted.members),
            row("other nodes, or more", counted.peers),
            row("everybody, in a public archive", counted.public),
        ],
        empty: "",
        more: None,
    }
}

fn missing(work: &WorkList) -> Table {
    let row = |one: &Missing| {
        let cell = match one {
            Missing::Statement { variant, label } => Cell::link(label.clone(), address::variant(&variant.to_string())),
            Missing::Reach { statement, label }
            | Missing::Criteria { statement, label }
            | Missing::Evidence { statement, label } => Cell::link(label.clone(), format!("/statements/{statement}")),
        };
        let statement = match one {
            Missing::Statement { .. } => String::new(),
            Missing::Reach { statement, .. }
            | Missing::Criteria { statement, .. }
            | Missing::Evidence { statement, .. } => statement.to_string(),
        };
        vec![cell.mono(), Cell::text(one.words()), Cell::text(statement)]
    };
    Table {
        title: "What is missing",
        headings: &["Variant", "What to do", "Statement"],
        rows: work.lines.iter().map(row).collect(),
        empty: "Nothing of what is recorded; what a requirement above says is missed may still ask for more.",
        more: None,
    }
}

fn days(past: &[Measured<Sharing>]) -> Table {
    let row = |one: &Measured<Sharing>| {
        let sharing = &one.report;
        let met = sharing.requirements.iter().filter(|one| one.outcome == Outcome::Met).count();
        vec![
            Cell::date(one.day.clone()),
            Cell::text(sharing.counted.shared.words()),
            Cell::text(format!("{met} of {}", sharing.requirements.len())),
            Cell::text(if sharing.mandate == 0 {
                "none published".to_owned()
            } else {
                format!("version {}", sharing.mandate)
            }),
        ]
    };
    Table {
        title: "Measured day by day",
        headings: &["Day", "Reported variants shared", "Requirements met", "Mandate"],
        rows: past.iter().map(row).collect(),
        empty: "Nothing was measured yet; the node measures each member once a day.",
        more: None,
    }
}

/// What the figures rest on: in the body of the page, so that it is printed with them.
async fn basis(app: &Shared, sharing: &Sharing) -> Result<Table, PageError> {
    let mandate = match sharing.mandate {
        0 => "none published; the demands built in".to_owned(),
        version => format!("version {version}"),
    };
    let mut facts = vec![("Rule", sharing.rule.clone()), ("Mandate", mandate)];
    facts.extend(sharing.standing.map(|standing| ("Membership", standing.label().to_owned())));
    if let Some(shard) = app.node.shard(None).await? {
        let root = cairn_ledger::hash::Hash::new(shard.root);
        facts.push(("Ledger", format!("{} at {} entries, root {root}", shard.origin, shard.size)));
    }
    Ok(Table {
        title: "Basis",
        headings: &["What", "Which"],
        rows: facts.into_iter().map(|(what, which)| vec![Cell::text(what), Cell::text(which)]).collect(),
        empty: "",
        more: None,
    })
}

/// `GET /laboratories/{slug}/sharing/attestation.json`: the signed file.
pub async fn attestation(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(slug): Path<String>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let of = member(&app, &person, &slug, Action::Export).await?;
    let moment = asked.moment().map_err(|error| PageError::NotUnderstood(error.to_string()))?;
    let text = app.node.attest_sharing(&of, moment).await?;
    let name = format!("attachment; filename=\"sharing-{slug}.json\"");
    Ok(([(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)], text)
        .into_response())
}
