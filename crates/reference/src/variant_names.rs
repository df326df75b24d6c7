//! Names that databases give to variants, with the allele each means: rsIDs of dbSNP, VariationIDs and AlleleIDs of
//! ClinVar. From ClinVar's VCF and `variant_summary`, or any VCF whose identifiers are rsIDs.

use std::io::{self, BufRead};

use cairn_variant::{assembly::Assembly, contig::Contig};

use crate::transcript::{TableError, table::Table};

/// A database's name of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VariantName {
    /// `rs80357906`.
    Rs(u64),
    /// ClinVar's VariationID: 17662 of `VCV000017662`.
    Variation(u64),
    /// ClinVar's AlleleID.
    Allele(u64),
}

/// A named allele.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedAllele {
    /// The name.
    pub name: VariantName,
    /// The assembly of the coordinates.
    pub assembly: Assembly,
    /// `17-43124027-ACT-A`.
    pub vcf: String,
}

/// Names and alleles, sorted by name.
#[derive(Debug, Default)]
pub struct VariantNames(Vec<NamedAllele>);

impl VariantNames {
    /// Sorts and keeps each once.
    pub fn new(mut alleles: Vec<NamedAllele>) -> Self {
        alleles.sort_unstable();
        alleles.dedup();
        Self(alleles)
    }

    /// The alleles with a name, the older assembly first.
    pub fn find(&self, name: VariantName) -> &[NamedAllele] {
        let first = self.0.partition_point(|held| held.name < name);
        let count = self.0[first..].iter().take_while(|held| held.name == name).count();
        &self.0[first..first + count]
    }

    /// Whether none is loaded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl NamedAllele {
    /// One line of the form in which a node keeps it.
    pub fn to_line(&self) -> String {
        let (letter, number) = match self.name {
            VariantName::Rs(number) => ('R', number),
            VariantName::Variation(number) => ('V', number),
            VariantName::Allele(number) => ('A', number),
        };
        format!("{letter}{number}\t{}\t{}", self.assembly, self.vcf)
    }

    /// Reads such a line.
    pub fn from_line(line: &str) -> Option<Self> {
        let mut fields = line.split('\t');
        let name = fields.next()?;
        let number = name.get(1..)?.parse().ok()?;
        let name = match name.as_bytes()[0] {
            b'R' => VariantName::Rs(number),
            b'V' => VariantName::Variation(number),
            b'A' => VariantName::Allele(number),
            _ => return None,
        };
        Some(Self { name, assembly: fields.next()?.parse().ok()?, vcf: fields.next()?.to_owned() })
    }
}

/// Longest allele that a name is kept for.
const LONGEST_ALLELE: usize = 10_000;

/// Reads ClinVar's VCF, or one of dbSNP. The assembly stands in `##reference=`.
///
/// # Errors
/// When the stream fails.
pub fn read_vcf_names(
    input: impl BufRead,
    assembly: Option<Assembly>,
    mut sink: impl FnMut(NamedAllele),
) -> io::Result<()> {
    let mut assembly = assembly;
    let mut identifiers_are_variations = false;
    for line in input.lines() {
        let line = line?;
        if line.starts_with('#') {
            if let Some(stated) = line.strip_prefix("##reference=") {
                assembly = assembly.or_else(|| stated.split(['/', '_']).find_map(|word| word.parse().ok()));
            }
            identifiers_are_variations |= line.contains("ClinVar Variation ID");
            continue;
        }
        let mut fields = line.split('\t');
        let row = (fields.next(), fields.next(), fields.next(), fields.next(), fields.next(), fields.nth(2));
        let (Some(chrom), Some(pos), Some(id), Some(reference), Some(alternates), Some(info)) = row else { continue };
        let (Some(contig), Some(assembly)) = (Contig::from_name(chrom.as_bytes()), assembly) else { continue };
        for alternate in alternates.split(',') {
            let Some(vcf) = vcf_text(contig, pos, reference, alternate) else { continue };
            let names = vcf_row_names(id, info, identifiers_are_variations);
            names.into_iter().for_each(|name| sink(NamedAllele { name, assembly, vcf: vcf.clone() }));
        }
    }
    Ok(())
}

fn vcf_row_names(id: &str, info: &str, identifiers_are_variations: bool) -> Vec<VariantName> {
    let value = |key: &str| info.split(';').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
    let mut names = Vec::new();
    match id.strip_prefix("rs") {
        Some(number) => names.extend(number.parse().ok().map(VariantName::Rs)),
        None if identifiers_are_variations => names.extend(id.parse().ok().map(VariantName::Variation)),
        None => {}
    }
    names.extend(
        value("RS")
            .into_iter()
            .flat_map(|list| list.split(['|', ',']))
            .filter_map(|rs| rs.parse().ok())
            .map(VariantName::Rs),
    );
    names.extend(value("ALLELEID").and_then(|number| number.parse().ok()).map(VariantName::Allele));
    names.sort_unstable();
    names.dedup();
    names
}

/// Reads ClinVar's `variant_summary.txt`: a row for each assembly.
///
/// # Errors
/// When a column is missing or the stream fails.
pub fn read_variant_summary(input: impl BufRead, mut sink: impl FnMut(NamedAllele)) -> Result<(), TableError> {
    let wanted = [
        "AlleleID",
        "RS# (dbSNP)",
        "Assembly",
        "Chromosome",
        "VariationID",
        "PositionVCF",
        "ReferenceAlleleVCF",
        "AlternateAlleleVCF",
    ];
    let mut table = Table::read(input, &wanted)?;
    while let Some([allele, rs, assembly, chromosome, variation, position, reference, alternate]) = table.next_row()? {
        let (Ok(assembly), Some(contig)) = (assembly.parse(), Contig::from_name(chromosome.as_bytes())) else {
            continue;
        };
        let Some(vcf) = vcf_text(contig, position, reference, alternate) else { continue };
        let rs = rs.parse::<u64>().ok().map(VariantName::Rs);
        let names =
            [variation.parse().ok().map(VariantName::Variation), allele.parse().ok().map(VariantName::Allele), rs];
        names.into_iter().flatten().for_each(|name| sink(NamedAllele { name, assembly, vcf: vcf.clone() }));
    }
    Ok(())
}

fn vcf_text(contig: Contig, position: &str, reference: &str, alternate: &str) -> Option<String> {
    let bases = |text: &str| {
        !text.is_empty()
            && text.len() <= LONGEST_ALLELE
            && text.bytes().all(|b| b"ACGTN".contains(&b.to_ascii_uppercase()))
    };
    position.parse::<u32>().ok().filter(|position| *position > 0)?;
    (bases(reference) && bases(alternate)).then(|| format!("{contig}-{position}-{reference}-{alternate}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clinvar_vcf_gives_three_names_of_an_allele() {
        let text = "##fileformat=VCFv4.1\n##reference=GRCh38\n##ID=<Description=\"ClinVar Variation ID\">\n\
                    #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n\
                    17\t43124027\t17662\tACT\tA\t.\t.\tALLELEID=32700;RS=80357914\n";
        let mut alleles = Vec::new();
        read_vcf_names(text.as_bytes(), None, |allele| alleles.push(allele)).expect("memory");
        let names = VariantNames::new(alleles);
        for name in [VariantName::Variation(17_662), VariantName::Allele(32_700), VariantName::Rs(80_357_914)] {
            assert_eq!(names.find(name)[0].vcf, "17-43124027-ACT-A");
        }
        assert!(names.find(VariantName::Rs(1)).is_empty());
    }

    #[test]
    fn the_summary_gives_both_assemblies() {
        let text = "#AlleleID\tRS# (dbSNP)\tAssembly\tChromosome\tVariationID\tPositionVCF\tReferenceAlleleVCF\tAlternateAlleleVCF\n\
                    32700\t80357914\tGRCh37\t17\t17662\t41276044\tACT\tA\n32700\t80357914\tGRCh38\t17\t17662\t43124027\tACT\tA\n\
                    1\t-1\tna\tna\t2\t-1\tna\tna\n";
        let mut alleles = Vec::new();
        read_variant_summary(text.as_bytes(), |allele| alleles.push(allele)).expect("a table");
        let names = VariantNames::new(alleles);
        assert_eq!(names.find(VariantName::Variation(17_662)).len(), 2);
        assert!(names.find(VariantName::Variation(2)).is_empty());
    }

    #[test]
    fn lines_are_read_as_written() {
        let allele = NamedAllele { name: VariantName::Rs(5), assembly: Assembly::Grch38, vcf: "1-2-A-C".into() };
        assert_eq!(NamedAllele::from_line(&allele.to_line()), Some(allele));
        for line in ["", "R", "Q1\tGRCh38\tx", "R1\tx\ty", "é1\tGRCh38\tx"] {
            assert_eq!(NamedAllele::from_line(line), None, "{line}");
        }
    }
}
