//! Raw bytes in chunks, cut where a core can start on them.

use std::io::{self, Cursor, Read};

use flate2::read::MultiGzDecoder;

use super::{GenomeVcfError, bgzf};

/// Text read at a time.
const TEXT_CHUNK: usize = 4 << 20;
/// BGZF read at a time: some megabytes of text.
const BGZF_CHUNK: usize = 512 << 10;
/// Text of the BGZF blocks taken at a time, about, however well they are compressed.
const MOST_BGZF_TEXT: usize = 8 << 20;

/// A chunk as it comes off the disk.
#[derive(Debug)]
pub(super) enum RawChunk {
    /// Text.
    Text(Vec<u8>),
    /// Whole BGZF blocks.
    Bgzf(Vec<u8>),
}

/// A file of which the compression is known.
pub(super) enum Input<R: Read> {
    Text(Cursor<Vec<u8>>, R),
    Gzip(Box<MultiGzDecoder<io::Chain<Cursor<Vec<u8>>, R>>>),
    /// With the start of a block that is not complete yet.
    Bgzf(Vec<u8>, R),
}

impl RawChunk {
    /// The text, inflated if need be.
    pub(super) fn into_text(self) -> Result<Vec<u8>, GenomeVcfError> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Bgzf(blocks) => {
                let mut text = Vec::with_capacity(blocks.len() * 8);
                bgzf::inflate(&blocks, &mut text)?;
                Ok(text)
            }
        }
    }
}

impl<R: Read> Input<R> {
    /// Looks at the first bytes.
    pub(super) fn of(mut reader: R) -> Result<Self, GenomeVcfError> {
        let mut start = Vec::with_capacity(bgzf::HEADER);
        (&mut reader).take(bgzf::HEADER as u64).read_to_end(&mut start)?;
        Ok(if bgzf::is_bgzf(&start) {
            Self::Bgzf(start, reader)
        } else if start.starts_with(&[0x1f, 0x8b]) {
            Self::Gzip(Box::new(MultiGzDecoder::new(Cursor::new(start).chain(reader))))
        } else {
            Self::Text(Cursor::new(start), reader)
        })
    }

    /// The next chunk; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<RawChunk>, GenomeVcfError> {
        match self {
            Self::Text(start, reader) => Ok(filled(&mut start.chain(reader), TEXT_CHUNK)?.map(RawChunk::Text)),
            Self::Gzip(decoder) => match filled(decoder, TEXT_CHUNK) {
                Ok(text) => Ok(text.map(RawChunk::Text)),
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                    Err(GenomeVcfError::Compression("not gzip"))
                }
                Err(error) => Err(error.into()),
            },
            Self::Bgzf(start, reader) => next_blocks(start, reader),
        }
    }
}

/// Up to `most` bytes; `None` at the end.
fn filled(reader: &mut impl Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(most);
    reader.take(most as u64).read_to_end(&mut bytes)?;
    Ok((!bytes.is_empty()).then_some(bytes))
}

/// Whole blocks; what follows the last one taken is kept in `start`.
fn next_blocks(start: &mut Vec<u8>, reader: &mut impl Read) -> Result<Option<RawChunk>, GenomeVcfError> {
    let mut bytes = std::mem::take(start);
    reader.take((BGZF_CHUNK.saturating_sub(bytes.len())) as u64).read_to_end(&mut bytes)?;
    let (mut taken, mut text) = (0, 0);
    while text < MOST_BGZF_TEXT
        && let Some(block) = bgzf::first_block(&bytes[taken..])
    {
        taken += block.len();
        text += bgzf::text_length(block);
    }
    if taken == 0 && !bytes.is_empty() {
        return Err(GenomeVcfError::Compression("the file ends inside a BGZF block, or something else follows it"));
    }
    *start = bytes.split_off(taken);
    Ok((!bytes.is_empty()).then_some(RawChunk::Bgzf(bytes)))
}
