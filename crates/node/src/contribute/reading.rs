//! From bytes to drafts, through the door of `cairn-formats`.

use super::Request;
use super::digest::sha256;
use super::doubts;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::draft::Drafts;
use cairn_formats::open::{Options, Parsed, open_with};
use serde::Serialize;

/// How the columns of a laboratory's sheet are read.
pub type Mapping = cairn_formats::sheet::ColumnMapping;

/// How a sheet was read: what a person needs to correct it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SheetView {
    /// What each column was taken for.
    pub mapping: Mapping,
    /// Whether the laboratory had saved or given the mapping; otherwise it is a proposal.
    pub is_settled: bool,
    /// Row number of the headings.
    pub header_row: u64,
    /// The first rows as they stand: row number and cells.
    pub preview: Vec<(u64, Vec<String>)>,
}

/// A request after the door.
pub(super) struct Reading {
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// What makes two readings the same: the bytes, how they are read, and by which program.
    pub key: String,
    /// What the bytes say.
    pub drafts: Drafts,
    /// How a sheet was read.
    pub sheet: Option<SheetView>,
}

impl Node {
    /// Reads the bytes of a request. A sheet without a mapping is read as the laboratory saved it
    /// for these headings; problems carry the file's name.
    pub(super) async fn read_request(&self, request: &Request) -> Result<Reading, NodeError> {
        let sha256 = sha256(&request.bytes);
        let mut mapping = request.mapping.clone();
        let mut parsed = open_request(request, mapping.as_ref());
        if let (None, Some(sheet)) = (&mapping, &parsed.sheet) {
            let headings: Vec<String> = sheet.mapping.columns.iter().map(|c| c.heading.clone()).collect();
            if let Some(saved) = self.mapping_for(request.laboratory.serial, &headings).await? {
                mapping = Some(saved.mapping);
                parsed = open_request(request, mapping.as_ref());
            }
        }
        let sheet = parsed.sheet.map(|facts| SheetView {
            mapping: facts.mapping,
            is_settled: mapping.is_some(),
            header_row: facts.header_row,
            preview: facts.preview,
        });
        let mut drafts = parsed.drafts;
        doubts::look(&mut drafts, sheet.as_ref(), self.reference(), self.today());
        for problem in drafts.problems.iter_mut().filter(|problem| problem.file.is_none()) {
            problem.file.clone_from(&request.file);
        }
        let key = key(&sha256, mapping.as_ref(), request);
        Ok(Reading { sha256, key, drafts, sheet })
    }
}

fn open_request(request: &Request, mapping: Option<&Mapping>) -> Parsed {
    let assembly = request.assembly.map(|assembly| assembly.name().to_owned());
    let options = Options { mapping: mapping.cloned(), assembly };
    open_with(request.bytes.as_slice(), request.file.as_deref(), &options)
}

fn key(sha256_of_bytes: &str, mapping: Option<&Mapping>, request: &Request) -> String {
    let mapping = serde_json::to_string(&mapping).expect("a mapping has string keys only");
    let assembly = request.assembly.map_or("", |assembly| assembly.name());
    sha256(format!("{sha256_of_bytes}\n{mapping}\n{assembly}\n{}", env!("CARGO_PKG_VERSION")).as_bytes())
}
