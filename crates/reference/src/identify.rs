//! Which variant a text means: the one function behind the command line, the API, imports and conformance.
//!
//! The identity of an allele is the VRS 2 identifier of its fully justified form on GRCh38, or on the assembly it was
//! given on when it cannot be carried there with agreeing bases. Nothing is guessed: what may mean several variants
//! gives candidates, what cannot be checked says so and names the file that would help.

mod allele;
mod combination;
mod copy_number;
mod describe;
mod extent;
mod genomic;
mod names;
mod outside;
mod place;
mod protein;
mod repeat;
mod stop;
mod transcripts;

use cairn_variant::{
    assembly::Assembly,
    contig::GenomeContig,
    expression::{Expression, Form},
    hgvs::{Change, Hgvs},
    vrs::{VRS_VERSION, VrsObject},
};

use crate::{Identity, Reference, identity::Notice};
use stop::Stop;

/// How a text is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IdentifyOptions {
    /// The assembly of coordinates whose text does not tell.
    pub assembly: Option<Assembly>,
    /// The assembly to read coordinates on when neither the text, the option above nor the loaded bases tell it. The
    /// answer says so and names the other reading. For an answer to a person who sees both; never for a record.
    pub assume: Option<Assembly>,
    /// Leave out what the variant is on transcripts and proteins: identifiers only.
    pub without_transcripts: bool,
    /// At most so many transcripts of a gene, the best first; `None` for all of them.
    pub transcripts_per_gene: Option<usize>,
}

/// What everything here works with.
#[derive(Clone, Copy)]
struct Identifying<'a> {
    reference: &'a Reference,
    options: IdentifyOptions,
}

/// Says which variant a text means.
pub fn identify(text: &str, reference: &Reference, options: IdentifyOptions) -> Identity {
    let plain = text.replace(['Δ', '∆', 'δ'], "delta");
    match Expression::parse(&plain) {
        Ok(expression) => {
            Identity { expression: text.to_owned(), ..identify_expression(&expression, reference, options) }
        }
        Err(error) => Identity::refused(text, error.code.as_str(), error.to_string(), error.remedy),
    }
}

/// Says which variant an expression means; the `expression` of the answer is its recommended text.
pub fn identify_expression(expression: &Expression, reference: &Reference, options: IdentifyOptions) -> Identity {
    let identifying = Identifying { reference, options };
    let mut identity = identifying.form(&expression.form).unwrap_or_else(Stop::into_identity);
    identity.expression = expression.form.to_string();
    if identity.variant_id.is_some() {
        identity.vrs_version = Some(VRS_VERSION.to_owned());
    }
    for warning in &expression.warnings {
        let is_settled = match warning.code() {
            "assembly_missing" => identity.assembly.is_some(),
            "gene_as_reference" => identity.has_warning("transcript_assumed"),
            "version_missing" => identity.has_warning("version_assumed"),
            _ => false,
        };
        if !is_settled && !identity.has_warning(warning.code()) {
            identity.warnings.push(Notice::new(warning.code(), warning.message()));
        }
    }
    identity
}

impl Identifying<'_> {
    fn form(self, form: &Form) -> Result<Identity, Stop> {
        match form {
            Form::Vcf(vcf) => self.vcf(vcf),
            Form::Spdi(spdi) => self.spdi(spdi),
            Form::Hgvs(hgvs) => self.hgvs(hgvs),
            Form::Region(region) => self.region(region),
            Form::Breakend(breakend) => self.breakend(breakend),
            Form::ExonEvent(event) => self.exon_event(event),
            Form::Cytogenetic(finding) => self.cytogenetic(finding),
            Form::Identifier(identifier) => self.identifier(identifier),
            Form::LegacyName(legacy) => self.legacy_name(legacy),
            Form::Vrs(object) => self.vrs(object),
            Form::Candidates(forms) => Err(self.ambiguous_forms(forms)),
        }
    }

    fn hgvs(self, hgvs: &Hgvs) -> Result<Identity, Stop> {
        match hgvs {
            Hgvs::Variant(variant) => match &variant.change {
                Change::Nucleotide { axis, changes } => self.nucleotide(&variant.reference, *axis, changes),
                Change::Protein(changes) => self.protein(&variant.reference, changes),
            },
            Hgvs::Combination(members) => self.combination(members),
            Hgvs::Fusion(_) => self.fusion(hgvs),
        }
    }

    /// A VRS object is identified as it stands; an allele on a chromosome gets its other notations too.
    fn vrs(self, object: &VrsObject) -> Result<Identity, Stop> {
        let VrsObject::Variation(variation) = object else {
            return Err(Stop::refused(
                "not_a_variation",
                "a location or a sequence alone is no variant",
                "give an Allele or another variation",
            ));
        };
        if let cairn_variant::vrs::Variation::Allele(allele) = variation
            && let Some(placement) = place::Placement::of_allele(allele, self.reference.sequences())
        {
            return self.placed(placement);
        }
        if let Some(stretch) = self.stretch_of_variation(variation) {
            return stretch;
        }
        self.of_variation(variation.clone(), copy_number::kind_of(variation))
    }
}

/// How messages name a chromosome.
fn named(contig: GenomeContig) -> String {
    contig.to_string()
}
