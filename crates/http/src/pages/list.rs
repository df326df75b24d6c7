//! Pages that are a sentence and tables: conditions, phenotypes, laboratories.

use super::frame::Frame;
use super::membership::MembershipForm;
use crate::mark::Mark;
use askama::Template;

/// A page of tables.
#[derive(Template, Default)]
#[template(path = "list.html")]
pub struct ListPage {
    /// Bar and foot.
    pub frame: Frame,
    /// What kind of thing.
    pub kicker: String,
    /// Its name.
    pub title: String,
    /// The answer first.
    pub sentence: String,
    /// The tables.
    pub tables: Vec<Table>,
    /// Beside them.
    pub facts: Vec<(&'static str, String)>,
    /// Words and addresses of what else to look at.
    pub links: Vec<(String, String)>,
    /// Where the reader's own laboratory wants its letters.
    pub contact: Option<ContactForm>,
    /// Where the reader decides on a laboratory's membership.
    pub membership: Option<MembershipForm>,
}

/// The form that says where letters to a laboratory go.
pub struct ContactForm {
    /// The laboratory.
    pub slug: String,
    /// The address, or what was typed.
    pub address: String,
    /// The version that the form was made from; 0: none.
    pub seen: u32,
    /// Whether the reader's role may change it.
    pub may_change: bool,
    /// Why what was typed was not kept.
    pub problem: Option<String>,
}

/// A table of a list page.
#[derive(Default)]
pub struct Table {
    /// What it lists.
    pub title: &'static str,
    /// Its columns.
    pub headings: &'static [&'static str],
    /// Its rows, as wide as the headings.
    pub rows: Vec<Vec<Cell>>,
    /// What an empty table means, and what would change it.
    pub empty: &'static str,
    /// The address of the next page.
    pub more: Option<String>,
}

/// A cell.
#[derive(Default)]
pub struct Cell {
    /// Its words.
    pub text: String,
    /// Where it leads.
    pub link: Option<String>,
    /// A class before the words.
    pub mark: Option<Mark>,
    /// Whether it is HGVS or an id.
    pub mono: bool,
    /// Whether it is a date, which stays on one line.
    pub date: bool,
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Words that lead somewhere.
    pub fn link(text: impl Into<String>, link: String) -> Self {
        Self { text: text.into(), link: Some(link), ..Self::default() }
    }

    /// A class.
    pub fn mark(mark: Option<Mark>) -> Self {
        Self { mark, ..Self::default() }
    }

    /// A date.
    pub fn date(text: impl Into<String>) -> Self {
        Self { text: text.into(), date: true, ..Self::default() }
    }

    /// The same, in the face for HGVS and ids.
    #[must_use]
    pub fn mono(self) -> Self {
        Self { mono: true, ..self }
    }
}
