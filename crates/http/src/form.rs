//! Forms of our own pages: read only when they bring the token that the page gave them.

use crate::app::Shared;
use crate::cookie::Cookie;
use crate::pages::frame::PageError;
use axum::body::Bytes;
use axum::extract::{Form, FromRequest, Request};
use axum::http::header;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Largest form; files come through the contribute page, which streams.
const LARGEST: usize = 256 * 1024;

/// A form from a page of ours, of a person signed in or of a visitor who signs in.
#[derive(Debug)]
pub struct OwnForm<T>(pub T);

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    csrf: String,
}

impl<T: DeserializeOwned + Send> FromRequest<Shared> for OwnForm<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, PageError> {
        let over_tls = app.settings.over_tls;
        let cookies: Vec<_> = [Cookie::Session, Cookie::Visit]
            .into_iter()
            .filter_map(|cookie| cookie.read(request.headers(), over_tls))
            .collect();
        let bytes = axum::body::to_bytes(request.into_body(), LARGEST)
            .await
            .map_err(|_| PageError::NotUnderstood("the form is too large".to_owned()))?;
        let token: Token = read(&bytes, app).await?;
        if !cookies.iter().any(|cookie| cookie.accepts_form(&token.csrf)) {
            return Err(PageError::StaleForm);
        }
        Ok(Self(read(&bytes, app).await?))
    }
}

async fn read<T: DeserializeOwned>(bytes: &Bytes, app: &Shared) -> Result<T, PageError> {
    let request = Request::post("/")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(bytes.clone().into())
        .expect("a request of fixed parts");
    let form = Form::<T>::from_request(request, app).await;
    form.map(|Form(form)| form).map_err(|why| PageError::NotUnderstood(why.body_text()))
}
