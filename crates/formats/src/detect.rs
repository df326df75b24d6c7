//! Which format an input has, told by its content; a name may lie.

use crate::{cairn_statement, clinvar, lovd, vcf};

/// The part of a text that is looked at.
const LOOKED_AT: usize = 1 << 20;

macro_rules! formats {
    ($($name:ident, $code:literal, $label:literal;)+) => {
        /// A format that can be recognised.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Format { $(#[doc = $label] $name,)+ }

        impl Format {
            /// The stable code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The words for people.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }
        }
    };
}

formats! {
    Vcf, "vcf", "VCF of reported variants";
    Bcf, "bcf", "BCF of reported variants";
    CairnStatement, "cairn.statement", "Cairn statements";
    Phenopacket, "phenopacket", "GA4GH phenopackets";
    Sheet, "sheet", "a laboratory's spreadsheet as text";
    Workbook, "workbook", "a laboratory's workbook";
    ClinvarSheet, "clinvar.sheet", "ClinVar submission sheet";
    ClinvarXml, "clinvar.xml", "ClinVar VCV or RCV XML";
    ClinvarVcf, "clinvar.vcf", "ClinVar VCF";
    ClinvarSubmissionSummary, "clinvar.submission_summary", "ClinVar submission_summary.txt";
    ClinvarVariantSummary, "clinvar.variant_summary", "ClinVar variant_summary.txt";
    ClinvarSnapshot, "clinvar.snapshot", "ClinVar snapshot, one row an allele";
    ClinvarLong, "clinvar.long", "ClinVar submissions, one row each";
    ClinvarLists, "clinvar.lists", "ClinVar submission lists, one row an allele";
    ClinvarVcvTable, "clinvar.vcv_table", "ClinVar VCV submissions as a table";
    Lovd, "lovd", "LOVD3 download";
    Gencc, "gencc", "GenCC submissions";
    Unknown, "unknown", "an unknown format";
}

/// A format and what gave it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detected {
    /// The format.
    pub format: Format,
    /// Why, for the user.
    pub reason: &'static str,
}

/// Looks at the bytes of an opened input.
pub fn detect(bytes: &[u8]) -> Detected {
    let is = |format, reason| Detected { format, reason };
    match bytes {
        _ if bytes.starts_with(vcf::bcf::MAGIC) => is(Format::Bcf, "it begins with `BCF2`"),
        [b'P', b'K', 3, 4, ..] => is(Format::Workbook, "it is an Office archive"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => is(Format::Unknown, "it is an old Office file (.xls); save it as .xlsx"),
        [b'%', b'P', b'D', b'F', ..] => is(Format::Unknown, "it is a PDF; export the table as .xlsx or .csv"),
        [b'C', b'R', b'A', b'M', ..] | [b'B', b'A', b'M', 1, ..] => is(Format::Unknown, "it holds reads, not variants"),
        [] => is(Format::Unknown, "it is empty"),
        _ => detect_text(bytes),
    }
}

fn detect_text(bytes: &[u8]) -> Detected {
    let is = |format, reason| Detected { format, reason };
    let mut unused = crate::findings::Findings::default();
    let mut end = bytes.len().min(LOOKED_AT);
    while end < bytes.len() && end > 0 && bytes[end] & 0xc0 == 0x80 {
        end -= 1;
    }
    let text = crate::text::decode(&bytes[..end], &mut unused);
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let odd = start.chars().take(4_096).filter(|c| c.is_control() && !c.is_whitespace()).count();
    match start.as_bytes().first() {
        None => is(Format::Unknown, "it is empty"),
        _ if odd > 8 => is(Format::Unknown, "it is binary and of no known kind"),
        Some(b'<') => detect_xml(start),
        Some(b'{' | b'[') => detect_json(start),
        Some(_) => detect_table(start),
    }
}

fn detect_xml(text: &str) -> Detected {
    let is = |format, reason| Detected { format, reason };
    match () {
        () if text.contains("<VariationArchive") => is(Format::ClinvarXml, "it has elements `VariationArchive`"),
        () if text.contains("<ClinVarSet") || text.contains("<ReleaseSet") => {
            is(Format::ClinvarXml, "it has elements `ClinVarSet`")
        }
        () => is(Format::Unknown, "it is XML, but not of ClinVar"),
    }
}

fn detect_json(text: &str) -> Detected {
    let is = |format, reason| Detected { format, reason };
    let has = |names: &[&str]| names.iter().any(|n| text.contains(n));
    match () {
        () if cairn_statement::is_named(text) => is(Format::CairnStatement, "it names its format `cairn.statement`"),
        () if has(&["\"resourceType\""]) => is(Format::Unknown, "it is FHIR, which is received at its own address"),
        () if has(&["\"phenotypicFeatures\"", "\"phenotypic_features\"", "\"metaData\"", "\"meta_data\""]) => {
            is(Format::Phenopacket, "it has the fields of a phenopacket")
        }
        () => is(Format::Unknown, "it is JSON, but neither phenopackets nor Cairn statements"),
    }
}

fn detect_table(text: &str) -> Detected {
    let is = |format, reason| Detected { format, reason };
    if text.starts_with("##fileformat=VCF")
        || text.lines().take(2_000).any(|l| l.starts_with("#CHROM") && l[6..].trim_start().starts_with("POS"))
    {
        return match clinvar::vcf::is_clinvar(text) {
            true => is(Format::ClinvarVcf, "it is VCF with ClinVar's keys and no samples"),
            false => is(Format::Vcf, "it begins with `##fileformat=VCF` or has the header `#CHROM POS`"),
        };
    }
    if text.starts_with(lovd::FIRST_LINE) {
        return is(Format::Lovd, "it begins with `### LOVD-version`");
    }
    for line in text.lines().take(200) {
        let found = match () {
            () if clinvar::submission_summary::is_header(line) => Format::ClinvarSubmissionSummary,
            () if clinvar::variant_summary::is_header(line) => Format::ClinvarVariantSummary,
            () if clinvar::snapshot::is_header(line) => Format::ClinvarSnapshot,
            () if clinvar::long::is_header(line) => Format::ClinvarLong,
            () if clinvar::submission_lists::is_header(line) => Format::ClinvarLists,
            () if clinvar::vcv_table::is_header(line) => Format::ClinvarVcvTable,
            () if is_gencc(line) => Format::Gencc,
            () => continue,
        };
        return is(found, "it has the column names of this table");
    }
    let first = text.lines().take(20).filter(|l| l.contains(['\t', ',', ';', '|'])).count();
    match first >= 1 {
        true => is(Format::Sheet, "it is a text of rows and columns"),
        false => is(Format::Unknown, "it is text without columns"),
    }
}

/// GenCC's download, old (`uuid`) or new (`sgc_id`).
fn is_gencc(line: &str) -> bool {
    let line = line.replace('"', "");
    (line.starts_with("uuid") || line.starts_with("sgc_id"))
        && line.contains("gene_curie")
        && line.contains("disease_curie")
}
