//! Names of assemblies in file names, headers and columns of sources.

use cairn_variant::assembly::Assembly;

/// `GRCh37` or `GRCh38` for a name that is in use (`hg19`, `GRCh38.p13`).
pub fn read(text: &str) -> Option<String> {
    text.parse::<Assembly>().ok().map(|assembly| assembly.name().to_owned())
}

/// The one assembly that a longer text names, such as a path
/// (`/reference/Homo_sapiens.GRCh37.d5.fasta`); `None` if it names none or both.
pub fn within(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let names = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    let old = names(&["grch37", "hg19", "hs37", "b37", "g1k_v37"]);
    let new = names(&["grch38", "hg38", "hs38", "b38"]);
    let assembly = match (old, new) {
        (true, false) => Assembly::Grch37,
        (false, true) => Assembly::Grch38,
        _ => return None,
    };
    Some(assembly.name().to_owned())
}
