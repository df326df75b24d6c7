//! The front door: any file a laboratory sends in, drafts and problems out.

use std::io::Read;

use cairn_core::draft::{ContentDraft, Drafts, VariantDraft};
use cairn_core::problem::{Problem, Severity};

use crate::detect::{Detected, Format, detect};
use crate::door::{self, Member};
use crate::findings::Findings;
use crate::sheet::{self, ColumnMapping, Sheet};
use crate::{assembly, cairn_statement, clinvar, lovd, phenopacket, table, text, vcf};

/// What a caller knows beside the file.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The laboratory's kept mapping for its sheets; proposed anew if absent.
    pub mapping: Option<ColumnMapping>,
    /// Assembly (`GRCh37` or `GRCh38`) of positions where the file states none.
    pub assembly: Option<String>,
}

/// An input that was read.
#[derive(Debug)]
pub struct Parsed {
    /// The format, and why.
    pub detected: Detected,
    /// Records and problems.
    pub drafts: Drafts,
    /// How a sheet was read; `None` for other formats.
    pub sheet: Option<SheetFacts>,
}

/// What a user needs to correct a mapping.
#[derive(Debug)]
pub struct SheetFacts {
    /// The mapping used.
    pub mapping: ColumnMapping,
    /// Row number of the headings.
    pub header_row: u64,
    /// The first rows as they stand: row number and cells.
    pub preview: Vec<(u64, Vec<String>)>,
}

/// Opens an input, recognises its format and reads it. Never fails: what is wrong is a problem.
pub fn open(reader: impl Read, name: Option<&str>) -> Parsed {
    open_with(reader, name, &Options::default())
}

/// The same, with what the caller knows.
pub fn open_with(reader: impl Read, name: Option<&str>, options: &Options) -> Parsed {
    let members = match door::read(reader, name) {
        Ok(members) => members,
        Err(problem) => return refused(*problem),
    };
    let count = members.len();
    let mut parsed: Option<Parsed> = None;
    for (member, number) in members.into_iter().zip(1_u64..) {
        let mut next = read(&member, options);
        if count > 1 {
            // In an archive of one packet a file, the number of the file is the row.
            if next.detected.format == Format::Phenopacket && next.drafts.records.len() == 1 {
                next.drafts.records[0].row = number;
            }
            // A cover letter beside the files is no failure of the files.
            if next.detected.format == Format::Unknown {
                next.drafts.problems.iter_mut().for_each(|p| p.severity = Severity::Warning);
            }
        }
        match &mut parsed {
            None => parsed = Some(next),
            Some(parsed) => {
                parsed.drafts.records.append(&mut next.drafts.records);
                parsed.drafts.problems.append(&mut next.drafts.problems);
                if parsed.detected.format == Format::Unknown {
                    parsed.detected = next.detected;
                    parsed.drafts.format = next.drafts.format;
                }
                parsed.sheet = parsed.sheet.take().or(next.sheet);
            }
        }
    }
    let mut parsed = parsed.unwrap_or_else(|| {
        refused(Problem::new(Severity::Error, "input.empty", "the archive holds no file", "add the files"))
    });
    if let Some(assembly) = options.assembly.as_deref().and_then(assembly::read) {
        assume_assembly(&mut parsed.drafts, &assembly);
    }
    parsed
}

fn refused(problem: Problem) -> Parsed {
    let detected = Detected { format: Format::Unknown, reason: "it could not be opened" };
    let format = Format::Unknown.code().to_owned();
    Parsed {
        detected,
        drafts: Drafts { format, version: None, records: Vec::new(), problems: vec![problem] },
        sheet: None,
    }
}

fn read(member: &Member, options: &Options) -> Parsed {
    let mut detected = detect(&member.bytes);
    let mut findings = Findings::default();
    let mut drafts = Drafts::default();
    let mut facts = None;
    let name = member.name.as_deref();
    match detected.format {
        Format::Workbook => match table::workbook::read(&member.bytes, &mut findings) {
            Ok(tables) => facts = read_sheet(&tables, options, &mut detected, &mut drafts, &mut findings),
            Err(problem) => findings.push(*problem),
        },
        Format::Bcf => match vcf::bcf::to_vcf(&member.bytes) {
            Ok(text) => read_text(&text, &mut detected, name, &mut drafts, &mut findings),
            Err(problem) => findings.push(*problem),
        },
        Format::Sheet => {
            let text = text::decode(&member.bytes, &mut findings);
            let delimiter = table::delimited::delimiter(&text);
            let table = table::delimited::read(&text, delimiter, &mut findings);
            facts = read_sheet(&[table], options, &mut detected, &mut drafts, &mut findings);
        }
        Format::Unknown => {
            let message = format!("the input was not recognised: {}", detected.reason);
            let remedy = "send VCF, a phenopacket, Cairn statements, a table (.csv, .tsv, .xlsx) or a ClinVar file";
            findings.add(Severity::Error, "input.unknown_format", "", message, remedy);
        }
        _ => read_text(&member.bytes, &mut detected, name, &mut drafts, &mut findings),
    }
    drafts.format = detected.format.code().to_owned();
    if drafts.records.is_empty() && !findings.has_errors() {
        findings.at_whole();
        let message = format!("the input ({}) gave no record", detected.format.label());
        findings.add(Severity::Warning, "input.no_records", "", message, "check that the file is complete");
    }
    drafts.problems = findings.into_list();
    if let Some(name) = name {
        drafts.problems.iter_mut().for_each(|p| p.file = Some(name.to_owned()));
    }
    Parsed { detected, drafts, sheet: facts }
}

fn read_sheet(
    tables: &[table::Table],
    options: &Options,
    detected: &mut Detected,
    drafts: &mut Drafts,
    findings: &mut Findings,
) -> Option<SheetFacts> {
    let Sheet { mapping, is_clinvar, header_row, preview, records } =
        sheet::read(tables, options.mapping.as_ref(), findings)?;
    if is_clinvar {
        *detected =
            Detected { format: Format::ClinvarSheet, reason: "it has the headings of ClinVar's submission template" };
    }
    drafts.records = records;
    Some(SheetFacts { mapping, header_row, preview })
}

fn read_text(bytes: &[u8], detected: &mut Detected, name: Option<&str>, drafts: &mut Drafts, findings: &mut Findings) {
    let text = text::decode(bytes, findings);
    drafts.records = match detected.format {
        Format::Vcf | Format::Bcf => {
            let (records, header) = vcf::import(&text, findings);
            drafts.version = header.date;
            records
        }
        Format::ClinvarVcf => {
            let (records, header) = clinvar::vcf::import(&text, findings);
            drafts.version = header.date;
            records
        }
        Format::CairnStatement => cairn_statement::import(&text, findings),
        Format::Phenopacket => phenopacket::import(&text, findings),
        Format::ClinvarXml => {
            drafts.version = clinvar::xml::release(&text);
            clinvar::xml::import(&text, findings)
        }
        Format::ClinvarSubmissionSummary => clinvar::submission_summary::import(&text, findings),
        Format::ClinvarVariantSummary => clinvar::variant_summary::import(&text, findings),
        Format::ClinvarSnapshot => {
            drafts.version = name.and_then(date_in_name);
            clinvar::snapshot::import(&text, name, findings)
        }
        Format::ClinvarLong => clinvar::long::import(&text, findings),
        Format::ClinvarLists => clinvar::submission_lists::import(&text, findings),
        Format::ClinvarVcvTable => clinvar::vcv_table::import(&text, findings),
        Format::Lovd => lovd::import(&text, findings),
        Format::Gencc => {
            let message = "GenCC holds gene-disease assertions, not variants";
            findings.add(Severity::Error, "input.is_reference", "", message, "load it with `cairn reference add FILE`");
            Vec::new()
        }
        Format::Sheet | Format::Workbook | Format::ClinvarSheet | Format::Unknown => Vec::new(),
    };
}

/// The date in a file name such as `clinvar_GRCh37_2016-05-20.tsv`.
fn date_in_name(name: &str) -> Option<String> {
    let bytes = name.as_bytes();
    let is_date =
        |w: &[u8]| w.iter().enumerate().all(|(at, b)| if at == 4 || at == 7 { *b == b'-' } else { b.is_ascii_digit() });
    let at = bytes.windows(10).position(is_date)?;
    name.get(at..at + 10).map(str::to_owned)
}

/// Gives the assembly to every position that has none.
fn assume_assembly(drafts: &mut Drafts, assembly: &str) {
    let set = |variant: &mut VariantDraft| {
        for expression in variant.expressions.iter_mut().filter(|e| e.assembly.is_none()) {
            let contig = expression.text.split([':', '-']).next().unwrap_or_default();
            if cairn_variant::contig::Contig::from_name(contig.as_bytes()).is_some() {
                expression.assembly = Some(assembly.to_owned());
            }
        }
    };
    for record in &mut drafts.records {
        match &mut record.content {
            ContentDraft::Statement(statement) => {
                set(&mut statement.variant);
                let case = statement.case.iter_mut().flat_map(|c| &mut c.observations);
                case.for_each(|o| set(&mut o.variant));
            }
            ContentDraft::Case(case) => case.observations.iter_mut().for_each(|o| set(&mut o.variant)),
        }
    }
}
