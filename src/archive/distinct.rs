//! The different words of one text after another.

use super::words::word_of;

/// Finds the different words of a text; the table is used again.
#[derive(Clone, Debug, Default)]
pub(super) struct Distinct {
    /// Open addressing; zero is an empty place.
    places: Vec<u32>,
}

impl Distinct {
    /// The different words among `hashes`, as 32 bits each, in the order in which they first come.
    pub(super) fn words(&mut self, hashes: &[u64]) -> Vec<u32> {
        let mut words = Vec::new();
        self.append(hashes, &mut words);
        words
    }

    /// Appends the different words among `hashes` to `out`.
    pub(super) fn append(&mut self, hashes: &[u64], out: &mut Vec<u32>) {
        let size = (4 * hashes.len()).next_power_of_two().max(64);
        self.places.clear();
        self.places.resize(size, 0);
        let begin = out.len();
        out.resize(begin + hashes.len(), 0);
        let (words, mut count) = (&mut out[begin..], 0);
        let places = self.places.as_mut_slice();
        for hash in hashes {
            let word = word_of(*hash);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the place is masked to the size of the table"
            )]
            let mut at = *hash as usize & (places.len() - 1);
            // One question and not two: whether a place is empty or the word's own nobody can foretell, that it is another's is rare.
            while (places[at] != 0) & (places[at] != word) {
                at = (at + 1) & (places.len() - 1);
            }
            // Whether a word is new nobody can foretell either: it is written in any case, and counts when it is.
            words[count] = word;
            count += usize::from(places[at] == 0);
            places[at] = word;
        }
        out.truncate(begin + count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_word_comes_once_and_in_order(words in proptest::collection::vec(0_u64..40, 0..200)) {
            // Few different upper halves, and lower halves that collide.
            let hash = |word: u64| ((word % 13 + 1) << 32) | (word % 13 % 4);
            let hashes: Vec<u64> = words.iter().map(|&word| hash(word)).collect();
            let mut expected: Vec<u32> = Vec::new();
            for word in words.iter().map(|word| u32::try_from(word % 13 + 1).expect("it is small")) {
                if !expected.contains(&word) {
                    expected.push(word);
                }
            }
            let mut distinct = Distinct::default();
            assert_eq!(distinct.words(&hashes), expected);
            assert_eq!(distinct.words(&hashes), expected, "what was there before is forgotten");
        }
    }
}
