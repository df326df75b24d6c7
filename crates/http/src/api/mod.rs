//! The JSON API. Version 1 only grows: fields and routes are added, never renamed.

pub mod v1;
