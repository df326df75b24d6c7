//! Scores of predictors for alleles: REVEL, dbNSFP, SpliceAI, or any table that names its predictor.

use std::{
    fs::File,
    io::{self, BufRead, BufWriter},
    path::Path,
};

use cairn_core::suggest::{EvidenceSource, cited, prediction::Score};
use cairn_variant::{assembly::Assembly, contig::Contig, replacement::Replacement, residues::Residues, vcf::VcfAllele};
use serde::{Deserialize, Serialize};

use crate::{
    allele_table::{AlleleKey, AlleleTable, AlleleTableError, AlleleTableWriter},
    sequence::store::SequenceStore,
    source::Source,
};

/// What a table of scores says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreDescription {
    /// The predictors, in the order of the scores.
    pub predictors: Vec<String>,
    /// Version as the file says, empty when it does not.
    pub version: String,
    /// The assembly of its positions.
    pub assembly: Assembly,
}

/// A table of scores cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// The stream or the disk.
    #[error("cannot read the scores")]
    Io(#[from] io::Error),
    /// The rows.
    #[error(transparent)]
    Rows(#[from] AlleleTableError),
    /// The assembly.
    #[error("the file does not say its assembly: name it with `--assembly GRCh37` or `--assembly GRCh38`")]
    NoAssembly,
    /// The columns.
    #[error(
        "the heading lacks chromosome, position, ref, alt or a score: expected REVEL's file, dbNSFP, SpliceAI's VCF, or a table with `#predictor: NAME` before a heading `chrom pos ref alt score`"
    )]
    NoColumns,
}

/// Where a table has what.
#[derive(Debug)]
struct Columns {
    chrom: usize,
    pos: usize,
    reference: usize,
    alternate: usize,
    scores: Vec<usize>,
    separator: char,
}

/// Whether the first lines of a text are those of a table of scores.
pub fn is_scores(text: &str) -> bool {
    let is_splice = text.starts_with("##fileformat=VCF") && text.contains("ID=SpliceAI");
    let declared = text.lines().take_while(|line| line.starts_with('#')).any(|line| line.starts_with("#predictor:"));
    let heading = text.lines().find(|line| !line.starts_with('#') || line.contains("pos(1-based)"));
    is_splice
        || (declared && heading.is_some())
        || heading.is_some_and(|line| columns(line, Assembly::Grch38, None).is_some())
}

/// The columns of a heading: known names of predictors, or `score` where the file declares one.
fn columns(heading: &str, assembly: Assembly, declared: Option<&str>) -> Option<(Columns, Vec<String>)> {
    let separator = if heading.contains('\t') { '\t' } else { ',' };
    let names: Vec<&str> = heading.trim_end().trim_start_matches('#').split(separator).map(str::trim).collect();
    let place =
        |wanted: &[&str]| wanted.iter().find_map(|held| names.iter().position(|name| name.eq_ignore_ascii_case(held)));
    let on_37 = assembly == Assembly::Grch37;
    // REVEL and dbNSFP give positions on both assemblies.
    let pos = if on_37 {
        place(&["hg19_pos(1-based)", "hg19_pos", "pos"])
    } else {
        place(&["grch38_pos", "pos(1-based)", "pos"])
    };
    let chrom = if on_37 { place(&["hg19_chr", "chr", "chrom"]) } else { place(&["chr", "chrom"]) };
    let (mut scores, mut predictors) = (Vec::new(), Vec::new());
    for (at, name) in names.iter().enumerate() {
        let known = cited().calibration(name).map(|one| one.predictor.clone());
        let own = declared.filter(|_| name.eq_ignore_ascii_case("score")).map(str::to_owned);
        if let Some(predictor) = own.or(known).filter(|predictor| !predictors.contains(predictor)) {
            scores.push(at);
            predictors.push(predictor);
        }
    }
    let columns = Columns {
        chrom: chrom?,
        pos: pos?,
        reference: place(&["ref"])?,
        alternate: place(&["alt"])?,
        scores,
        separator,
    };
    (!columns.scores.is_empty()).then_some((columns, predictors))
}

/// Reads a file and writes its table; gives the description and how many alleles it has.
///
/// # Errors
/// When it cannot be read, is not sorted by position, or has no score.
pub fn write_table(
    input: &mut dyn BufRead,
    file: &str,
    assembly: Option<Assembly>,
    loaded: &SequenceStore,
    part: &Path,
) -> Result<(ScoreDescription, u64), ScoreError> {
    let (mut declared, mut version, mut told, mut is_vcf) = (None, String::new(), None, false);
    let mut heading = String::new();
    loop {
        heading.clear();
        if input.read_line(&mut heading)? == 0 {
            return Err(ScoreError::NoColumns);
        }
        let value = |name: &str| heading.strip_prefix(name).map(|rest| rest.trim().to_owned());
        if let Some(name) = value("#predictor:") {
            declared = Some(name);
        } else if let Some(text) = value("#version:") {
            version = text;
        } else if let Some(text) = value("#assembly:") {
            told = text.parse().ok();
        }
        is_vcf |= heading.contains("ID=SpliceAI");
        if !heading.starts_with('#') || heading.contains("pos(1-based)") || heading.starts_with("#CHROM") {
            break;
        }
    }
    let named = assembly.or(told).or_else(|| crate::folder::assembly_in_name(file));
    // REVEL's file is sorted by its GRCh37 position; dbNSFP by GRCh38.
    let usual = if heading.contains("hg19_pos") && !heading.contains("pos(1-based)") {
        Some(Assembly::Grch37)
    } else {
        heading.contains("pos(1-based)").then_some(Assembly::Grch38)
    };
    let assembly = named.or(usual).ok_or(ScoreError::NoAssembly)?;
    let mut out = AlleleTableWriter::new(BufWriter::with_capacity(1 << 20, File::create(part)?))?;
    let description;
    if is_vcf {
        description = ScoreDescription { predictors: vec!["SpliceAI".to_owned()], version, assembly };
        splice_rows(input, assembly, loaded, &mut out)?;
    } else {
        let (columns, predictors) = columns(&heading, assembly, declared.as_deref()).ok_or(ScoreError::NoColumns)?;
        description = ScoreDescription { predictors, version, assembly };
        rows(input, &columns, assembly, loaded, &mut out)?;
    }
    let (file, alleles) = out.finish(&description)?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok((description, alleles))
}

type Writer = AlleleTableWriter<BufWriter<File>>;

fn rows(
    input: &mut dyn BufRead,
    columns: &Columns,
    assembly: Assembly,
    loaded: &SequenceStore,
    out: &mut Writer,
) -> Result<(), ScoreError> {
    for line in input.lines() {
        let line = line?;
        let cells: Vec<&str> = line.split(columns.separator).map(str::trim).collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or("");
        let place = [columns.chrom, columns.pos, columns.reference, columns.alternate].map(cell);
        let Some(key) = key_of(place, assembly, loaded) else { continue };
        let scores: Vec<f32> = columns.scores.iter().map(|at| highest(cell(*at))).collect();
        if scores.iter().any(|score| !score.is_nan()) {
            out.add(key, scores.iter().flat_map(|score| score.to_le_bytes()).collect())?;
        }
    }
    Ok(())
}

/// The highest of values parted by `;`, one a transcript; NaN when there is none.
fn highest(cell: &str) -> f32 {
    cell.split(';').filter_map(|value| value.trim().parse::<f32>().ok()).fold(f32::NAN, f32::max)
}

fn key_of(
    [chrom, pos, reference, alternate]: [&str; 4],
    assembly: Assembly,
    loaded: &SequenceStore,
) -> Option<AlleleKey> {
    let residues = |text: &str| Residues::try_from(text.to_ascii_uppercase()).ok();
    let contig = Contig::from_name(chrom.as_bytes())?;
    let allele = VcfAllele::new(contig, pos.parse().ok()?, residues(reference)?, residues(alternate)?).ok()?;
    AlleleKey::of(&allele.replacement(assembly), loaded)
}

/// `SpliceAI=A|BRCA1|0.00|0.12|0.01|0.00|…`: the highest of the four scores of an alternate.
fn splice_rows(
    input: &mut dyn BufRead,
    assembly: Assembly,
    loaded: &SequenceStore,
    out: &mut Writer,
) -> Result<(), ScoreError> {
    for line in input.lines() {
        let line = line?;
        let cells: Vec<&str> = line.split('\t').collect();
        let &[chrom, pos, _, reference, _, _, _, info, ..] = cells.as_slice() else { continue };
        let Some(told) = info.split(';').find_map(|field| field.strip_prefix("SpliceAI=")) else { continue };
        let mut best: Vec<(&str, f32)> = Vec::new();
        for one in told.split(',') {
            let parts: Vec<&str> = one.split('|').collect();
            let score = parts.iter().skip(2).take(4).map(|part| highest(part)).fold(f32::NAN, f32::max);
            match best.iter_mut().find(|(alternate, _)| *alternate == parts[0]) {
                Some((_, held)) => *held = held.max(score),
                None => best.push((parts[0], score)),
            }
        }
        for (alternate, score) in best.into_iter().filter(|(_, score)| !score.is_nan()) {
            if let Some(key) = key_of([chrom, pos, reference, alternate], assembly, loaded) {
                out.add(key, score.to_le_bytes().to_vec())?;
            }
        }
    }
    Ok(())
}

/// All scores of a node.
#[derive(Debug, Default)]
pub struct Scores(Vec<(Source, AlleleTable<ScoreDescription>)>);

impl Scores {
    /// Opens a kept table; a damaged one is left out.
    pub fn add(&mut self, path: &Path, source: &Source) {
        if let Ok(Some(table)) = AlleleTable::<ScoreDescription>::open(path) {
            self.0.push((source.clone(), table));
        }
    }

    /// The predictors that are loaded.
    pub fn predictors(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.0.iter().flat_map(|(_, table)| table.description.predictors.clone()).collect();
        names.dedup();
        names
    }

    /// The scores of a change, given on every assembly it has a place on; the first table that has a predictor gives it.
    pub fn of(&self, changes: &[(Assembly, Replacement)], sequences: &SequenceStore) -> Vec<Score> {
        let mut scores: Vec<Score> = Vec::new();
        for (source, table) in &self.0 {
            let change = changes.iter().find(|(assembly, _)| *assembly == table.description.assembly);
            let Some(key) = change.and_then(|(_, change)| AlleleKey::of(change, sequences)) else { continue };
            let Some(payload) = table.find(&key) else { continue };
            for (predictor, bytes) in table.description.predictors.iter().zip(payload.chunks_exact(4)) {
                let value = f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
                if value.is_nan() || scores.iter().any(|held| held.predictor == *predictor) {
                    continue;
                }
                let evidence = EvidenceSource {
                    name: predictor.clone(),
                    version: table.description.version.clone(),
                    digest: Some(source.sha256.clone()),
                    file: Some(source.file.clone()),
                };
                // As printed in the file: the nearest binary fraction of single precision has more digits.
                let value = value.to_string().parse().unwrap_or(f64::from(value));
                scores.push(Score { predictor: predictor.clone(), value, source: evidence });
            }
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows in the published forms; values of REVEL's own example and invented ones are never judged here, only read.
    fn read(text: &str, assembly: Option<Assembly>) -> Result<(ScoreDescription, u64, Scores), ScoreError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("scores");
        let loaded = SequenceStore::default();
        let (description, count) = write_table(&mut text.as_bytes(), "scores.tsv", assembly, &loaded, &path)?;
        let mut scores = Scores::default();
        scores.add(
            &path,
            &Source {
                file: "scores.tsv".into(),
                kind: crate::source::SourceKind::Scores,
                version: String::new(),
                sha256: "0".repeat(64),
                bytes: 0,
                added: String::new(),
                gives: String::new(),
                stored: Vec::new(),
            },
        );
        Ok((description, count, scores))
    }

    fn ask(scores: &Scores, assembly: Assembly, vcf: &str) -> Vec<(String, f64)> {
        let expression: cairn_variant::vcf::VcfExpression = vcf.parse().expect("an allele");
        let changes = [(assembly, expression.allele.replacement(assembly))];
        scores.of(&changes, &SequenceStore::default()).into_iter().map(|score| (score.predictor, score.value)).collect()
    }

    #[test]
    fn revel_as_published() {
        let text = "chr,hg19_pos,grch38_pos,ref,alt,aaref,aaalt,REVEL,Ensembl_transcriptid\n1,35142,35142,G,A,T,M,0.027,ENST00000417324\n1,35142,35142,G,C,T,R,0.035,ENST00000417324\n";
        assert!(is_scores(text));
        let (description, count, scores) = read(text, None).expect("a table");
        assert_eq!((description.assembly, count), (Assembly::Grch37, 2));
        assert_eq!(ask(&scores, Assembly::Grch37, "1-35142-G-C"), [("REVEL".to_owned(), 0.035)]);
        assert!(ask(&scores, Assembly::Grch37, "1-35142-G-T").is_empty());
    }

    #[test]
    fn dbnsfp_columns_are_known_by_name() {
        let text = "#chr\tpos(1-based)\tref\talt\taaref\taaalt\thg19_chr\thg19_pos(1-based)\tREVEL_score\tCADD_phred\tSIFT_score\n17\t43045712\tT\tC\tD\tG\t17\t41197729\t0.812;0.9\t27.1\t0.0\n";
        assert!(is_scores(text));
        let (description, _, scores) = read(text, None).expect("a table");
        assert_eq!(description.predictors, ["REVEL", "CADD"]);
        assert_eq!(
            ask(&scores, Assembly::Grch38, "17-43045712-T-C"),
            [("REVEL".to_owned(), 0.9), ("CADD".to_owned(), 27.1)]
        );
        let (_, _, scores) = read(text, Some(Assembly::Grch37)).expect("a table");
        assert_eq!(ask(&scores, Assembly::Grch37, "17-41197729-T-C").len(), 2);
    }

    #[test]
    fn a_table_declares_its_predictor() {
        let text =
            "#predictor: OurScore\n#version: 2\n#assembly: GRCh38\nchrom\tpos\tref\talt\tscore\n17\t100\tA\tG\t0.5\n";
        assert!(is_scores(text));
        let (description, _, scores) = read(text, None).expect("a table");
        assert_eq!((description.version.as_str(), description.assembly), ("2", Assembly::Grch38));
        assert_eq!(ask(&scores, Assembly::Grch38, "17-100-A-G"), [("OurScore".to_owned(), 0.5)]);
        assert!(read("chrom\tpos\tref\talt\tnote\n", Some(Assembly::Grch38)).is_err());
        assert!(!is_scores("chrom\tpos\tref\talt\tnote\n"));
    }

    #[test]
    fn spliceai_gives_the_highest_of_four() {
        let text = "##fileformat=VCFv4.2\n##INFO=<ID=SpliceAI,Number=.,Type=String,Description=\"SpliceAIv1.3\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n17\t43045712\t.\tT\tC\t.\t.\tSpliceAI=C|BRCA1|0.01|0.00|0.12|0.00|1|2|3|4\n";
        assert!(is_scores(text));
        let (_, _, scores) = read(text, Some(Assembly::Grch38)).expect("a table");
        assert_eq!(ask(&scores, Assembly::Grch38, "17-43045712-T-C"), [("SpliceAI".to_owned(), 0.12)]);
        assert!(matches!(read(text, None), Err(ScoreError::NoAssembly)));
    }
}
