//! The workspace of one difference: who differs and how, what each side would be with the other's
//! criteria, what was said and proposed, and what can be decided.

use super::forms::{self, Typed};
use super::{named, positions};
use crate::app::{App, Shared};
use crate::mark::Mark;
use crate::pages::account::minute;
use crate::pages::frame::{Frame, Page, PageError};
use crate::person::{Person, SignedIn};
use crate::view::citation::CitationView;
use crate::view::statement::StatementRow;
use askama::Template;
use axum::extract::{Path, Query, State as Taken};
use axum::response::{IntoResponse, Response};
use cairn_core::accession::{Accession, VersionedAccession};
use cairn_core::classification::Classification;
use cairn_core::criterion::{Criterion, Outcome};
use cairn_core::discordance::{Answer, Difference, State};
use cairn_node::discordance::view::{MemberView, ProposalView};
use cairn_node::discordance::{DiscordanceView, PersonName};
use serde::Deserialize;

/// Which two statements are compared closely.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pair {
    /// `CRN000001.2`
    a: String,
    /// `CRN000002.1`
    b: String,
}

#[derive(Template)]
#[template(path = "discordance.html")]
struct Workspace {
    frame: Frame,
    accession: String,
    version: u32,
    state: State,
    grade: &'static str,
    genes: Vec<String>,
    variant: String,
    variant_link: String,
    lead: String,
    about: String,
    stand: String,
    facts: Vec<(&'static str, String)>,
    compared: Vec<(String, String, String)>,
    members: Vec<MemberRow>,
    matrix: Vec<MatrixRow>,
    pair: Option<PairRow>,
    proposals: Vec<ProposalRow>,
    thread: Vec<MessageRow>,
    history: Vec<HistoryRow>,
    /// Whether the reader's laboratory takes part and the reader may act.
    may_act: bool,
    laboratory: String,
    people: Vec<(String, String)>,
    assigned: String,
    due: String,
    classes: Vec<Classification>,
    agreed: Vec<(String, &'static str, bool)>,
    form: forms::Lists,
    /// What the reader typed and could not be done, and why.
    typed: Typed,
}

/// A statement that takes part.
struct MemberRow {
    row: StatementRow,
    versioned: String,
    is_superseded: bool,
    is_expert_panel: bool,
    is_own: bool,
    flags: Vec<FlagRow>,
}

struct FlagRow {
    id: String,
    statement: String,
    reason: &'static str,
    text: String,
    who: String,
    when: String,
    lifted: Option<String>,
}

struct MatrixRow {
    code: String,
    differs: bool,
    cells: Vec<Option<Cell>>,
}

/// What a statement says of a criterion.
struct Cell {
    text: String,
    kind: &'static str,
    words: &'static str,
}

/// Two statements compared closely.
struct PairRow {
    a: String,
    b: String,
    sides: Vec<SideRow>,
    explained: Vec<(String, String)>,
    cited: Vec<(String, Vec<CitationView>)>,
    notes: Vec<&'static str>,
}

struct SideRow {
    laboratory: String,
    stated: Mark,
    guideline: String,
    own: Option<Mark>,
    others: Option<Mark>,
}

struct ProposalRow {
    id: String,
    who: String,
    when: String,
    asks: String,
    statement: String,
    class: Mark,
    /// The same in words alone, for a button.
    becomes: String,
    criteria: String,
    text: String,
    counters: bool,
    answer: Option<(String, String, &'static str, String)>,
    /// Whether the reader is asked.
    is_mine_to_answer: bool,
}

struct MessageRow {
    who: String,
    when: String,
    statement: Option<String>,
    is_superseded: bool,
    text: String,
}

struct HistoryRow {
    when: String,
    who: String,
    what: String,
    version: Option<u32>,
    state: String,
    /// Whether it happened after the version that the reader had seen.
    is_new: bool,
}

/// `GET /discordances/{accession}`
pub async fn show(
    Taken(app): Taken<Shared>,
    SignedIn(person): SignedIn,
    Path(accession): Path<Accession>,
    Query(pair): Query<Pair>,
) -> Result<Response, PageError> {
    let as_of = app.node.as_of(None).await?;
    let view = app.node.discordance(accession, as_of).await?.ok_or(PageError::NotFound)?;
    page(&app, &person, view, &pair, Typed::default()).await
}

/// The page of a difference, with what the reader typed where it could not be done.
pub(super) async fn page(
    app: &App,
    person: &Person,
    view: DiscordanceView,
    pair: &Pair,
    typed: Typed,
) -> Result<Response, PageError> {
    let line = &view.line;
    let names: Vec<(VersionedAccession, String)> =
        view.members.iter().map(|member| (versioned(member), member.statement.laboratory.name.clone())).collect();
    let pair = closely(app, &view, pair, &names).await?;
    let may_act = view.is_party(person.at.serial) && person.user.role.may_contribute();
    let people = if may_act { app.node.people_of_parties(line.accession).await? } else { Vec::new() };
    let status = typed.status();
    let seen = typed.seen();
    let page = Workspace {
        frame: Frame::of(app, person, "discordances").with_query(&line.variant_label),
        accession: line.accession.to_string(),
        version: line.version,
        state: line.state,
        grade: line.grade.label(),
        genes: line.genes.clone(),
        variant: line.variant_label.clone(),
        variant_link: crate::address::variant(&line.variant.to_string()),
        lead: positions(&line.sides, line.state == State::Concordant),
        about: if line.condition.is_empty() {
            line.scope.label().to_owned()
        } else {
            format!("for {}", line.condition)
        },
        stand: stand(&view),
        facts: facts(&view),
        compared: view
            .equivalence
            .variants
            .iter()
            .map(|one| (crate::address::variant(&one.variant.to_string()), one.label.clone(), one.why.clone()))
            .collect(),
        members: view.members.iter().map(|member| member_row(app, member, person)).collect(),
        matrix: matrix(&view),
        pair,
        proposals: view.proposals.iter().map(|one| proposal(one, &view, person, may_act)).collect(),
        thread: view.thread.iter().map(message).collect(),
        history: history(&view, seen),
        may_act,
        laboratory: person.laboratory().name.clone(),
        people: people.iter().map(|one| (one.user.to_string(), who(one))).collect(),
        assigned: line.assigned.as_ref().map(|one| one.user.to_string()).unwrap_or_default(),
        due: line.due.map(|day| day.to_string()).unwrap_or_default(),
        classes: Classification::ALL.iter().copied().filter(|class| is_offered(*class, &view)).collect(),
        agreed: view.agreed.iter().map(|one| (one.statement.to_string(), one.class.label(), one.is_done)).collect(),
        form: forms::Lists::default(),
        typed,
    };
    Ok((status, Page(page)).into_response())
}

/// Whether a class answers the same question and takes a side.
fn is_offered(class: Classification, view: &DiscordanceView) -> bool {
    class.track() == view.line.track && cairn_core::discordance::side(class).is_some()
}

fn who(person: &PersonName) -> String {
    format!("{}, {}", person.name, person.laboratory.name)
}

/// `CRN000001.2`
fn written(one: VersionedAccession) -> String {
    one.version.map_or_else(|| one.accession.to_string(), |version| format!("{}.{version}", one.accession))
}

fn versioned(member: &MemberView) -> VersionedAccession {
    let statement = &member.statement.statement;
    VersionedAccession { accession: statement.accession, version: Some(statement.version) }
}

/// Whose turn it is, and on what.
fn stand(view: &DiscordanceView) -> String {
    let line = &view.line;
    let since = line.opened.strftime("%Y-%m-%d");
    let given = line.assigned.as_ref().map_or(String::new(), |one| format!(" Given to {}.", who(one)));
    let outcome = view.outcome.as_ref().map_or(String::new(), |outcome| {
        if outcome.text.is_empty() {
            format!(": {}", outcome.label)
        } else {
            format!(": {} – “{}”", outcome.label, outcome.text)
        }
    });
    match line.state {
        State::Open => format!("Open since {since}; nobody has said anything yet.{given}"),
        State::InDiscussion => format!("In discussion; open since {since}.{given}"),
        State::PendingConcordance => {
            let awaited: Vec<String> =
                view.agreed.iter().filter(|one| !one.is_done).map(|one| owner(view, one.statement)).collect();
            format!("Agreed; it closes by itself when the record of {} says so.{given}", named(&awaited))
        }
        State::Concordant => format!("Closed{outcome}."),
        State::Continued => format!("The laboratories go on differing{outcome}."),
    }
}

/// The laboratory of a statement.
fn owner(view: &DiscordanceView, statement: Accession) -> String {
    let found = view.members.iter().find(|member| member.statement.statement.accession == statement);
    found.map_or_else(|| statement.to_string(), |member| member.statement.laboratory.name.clone())
}

fn facts(view: &DiscordanceView) -> Vec<(&'static str, String)> {
    let line = &view.line;
    let mut facts = vec![
        ("Severity", line.grade.label().to_owned()),
        ("State", line.state.label().to_owned()),
        ("Opened", minute(&line.opened)),
        ("Last changed", minute(&line.changed)),
        ("Given to", line.assigned.as_ref().map_or_else(|| "nobody".to_owned(), who)),
        ("Due", line.due.map_or_else(|| "no day set".to_owned(), |day| day.to_string())),
    ];
    if line.times_opened > 1 {
        facts.push(("Opened", format!("{} times", line.times_opened)));
    }
    facts.push(("Compared", view.equivalence.text.clone()));
    facts
}

fn member_row(app: &App, member: &MemberView, person: &Person) -> MemberRow {
    let flags = member.flags.iter().map(|flag| FlagRow {
        id: flag.id.to_string(),
        statement: flag.statement.clone(),
        reason: flag.reason.label(),
        text: flag.text.clone(),
        who: who(&flag.who),
        when: minute(&flag.when),
        lifted: flag.lift.as_ref().map(|lift| format!("{}, {}", lift.reason.label(), minute(&lift.when))),
    });
    let mut row = StatementRow::of(&member.statement);
    row.conditions.iter_mut().for_each(|named| named.explain(app.node.reference().conditions()));
    MemberRow {
        row,
        versioned: written(versioned(member)),
        is_superseded: member.is_superseded,
        is_expert_panel: member.is_expert_panel,
        is_own: member.statement.laboratory.id == person.laboratory().id,
        flags: flags.collect(),
    }
}

fn matrix(view: &DiscordanceView) -> Vec<MatrixRow> {
    let cell = |criterion: &Criterion| {
        let (kind, words) = match criterion.outcome {
            Outcome::Met => ("met", "met"),
            Outcome::NotMet => ("not-met", "looked at and not met"),
            Outcome::NotEvaluated => ("not-evaluated", "not evaluated"),
        };
        let strength = criterion.strength.map_or_else(String::new, |strength| format!("_{}", strength.suffix()));
        Cell { text: format!("{}{strength}", criterion.code), kind, words }
    };
    let mut rows: Vec<MatrixRow> = view
        .matrix
        .iter()
        .map(|row| MatrixRow {
            code: row.code.clone(),
            differs: row.differs,
            cells: row.cells.iter().map(|found| found.as_ref().map(cell)).collect(),
        })
        .collect();
    rows.sort_by_key(|row| !row.differs);
    rows
}

/// The two statements asked for; else the most and the least severe that list criteria.
async fn closely(
    app: &App,
    view: &DiscordanceView,
    asked: &Pair,
    names: &[(VersionedAccession, String)],
) -> Result<Option<PairRow>, PageError> {
    let member = |text: &str| {
        let asked: VersionedAccession = text.parse().ok()?;
        view.members.iter().find(|member| versioned(member) == asked)
    };
    let mut order: Vec<&MemberView> = view.members.iter().collect();
    order.sort_by_key(|member| {
        let body = &member.statement.statement.body;
        (body.criteria.is_empty(), body.classification)
    });
    let with: Vec<&&MemberView> =
        order.iter().filter(|member| !member.statement.statement.body.criteria.is_empty()).collect();
    let first = member(&asked.a).or_else(|| order.first().copied());
    let last = member(&asked.b).or_else(|| {
        let severe = first?.statement.statement.body.classification;
        let other = |member: &&&MemberView| {
            cairn_core::discordance::side(member.statement.statement.body.classification)
                != cairn_core::discordance::side(severe)
        };
        let listed = with.iter().rev().map(|member| **member).find(|member| other(&member));
        listed.or_else(|| order.iter().rev().copied().find(|member| other(&member))).or_else(|| order.last().copied())
    });
    let (Some(a), Some(b)) = (first, last) else { return Ok(None) };
    let (a, b) = (versioned(a), versioned(b));
    let as_of = app.node.as_of(None).await?;
    let Some(difference) = app.node.discordance_difference(a, b, as_of).await? else { return Ok(None) };
    let name = |wanted: VersionedAccession| {
        names.iter().find(|(one, _)| *one == wanted).map(|(_, name)| name.clone()).unwrap_or_default()
    };
    Ok(Some(pair_row((written(a), name(a)), (written(b), name(b)), difference)))
}

fn pair_row((a, name_a): (String, String), (b, name_b): (String, String), found: Difference) -> PairRow {
    let side = |laboratory: &str, side: &cairn_core::discordance::SideClass| SideRow {
        laboratory: laboratory.to_owned(),
        stated: Mark::Full(side.stated),
        guideline: match (&side.guideline, &side.run) {
            (Some(stated), Some(run)) => {
                format!("{stated} (run as {run}{})", if side.is_assumed { ", assumed" } else { "" })
            }
            (None, Some(run)) => format!("not stated; {run} assumed"),
            (Some(stated), None) => format!("{stated}, which is not loaded"),
            (None, None) => "not stated".to_owned(),
        },
        own: side.computed.map(Mark::Full),
        others: side.with_others_criteria.map(Mark::Full),
    };
    let becomes = |name: &str, class: Option<Classification>| {
        class.map(|class| format!("{name} would be {}", class.label().to_lowercase()))
    };
    let explained = found.explained.iter().map(|one| {
        let changes = [becomes(&name_a, one.a_becomes), becomes(&name_b, one.b_becomes)];
        let changes: Vec<String> = changes.into_iter().flatten().collect();
        let end = if one.reconciles { "; that alone would reconcile them" } else { "" };
        (one.code.clone(), format!("{}{end}", changes.join("; ")))
    });
    let citations = |all: &[cairn_core::citation::Citation]| all.iter().map(CitationView::from).collect::<Vec<_>>();
    let cited = [
        (format!("Only {name_a} cites"), citations(&found.cited_by_a)),
        (format!("Only {name_b} cites"), citations(&found.cited_by_b)),
        ("Both cite".to_owned(), citations(&found.cited_by_both)),
    ];
    let mut notes = Vec::new();
    if !found.same_condition {
        notes.push("They are not about the same condition or mode of inheritance, as written.");
    }
    if !found.same_guideline {
        notes.push("They do not name the same guideline.");
    }
    PairRow {
        sides: vec![side(&name_a, &found.a), side(&name_b, &found.b)],
        explained: explained.collect(),
        cited: cited.into_iter().filter(|(_, cited)| !cited.is_empty()).collect(),
        notes,
        a,
        b,
    }
}

fn proposal(one: &ProposalView, view: &DiscordanceView, person: &Person, may_act: bool) -> ProposalRow {
    let asked = owner(view, one.statement);
    // Whose statement is to change answers; what that laboratory offers itself, any other answers.
    let owner = view.members.iter().find(|member| member.statement.statement.accession == one.statement);
    let owner = owner.map(|member| member.statement.laboratory.id);
    let own = person.laboratory().id;
    let is_asked = match owner == Some(one.who.laboratory.id) {
        true => own != one.who.laboratory.id,
        false => owner == Some(own),
    };
    let criteria: Vec<String> = one.criteria.iter().map(Criterion::to_string).collect();
    ProposalRow {
        id: one.id.to_string(),
        who: who(&one.who),
        when: minute(&one.when),
        asks: asked,
        statement: one.statement.to_string(),
        class: Mark::Full(one.class),
        becomes: one.class.label().to_lowercase(),
        criteria: criteria.join(", "),
        text: one.text.clone(),
        counters: one.counters.is_some(),
        answer: one.answer.as_ref().map(|answer| {
            let word = match answer.answer {
                Answer::Accept => "accepted",
                Answer::Decline => "declined",
                Answer::Counter => "answered with another proposal",
            };
            (who(&answer.who), minute(&answer.when), word, answer.text.clone())
        }),
        is_mine_to_answer: may_act && is_asked && one.answer.is_none() && view.line.state.is_open(),
    }
}

fn message(one: &cairn_node::discordance::view::MessageView) -> MessageRow {
    MessageRow {
        who: who(&one.who),
        when: minute(&one.when),
        statement: one.statement.clone(),
        is_superseded: one.is_superseded,
        text: one.text.clone(),
    }
}

fn history(view: &DiscordanceView, seen: Option<u32>) -> Vec<HistoryRow> {
    let row = |line: &cairn_node::discordance::view::HistoryLine| HistoryRow {
        when: minute(&line.when),
        who: line.who.as_ref().map_or_else(|| "the record".to_owned(), who),
        what: line.what.clone(),
        version: line.version.map(|(version, ..)| version),
        state: line
            .version
            .map(|(_, state, grade)| format!("{}, {}", state.label(), grade.label()))
            .unwrap_or_default(),
        is_new: seen.is_some_and(|seen| line.version.is_some_and(|(version, ..)| version > seen)),
    };
    view.history.iter().rev().map(row).collect()
}

/// The name of the field that says what a statement is to become.
fn agree_field(accession: &str) -> String {
    format!("agree-{accession}")
}
