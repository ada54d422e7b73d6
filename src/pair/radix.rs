//! Sorting (key, document) words by their upper half, least significant digit first.

/// Sorts `words` by their upper 32 bits, of which only the lowest `bits` differ; stable, so that equal keys keep the
/// order of documents. Linear: one pass for each 11 bits. `spare` is used as the other buffer.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a digit has at most eleven bits"
)]
pub(super) fn sort_by_upper_half(words: &mut Vec<u64>, spare: &mut Vec<u64>, bits: u32) {
    const DIGIT: u32 = 11;
    spare.clear();
    spare.resize(words.len(), 0);
    let mut low = 0;
    while low < bits {
        let width = DIGIT.min(bits - low);
        let digit = |word: u64| (word >> (32 + low) & ((1 << width) - 1)) as usize;
        let mut starts = vec![0usize; 1 << width];
        for &word in words.iter() {
            starts[digit(word)] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += std::mem::replace(start, sum);
        }
        for &word in words.iter() {
            let at = &mut starts[digit(word)];
            spare[*at] = word;
            *at += 1;
        }
        std::mem::swap(words, spare);
        low += width;
    }
}

#[cfg(test)]
mod tests {
    proptest::proptest! {
        #[test]
        fn the_order_is_that_of_a_stable_sort(words in proptest::collection::vec(0u64..1 << 60, 0..500)) {
            let mut expected = words.clone();
            expected.sort_by_key(|word| word >> 32);
            let mut sorted = words;
            super::sort_by_upper_half(&mut sorted, &mut Vec::new(), 28);
            assert_eq!(sorted, expected);
        }
    }
}
