//! How many differences there are, how old, why they end, between whom and on which criterion.

use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::pages::frame::{Frame, Page, PageError};
use crate::person::SignedIn;
use crate::view::amount::{counted, days};
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
    /// The day or moment as of which the record is read; empty: now.
    as_of: String,
}

#[derive(Template)]
#[template(path = "discordance_analytics.html")]
struct AnalyticsPage {
    frame: Frame,
    sentence: String,
    is_own: bool,
    laboratory: String,
    /// The same of every laboratory, and of the reader's own.
    everyone: String,
    own: String,
    export: String,
    /// As of when; empty: now.
    day: String,
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
    let then = AsOfQuery { as_of: whose.as_of.trim().to_owned() };
    let moment = then.moment().map_err(|error| PageError::NotUnderstood(error.to_string()))?;
    let found = app.node.discordance_analytics(is_own.then_some(person.at.serial), moment).await?;
    let slug = person.laboratory().slug.clone();
    let of = if is_own { format!("&lab={slug}") } else { String::new() };
    let state =
        |state: cairn_core::discordance::State| Some(then.on(&format!("/discordances?state={}{of}", state.code())));
    let grade = |grade: cairn_core::discordance::Grade| {
        let strength = if grade == cairn_core::discordance::Grade::Strength { "&strength=1" } else { "" };
        Some(then.on(&format!("/discordances?grade={}{strength}{of}", grade.code())))
    };
    let states = found.by_state.iter().map(|one| (one.state.label().to_owned(), one.discordances, state(one.state)));
    let grades =
        found.open_by_grade.iter().map(|one| (one.grade.label().to_owned(), one.discordances, grade(one.grade)));
    let pair = |one: &cairn_node::discordance::analytics::PairCount| PairRow {
        a: one.a.name.clone(),
        b: one.b.name.clone(),
        open: one.open,
        closed: one.closed,
        link: then.on(&format!("/discordances?state=any&lab={}&q={}", one.a.slug, crate::address::encode(&one.b.name))),
    };
    Ok(Page(AnalyticsPage {
        frame: Frame { as_of: moment.map(|_| then.as_of.clone()), ..Frame::of(&app, &person, "discordances") },
        sentence: sentence(&found),
        everyone: then.on("/discordances/analytics"),
        own: then.on("/discordances/analytics?of=mine"),
        export: then.on(&format!("/discordances/export.csv?state=any&strength=1{of}")),
        day: then.as_of.clone(),
        is_own,
        laboratory: person.laboratory().name.clone(),
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
    let span = |ages: &Ages, verb: &str| match (ages.median_days, ages.longest_days) {
        (Some(only), Some(_)) if ages.discordances == 1 => format!(" ({verb} {})", days(only)),
        (Some(0), Some(0)) => format!(" (each {verb} less than a day)"),
        (Some(0), Some(longest)) => format!(" (half of them {verb} less than a day, the longest {})", days(longest)),
        (Some(median), Some(longest)) => {
            format!(" (half of them {verb} {} or less, the longest {})", days(median), days(longest))
        }
        _ => String::new(),
    };
    format!(
        "{} for work{}; {} ended in concordance{}; {} on with a reason; {} opened again.",
        counted(found.open, "asks", "ask"),
        span(&found.age_of_open, "for"),
        found.concordant,
        span(&found.time_to_concordance, "after"),
        counted(found.continued, "goes", "go"),
        counted(found.opened_again, "was", "were"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ages(discordances: u64, median: u64, longest: u64) -> Ages {
        let known = (discordances > 0).then_some(());
        let distribution = Vec::new();
        Ages { discordances, median_days: known.map(|()| median), longest_days: known.map(|()| longest), distribution }
    }

    fn check(counts: [u64; 4], open: Ages, took: Ages, expected: &str) {
        let [asks, concordant, continued, opened_again] = counts;
        let found = Analytics {
            by_state: Vec::new(),
            open_by_grade: Vec::new(),
            open: asks,
            concordant,
            continued,
            opened_again,
            age_of_open: open,
            time_to_concordance: took,
            reasons: Vec::new(),
            pairs: Vec::new(),
            criteria: Vec::new(),
        };
        assert_eq!(sentence(&found), expected);
    }

    #[test]
    fn one_and_many_and_no_whole_day_have_their_words() {
        check(
            [1, 1, 1, 1],
            ages(1, 0, 0),
            ages(1, 1, 1),
            "1 asks for work (for less than a day); 1 ended in concordance (after 1 day); 1 goes on with a reason; \
             1 was opened again.",
        );
        check(
            [3, 0, 2, 0],
            ages(3, 0, 12),
            ages(0, 0, 0),
            "3 ask for work (half of them for less than a day, the longest 12 days); 0 ended in concordance; \
             2 go on with a reason; 0 were opened again.",
        );
        check(
            [2, 2, 0, 0],
            ages(2, 0, 0),
            ages(2, 1, 40),
            "2 ask for work (each for less than a day); 2 ended in concordance (half of them after 1 day or less, \
             the longest 40 days); 0 go on with a reason; 0 were opened again.",
        );
    }
}
