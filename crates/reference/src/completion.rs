//! What a search box offers while someone types: names whose words begin with what is typed.
//!
//! Flat and sorted once; a lookup is a binary search over the words' first letters, then a check of the rest.

/// Names of things that a caller numbers.
#[derive(Debug, Default)]
pub struct Completion {
    /// All names, folded, one after the other.
    folded: String,
    entries: Vec<Entry>,
    /// A word's start in `folded` and its entry, sorted by the text that follows.
    words: Vec<(u32, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    start: u32,
    end: u32,
    target: u32,
    rank: NameRank,
}

/// What sort of name it is; better ones are offered first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameRank {
    /// The name that its source prefers.
    Preferred,
    /// Another name in use.
    Synonym,
    /// A former name.
    Former,
}

/// Collects names.
#[derive(Debug, Default)]
pub struct CompletionBuilder(Completion);

/// Longest query that is looked at, in bytes.
const LONGEST_QUERY: usize = 200;
/// Names looked at for one query at most: a single letter matches nearly all.
const MOST_EXAMINED: usize = 20_000;

impl CompletionBuilder {
    /// Adds a name of the thing that the caller numbers `target`.
    pub fn add(&mut self, name: &str, target: u32, rank: NameRank) {
        let index = &mut self.0;
        let (start, folded) = (index.folded.len() as u32, fold(name));
        let entry = index.entries.len() as u32;
        for word in word_starts(&folded) {
            index.words.push((start + word as u32, entry));
        }
        index.folded.push_str(&folded);
        index.entries.push(Entry { start, end: index.folded.len() as u32, target, rank });
    }

    /// Sorts the names.
    pub fn build(mut self) -> Completion {
        let Completion { folded, entries, words } = &mut self.0;
        words.sort_unstable_by_key(|(start, entry)| &folded[*start as usize..entries[*entry as usize].end as usize]);
        self.0
    }
}

impl Completion {
    /// The things of which a name contains all typed words, each as the beginning of a word; the best `limit`, best
    /// first: whole name, then beginning of a preferred name, then the rest; shorter names first.
    pub fn find(&self, typed: &str, limit: usize) -> Vec<u32> {
        let typed: String = typed.chars().take(LONGEST_QUERY).collect();
        let query = fold(&typed);
        let query = query.trim();
        let Some(longest) = query.split(' ').max_by_key(|word| word.len()).filter(|word| !word.is_empty()) else {
            return Vec::new();
        };
        let mut hits: Vec<_> = self.starting_with(longest).filter_map(|entry| self.score(entry, query)).collect();
        hits.sort_unstable();
        let mut found: Vec<u32> = Vec::new();
        for (_, _, _, target) in hits {
            if found.len() == limit {
                break;
            }
            if !found.contains(&target) {
                found.push(target);
            }
        }
        found
    }

    fn starting_with<'a>(&'a self, word: &'a str) -> impl Iterator<Item = Entry> + 'a {
        let text =
            |(start, entry): &(u32, u32)| &self.folded[*start as usize..self.entries[*entry as usize].end as usize];
        let first = self.words.partition_point(|place| text(place) < word);
        let matching = self.words[first..].iter().take_while(move |place| text(place).starts_with(word));
        matching.take(MOST_EXAMINED).map(|(_, entry)| self.entries[*entry as usize])
    }

    /// Sort key of an entry that has all words of the query.
    fn score(&self, entry: Entry, query: &str) -> Option<(u8, NameRank, u32, u32)> {
        let name = &self.folded[entry.start as usize..entry.end as usize];
        let has = |word: &str| word_starts(name).any(|start| name[start..].starts_with(word));
        if !query.split(' ').all(has) {
            return None;
        }
        let closeness = match name {
            _ if name == query => 0,
            _ if name.starts_with(query) => 1,
            _ if name.contains(query) => 2,
            _ => 3,
        };
        Some((closeness, entry.rank, entry.end - entry.start, entry.target))
    }
}

/// Lower case, accents and signs removed, words parted by one blank.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'a'..='z' | '0'..='9' => folded.push(letter),
            'A'..='Z' => folded.push(letter.to_ascii_lowercase()),
            '\'' | '’' => {}
            'ä' | 'á' | 'à' | 'â' | 'ã' | 'å' | 'Ä' | 'Å' | 'Á' => folded.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'É' => folded.push('e'),
            'í' | 'ì' | 'î' | 'ï' => folded.push('i'),
            'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' | 'Ö' | 'Ø' => folded.push('o'),
            'ü' | 'ú' | 'ù' | 'û' | 'Ü' => folded.push('u'),
            'ç' => folded.push('c'),
            'ñ' => folded.push('n'),
            'ß' => folded.push_str("ss"),
            other if other.is_alphanumeric() => folded.extend(other.to_lowercase()),
            _ if folded.ends_with(' ') || folded.is_empty() => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn word_starts(folded: &str) -> impl Iterator<Item = usize> {
    let bytes = folded.as_bytes();
    (0..bytes.len()).filter(|at| bytes[*at] != b' ' && (*at == 0 || bytes[*at - 1] == b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Completion {
        let mut builder = CompletionBuilder::default();
        let names = [
            ("Seizure", 0, NameRank::Preferred),
            ("Epileptic seizure", 0, NameRank::Synonym),
            ("Febrile seizure", 1, NameRank::Preferred),
            ("Sjögren's syndrome", 2, NameRank::Preferred),
            ("Marfan syndrome", 3, NameRank::Preferred),
        ];
        for (name, target, rank) in names {
            builder.add(name, target, rank);
        }
        builder.build()
    }

    #[test]
    fn words_are_completed_best_first_and_once() {
        assert_eq!(index().find("seiz", 10), [0, 1]);
        assert_eq!(index().find("seizure feb", 10), [1]);
        assert_eq!(index().find("syndrome", 1), [3]);
    }

    #[test]
    fn accents_case_and_signs_do_not_matter() {
        assert_eq!(index().find("SJOGRENS", 10), [2]);
        assert_eq!(index().find("sjögren's", 10), [2]);
    }

    #[test]
    fn nothing_typed_offers_nothing() {
        assert!(index().find("", 10).is_empty());
        assert!(index().find(" ,;", 10).is_empty());
        assert!(index().find("zzz", 10).is_empty());
    }
}
