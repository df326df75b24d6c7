//! The page that asks which two guidelines to compare.

use super::frame::Frame;
use super::guideline::Two;
use askama::Template;
use cairn_core::guideline::Guideline;

/// The choice of two guidelines.
#[derive(Template)]
#[template(path = "guideline_choice.html")]
pub(super) struct GuidelineChoicePage {
    frame: Frame,
    /// The choice of each side, with what was named already.
    sides: [Side; 2],
}

struct Side {
    /// The parameter of the comparison's address.
    name: &'static str,
    label: &'static str,
    choices: Vec<Choice>,
}

struct Choice {
    address: String,
    title: String,
    is_chosen: bool,
}

impl GuidelineChoicePage {
    /// The choice among all guidelines of the node.
    pub(super) fn of<'a>(frame: Frame, all: impl IntoIterator<Item = &'a Guideline>, named: &Two) -> Self {
        let all: Vec<&Guideline> = all.into_iter().collect();
        let choices = |chosen: &str| {
            let choice = |guideline: &&Guideline| {
                let address = guideline.address();
                Choice { title: guideline.title.clone(), is_chosen: address == chosen, address }
            };
            all.iter().map(choice).collect()
        };
        let first = Side { name: "a", label: "First", choices: choices(&named.a) };
        let second = Side { name: "b", label: "Second", choices: choices(&named.b) };
        Self { frame, sides: [first, second] }
    }
}
