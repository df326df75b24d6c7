//! The genes whose symbols are written most like a text: what somebody who mistyped one meant.

use super::{GeneMatch, GeneName, Genes};
use cairn_core::typing::steps;

/// Symbols offered.
const OFFERED: usize = 3;
/// Steps of typing that a mistake has at most: a letter too much, too few, another, or two exchanged.
const FARTHEST: usize = 2;

/// A text names no gene, or several.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownGene {
    /// No gene has this symbol.
    #[error("no gene is called `{text}`: {}", remedy(meant))]
    Unknown {
        /// As written, shortened.
        text: String,
        /// The symbols written most like it, the nearest first.
        meant: Vec<String>,
    },
    /// Several genes have it as another name.
    #[error("`{text}` is another name of several genes: write one of {}", symbols.join(", "))]
    Ambiguous {
        /// As written, shortened.
        text: String,
        /// Their approved symbols.
        symbols: Vec<String>,
    },
}

fn remedy(meant: &[String]) -> String {
    match meant {
        [] => "write an approved symbol, such as BRCA1".to_owned(),
        meant => format!("did you mean {}?", meant.join(", ")),
    }
}

impl Genes {
    /// The approved symbol of the one gene that a text names. Where no genes are loaded, every text is
    /// taken as it is.
    ///
    /// # Errors
    /// When it names no gene or several; with what may have been meant.
    pub fn approved(&self, text: &str) -> Result<String, UnknownGene> {
        let shown = || text.trim().chars().take(40).collect();
        match self.find(text) {
            GeneMatch::Approved(gene) | GeneMatch::ByOtherName(gene) => Ok(gene.symbol.clone()),
            GeneMatch::Ambiguous(genes) => {
                let symbols = genes.into_iter().map(|gene| gene.symbol.clone()).collect();
                Err(UnknownGene::Ambiguous { text: shown(), symbols })
            }
            GeneMatch::Unknown if self.is_empty() && !text.trim().is_empty() => Ok(text.trim().to_owned()),
            GeneMatch::Unknown => {
                let meant = self.nearest(text).into_iter().map(|gene| gene.symbol.clone()).collect();
                Err(UnknownGene::Unknown { text: shown(), meant })
            }
        }
    }

    /// The genes whose approved symbols are written most like a text, the nearest first.
    pub fn nearest(&self, text: &str) -> Vec<&GeneName> {
        let typed = text.trim().to_ascii_uppercase().into_bytes();
        if typed.len() > 20 {
            return Vec::new();
        }
        // Of a short text nearly every short symbol is two steps away.
        let farthest = FARTHEST.min(typed.len() / 2);
        let near = self.iter().filter(|gene| gene.symbol.len().abs_diff(typed.len()) <= farthest);
        let with_steps = near.map(|gene| (steps(&typed, gene.symbol.to_ascii_uppercase().as_bytes()), gene));
        let mut found: Vec<_> = with_steps.filter(|(steps, _)| *steps <= farthest).collect();
        found.sort_by(|a, b| (a.0, &a.1.symbol).cmp(&(b.0, &b.1.symbol)));
        let least = found.first().map_or(0, |found| found.0);
        found.into_iter().filter(|(steps, _)| *steps == least).take(OFFERED).map(|(_, gene)| gene).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::GenesBuilder;
    use super::*;

    fn genes() -> Genes {
        let mut genes = GenesBuilder::default();
        for symbol in ["BRCA1", "BRCA2", "LMNA", "C9orf72", "TP53"] {
            genes.add(GeneName { symbol: symbol.to_owned(), ..GeneName::default() });
        }
        genes.build()
    }

    fn check(text: &str, expected: &[&str]) {
        let genes = genes();
        let found: Vec<&str> = genes.nearest(text).iter().map(|gene| gene.symbol.as_str()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_mistyped_symbol_finds_the_nearest() {
        check("BRAC1", &["BRCA1"]);
        check("BRCA", &["BRCA1", "BRCA2"]);
        check("LMAN", &["LMNA"]);
        check("P53", &["TP53"]);
        check("QQQQQ", &[]);
        check("", &[]);
    }

    #[test]
    fn one_gene_or_an_error_with_the_remedy() {
        assert_eq!(genes().approved(" c9ORF72 ").as_deref(), Ok("C9orf72"));
        let error = genes().approved("BRAC1").unwrap_err().to_string();
        assert_eq!(error, "no gene is called `BRAC1`: did you mean BRCA1?");
        assert!(genes().approved("").is_err());
        assert_eq!(Genes::default().approved("ANY1").as_deref(), Ok("ANY1"), "nothing is loaded to judge by");
    }
}
