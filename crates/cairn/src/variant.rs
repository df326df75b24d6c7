//! `cairn variant`: which variant a text means.
//!
//! Exit codes: 0 when every text has an identity, 1 when one is refused or ambiguous, 2 for wrong usage.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use cairn_reference::{
    IdentifyOptions, Identity, Reference, identify,
    identity::{Kind, Status},
};
use cairn_variant::assembly::Assembly;
use clap::Args;
use rayon::prelude::*;

/// Says which variant a text means: HGVS, SPDI, VCF, VRS, ISCN, exons, identifiers, or what people type.
///
/// Needs no node: without one, the reference inside the program answers.
/// Exit code 0 when every text has an identity, 1 when one is refused or ambiguous, 2 for wrong usage.
#[derive(Args)]
pub struct Variant {
    /// The texts, each as one argument: 'BRCA2 c.68_69del'
    #[arg(value_name = "EXPR", required_unless_present = "stdin")]
    expressions: Vec<String>,
    /// The assembly of coordinates that do not say theirs: GRCh38 or GRCh37
    #[arg(long, value_name = "A")]
    assembly: Option<Assembly>,
    /// One JSON object a text, one a line
    #[arg(long)]
    json: bool,
    /// Read one text a line, write one JSON object a line, in the same order
    #[arg(long, conflicts_with = "expressions")]
    stdin: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Lines that are identified together.
const BATCH: usize = 4096;
/// Transcripts shown on a terminal; `--json` shows all.
const SHOWN: usize = 6;

impl Variant {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let reference = crate::reference::open(self.data.as_deref())?;
        let options =
            IdentifyOptions { assembly: self.assembly, assume: Some(Assembly::Grch38), ..IdentifyOptions::default() };
        if self.stdin {
            return stream(&reference, options);
        }
        let mut out = io::stdout().lock();
        let mut all_identified = true;
        for (at, text) in self.expressions.iter().enumerate() {
            let identity = identify(text, &reference, options);
            all_identified &= identity.is_identified();
            if self.json {
                serde_json::to_writer(&mut out, &identity)?;
                writeln!(out)?;
                continue;
            }
            if at > 0 {
                writeln!(out)?;
            }
            Printer { bold: out.is_terminal() && std::env::var_os("NO_COLOR").is_none() }.print(&mut out, &identity)?;
        }
        Ok(if all_identified { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// One line in, one object out, on all cores.
fn stream(reference: &Reference, options: IdentifyOptions) -> anyhow::Result<ExitCode> {
    let mut lines = io::stdin().lock().split(b'\n');
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut all_identified = true;
    loop {
        let batch = lines.by_ref().take(BATCH).collect::<Result<Vec<_>, _>>().context("cannot read standard input")?;
        if batch.is_empty() {
            break;
        }
        let answers: Vec<(bool, Vec<u8>)> = batch.par_iter().map(|line| answer(line, reference, options)).collect();
        for (is_identified, json) in answers {
            all_identified &= is_identified;
            out.write_all(&json)?;
        }
        out.flush()?;
    }
    Ok(if all_identified { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn answer(line: &[u8], reference: &Reference, options: IdentifyOptions) -> (bool, Vec<u8>) {
    let text = String::from_utf8_lossy(line);
    let identity = identify(text.trim_end_matches('\r'), reference, options);
    let mut json = serde_json::to_vec(&identity).expect("plain data");
    json.push(b'\n');
    (identity.is_identified(), json)
}

/// Sets an answer for a terminal: what it is first, then its names, then what to know.
struct Printer {
    bold: bool,
}

impl Printer {
    fn print(&self, out: &mut impl Write, identity: &Identity) -> io::Result<()> {
        self.heading(out, identity)?;
        let row = |out: &mut dyn Write, name: &str, value: &str| writeln!(out, "  {name:<11} {value}");
        for (name, value) in
            [("identifier", &identity.variant_id), ("group", &identity.canonical_id), ("SPDI", &identity.spdi)]
        {
            if let Some(value) = value {
                row(out, name, value)?;
            }
        }
        for (assembly, g) in identity.hgvs.g_by_assembly.iter().rev() {
            let vcf = identity.vcf.get(assembly).map(|vcf| format!("   {vcf}")).unwrap_or_default();
            row(out, assembly.name(), &format!("{g}{vcf}"))?;
        }
        for (at, consequence) in identity.consequences.iter().take(SHOWN).enumerate() {
            let name = if at == 0 { "transcripts" } else { "" };
            let c = consequence.hgvs_c.as_deref().unwrap_or(&consequence.transcript);
            let p = consequence.hgvs_p.as_deref().map(|p| format!("   {p}")).unwrap_or_default();
            let mane = consequence
                .mane
                .as_deref()
                .map(|_| "   MANE Select")
                .filter(|_| consequence.mane.as_deref() == Some("select"));
            row(out, name, &format!("{c}{p}{}", mane.unwrap_or_default()))?;
        }
        if let Some(more) = identity.consequences.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            row(out, "", &format!("and {more} more: --json shows all"))?;
        }
        self.remarks(out, identity)
    }

    fn heading(&self, out: &mut impl Write, identity: &Identity) -> io::Result<()> {
        let (on, off) = if self.bold { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
        let what = match identity.status {
            Status::Resolved => identity.kind.map_or("a variant", kind_words).to_owned(),
            Status::Provisional => format!("{}, provisional", identity.kind.map_or("a variant", kind_words)),
            Status::Ambiguous => "may be several variants".to_owned(),
            Status::Error => "no identity".to_owned(),
        };
        let genes = identity.genes.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
        let genes = if genes.is_empty() { genes } else { format!(" in {genes}") };
        writeln!(out, "{on}{}{off}: {what}{genes}", identity.expression)
    }

    fn remarks(&self, out: &mut impl Write, identity: &Identity) -> io::Result<()> {
        for candidate in &identity.candidates {
            let id = candidate.variant_id.as_deref().map(|id| format!("   {id}")).unwrap_or_default();
            let word = if identity.status == Status::Resolved { "or else " } else { "may be  " };
            writeln!(out, "  {word}    {}   ({}){id}", candidate.expression, candidate.why)?;
        }
        for warning in &identity.warnings {
            writeln!(out, "  note        {}", warning.message)?;
            if let Some(remedy) = &warning.remedy {
                writeln!(out, "              {remedy}")?;
            }
        }
        if let Some(error) = &identity.error {
            writeln!(out, "  why         {}", error.message)?;
            writeln!(out, "  what to do  {}", error.remedy)?;
        }
        Ok(())
    }
}

fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Reference => "as the reference",
        Kind::Substitution => "substitution",
        Kind::MultiNucleotide => "substitution of several bases",
        Kind::Deletion => "deletion",
        Kind::Insertion => "insertion",
        Kind::Duplication => "duplication",
        Kind::DeletionInsertion => "deletion-insertion",
        Kind::Inversion => "inversion",
        Kind::Repeat => "repeat",
        Kind::CopyNumberChange => "copy number change",
        Kind::CopyNumberCount => "copy number",
        Kind::Adjacency => "adjacency",
        Kind::Rearrangement => "chromosomal rearrangement",
        Kind::ExonEvent => "exon event",
        Kind::Haplotype => "haplotype",
        Kind::Genotype => "genotype",
        Kind::Fusion => "fusion",
        Kind::MobileElementInsertion => "mobile element insertion",
        Kind::Protein => "protein change",
    }
}
