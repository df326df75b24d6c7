//! Which intervals overlap a query: an implicit augmented tree over one sorted array (as in cgranges).

use std::ops::Range;

/// Intervals with a value each, sorted by start; node `i` of the implicit tree also knows the largest end
/// of its subtree.
#[derive(Debug, Clone, Default)]
pub(super) struct IntervalIndex {
    nodes: Vec<Node>,
    levels: u32,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    start: u32,
    end: u32,
    max_end: u32,
    value: u32,
}

impl IntervalIndex {
    pub(super) fn new(intervals: impl IntoIterator<Item = (Range<u32>, u32)>) -> Self {
        let node = |(r, value): (Range<u32>, u32)| Node { start: r.start, end: r.end, max_end: r.end, value };
        let mut nodes: Vec<Node> = intervals.into_iter().map(node).collect();
        nodes.sort_by_key(|n| (n.start, n.end, n.value));
        let levels = usize::BITS - nodes.len().leading_zeros();
        let mut index = Self { nodes, levels };
        index.augment(levels);
        index
    }

    /// A node of level k has its children 2^(k-1) to the left and right; a missing right child is replaced
    /// by the largest end seen at the ragged right edge.
    fn augment(&mut self, levels: u32) {
        let n = self.nodes.len();
        for level in 1..levels {
            let (half, step) = (1usize << (level - 1), 1usize << (level + 1));
            let mut i = (1usize << level) - 1;
            while i < n {
                let left = self.nodes[i - half].max_end;
                let right = self.subtree_max(i + half, level - 1);
                self.nodes[i].max_end = self.nodes[i].end.max(left).max(right);
                i += step;
            }
        }
    }

    /// The largest end below a node that may lie beyond the array: then its leftmost existing descendants count.
    fn subtree_max(&self, mut i: usize, mut level: u32) -> u32 {
        loop {
            if let Some(node) = self.nodes.get(i) {
                return node.max_end;
            }
            if level == 0 {
                return 0;
            }
            level -= 1;
            i -= 1usize << level;
        }
    }

    /// Calls `visit` with the value of every interval that shares a base with `query`; an empty query is an
    /// interbase position and meets the intervals that it touches or lies in.
    pub(super) fn overlapping(&self, query: Range<u32>, mut visit: impl FnMut(u32)) {
        // An interbase point p is widened to p-1..p+1: it meets what holds either neighbour.
        let (start, end) = if query.is_empty() {
            (query.start.saturating_sub(1), query.start.saturating_add(1))
        } else {
            (query.start, query.end)
        };
        if self.levels == 0 {
            return;
        }
        let mut stack = [(0usize, 0u32, false); 64];
        let mut depth = 1;
        stack[0] = ((1usize << (self.levels - 1)) - 1, self.levels - 1, false);
        while depth > 0 {
            depth -= 1;
            let (i, level, left_done) = stack[depth];
            if level <= 2 {
                self.scan(i, level, start..end, &mut visit);
            } else if !left_done {
                stack[depth] = (i, level, true);
                depth += 1;
                let left = i - (1usize << (level - 1));
                if left >= self.nodes.len() || self.nodes[left].max_end > start {
                    stack[depth] = (left, level - 1, false);
                    depth += 1;
                }
            } else if i < self.nodes.len() && self.nodes[i].start < end {
                if self.nodes[i].end > start {
                    visit(self.nodes[i].value);
                }
                stack[depth] = (i + (1usize << (level - 1)), level - 1, false);
                depth += 1;
            }
        }
    }

    /// A small subtree is read straight through.
    fn scan(&self, i: usize, level: u32, query: Range<u32>, visit: &mut impl FnMut(u32)) {
        let first = (i + 1) - (1usize << level);
        let last = (i + (1usize << level)).min(self.nodes.len());
        for node in self.nodes.get(first..last).unwrap_or_default() {
            if node.start >= query.end {
                break;
            }
            if node.end > query.start {
                visit(node.value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_a_scan_finds(
            intervals in prop::collection::vec((0u32..200, 1u32..80), 0..150),
            start in 0u32..300,
            length in 0u32..60,
        ) {
            let ranges: Vec<_> = intervals.iter().map(|(s, l)| *s..s + l).collect();
            let index = IntervalIndex::new(ranges.iter().cloned().zip(0u32..));
            let (from, to) = match length {
                0 => (start.saturating_sub(1), start + 1),
                _ => (start, start + length),
            };
            let mut expected: Vec<u32> =
                (0u32..).zip(&ranges).filter(|(_, r)| r.start < to && r.end > from).map(|(i, _)| i).collect();
            let mut found = Vec::new();
            index.overlapping(start..start + length, |v| found.push(v));
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
