//! The JSON API. Version 1 only grows: fields and routes are added, never renamed.

pub mod oauth2;
pub mod v1;
