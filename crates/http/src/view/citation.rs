//! A citation with its link.

use cairn_core::citation::Citation;

/// A citation as it stands on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitationView {
    /// As people write it.
    pub text: String,
    /// Where it can be read; `None` when the source gave no address.
    pub link: Option<String>,
}

impl From<&Citation> for CitationView {
    fn from(citation: &Citation) -> Self {
        let link = match citation {
            Citation::Pubmed(id) => Some(format!("https://pubmed.ncbi.nlm.nih.gov/{id}/")),
            Citation::PubmedCentral(id) => Some(format!("https://pmc.ncbi.nlm.nih.gov/articles/PMC{id}/")),
            Citation::Doi(doi) => Some(format!("https://doi.org/{}", crate::address::encode(doi))),
            Citation::Url(url) => is_web(url).then(|| url.clone()),
            Citation::Other(_) => None,
        };
        Self { text: citation.to_string(), link }
    }
}

/// Whether an address that a source gave may become a link: nothing that a browser would run.
fn is_web(url: &str) -> bool {
    let scheme = url.split("://").next().unwrap_or_default();
    url.contains("://") && matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_would_run_is_no_link() {
        let link = |url: &str| CitationView::from(&Citation::Url(url.to_owned())).link;
        assert!(link("https://example.org/x").is_some());
        assert_eq!(link("javascript:alert(1)//://"), None);
        assert_eq!(link("data:text/html,x"), None);
    }
}
