//! GA4GH Variation Representation Specification, version 2: the classes, their JSON, and their computed identifiers.
//!
//! Identities follow the published 2.0 classes as vrs-python 2.3 computes them: every digest key of a class enters
//! its canonical JSON, absent ones as `null`, and an identifiable object inside another as its bare digest.

mod allele;
mod allele_id;
mod canonical;
mod fields;
mod id;
mod json;
mod model;
mod previous;
mod quantity;
mod read;

pub use allele::{allele_of, expressed_residues, normalize_allele, repeat_unit};
pub use allele_id::{AlleleIdentifier, State, allele_id};
pub use canonical::Unidentifiable;
pub use fields::VrsJsonError;
pub use id::{BadVrsId, VrsId, VrsKind};
pub use model::{
    Adjacency, Allele, CisPhasedBlock, CopyChange, CopyNumberChange, CopyNumberCount, DerivativeComponent,
    DerivativeMolecule, Orientation, Referable, SequenceExpression, SequenceLocation, Terminus, TraversalBlock,
    Variation, VrsObject,
};
pub use quantity::{BadRange, Quantity, Range};

/// The version of VRS that identities here follow; kept beside every stored identity.
pub const VRS_VERSION: &str = "2.0";
