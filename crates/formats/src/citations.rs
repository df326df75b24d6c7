//! Citations as sources write them: `PMID:21990134`, `21990134`, a DOI, an address.

use cairn_core::citation::Citation;

/// Reads one citation; a bare number is a PubMed id. `None` if there is nothing.
pub fn read(text: &str) -> Option<Citation> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let number = |t: &str| t.trim_matches([':', ' ', '_']).parse::<u32>().ok().filter(|n| *n > 0);
    for prefix in [
        "pmid",
        "pubmed",
        "medline",
        "https://pubmed.ncbi.nlm.nih.gov/",
        "http://www.ncbi.nlm.nih.gov/pubmed/",
        "https://www.ncbi.nlm.nih.gov/pubmed/",
    ] {
        if let Some(id) = lower.strip_prefix(prefix).map(|t| t.trim_end_matches('/')).and_then(number) {
            return Some(Citation::Pubmed(id));
        }
    }
    if let Some(id) = lower
        .strip_prefix("pmcid")
        .map_or(lower.as_str(), |t| t.trim_matches([':', ' ']))
        .strip_prefix("pmc")
        .and_then(number)
    {
        return Some(Citation::PubmedCentral(id));
    }
    for prefix in ["doi:", "https://doi.org/", "http://dx.doi.org/", "doi "] {
        if lower.starts_with(prefix) {
            return Some(Citation::Doi(text[prefix.len()..].trim().to_owned()));
        }
    }
    match () {
        () if text.is_empty() => None,
        () if number(text).is_some() => number(text).map(Citation::Pubmed),
        () if lower.starts_with("10.") && lower.contains('/') => Some(Citation::Doi(text.to_owned())),
        () if lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("ftp://") => {
            Some(Citation::Url(text.to_owned()))
        }
        () => Some(Citation::Other(text.to_owned())),
    }
}

/// So many citations of one cell are searched for repeats; the longest list of ClinVar has some
/// hundred, and the search must not grow with the square of a hostile one.
const SEARCHED: usize = 5_000;

/// Reads a list parted by commas, semicolons, vertical bars or white space; an address keeps its
/// commas, so only numbers and `PMID:` forms are parted there.
pub fn read_list(text: &str) -> Vec<Citation> {
    if let Some(numbers) = numbers_only(text) {
        return numbers;
    }
    let mut found = Vec::new();
    let mut prefix = "";
    for part in text.split(['|', ';', '\n']) {
        let numbers = !part.contains("://") && !part.to_ascii_lowercase().contains("doi");
        let is_list = numbers
            && part.bytes().any(|b| b.is_ascii_digit())
            && part.split([',', ' ']).all(|w| {
                let w = w.trim().trim_start_matches("PMID").trim_start_matches("pmid").trim_matches(':');
                w.is_empty() || w.bytes().all(|b| b.is_ascii_digit())
            });
        let words: Vec<&str> = if is_list { part.split([',', ' ']).collect() } else { vec![part] };
        for word in words {
            let word = word.trim();
            if word.trim_end_matches(':').eq_ignore_ascii_case("pmid") {
                prefix = "PMID:";
                continue;
            }
            let text = if prefix.is_empty() { word.to_owned() } else { format!("{prefix}{word}") };
            prefix = "";
            found.extend(read(&text).filter(|c| found.len() >= SEARCHED || !found.contains(c)));
        }
    }
    found
}

/// A list of nothing but PubMed numbers, the usual case in tables of ClinVar; each once.
fn numbers_only(text: &str) -> Option<Vec<Citation>> {
    let mut found = Vec::new();
    for word in text.split([',', ';', '|', ' ']).filter(|word| !word.is_empty()) {
        let citation = Citation::Pubmed(word.parse().ok().filter(|n| *n > 0)?);
        if found.len() >= SEARCHED || !found.contains(&citation) {
            found.push(citation);
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let got: Vec<String> = read_list(text).iter().map(ToString::to_string).collect();
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn forms_of_the_field() {
        check("PMID:21990134", &["PMID:21990134"]);
        check("PMID: 21990134, 23451180", &["PMID:21990134", "PMID:23451180"]);
        check("1,22859821;25307056", &["PMID:1", "PMID:22859821", "PMID:25307056"]);
        check("https://doi.org/10.1/a,b|PMC123", &["doi:10.1/a,b", "PMC123"]);
        check("https://pubmed.ncbi.nlm.nih.gov/15266616", &["PMID:15266616"]);
        check("Smith et al., in press", &["Smith et al., in press"]);
        check(" ", &[]);
    }
}
