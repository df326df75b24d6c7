//! What people type: a gene or transcript here, a change there, in either order, with a word or two around them.
//!
//! `BRCA2 c.68_69del`, `NM_007294.4 c.68_69del`, `c.68_69del BRCA1`, `BRCA1 p.Arg1699Gln`, `BRCA1 R1699Q`,
//! `brca1 185delAG`, `GRCh38 chr17 g.43045712T>C`, `BRCA1 NM_007294.4:c.68_69del p.Glu23fs`.

use super::{
    ErrorCode, Expression, Form, LegacyName, ParseError, RegionChange, Warning, english, leading_assembly, tidy, titled,
};
use crate::{
    assembly::Assembly,
    contig::{Contig, GenomeContig},
    exon_event::ExonEvent,
    hgvs::{
        AccessionKind, Axis, Hgvs, ProteinEdit, ProteinLocation, Reference, Selector, Text,
        parse::{read_nucleotide_change, read_protein, read_reference},
    },
};

const MOST_WORDS: usize = 12;

/// Reads words around a change.
pub(super) fn read(text: &str) -> Result<Expression, ParseError> {
    if let Some(event) = ExonEvent::recognise(text, read_reference) {
        return event.map(|event| Expression::new(Form::ExonEvent(event), Vec::new()));
    }
    let spaced = text.replace(";p.", " p.").replace(",p.", " p.");
    let words = words(&spaced);
    if words.len() > MOST_WORDS {
        return Err(not_recognised(text));
    }
    match described_in_words(&words) {
        Some(found) => found,
        None => undescribed(text, &words),
    }
}

/// Words around a whole description, and older forms of one; `None` if neither.
pub(super) fn around_description(text: &str) -> Option<Expression> {
    if let Some(Ok(event)) = ExonEvent::recognise(text, read_reference) {
        return Some(Expression::new(Form::ExonEvent(event), Vec::new()));
    }
    if let Some(legacy) = legacy_intron(text) {
        return Some(legacy);
    }
    if let (Some(assembly), rest, 1..) = leading_assembly(text) {
        return with_assembly(titled(rest).ok()?, assembly);
    }
    let spaced = text.replace(";p.", " p.").replace(",p.", " p.");
    let words = match words(&spaced) {
        words if words.len() < 2 => fields(text),
        words => words,
    };
    if words.len() < 2 || words.len() > MOST_WORDS {
        return None;
    }
    let whole = words.iter().position(|word| titled(word).is_ok());
    match whole {
        Some(at) => whole_with_company(&words, at),
        None => described_in_words(&words)?.ok(),
    }
}

fn words(text: &str) -> Vec<&str> {
    text.split_ascii_whitespace()
        .map(|word| word.trim_end_matches([',', ';']))
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS + 1)
        .collect()
}

/// `LMNA:NM_170707.4:exon11:c.1824C>T:p.G608G`, as annotation programs write it, without the number of the exon.
fn fields(text: &str) -> Vec<&str> {
    let fields = text.split(':').take(MOST_WORDS + 1);
    fields.filter(|field| !field.strip_prefix("exon").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))).collect()
}

/// Notes the gene beside a transcript; `None` if the description names another gene.
fn with_gene(expression: &mut Expression, symbol: Text) -> Option<()> {
    let Form::Hgvs(Hgvs::Variant(variant)) = &mut expression.form else { return Some(()) };
    if let Some(named) = variant.reference.gene() {
        return named.eq_ignore_ascii_case(&symbol).then_some(());
    }
    if let Reference::Sequence { accession, selector: selector @ None } = &mut variant.reference
        && accession.kind() == AccessionKind::CodingTranscript
    {
        *selector = Some(Selector::Gene(symbol));
    }
    Some(())
}

/// The expression on a chromosome of this assembly; `None` if it is on a sequence that does not belong to it.
fn with_assembly(mut expression: Expression, named: Assembly) -> Option<Expression> {
    let Form::Hgvs(Hgvs::Variant(variant)) = &mut expression.form else { return None };
    match &mut variant.reference {
        Reference::Chromosome { assembly: Some(assembly), .. } => (*assembly == named).then_some(())?,
        Reference::Chromosome { assembly, .. } => {
            *assembly = Some(named);
            expression.warnings.retain(|warning| *warning != Warning::AssemblyMissing);
        }
        Reference::Sequence { accession, .. } => {
            // A chromosome's accession with version belongs to one assembly, the mitochondrion's to both.
            let known = GenomeContig::from_refseq(&accession.to_string());
            known.is_none_or(|known| known.assembly == named || known.contig == Contig::MT).then_some(())?;
        }
        Reference::Gene(_) => {}
    }
    expression.remark(Warning::Spelling);
    Some(expression)
}

fn not_recognised(text: &str) -> ParseError {
    let shown: String = text.chars().take(40).collect();
    ParseError::new(
        ErrorCode::NotRecognised,
        0,
        format!("`{shown}` is not a variant in any notation known here"),
        "write HGVS (NM_007294.4:c.68_69del), SPDI, 17-43045712-T-C, an identifier such as rs80357906, or gene and change (BRCA1 c.68_69del)",
    )
}

/// Words that say nothing about which variant is meant.
fn is_filler(word: &str) -> bool {
    ["variant", "mutation", "gene", "in", "of", "the", "transcript", "protein", "fusion"]
        .iter()
        .any(|filler| word.eq_ignore_ascii_case(filler))
}

/// Words that are no gene although they have the form of a symbol.
fn is_word_for_a_change(word: &str) -> bool {
    RegionChange::from_word(word).is_some()
        || ["exon", "exons", "ex", "ins"].contains(&english(word).unwrap_or(&word.to_ascii_lowercase()))
}

/// A word that begins with an axis: `c.68_69del`, `(p.Arg1699Gln)`.
fn is_description(word: &str) -> bool {
    let word = word.strip_prefix('(').unwrap_or(word).as_bytes();
    matches!(word, [axis, b'.', _, ..] if b"gcnrmop".contains(&axis.to_ascii_lowercase()))
}

fn is_protein(word: &str) -> bool {
    word.starts_with("p.") || word.starts_with("(p.")
}

/// `MT-TL1:m.3243A>G`: there is one human mitochondrial reference, and the gene says where on it; `None` for any other
/// text.
pub(super) fn beside_mitochondrial_gene(text: &str) -> Option<Result<Expression, ParseError>> {
    let (gene, change) = text.split_once(":m.")?;
    let found = is_gene(gene.trim()).then(|| titled(&format!("chrMT:m.{change}")))?;
    Some(found.map(|mut expression| {
        expression.remark(Warning::Spelling);
        expression
    }))
}

/// Whether a word has the form of a gene's symbol: `MT-TL1`, `(MT-TL1)`, `MT-TL1:`.
fn is_gene(word: &str) -> bool {
    matches!(read_reference(word.trim_matches(['(', ')', ':'])), Ok(Reference::Gene(_)))
}

/// A whole description with a gene or a protein change beside it.
fn whole_with_company(words: &[&str], at: usize) -> Option<Expression> {
    let mut expression = titled(words[at]).ok()?;
    for (rank, word) in words.iter().enumerate() {
        if rank == at || is_filler(word) {
            continue;
        }
        if let Ok(assembly) = word.trim_matches(['(', ')']).parse::<Assembly>() {
            expression = with_assembly(expression, assembly)?;
        } else if is_protein(word) {
            let protein = read_protein(word).ok()?;
            expression.protein.replace(protein).is_none().then_some(())?;
        } else {
            let Ok(Reference::Gene(symbol)) = read_reference(word.trim_matches(['(', ')'])) else { return None };
            with_gene(&mut expression, symbol)?;
        }
    }
    expression.remark(Warning::Spelling);
    Some(expression)
}

/// Reference words and description words; `None` if no word is a description.
fn described_in_words(words: &[&str]) -> Option<Result<Expression, ParseError>> {
    let first = words.iter().position(|word| is_description(word))?;
    let (head, tail) = words.split_at(first);
    let mut tail = tail.to_vec();
    let mut references: Vec<&str> = head.iter().filter(|word| !is_filler(word)).copied().collect();
    if references.is_empty() {
        // `c.68_69del BRCA1`
        references.extend(tail.iter().skip(1).filter(|word| !is_description(word) && !is_filler(word)));
        tail.truncate(tail.iter().skip(1).position(|word| !is_description(word)).map_or(tail.len(), |at| at + 1));
    }
    let reference = match join_reference(&references) {
        // There is one human mitochondrial reference on both assemblies; a gene beside it says where on it.
        _ if words[first].starts_with("m.") && references.iter().all(|word| is_gene(word)) => "chrMT".to_owned(),
        Some(reference) => reference,
        None if references.is_empty() => return Some(Err(no_reference(words[first]))),
        None => return None,
    };
    // A protein change beside one of DNA repeats it; alone it is the description, without its parentheses or with.
    let body = tail.join(" ");
    let text = match body.strip_prefix("(p.").and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => format!("{reference}:p.({inner})"),
        None => format!("{reference}:{}", parenthesised_protein(&tail)),
    };
    if let Some(legacy) = legacy_intron(&text) {
        return Some(Ok(legacy));
    }
    let found = titled(&text).or_else(|error| match tidy::without_blanks(&text).map(|joined| titled(&joined)) {
        Some(Ok(found)) => Ok(found),
        _ => Err(error),
    });
    Some(found.map(|mut expression| {
        expression.remark(Warning::Spelling);
        expression
    }))
}

/// `c.708G>A p.Lys236=` as `c.708G>A (p.Lys236=)`.
fn parenthesised_protein(tail: &[&str]) -> String {
    let mut text = tail[0].to_owned();
    for word in &tail[1..] {
        text.push(' ');
        let inner = word.strip_prefix('(').and_then(|w| w.strip_suffix(')'));
        match inner.map(|inner| format!("(p.{inner})")) {
            _ if is_protein(tail[0]) => text.push_str(word),
            // `(R175H)`
            Some(spelt) if read_protein(&spelt).is_ok() => text.push_str(&spelt),
            _ if word.starts_with("p.") => text.push_str(&format!("({word})")),
            _ => text.push_str(word),
        }
    }
    text
}

fn no_reference(word: &str) -> ParseError {
    let shown: String = word.chars().take(40).collect();
    ParseError::new(
        ErrorCode::ReferenceMissing,
        0,
        format!("`{shown}` names no reference sequence and no gene"),
        "add the transcript (NM_007294.4:c.68_69del) or at least the gene (BRCA1 c.68_69del)",
    )
}

/// One reference from up to three words: an assembly and a chromosome, or an accession, a gene, both.
fn join_reference(words: &[&str]) -> Option<String> {
    let plain: Vec<&str> = words
        .iter()
        .map(|word| word.trim_end_matches(':'))
        .map(|word| word.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(word))
        .collect();
    match plain.as_slice() {
        [one] => Some((*one).to_owned()),
        [assembly, contig] if assembly.parse::<Assembly>().is_ok() => {
            if Contig::from_name(contig.as_bytes()).is_some() {
                Some(format!("{assembly}({contig})"))
            } else {
                Some((*contig).to_owned())
            }
        }
        [a, b] => match (read_reference(a).ok()?, read_reference(b).ok()?) {
            (Reference::Sequence { selector: None, .. }, Reference::Gene(_)) => Some(format!("{a}({b})")),
            (Reference::Gene(_), Reference::Sequence { selector: None, .. }) => Some(format!("{b}({a})")),
            (Reference::Gene(_), Reference::Sequence { .. }) => Some((*b).to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// No axis anywhere: a gene and a protein change or an older name.
fn undescribed(text: &str, words: &[&str]) -> Result<Expression, ParseError> {
    let words: Vec<&str> = words.iter().filter(|word| !is_filler(word)).copied().collect();
    let (&[gene, ref names @ ..], Some(colon)) = (words.as_slice(), text.find(':').or(Some(0))) else {
        return Err(not_recognised(text));
    };
    let (gene, joined) = match gene.split_once(':') {
        Some((gene, rest)) if colon > 0 && names.is_empty() => (gene, rest.to_owned()),
        _ => (gene, names.join(" ")),
    };
    if let &[name, gene] = words.as_slice()
        && is_older_name(name)
        && !is_older_name(gene)
        && !is_word_for_a_change(gene)
        && let Ok(reference @ Reference::Gene(_)) = read_reference(gene)
        && let Some(found) = named(reference, name)
    {
        return Ok(found);
    }
    let reference = match read_reference(gene) {
        Ok(Reference::Gene(symbol)) if is_word_for_a_change(&symbol) => return Err(not_recognised(text)),
        Ok(reference @ (Reference::Gene(_) | Reference::Sequence { .. })) => reference,
        _ => return Err(not_recognised(text)),
    };
    if RegionChange::from_word(&joined).is_some() {
        return Err(ParseError::new(
            ErrorCode::ExonEvent,
            0,
            "it is not said how much of the gene is affected",
            "write whole gene, or the exons, as in PMP22 whole gene duplication or BRCA1 exon 13 duplication",
        ));
    }
    if joined.is_empty() {
        return Err(lonely(text, &reference));
    }
    named(reference, &joined).ok_or_else(|| match Hgvs::parse(text) {
        // `NM_007294.4:68_69del`: what is missing for HGVS says more.
        Err(error) if error.code == ErrorCode::Axis => error,
        _ => not_recognised(text),
    })
}

/// A gene or sequence and nothing else.
fn lonely(text: &str, reference: &Reference) -> ParseError {
    let shown: String = text.chars().take(40).collect();
    match reference {
        Reference::Sequence { .. } => ParseError::new(
            ErrorCode::EditMissing,
            text.len(),
            format!("`{shown}` names a sequence and no change"),
            "add the change behind a colon, as in NM_007294.4:c.68_69del",
        ),
        _ if is_older_name(text) => no_reference(text),
        _ => not_recognised(text),
    }
}

/// `R1699Q`, `F508del`, `185delAG`, `IVS8-5T`; both readings where there are two.
fn named(reference: Reference, name: &str) -> Option<Expression> {
    let protein = bare_protein(&reference, name);
    // Before the nomenclature there were genes and no reference sequences.
    let older = is_older_name(name) && matches!(reference, Reference::Gene(_));
    let legacy = older.then(|| Form::LegacyName(LegacyName { reference, name: name.to_owned() }));
    match (protein, legacy) {
        (Some((hgvs, true)), legacy) => {
            // `C61G` is a change of an amino acid here and one of a base there.
            let mut forms = vec![Form::Hgvs(hgvs)];
            forms.extend(legacy);
            let form = if forms.len() == 1 { forms.remove(0) } else { Form::Candidates(forms) };
            Some(Expression::new(form, vec![Warning::GeneAsReference]))
        }
        (Some((hgvs, false)), _) => {
            Some(Expression::new(Form::Hgvs(hgvs), vec![Warning::GeneAsReference, Warning::OneLetterCode]))
        }
        (None, Some(legacy)) => Some(Expression::new(legacy, vec![Warning::OlderForm])),
        (None, None) => None,
    }
}

/// A protein change without `p.`, and whether it could be a change of a base as well.
fn bare_protein(reference: &Reference, name: &str) -> Option<(Hgvs, bool)> {
    let (hgvs, _) = Hgvs::parse(&format!("{reference}:p.{name}")).ok()?;
    let (_, change) = hgvs.as_protein()?;
    let ProteinLocation::Single(residue) = change.location else {
        return (!matches!(change.location, ProteinLocation::Whole)).then_some((hgvs, false));
    };
    let is_base = |letter: char| matches!(letter, 'A' | 'C' | 'G' | 'T');
    let one_letter = name.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    let both = match change.edit {
        ProteinEdit::Substitution(to) => {
            one_letter && is_base(residue.amino_acid.one_letter()) && is_base(to.one_letter())
        }
        _ => false,
    };
    Some((hgvs, both))
}

/// Whether the text could be a name from before the nomenclature: `185delAG`, `621+1G>T`, `IVS8-5T`, `deltaF508`, `C61G`.
fn is_older_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let sober = name.len() <= 40
        && bytes.iter().all(|b| {
            b.is_ascii_alphanumeric()
                || matches!(b, b'+' | b'-' | b'_' | b'>' | b'*' | b'(' | b')' | b'/' | b'?' | b' ')
        });
    let digit = bytes.iter().any(u8::is_ascii_digit);
    let letter = bytes.iter().any(u8::is_ascii_alphabetic);
    let begins = bytes[0].is_ascii_digit()
        || ["IVS", "del", "ins", "dup"]
            .iter()
            .any(|start| name.get(..3).is_some_and(|have| have.eq_ignore_ascii_case(start)))
        || matches!(bytes, [b'A' | b'C' | b'G' | b'T' | b'd', digit, ..] if digit.is_ascii_digit())
        || matches!(bytes, [b'd', letter, digit, ..] if letter.is_ascii_uppercase() && digit.is_ascii_digit());
    sober && digit && letter && begins
}

/// `NM_000088.3:c.IVS2+1G>A`: the number of an intron, which only the transcript's exons explain.
fn legacy_intron(text: &str) -> Option<Expression> {
    let (reference, name) = text.split_once(":c.").or_else(|| text.split_once(":g."))?;
    let reference = read_reference(reference).ok()?;
    let change = name.strip_prefix("IVS").or_else(|| name.strip_prefix("ivs"))?;
    let number = change.bytes().take_while(u8::is_ascii_digit).count();
    let sign = change.as_bytes().get(number)?;
    if number == 0 || !matches!(sign, b'+' | b'-') {
        return None;
    }
    match reference {
        Reference::Gene(_) => return named(reference, name),
        Reference::Chromosome { .. } => return None,
        Reference::Sequence { .. } => {}
    }
    // What follows the intron's number must be an offset and an edit, as they would follow an exon's last base.
    let like_exon = read_nucleotide_change(&format!("1{}", &change[number..]), Axis::Coding).ok()?;
    like_exon.location.exact()?;
    let legacy = LegacyName { reference, name: name.to_owned() };
    Some(Expression::new(Form::LegacyName(legacy), vec![Warning::OlderForm]))
}
