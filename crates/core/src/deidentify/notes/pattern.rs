//! The shapes of identifiers, and of what must stay.

use super::{Kind, Span};

/// What begins at a place of a text.
pub(super) enum Found {
    /// An identifier.
    Identifier(Span),
    /// Something of the field, to be kept up to here.
    Keep(usize),
    /// Neither.
    Nothing,
}

/// What begins at this character. Only where a word begins can anything begin.
pub(super) fn at(text: &[char], at: usize) -> Found {
    let starts_word = at == 0 || !is_word(text[at - 1]);
    if !starts_word || (text[at].is_whitespace()) {
        return Found::Nothing;
    }
    // The order decides: a labelled number is no telephone, and an identifier of the field is neither.
    let finders: [(fn(&[char], usize) -> Option<usize>, Option<Kind>); 11] = [
        (url, Some(Kind::Url)),
        (email, Some(Kind::Email)),
        (labelled_number, Some(Kind::Number)),
        (of_the_field, None),
        (ip, Some(Kind::Ip)),
        (date, Some(Kind::Date)),
        (social_security, Some(Kind::Number)),
        (nhs, Some(Kind::Number)),
        (telephone, Some(Kind::Telephone)),
        (postcode, Some(Kind::Postcode)),
        (name, Some(Kind::Name)),
    ];
    for (finder, kind) in finders {
        if let Some(end) = finder(text, at).filter(|end| *end > at) {
            return kind.map_or(Found::Keep(end), |kind| Found::Identifier(Span { start: at, end, kind }));
        }
    }
    Found::Nothing
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The run of characters from here that a predicate accepts.
fn run(text: &[char], from: usize, accepts: impl Fn(char) -> bool) -> usize {
    from + text[from..].iter().take_while(|c| accepts(**c)).count()
}

/// The end without punctuation that closes a sentence.
fn without_stop(text: &[char], from: usize, end: usize) -> usize {
    let trailing = text[from..end].iter().rev().take_while(|c| ".,;:!?)]}'\"".contains(**c)).count();
    end - trailing
}

fn digits(text: &[char], from: usize) -> usize {
    run(text, from, |c| c.is_ascii_digit()) - from
}

fn starts_with(text: &[char], at: usize, word: &str) -> bool {
    let mut letters = text[at..].iter().flat_map(|c| c.to_lowercase());
    word.chars().all(|wanted| letters.next() == Some(wanted))
}

/// Where a word ends when it stands here as a whole.
fn word(text: &[char], at: usize, word: &str) -> Option<usize> {
    let end = at + word.chars().count();
    let is_whole = text.get(end).is_none_or(|c| !c.is_alphanumeric());
    (end <= text.len() && starts_with(text, at, word) && is_whole).then_some(end)
}

fn url(text: &[char], at: usize) -> Option<usize> {
    let begins = ["http://", "https://", "ftp://", "www."].iter().any(|scheme| starts_with(text, at, scheme));
    let end = run(text, at, |c| !c.is_whitespace() && !"<>\"".contains(c));
    begins.then(|| without_stop(text, at, end))
}

fn email(text: &[char], at: usize) -> Option<usize> {
    let sign = run(text, at, |c| c.is_alphanumeric() || "._%+-".contains(c));
    if sign == at || text.get(sign) != Some(&'@') {
        return None;
    }
    let end = run(text, sign + 1, |c| c.is_alphanumeric() || ".-".contains(c));
    let end = without_stop(text, sign + 1, end);
    text[sign + 1..end].contains(&'.').then_some(end)
}

/// Words before a number that make it a person's.
const NUMBER_LABELS: [&str; 30] = [
    "mrn",
    "nhs",
    "chi",
    "account",
    "acct",
    "licence",
    "license",
    "certificate",
    "passport",
    "policy",
    "member",
    "insurance",
    "beneficiary",
    "health plan",
    "medical record",
    "hospital",
    "patient id",
    "patient",
    "record",
    "vin",
    "vehicle",
    "plate",
    "registration",
    "device",
    "serial",
    "imei",
    "ssn",
    "social security",
    "national insurance",
    "case id",
];

/// Words between the label and the number.
const LINKS: [&str; 6] = ["number", "no", "nr", "num", "id", "plan"];

/// `MRN 7268338`, `account no. 13470657`, `NHS number 999 277 4320`.
fn labelled_number(text: &[char], at: usize) -> Option<usize> {
    let label = NUMBER_LABELS.iter().filter_map(|label| word(text, at, label)).max()?;
    let mut end = label;
    let mut linked = false;
    loop {
        end = run(text, end, |c| c.is_whitespace() || ".:#=".contains(c));
        match LINKS.iter().filter_map(|link| word(text, end, link)).max() {
            Some(next) => (end, linked) = (next, true),
            None => break,
        }
    }
    // A social security number keeps its own label, so that it is found with or without one.
    let code = run(text, end, |c| c.is_ascii_alphanumeric() || c == '-' || c == '/');
    let code = without_stop(text, end, code);
    let count = text[end..code].iter().filter(|c| c.is_ascii_digit()).count();
    let grouped = nhs(text, end).unwrap_or(code);
    let needed = if linked { 3 } else { 5 };
    let is_separate = starts_with(text, at, "ssn") || starts_with(text, at, "social");
    (count >= needed || grouped > code).then_some(grouped.max(code)).filter(|_| !is_separate)
}

/// Prefixes of identifiers of the field.
const FIELD: [&str; 33] = [
    "hp:",
    "omim:",
    "mim:",
    "mondo:",
    "orpha:",
    "orphanet:",
    "pmid:",
    "pmc",
    "doi:",
    "medgen:",
    "hgnc:",
    "clinvar:",
    "ga4gh:",
    "nm_",
    "np_",
    "nr_",
    "nc_",
    "ng_",
    "xm_",
    "xp_",
    "lrg_",
    "enst",
    "ensg",
    "ensp",
    "rs",
    "scv",
    "rcv",
    "vcv",
    "chr",
    "grch",
    "hg19",
    "hg38",
    "crn",
];

/// An accession, a variant, a position: kept whole, so that no digits of it are taken for a number.
fn of_the_field(text: &[char], at: usize) -> Option<usize> {
    let end = run(text, at, |c| !c.is_whitespace() && !";,".contains(c));
    let token: String = text[at..end].iter().collect();
    let lower = token.to_lowercase();
    if let Some(prefix) = FIELD.iter().find(|prefix| lower.starts_with(**prefix)) {
        let rest = &lower[prefix.len()..];
        if rest.is_empty() && prefix.ends_with(':') {
            let number = run(text, end, |c| c == ' ');
            return Some(number + digits(text, number));
        }
        let says_number = rest.chars().any(|c| c.is_ascii_digit()) || prefix.starts_with("hg");
        let short_prefix_needs_digit =
            prefix.len() > 3 || rest.starts_with(|c: char| c.is_ascii_digit()) || prefix.ends_with(['_', ':']);
        return (says_number && (short_prefix_needs_digit || *prefix == "chr")).then_some(end);
    }
    let is_hgvs = ["c.", "g.", "p.", "m.", "n.", "r."].iter().any(|kind| lower.starts_with(kind) && lower.len() > 2);
    is_hgvs.then_some(end).or_else(|| vcf(text, at, end))
}

/// `17-43045712-T-C`.
fn vcf(text: &[char], at: usize, end: usize) -> Option<usize> {
    let token: String = text[at..end].iter().collect();
    let parts: Vec<&str> = token.trim_end_matches(['.', ')']).split('-').collect();
    let bases = |part: &&str| !part.is_empty() && part.bytes().all(|b| b"ACGTN".contains(&b));
    let [contig, position, reference, alternate] = parts.as_slice() else { return None };
    let is_place = contig.len() <= 5 && position.parse::<u64>().is_ok();
    (is_place && bases(reference) && bases(alternate)).then_some(end)
}

fn ip(text: &[char], at: usize) -> Option<usize> {
    let end = run(text, at, |c| c.is_ascii_hexdigit() || c == '.' || c == ':');
    let end = without_stop(text, at, end);
    let token: String = text[at..end].iter().collect();
    let is_six = token.matches(':').count() >= 2 && token.parse::<core::net::Ipv6Addr>().is_ok();
    (token.parse::<core::net::Ipv4Addr>().is_ok() || is_six).then_some(end).filter(|_| ends(text, end))
}

/// Whether nothing of a word follows.
fn ends(text: &[char], end: usize) -> bool {
    text.get(end).is_none_or(|c| !is_word(*c))
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn month(text: &[char], at: usize) -> Option<usize> {
    let end = run(text, at, char::is_alphabetic);
    (MONTHS.iter().any(|month| starts_with(text, at, month)) && (3..=9).contains(&(end - at))).then_some(end)
}

/// `20/07/1943`, `07.07.48`, `1943-07-20`, `20 July 1943`, `July 20, 1943`.
fn date(text: &[char], at: usize) -> Option<usize> {
    let first = digits(text, at);
    let by_month = |after: usize| {
        let end = month(text, run(text, after, |c| " .-".contains(c)))?;
        let year = run(text, end, |c| " ,.-".contains(c));
        let has_year = digits(text, year) == 4;
        Some(if has_year { year + 4 } else { end })
    };
    if let Some(end) = month(text, at) {
        let day = run(text, end, |c| c == ' ');
        let count = digits(text, day);
        let year = run(text, day + count, |c| ", ".contains(c));
        return ((1..=2).contains(&count) && digits(text, year) == 4).then_some(year + 4);
    }
    if (1..=2).contains(&first)
        && let Some(end) = by_month(at + first)
    {
        return Some(end);
    }
    let separator = *text.get(at + first).filter(|c| "/.-".contains(**c))?;
    let second = digits(text, at + first + 1);
    let again = at + first + 1 + second;
    let third = (text.get(again) == Some(&separator)).then(|| digits(text, again + 1))?;
    let is_date = matches!((first, second, third), (1..=2, 1..=2, 4 | 2) | (4, 1..=2, 1..=2));
    let end = again + 1 + third;
    (is_date && ends(text, end)).then_some(end)
}

/// `984-65-8883`.
fn social_security(text: &[char], at: usize) -> Option<usize> {
    let has = |offset: usize, count: usize| digits(text, at + offset) == count;
    let dashes = text.get(at + 3) == Some(&'-') && text.get(at + 6) == Some(&'-');
    (dashes && has(0, 3) && has(4, 2) && has(7, 4)).then_some(at + 11).filter(|end| ends(text, *end))
}

/// `999 277 4320` with a valid check digit.
fn nhs(text: &[char], at: usize) -> Option<usize> {
    let end = [12, 10].into_iter().map(|length| at + length).find(|end| {
        let token: Option<String> = text.get(at..*end).map(|token| token.iter().collect());
        token.is_some_and(|token| token.parse::<crate::nhs_number::NhsNumber>().is_ok()) && ends(text, *end)
    })?;
    Some(end)
}

/// `+44 7700 900141`, `fax 020 7946 0620`, `(555) 123-4567`: seven to fifteen digits in groups.
fn telephone(text: &[char], at: usize) -> Option<usize> {
    let labels = ["telephone", "tel", "phone", "fax", "mobile", "cell"];
    let labelled = labels.iter().filter_map(|label| word(text, at, label)).max();
    let from = labelled.map_or(at, |end| run(text, end, |c| " .:".contains(c)));
    let mut end = run(text, from, |c| c.is_ascii_digit() || " +-()/.".contains(c));
    while end > from && !text[end - 1].is_ascii_digit() {
        end -= 1;
    }
    let body = &text[from..end];
    let count = body.iter().filter(|c| c.is_ascii_digit()).count();
    let groups = body.split(|c| !c.is_ascii_digit()).filter(|group| group.len() >= 2).count();
    let international = text.get(from) == Some(&'+');
    let plausible = match (labelled.is_some(), international) {
        (true, _) => count >= 5,
        (false, true) => count >= 7,
        (false, false) => {
            (9..=15).contains(&count) && groups >= 3 && "0(123456789".contains(text[from]) && !body.contains(&'.')
        }
    };
    (plausible && count <= 15 && ends(text, end)).then_some(end)
}

/// `EH8 9YL`, `SW1A 1AA` (a letter or two, a digit, perhaps a letter or digit; a digit and two letters).
fn postcode(text: &[char], at: usize) -> Option<usize> {
    let upper = |c: Option<&char>| c.is_some_and(char::is_ascii_uppercase);
    let letters = run(text, at, |c| c.is_ascii_uppercase()) - at;
    if !(1..=2).contains(&letters) || digits(text, at + letters).clamp(0, 3) == 0 || digits(text, at + letters) > 2 {
        return None;
    }
    let mut end = at + letters + digits(text, at + letters);
    end += usize::from(upper(text.get(end)));
    end += usize::from(text.get(end) == Some(&' '));
    let is_inward = digits(text, end) == 1 && upper(text.get(end + 1)) && upper(text.get(end + 2));
    (is_inward && ends(text, end + 3)).then_some(end + 3)
}

const TITLES: [&str; 17] = [
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "professor",
    "sir",
    "herr",
    "frau",
    "mme",
    "madame",
    "monsieur",
    "señor",
    "señora",
    "sra",
    "signora",
];

/// Particles inside names.
const PARTICLES: [&str; 12] = ["van", "von", "der", "den", "de", "la", "del", "da", "di", "bin", "al", "zu"];

/// Capitalised words that begin or follow without being a name.
const NO_NAMES: [&str; 60] = [
    "the",
    "this",
    "that",
    "these",
    "a",
    "an",
    "in",
    "on",
    "of",
    "and",
    "or",
    "for",
    "with",
    "by",
    "at",
    "as",
    "from",
    "no",
    "not",
    "clinical",
    "note",
    "family",
    "history",
    "variant",
    "gene",
    "exon",
    "intron",
    "likely",
    "pathogenic",
    "benign",
    "uncertain",
    "significance",
    "class",
    "mane",
    "select",
    "supporting",
    "strong",
    "moderate",
    "very",
    "syndrome",
    "disease",
    "disorder",
    "cancer",
    "deficiency",
    "type",
    "expert",
    "panel",
    "guideline",
    "criteria",
    "table",
    "figure",
    "see",
    "seen",
    "he",
    "she",
    "it",
    "patient",
    "proband",
    "mother",
    "father",
];

/// A capitalised word with lower-case letters: where it ends.
fn capitalised(text: &[char], at: usize) -> Option<usize> {
    let end = run(text, at, |c| c.is_alphabetic() || "'’-".contains(c));
    let first_upper = text.get(at).is_some_and(|c| c.is_uppercase());
    let has_lower = text[at..end].iter().any(|c| c.is_lowercase());
    // A digit or an underscore makes it a code, a capital later on a symbol such as `GRCh`.
    let capitals = text[at..end].windows(2).filter(|pair| pair[1].is_uppercase() && pair[0].is_uppercase()).count();
    (first_upper && has_lower && end - at >= 2 && capitals == 0 && ends(text, end)).then_some(end)
}

fn lower(text: &[char], at: usize, end: usize) -> String {
    text[at..end].iter().flat_map(|c| c.to_lowercase()).collect()
}

/// A name's words from here, particles inside allowed; how many capitalised words it has.
fn name_words(text: &[char], at: usize) -> (usize, usize) {
    let (mut end, mut count) = (at, 0);
    let mut next = at;
    loop {
        if let Some(stop) = capitalised(text, next) {
            if NO_NAMES.contains(&lower(text, next, stop).as_str()) {
                break;
            }
            (end, count) = (stop, count + 1);
            next = stop;
        } else {
            let stop = run(text, next, char::is_alphabetic);
            if count == 0 || stop == next || !PARTICLES.contains(&lower(text, next, stop).as_str()) {
                break;
            }
            next = stop;
        }
        let after = run(text, next, |c| c == ' ');
        if after == next || after - next > 1 {
            break;
        }
        next = after;
    }
    (end, count)
}

/// `Mei Okafor`, `Dr. Novak`, `Anna van der Berg`.
fn name(text: &[char], at: usize) -> Option<usize> {
    if let Some(title) = TITLES.iter().filter_map(|title| word(text, at, title)).max() {
        let from = run(text, title, |c| c == '.' || c == ' ');
        let (end, count) = name_words(text, from);
        return (from > title && count >= 1).then_some(end);
    }
    let (end, count) = name_words(text, at);
    (count >= 2).then_some(end)
}
