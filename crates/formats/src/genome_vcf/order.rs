//! Chunks back into one sorted stream.
//!
//! Rolling to the left can bring an allele before those of earlier rows. So alleles are held back until the rows have
//! gone on by [`HELD`] bases; one that rolled further than that is an error rather than a wrong order.

use cairn_variant::contig::Contig;

use super::{
    GenomeVcfError,
    allele::{AlleleBatch, GenomeAllele},
    chunk::{Rows, Stretch},
};

/// Bases over which alleles are put in order.
const HELD: u32 = 10_000;

/// So many set aside are handed out without waiting for alleles: in a genome VCF with reference blocks most rows are.
const MANY_SET_ASIDE: usize = 1 << 16;

/// Holds alleles back until they are in order.
#[derive(Debug, Default)]
pub(super) struct Order {
    held: AlleleBatch,
    contig: Option<Contig>,
    finished: [bool; Contig::COUNT],
    /// The last position given out on this chromosome.
    given: u32,
    /// Rows before the current chunk.
    rows: u32,
}

impl Order {
    /// Data rows so far.
    pub(super) const fn rows(&self) -> u32 {
        self.rows
    }

    /// Takes the next rows of the file; hands out what is in order now.
    pub(super) fn take(&mut self, rows: Rows, sink: &mut impl FnMut(&AlleleBatch)) -> Result<(), GenomeVcfError> {
        let Rows { stretches, alleles: mut batch, count } = rows;
        for aside in &mut batch.set_aside {
            aside.row += self.rows + 1;
        }
        self.held.set_aside.append(&mut batch.set_aside);
        if self.held.set_aside.len() > MANY_SET_ASIDE {
            let set_aside = std::mem::take(&mut self.held.set_aside);
            sink(&AlleleBatch { set_aside, ..AlleleBatch::default() });
        }
        for (at, stretch) in stretches.iter().enumerate() {
            let end = stretches.get(at + 1).map_or(batch.alleles.len(), |next| next.first);
            self.stretch(*stretch, &batch, &batch.alleles[stretch.first..end], sink)?;
        }
        self.rows = self.rows.checked_add(count).ok_or(GenomeVcfError::TooManyRows)?;
        Ok(())
    }

    /// Hands out the rest.
    pub(super) fn finish(&mut self, sink: &mut impl FnMut(&AlleleBatch)) {
        if !self.held.alleles.is_empty() || !self.held.set_aside.is_empty() {
            sink(&self.held);
        }
        self.held = AlleleBatch::default();
    }

    fn stretch(
        &mut self,
        stretch: Stretch,
        batch: &AlleleBatch,
        alleles: &[GenomeAllele],
        sink: &mut impl FnMut(&AlleleBatch),
    ) -> Result<(), GenomeVcfError> {
        let (Some(first), Some(last)) = (alleles.first(), alleles.last()) else { return Ok(()) };
        if self.contig != Some(stretch.contig) {
            self.finish(sink);
            if self.finished[stretch.contig.rank()] {
                return Err(self.not_sorted(first));
            }
            self.finished[stretch.contig.rank()] = true;
            (self.contig, self.given) = (Some(stretch.contig), 0);
        }
        let gone_on = last.position;
        self.append(batch, alleles)?;
        self.hand_out(gone_on.saturating_sub(HELD), sink);
        Ok(())
    }

    /// Adds alleles behind those held, and sorts where they mix.
    fn append(&mut self, batch: &AlleleBatch, alleles: &[GenomeAllele]) -> Result<(), GenomeVcfError> {
        let from = alleles.first().map_or(0, |allele| allele.bases_at as usize);
        let to =
            alleles.last().map_or(0, |last| (last.bases_at + last.reference_length + last.alternate_length) as usize);
        let moved = self.held.bases.len();
        self.held.bases.extend_from_slice(&batch.bases[from..to]);
        let mut before = self.held.alleles.last().map_or(0, |allele| allele.position);
        let mut sorted = true;
        self.held.alleles.reserve(alleles.len());
        for allele in alleles {
            if allele.position < self.given {
                return Err(self.not_sorted(allele));
            }
            sorted &= before <= allele.position;
            before = allele.position;
            let (row, bases_at) = (allele.row + self.rows + 1, (allele.bases_at as usize - from + moved) as u32);
            self.held.alleles.push(GenomeAllele { row, bases_at, ..*allele });
        }
        if !sorted {
            self.held.alleles.sort_by_key(|allele| allele.position);
        }
        Ok(())
    }

    /// Hands out alleles before a position, and keeps the rest with a copy of its bases.
    fn hand_out(&mut self, before: u32, sink: &mut impl FnMut(&AlleleBatch)) {
        let ready = self.held.alleles.partition_point(|allele| allele.position < before);
        if ready == 0 {
            return;
        }
        let mut kept = AlleleBatch::default();
        for allele in &self.held.alleles[ready..] {
            let bases_at = kept.bases.len() as u32;
            kept.bases.extend_from_slice(self.held.reference(allele));
            kept.bases.extend_from_slice(self.held.alternate(allele));
            kept.alleles.push(GenomeAllele { bases_at, ..*allele });
        }
        self.held.alleles.truncate(ready);
        self.given = self.held.alleles.last().map_or(self.given, |allele| allele.position);
        sink(&self.held);
        self.held = kept;
    }

    fn not_sorted(&self, allele: &GenomeAllele) -> GenomeVcfError {
        let row = allele.row + self.rows + 1;
        GenomeVcfError::NotSorted { row, contig: allele.contig, position: allele.position }
    }
}
