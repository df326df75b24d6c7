//! What people do about a difference, as their forms send it.

use super::actor;
use super::forms::Typed;
use super::workspace::{Pair, page};
use crate::app::Shared;
use crate::form::OwnForm;
use crate::pages::frame::PageError;
use crate::person::SignedIn;
use axum::extract::{Path, State as Taken};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::accession::Accession;
use cairn_core::classification::Classification;
use cairn_core::criterion::Criterion;
use cairn_core::discordance::{Answer, ContinueReason, FlagReason, LiftReason};
use cairn_node::discordance::{Act, ActError};
use std::collections::HashMap;
use std::str::FromStr;

type Fields = HashMap<String, String>;

/// `POST /discordances/{accession}/{act}`
pub async fn act(
    Taken(app): Taken<Shared>,
    SignedIn(person): SignedIn,
    Path((accession, name)): Path<(Accession, String)>,
    OwnForm(fields): OwnForm<Fields>,
) -> Result<Response, PageError> {
    let seen = fields.get("seen").and_then(|seen| seen.parse().ok()).unwrap_or(0);
    let done = match read(&name, &fields) {
        Ok(act) => app.node.act_on_discordance(&actor(&person), accession, seen, act).await,
        Err(why) => Err(ActError::Refused(why)),
    };
    let failed = match done {
        Ok(_) => return Ok(Redirect::to(&format!("/discordances/{accession}#{}", place_of(&name))).into_response()),
        Err(ActError::NotFound) => return Err(PageError::NotFound),
        Err(ActError::Node(error)) => return Err(error.into()),
        Err(why @ ActError::NotAParty) => return Err(PageError::NotAllowed(format!("Nothing was changed: {why}."))),
        Err(why) => why,
    };
    let as_of = app.node.as_of(None).await?;
    let view = app.node.discordance(accession, as_of).await?.ok_or(PageError::NotFound)?;
    let changed = matches!(failed, ActError::ChangedMeanwhile { .. });
    let typed = Typed { act: name, fields, why: failed.to_string(), changed };
    page(&app, &person, (view, as_of, None), &Pair::default(), typed).await
}

/// Where on the page an act shows.
fn place_of(act: &str) -> &'static str {
    match act {
        "comment" => "thread",
        "propose" | "answer" => "proposals",
        "flag" | "lift" => "statements",
        _ => "main",
    }
}

/// The act that a form asks for.
fn read(name: &str, fields: &Fields) -> Result<Act, String> {
    let text = || field(fields, "text").to_owned();
    Ok(match name {
        "comment" => Act::Comment { statement: optional(fields, "statement", "statement")?, text: text() },
        "assign" => Act::Assign { to: optional(fields, "to", "person")? },
        "due" => Act::SetDue { due: optional(fields, "due", "day")? },
        "propose" => Act::Propose {
            statement: required(fields, "statement", "statement")?,
            class: required(fields, "class", "class")?,
            criteria: criteria(fields)?,
            text: text(),
        },
        "answer" => Act::Answer {
            proposal: required(fields, "proposal", "proposal")?,
            answer: Answer::from_code(field(fields, "answer")).ok_or("choose an answer")?,
            class: optional(fields, "class", "class")?,
            criteria: criteria(fields)?,
            text: text(),
        },
        "flag" => Act::Flag {
            statement: required(fields, "statement", "statement")?,
            reason: FlagReason::from_code(field(fields, "reason")).ok_or("choose a reason")?,
            text: text(),
        },
        "lift" => Act::Lift {
            flag: required(fields, "flag", "doubt")?,
            reason: LiftReason::from_code(field(fields, "reason")).ok_or("choose a reason")?,
            text: text(),
        },
        "agree" => {
            confirmed(fields)?;
            Act::Agree { changes: changes(fields)?, text: text() }
        }
        "continue" => {
            confirmed(fields)?;
            let reason = ContinueReason::from_code(field(fields, "reason")).ok_or("choose a reason")?;
            Act::Continue { reason, text: text() }
        }
        "resume" => Act::Resume { text: text() },
        _ => return Err("the form asks for something that this page does not do".to_owned()),
    })
}

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |text| text.trim())
}

fn optional<T: FromStr>(fields: &Fields, name: &str, what: &str) -> Result<Option<T>, String> {
    match field(fields, name) {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| format!("`{text}` is no {what}")),
    }
}

fn required<T: FromStr>(fields: &Fields, name: &str, what: &str) -> Result<T, String> {
    optional(fields, name, what)?.ok_or_else(|| format!("choose a {what}"))
}

/// Criteria as people write them: `PM2_Supporting, PS3 not met`.
fn criteria(fields: &Fields) -> Result<Vec<Criterion>, String> {
    let texts = field(fields, "criteria").split([',', ';', '\n']).map(str::trim).filter(|text| !text.is_empty());
    texts.map(|text| text.parse().map_err(|why: cairn_core::criterion::CriterionError| why.to_string())).collect()
}

/// The classes that statements are to have; one that stays is not among them.
fn changes(fields: &Fields) -> Result<Vec<(Accession, Classification)>, String> {
    let mut changes = Vec::new();
    for (name, value) in fields {
        let Some(statement) = name.strip_prefix("agree-").filter(|_| !value.is_empty()) else { continue };
        let statement = statement.parse().map_err(|_| format!("`{statement}` is no statement"))?;
        let class = value.parse().map_err(|_| format!("`{value}` is no class"))?;
        changes.push((statement, class));
    }
    changes.sort_by_key(|(statement, _): &(Accession, _)| statement.serial());
    Ok(changes)
}

fn confirmed(fields: &Fields) -> Result<(), String> {
    let is_confirmed = !field(fields, "confirmed").is_empty();
    is_confirmed.then_some(()).ok_or_else(|| "tick that you decide this for your laboratory".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn criteria_are_read_as_people_write_them() {
        let read = criteria(&fields(&[("criteria", "PM2_Supporting, ps3 not met")]));
        let read: Vec<String> = read.unwrap_or_default().iter().map(Criterion::to_string).collect();
        assert_eq!(read, ["PM2_Supporting", "PS3_not_met"]);
        assert!(criteria(&fields(&[("criteria", "good")])).is_err_and(|why| why.contains("`good`")));
    }

    #[test]
    fn a_decision_for_a_laboratory_is_confirmed() {
        let sent =
            [("agree-CRN000002", "uncertain_significance"), ("agree-CRN000001", ""), ("text", "agreed by phone")];
        assert!(read("agree", &fields(&sent)).is_err_and(|why| why.contains("tick")));
        let confirmed = fields(&[&sent[..], &[("confirmed", "1")]].concat());
        let Ok(Act::Agree { changes, text }) = read("agree", &confirmed) else { panic!("{confirmed:?}") };
        assert_eq!((changes.len(), changes[0].1, text.as_str()), (1, Classification::Uncertain, "agreed by phone"));
    }
}
