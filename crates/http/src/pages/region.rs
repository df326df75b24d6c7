//! A stretch of a chromosome: every variant that lies there or reaches into it.

use super::asked;
use super::frame::{Frame, Page, PageError};
use super::list::{Cell, ListPage, Table};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::SignedIn;
use crate::view::aggregate::mark;
use crate::view::place::{number, words};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use cairn_node::lookup::region::RegionVariant;
use cairn_store::serial::VariantSerial;
use cairn_store::variant::Region;
use cairn_variant::assembly::Assembly;
use cairn_variant::expression::Stretch;
use serde::Deserialize;

/// Variants on one page.
const ROWS: u32 = 500;

/// On which assembly, and where the page begins.
#[derive(Debug, Default, Deserialize)]
pub struct RegionQuery {
    /// `GRCh38` or `GRCh37`; the region's own word wins.
    #[serde(default)]
    pub assembly: String,
    /// The cursor of the page before: first position and key.
    #[serde(default)]
    pub after: String,
}

impl RegionQuery {
    /// The region that an address means; GRCh38 unless the text or the query says otherwise.
    pub fn region(&self, text: &str) -> Result<(Stretch, Region), String> {
        let stretch = Stretch::parse(text)
            .ok_or("this is no region: write it as 17:43000000-43100000, the first base, then the last")?;
        let asked = match self.assembly.as_str() {
            "" => None,
            name => Some(name.parse::<Assembly>().map_err(|error| error.to_string())?),
        };
        let assembly = stretch.assembly.or(asked).unwrap_or(Assembly::Grch38);
        let length = stretch.contig.on(assembly).length();
        if stretch.start > length {
            return Err(format!("chromosome {} of {assembly} has {length} bases", stretch.contig));
        }
        let region =
            Region { assembly, contig: stretch.contig, start: stretch.start - 1, end: stretch.end.min(length) };
        Ok((Stretch { assembly: Some(assembly), end: region.end, ..stretch }, region))
    }

    /// Where to begin.
    pub fn cursor(&self) -> Option<(u64, VariantSerial)> {
        if self.after.is_empty() {
            return Some((0, VariantSerial::new(0)));
        }
        let (first, serial) = self.after.split_once('-')?;
        Some((first.parse().ok()?, VariantSerial::new(serial.parse().ok()?)))
    }
}

/// The cursor behind a row.
pub fn cursor_after(row: &RegionVariant) -> String {
    format!("{}-{}", row.first, row.variant.serial.number())
}

/// `GET /regions/{region}`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(text): Path<String>,
    Query(query): Query<RegionQuery>,
    Query(then): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let (stretch, region) = query.region(&text).map_err(PageError::NotUnderstood)?;
    let cursor =
        query.cursor().ok_or_else(|| PageError::NotUnderstood("this page has no such beginning".to_owned()))?;
    let (as_of, shown) = super::frame::moment(&app, &then).await?;
    let mut found = app.node.region_variants(region, as_of, person.viewer, cursor, ROWS + 1).await?;
    let has_more = found.len() > ROWS as usize;
    found.truncate(ROWS as usize);
    let more = found.last().filter(|_| has_more).map(cursor_after);
    found.retain(|row| row.variant.is_visible());
    let more = more.map(|after| then.on(&format!("?assembly={}&after={after}", region.assembly)));
    let frame = Frame { as_of: shown, ..Frame::of(&app, &person, "") }.with_query(&stretch.to_string());
    let is_first = query.after.is_empty() && then.as_of.is_empty();
    let mut page = page(frame, stretch, region, &found, more);
    if is_first && asked::has_peers(&app) {
        page.tables.push(asked::region_table(&asked::region(&app, &person, region).await));
    }
    Ok(Page(page).into_response())
}

fn page(frame: Frame, stretch: Stretch, region: Region, found: &[RegionVariant], more: Option<String>) -> ListPage {
    let title = format!("{}:{}–{}", stretch.contig, number(stretch.start), number(stretch.end));
    let sentence = match found.len() {
        0 => format!("No variant of this network lies here on {}.", region.assembly),
        1 => format!("One variant of this network lies here on {} or reaches into it.", region.assembly),
        n if more.is_some() => format!("More than {n} variants of this network lie here on {}.", region.assembly),
        n => format!("{n} variants of this network lie here on {} or reach into it.", region.assembly),
    };
    let table = Table {
        title: "Variants",
        headings: &["Class", "Variant", "Kind", "Place", "Statements", "Cases"],
        rows: found.iter().map(row).collect(),
        empty: "Variants that are known on the other assembly only are not looked for here: see beside.",
        more,
    };
    let other = region.assembly.other();
    let facts = vec![
        ("Assembly", region.assembly.to_string()),
        ("Length", format!("{} bases", number(region.end - region.start))),
    ];
    let links = vec![(
        format!("The same numbers on {other}"),
        format!("/regions/{}?assembly={other}", crate::address::encode(&stretch.to_string())),
    )];
    ListPage {
        frame,
        kicker: format!("Region · {}", region.assembly),
        title,
        sentence,
        tables: vec![table],
        facts,
        links,
        ..ListPage::default()
    }
}

fn row(found: &RegionVariant) -> Vec<Cell> {
    let variant = &found.variant;
    let statements = variant.aggregates.first().map_or(0, |aggregate| aggregate.statements);
    let name = variant.hgvs_c.clone().unwrap_or_else(|| variant.label.clone());
    let place = match found.places.as_slice() {
        [] => number(found.first + 1),
        places => places.iter().map(words).collect::<Vec<_>>().join("; "),
    };
    vec![
        Cell::mark(mark(&variant.aggregates)),
        Cell::link(name, crate::address::variant(&variant.id.to_string())).mono(),
        Cell::text(variant.kind.replace('_', " ")),
        Cell::text(place),
        Cell::text(statements.to_string()),
        Cell::text(variant.cases.to_string()),
    ]
}
