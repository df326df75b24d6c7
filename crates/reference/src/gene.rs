//! Gene names: approved symbols, former ones, aliases, and the identifiers of HGNC, NCBI and Ensembl.

mod nearest;

pub use nearest::UnknownGene;

use std::{collections::HashMap, io::BufRead};

use crate::{
    completion::{Completion, CompletionBuilder, NameRank},
    transcript::{TableError, table::Table},
};

/// A gene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeneName {
    /// Approved symbol: `BRCA1`.
    pub symbol: String,
    /// Approved name: `BRCA1 DNA repair associated`.
    pub name: String,
    /// Cytogenetic place: `17q21.31`.
    pub location: String,
    /// The number of the HGNC identifier: 1100.
    pub hgnc_id: Option<u32>,
    /// NCBI gene identifier: 672.
    pub ncbi_id: Option<u32>,
    /// Ensembl gene without version: `ENSG00000012048`.
    pub ensembl_id: Option<String>,
    /// Other symbols in use.
    pub aliases: Vec<String>,
    /// Symbols that were approved once.
    pub former: Vec<String>,
}

/// What a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeneMatch<'a> {
    /// The approved symbol or an identifier.
    Approved(&'a GeneName),
    /// One gene, by a former symbol or an alias: the approved symbol should be said.
    ByOtherName(&'a GeneName),
    /// An alias of several genes.
    Ambiguous(Vec<&'a GeneName>),
    /// No gene.
    Unknown,
}

/// All genes that are known by name.
#[derive(Debug, Default)]
pub struct Genes {
    genes: Vec<GeneName>,
    by_symbol: HashMap<String, u32>,
    by_other: HashMap<String, Vec<u32>>,
    by_identifier: HashMap<String, u32>,
    completion: Completion,
}

/// Collects genes from several files; the first that names a symbol is kept and completed by later ones.
#[derive(Debug, Default)]
pub struct GenesBuilder {
    genes: Vec<GeneName>,
    by_symbol: HashMap<String, u32>,
}

impl GenesBuilder {
    /// Adds a gene, or what a known one lacks.
    pub fn add(&mut self, gene: GeneName) {
        if gene.symbol.is_empty() {
            return;
        }
        let key = gene.symbol.to_ascii_uppercase();
        let next = self.genes.len() as u32;
        let at = *self.by_symbol.entry(key).or_insert(next);
        match self.genes.get_mut(at as usize) {
            Some(known) => known.complete_with(gene),
            None => self.genes.push(gene),
        }
    }

    /// Reads HGNC's complete set (`hgnc_complete_set.txt`), approved genes only.
    ///
    /// # Errors
    /// When a column is missing or the stream fails.
    pub fn read_hgnc(&mut self, input: impl BufRead) -> Result<usize, TableError> {
        let wanted = [
            "hgnc_id",
            "symbol",
            "name",
            "status",
            "location",
            "alias_symbol",
            "prev_symbol",
            "entrez_id",
            "ensembl_gene_id",
        ];
        let mut table = Table::read(input, &wanted)?;
        let mut count = 0;
        while let Some([hgnc, symbol, name, status, location, aliases, former, ncbi, ensembl]) = table.next_row()? {
            if status != "Approved" {
                continue;
            }
            self.add(GeneName {
                symbol: symbol.to_owned(),
                name: name.to_owned(),
                location: location.to_owned(),
                hgnc_id: hgnc.trim_start_matches("HGNC:").parse().ok(),
                ncbi_id: ncbi.parse().ok(),
                ensembl_id: Some(ensembl).filter(|id| !id.is_empty()).map(str::to_owned),
                aliases: list(aliases, '|'),
                former: list(former, '|'),
            });
            count += 1;
        }
        Ok(count)
    }

    /// Reads a table of NCBI genes (`ncbi_gene_id`, `symbol`, `map_location`, `description`, `aliases` parted by commas).
    ///
    /// # Errors
    /// When a column is missing or the stream fails.
    pub fn read_ncbi(&mut self, input: impl BufRead) -> Result<usize, TableError> {
        let mut table = Table::read(input, &["ncbi_gene_id", "symbol", "map_location", "description", "aliases"])?;
        let mut count = 0;
        while let Some([id, symbol, location, name, aliases]) = table.next_row()? {
            self.add(GeneName {
                symbol: symbol.to_owned(),
                name: name.to_owned(),
                location: location.to_owned(),
                ncbi_id: id.parse().ok(),
                aliases: list(aliases, ','),
                ..GeneName::default()
            });
            count += 1;
        }
        Ok(count)
    }

    /// Sorts and indexes what was added.
    pub fn build(self) -> Genes {
        let mut genes = Genes { genes: self.genes, by_symbol: self.by_symbol, ..Genes::default() };
        let mut names = CompletionBuilder::default();
        for (at, gene) in (0u32..).zip(&genes.genes) {
            names.add(&gene.symbol, at, NameRank::Preferred);
            names.add(&gene.name, at, NameRank::Synonym);
            for (other, rank) in gene.other_symbols() {
                names.add(other, at, rank);
                let held = genes.by_other.entry(other.to_ascii_uppercase()).or_default();
                if !held.contains(&at) {
                    held.push(at);
                }
            }
            genes.by_identifier.extend(gene.identifiers().into_iter().map(|id| (id, at)));
        }
        genes.completion = names.build();
        genes
    }
}

impl GeneName {
    fn other_symbols(&self) -> impl Iterator<Item = (&str, NameRank)> {
        let aliases = self.aliases.iter().map(|alias| (alias.as_str(), NameRank::Synonym));
        aliases.chain(self.former.iter().map(|former| (former.as_str(), NameRank::Former)))
    }

    fn identifiers(&self) -> Vec<String> {
        let hgnc = self.hgnc_id.map(|id| format!("HGNC:{id}"));
        let ncbi = self.ncbi_id.map(|id| format!("NCBIGENE:{id}"));
        hgnc.into_iter().chain(ncbi).chain(self.ensembl_id.clone()).collect()
    }

    fn complete_with(&mut self, other: Self) {
        self.hgnc_id = self.hgnc_id.or(other.hgnc_id);
        self.ncbi_id = self.ncbi_id.or(other.ncbi_id);
        self.ensembl_id = self.ensembl_id.take().or(other.ensembl_id);
        if self.name.is_empty() {
            self.name = other.name;
        }
        if self.location.is_empty() {
            self.location = other.location;
        }
        self.aliases.extend(other.aliases);
        self.aliases.sort_unstable();
        self.aliases.dedup();
    }
}

impl Genes {
    /// The gene that a text names: a symbol in any case, a former symbol, an alias, `HGNC:1100`, `NCBIGene:672`,
    /// `ENSG00000012048` with or without version.
    pub fn find(&self, text: &str) -> GeneMatch<'_> {
        let key = text.trim().to_ascii_uppercase();
        let stem =
            key.split_once('.').filter(|(stem, _)| stem.starts_with("ENSG")).map_or(key.as_str(), |(stem, _)| stem);
        let approved = self.by_symbol.get(&key).or_else(|| self.by_identifier.get(stem));
        if let Some(at) = approved {
            return GeneMatch::Approved(&self.genes[*at as usize]);
        }
        match self.by_other.get(&key).map(Vec::as_slice) {
            None | Some([]) => GeneMatch::Unknown,
            Some([one]) => GeneMatch::ByOtherName(&self.genes[*one as usize]),
            Some(several) => GeneMatch::Ambiguous(several.iter().map(|at| &self.genes[*at as usize]).collect()),
        }
    }

    /// Genes of which the symbol, the name or another symbol begins with what is typed.
    pub fn complete(&self, typed: &str, limit: usize) -> Vec<&GeneName> {
        self.completion.find(typed, limit).into_iter().map(|at| &self.genes[at as usize]).collect()
    }

    /// All genes, in the order of loading.
    pub fn iter(&self) -> impl Iterator<Item = &GeneName> {
        self.genes.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.genes.len()
    }

    /// Whether none is loaded.
    pub fn is_empty(&self) -> bool {
        self.genes.is_empty()
    }
}

fn list(text: &str, separator: char) -> Vec<String> {
    text.split(separator).map(str::trim).filter(|one| !one.is_empty() && *one != "-").map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sequence::fasta::inflated, testdata};

    const HGNC: &str = "hgnc_id\tsymbol\tname\tlocus_group\tstatus\tlocation\talias_symbol\tprev_symbol\tentrez_id\tensembl_gene_id\n\
        HGNC:1100\tBRCA1\tBRCA1 DNA repair associated\tprotein-coding gene\tApproved\t17q21.31\t\"RNF53|BRCC1\"\t\t672\tENSG00000012048\n\
        HGNC:1\tOLD\tgone\tother\tEntry Withdrawn\t\t\t\t\t\n";

    fn genes() -> Genes {
        let mut builder = GenesBuilder::default();
        assert_eq!(builder.read_hgnc(HGNC.as_bytes()).expect("a table"), 1);
        let ncbi = testdata("disease/ncbi_genes.uta.tsv.gz");
        builder.read_ncbi(inflated(&ncbi[..]).expect("gzip")).expect("a table");
        builder.build()
    }

    #[test]
    fn symbols_aliases_and_identifiers_lead_to_the_gene() {
        let genes = genes();
        let GeneMatch::Approved(brca1) = genes.find("brca1") else { panic!("approved") };
        assert_eq!((brca1.hgnc_id, brca1.ncbi_id), (Some(1100), Some(672)));
        for text in ["HGNC:1100", "ncbigene:672", "ENSG00000012048.23"] {
            assert_eq!(genes.find(text), GeneMatch::Approved(brca1), "{text}");
        }
        assert_eq!(genes.find("RNF53"), GeneMatch::ByOtherName(brca1));
        assert_eq!(genes.find("OLD1"), GeneMatch::Unknown);
    }

    #[test]
    fn an_alias_of_several_genes_is_not_decided() {
        let genes = genes();
        let several =
            genes.by_other.iter().find(|(alias, held)| held.len() > 1 && !genes.by_symbol.contains_key(*alias));
        let (alias, held) = several.expect("the real table has such aliases");
        let GeneMatch::Ambiguous(found) = genes.find(alias) else { panic!("{alias}") };
        assert_eq!(found.len(), held.len());
    }

    #[test]
    fn typing_a_symbol_offers_it_first() {
        let genes = genes();
        assert_eq!(
            genes.complete("brca", 2).iter().map(|gene| gene.symbol.as_str()).collect::<Vec<_>>(),
            ["BRCA1", "BRCA2"]
        );
        assert_eq!(genes.complete("fibrillin 1", 1)[0].symbol, "FBN1");
    }
}
