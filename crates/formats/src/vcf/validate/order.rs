//! Rules that look across records: order, contiguous contigs, no variant twice.

use std::collections::{BTreeMap, HashSet};

use super::fault::Faults;
use super::version::Version;

/// What was read before the current record.
#[derive(Debug, Default)]
pub struct Order {
    contig: String,
    position: u64,
    finished: HashSet<String>,
    recent: BTreeMap<u64, HashSet<(String, String)>>,
}

impl Order {
    /// Moves to a record, noting a contig that comes back and a position that goes back.
    pub fn step(&mut self, contig: &str, position: u64, version: Version, faults: &mut Faults) {
        if contig != self.contig {
            let left = std::mem::replace(&mut self.contig, contig.to_owned());
            self.finished.insert(left);
            self.recent.clear();
            if self.finished.contains(contig) {
                faults.must("CHROM", format!("the records of `{contig}` are not one block"));
            }
        } else if position < self.position {
            let message = format!("position {position} comes after {}", self.position);
            match version.must_be_sorted() {
                true => faults.must("POS", message),
                false => faults.warn("POS", message),
            }
        }
        self.position = position;
        // Trimming only moves a variant to the right, so what lies left cannot meet it again.
        self.recent = self.recent.split_off(&position);
    }

    /// Notes an allele of bases that was already there, shared bases at both ends set aside.
    pub fn add(&mut self, reference: &str, alternate: &str, faults: &mut Faults) {
        let (start, reference, alternate) = trimmed(self.position, reference, alternate);
        let here = self.recent.entry(start).or_default();
        let key = (reference.to_ascii_uppercase(), alternate.to_ascii_uppercase());
        if here.contains(&key) {
            faults.must("ALT", format!("the variant {start} {}>{} is there twice", key.0, key.1));
        } else {
            here.insert(key);
        }
    }
}

/// Takes shared bases off the end, then off the start, leaving at least one of each allele.
fn trimmed<'a>(position: u64, reference: &'a str, alternate: &'a str) -> (u64, &'a str, &'a str) {
    let (r, a) = (reference.as_bytes(), alternate.as_bytes());
    let most = r.len().min(a.len()) - 1;
    let same = |x: &u8, y: &u8| x.eq_ignore_ascii_case(y);
    let end = r.iter().rev().zip(a.iter().rev()).take(most).take_while(|(x, y)| same(x, y)).count();
    let (r, a) = (&reference[..r.len() - end], &alternate[..a.len() - end]);
    let most = r.len().min(a.len()) - 1;
    let start = r.bytes().zip(a.bytes()).take(most).take_while(|(x, y)| same(x, y)).count();
    (position + start as u64, &r[start..], &a[start..])
}
