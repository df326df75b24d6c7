//! MANE summary (`MANE.GRCh38.v*.summary.txt.gz`): the agreed default transcript of each gene.

use std::io::BufRead;

use cairn_variant::transcript::Mane;

use super::{TableError, table::Table};

/// One row: a RefSeq transcript and the Ensembl transcript that equals it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManeRow {
    /// Approved symbol.
    pub symbol: String,
    /// The number of the HGNC identifier.
    pub hgnc_id: Option<u32>,
    /// RefSeq transcript with version.
    pub refseq: String,
    /// Ensembl transcript with version.
    pub ensembl: String,
    /// Select or Plus Clinical.
    pub status: Mane,
}

/// Reads all rows.
///
/// # Errors
/// When a column is missing or the stream fails.
pub fn read_mane(input: impl BufRead) -> Result<Vec<ManeRow>, TableError> {
    let mut table = Table::read(input, &["symbol", "HGNC_ID", "RefSeq_nuc", "Ensembl_nuc", "MANE_status"])?;
    let mut rows = Vec::new();
    while let Some([symbol, hgnc, refseq, ensembl, status]) = table.next_row()? {
        let status = match status {
            "MANE Select" => Mane::Select,
            "MANE Plus Clinical" => Mane::PlusClinical,
            _ => continue,
        };
        rows.push(ManeRow {
            symbol: symbol.to_owned(),
            hgnc_id: super::cdot::parsed_hgnc(Some(hgnc)),
            refseq: refseq.to_owned(),
            ensembl: ensembl.to_owned(),
            status,
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The layout of NCBI's file; the two rows are BRCA2's published ones.
    const SUMMARY: &str = "#NCBI_GeneID\tEnsembl_Gene\tHGNC_ID\tsymbol\tname\tRefSeq_nuc\tRefSeq_prot\tEnsembl_nuc\tEnsembl_prot\tMANE_status\tGRCh38_chr\tchr_start\tchr_end\tchr_strand\n\
        GeneID:675\tENSG00000139618.19\tHGNC:1101\tBRCA2\tBRCA2 DNA repair associated\tNM_000059.4\tNP_000050.3\tENST00000380152.8\tENSP00000369497.3\tMANE Select\tNC_000013.11\t32315508\t32400268\t+\n";

    #[test]
    fn the_select_transcript_of_brca2() {
        let rows = read_mane(SUMMARY.as_bytes()).expect("a table");
        assert_eq!(rows[0].refseq, "NM_000059.4");
        assert_eq!((rows[0].hgnc_id, rows[0].status), (Some(1101), Mane::Select));
    }
}
