//! GA4GH Phenopackets v2: the whole schema, its JSON form, and what it says in our words.

pub mod clinical;
pub mod genomic;
mod import;
mod json;
pub mod packet;
mod scalar;
mod variant;

pub use import::{import, looks_like_packet};
pub use json::{PacketError, parse, write};
pub use packet::Phenopacket;
pub use scalar::{Real, Whole};
