//! Tables of counts for certain alleles: `chrom pos ref alt … AC AN …`, one row an allele that was asked for. A row
//! without counts says that the dataset does not have the allele.

use std::io::{BufRead, Write};

use cairn_core::suggest::frequency::Counts;
use cairn_variant::{assembly::Assembly, contig::Contig, residues::Residues, vcf::VcfAllele};

use super::{BaseCheck, FrequencyDescription, FrequencyError, Kept, fields::Fields, named, record};
use crate::{
    allele_table::{AlleleKey, AlleleTableWriter},
    sequence::store::SequenceStore,
};

pub(super) fn write<W: Write>(
    input: &mut dyn BufRead,
    file: &str,
    assembly: Option<Assembly>,
    loaded: &SequenceStore,
    out: W,
) -> Result<(W, Kept), FrequencyError> {
    let mut heading = String::new();
    input.read_line(&mut heading)?;
    let names: Vec<&str> = heading.trim_end().trim_start_matches('#').split('\t').collect();
    let place =
        |wanted: &[&str]| names.iter().position(|name| wanted.iter().any(|held| name.eq_ignore_ascii_case(held)));
    let columns = (place(&["chrom", "chr"]), place(&["pos"]), place(&["ref"]), place(&["alt"]));
    let (Some(chrom), Some(pos), Some(reference), Some(alternate)) = columns else {
        return Err(FrequencyError::NoColumns);
    };
    let filter = place(&["filter"]);
    let fields = Fields::of(names.iter().copied());
    if !fields.has_counts() {
        return Err(FrequencyError::NoColumns);
    }
    let assembly = assembly.or_else(|| crate::folder::assembly_in_name(file)).ok_or(FrequencyError::NoAssembly)?;
    let (name, version) = named(file, "");
    let description =
        FrequencyDescription { name, version, assembly, populations: fields.populations.clone(), only_listed: true };
    let mut writer = AlleleTableWriter::new(out)?;
    let mut check = BaseCheck::default();
    for line in input.lines() {
        let line = line?;
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or("").trim();
        let residues = |text: &str| Residues::try_from(text.to_ascii_uppercase()).ok();
        let (Some(contig), Ok(position)) = (Contig::from_name(cell(chrom).as_bytes()), cell(pos).parse()) else {
            continue;
        };
        let (Some(before), Some(after)) = (residues(cell(reference)), residues(cell(alternate))) else { continue };
        let Ok(allele) = VcfAllele::new(contig, position, before, after) else { continue };
        let mut found = fields.read(names.iter().zip(&cells).map(|(name, cell)| (*name, cell.trim())), 0);
        let mark = filter.map_or("", cell);
        if !matches!(mark, "" | "PASS" | ".") {
            mark.clone_into(&mut found.filter);
        }
        if found.all == Counts::default() {
            found.all.count = Some(0);
        }
        let change = allele.replacement(assembly);
        check.look(&change, loaded);
        if let Some(key) = AlleleKey::of(&change, loaded) {
            writer.add(key, record::encode(&found, &description.populations))?;
        }
    }
    check.judge(assembly)?;
    let (out, alleles) = writer.finish(&description)?;
    Ok((out, Kept { description, alleles }))
}
