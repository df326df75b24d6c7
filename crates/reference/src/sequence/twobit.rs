//! UCSC `.2bit`: the packed genome format of the UCSC browser, version 0, either byte order.

use super::fasta::FastaPart;

/// The file is not a readable `.2bit`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a readable .2bit file: {0}")]
pub struct TwoBitError(&'static str);

const SIGNATURE: u32 = 0x1A41_2743;
/// Residues handed on at a time, a multiple of four.
const CHUNK: usize = 1 << 16;
/// UCSC numbers the bases T, C, A, G.
const LETTERS: [u8; 4] = *b"TCAG";

/// Whether the bytes start as a `.2bit` file does.
pub fn is_twobit(start: &[u8]) -> bool {
    start.first_chunk().is_some_and(|four| [u32::from_le_bytes(*four), u32::from_be_bytes(*four)].contains(&SIGNATURE))
}

/// Reads all records of a `.2bit` file as parts of a FASTA file: a heading, then upper-case residues.
pub fn read_twobit<E: From<TwoBitError>>(
    bytes: &[u8],
    mut sink: impl FnMut(FastaPart<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut header = Cursor::new(bytes, 0)?;
    header.u32()?;
    if header.u32()? != 0 {
        return Err(TwoBitError("only version 0 is known").into());
    }
    let count = header.u32()?;
    header.u32()?;
    for _ in 0..count {
        let name_length = header.bytes(1)?[0] as usize;
        let name = header.bytes(name_length)?;
        let offset = header.u32()? as usize;
        sink(FastaPart::Heading(&String::from_utf8_lossy(name)))?;
        read_record(bytes, offset, &mut sink)?;
    }
    Ok(())
}

fn read_record<E: From<TwoBitError>>(
    bytes: &[u8],
    offset: usize,
    sink: &mut impl FnMut(FastaPart<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut record = Cursor::new(bytes, offset)?;
    let length = record.u32()? as usize;
    let gaps = record.blocks()?;
    record.blocks()?;
    record.u32()?;
    let codes = record.bytes(length.div_ceil(4))?;
    let mut start = 0;
    while start < length {
        let end = length.min(start + CHUNK);
        let code_at = |at: usize| LETTERS[(codes[at / 4] >> (6 - 2 * (at % 4))) as usize & 3];
        let mut residues: Vec<u8> = (start..end).map(code_at).collect();
        let first = gaps.partition_point(|(gap, size)| gap + size <= start);
        for (gap, size) in gaps[first..].iter().take_while(|(gap, _)| *gap < end) {
            residues[gap.max(&start) - start..(gap + size).min(end) - start].fill(b'N');
        }
        sink(FastaPart::Residues(&residues))?;
        start = end;
    }
    Ok(())
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    swapped: bool,
}

impl<'a> Cursor<'a> {
    fn new(bytes: &'a [u8], at: usize) -> Result<Self, TwoBitError> {
        if !is_twobit(bytes) {
            return Err(TwoBitError("the signature is missing"));
        }
        Ok(Self { bytes, at, swapped: bytes[..4] != SIGNATURE.to_le_bytes() })
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8], TwoBitError> {
        let end = self.at.checked_add(length).ok_or(TwoBitError("a length is too large"))?;
        let found = self.bytes.get(self.at..end).ok_or(TwoBitError("it ends too early"))?;
        self.at = end;
        Ok(found)
    }

    fn u32(&mut self) -> Result<u32, TwoBitError> {
        let four = self.bytes(4)?.try_into().map_err(|_| TwoBitError("it ends too early"))?;
        Ok(if self.swapped { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    }

    /// Starts and sizes of blocks, sorted and apart from each other.
    fn blocks(&mut self) -> Result<Vec<(usize, usize)>, TwoBitError> {
        let count = self.u32()? as usize;
        if count > self.bytes.len() / 8 {
            return Err(TwoBitError("a block count is too large"));
        }
        let starts = (0..count).map(|_| self.u32()).collect::<Result<Vec<_>, _>>()?;
        let sizes = (0..count).map(|_| self.u32()).collect::<Result<Vec<_>, _>>()?;
        let blocks: Vec<_> = starts.into_iter().zip(sizes).map(|(s, n)| (s as usize, n as usize)).collect();
        let in_order = blocks.windows(2).all(|pair| pair[0].0 + pair[0].1 <= pair[1].0);
        if in_order { Ok(blocks) } else { Err(TwoBitError("its blocks are out of order")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One record `chrT` with `TCAGNNTC`, the lower-case mask over the first two bases.
    fn file(order: fn(u32) -> [u8; 4]) -> Vec<u8> {
        let numbers = |list: &[u32]| list.iter().flat_map(|n| order(*n)).collect::<Vec<u8>>();
        let mut bytes = numbers(&[SIGNATURE, 0, 1, 0]);
        bytes.push(4);
        bytes.extend(b"chrT");
        bytes.extend(numbers(&[25, 8, 1, 4, 2, 1, 0, 2, 0]));
        bytes.extend([0b00_01_10_11, 0b00_00_00_01]);
        bytes
    }

    fn read(bytes: &[u8]) -> Result<String, TwoBitError> {
        let mut text = String::new();
        read_twobit(bytes, |part| {
            match part {
                FastaPart::Heading(name) => text.push_str(&format!(">{name} ")),
                FastaPart::Residues(more) => text.push_str(&String::from_utf8_lossy(more)),
            }
            Ok(())
        })?;
        Ok(text)
    }

    #[test]
    fn both_byte_orders() {
        assert_eq!(read(&file(u32::to_le_bytes)).as_deref(), Ok(">chrT TCAGNNTC"));
        assert_eq!(read(&file(u32::to_be_bytes)).as_deref(), Ok(">chrT TCAGNNTC"));
    }

    #[test]
    fn a_file_cut_short_is_refused() {
        let whole = file(u32::to_le_bytes);
        for cut in 0..whole.len() {
            assert!(read(&whole[..cut]).is_err(), "{cut}");
        }
    }
}
