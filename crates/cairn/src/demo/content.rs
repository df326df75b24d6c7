//! What the demo loads: files of `testdata/`, inside the program. Sources and licences stand in
//! `testdata/README.md`.

use anyhow::Context;
use std::io::Read;

/// The laboratory of the demo's user: it has the published cases, and imports what ClinVar
/// publishes.
pub const OWN: &str = "Demo Clinical Genomics Laboratory";
/// Sends its own sheets.
pub const ENIGMA: &str = "Evidence-based Network for the Interpretation of Germline Mutant Alleles (ENIGMA)";
/// Known by its submissions to ClinVar, and a member here.
pub const INVITAE: &str = "Invitae";
/// Known by its submissions to ClinVar, and a member here.
pub const GENEDX: &str = "GeneDx";
/// Known by its submissions to ClinVar, and a member here: it differs from ENIGMA.
pub const BIC: &str = "Breast Cancer Information Core (BIC) (BRCA1)";

/// Has classes with the criteria that led to them.
pub const CLINGEN: &str = "ClinGen Evidence Repository (sample)";

/// The members of the demo's node.
pub const LABORATORIES: [&str; 6] = [OWN, ENIGMA, INVITAE, GENEDX, BIC, CLINGEN];

/// What a laboratory sends.
pub struct Sent {
    /// Which.
    pub laboratory: &'static str,
    /// File name.
    pub file: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

macro_rules! testdata {
    ($laboratory:ident, $path:literal) => {{
        const BYTES: &[u8] = include_bytes!(concat!("../../../../testdata/", $path));
        let file = $path.rsplit('/').next().unwrap_or($path).to_owned();
        Sent { laboratory: $laboratory, file, bytes: BYTES.to_vec() }
    }};
}

/// Everything that is sent, in the order of sending.
pub fn submissions() -> anyhow::Result<Vec<Sent>> {
    let mut all = vec![
        testdata!(OWN, "phenopackets/lmna_nf1_fbn1_stxbp1.jsonl.gz"),
        testdata!(ENIGMA, "submissions/enigma_clinvar_submission_2015-09_variant_sheet.tsv.gz"),
        testdata!(ENIGMA, "submissions/enigma_clinvar_submission_2016-05_variant_sheet.tsv.gz"),
        testdata!(CLINGEN, "clingen/erepo_2026-01-28_GRCh38_chr1_sample.tsv"),
        // The archive at three dates: what changed between them is what the laboratories are alerted of.
        testdata!(OWN, "clinvar/replay/clinvar_GRCh37_2015-11-16.eight_genes.tsv.gz"),
        testdata!(OWN, "clinvar/replay/clinvar_GRCh37_2016-03-09.eight_genes.tsv.gz"),
        testdata!(OWN, "clinvar/clinvar_GRCh37_2016-05-20.six_genes.tsv.gz"),
        testdata!(OWN, "clinvar/clinvar_submissions_long.tsv.gz"),
        testdata!(OWN, "clinvar/bic_against_enigma.2015-11-16.tsv"),
    ];
    let archive = testdata!(OWN, "clinvar/clinvar_xml_samples.tar.gz");
    all.extend(members(&archive.bytes).context("the ClinVar records inside the program cannot be read")?);
    Ok(all)
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
        members.push(Sent { laboratory: OWN, file, bytes });
    }
    Ok(members)
}
