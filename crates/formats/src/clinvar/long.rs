//! One row a submission and assembly (`clinvar_submissions_long.tsv`): each is its laboratory's
//! statement.

use std::collections::HashMap;

use cairn_core::draft::{ContentDraft, LaboratoryDraft, RecordDraft, StatementDraft, VariantDraft};
use cairn_core::statement::Standing;

use super::{check_class, date_of, keep_rest, laboratory};
use crate::assembly;
use crate::findings::Findings;
use crate::statement::{body, express, express_vcf, given, record};
use crate::tsv::{Row, Tsv};

/// Whether a header line is this table's.
pub fn is_header(line: &str) -> bool {
    line.starts_with("build\tchrom\tpos\tref\talt\t") && line.contains("\tsubmitter\tclassification\t")
}

/// Reads the table. It has a row for each assembly; two rows that say the same of one allele on two
/// assemblies are one statement that gives both places.
pub fn import(text: &str, findings: &mut Findings) -> Vec<RecordDraft> {
    let Some(table) = Tsv::open(text, is_header) else { return Vec::new() };
    let columns = Columns::of(&table);
    let mut records: Vec<RecordDraft> = Vec::new();
    let mut seen = Seen::default();
    for row in table.rows() {
        findings.at(row.number);
        let read = columns.read(&row);
        match seen.place(&read, records.len()) {
            Place::OtherAssembly(at) => give_place(&mut records[at], read.allele()),
            Place::New(nth) => records.push(columns.statement(&table, &row, &read, nth, findings)),
        }
    }
    records
}

/// One row's cells.
struct Cells<'a> {
    build: &'a str,
    chrom: &'a str,
    pos: &'a str,
    reference: &'a str,
    alternate: &'a str,
    variation: &'a str,
    gene: &'a str,
    coding: &'a str,
    laboratory: Option<LaboratoryDraft>,
    class: &'a str,
    date: &'a str,
}

impl Cells<'_> {
    /// The allele as a draft that says nothing else.
    fn allele(&self) -> VariantDraft {
        let mut variant = VariantDraft::default();
        let assembly = assembly::read(self.build);
        let allele = [self.chrom, self.pos, self.reference, self.alternate];
        express_vcf(&mut variant, allele, assembly.as_deref(), "chrom pos ref alt");
        variant
    }

    /// ClinVar's number of the variant, or the allele where there is none.
    fn key(&self) -> String {
        match self.variation {
            "" => format!("{}:{}-{}-{}-{}", self.build, self.chrom, self.pos, self.reference, self.alternate),
            number => format!("ClinVar:{number}"),
        }
    }

    /// What both rows of one submission say alike. A change that is written otherwise on the other
    /// assembly, because a strand or a reference base differs there, stays a row of its own.
    fn says(&self) -> [String; 8] {
        let laboratory = self.laboratory.as_ref().map_or("", |l| l.name.as_str());
        let Self { variation, coding, chrom, reference, alternate, class, date, .. } = *self;
        [laboratory, variation, coding, chrom, reference, alternate, class, date].map(str::to_owned)
    }
}

/// Where the columns stand.
struct Columns([Option<usize>; 11]);

impl Columns {
    fn of(table: &Tsv<'_>) -> Self {
        let names = [
            "build",
            "chrom",
            "pos",
            "ref",
            "alt",
            "variation_id",
            "gene",
            "hgvs_c",
            "submitter",
            "classification",
            "date_last_evaluated",
        ];
        Self(names.map(|name| table.column(name)))
    }

    fn read<'a>(&self, row: &Row<'a>) -> Cells<'a> {
        let [build, chrom, pos, reference, alternate, variation, gene, coding, submitter, class, date] =
            self.0.map(|at| row.get(at));
        let laboratory = laboratory(submitter);
        Cells { build, chrom, pos, reference, alternate, variation, gene, coding, laboratory, class, date }
    }

    fn statement(
        &self,
        table: &Tsv<'_>,
        row: &Row<'_>,
        cells: &Cells<'_>,
        nth: u32,
        findings: &mut Findings,
    ) -> RecordDraft {
        let mut variant = VariantDraft { gene: given(cells.gene), ..cells.allele() };
        if !cells.variation.is_empty() {
            variant.xrefs.push(format!("ClinVar:{}", cells.variation));
        }
        express(&mut variant, cells.coding, None, "hgvs_c");
        check_class(cells.class, "classification", findings);
        let mut body = body(cells.class);
        body.last_evaluated = date_of(cells.date, "date_last_evaluated", findings);
        keep_rest(&mut body.remarks, table, row, &self.0);
        let key = cells.key();
        let statement = StatementDraft {
            laboratory: cells.laboratory.clone(),
            local_key: Some(if nth == 1 { key } else { format!("{key}:{nth}") }),
            source_accession: None,
            variant,
            standing: Standing::Current,
            body,
            case: None,
        };
        record(row.number, statement)
    }
}

/// Adds a place on another assembly, before the notations that trust a transcript.
fn give_place(record: &mut RecordDraft, allele: VariantDraft) {
    if let ContentDraft::Statement(statement) = &mut record.content {
        let expressions = &mut statement.variant.expressions;
        let at = expressions.len().min(1);
        expressions.splice(at..at, allele.expressions);
    }
}

/// What the rows so far said.
#[derive(Default)]
struct Seen {
    /// Statements of a laboratory on a variant.
    statements: HashMap<(Option<String>, String), u32>,
    /// Records that wait for their place on the other assembly, with the assembly they have.
    open: HashMap<[String; 8], Vec<(String, usize)>>,
}

/// What a row is.
enum Place {
    /// The record at this index on the other assembly.
    OtherAssembly(usize),
    /// A record of its own, the laboratory's nth on this variant.
    New(u32),
}

impl Seen {
    /// Which record a row belongs to; `next` is the index that a new one gets. Two records of one
    /// laboratory on one allele are two statements: the second has its number.
    fn place(&mut self, cells: &Cells<'_>, next: usize) -> Place {
        let name = cells.laboratory.as_ref().map(|l| l.name.clone());
        if !cells.variation.is_empty() {
            let open = self.open.entry(cells.says()).or_default();
            if let Some(at) = open.iter().position(|(build, _)| build != cells.build) {
                return Place::OtherAssembly(open.swap_remove(at).1);
            }
            open.push((cells.build.to_owned(), next));
        }
        let count = self.statements.entry((name, cells.key())).or_insert(0);
        *count += 1;
        Place::New(*count)
    }
}
