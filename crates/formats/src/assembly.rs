//! Names of assemblies as sources write them.

use cairn_variant::assembly::Assembly;

/// `GRCh37` or `GRCh38` for any usual spelling (`hg19`, `b37`, `GRCh38.p13`, `NCBI37`).
pub fn read(text: &str) -> Option<String> {
    text.parse::<Assembly>().ok().map(|assembly| assembly.name().to_owned())
}
