//! The gene page: its variants along the protein, and as a table to filter.

use super::frame::{Frame, Page, PageError};
use crate::app::{App, Shared};
use crate::as_of::AsOfQuery;
use crate::mark::Mark;
use crate::person::SignedIn;
use crate::plot::lollipop::{Exon, Lollipop, Side, Stem};
use crate::view::aggregate::{mark, side};
use crate::view::amount::counted;
use askama::Template;
use axum::extract::{Path, Query, State as Taken};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::classification::Classification;
use cairn_core::discordance::State;
use cairn_node::lookup::carriers::CaseNumber;
use cairn_node::lookup::gene::GeneVariant;
use cairn_node::lookup::protein::Protein;
use cairn_reference::gene::{GeneMatch, GeneName};
use cairn_store::serial::VariantSerial;
use cairn_store::variant::VariantStatus;
use cairn_variant::assembly::Assembly;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Most variants in the drawing and in the counts.
const ROWS: u32 = 5_000;
/// Most events beside them that only reach into the gene.
const EVENTS: u32 = 200;
/// Rows of the table on one page: writing and laying out thousands of rows is what makes a page of a
/// much-studied gene slow, not finding them.
const SHOWN: usize = 500;

/// Where the page begins.
#[derive(Debug, Deserialize)]
pub struct From {
    /// The cursor of the page before.
    #[serde(default)]
    after: i64,
    /// The first row shown, counted from 0 along the protein.
    #[serde(default)]
    row: usize,
    /// The residue whose row is wanted, instead of a number of rows.
    residue: Option<u32>,
}

#[derive(Template)]
#[template(path = "gene.html")]
struct GenePage {
    frame: Frame,
    symbol: String,
    name: String,
    place: String,
    sentence: String,
    scale: Vec<(Mark, usize)>,
    plot: String,
    plot_caption: String,
    variants: Vec<VariantRow>,
    recorded: usize,
    /// Which rows these are, when they are not all.
    range: Option<String>,
    before: Option<String>,
    next: Option<String>,
    facts: Vec<(&'static str, String)>,
    regions: Vec<(String, String)>,
    events: Vec<VariantRow>,
    /// The queue of the gene.
    queue: String,
}

struct VariantRow {
    anchor: Option<String>,
    mark: Option<Mark>,
    link: String,
    coding: String,
    protein: String,
    statements: usize,
    laboratories: usize,
    cases: CaseNumber,
    last_evaluated: String,
    /// What is to be known of its identity; empty when it is established.
    flag: &'static str,
    /// Whether laboratories differ on it although its class does not say so.
    differs: bool,
}

/// `GET /genes/{symbol}`
pub async fn show(
    Taken(app): Taken<Shared>,
    SignedIn(person): SignedIn,
    Path(symbol): Path<String>,
    Query(from): Query<From>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let known = match app.node.reference().genes().find(&symbol) {
        GeneMatch::Approved(gene) | GeneMatch::ByOtherName(gene) => Some(gene),
        GeneMatch::Ambiguous(_) | GeneMatch::Unknown => None,
    };
    if let Some(gene) = known.filter(|gene| gene.symbol != symbol) {
        return Ok(Redirect::to(&asked.on(&crate::address::gene(&gene.symbol))).into_response());
    }
    let (as_of, shown) = super::frame::moment(&app, &asked).await?;
    let mut variants =
        app.node.gene_variants(&symbol, as_of, person.viewer, VariantSerial::new(from.after), ROWS + 1).await?;
    let protein = app.node.protein_of_gene(&symbol);
    if known.is_none() && variants.is_empty() && protein.is_none() {
        return Err(PageError::NotFound);
    }
    let has_more = variants.len() > ROWS as usize;
    variants.truncate(ROWS as usize);
    let last = variants.last().filter(|_| has_more).map(|variant| variant.serial.number());
    variants.retain(GeneVariant::is_visible);
    let frame = Frame { as_of: shown, ..Frame::of(&app, &person, "") }.with_query(&symbol);
    let mut page = page(frame, &symbol, known, variants, protein, &from);
    page.regions = regions(&app, &symbol);
    let mut events = app.node.events_across_gene(&symbol, as_of, person.viewer, EVENTS).await?;
    events.retain(GeneVariant::is_visible);
    page.events = rows(&events);
    page.next = page.next.or_else(|| last.map(|last| format!("?after={last}")));
    page.queue = asked.on(&format!("/discordances?gene={}&state=any", crate::address::encode(&symbol)));
    page.before = page.before.map(|before| asked.on(&before));
    page.next = page.next.map(|next| asked.on(&next));
    Ok(Page(page).into_response())
}

fn page(
    frame: Frame,
    symbol: &str,
    known: Option<&GeneName>,
    mut variants: Vec<GeneVariant>,
    protein: Option<Protein>,
    from: &From,
) -> GenePage {
    variants.sort_by_key(|variant| (variant.protein_start.is_none(), variant.protein_start, variant.serial));
    let (first, end) = shown(&variants, from);
    let link = |row: usize| match from.after {
        0 => format!("?row={row}#variants"),
        after => format!("?after={after}&row={row}#variants"),
    };
    let drawing = protein.map(|protein| drawing(symbol, protein, &variants)).unwrap_or_default();
    let on_protein = drawing.stems.len();
    let plot_caption = format!(
        "{on_protein} of {} variants change a residue of this protein and are drawn: pathogenic, likely pathogenic and disputed ones above it, all others below; the longer the stem, the more statements. The numbered boxes are exons. The table below says the same.",
        variants.len()
    );
    GenePage {
        frame,
        symbol: symbol.to_owned(),
        name: known.map(|gene| gene.name.clone()).unwrap_or_default(),
        place: known.map(|gene| gene.location.clone()).unwrap_or_default(),
        sentence: sentence(&variants),
        scale: scale(&variants),
        plot: drawing.svg(),
        plot_caption,
        recorded: variants.len(),
        range: (end - first < variants.len()).then(|| format!("rows {} to {end} along the protein", first + 1)),
        before: (first > 0).then(|| link(first.saturating_sub(SHOWN))),
        next: (end < variants.len()).then(|| link(end)),
        variants: rows(&variants[first..end]),
        facts: known.map(facts).unwrap_or_default(),
        regions: Vec::new(),
        events: Vec::new(),
        queue: String::new(),
    }
}

/// The first row shown and the one after the last.
fn shown(variants: &[GeneVariant], from: &From) -> (usize, usize) {
    let of_residue = from.residue.and_then(|residue| variants.iter().position(|v| v.protein_start >= Some(residue)));
    let first = of_residue.map_or(from.row, |row| row / SHOWN * SHOWN);
    let first = if first < variants.len() { first } else { 0 };
    (first, (first + SHOWN).min(variants.len()))
}

fn sentence(variants: &[GeneVariant]) -> String {
    if variants.is_empty() {
        return "No variant of this gene is recorded in this network.".to_owned();
    }
    let some = |n: usize| if n == 0 { "none".to_owned() } else { n.to_string() };
    let sides = variants.iter().filter_map(|v| side(v.aggregates.first()?));
    let pathogenic = sides.filter(|side| matches!(side.colour(), "k-p" | "k-lp")).count();
    let exactly = variants.iter().all(|v| v.cases.is_exact);
    let seen = match variants.iter().map(|v| v.cases.at_least).sum() {
        0 => "not seen in a case".to_owned(),
        1 => "seen once in a case".to_owned(),
        n if exactly => format!("seen {n} times in cases"),
        n => format!("seen at least {n} times in cases"),
    };
    format!(
        "{} recorded: {} pathogenic or likely pathogenic, {}; {seen}.",
        counted(variants.len() as u64, "variant", "variants"),
        some(pathogenic),
        differing(variants)
    )
}

/// On how many laboratories differ, as the queue counts them; of these, where a panel or guideline decides all the
/// same, and where they have decided to go on differing.
fn differing(variants: &[GeneVariant]) -> String {
    let differ: Vec<&GeneVariant> = variants.iter().filter(|v| v.differing.is_some()).collect();
    let is_decided = |v: &&&GeneVariant| v.aggregates.first().is_some_and(|aggregate| aggregate.stars >= 3);
    let goes_on = |v: &&&GeneVariant| v.differing.is_some_and(|differing| differing.state == State::Continued);
    let decided = differ.iter().filter(is_decided).count();
    let continued = differ.iter().filter(goes_on).count();
    let mut more = Vec::new();
    if decided > 0 {
        more.push(format!("on {decided} of these an expert panel or guideline decides"));
    }
    if continued > 0 {
        more.push(format!("on {continued} of these they go on with a reason"));
    }
    let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
    match differ.len() {
        0 => "none on which laboratories differ".to_owned(),
        n => format!("{n} on which laboratories differ{more}"),
    }
}

fn scale(variants: &[GeneVariant]) -> Vec<(Mark, usize)> {
    let mut counts: BTreeMap<Side, usize> = BTreeMap::new();
    for side in variants.iter().filter_map(|v| side(v.aggregates.first()?)) {
        *counts.entry(side).or_insert(0) += 1;
    }
    let mark = |side| match side {
        Side::Differ => Mark::Conflict,
        Side::Class(class) => Mark::Full(class),
    };
    counts.into_iter().map(|(side, n)| (mark(side), n)).collect()
}

fn drawing(symbol: &str, protein: Protein, variants: &[GeneVariant]) -> Lollipop {
    let exon = |exon: &cairn_node::lookup::protein::CodingExon| Exon {
        number: exon.number,
        first: exon.first,
        last: exon.last,
    };
    Lollipop {
        gene: symbol.to_owned(),
        transcript: protein.transcript,
        length: protein.residues,
        exons: protein.exons.iter().map(exon).collect(),
        stems: variants.iter().filter_map(|variant| stem(variant, protein.residues)).collect(),
    }
}

fn stem(variant: &GeneVariant, residues: u32) -> Option<Stem> {
    let residue = variant.protein_start.filter(|residue| *residue <= residues)?;
    let aggregate = variant.aggregates.first();
    Some(Stem {
        residue,
        side: aggregate.and_then(side).unwrap_or(Side::Class(Classification::NotProvided)),
        statements: aggregate.map_or(1, |aggregate| aggregate.statements),
        name: variant.hgvs_p.clone().unwrap_or_else(|| variant.label.clone()),
        link: link(variant),
    })
}

fn rows(variants: &[GeneVariant]) -> Vec<VariantRow> {
    let mut last = None;
    let row = |variant: &GeneVariant| {
        let residue = variant.protein_start.filter(|_| variant.protein_start != last);
        last = variant.protein_start;
        let aggregate = variant.aggregates.first();
        let after = |hgvs: &str| hgvs.split_once(':').map_or(hgvs, |(_, change)| change).to_owned();
        VariantRow {
            anchor: residue.map(|residue| format!("residue-{residue}")),
            mark: mark(&variant.aggregates),
            link: link(variant),
            coding: variant.hgvs_c.as_deref().map_or_else(|| variant.label.clone(), after),
            protein: variant.hgvs_p.as_deref().map(after).unwrap_or_default(),
            statements: aggregate.map_or(0, |aggregate| aggregate.statements),
            laboratories: aggregate.map_or(0, |aggregate| aggregate.laboratories),
            cases: variant.cases,
            differs: variant.differing.is_some() && aggregate.and_then(side) != Some(Side::Differ),
            flag: match variant.status {
                VariantStatus::Resolved => "",
                VariantStatus::NotVerified => "not verified",
                VariantStatus::Provisional => "provisional",
                VariantStatus::Unresolved => "text only",
            },
            last_evaluated: aggregate.and_then(|a| a.last_evaluated).map(|date| date.to_string()).unwrap_or_default(),
        }
    };
    variants.iter().map(row).collect()
}

fn link(variant: &GeneVariant) -> String {
    crate::address::variant(&variant.id.to_string())
}

/// Where the gene lies on each assembly: words and the page of the region.
fn regions(app: &App, symbol: &str) -> Vec<(String, String)> {
    let on = |assembly: Assembly| {
        let region = app.node.span_of_gene(symbol, assembly)?;
        let stretch = format!("{}:{}-{}", region.contig, region.start + 1, region.end);
        let link = format!("/regions/{}?assembly={assembly}", crate::address::encode(&stretch));
        Some((format!("{assembly} {stretch}"), link))
    };
    [Assembly::Grch38, Assembly::Grch37].into_iter().filter_map(on).collect()
}

fn facts(gene: &GeneName) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    facts.extend(gene.hgnc_id.map(|id| ("HGNC", id.to_string())));
    facts.extend(gene.ncbi_id.map(|id| ("NCBI Gene", id.to_string())));
    facts.extend(gene.ensembl_id.clone().map(|id| ("Ensembl", id)));
    if !gene.aliases.is_empty() {
        facts.push(("Also called", gene.aliases.join(", ")));
    }
    if !gene.former.is_empty() {
        facts.push(("Formerly", gene.former.join(", ")));
    }
    facts
}
