//! What is kept in memory because it is dear to make again, within a bound: what was not asked for longest leaves first.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Values by key, as long as one state of what they were made of lasts. Together they weigh no more than was allowed,
/// in the unit of whoever weighs them.
///
/// Two halves: what is asked for moves to the young one; when that is full it becomes the old one, and what nobody
/// asked for since is let go.
#[derive(Debug)]
pub struct Kept<S, K, V> {
    half: usize,
    halves: Mutex<Halves<S, K, V>>,
}

#[derive(Debug)]
struct Halves<S, K, V> {
    state: S,
    young: HashMap<K, (V, usize)>,
    weight: usize,
    old: HashMap<K, (V, usize)>,
}

impl<S: Ord + Default, K: Eq + Hash, V: Clone> Kept<S, K, V> {
    /// Nothing yet, and never more than this weight.
    pub fn within(weight: usize) -> Self {
        let halves = Halves { state: S::default(), young: HashMap::new(), weight: 0, old: HashMap::new() };
        Self { half: weight / 2, halves: Mutex::new(halves) }
    }

    /// What was kept under a key in this state.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, state: &S, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let mut halves = self.halves();
        if halves.state != *state {
            return None;
        }
        if let Some((value, _)) = halves.young.get(key) {
            return Some(value.clone());
        }
        let (key, (value, weight)) = halves.old.remove_entry(key)?;
        halves.keep(self.half, key, value.clone(), weight);
        Some(value)
    }

    /// Keeps a value that was made in a state, or of what came after it. Values of earlier states are let go; one that
    /// comes too late, or alone weighs more than half of what is allowed, is not kept.
    pub fn insert(&self, state: S, key: K, value: V, weight: usize) {
        let mut halves = self.halves();
        if state < halves.state || weight > self.half {
            return;
        }
        if state > halves.state {
            *halves = Halves { state, young: HashMap::new(), weight: 0, old: HashMap::new() };
        }
        halves.old.remove(&key);
        halves.keep(self.half, key, value, weight);
    }

    /// No state of the halves is ever half made: a panic elsewhere does no harm here.
    fn halves(&self) -> MutexGuard<'_, Halves<S, K, V>> {
        self.halves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S, K: Eq + Hash, V> Halves<S, K, V> {
    fn keep(&mut self, half: usize, key: K, value: V, weight: usize) {
        if self.weight + weight > half {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight += weight;
        if let Some((_, before)) = self.young.insert(key, (value, weight)) {
            self.weight -= before;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(weight: usize) -> Kept<u64, String, u32> {
        Kept::within(weight)
    }

    #[test]
    fn what_was_kept_comes_back_while_the_state_lasts() {
        let kept = kept(100);
        kept.insert(1, "a".to_owned(), 7, 10);
        assert_eq!(kept.get(&1, "a"), Some(7));
        assert_eq!(kept.get(&2, "a"), None, "of an earlier state");
        assert_eq!(kept.get(&1, "a"), Some(7), "asking in another state lets nothing go");
        kept.insert(2, "b".to_owned(), 8, 10);
        assert_eq!((kept.get(&2, "a"), kept.get(&2, "b")), (None, Some(8)));
        kept.insert(1, "c".to_owned(), 9, 10);
        assert_eq!((kept.get(&1, "c"), kept.get(&2, "c"), kept.get(&2, "b")), (None, None, Some(8)), "too late");
    }

    #[test]
    fn what_nobody_asks_for_leaves_and_the_bound_holds() {
        let kept = kept(100);
        for n in 0..1_000_u32 {
            kept.insert(0, n.to_string(), n, 10);
            assert_eq!(kept.get(&0, "0"), Some(0), "asked for each time");
            let halves = kept.halves();
            let weight: usize = halves.young.values().chain(halves.old.values()).map(|(_, weight)| weight).sum();
            assert!(weight <= 100 && halves.young.values().map(|(_, w)| w).sum::<usize>() == halves.weight);
        }
        assert_eq!(kept.get(&0, "3"), None);
        assert_eq!(kept.get(&0, "999"), Some(999));
        kept.insert(0, "heavy".to_owned(), 1, 51);
        assert_eq!(kept.get(&0, "heavy"), None);
        kept.insert(0, "999".to_owned(), 5, 10);
        assert_eq!(kept.get(&0, "999"), Some(5), "the newer value");
    }
}
