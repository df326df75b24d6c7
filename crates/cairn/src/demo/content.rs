//! What the demo loads: files of `testdata/`, inside the program. Sources and licences stand in
//! `testdata/README.md`.

use anyhow::Context;
use std::io::Read;

/// The laboratory of the demo's user: it has the published cases, and imports what ClinVar
/// publishes. Its classes are published ones too: of BRCA1 and BRCA2 those that the Sharing Clinical
/// Reports Project gave to ClinVar, and with the criteria that led to them those of ClinGen's panels.
pub const OWN: &str = "Demo Clinical Genomics Laboratory";
/// Sends its own sheets.
pub const ENIGMA: &str = "Evidence-based Network for the Interpretation of Germline Mutant Alleles (ENIGMA)";
/// Known by its submissions to ClinVar, and a member here.
pub const INVITAE: &str = "Invitae";
/// Known by its submissions to ClinVar, and a member here.
pub const GENEDX: &str = "GeneDx";
/// Known by its submissions to ClinVar, and a member here: it differs from ENIGMA.
pub const BIC: &str = "Breast Cancer Information Core (BIC) (BRCA1)";

/// How the file of published cases begins.
pub const PUBLISHED_CASES: &str = "lmna_nf1_fbn1_stxbp1";

/// The licence of these cases, and where they were published.
pub const PUBLISHED_UNDER: (&str, &str) =
    ("BSD-3-Clause", "monarch-initiative/phenopacket-store, from publications named in each case");

/// The members of the demo's node.
pub const LABORATORIES: [&str; 5] = [OWN, ENIGMA, INVITAE, GENEDX, BIC];

/// The day the demo's node is set up; nothing in it is older.
pub const SET_UP: &str = "2015-09-21";

/// What a laboratory sends.
pub struct Sent {
    /// Which.
    pub laboratory: &'static str,
    /// File name.
    pub file: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The day it is recorded as if on; `None`: the day the demo is made.
    pub as_of: Option<&'static str>,
}

macro_rules! testdata {
    ($laboratory:ident, $path:literal) => {
        testdata!($laboratory, $path, None)
    };
    ($laboratory:ident, $path:literal, $as_of:expr) => {{
        const BYTES: &[u8] = include_bytes!(concat!("../../../../testdata/", $path));
        let file = $path.rsplit('/').next().unwrap_or($path).to_owned();
        Sent { laboratory: $laboratory, file, bytes: BYTES.to_vec(), as_of: $as_of }
    }};
}

/// Everything that is sent, in the order of sending.
pub fn submissions() -> anyhow::Result<Vec<Sent>> {
    let mut all = vec![
        // What was known years ago, each on its day: a page read as of then shows it.
        testdata!(ENIGMA, "submissions/enigma_clinvar_submission_2015-09_variant_sheet.tsv.gz", Some(SET_UP)),
        testdata!(OWN, "clinvar/replay/clinvar_GRCh37_2015-11-16.eight_genes.tsv.gz", Some("2015-11-16")),
        testdata!(OWN, "clinvar/scrp_brca1_brca2.2015-11-16.tsv.gz", Some("2015-11-16")),
        testdata!(OWN, "clinvar/bic_against_enigma.2015-11-16.tsv", Some("2015-11-16")),
        testdata!(OWN, "clinvar/replay/clinvar_GRCh37_2016-03-09.eight_genes.tsv.gz", Some("2016-03-09")),
        // What comes in on the day that the demo is made: its laboratories are alerted of it.
        testdata!(OWN, "clingen/erepo_2026-01-28_GRCh38_chr1_sample.tsv"),
        testdata!(ENIGMA, "submissions/enigma_clinvar_submission_2016-05_variant_sheet.tsv.gz"),
        testdata!(OWN, "clinvar/clinvar_GRCh37_2016-05-20.six_genes.tsv.gz"),
        testdata!(OWN, "phenopackets/lmna_nf1_fbn1_stxbp1.jsonl.gz"),
        testdata!(OWN, "clinvar/clinvar_submissions_long.tsv.gz"),
    ];
    let archive = testdata!(OWN, "clinvar/clinvar_xml_samples.tar.gz");
    all.extend(members(&archive.bytes).context("the ClinVar records inside the program cannot be read")?);
    Ok(all)
}

/// Rows of a laboratory's own sheet.
const OWN_SHEET: &str = "Assembly,Chr,Pos,Ref,Alt,Gene,Classification,Record ID\n";
/// Rows that West takes over.
const PART: usize = 40;

/// A sheet of South's own: nine classes that differ from ENIGMA's.
pub fn against_enigma() -> anyhow::Result<Vec<u8>> {
    let text = include_str!("../../../../testdata/clinvar/bic_against_enigma.2015-11-16.tsv");
    let mut sheet = OWN_SHEET.to_owned();
    for (line, number) in text.lines().skip(1).zip(1..) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [build, contig, pos, reference, alt, _, _, gene, _, _, class, ..] = cells.as_slice() else {
            anyhow::bail!("row {number} of the classes against ENIGMA is too short");
        };
        sheet.push_str(&format!("{build},{contig},{pos},{reference},{alt},{gene},{class},S{number}\n"));
    }
    Ok(sheet.into_bytes())
}

/// A sheet of West's own: the first classes of the Sharing Clinical Reports Project.
pub fn part_of_scrp() -> anyhow::Result<Vec<u8>> {
    let packed: &[u8] = include_bytes!("../../../../testdata/clinvar/scrp_brca1_brca2.2015-11-16.tsv.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text)?;
    let rows: Vec<&str> = text.lines().take(PART + 1).collect();
    Ok(rows.join("\n").into_bytes())
}

/// A file of knowledge that the demo's node loads.
pub struct Knowledge {
    /// File name.
    pub file: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

macro_rules! knowledge {
    ($folder:literal, $file:literal) => {
        Knowledge { file: $file, bytes: include_bytes!(concat!("../../../../testdata/", $folder, "/", $file)) }
    };
}

/// Frequencies and dosage sensitivity, so that criteria have suggested values.
pub const KNOWLEDGE: [Knowledge; 5] = [
    knowledge!("population", "exac.r0.3.brca1_brca2.GRCh37.sites.vcf.gz"),
    knowledge!("population", "1000g.phase3.brca1_brca2.GRCh37.sites.vcf.gz"),
    knowledge!("population", "1000g.phase3.brca_exons.GRCh38.sites.vcf.gz"),
    knowledge!("disease", "clingen_dosage_haploinsufficiency.2021-02.GRCh38.bed.gz"),
    knowledge!("disease", "clingen_dosage_triplosensitivity.2021-02.GRCh38.bed.gz"),
];

fn members(bytes: &[u8]) -> std::io::Result<Vec<Sent>> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes));
    let mut members = Vec::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let file = entry.path()?.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        members.push(Sent { laboratory: OWN, file, bytes, as_of: None });
    }
    Ok(members)
}
