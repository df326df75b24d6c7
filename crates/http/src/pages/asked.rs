//! What other nodes answer just now: about a variant, a region, phenotypes. Who does not answer is named with the reason.

use super::list::{Cell, Table};
use crate::app::App;
use crate::person::Person;
use cairn_core::data_use::PurposeKind;
use cairn_core::user::Purpose;
use cairn_node::federation::{CaseNumbers, Federation, Heard, PeerAnswer, RegionNumbers, SimilarNumbers};
use cairn_node::lookup::expression::LookUp;
use cairn_protocol::Requester;
use cairn_store::variant::Region;
use std::sync::Arc;

/// Whether there is anybody to ask.
pub(crate) fn has_peers(app: &App) -> bool {
    app.settings.federation.as_ref().is_some_and(|federation| federation.has_peers())
}

/// The node among its peers, what a person asks for, and on whose behalf; `None`: there is nobody to ask.
fn asking<'a>(app: &'a App, person: &Person) -> Option<(&'a Arc<Federation>, PurposeKind, Requester)> {
    let federation = app.settings.federation.as_ref().filter(|federation| federation.has_peers())?;
    let purpose = match person.purpose {
        Purpose::ClinicalCare => PurposeKind::ClinicalCare,
        Purpose::Research => PurposeKind::Health,
        Purpose::Operation => PurposeKind::Operation,
    };
    let requester =
        Requester { organisation: person.at.laboratory.name.clone(), role: person.user.role.code().to_owned() };
    Some((federation, purpose, requester))
}

/// What the peers answer about what was looked up: everybody who is asked, those who did not answer too.
pub(crate) async fn variant(app: &App, person: &Person, found: &LookUp) -> Vec<PeerAnswer> {
    let Some((federation, purpose, requester)) = asking(app, person) else { return Vec::new() };
    let recorded = found.report.as_ref().map(|report| &report.variant).or(found.silent.as_ref());
    federation.ask(found.identity.as_deref(), recorded, purpose, requester).await.peers
}

/// What the peers know of a region, in numbers.
pub(crate) async fn region(app: &App, person: &Person, region: Region) -> Vec<Heard<Option<RegionNumbers>>> {
    match asking(app, person) {
        Some((federation, purpose, requester)) => federation.ask_region(region, purpose, requester).await,
        None => Vec::new(),
    }
}

/// How many cases of the peers show these phenotypes or nearly.
pub(crate) async fn similar(app: &App, person: &Person, terms: Vec<String>) -> Vec<Heard<Option<SimilarNumbers>>> {
    match asking(app, person) {
        Some((federation, purpose, requester)) => federation.ask_similar(terms, purpose, requester).await,
        None => Vec::new(),
    }
}

/// How many cases carry a variant, for the line of a peer.
pub(crate) fn words(numbers: &CaseNumbers) -> String {
    let cases = match numbers.cases {
        "0" => "no case that it may count".to_owned(),
        "1" => "1 case".to_owned(),
        "10+" => "10 or more cases".to_owned(),
        some => format!("{} cases", some.replace('-', "–")),
    };
    let day = numbers.as_of.strftime("%Y-%m-%d");
    match (numbers.carriers, numbers.among) {
        (Some(carriers), Some(among)) => format!("{cases} (about {carriers} of {among}), as of {day}"),
        _ => format!("{cases}, as of {day}"),
    }
}

/// The table of a region.
pub(crate) fn region_table(heard: &[Heard<Option<RegionNumbers>>]) -> Table {
    Table {
        title: "Other nodes, asked just now",
        headings: &["Node", "Variants", "Statements", "Cases", "Cases counted as of"],
        rows: heard.iter().map(region_row).collect(),
        ..Table::default()
    }
}

fn region_row(heard: &Heard<Option<RegionNumbers>>) -> Vec<Cell> {
    let Some(numbers) = &heard.answer else { return silent(heard) };
    let said = |(class, number): (&String, &u64)| format!("{number} {}", class.replace('_', " "));
    let statements: Vec<String> = numbers.statements.iter().map(said).collect();
    let more = if numbers.is_whole { "" } else { " or more" };
    vec![
        Cell::text(heard.peer.clone()),
        Cell::text(format!("{}{more}", numbers.variants)),
        Cell::text(if statements.is_empty() { "none".to_owned() } else { statements.join(", ") }),
        Cell::text(numbers.cases.replace('-', "–")),
        Cell::date(numbers.as_of.strftime("%Y-%m-%d").to_string()),
    ]
}

/// The table of phenotypes.
pub(crate) fn similar_table(heard: &[Heard<Option<SimilarNumbers>>]) -> Table {
    Table {
        title: "Similar cases on other nodes, asked just now",
        headings: &["Node", "Whose persons let us read them", "All that may be counted", "Counted as of"],
        rows: heard.iter().map(similar_row).collect(),
        ..Table::default()
    }
}

fn similar_row(heard: &Heard<Option<SimilarNumbers>>) -> Vec<Cell> {
    let Some(numbers) = &heard.answer else { return silent(heard) };
    let counted = numbers.counted.map_or_else(|| "fewer than 5".to_owned(), |bucket| bucket.replace('-', "–"));
    vec![
        Cell::text(heard.peer.clone()),
        Cell::text(numbers.open.replace('-', "–")),
        Cell::text(counted),
        Cell::date(numbers.as_of.strftime("%Y-%m-%d").to_string()),
    ]
}

/// A peer that did not answer, and why.
fn silent<T>(heard: &Heard<Option<T>>) -> Vec<Cell> {
    let why = heard.failure.clone().unwrap_or_else(|| "it said nothing".to_owned());
    vec![Cell::text(heard.peer.clone()), Cell::text(format!("did not answer: {why}"))]
}
