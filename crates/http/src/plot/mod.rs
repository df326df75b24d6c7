//! Plots as SVG made by the node: a title, axes with units, counts, links, and a table beside
//! them that says the same.

pub mod flows;
pub mod lollipop;
