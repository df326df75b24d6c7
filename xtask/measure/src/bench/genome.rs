//! A made-up genome on disk: FASTA and VCF for the peers, and the pack that a node keeps.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use cairn_reference::sequence::{
    pack::{Encoding, Pack, PackWriter, Segment},
    packed::Packer,
    store::SequenceStore,
};
use cairn_variant::{
    assembly::Assembly,
    contig::{Contig, GenomeContig},
};

use super::peer;
use super::synthetic::{Chromosome, write_sample};

/// Files in the workshop.
pub(super) struct Genome {
    pub(super) fasta: PathBuf,
    pub(super) vcf: PathBuf,
    pub(super) pack: PathBuf,
    pub(super) records: u64,
    pub(super) bases: u64,
}

/// Makes or finds the genome of these chromosomes, each as long as on GRCh38.
pub(super) fn genome(names: &[&str]) -> anyhow::Result<Genome> {
    let folder = peer::workshop()?.join(format!("genome-{}", names.join("-")));
    std::fs::create_dir_all(&folder)?;
    let path = |name: &str| folder.join(name);
    let (fasta, vcf, pack) = (path("reference.fa"), path("sample.vcf"), path("reference.pack"));
    let complete = path("complete");
    let bases = names.iter().map(|name| Ok(contig(name)?.length())).sum::<anyhow::Result<u64>>()?;
    if !complete.exists() {
        let made: Vec<Chromosome> = names.iter().map(|name| chromosome(name)).collect::<anyhow::Result<_>>()?;
        write(&fasta, |out| made.iter().try_for_each(|chromosome| Ok(chromosome.write_fasta(out)?)))?;
        let mut records = 0;
        write(&vcf, |out| {
            records = write_sample(&made, 1, out)?;
            Ok(())
        })?;
        write_pack(&pack, &made)?;
        std::fs::write(&complete, records.to_string())?;
    }
    let records = std::fs::read_to_string(&complete)?.parse().context("the number of records")?;
    Ok(Genome { fasta, vcf, pack, records, bases })
}

/// The reference as a node opens it.
pub(super) fn open(pack: &Path) -> anyhow::Result<SequenceStore> {
    let mut store = SequenceStore::default();
    store.add(Pack::open(pack)?);
    Ok(store)
}

fn contig(name: &str) -> anyhow::Result<GenomeContig> {
    Ok(name.parse::<Contig>()?.on(Assembly::Grch38))
}

fn chromosome(name: &str) -> anyhow::Result<Chromosome> {
    Ok(Chromosome::new(name, usize::try_from(contig(name)?.length())?))
}

fn write_pack(path: &Path, chromosomes: &[Chromosome]) -> anyhow::Result<()> {
    write(path, |out| {
        let mut pack = PackWriter::new(out)?;
        for chromosome in chromosomes {
            let (contig, length) = (contig(&chromosome.name)?, chromosome.bases.len() as u64);
            let mut packer = Packer::default();
            packer.push(&chromosome.bases);
            let segment = Segment {
                sequence: contig.refget(),
                sequence_length: length,
                names: Vec::new(),
                start: 0,
                length,
                encoding: Encoding::TwoBit,
                offset: 0,
                runs: Vec::new(),
                verified: false,
            };
            pack.add_bases(segment, packer)?;
        }
        pack.finish()?;
        Ok(())
    })
}

fn write(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let file = File::create(path).with_context(|| format!("cannot create `{}`", path.display()))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    fill(&mut out)?;
    Ok(out.flush()?)
}
