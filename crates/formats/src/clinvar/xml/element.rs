//! One record of a large XML file as a small tree, read in a stream and within bounds.
//!
//! Nothing outside the document is fetched, and no entity but the five of XML itself is expanded.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// ClinVar nests under 20 levels.
const MAX_DEPTH: usize = 64;
/// Elements of one record; the largest VCV record has about 200,000.
const MAX_ELEMENTS: usize = 2_000_000;

/// An element with its attributes, text and children.
#[derive(Debug, Default)]
pub struct Element {
    /// Name without a prefix.
    pub name: String,
    attributes: Vec<(String, String)>,
    /// Its own text, trimmed.
    pub text: String,
    children: Vec<Element>,
}

/// Why the stream ended early.
#[derive(Debug, thiserror::Error)]
pub enum XmlError {
    /// The text is not well-formed XML.
    #[error("the XML is broken at byte {0}: {1}")]
    Broken(u64, String),
    /// Too deep or too large.
    #[error("a record nests deeper than {MAX_DEPTH} levels or has more than {MAX_ELEMENTS} elements")]
    TooLarge,
}

impl Element {
    /// The value of an attribute; empty if it is absent.
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }

    /// Children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|c| c.name == name)
    }

    /// The first element down this path of names.
    pub fn path(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The text of the first element down this path; empty if there is none.
    pub fn text_at(&self, path: &[&str]) -> &str {
        self.path(path).map_or("", |e| e.text.as_str())
    }

    /// Every element below this one with this name, in document order.
    pub fn descendants<'a>(&'a self, name: &str) -> Vec<&'a Element> {
        let mut found = Vec::new();
        let mut left: Vec<&Element> = self.children.iter().rev().collect();
        while let Some(element) = left.pop() {
            if element.name == name {
                found.push(element);
            }
            left.extend(element.children.iter().rev());
        }
        found
    }
}

/// Calls `each` with every element that has one of the names, wherever it stands, and its number.
///
/// # Errors
/// The place where the XML breaks; records before it were given.
pub fn for_each(xml: &str, names: &[&str], mut each: impl FnMut(u64, Element)) -> Result<(), XmlError> {
    let mut reader = Reader::from_str(xml);
    let mut number = 0;
    loop {
        match reader.read_event().map_err(|e| broken(&reader, &e))? {
            Event::Start(start) if names.contains(&local(&start).as_str()) => {
                let root = begin(&start);
                number += 1;
                each(number, tree(&mut reader, root)?);
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn broken(reader: &Reader<&[u8]>, error: &dyn std::fmt::Display) -> XmlError {
    XmlError::Broken(reader.error_position(), error.to_string())
}

/// Reads until the root closes.
fn tree(reader: &mut Reader<&[u8]>, root: Element) -> Result<Element, XmlError> {
    let mut open = vec![root];
    let mut count = 0;
    loop {
        count += 1;
        if open.len() > MAX_DEPTH || count > MAX_ELEMENTS * 3 {
            return Err(XmlError::TooLarge);
        }
        let event = reader.read_event().map_err(|e| broken(reader, &e))?;
        let top = open.last_mut().expect("the root stays open until it is returned");
        match event {
            Event::Start(start) => open.push(begin(&start)),
            Event::Empty(start) => top.children.push(begin(&start)),
            Event::Text(text) => top.text.push_str(&text.xml10_content()),
            Event::CData(data) => top.text.push_str(&data.xml10_content()),
            Event::GeneralRef(entity) => {
                let name = entity.as_ref();
                let c = match entity.resolve_char_ref() {
                    Ok(Some(c)) => c.to_string(),
                    _ => quick_xml::escape::resolve_predefined_entity(name).unwrap_or_default().to_owned(),
                };
                top.text.push_str(&c);
            }
            Event::End(_) => {
                let mut closed = open.pop().expect("the root stays open until it is returned");
                closed.text = closed.text.trim().to_owned();
                match open.last_mut() {
                    Some(parent) => parent.children.push(closed),
                    None => return Ok(closed),
                }
            }
            Event::Eof => {
                return Err(XmlError::Broken(reader.buffer_position(), "the file ends inside a record".into()));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn local(start: &BytesStart<'_>) -> String {
    start.local_name().as_ref().to_owned()
}

fn begin(start: &BytesStart<'_>) -> Element {
    let attributes = start.attributes().flatten().map(|a| {
        let name = a.key.local_name().as_ref().to_owned();
        let raw = a.value.into_owned();
        let value = quick_xml::escape::unescape(&raw).map(|v| v.into_owned()).unwrap_or(raw);
        (name, value)
    });
    Element { name: local(start), attributes: attributes.collect(), ..Element::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_with_entities_and_empty_elements() {
        let mut seen = Vec::new();
        let xml = "<?xml version='1.0'?><all><r a='1 &lt; 2'>x &amp; y<b/></r><other/><r>&#65;</r></all>";
        for_each(xml, &["r"], |n, e| {
            seen.push((n, e.attribute("a").to_owned(), e.text.clone(), e.child("b").is_some()))
        })
        .unwrap();
        assert_eq!(seen, [(1, "1 < 2".into(), "x & y".into(), true), (2, String::new(), "A".into(), false)]);
    }

    #[test]
    fn depth_and_cut_files_are_refused() {
        let deep = format!("<r>{}", "<a>".repeat(200));
        assert!(matches!(for_each(&deep, &["r"], |_, _| {}), Err(XmlError::TooLarge)));
        assert!(for_each("<r><a>", &["r"], |_, _| {}).is_err());
        assert!(for_each("<r><a></r>", &["r"], |_, _| {}).is_err());
    }

    #[test]
    fn entities_of_a_document_are_not_expanded() {
        let bomb = "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><r>&b;</r>";
        let mut text = None;
        for_each(bomb, &["r"], |_, e| text = Some(e.text)).unwrap();
        assert_eq!(text.as_deref(), Some(""));
    }
}
