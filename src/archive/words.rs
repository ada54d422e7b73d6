//! The words by which the documents of a segment can be found: those of each that fewest others have.
//!
//! A document's words wait until the segment is full, for only then it is known which are rare. What is known to be frequent already
//! does not wait.

use rayon::prelude::*;

use super::distinct::Distinct;
use super::rarity::{Counting, Rarity, byte};
use super::sorted::sorted;

/// How many of its rarest words a document can be found by, where it lies among many. 32, as in `trace`.
const WORDS: usize = 32;
/// Documents in a segment from which words are chosen: among few, no word is known to be rare.
const CHOOSE_FROM: usize = 4096;
/// Documents of one word that are kept. What more of them have is no name and no figure.
pub(super) const MOST_OF_A_WORD: u32 = 2048;
/// Of so many documents one is looked at for words that are known to be frequent: 256 of 2,048 tell their number to 6 %, as exactly
/// as it is written.
const LOOKED_AT: u32 = 8;

/// Which words are known to be frequent, a bit for each of the most counters.
#[derive(Debug, Default)]
pub(super) struct Frequent(Vec<u64>);

impl Frequent {
    /// Whether more documents have the word than it could be found by. False as long as that is not known.
    #[inline]
    fn has(&self, word: u32) -> bool {
        let place = Counting::most_place(word);
        let bits = self.0.get(place / 64).copied().unwrap_or(0);
        bits >> (place % 64) & 1 > 0
    }

    /// Writes the words among `hashes` that are not frequent to `rest`, in their order.
    fn without(&self, hashes: &[u64], rest: &mut Vec<u64>) {
        rest.resize(hashes.len(), 0);
        let mut kept = 0;
        for &hash in hashes {
            // Which it is nobody can foretell: it is written in any case, and counts when it is not frequent.
            rest[kept] = hash;
            kept += usize::from(!self.has(word_of(hash)));
        }
        rest.truncate(kept);
    }

    /// Puts the words of `words` from `begin` on that are frequent into `apart` and leaves the others, in their order.
    fn part(&self, words: &mut Vec<u32>, begin: usize, apart: &mut Vec<u32>) {
        let (mut kept, mut end) = (begin, apart.len());
        apart.resize(end + words.len() - begin, 0);
        for at in begin..words.len() {
            let word = words[at];
            let frequent = usize::from(self.has(word));
            words[kept] = word;
            apart[end] = word;
            kept += 1 - frequent;
            end += frequent;
        }
        words.truncate(kept);
        apart.truncate(end);
    }
}

/// Picks the words of one document after another that may turn out to be rare; buffers are used again.
#[derive(Debug, Default)]
pub(super) struct Picking {
    distinct: Distinct,
    rest: Vec<u64>,
    picked: Vec<u32>,
    ends: Vec<usize>,
    frequent: Vec<u32>,
}

impl Picking {
    /// The words of document `number` of the segment, in order and repeated.
    pub(super) fn read(&mut self, number: u32, hashes: &[u64], frequent: &Frequent) {
        let begin = self.picked.len();
        if frequent.0.is_empty() {
            self.distinct.append(hashes, &mut self.picked);
        } else if number.is_multiple_of(LOOKED_AT) {
            self.distinct.append(hashes, &mut self.picked);
            frequent.part(&mut self.picked, begin, &mut self.frequent);
        } else {
            frequent.without(hashes, &mut self.rest);
            self.distinct.append(&self.rest, &mut self.picked);
        }
        self.ends.push(self.picked.len());
    }

    /// What was picked from the documents that were read since the last time.
    pub(super) fn take(&mut self) -> Picked {
        let picked = Picked {
            // No more room than they take: they are kept until the segment is written.
            words: self.picked.as_slice().to_vec(),
            ends: self.ends.as_slice().to_vec(),
            frequent: self.frequent.as_slice().to_vec(),
        };
        self.picked.clear();
        self.ends.clear();
        self.frequent.clear();
        picked
    }
}

/// Words of some documents.
#[derive(Debug, Default)]
pub(super) struct Picked {
    /// Different words of each that are not known to be frequent, one document behind another, and where each ends.
    words: Vec<u32>,
    ends: Vec<usize>,
    /// Words that are, of the documents that are looked at for them.
    frequent: Vec<u32>,
}

impl Picked {
    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins
            .zip(&self.ends)
            .map(|(begin, &end)| &self.words[begin..end])
    }
}

/// Words of all documents of a segment.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// Block by block as they came: put one behind another they would be copied again and again.
    blocks: Vec<Picked>,
    /// Of these, how many were counted.
    counted: usize,
    documents: usize,
    /// How many documents have a word, as far as they were counted; `None` as long as there are too few to choose from.
    counting: Option<Counting>,
    frequent: Frequent,
    /// With how many documents it is looked again for what is frequent.
    look_again: usize,
}

impl Vocabulary {
    /// What is known to be frequent by now.
    pub(super) fn frequent(&self) -> &Frequent {
        &self.frequent
    }

    /// Adds the words of the next documents.
    pub(super) fn push(&mut self, mut block: Picked) {
        let before = self.documents / CHOOSE_FROM;
        self.documents += block.ends.len();
        if let Some(counting) = &mut self.counting {
            for word in std::mem::take(&mut block.frequent) {
                counting.add(word, LOOKED_AT);
            }
        }
        self.blocks.push(block);
        if self.documents / CHOOSE_FROM > before {
            let counting = self.counting.get_or_insert_with(Counting::of_many);
            count(&self.blocks[self.counted..], counting);
            self.counted = self.blocks.len();
            if self.documents >= self.look_again {
                // Counts only grow: what is frequent by now will not be chosen.
                self.frequent = Frequent(counting.above(MOST_OF_A_WORD));
                self.look_again = self.documents + self.documents / 4;
            }
        }
    }

    /// The words by which documents are found, each in the upper half with its document in the lower, sorted; and how many documents
    /// have a word.
    pub(super) fn rarest(self) -> (Vec<u64>, Rarity) {
        let all = self.documents < CHOOSE_FROM;
        let mut counting = self
            .counting
            .unwrap_or_else(|| Counting::new(self.documents));
        count(&self.blocks[self.counted..], &mut counting);
        let rarity = counting.of(self.documents).encode();
        // What was left out as frequent is not below this either.
        let frequent = byte(MOST_OF_A_WORD);
        let mut first = 0;
        let blocks: Vec<(u32, &Picked)> = self
            .blocks
            .iter()
            .map(|block| {
                let document = first;
                first += u32::try_from(block.ends.len()).expect("a segment has fewer documents");
                (document, block)
            })
            .collect();
        let rarest = |room: &mut Vec<u64>, (document, block): (u32, &Picked)| {
            let most = block.words.len();
            let mut entries = Vec::with_capacity(if all {
                most
            } else {
                most.min(block.ends.len() * WORDS)
            });
            for (document, words) in (document..).zip(block.iter()) {
                room.clear();
                room.resize(words.len(), 0);
                let mut kept = 0;
                for &word in words {
                    let byte = rarity.of(word);
                    // Whether it is rare enough nobody can foretell: it is written either way.
                    room[kept] = u64::from(byte) << 32 | u64::from(word);
                    kept += usize::from(all || byte < frequent);
                }
                room.truncate(kept);
                if !all && room.len() > WORDS {
                    room.select_nth_unstable(WORDS);
                    room.truncate(WORDS);
                }
                entries.extend(room.iter().map(|word| word << 32 | u64::from(document)));
            }
            entries
        };
        let parts: Vec<Vec<u64>> = blocks.into_par_iter().map_init(Vec::new, rarest).collect();
        drop(self.blocks);
        (sorted(&parts), rarity)
    }
}

/// Counts alone: counters are all over the memory, and many are waited for at a time.
fn count(blocks: &[Picked], counting: &mut Counting) {
    for &word in blocks.iter().flat_map(|block| &block.words) {
        counting.add(word, 1);
    }
}

/// The 32 bits that stand for a word.
#[inline]
pub(super) fn word_of(hash: u64) -> u32 {
    // Zero is nobody's.
    u32::try_from(hash >> 32).expect("32 bits remain").max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words::splitmix;

    /// A few words of all documents, and some that fewer have.
    fn document(number: u64) -> Vec<u64> {
        let mut words: Vec<u64> = (0..10).map(splitmix).collect();
        words.extend((0..40).map(|at| splitmix(1_000 + (number * 31 + at * at) % 9_000)));
        words.extend((0..5).map(splitmix));
        words
    }

    fn vocabulary(documents: u32) -> Vocabulary {
        let (mut vocabulary, mut picking) = (Vocabulary::default(), Picking::default());
        for number in 0..documents {
            picking.read(number, &document(number.into()), vocabulary.frequent());
            if number % 10 == 9 || number + 1 == documents {
                vocabulary.push(picking.take());
            }
        }
        vocabulary
    }

    #[test]
    fn a_document_is_found_by_the_rarest_of_its_words() {
        for documents in [30, 4_096, 13_000] {
            let (entries, rarity) = vocabulary(documents).rarest();
            let mut expected = Vec::new();
            for number in 0..documents {
                let mut words: Vec<(u8, u32)> = document(number.into())
                    .iter()
                    .map(|&hash| (rarity.of(word_of(hash)), word_of(hash)))
                    .collect();
                words.sort_unstable();
                words.dedup();
                if documents as usize >= CHOOSE_FROM {
                    words.retain(|&(byte, _)| byte < super::byte(MOST_OF_A_WORD));
                    words.truncate(WORDS);
                }
                expected.extend(
                    words
                        .iter()
                        .map(|&(_, word)| u64::from(word) << 32 | u64::from(number)),
                );
            }
            expected.sort_unstable();
            assert_eq!(entries, expected, "{documents} documents");
        }
    }

    #[test]
    fn words_are_counted_to_a_twentieth() {
        let documents = 13_000;
        let mut exact = Counting::new(documents as usize);
        for number in 0..documents {
            let mut words: Vec<u32> = document(number.into()).into_iter().map(word_of).collect();
            words.sort_unstable();
            words.dedup();
            words.iter().for_each(|&word| exact.add(word, 1));
        }
        let (exact, (_, found)) = (exact.encode(), vocabulary(documents).rarest());
        let mut frequent = 0;
        for (exact, found) in exact.bytes().iter().zip(found.bytes()) {
            // Where not every document was looked at, by a step of the scale more.
            frequent += usize::from(*exact > byte(MOST_OF_A_WORD));
            let most = u8::from(*exact >= byte(MOST_OF_A_WORD));
            assert!(exact.abs_diff(*found) <= most, "{exact} is not {found}");
        }
        assert!(frequent >= 10, "{frequent} words are frequent");
    }
}
