//! The variant page: the aggregate first, then who says so and why, then everything else.

use super::asked;
use super::discordance::queue::Row as DiscordanceRow;
use super::frame::{Frame, Page, PageError};
use crate::app::{App, Shared};
use crate::as_of::AsOfQuery;
use crate::mark::Mark;
use crate::person::SignedIn;
use crate::view::aggregate::{AggregateRow, SentenceRow, scale};
use crate::view::cases::CasesTable;
use crate::view::consequence::ConsequenceRow;
use crate::view::names::{self, NameRow};
use crate::view::nearby::NearbyTable;
use crate::view::penetrance::PenetranceTable;
use crate::view::statement::StatementRow;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::id::VariantId;
use cairn_node::federation::PeerAnswer;
use cairn_node::lookup::expression::LookUp;
use cairn_node::lookup::variant::{Provenance, VariantReport, VariantView};
use cairn_reference::identity::{Identity, Status};
use cairn_store::variant::VariantStatus;
use cairn_variant::assembly::Assembly;

#[derive(Template, Default)]
#[template(path = "variant.html")]
struct VariantPage {
    frame: Frame,
    title: String,
    /// What to ask for to get here again.
    expression: String,
    kind: String,
    genes: Vec<String>,
    protein: Option<String>,
    sentences: Vec<SentenceRow>,
    aggregates: Vec<AggregateRow>,
    scale: Vec<(Mark, usize)>,
    notes: Vec<String>,
    /// Why the text of the record is not this variant of any reference; its classes count for the text alone.
    contradiction: Option<String>,
    /// What other nodes answered, and who did not.
    peers: Vec<PeerAnswer>,
    /// Where laboratories differ on it, what asks for work first.
    discordances: Vec<DiscordanceRow>,
    statements: Vec<StatementRow>,
    differing: usize,
    has_more_statements: bool,
    cases: Option<CasesTable>,
    penetrance: Option<PenetranceTable>,
    /// It is on record, and nobody says anything of it.
    is_silent: bool,
    /// How often it was seen, when nobody classified it.
    seen: Option<String>,
    /// The assembly to which nothing loaded carries it: what is recorded there alone is not found.
    uncompared: Option<Assembly>,
    names: Vec<NameRow>,
    also: Vec<String>,
    consequences: Vec<ConsequenceRow>,
    provenance: Vec<SourceRow>,
    /// What is not this variant and stands beside it.
    nearby: NearbyTable,
    as_of_day: String,
}

/// A submission behind the page.
struct SourceRow {
    accession: String,
    name: String,
    version: String,
    gave: String,
    received: String,
}

/// `GET /variants/{expression}`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(expression): Path<String>,
    Query(then): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let moment = then.moment().map_err(|error| PageError::NotUnderstood(error.to_string()))?;
    let as_of = app.node.as_of(moment).await?;
    let found = app.node.look_up(&expression, as_of, person.viewer).await?;
    app.node.count_lookup(person.at.serial, person.purpose);
    let needs_choice = !found.candidates.is_empty() || !is_known(&found);
    if needs_choice {
        return Ok(Redirect::to(&format!("/search?q={}", crate::address::encode(&expression))).into_response());
    }
    let penetrance = match &found.report {
        Some(report) => PenetranceTable::of(&app.node.penetrance(report.variant.serial, as_of, person.viewer).await?),
        None => None,
    };
    let frame = Frame { as_of: moment.map(|_| then.as_of.clone()), ..Frame::of(&app, &person, "") };
    let recorded = found.report.as_ref().map(|report| report.variant.serial);
    let peers = match moment {
        None => asked::variant(&app, &person, &found).await,
        Some(_) => Vec::new(),
    };
    let nearby = app.node.near(&found, as_of, person.viewer).await?;
    let mut page = page(&app, frame, &expression, found, then.as_of);
    page.nearby = NearbyTable::of(&nearby);
    page.penetrance = penetrance;
    page.peers = peers;
    if let Some(serial) = recorded {
        let today = app.node.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let then = AsOfQuery { as_of: page.as_of_day.clone() };
        let lines = app.node.discordances_of_variant(serial, as_of).await?;
        page.discordances = lines.iter().map(|line| DiscordanceRow::of(line, today, &then)).collect();
    }
    let is_id = expression.parse::<VariantId>().is_ok();
    // Under a notation the answer is the same as for a variant that is not on record.
    page.is_silent = is_id && recorded.is_none();
    page.frame.query.clone_from(if is_id { &page.title } else { &expression });
    Ok(Page(page).into_response())
}

/// Whether there is a variant to show a page of: recorded here, or at least identified.
fn is_known(found: &LookUp) -> bool {
    let is_identified = found.identity.as_ref().is_some_and(|identity| identity.is_identified());
    found.report.is_some() || found.silent.is_some() || is_identified
}

fn page(app: &App, frame: Frame, expression: &str, found: LookUp, as_of_day: String) -> VariantPage {
    let mut page = VariantPage { frame, expression: expression.to_owned(), as_of_day, ..VariantPage::default() };
    if let Some(identity) = &found.identity {
        page.identified(identity);
    }
    if let Some(report) = found.report {
        page.contradiction = contradiction(app, &report);
        page.reported(report, found.identity.is_some());
        let conditions = app.node.reference().conditions();
        page.statements.iter_mut().flat_map(|row| &mut row.conditions).for_each(|named| named.explain(conditions));
    }
    if let Some(variant) = &found.silent {
        page.recorded(variant, found.identity.is_some());
    }
    if page.title.is_empty() {
        expression.clone_into(&mut page.title);
    }
    page
}

/// What the reference says against the text of a record that could not be identified.
fn contradiction(app: &App, report: &VariantReport) -> Option<String> {
    let variant = &report.variant;
    if variant.status != VariantStatus::Unresolved {
        return None;
    }
    let texts = variant.expressions.iter().chain(std::iter::once(&variant.label));
    let refusals = texts.filter_map(|text| app.node.identify(text).error);
    let against = refusals.into_iter().find(|refusal| refusal.code == "reference_mismatch")?;
    Some(capitalised(&against.message))
}

impl VariantPage {
    fn identified(&mut self, identity: &Identity) {
        let preferred = identity.consequences.first();
        let coding = preferred.and_then(|c| c.hgvs_c.clone()).or_else(|| identity.hgvs.c.first().cloned());
        self.title = coding.or_else(|| identity.hgvs.g.clone()).unwrap_or_default();
        self.protein = preferred.and_then(|c| c.hgvs_p.clone()).or_else(|| identity.hgvs.p.first().cloned());
        self.kind = identity.kind.map(words).unwrap_or_default();
        self.genes.clone_from(&identity.genes);
        self.uncompared = match identity.alleles.keys().collect::<Vec<_>>()[..] {
            [Assembly::Grch38] => Some(Assembly::Grch37),
            [Assembly::Grch37] => Some(Assembly::Grch38),
            _ => None,
        };
        self.names = names::of_identity(identity);
        self.consequences = identity.consequences.iter().map(ConsequenceRow::from).collect();
        if identity.status == Status::Provisional {
            self.notes.push("Provisional identity: it is found again when the missing reference is loaded.".to_owned());
        }
        let notices = identity.warnings.iter();
        self.notes.extend(notices.map(|notice| match &notice.remedy {
            Some(remedy) => capitalised(&format!("{}; {remedy}.", notice.message)),
            None => capitalised(&format!("{}.", notice.message)),
        }));
    }

    fn reported(&mut self, report: VariantReport, is_identified: bool) {
        self.recorded(&report.variant, is_identified);
        self.sentences = report.aggregates.iter().map(SentenceRow::from).collect();
        self.scale = scale(&report.aggregates);
        self.aggregates = report.aggregates.iter().chain(&report.by_condition).map(AggregateRow::from).collect();
        (self.statements, self.differing) = StatementRow::list(&report.statements);
        self.has_more_statements = report.has_more_statements;
        self.provenance = report.provenance.iter().map(source).collect();
        let cases = CasesTable::of(&report.cases);
        self.seen = (cases.total > 0).then(|| cases.sentence());
        self.cases = Some(cases);
    }

    /// What the record itself calls the variant.
    fn recorded(&mut self, variant: &VariantView, is_identified: bool) {
        if !is_identified {
            self.kind = variant.kind.replace('_', " ");
            self.protein.clone_from(&variant.hgvs_p);
            self.names = names::of_record(variant);
            let is_told = self.contradiction.is_some();
            self.notes.extend(note_of(variant.status).filter(|_| !is_told).map(str::to_owned));
        }
        if self.title.is_empty() {
            self.title = variant.hgvs_c.clone().unwrap_or_else(|| variant.label.clone());
        }
        if self.genes.is_empty() {
            self.genes.clone_from(&variant.genes);
        }
        self.names.extend(names::elsewhere(&variant.xrefs));
        let shown: Vec<&String> = self.names.iter().flat_map(|name| &name.values).collect();
        self.also = variant.expressions.iter().filter(|text| !shown.contains(text)).cloned().collect();
    }
}

/// Transcripts shown before the rest is folded.
const SHOWN: usize = 8;

fn fold(rows: &[ConsequenceRow]) -> (&[ConsequenceRow], &[ConsequenceRow]) {
    rows.split_at(if rows.len() > SHOWN + 2 { SHOWN } else { rows.len() })
}

/// As a sentence begins.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn note_of(status: VariantStatus) -> Option<&'static str> {
    match status {
        VariantStatus::Resolved => None,
        VariantStatus::NotVerified => {
            Some("Not verified: the reference bases of this place are not loaded in this node.")
        }
        VariantStatus::Provisional => {
            Some("Provisional: not normalised, because the reference of this place is not loaded in this node.")
        }
        VariantStatus::Unresolved => Some(
            "Known by its text only: the node cannot read it as a variant, so other notations of it are not joined.",
        ),
    }
}

fn words(kind: cairn_reference::identity::Kind) -> String {
    let code = serde_json::to_value(kind).ok();
    code.as_ref().and_then(|code| code.as_str()).unwrap_or_default().replace('_', " ")
}

fn source(provenance: &Provenance) -> SourceRow {
    let file = provenance.source.file.as_ref().map_or(String::new(), |file| format!(", {file}"));
    SourceRow {
        accession: provenance.accession.clone(),
        name: format!("{}{file}", provenance.source.name),
        version: provenance.source.version.clone().unwrap_or_default(),
        gave: match provenance.statements {
            1 => "1 statement".to_owned(),
            n => format!("{n} statements"),
        },
        received: provenance.recorded.strftime("%Y-%m-%d").to_string(),
    }
}
