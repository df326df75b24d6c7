//! The header: which chromosomes, of which assembly.

use cairn_variant::{
    assembly::Assembly,
    contig::{Contig, GenomeContig},
};

use super::GenomeVcfError;

/// What the header says that matters for reading.
#[derive(Clone, Debug)]
pub struct Header {
    /// The assembly that positions are on.
    pub assembly: Assembly,
    /// Chromosomes declared with another length than the assembly's, such as the first `chrM` of hg19. Their rows
    /// are set aside.
    pub other_length: Vec<Contig>,
    /// Sample names, in the order of the columns.
    pub samples: Vec<String>,
}

impl Header {
    /// Reads the lines up to and including `#CHROM`.
    ///
    /// A header that is known to be wrong, as after a liftover that left it as it was, is passed over but for the
    /// samples.
    pub(super) fn of(text: &[u8], given: Option<Assembly>, is_wrong: bool) -> Result<Self, GenomeVcfError> {
        let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).collect();
        if is_wrong {
            let assembly = given.ok_or(GenomeVcfError::AssemblyUnknown)?;
            return Ok(Self { assembly, other_length: Vec::new(), samples: samples(&lines) });
        }
        let contigs: Vec<(Contig, u64)> = lines.iter().filter_map(|line| declared_contig(line)).collect();
        let found = stated(&contigs, &lines);
        let assembly = match (found, given) {
            (Some(found), Some(given)) if found != given => {
                return Err(GenomeVcfError::AssemblyDiffers { found, given });
            }
            (found, given) => given.or(found).ok_or(GenomeVcfError::AssemblyUnknown)?,
        };
        let differs = |(contig, length): &(Contig, u64)| contig.on(assembly).length() != *length;
        let other_length = contigs.iter().filter(|declared| differs(declared)).map(|(contig, _)| *contig).collect();
        Ok(Self { assembly, other_length, samples: samples(&lines) })
    }

    /// The chromosome of a name in the file.
    pub(super) fn contig(&self, name: &[u8]) -> Option<Contig> {
        let contig = Contig::from_name(name).or_else(|| by_refseq(name, self.assembly))?;
        (!self.other_length.contains(&contig)).then_some(contig)
    }
}

/// The chromosome whose RefSeq accession a contig's name is, as in files of NCBI.
fn by_refseq(name: &[u8], assembly: Assembly) -> Option<Contig> {
    Contig::all().find(|contig| contig.on(assembly).refseq().as_bytes() == name)
}

/// The chromosome and its length on a `##contig` line that has both.
fn declared_contig(line: &[u8]) -> Option<(Contig, u64)> {
    let fields = line.strip_prefix(b"##contig=<")?;
    let value = |key: &[u8]| {
        let mut fields = fields.split(|byte| matches!(byte, b',' | b'>'));
        fields.find_map(|field| field.strip_prefix(key))
    };
    let contig = Contig::from_name(value(b"ID=")?)?;
    let length = std::str::from_utf8(value(b"length=")?).ok()?.parse().ok()?;
    Some((contig, length))
}

/// The assembly that the meta lines of a VCF state, by the lengths of contigs or by name.
pub(crate) fn assembly_stated(meta: &str) -> Option<Assembly> {
    let lines: Vec<&[u8]> = meta.lines().map(str::as_bytes).collect();
    let contigs: Vec<(Contig, u64)> = lines.iter().filter_map(|line| declared_contig(line)).collect();
    stated(&contigs, &lines)
}

fn stated(contigs: &[(Contig, u64)], lines: &[&[u8]]) -> Option<Assembly> {
    assembly_by_length(contigs).or_else(|| assembly_by_name(lines))
}

/// The assembly whose lengths the declared ones are. Lengths of the nuclear chromosomes never agree between the two.
fn assembly_by_length(contigs: &[(Contig, u64)]) -> Option<Assembly> {
    let nuclear = || contigs.iter().filter(|(contig, _)| *contig != Contig::MT);
    let agrees = |assembly: Assembly| nuclear().any(|(contig, length)| contig.on(assembly).length() == *length);
    match Assembly::ALL.map(agrees) {
        [true, false] => Some(Assembly::Grch37),
        [false, true] => Some(Assembly::Grch38),
        _ => None,
    }
}

/// The assembly named by `##reference`, `##assembly`, or a contig's `assembly=` or RefSeq accession, when all that name
/// one agree.
fn assembly_by_name(lines: &[&[u8]]) -> Option<Assembly> {
    let named = lines.iter().filter(|line| {
        [b"##reference=".as_slice(), b"##assembly=", b"##contig="].iter().any(|start| line.starts_with(start))
    });
    let words = named.flat_map(|line| line.split(|byte| !byte.is_ascii_alphanumeric() && !b"._".contains(byte)));
    let mut found = words.filter_map(|word| {
        let word = std::str::from_utf8(word).ok()?;
        let names = word.split(['.', '_']).filter(|name| name.len() >= 4);
        let by_accession = GenomeContig::from_refseq(word).filter(|there| there.contig != Contig::MT);
        by_accession.map(|there| there.assembly).or_else(|| names.filter_map(|name| name.parse().ok()).next())
    });
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

fn samples(lines: &[&[u8]]) -> Vec<String> {
    let columns = lines.iter().find(|line| line.starts_with(b"#CHROM"));
    let columns = columns.into_iter().flat_map(|line| line.split(|byte| *byte == b'\t').skip(9));
    columns.map(|name| String::from_utf8_lossy(name).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_tell_the_assembly() {
        let header = b"##contig=<ID=chr1,length=248956422>\n##contig=<ID=chrM,length=16571>\n#CHROM\tPOS\n";
        let header = Header::of(header, None, false).expect("told");
        assert_eq!(header.assembly, Assembly::Grch38);
        assert_eq!(header.other_length, [Contig::MT]);
        assert_eq!(header.contig(b"chrM"), None);
        let other = Header::of(b"##contig=<ID=1,length=249250621>\n", Some(Assembly::Grch38), false);
        assert!(matches!(other, Err(GenomeVcfError::AssemblyDiffers { found: Assembly::Grch37, .. })));
    }

    #[test]
    fn a_wrong_header_is_passed_over_when_the_caller_knows_better() {
        let lifted = b"##contig=<ID=1,length=249250621>\n";
        let header = Header::of(lifted, Some(Assembly::Grch38), true).expect("named");
        assert_eq!((header.assembly, header.contig(b"1").map(Contig::rank)), (Assembly::Grch38, Some(0)));
        assert!(Header::of(lifted, None, true).is_err());
    }

    #[test]
    fn names_tell_it_when_lengths_do_not() {
        let named = |line: &str| Header::of(line.as_bytes(), None, false).ok().map(|header| header.assembly);
        assert_eq!(named("##reference=file:///ref/GRCh37.fa\n"), Some(Assembly::Grch37));
        assert_eq!(named("##reference=hs37d5.fa\n"), Some(Assembly::Grch37));
        assert_eq!(named("##contig=<ID=1,assembly=GRCh38>\n"), Some(Assembly::Grch38));
        assert_eq!(named("##reference=GCA_000001405.15_GRCh38_no_alt_analysis_set.fna\n"), Some(Assembly::Grch38));
        assert_eq!(named("##contig=<ID=NC_000001.10>\n"), Some(Assembly::Grch37));
        assert_eq!(named("##reference=hg38.fa\n##assembly=hg19\n"), None);
        assert_eq!(named("##fileformat=VCFv4.2\n"), None);
    }

    #[test]
    fn accessions_name_chromosomes_of_their_assembly_only() {
        let header = Header::of(b"##contig=<ID=NC_000001.11>\n", None, false).expect("told");
        assert_eq!(header.contig(b"NC_000017.11").map(Contig::name), Some("17"));
        assert_eq!(header.contig(b"NC_000017.10"), None);
        assert_eq!(header.contig(b"NC_012920.1"), Some(Contig::MT));
    }

    #[test]
    fn samples_are_the_columns_after_format() {
        let text = b"##reference=hg38\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tmother\tchild\r\n";
        assert_eq!(Header::of(text, None, false).expect("told").samples, ["mother", "child"]);
    }
}
