//! BGZF: gzip in blocks of at most 64 KiB that can be inflated apart (SAM 1.6 §4.1).

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::GenomeVcfError;

/// Bytes of a block's fixed header, with the one extra subfield that BGZF writers put first.
pub(super) const HEADER: usize = 18;
const FOOTER: usize = 8;
/// A block holds at most this much text.
const MOST_TEXT: usize = 1 << 16;

/// Whether a file begins with a BGZF block.
pub(super) fn is_bgzf(start: &[u8]) -> bool {
    block_length(start).is_some()
}

/// The first block, when all of it is there.
pub(super) fn first_block(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(..block_length(bytes)?)
}

/// The length of a whole block's text, as its footer states it.
pub(super) fn text_length(block: &[u8]) -> usize {
    block.last_chunk::<4>().map_or(0, |size| u32::from_le_bytes(*size) as usize)
}

/// The whole length of the block whose header begins `bytes`; `None` when that is no BGZF header.
fn block_length(bytes: &[u8]) -> Option<usize> {
    let header = bytes.get(..HEADER)?;
    let is_block = header[..4] == [0x1f, 0x8b, 8, 4] && header[10..16] == [6, 0, b'B', b'C', 2, 0];
    let length = usize::from(u16::from_le_bytes([header[16], header[17]])) + 1;
    (is_block && length > HEADER + FOOTER).then_some(length)
}

/// Appends the text of whole blocks.
pub(super) fn inflate(mut blocks: &[u8], text: &mut Vec<u8>) -> Result<(), GenomeVcfError> {
    let damaged = GenomeVcfError::Compression;
    let mut decoder = Decompress::new(false);
    while !blocks.is_empty() {
        let block = first_block(blocks).ok_or(damaged("a BGZF block has no valid header or is cut off"))?;
        let (body, footer) = block[HEADER..].split_at(block.len() - HEADER - FOOTER);
        let size = text_length(block);
        let checksum = u32::from_le_bytes([footer[0], footer[1], footer[2], footer[3]]);
        if size > MOST_TEXT {
            return Err(damaged("a BGZF block is larger than the format allows"));
        }
        inflate_block(&mut decoder, body, size, text)?;
        let mut crc = Crc::new();
        crc.update(&text[text.len() - size..]);
        if crc.sum() != checksum {
            return Err(damaged("the checksum of a BGZF block does not agree"));
        }
        blocks = &blocks[block.len()..];
    }
    Ok(())
}

fn inflate_block(decoder: &mut Decompress, body: &[u8], size: usize, text: &mut Vec<u8>) -> Result<(), GenomeVcfError> {
    decoder.reset(false);
    let before = text.len();
    text.resize(before + size, 0);
    let status = decoder.decompress(body, &mut text[before..], FlushDecompress::Finish);
    match status {
        Ok(Status::StreamEnd) if decoder.total_out() == size as u64 => Ok(()),
        _ => Err(GenomeVcfError::Compression("a BGZF block cannot be inflated")),
    }
}
