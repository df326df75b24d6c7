//! Reads sequences or genes joined by `::`.

use super::{
    cursor::{Cursor, Parsed},
    nucleotide, position, reference,
};
use crate::{
    expression::ErrorCode,
    hgvs::{Axis, Bases, FusionPart, Hgvs, Reference, Text},
};

/// `BCR::ABL1`; `None` if that is not what is here.
pub(super) fn between_genes(c: &mut Cursor<'_>) -> Parsed<Option<Hgvs>> {
    let rest = c.rest();
    let Some(end) = rest.find(':') else { return Ok(None) };
    if !rest[end..].starts_with("::") {
        return Ok(None);
    }
    let mut parts = Vec::new();
    loop {
        parts.push(FusionPart::Gene(fusion_gene(c)?));
        if !c.eat("::") {
            return Ok(Some(Hgvs::Fusion(parts)));
        }
    }
}

/// A gene symbol, or `?` or `v` for a partner not known.
fn fusion_gene(c: &mut Cursor<'_>) -> Parsed<Text> {
    if c.eat("?") {
        return Ok("?".into());
    }
    let at = c.offset();
    reference::gene(c.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')), at)
}

/// `g.pter_8247756::NC_000011.10:g.15825273_qter`; `None` if no `::` follows the first stretch.
pub(super) fn beginning_with(c: &mut Cursor<'_>, reference: &Reference, axis: Axis) -> Parsed<Option<Hgvs>> {
    let start = c.mark();
    let Ok(Some(location)) = position::stretch(c, axis) else {
        c.back_to(start);
        return Ok(None);
    };
    if !c.starts_with("::") {
        c.back_to(start);
        return Ok(None);
    }
    let mut parts = vec![FusionPart::Stretch { reference: reference.clone(), axis, location }];
    while c.eat("::") {
        parts.push(partner_or_linker(c, axis)?);
    }
    if matches!(parts.last(), Some(FusionPart::Linker(_))) {
        return Err(c.error(
            ErrorCode::Edit,
            "the fusion ends without a second partner",
            "write both partners, joined by ::",
        ));
    }
    Ok(Some(Hgvs::Fusion(parts)))
}

fn partner_or_linker(c: &mut Cursor<'_>, axis: Axis) -> Parsed<FusionPart> {
    if let Some(linker) = linker(c, axis)? {
        return Ok(FusionPart::Linker(linker));
    }
    let reference = reference::reference_and_colon(c)?;
    let Some(axis) = super::axis_or_protein(c, &reference)? else {
        return Err(c.error(ErrorCode::Axis, "a fusion is described on DNA or RNA", "write g. or r."));
    };
    let Some(location) = position::stretch(c, axis)? else {
        return Err(c.error(
            ErrorCode::Position,
            "the partner has no position",
            "write from where to where it reaches",
        ));
    };
    Ok(FusionPart::Stretch { reference, axis, location })
}

/// Bases between two `::`; `None` when a partner is here.
fn linker(c: &mut Cursor<'_>, axis: Axis) -> Parsed<Option<Bases>> {
    let start = c.mark();
    let bases = nucleotide::bases(c, axis);
    if c.starts_with("::") {
        return bases;
    }
    c.back_to(start);
    Ok(None)
}
