//! Names of assemblies as sources write them.

/// `GRCh37` or `GRCh38` for any usual spelling (`hg19`, `b37`, `GRCh38.p13`, `NCBI37`).
pub fn read(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let name = match plain.as_str() {
        "hg19" | "b37" | "hs37d5" | "37" | "hg37" | "build37" | "ncbi37" | "grch37lite" => "GRCh37",
        "hg38" | "b38" | "38" | "build38" | "ncbi38" | "hs38" => "GRCh38",
        p if p.starts_with("grch37") => "GRCh37",
        p if p.starts_with("grch38") => "GRCh38",
        _ => return None,
    };
    Some(name.to_owned())
}
