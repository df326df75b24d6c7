//! Where laboratories differ: the queue, the workspace of one difference, how differences end, and
//! what a laboratory means by its words for a condition.

mod act;
pub mod analytics;
pub mod conditions;
mod forms;
pub mod queue;
pub mod workspace;

pub use act::act;

use crate::person::Person;
use cairn_node::discordance::Actor;
use cairn_node::discordance::SideView;

/// Who acts.
fn actor(person: &Person) -> Actor {
    Actor { user: person.user.id, laboratory: person.at.serial, role: person.user.role }
}

/// Laboratories in a sentence; many are counted.
fn named(names: &[String]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} others", rest.len()),
    }
}

/// Who says what, as a sentence: `Pathogenic, say A and B; Benign, says C`; said, once it has ended.
fn positions(sides: &[SideView], has_ended: bool) -> String {
    let said: Vec<String> = sides
        .iter()
        .map(|side| {
            let names: Vec<String> = side.laboratories.iter().map(|lab| lab.name.clone()).collect();
            let verb = match (has_ended, names.len()) {
                (true, _) => "said",
                (false, 1) => "says",
                (false, _) => "say",
            };
            format!("{}, {verb} {}", side.class.label(), named(&names))
        })
        .collect();
    said.join("; ")
}
