//! How many carriers of a gene's pathogenic variants have a condition.

use super::frame::{Frame, Page, PageError};
use crate::api::v1::gene_penetrance::Wanted;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::SignedIn;
use crate::view::penetrance::PenetranceTable;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use cairn_node::lookup::penetrance::GenePenetrance;

#[derive(Template)]
#[template(path = "penetrance.html")]
struct PenetrancePage {
    frame: Frame,
    symbol: String,
    condition: String,
    sentence: String,
    table: Option<PenetranceTable>,
    json: String,
}

/// `GET /genes/{symbol}/penetrance?condition=`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(symbol): Path<String>,
    Query(wanted): Query<Wanted>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let (as_of, shown) = super::frame::moment(&app, &asked).await?;
    let found = app.node.gene_penetrance(&symbol, wanted.condition(), as_of, person.viewer).await?;
    let table = PenetranceTable::of(&found.penetrance);
    Ok(Page(PenetrancePage {
        frame: Frame { as_of: shown, ..Frame::of(&app, &person, "") },
        sentence: sentence(&found, table.as_ref()),
        table,
        json: format!(
            "/api/v1/genes/{}/penetrance?condition={}",
            crate::address::encode(&symbol),
            crate::address::encode(&wanted.condition)
        ),
        symbol,
        condition: wanted.condition,
    })
    .into_response())
}

fn sentence(found: &GenePenetrance, table: Option<&PenetranceTable>) -> String {
    let variants = match found.variants {
        0 => return "Not estimable: no variant of the gene is recorded as pathogenic here.".to_owned(),
        1 => "1 pathogenic variant".to_owned(),
        n => format!("{n} pathogenic variants"),
    };
    match table {
        Some(table) => format!("Over {variants}: {}", table.sentence),
        None => format!("Not estimable: of {variants} no carrier of known status is recorded here."),
    }
}
