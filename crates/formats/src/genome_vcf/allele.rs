//! What comes out: alleles in batches, their bases in one buffer.

use cairn_variant::{
    contig::Contig,
    interbase::Interval,
    vrs::{State, repeat_unit},
};

/// One alternate allele, normalised. Its bases are in the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GenomeAllele {
    /// 1-based position of the first reference base, leftmost, as VCF normalises.
    pub position: u32,
    /// The data row it came from, from 1.
    pub row: u32,
    /// Which alternate of that row, from 1.
    pub alternate_number: u16,
    /// The chromosome.
    pub contig: Contig,
    /// Whether the reference was asked, and what it said.
    pub status: AlleleStatus,
    /// How many bases to the right an insertion or deletion can be moved from its leftmost place.
    pub room: u32,
    /// Whether the base that both alleles share is the one behind, as at the very start of a chromosome.
    pub(super) anchored_behind: bool,
    pub(super) bases_at: u32,
    pub(super) reference_length: u32,
    pub(super) alternate_length: u32,
}

/// What the reference said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlleleStatus {
    /// The reference bases agree, and an insertion or deletion has been rolled.
    Normalised,
    /// The reference is not loaded there. A substitution is complete as it is; an insertion or deletion is only
    /// trimmed and may not be leftmost.
    NotLoaded,
    /// The reference has other bases there: the row is wrong, or of another assembly. Only trimmed.
    ReferenceDiffers,
}

/// An alternate allele that is no sequence of bases on a chromosome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// The data row, from 1.
    pub row: u32,
    /// Which alternate, from 1; 0 for the whole row.
    pub alternate_number: u16,
    /// The reason.
    pub why: WhySetAside,
}

/// Why an allele is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WhySetAside {
    /// `<DEL>`, `<NON_REF>` and other symbols.
    Symbolic,
    /// A breakend.
    Breakend,
    /// `*`: deleted by another row.
    SpanningDeletion,
    /// `.`: a reference call.
    NoAlternate,
    /// The alternate is the reference.
    SameAsReference,
    /// Letters other than A, C, G, T, N.
    NotBases,
    /// A contig that is no chromosome of the assembly, or one declared with another length.
    NotAChromosome,
    /// Position 0, beyond the chromosome, or no number.
    BadPosition,
    /// So many alternates of such a length that together they cannot be meant.
    TooLarge,
    /// Fewer than five columns.
    TooFewColumns,
}

/// Alleles in order, of one chromosome.
#[derive(Clone, Debug, Default)]
pub struct AlleleBatch {
    pub(super) alleles: Vec<GenomeAllele>,
    pub(super) bases: Vec<u8>,
    pub(super) set_aside: Vec<SetAside>,
}

impl AlleleBatch {
    /// The alleles, by position; those at one position in the order of the file.
    pub fn alleles(&self) -> &[GenomeAllele] {
        &self.alleles
    }

    /// Alleles set aside, by row. They are not bound to the positions of this batch.
    pub fn set_aside(&self) -> &[SetAside] {
        &self.set_aside
    }

    /// Reference bases in VCF's form, upper case.
    pub fn reference(&self, allele: &GenomeAllele) -> &[u8] {
        let at = allele.bases_at as usize;
        &self.bases[at..at + allele.reference_length as usize]
    }

    /// Alternate bases in VCF's form, upper case.
    pub fn alternate(&self, allele: &GenomeAllele) -> &[u8] {
        let at = (allele.bases_at + allele.reference_length) as usize;
        &self.bases[at..at + allele.alternate_length as usize]
    }

    /// The leftmost start, and the bases deleted and inserted there, without the anchor base of VCF.
    fn smallest(&self, allele: &GenomeAllele) -> (u64, &[u8], &[u8]) {
        let (reference, alternate) = (self.reference(allele), self.alternate(allele));
        let start = u64::from(allele.position) - 1;
        if allele.anchored_behind {
            return (start, &reference[..reference.len() - 1], &alternate[..alternate.len() - 1]);
        }
        match reference.len() != alternate.len() && reference[0] == alternate[0] {
            true => (start + 1, &reference[1..], &alternate[1..]),
            false => (start, reference, alternate),
        }
    }

    /// What VRS needs of an allele: the fully justified interval and, through `identify`, its state.
    pub fn vrs<T>(&self, allele: &GenomeAllele, identify: impl FnOnce(Interval, State<'_>) -> T) -> T {
        let (start, deleted, inserted) = self.smallest(allele);
        let room = u64::from(allele.room);
        let end = start + deleted.len() as u64 + room;
        let interval = Interval::new(start, end).expect("the end is behind the start");
        if inserted.is_empty() {
            return identify(interval, State::ReferenceLength { length: room, unit: deleted.len() as u64 });
        }
        if !deleted.is_empty() {
            return identify(interval, State::Literal(inserted));
        }
        let whole: Vec<u8> = inserted.iter().cycle().take(inserted.len() + room as usize).copied().collect();
        match repeat_unit(&whole, room as usize, inserted.len()) {
            Some(unit) => identify(interval, State::ReferenceLength { length: whole.len() as u64, unit: unit as u64 }),
            None => identify(interval, State::Literal(&whole)),
        }
    }
}
