//! The query of an API address: every parameter is one that the description names, and what cannot be read is told as a
//! problem.

use crate::api::v1::description;
use crate::problem::ApiProblem;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cairn_core::typing::nearest;
use serde::de::DeserializeOwned;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

/// The parameters of each described operation, by path and method.
static KNOWN: LazyLock<HashMap<(String, String), BTreeSet<String>>> = LazyLock::new(known);

/// The parameters as they were sent, each with its value.
type Pairs = axum::extract::Query<Vec<(String, String)>>;

/// The query as a type; what cannot be read is a problem of the API.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiProblem> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Query(value)| Self(value)).map_err(|error| refuse(&error))
    }
}

fn refuse(error: &QueryRejection) -> ApiProblem {
    let text = error.body_text();
    let why = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
    ApiProblem::bad_request(format!("the query of the address is not understood: {why}"))
        .with_code("query.not_understood")
        .with_remedy("`/api/v1/openapi.json` names the parameters of every address and what each may be")
}

/// Refuses a parameter that the operation does not have: one that is misspelt would be ignored in silence.
pub async fn known_only(request: Request, next: Next) -> Response {
    match unknown(&request) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    }
}

fn unknown(request: &Request) -> Option<ApiProblem> {
    request.uri().query().filter(|query| !query.is_empty())?;
    let path = request.extensions().get::<MatchedPath>()?;
    let method = match request.method().as_str() {
        "HEAD" => "get".to_owned(),
        method => method.to_lowercase(),
    };
    let known = KNOWN.get(&(path.as_str().to_owned(), method))?;
    let axum::extract::Query(sent) = Pairs::try_from_uri(request.uri()).ok()?;
    let (name, _) = sent.into_iter().find(|(name, _)| !known.contains(name))?;
    let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
    let problem = ApiProblem::bad_request(format!("this address has no parameter `{shown}`"));
    let remedy = match nearest(&name, known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if known.is_empty() => "send none".to_owned(),
        None => format!("it has {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    };
    Some(problem.with_code("query.unknown_parameter").with_remedy(remedy))
}

fn known() -> HashMap<(String, String), BTreeSet<String>> {
    let described = serde_json::to_value(description()).expect("the description is plain data");
    let paths = described["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, methods)| {
        methods.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
    });
    let named = operations.map(|(path, method, operation)| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let of_query = parameters.filter(|parameter| parameter["in"] == "query");
        let names = of_query.filter_map(|parameter| parameter["name"].as_str()).map(str::to_owned).collect();
        ((path.clone(), method.clone()), names)
    });
    named.collect()
}
