//! Gene panels as the PanelApp API gives them: one panel, a JSON array, one a line, or a page with `results`.

use std::io::BufRead;

use serde::{Deserialize, Serialize};

/// A panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panel {
    /// PanelApp's number.
    pub id: u64,
    /// `Familial melanoma`.
    pub name: String,
    /// `2.5`.
    pub version: String,
    /// Codes and names of the disorders it serves: `R254`.
    #[serde(default)]
    pub relevant_disorders: Vec<String>,
    /// Its genes.
    #[serde(default)]
    pub genes: Vec<PanelGene>,
}

/// A gene of a panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelGene {
    /// Approved symbol.
    #[serde(rename = "entity_name")]
    pub symbol: String,
    /// `3` is green, diagnostic grade; `2` amber; `1` red.
    #[serde(default)]
    pub confidence_level: String,
    /// Mode of inheritance as PanelApp words it.
    #[serde(default)]
    pub mode_of_inheritance: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    Page { results: Vec<Panel> },
    One(Panel),
    Many(Vec<Panel>),
}

/// Reads all panels of a file.
///
/// # Errors
/// When it is not JSON of this shape.
pub fn read_panels(input: impl BufRead) -> Result<Vec<Panel>, serde_json::Error> {
    let mut panels = Vec::new();
    for document in serde_json::Deserializer::from_reader(input).into_iter() {
        match document? {
            Document::Page { results } => panels.extend(results),
            Document::One(panel) => panels.push(panel),
            Document::Many(many) => panels.extend(many),
        }
    }
    Ok(panels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::fasta::inflated;

    #[test]
    fn three_real_panels_load() {
        let Some(file) = crate::shared("data/gene_disease/panelapp_3_panels.2026-01.jsonl.gz") else { return };
        let panels = read_panels(inflated(&file[..]).expect("gzip")).expect("panels");
        assert_eq!(panels.iter().map(|panel| panel.name.as_str()).next(), Some("Familial melanoma"));
        assert_eq!(panels.len(), 3);
        assert!(panels[0].genes.iter().any(|gene| gene.symbol == "CDKN2A" && gene.confidence_level == "3"));
    }

    #[test]
    fn pages_and_arrays_are_read_and_others_refused() {
        let one = r#"{"id": 1, "name": "A", "version": "1.0"}"#;
        assert_eq!(read_panels(format!("[{one},{one}]").as_bytes()).expect("array").len(), 2);
        assert_eq!(read_panels(format!(r#"{{"results": [{one}]}}"#).as_bytes()).expect("page").len(), 1);
        assert!(read_panels(&b"{}"[..]).is_err());
    }
}
