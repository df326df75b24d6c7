//! What an API answers when it cannot do what was asked: RFC 9457 problem details.
//!
//! A client sees what is wrong and what to do; it never sees an internal cause. What is hidden
//! from the reader and what does not exist give the same answer.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cairn_core::token_scope::{TokenScope, TokenScopes};
use cairn_store::StoreError;
use serde::Serialize;
use std::borrow::Cow;

/// A problem, as `application/problem+json`.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ApiProblem {
    /// Which kind of problem, as an address relative to the node: `/problems/not-found`.
    #[serde(rename = "type")]
    pub kind: Box<str>,
    /// The kind in words; the same for every problem of the kind.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong with this request.
    pub detail: Box<str>,
    /// What to do about it; empty when nothing can be done.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub remedy: Box<str>,
    /// A stable code where the product has one, such as `variant.reference_mismatch`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Further findings, for a submission of which nothing could be loaded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub problems: Vec<cairn_core::problem::Problem>,
}

impl ApiProblem {
    fn new(status: StatusCode, kind: &str, title: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: format!("/problems/{kind}").into(),
            title,
            status: status.as_u16(),
            detail: detail.into().into_owned().into(),
            remedy: Box::default(),
            code: None,
            problems: Vec::new(),
        }
    }

    /// Nobody said who asks.
    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "sign-in needed",
            "the request carries no valid token or session",
        )
        .with_remedy("send `Authorization: Bearer` with a token from the account page")
    }

    /// The reader's role does not allow it.
    pub fn forbidden(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "not allowed", detail)
    }

    /// The token may not be used for this.
    pub fn out_of_scope(has: TokenScopes, needed: TokenScope) -> Self {
        let (has, needed) = (has.to_string(), needed.code());
        let has = if has.is_empty() { "nothing".to_owned() } else { format!("`{has}`") };
        Self::forbidden(format!("the request needs the scope `{needed}`; this token has {has}"))
            .with_code("token.scope")
            .with_remedy(format!("make a token with the scope `{needed}` on the page Account"))
    }

    /// It does not exist, or the reader may not know that it does.
    pub fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "not found", detail)
    }

    /// The address takes other methods.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "method not allowed",
            "the address does not take this method",
        )
    }

    /// The request cannot be understood.
    pub fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "request not understood", detail)
    }

    /// The request is understood and cannot be carried out as it stands.
    pub fn unprocessable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unprocessable", "cannot be processed", detail)
    }

    /// The request conflicts with an earlier one.
    pub fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "conflicts with an earlier request", detail)
    }

    /// The body is larger than this door takes.
    pub fn too_large(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "too large", detail)
    }

    /// The node has more to do than it can.
    pub fn overloaded() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "overloaded",
            "too much to do",
            "the node has more to do than it can and did not begin with this request",
        )
        .with_code("node.overloaded")
        .with_remedy("ask again after the seconds that `Retry-After` names")
    }

    /// One caller asks for more at one time than its share.
    pub fn too_many() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-requests",
            "too many requests at one time",
            "more requests under this token, session or address wait for an answer than one caller may have",
        )
        .with_code("node.too_many_requests")
        .with_remedy("wait for answers before asking on; ask again after the seconds that `Retry-After` names")
    }

    /// The body came too slowly.
    pub fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "too-slow",
            "the body came too slowly",
            "the body stopped for too long, or came with less than 1 KiB a second",
        )
        .with_code("request.too_slow")
        .with_remedy("send it again over a better connection; a large file may go in parts")
    }

    /// The disk has no room left for what was asked; reading goes on.
    pub fn no_room() -> Self {
        Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "insufficient-storage",
            "no room left",
            "the node's disk is full: nothing was stored, and what is stored can still be read",
        )
        .with_code("node.disk_full")
        .with_remedy("send it again, with the same idempotency key, once the operator has made room")
    }

    /// The node failed. The cause goes to the log and nowhere else.
    pub fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(cause = %chain(cause), "a request failed");
        if StoreError::is_disk_full(cause) {
            return Self::no_room();
        }
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the node failed",
            "the node could not answer; its log says why",
        )
    }

    /// The same problem with what to do.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into().into();
        self
    }

    /// The same problem with its stable code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }
}

/// An error with all its causes, for the log.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/problem+json"));
        let pause = match status {
            StatusCode::INSUFFICIENT_STORAGE => Some("30"),
            StatusCode::SERVICE_UNAVAILABLE => Some("2"),
            StatusCode::TOO_MANY_REQUESTS => Some("1"),
            _ => None,
        };
        if let Some(seconds) = pause {
            headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer realm=\"cairn\""));
        }
        response
    }
}
