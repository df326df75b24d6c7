//! Human phenotypes: the ontology of terms ([`ontology`], read by [`obographs`] or [`term_table`]) and which diseases
//! and genes they are linked to ([`links`]), and how far one set of them is seen in another ([`similarity`]).

pub mod links;
pub mod obographs;
pub mod ontology;
pub mod similarity;
pub mod term_table;
