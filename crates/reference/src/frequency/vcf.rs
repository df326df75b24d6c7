//! Sites files: one row a place, counts in INFO. Genotype columns are not read.

use std::io::{BufRead, Write};

use cairn_variant::{assembly::Assembly, contig::Contig, residues::Residues, vcf::VcfAllele};

use super::{BaseCheck, FrequencyDescription, FrequencyError, Kept, fields::Fields, named, record};
use crate::{
    allele_table::{AlleleKey, AlleleTableWriter},
    sequence::store::SequenceStore,
};

/// Lengths of chromosome 1 and 17 tell the assemblies apart.
const LENGTHS: [(&str, Assembly); 4] = [
    ("length=249250621", Assembly::Grch37),
    ("length=81195210", Assembly::Grch37),
    ("length=248956422", Assembly::Grch38),
    ("length=83257441", Assembly::Grch38),
];

pub(super) fn write<W: Write>(
    input: &mut dyn BufRead,
    file: &str,
    assembly: Option<Assembly>,
    loaded: &SequenceStore,
    out: W,
) -> Result<(W, Kept), FrequencyError> {
    let header = header(input)?;
    let declared = header.lines().filter_map(|line| line.strip_prefix("##INFO=<ID=")?.split(',').next());
    let fields = Fields::of(declared);
    let assembly = assembly.or_else(|| crate::folder::assembly_in_name(file)).or_else(|| told_assembly(&header));
    let assembly = assembly.ok_or(FrequencyError::NoAssembly)?;
    let (name, version) = named(file, &header);
    let description =
        FrequencyDescription { name, version, assembly, populations: fields.populations.clone(), only_listed: false };
    let mut writer = AlleleTableWriter::new(out)?;
    let mut check = BaseCheck::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        for (allele, found) in rows(text.trim_end(), &fields) {
            let change = allele.replacement(assembly);
            check.look(&change, loaded);
            if let Some(key) = AlleleKey::of(&change, loaded) {
                writer.add(key, record::encode(&found, &description.populations))?;
            }
        }
    }
    check.judge(assembly)?;
    let (out, alleles) = writer.finish(&description)?;
    Ok((out, Kept { description, alleles }))
}

/// The lines before the first row.
fn header(input: &mut dyn BufRead) -> std::io::Result<String> {
    let mut header = String::new();
    while input.fill_buf()?.first() == Some(&b'#') {
        let mut line = Vec::new();
        input.read_until(b'\n', &mut line)?;
        header.push_str(&String::from_utf8_lossy(&line));
    }
    Ok(header)
}

fn told_assembly(header: &str) -> Option<Assembly> {
    let by_length = header
        .lines()
        .filter(|line| line.starts_with("##contig"))
        .find_map(|line| LENGTHS.iter().find(|(length, _)| line.contains(length)).map(|(_, assembly)| *assembly));
    by_length.or_else(|| {
        let reference = header.lines().find(|line| line.starts_with("##reference="))?.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| reference.contains(word));
        match (says(&["grch37", "hg19", "b37", "hs37", "assembly19"]), says(&["grch38", "hg38", "assembly38"])) {
            (true, false) => Some(Assembly::Grch37),
            (false, true) => Some(Assembly::Grch38),
            _ => None,
        }
    })
}

/// The alleles of a row with their counts; alleles not written in bases are left out.
fn rows(line: &str, fields: &Fields) -> Vec<(VcfAllele, cairn_core::suggest::frequency::AlleleFrequencies)> {
    let mut columns = line.splitn(9, '\t');
    let mut next = || columns.next();
    let (Some(chrom), Some(pos), _, Some(reference), Some(alternates), _, Some(filter), Some(info)) =
        (next(), next(), next(), next(), next(), next(), next(), next())
    else {
        return Vec::new();
    };
    let (Some(contig), Ok(position)) = (Contig::from_name(chrom.as_bytes()), pos.parse()) else { return Vec::new() };
    let filter = if matches!(filter, "PASS" | ".") { "" } else { filter };
    let one = |(at, alternate): (usize, &str)| {
        let residues = |text: &str| Residues::try_from(text.to_ascii_uppercase()).ok();
        let allele = VcfAllele::new(contig, position, residues(reference)?, residues(alternate)?).ok()?;
        let mut found = fields.read(info.split(';').filter_map(|pair| pair.split_once('=')), at);
        filter.clone_into(&mut found.filter);
        Some((allele, found))
    };
    alternates.split(',').enumerate().filter_map(one).collect()
}
