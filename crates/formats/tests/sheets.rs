//! Laboratories' own spreadsheets and ClinVar's templates through the front door.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use std::path::{Path, PathBuf};

use cairn_core::draft::{ContentDraft, StatementDraft};
use cairn_core::problem::Severity;
use cairn_formats::detect::Format;
use cairn_formats::open::{Options, Parsed, open, open_with};
use cairn_formats::sheet::Field;

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(name)
}

fn open_file(path: &Path) -> Parsed {
    open(std::fs::File::open(path).unwrap(), path.to_str())
}

fn statements(parsed: &Parsed) -> Vec<&StatementDraft> {
    let statements = parsed.drafts.records.iter().filter_map(|r| match &r.content {
        ContentDraft::Statement(s) => Some(s.as_ref()),
        ContentDraft::Case(_) => None,
    });
    statements.collect()
}

/// The mapping as lines `heading -> field confidence`, and the problems.
fn report(parsed: &Parsed) -> String {
    let mapping = &parsed.sheet.as_ref().unwrap().mapping;
    let mut lines: Vec<String> = vec![format!("{} ({})", parsed.detected.format.code(), parsed.detected.reason)];
    for column in &mapping.columns {
        let field = column.field.map_or("(remark)", Field::code);
        lines.push(format!("{} -> {field} {} {}", column.heading, column.confidence, column.reasons.join("; ")));
    }
    lines.push(format!("{:?}", mapping.settings));
    lines.extend(parsed.drafts.problems.iter().map(|p| format!("{:?} {} {p}", p.severity, p.code)));
    lines.join("\n")
}

const GERMAN: &str = "Patient;Geschlecht;Alter;Gen;Transkript;cDNA;Protein;Zygosität;Klassifizierung;ACMG-Kriterien;Erkrankung;OMIM;Erbgang;Befunddatum;HPO;PMID;Kommentar;Laborgerät
P1;w;45;BRCA1;NM_007294.4;c.68_69del;p.(Glu23fs);het;Klasse 5;PVS1, PM2_Supporting, PS4(3 Familien);Brust- und Eierstockkrebs;604370;AD;31.12.2023;HP:0003002 Mammakarzinom;;;NovaSeq
P2;m;61;BRCA2;NM_000059.4;c.9976A>T;p.(Lys3326Ter);heterozygot;benigne;BA1;;;AD;15.02.2024;;20301425;häufig;NovaSeq
P3;x;999;;;;;;VUS;;;;;30.02.2024;HP:123;;;
P4;f;8 Monate;LDLR;NM_000527.5;c.1A>G;;hom;vielleicht;PM9x, Text;;;??;1.2.24;Epilepsie;;;
";

#[test]
fn a_german_sheet_in_latin_1() {
    let bytes: Vec<u8> = GERMAN.chars().map(|c| c as u32 as u8).collect();
    let parsed = open(bytes.as_slice(), Some("befunde.csv"));
    insta::assert_snapshot!(report(&parsed));
    insta::assert_json_snapshot!("german_rows", parsed.drafts.records);
}

#[test]
fn dates_whose_order_is_not_known_are_left_out_until_the_user_says() {
    let sheet =
        "Variant,Classification,Date\nNM_007294.4:c.68_69del,Pathogenic,8/10/2015\nNM_007294.4:c.1A>G,VUS,3/4/2016\n";
    let parsed = open(sheet.as_bytes(), Some("a.csv"));
    assert!(statements(&parsed).iter().all(|s| s.body.last_evaluated.is_none()));
    assert_eq!(parsed.drafts.problems.iter().filter(|p| p.code == "date.ambiguous").count(), 2);
    let mut mapping = parsed.sheet.unwrap().mapping;
    mapping.settings.date_order = Some(cairn_formats::vocabulary::date::DateOrder::MonthFirst);
    let saved = serde_json::to_string(&mapping).unwrap();
    let options = Options { mapping: Some(serde_json::from_str(&saved).unwrap()), assembly: None };
    let parsed = open_with(sheet.as_bytes(), Some("a.csv"), &options);
    assert_eq!(statements(&parsed)[0].body.last_evaluated.unwrap().to_string(), "2015-08-10");
    assert_eq!(parsed.drafts.problems, []);
}

#[test]
fn a_saved_mapping_finds_moved_columns_and_keeps_new_ones_as_remarks() {
    let first = open(
        "A,B\nNM_007294.4:c.68_69del,class 5\nNM_007294.4:c.1A>G,class 3\nNM_007294.4:c.2T>G,class 4\n".as_bytes(),
        None,
    );
    let mut mapping = first.sheet.unwrap().mapping;
    assert_eq!(mapping.columns[0].field, Some(Field::HgvsC), "the cells give it away");
    mapping.set(1, Some(Field::Classification));
    let options = Options { mapping: Some(mapping), assembly: None };
    let parsed = open_with("New,B,A\nx,class 5,NM_007294.4:c.68_69del\n".as_bytes(), None, &options);
    let statement = statements(&parsed)[0];
    assert_eq!(statement.body.classification.code(), "pathogenic");
    assert_eq!(statement.variant.expressions[0].text, "NM_007294.4:c.68_69del");
    assert_eq!(statement.body.remarks[0].name, "New");
}

#[test]
fn the_enigma_submission_sheets() {
    for (name, rows) in [("2015-09", 720), ("2016-05", 235)] {
        let parsed =
            open_file(&testdata(&format!("submissions/enigma_clinvar_submission_{name}_variant_sheet.tsv.gz")));
        assert_eq!(parsed.detected.format, Format::ClinvarSheet);
        let got = statements(&parsed);
        assert!(got.len().abs_diff(rows) <= 2, "{} of {rows}", got.len());
        for statement in &got {
            assert!(statement.variant.expressions[0].text.starts_with("NM_"), "{:?}", statement.variant);
            assert!(statement.body.last_evaluated.is_some());
            assert!(!statement.body.conditions.is_empty());
            assert_ne!(statement.body.classification.code(), "other");
        }
        assert!(
            parsed.drafts.problems.iter().all(|p| p.severity < Severity::Warning || p.code == "sheet.text_row"),
            "{:?}",
            parsed.drafts.problems
        );
        insta::assert_snapshot!(format!("enigma_{name}"), report(&parsed));
        insta::assert_json_snapshot!(format!("enigma_{name}_first"), got[0]);
    }
}

#[test]
fn the_template_workbook_of_clinvar() {
    let parsed = open_file(&testdata("submissions/ncbi_SubmissionTemplate_functional_data_with_BRCA1.xlsx"));
    assert_eq!(parsed.detected.format, Format::ClinvarSheet);
    insta::assert_snapshot!("template", report(&parsed));
    println!("{} records", parsed.drafts.records.len());
}

#[test]
fn a_workbook_made_by_a_program() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, text) in ["Gene", "HGVS c.", "Class", "Date of classification"].iter().enumerate() {
        sheet.write(2, column as u16, *text).unwrap();
    }
    sheet.write(0, 0, "Variant list").unwrap();
    sheet.write(3, 0, "BRCA1").unwrap();
    sheet.write(3, 1, "c.68_69del").unwrap();
    sheet.write(3, 2, 5).unwrap();
    let format = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    sheet.write_with_format(3, 3, rust_xlsxwriter::ExcelDateTime::from_ymd(2024, 2, 29).unwrap(), &format).unwrap();
    // A cell far away must not make the sheet large.
    sheet.write(1_048_575, 16_383, "x").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let parsed = open(bytes.as_slice(), Some("list.xlsx"));
    assert_eq!(parsed.detected.format, Format::Workbook);
    let statement = statements(&parsed)[0];
    assert_eq!(parsed.drafts.records[0].row, 4);
    assert_eq!(statement.variant.expressions[0].text, "BRCA1 c.68_69del");
    assert_eq!(statement.body.classification.code(), "pathogenic");
    assert_eq!(statement.body.last_evaluated.unwrap().to_string(), "2024-02-29");
}

#[test]
fn genes_that_became_dates_and_columns_by_position() {
    let sheet = "Gene\tChr\tPosition hg19\tRef\tAlt\tClass\n2-Sep\t17\t41,276,044\tACT\tA\tP\nBRCA1\tchr17\t41276044\tACT\tA\tLP\n";
    let parsed = open(sheet.as_bytes(), None);
    let got = statements(&parsed);
    assert_eq!(got[0].variant.gene, None);
    assert_eq!(got[0].variant.expressions[0].text, "17-41276044-ACT-A");
    assert_eq!(got[1].variant.expressions[0].assembly.as_deref(), Some("GRCh37"));
    assert_eq!(parsed.drafts.problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["gene.turned_into_date"]);
}
