//! How many differences there are, how old, why they end, between whom and on which criterion.

use crate::app::Shared;
use crate::pages::frame::{Frame, Page, PageError};
use crate::person::SignedIn;
use askama::Template;
use axum::extract::{Query, State as Taken};
use axum::response::{IntoResponse, Response};
use cairn_node::discordance::Analytics;
use cairn_node::discordance::analytics::Ages;
use serde::Deserialize;

/// Rows of a table.
const ROWS: usize = 25;

/// Of whom.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Whose {
    /// `mine`: those in which the reader's laboratory takes part.
    of: String,
}

#[derive(Template)]
#[template(path = "discordance_analytics.html")]
struct AnalyticsPage {
    frame: Frame,
    sentence: String,
    is_own: bool,
    laboratory: String,
    slug: String,
    states: Vec<Bar>,
    grades: Vec<Bar>,
    ages: Vec<Bar>,
    times: Vec<Bar>,
    reasons: Vec<(String, &'static str, u64)>,
    pairs: Vec<PairRow>,
    criteria: Vec<(String, u64, u64)>,
}

/// A count as a row with a bar; the words and the number say it without the bar.
struct Bar {
    label: String,
    n: u64,
    /// Length of the bar, in hundredths of the longest.
    length: u64,
    link: Option<String>,
}

struct PairRow {
    a: String,
    b: String,
    open: u64,
    closed: u64,
    link: String,
}

/// `GET /discordances/analytics`
pub async fn show(
    Taken(app): Taken<Shared>,
    SignedIn(person): SignedIn,
    Query(whose): Query<Whose>,
) -> Result<Response, PageError> {
    let is_own = whose.of == "mine";
    let found = app.node.discordance_analytics(is_own.then_some(person.at.serial)).await?;
    let state = |state: cairn_core::discordance::State| Some(format!("/discordances?state={}", state.code()));
    let grade = |grade: cairn_core::discordance::Grade| {
        let strength = if grade == cairn_core::discordance::Grade::Strength { "&strength=1" } else { "" };
        Some(format!("/discordances?grade={}{strength}", grade.code()))
    };
    let states = found.by_state.iter().map(|one| (one.state.label().to_owned(), one.discordances, state(one.state)));
    let grades =
        found.open_by_grade.iter().map(|one| (one.grade.label().to_owned(), one.discordances, grade(one.grade)));
    let pair = |one: &cairn_node::discordance::analytics::PairCount| PairRow {
        a: one.a.name.clone(),
        b: one.b.name.clone(),
        open: one.open,
        closed: one.closed,
        link: format!("/discordances?state=any&lab={}&q={}", one.a.slug, crate::address::encode(&one.b.name)),
    };
    Ok(Page(AnalyticsPage {
        frame: Frame::of(&app, &person, "discordances"),
        sentence: sentence(&found),
        is_own,
        laboratory: person.laboratory().name.clone(),
        slug: person.laboratory().slug.clone(),
        states: bars(states),
        grades: bars(grades),
        ages: spans(&found.age_of_open),
        times: spans(&found.time_to_concordance),
        reasons: found
            .reasons
            .iter()
            .map(|one| (one.label.clone(), if one.ended { "ended" } else { "goes on" }, one.discordances))
            .collect(),
        pairs: found.pairs.iter().take(ROWS).map(pair).collect(),
        criteria: found.criteria.iter().take(ROWS).map(|one| (one.code.clone(), one.discordances, one.open)).collect(),
    })
    .into_response())
}

fn bars(counts: impl Iterator<Item = (String, u64, Option<String>)>) -> Vec<Bar> {
    let counts: Vec<_> = counts.collect();
    let most = counts.iter().map(|(_, n, _)| *n).max().unwrap_or(0).max(1);
    counts.into_iter().map(|(label, n, link)| Bar { label, n, length: n * 100 / most, link }).collect()
}

fn spans(ages: &Ages) -> Vec<Bar> {
    bars(ages.distribution.iter().map(|one| (one.label.clone(), one.discordances, None)))
}

fn sentence(found: &Analytics) -> String {
    let days = |ages: &Ages| match (ages.median_days, ages.longest_days) {
        (Some(median), Some(longest)) => {
            format!(" (half of them for {median} days or less, the longest for {longest})")
        }
        _ => String::new(),
    };
    format!(
        "{} ask for work{}; {} ended in concordance{}; {} go on with a reason; {} were opened again.",
        found.open,
        days(&found.age_of_open),
        found.concordant,
        days(&found.time_to_concordance),
        found.continued,
        found.opened_again
    )
}
