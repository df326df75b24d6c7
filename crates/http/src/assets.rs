//! The sheet, the scripts and the sign, carried inside the program.
//!
//! Each address names the digest of its bytes, so a browser may keep a file for ever and still
//! sees a new one at once.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// The address of the file with this name, such as `/assets/1f0c…/cairn.css`.
pub fn address(name: &str) -> String {
    let digest = Assets::get(name).map(|file| hex::encode(&file.metadata.sha256_hash()[..6]));
    format!("/assets/{}/{name}", digest.unwrap_or_default())
}

/// `GET /assets/{digest}/{name}`.
pub async fn get(Path((_, name)): Path<(String, String)>) -> Response {
    let Some(file) = Assets::get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, file.data).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_an_address_with_its_digest() {
        for name in ["cairn.css", "cairn.js", "htmx.min.js", "cairn.svg"] {
            assert_eq!(address(name).split('/').nth(2).map(str::len), Some(12), "{name}");
        }
    }
}
