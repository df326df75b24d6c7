//! The two human genome assemblies that clinical coordinates are given on.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A human genome assembly. Patch releases share the coordinates of their assembly, so they are not told apart.
///
/// GRCh37 sorts before GRCh38. UCSC's `hg19` is read as GRCh37; the two differ in the mitochondrion only
/// (`NC_001807.4`, 16,571 bases, in UCSC's original file), which a reader notices by the contig's declared length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Assembly {
    /// Genome Reference Consortium human build 37, February 2009.
    Grch37,
    /// Genome Reference Consortium human build 38, December 2013.
    Grch38,
}

/// The text is not the name of an assembly we know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown assembly `{0}`: use GRCh38 (hg38) or GRCh37 (hg19)")]
pub struct UnknownAssembly(pub String);

impl Assembly {
    /// Both assemblies, the older first.
    pub const ALL: [Self; 2] = [Self::Grch37, Self::Grch38];

    /// The name as the Genome Reference Consortium writes it, without a patch.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grch37 => "GRCh37",
            Self::Grch38 => "GRCh38",
        }
    }

    /// The other assembly: where a liftover goes.
    pub const fn other(self) -> Self {
        match self {
            Self::Grch37 => Self::Grch38,
            Self::Grch38 => Self::Grch37,
        }
    }
}

impl fmt::Display for Assembly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Assembly {
    type Err = UnknownAssembly;

    /// Reads any usual spelling in any case: `GRCh38`, `GRCh38.p14`, `hg38`, `b38`, `NCBI38`, `38` and their 37
    /// counterparts, among them `hg19`, `b37`, `hs37d5` and `GRCh37-lite`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = plain.to_ascii_lowercase();
        let base = match plain.rsplit_once('p') {
            Some((base, patch)) if is_digits(patch) => base,
            _ => plain.as_str(),
        };
        match base {
            "grch38" | "hg38" | "b38" | "hs38" | "ncbi38" | "build38" | "38" => Ok(Self::Grch38),
            "grch37" | "hg19" | "b37" | "hs37d5" | "ncbi37" | "build37" | "hg37" | "grch37lite" | "37" => {
                Ok(Self::Grch37)
            }
            _ => Err(UnknownAssembly(text.chars().take(40).collect())),
        }
    }
}

impl TryFrom<String> for Assembly {
    type Error = UnknownAssembly;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Assembly> for &'static str {
    fn from(assembly: Assembly) -> Self {
        assembly.name()
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_use_are_read() {
        for text in ["GRCh38", "grch38.p14", "GRCh38p13", "hg38", "b38", "NCBI38", " HG38 "] {
            assert_eq!(text.parse(), Ok(Assembly::Grch38), "{text}");
        }
        for text in ["GRCh37", "GRCh37.p13", "hg19", "b37", "hs37d5", "GRCh37-lite", "build 37"] {
            assert_eq!(text.parse(), Ok(Assembly::Grch37), "{text}");
        }
    }

    #[test]
    fn other_names_are_refused_with_the_remedy() {
        for text in ["", "hg18", "GRCh38.p", "GRCh38.px", "GRCh381", "T2T-CHM13"] {
            let error = text.parse::<Assembly>().expect_err(text);
            assert!(error.to_string().contains("use GRCh38"), "{error}");
        }
    }

    #[test]
    fn json_is_the_plain_name() {
        assert_eq!(serde_json::to_string(&Assembly::Grch38).expect("a string"), "\"GRCh38\"");
        assert_eq!(serde_json::from_str::<Assembly>("\"hg19\"").expect("a name"), Assembly::Grch37);
    }
}
