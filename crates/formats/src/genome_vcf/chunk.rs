//! One chunk of text into alleles, by one core.

use cairn_variant::{contig::Contig, sequence::SequenceSource};
use memchr::{memchr, memchr_iter, memrchr};

use super::{
    allele::{AlleleBatch, GenomeAllele, SetAside, WhySetAside},
    header::Header,
    normalise::Window,
    row::{Row, are_bases, position},
};

/// Bytes of a line, at most: room for a hundred thousand genotypes.
pub(super) const LONGEST_LINE: usize = 64 << 20;

/// Bases compared for one row, at most: the reference once for each alternate.
const LARGEST_ROW: usize = 64 << 20;

/// What one chunk of text held. Its first and last line may be parts of lines.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// The text up to and including the first line end; all of it when there is none.
    pub(super) head: Vec<u8>,
    /// Whether there was a line end.
    pub(super) ends_a_line: bool,
    /// Whole lines between.
    pub(super) rows: Rows,
    /// The text after the last line end.
    pub(super) tail: Vec<u8>,
}

/// Alleles of consecutive rows, in the order of the file; rows are counted from 0 here.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Where each stretch of one contig begins, and where its alleles do.
    pub(super) stretches: Vec<Stretch>,
    pub(super) alleles: AlleleBatch,
    pub(super) count: u32,
}

/// Alleles from here on lie on this chromosome.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub(super) contig: Contig,
    pub(super) first: usize,
}

/// Reads rows; one for each core.
pub(super) struct RowReader<'s, S> {
    header: &'s Header,
    source: &'s S,
    /// The contig column of the row before.
    name: Vec<u8>,
    contig: Option<(Contig, Window<'s, S>, u64)>,
    upper: Vec<u8>,
}

impl<'s, S: SequenceSource> RowReader<'s, S> {
    pub(super) fn new(header: &'s Header, source: &'s S) -> Self {
        Self { header, source, name: Vec::new(), contig: None, upper: Vec::new() }
    }

    /// Reads a chunk of text.
    pub(super) fn read(&mut self, text: &[u8]) -> Chunk {
        let (Some(first), Some(last)) = (memchr(b'\n', text), memrchr(b'\n', text)) else {
            return Chunk { head: text.to_vec(), ..Chunk::default() };
        };
        let mut rows = Rows::default();
        let mut rest = &text[first + 1..last.max(first) + 1];
        while let Some(end) = memchr(b'\n', rest) {
            self.line(&rest[..end], &mut rows);
            rest = &rest[end + 1..];
        }
        Chunk { head: text[..=first].to_vec(), ends_a_line: true, rows, tail: text[last + 1..].to_vec() }
    }

    /// Reads one line without its line feed.
    pub(super) fn line(&mut self, line: &[u8], rows: &mut Rows) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() || line[0] == b'#' {
            return;
        }
        let row = rows.count;
        rows.count += 1;
        let aside = |why| SetAside { row, alternate_number: 0, why };
        let Some(columns) = Row::of(line) else {
            return rows.alleles.set_aside.push(aside(WhySetAside::TooFewColumns));
        };
        if columns.contig != self.name {
            self.change_contig(columns.contig);
        }
        let Some((contig, window, length)) = &mut self.contig else {
            return rows.alleles.set_aside.push(aside(WhySetAside::NotAChromosome));
        };
        let end = |start: u32| u64::from(start) - 1 + columns.reference.len() as u64;
        let Some(start) = position(columns.position).filter(|start| end(*start) <= *length) else {
            return rows.alleles.set_aside.push(aside(WhySetAside::BadPosition));
        };
        if (memchr_iter(b',', columns.alternates).count() + 1) * columns.reference.len() > LARGEST_ROW {
            return rows.alleles.set_aside.push(aside(WhySetAside::TooLarge));
        }
        if rows.stretches.last().is_none_or(|stretch| stretch.contig != *contig) {
            rows.stretches.push(Stretch { contig: *contig, first: rows.alleles.alleles.len() });
        }
        let place = Place { contig: *contig, position: start, row };
        alternates(place, &columns, window, &mut self.upper, &mut rows.alleles);
    }

    fn change_contig(&mut self, name: &[u8]) {
        self.name.clear();
        self.name.extend_from_slice(name);
        self.contig = self.header.contig(name).map(|contig| {
            let there = contig.on(self.header.assembly);
            (contig, Window::new(self.source, there.refget()), there.length())
        });
    }
}

#[derive(Clone, Copy)]
struct Place {
    contig: Contig,
    position: u32,
    row: u32,
}

/// Splits a row into its alternates.
fn alternates<S: SequenceSource>(
    place: Place,
    columns: &Row<'_>,
    window: &mut Window<'_, S>,
    upper: &mut Vec<u8>,
    batch: &mut AlleleBatch,
) {
    let reference_is_bases = are_bases(columns.reference);
    for (at, alternate) in columns.alternates.split(|byte| *byte == b',').enumerate() {
        let alternate_number = u16::try_from(at + 1).unwrap_or(u16::MAX);
        let why = match reference_is_bases {
            true => why_no_bases(columns.reference, alternate),
            false => Some(WhySetAside::NotBases),
        };
        match why {
            Some(why) => batch.set_aside.push(SetAside { row: place.row, alternate_number, why }),
            None => {
                upper.clear();
                upper.extend(columns.reference.iter().chain(alternate).map(u8::to_ascii_uppercase));
                let (reference, alternate) = upper.split_at(columns.reference.len());
                push(place, alternate_number, reference, alternate, window, batch);
            }
        }
    }
}

fn push<S: SequenceSource>(
    place: Place,
    alternate_number: u16,
    reference: &[u8],
    alternate: &[u8],
    window: &mut Window<'_, S>,
    batch: &mut AlleleBatch,
) {
    let before = batch.bases.len();
    let start = u64::from(place.position) - 1;
    let (leftmost, reference_length) = window.normalise(start, reference, alternate, &mut batch.bases);
    let written = batch.bases.len() - before;
    batch.alleles.push(GenomeAllele {
        position: leftmost.start as u32 + 1,
        row: place.row,
        alternate_number,
        contig: place.contig,
        status: leftmost.status,
        room: leftmost.room as u32,
        anchored_behind: leftmost.anchored_behind,
        bases_at: before as u32,
        reference_length: reference_length as u32,
        alternate_length: (written - reference_length) as u32,
    });
}

/// Why an alternate is not a change written in bases; `None` when it is.
fn why_no_bases(reference: &[u8], alternate: &[u8]) -> Option<WhySetAside> {
    if are_bases(alternate) {
        return reference.eq_ignore_ascii_case(alternate).then_some(WhySetAside::SameAsReference);
    }
    Some(match alternate {
        b"." => WhySetAside::NoAlternate,
        b"*" | b"<*:DEL>" => WhySetAside::SpanningDeletion,
        [b'<', ..] => WhySetAside::Symbolic,
        other if other.iter().any(|byte| matches!(byte, b'[' | b']')) || is_single_breakend(other) => {
            WhySetAside::Breakend
        }
        _ => WhySetAside::NotBases,
    })
}

/// `G.` or `.G`: a breakend of which the other side is not known.
fn is_single_breakend(alternate: &[u8]) -> bool {
    match alternate {
        [b'.', bases @ ..] | [bases @ .., b'.'] => are_bases(bases),
        _ => false,
    }
}
