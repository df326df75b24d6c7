//! One person's variants, written as a caller writes them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Chromosome;
use super::chromosome::other_base;
use super::random::Random;

const HEADER: &str = "##fileformat=VCFv4.2\n\
    ##FILTER=<ID=PASS,Description=\"All filters passed\">\n\
    ##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Allele count\">\n\
    ##INFO=<ID=AF,Number=A,Type=Float,Description=\"Allele frequency\">\n\
    ##INFO=<ID=AN,Number=1,Type=Integer,Description=\"Allele number\">\n\
    ##INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">\n\
    ##INFO=<ID=FS,Number=1,Type=Float,Description=\"Strand bias\">\n\
    ##INFO=<ID=MQ,Number=1,Type=Float,Description=\"Mapping quality\">\n\
    ##INFO=<ID=QD,Number=1,Type=Float,Description=\"Quality by depth\">\n\
    ##INFO=<ID=SOR,Number=1,Type=Float,Description=\"Strand odds\">\n\
    ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n\
    ##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"Depth by allele\">\n\
    ##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">\n\
    ##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"Genotype quality\">\n\
    ##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"Likelihoods\">\n";

/// The alleles at one site.
struct Site {
    reference: Vec<u8>,
    alternates: Vec<Vec<u8>>,
}

/// Writes a VCF of one sample over all chromosomes; the number of records.
pub(crate) fn write_sample(chromosomes: &[Chromosome], seed: u64, out: &mut impl Write) -> io::Result<u64> {
    out.write_all(HEADER.as_bytes())?;
    for chromosome in chromosomes {
        writeln!(out, "##contig=<ID={},length={}>", chromosome.name, chromosome.bases.len())?;
    }
    writeln!(out, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS{seed}")?;
    let mut records = 0;
    for chromosome in chromosomes {
        let mut random = Random::new(&chromosome.name, seed);
        for (start, site) in sites(chromosome, &mut random) {
            write_record(out, &chromosome.name, start + 1, &site, &mut random)?;
            records += 1;
        }
    }
    Ok(records)
}

/// The sites by 0-based start: substitutions and indels anywhere, indels at repeats.
fn sites(chromosome: &Chromosome, random: &mut Random) -> BTreeMap<usize, Site> {
    let mut sites = BTreeMap::new();
    let mut at = 11_000;
    while at + 11_100 < chromosome.bases.len() {
        let site =
            if random.percent(93) { substitution(chromosome, at, random) } else { indel(chromosome, at, random) };
        sites.insert(at, site);
        at += 1 + random.below(1_535) as usize;
    }
    for repeat in &chromosome.repeats {
        if random.percent(20) {
            let slide = if random.percent(50) { random.below(repeat.copies as u64 - 1) as usize } else { 0 };
            let before = repeat.start - 1 + slide * repeat.unit;
            let unit = &chromosome.bases[before + 1..=before + repeat.unit];
            sites.insert(before, length_change(chromosome.bases[before], unit, random.percent(50)));
        }
    }
    sites
}

fn substitution(chromosome: &Chromosome, at: usize, random: &mut Random) -> Site {
    let reference = chromosome.bases[at];
    let first = other_base(reference, random);
    let mut alternates = vec![vec![first]];
    if random.percent(1) {
        let second = b"ACGT".iter().find(|b| **b != reference && **b != first);
        alternates.extend(second.map(|b| vec![*b]));
    }
    Site { reference: vec![reference], alternates }
}

fn indel(chromosome: &Chromosome, at: usize, random: &mut Random) -> Site {
    let length = 1 + random.below(8) as usize;
    let deleted = chromosome.bases[at + 1..=at + length].to_vec();
    if random.percent(55) {
        return length_change(chromosome.bases[at], &deleted, false);
    }
    let inserted: Vec<u8> = (0..length).map(|_| other_base(b'N', random)).collect();
    length_change(chromosome.bases[at], &inserted, true)
}

/// A deletion or an insertion of `bases` after the base `before`.
fn length_change(before: u8, bases: &[u8], insertion: bool) -> Site {
    let short = vec![before];
    let long: Vec<u8> = std::iter::once(before).chain(bases.iter().copied()).collect();
    if insertion {
        Site { reference: short, alternates: vec![long] }
    } else {
        Site { reference: long, alternates: vec![short] }
    }
}

fn write_record(
    out: &mut impl Write,
    chromosome: &str,
    position: usize,
    site: &Site,
    random: &mut Random,
) -> io::Result<()> {
    let alternates = site.alternates.iter().map(|a| String::from_utf8_lossy(a)).collect::<Vec<_>>().join(",");
    let reference = String::from_utf8_lossy(&site.reference);
    let (quality, depth) = (60 + random.below(1_940), 12 + random.below(40));
    let two = site.alternates.len() == 2;
    let (ac, af) = if two { ("1,1", "0.500,0.500") } else { ("1", "0.500") };
    let sample = if two {
        format!("1/2:0,{0},{1}:{depth}:99:{quality},90,80,70,0,60", depth / 2, depth - depth / 2)
    } else {
        format!("0/1:{0},{1}:{depth}:99:{quality},0,{quality}", depth - depth / 2, depth / 2)
    };
    writeln!(
        out,
        "{chromosome}\t{position}\t.\t{reference}\t{alternates}\t{quality}.06\tPASS\tAC={ac};AF={af};AN=2;DP={depth};\
         FS=1.{};MQ=60.00;QD=1{}.33;SOR=0.{}\tGT:AD:DP:GQ:PL\t{sample}",
        100 + random.below(800),
        random.below(9),
        100 + random.below(800),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_allele_is_in_the_chromosome_and_positions_ascend() {
        let chromosomes = [Chromosome::new("chr21", 300_000)];
        let mut text = Vec::new();
        let records = write_sample(&chromosomes, 1, &mut text).expect("memory can be written");
        let text = String::from_utf8(text).expect("VCF is text");
        let rows: Vec<Vec<&str>> =
            text.lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').collect()).collect();
        assert_eq!(rows.len() as u64, records);
        let mut last = 0;
        for row in rows {
            let position: usize = row[1].parse().expect("a position");
            assert!(position > last);
            last = position;
            let start = position - 1;
            assert_eq!(&chromosomes[0].bases[start..start + row[3].len()], row[3].as_bytes());
        }
    }
}
