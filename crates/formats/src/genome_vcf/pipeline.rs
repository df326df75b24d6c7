//! All cores over one file: chunks are taken in turn, read apart, and put together in order.

use std::{
    collections::BTreeMap,
    io::Read,
    num::NonZero,
    sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
};

use cairn_variant::{assembly::Assembly, sequence::SequenceSource};

use super::{
    GenomeVcfError,
    allele::AlleleBatch,
    chunk::{Chunk, LONGEST_LINE, RowReader, Rows},
    header::Header,
    input::{Input, RawChunk},
    order::Order,
};

/// Longest header: ten times that of a call set with every contig of every patch and all its command lines.
const LONGEST_HEADER: usize = 64 << 20;

/// How to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The assembly, when the caller knows it; a header that says otherwise is an error.
    pub assembly: Option<Assembly>,
    /// The header's word on the assembly is wrong, as in files that were lifted with their old header: go by
    /// `assembly` alone.
    pub header_is_wrong: bool,
    /// Cores to use; all of them by default.
    pub threads: Option<NonZero<usize>>,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The header.
    pub header: Header,
    /// Data rows.
    pub rows: u32,
    /// Alleles handed out.
    pub alleles: u64,
    /// Alleles or rows set aside.
    pub set_aside: u64,
}

/// Reads a genome's VCF and hands out its alleles, normalised and in order, batch by batch.
///
/// The sink is called on the caller's thread. Memory stays within a few chunks of some megabytes a core.
pub fn read<R, S>(
    reader: R,
    source: &S,
    options: &Options,
    mut sink: impl FnMut(&AlleleBatch),
) -> Result<Summary, GenomeVcfError>
where
    R: Read + Send,
    S: SequenceSource + Sync,
{
    let mut input = Input::of(reader)?;
    let (header, first) = read_header(&mut input, options)?;
    let (mut alleles, mut set_aside) = (0, 0);
    let mut counted = |batch: &AlleleBatch| {
        alleles += batch.alleles().len() as u64;
        set_aside += batch.set_aside().len() as u64;
        sink(batch);
    };
    let threads = options.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZero::get);
    let queue = Queue::new(input, first, threads);
    let rows = thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..threads {
            let (sender, header, queue) = (sender.clone(), &header, &queue);
            scope.spawn(move || work(queue, &mut RowReader::new(header, source), &sender));
        }
        drop(sender);
        let result = assemble(&receiver, &queue, &mut RowReader::new(&header, source), &mut counted);
        queue.stop();
        result
    })?;
    Ok(Summary { header, rows, alleles, set_aside })
}

/// Reads up to the `#CHROM` line; what follows it is the first chunk.
fn read_header<R: Read>(input: &mut Input<R>, options: &Options) -> Result<(Header, Vec<u8>), GenomeVcfError> {
    let mut text = Vec::new();
    let mut looked_at = 0;
    loop {
        let Some(chunk) = input.next()? else {
            return Err(GenomeVcfError::NotVcf("it has no `#CHROM` line"));
        };
        text.extend(chunk.into_text()?);
        if text.starts_with(b"BCF") {
            return Err(GenomeVcfError::NotVcf("it is BCF: write it as VCF with `bcftools view`"));
        }
        while let Some(length) = memchr::memchr(b'\n', &text[looked_at..]) {
            let line = &text[looked_at..looked_at + length];
            looked_at += length + 1;
            if line.starts_with(b"#CHROM") {
                let rest = text.split_off(looked_at);
                return Ok((Header::of(&text, options.assembly, options.header_is_wrong)?, rest));
            }
            if !line.starts_with(b"#") {
                return Err(GenomeVcfError::NotVcf("rows begin before a `#CHROM` line"));
            }
        }
        if text.len() > LONGEST_HEADER {
            return Err(GenomeVcfError::NotVcf("its header is too long"));
        }
    }
}

type Numbered = (u64, Result<Chunk, GenomeVcfError>);

/// Takes chunks until there are no more.
fn work<R: Read, S: SequenceSource>(queue: &Queue<R>, reader: &mut RowReader<'_, S>, sender: &mpsc::Sender<Numbered>) {
    while let Some((number, raw)) = queue.next() {
        let chunk = raw.and_then(RawChunk::into_text).map(|text| reader.read(&text));
        if sender.send((number, chunk)).is_err() {
            return;
        }
    }
}

/// Puts chunks in order, joins the lines cut between them, and gives the number of rows.
fn assemble<R: Read, S: SequenceSource>(
    receiver: &mpsc::Receiver<Numbered>,
    queue: &Queue<R>,
    reader: &mut RowReader<'_, S>,
    sink: &mut impl FnMut(&AlleleBatch),
) -> Result<u32, GenomeVcfError> {
    let mut order = Order::default();
    let mut waiting = BTreeMap::new();
    let (mut number, mut cut) = (0, Vec::new());
    for (arrived, chunk) in receiver {
        waiting.insert(arrived, chunk);
        while let Some(chunk) = waiting.remove(&number) {
            let chunk = chunk?;
            number += 1;
            queue.assembled(number);
            cut.extend_from_slice(&chunk.head);
            if cut.len() > LONGEST_LINE {
                return Err(GenomeVcfError::LongLine);
            }
            if chunk.ends_a_line {
                order.take(joined(reader, &cut), sink)?;
                order.take(chunk.rows, sink)?;
                cut = chunk.tail;
            }
        }
    }
    order.take(joined(reader, &cut), sink)?;
    order.finish(sink);
    Ok(order.rows())
}

/// The row of a line that lay in two chunks.
fn joined<S: SequenceSource>(reader: &mut RowReader<'_, S>, line: &[u8]) -> Rows {
    let mut rows = Rows::default();
    reader.line(line.strip_suffix(b"\n").unwrap_or(line), &mut rows);
    rows
}

/// The file, shared by the cores. Chunks that are read and not assembled yet are kept few.
struct Queue<R: Read> {
    state: Mutex<State<R>>,
    went_on: Condvar,
    ahead: u64,
}

struct State<R: Read> {
    input: Input<R>,
    first: Option<Vec<u8>>,
    next: u64,
    assembled: u64,
    stopped: bool,
}

impl<R: Read> Queue<R> {
    fn new(input: Input<R>, first: Vec<u8>, threads: usize) -> Self {
        let state = State { input, first: Some(first), next: 0, assembled: 0, stopped: false };
        Self { state: Mutex::new(state), went_on: Condvar::new(), ahead: 3 * threads as u64 }
    }

    /// The next chunk and its number; `None` at the end or after an error.
    fn next(&self) -> Option<(u64, Result<RawChunk, GenomeVcfError>)> {
        let mut state = self.lock();
        while state.next >= state.assembled + self.ahead && !state.stopped {
            state = self.went_on.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.stopped {
            return None;
        }
        let chunk = match state.first.take() {
            Some(first) => Ok(RawChunk::Text(first)),
            None => state.input.next().transpose()?,
        };
        state.stopped |= chunk.is_err();
        let number = state.next;
        state.next += 1;
        Some((number, chunk))
    }

    fn assembled(&self, count: u64) {
        self.lock().assembled = count;
        self.went_on.notify_all();
    }

    fn stop(&self) {
        self.lock().stopped = true;
        self.went_on.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
