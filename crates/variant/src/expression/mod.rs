//! The single door for a variant written as text: [`Expression::parse`] recognises every form this product knows.
//!
//! HGVS, SPDI, VCF alleles and breakends, VRS identifiers and objects, regions with a copy number, ISCN, exon and gene
//! events, identifiers of databases, older names, and what people type (`BRCA2 c.68_69del`). A clear meaning in an
//! unusual form is read with a [`Warning`]; a text with two meanings gives both ([`Form::Candidates`]); anything else
//! is refused with a place and a remedy. No sequence and no table is consulted here.

mod breakend;
mod error;
mod free_text;
mod identifier;
mod language;
mod region;
#[cfg(test)]
mod tests;
mod tidy;
mod warning;

use std::fmt;

pub use breakend::Breakend;
pub use error::{ErrorCode, ParseError};
pub use identifier::Identifier;
pub(crate) use language::english;
pub use region::{MobileElement, RegionChange, RegionEvent, Stretch};
pub(crate) use region::{leading_assembly, number};
pub use warning::Warning;

use crate::{
    contig::Contig,
    cytogenetic::Cytogenetic,
    exon_event::ExonEvent,
    hgvs::{
        Composition, Hgvs, ProteinChange, Reference,
        parse::{cursor::Cursor, hgvs, protein_annotation},
    },
    spdi::Spdi,
    vcf::{VcfAlleleError, VcfExpression},
    vrs::VrsObject,
};

/// The longest text that is read as a variant, in bytes; long enough for the inserted sequence of a structural variant.
pub const MAX_LENGTH: usize = 1 << 20;

/// A variant as written, in the words of the notation that was used.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What the text says.
    pub form: Form,
    /// The protein change that the text adds in parentheses, as titles do: `(p.Lys236=)`. It says the same once more.
    pub protein: Option<Composition<ProteinChange>>,
    /// Remarks on the way it is written.
    pub warnings: Vec<Warning>,
}

/// The notations.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// HGVS nomenclature.
    Hgvs(Hgvs),
    /// SPDI.
    Spdi(Spdi),
    /// Chromosome, position, reference and alternate allele.
    Vcf(VcfExpression),
    /// A VCF breakend.
    Breakend(Breakend),
    /// A stretch of a chromosome and its change or copy number.
    Region(RegionEvent),
    /// A VRS object in JSON.
    Vrs(Box<VrsObject>),
    /// ISCN, or bands in plain words.
    Cytogenetic(Cytogenetic),
    /// Whole exons or a whole gene.
    ExonEvent(ExonEvent),
    /// The name a database gave.
    Identifier(Identifier),
    /// A name from before the nomenclature, or one that needs exon positions: `BRCA1 185delAG`, `CFTR IVS8-5T`.
    LegacyName(LegacyName),
    /// The text has these meanings; which one is for the reader to say.
    Candidates(Vec<Form>),
}

/// An older name of a variant, for a table of such names to explain.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LegacyName {
    /// The gene or transcript it belongs to.
    pub reference: Reference,
    /// The name as typed.
    pub name: String,
}

impl Expression {
    /// Reads a variant in any notation.
    ///
    /// # Errors
    ///
    /// What is wrong, at which byte, and what to write instead. The most specific notation that the text begins to
    /// follow gives the reason.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let lead = text.len() - text.trim_start().len();
        if text.len() > MAX_LENGTH {
            return Err(ParseError::new(
                ErrorCode::TooLong,
                MAX_LENGTH,
                "the text is too long for a variant",
                "enter one variant at a time",
            ));
        }
        let (plain, changed) = tidy::plain_signs(text);
        if plain.is_empty() {
            return Err(ParseError::new(
                ErrorCode::Empty,
                0,
                "there is no text",
                "enter a variant, such as NM_007294.4:c.68_69del",
            ));
        }
        let found =
            if plain.starts_with('{') { json(&plain) } else { ascii(&plain).and_then(|()| Self::recognise(&plain)) };
        // A sign in its plain form may be longer than it was (`Δ`), so the place is kept inside the text as typed.
        let place = |offset: usize| text.floor_char_boundary(offset + lead);
        let mut expression = found.map_err(|error| ParseError { offset: place(error.offset), ..error })?;
        if changed {
            expression.remark(Warning::Spelling);
        }
        Ok(expression)
    }

    fn new(form: Form, warnings: Vec<Warning>) -> Self {
        Self { form, protein: None, warnings }
    }

    fn remark(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn recognise(text: &str) -> Result<Self, ParseError> {
        if is_hgvs(text) {
            return described(text);
        }
        if let Some(found) = without_blanks(text) {
            return Ok(found);
        }
        if let Some(identifier) = Identifier::recognise(text) {
            return Ok(Self::new(Form::Identifier(identifier), Vec::new()));
        }
        if let Some(found) = coordinates(text) {
            return found;
        }
        if let Some(cytogenetic) = Cytogenetic::recognise(text) {
            return Ok(Self::new(Form::Cytogenetic(cytogenetic), Vec::new()));
        }
        free_text::read(text)
    }
}

/// Whether the text has an axis behind a colon, or two colons.
fn is_hgvs(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_axis = |at: usize| match bytes.get(at + 1..at + 3) {
        Some([b':', _]) => true,
        Some([axis, b'.']) => b"gcnrmop".contains(&axis.to_ascii_lowercase()),
        _ => false,
    };
    bytes.iter().enumerate().any(|(at, &byte)| byte == b':' && is_axis(at))
}

/// HGVS, alone or with a protein change behind it; then what looks similar.
fn described(text: &str) -> Result<Expression, ParseError> {
    if let Some(found) = free_text::beside_mitochondrial_gene(text) {
        return found;
    }
    let error = match titled(text) {
        Ok(found) => return Ok(found),
        Err(error) => error,
    };
    if let Some(found) = without_blanks(text) {
        return Ok(found);
    }
    free_text::around_description(text).ok_or(error)
}

/// `NC_000023.10 : g . 33038255 C > A`; `None` if blanks are not all that keeps it from being HGVS.
fn without_blanks(text: &str) -> Option<Expression> {
    let joined = tidy::without_blanks(text).filter(|joined| is_hgvs(joined))?;
    let mut found = titled(&joined).ok()?;
    found.remark(Warning::Spelling);
    Some(found)
}

/// `NM_003467.3(CXCR4):c.708G>A (p.Lys236=)`.
fn titled(text: &str) -> Result<Expression, ParseError> {
    let mut c = Cursor::new(text);
    let found = hgvs(&mut c)?;
    let blanks = c.take_while(|b| b.is_ascii_whitespace());
    let protein = if !c.is_at_end() && (!blanks.is_empty() || c.starts_with("(p.")) {
        Some(protein_annotation(&mut c)?)
    } else {
        None
    };
    c.expect_end()?;
    Ok(Expression { form: Form::Hgvs(found), protein, warnings: c.into_warnings() })
}

/// The notations that begin with a chromosome or sequence and a number; `None` if the text has none of these forms.
fn coordinates(text: &str) -> Option<Result<Expression, ParseError>> {
    if let Some(found) = spdi(text) {
        return Some(found.map(|spdi| Expression::new(Form::Spdi(spdi), Vec::new())));
    }
    if let Some(found) = Breakend::recognise(text) {
        return Some(found.map(|b| placed(b.assembly.is_none(), Form::Breakend(b))));
    }
    let vcf = tidy::vcf_columns(text).parse::<VcfExpression>();
    if let Ok(vcf) = vcf {
        return Some(Ok(placed(vcf.assembly.is_none(), Form::Vcf(vcf))));
    }
    if let Some(found) = without_axis(text) {
        return Some(Ok(found));
    }
    if let Some(found) = RegionEvent::recognise(text) {
        return Some(found.map(|r| placed(r.assembly.is_none(), Form::Region(r))));
    }
    let refused = |message, remedy: &'static str| Some(Err(ParseError::new(ErrorCode::Vcf, 0, message, remedy)));
    match vcf {
        _ if !has_place(text) => None,
        Err(_) if text.contains('<') => refused(
            "a symbolic allele says nothing without its end".to_owned(),
            "give both ends, as in chr17:41197694-41276113 DEL",
        ),
        Err(error @ (VcfAlleleError::SeveralAlternates(_) | VcfAlleleError::Bases(_))) => {
            refused(error.to_string(), "give chromosome, position, reference and alternate, as in 17-43045712-T-C")
        }
        _ => None,
    }
}

/// `chr17:41276045_41276046del`: HGVS on a chromosome but for its `g.`.
fn without_axis(text: &str) -> Option<Expression> {
    let (assembly, rest, _) = leading_assembly(text);
    let (contig, change) = rest.split_once(':')?;
    if Contig::from_name(contig.as_bytes()).is_none() || !change.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let reference = assembly.map_or_else(|| contig.to_owned(), |assembly| format!("{assembly}({contig})"));
    let mut found = titled(&format!("{reference}:g.{change}")).ok()?;
    found.remark(Warning::AxisAssumed);
    Some(found)
}

fn placed(without_assembly: bool, form: Form) -> Expression {
    Expression::new(form, if without_assembly { vec![Warning::AssemblyMissing] } else { Vec::new() })
}

/// Whether the text begins with a chromosome and a position.
fn has_place(text: &str) -> bool {
    let (_, rest, _) = leading_assembly(text);
    rest.split_once(['-', ':']).is_some_and(|(contig, rest)| {
        Contig::from_name(contig.as_bytes()).is_some() && rest.bytes().next().is_some_and(|b| b.is_ascii_digit())
    })
}

/// Four fields of which the first is an accession; `None` if there are not four or it is not.
fn spdi(text: &str) -> Option<Result<Spdi, ParseError>> {
    let mut fields = text.split(':');
    let accession = fields.next()?;
    let position = fields.next()?;
    if fields.count() != 2 || !accession.contains(['_', '.']) || position.contains(['.', '>']) {
        return None;
    }
    Some(text.parse().map_err(|error: crate::spdi::SpdiError| {
        ParseError::new(
            ErrorCode::Spdi,
            0,
            error.to_string(),
            "write sequence:position:deletion:insertion, as in NC_000017.11:43045711:T:C",
        )
    }))
}

fn json(text: &str) -> Result<Expression, ParseError> {
    match text.parse::<VrsObject>() {
        Ok(object) => Ok(Expression::new(Form::Vrs(Box::new(object)), Vec::new())),
        Err(error) => Err(ParseError::new(
            ErrorCode::Vrs,
            0,
            error.to_string(),
            "give a VRS 2 object, such as an Allele with location and state",
        )),
    }
}

fn ascii(text: &str) -> Result<(), ParseError> {
    if text.is_ascii() {
        return Ok(());
    }
    match text.char_indices().find(|(_, sign)| !sign.is_ascii()) {
        None => Ok(()),
        Some((offset, sign)) => Err(ParseError::new(
            ErrorCode::NotRecognised,
            offset,
            format!("`{}` is not a sign of any notation", sign.escape_debug()),
            "use plain letters, digits and punctuation",
        )),
    }
}

impl fmt::Display for Form {
    /// The recommended text of the notation.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hgvs(hgvs) => hgvs.fmt(f),
            Self::Spdi(spdi) => spdi.fmt(f),
            Self::Vcf(VcfExpression { assembly: None, allele }) => allele.fmt(f),
            Self::Vcf(VcfExpression { assembly: Some(assembly), allele }) => write!(f, "{assembly}-{allele}"),
            Self::Breakend(breakend) => breakend.fmt(f),
            Self::Region(region) => region.fmt(f),
            Self::Vrs(object) => object.to_json().fmt(f),
            Self::Cytogenetic(cytogenetic) => cytogenetic.fmt(f),
            Self::ExonEvent(event) => event.fmt(f),
            Self::Identifier(identifier) => identifier.fmt(f),
            Self::LegacyName(LegacyName { reference: reference @ Reference::Sequence { .. }, name }) => {
                write!(f, "{reference}:c.{name}")
            }
            Self::LegacyName(LegacyName { reference, name }) => write!(f, "{reference} {name}"),
            Self::Candidates(forms) => {
                for (rank, form) in forms.iter().enumerate() {
                    if rank > 0 {
                        f.write_str(" or ")?;
                    }
                    form.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}
