//! A VCF breakend as text: `2-321681-G-G]17:198982]` (VCF 4.5 §5.4).
//!
//! A breakend says that the sequence at one place continues at another. Positions are 1-based.

use std::fmt;

use super::{ErrorCode, ParseError, region::leading_assembly};
use crate::{assembly::Assembly, contig::Contig, hgvs::Bases};

/// Two places joined to each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Breakend {
    /// The assembly, if the text names it.
    pub assembly: Option<Assembly>,
    /// The chromosome of the record.
    pub contig: Contig,
    /// The record's position, 1-based.
    pub position: u64,
    /// The reference base there.
    pub reference: Bases,
    /// The bases of the ALT column beside the brackets: the base at the place and what is inserted at the joint.
    pub joined: Bases,
    /// `t[…[` or `t]…]`: the other place comes after the record's base; otherwise before it.
    pub mate_follows: bool,
    /// `[`: the piece that extends to the right of the mate's position is joined; `]`: to the left.
    pub mate_extends_right: bool,
    /// The other chromosome.
    pub mate_contig: Contig,
    /// The other position, 1-based.
    pub mate_position: u64,
}

impl Breakend {
    /// Reads a breakend; `None` if the text has no bracket behind chromosome, position and reference base.
    pub(super) fn recognise(text: &str) -> Option<Result<Self, ParseError>> {
        let (assembly, rest, skipped) = leading_assembly(text);
        let mut parts = rest.splitn(4, ['-', ':', ' ', '\t']);
        let (contig, position, reference, alternate) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let contig = Contig::from_name(contig.as_bytes())?;
        let position: u64 = position.parse().ok()?;
        let reference = Bases::new(reference)?;
        if !alternate.contains(['[', ']']) || position == 0 {
            return None;
        }
        let Some((joined, mate_follows, mate_extends_right, mate)) = alternate_parts(alternate) else {
            return Some(Err(malformed(skipped)));
        };
        let Some((mate_contig, mate_position)) = place(mate) else { return Some(Err(malformed(skipped))) };
        Some(Ok(Self {
            assembly,
            contig,
            position,
            reference,
            joined,
            mate_follows,
            mate_extends_right,
            mate_contig,
            mate_position,
        }))
    }
}

fn malformed(offset: usize) -> ParseError {
    ParseError::new(
        ErrorCode::Vcf,
        offset,
        "this is not a breakend",
        "write it as in VCF, such as 2-321681-G-G]17:198982]",
    )
}

/// `G]17:198982]` into bases, side, direction and place.
fn alternate_parts(text: &str) -> Option<(Bases, bool, bool, &str)> {
    let first = text.find(['[', ']'])?;
    let sign = &text[first..=first];
    let inner = &text[first + 1..];
    let second = inner.find(['[', ']'])?;
    let (mate, after) = (&inner[..second], &inner[second + 1..]);
    if &inner[second..=second] != sign {
        return None;
    }
    let (bases, mate_follows) = match (&text[..first], after) {
        (before, "") => (before, true),
        ("", after) => (after, false),
        _ => return None,
    };
    Some((Bases::new(bases)?, mate_follows, sign == "[", mate))
}

fn place(text: &str) -> Option<(Contig, u64)> {
    let (contig, position) = text.split_once(':')?;
    let position = position.parse().ok().filter(|p| *p > 0)?;
    Some((Contig::from_name(contig.as_bytes())?, position))
}

impl fmt::Display for Breakend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(assembly) = self.assembly {
            write!(f, "{assembly} ")?;
        }
        let sign = if self.mate_extends_right { '[' } else { ']' };
        let mate = format!("{sign}{}:{}{sign}", self.mate_contig, self.mate_position);
        write!(f, "{}-{}-{}-", self.contig, self.position, self.reference)?;
        if self.mate_follows { write!(f, "{}{mate}", self.joined) } else { write!(f, "{mate}{}", self.joined) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_directions_of_the_vcf_specification() {
        for text in
            ["2-321681-G-G]17:198982]", "2-321682-T-]13:123456]T", "13-123456-C-C[2:321682[", "17-198983-A-[2:321682[A"]
        {
            let breakend = Breakend::recognise(text).expect(text).expect(text);
            assert_eq!(breakend.to_string(), text);
        }
    }

    #[test]
    fn half_a_breakend_is_refused() {
        for text in ["2-321681-G-G]17:198982", "2-321681-G-G]17:198982[", "2-321681-G-G]17:0]", "2-321681-G-A]17:1]A"] {
            assert!(matches!(Breakend::recognise(text), Some(Err(_))), "{text}");
        }
        assert_eq!(Breakend::recognise("2-321681-G-A"), None);
    }
}
