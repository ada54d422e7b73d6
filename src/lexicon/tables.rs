//! Reading compiled-in tables: their lines, numbers and sorted words.

use std::cmp::Ordering;

/// The lines of a table, without their ends.
pub(super) fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    let ends = memchr::memchr_iter(b'\n', table.as_bytes());
    let unended = (!table.is_empty() && !table.ends_with('\n')).then_some(table.len());
    let mut begin = 0;
    ends.chain(unended)
        .map(move |end| &table[std::mem::replace(&mut begin, end + 1)..end])
}

/// Numbers with a blank between each two; what is none is passed over.
pub(super) fn numbers(field: &str) -> impl Iterator<Item = u32> {
    field.split(' ').filter_map(|number| number.parse().ok())
}

/// Whether a table of sorted words, one a line, has `word`. Takes a step for each doubling of the table.
pub(super) fn has_line(table: &str, word: &str) -> bool {
    let (bytes, word) = (table.as_bytes(), word.as_bytes());
    // The line sought, if it is there, begins at `low` or behind it, and before `high`.
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low.midpoint(high);
        let begin = memchr::memrchr(b'\n', &bytes[low..middle]).map_or(low, |at| low + at + 1);
        let end = memchr::memchr(b'\n', &bytes[middle..]).map_or(bytes.len(), |at| middle + at);
        match bytes[begin..end].cmp(word) {
            Ordering::Less => low = end + 1,
            Ordering::Equal => return true,
            Ordering::Greater => high = begin,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_the_standard_library() {
        for table in ["", "a", "a\n", "a\n\nbc\n", "\n", "a\nb"] {
            let expected: Vec<&str> = table.lines().collect();
            let found: Vec<&str> = lines(table).collect();
            assert_eq!(found, expected, "{table:?}");
        }
    }

    #[test]
    fn a_word_is_found_where_it_stands_and_nowhere_else() {
        let table = "a\nab\nb\nbaobab\nzoo\n";
        for table in [table, table.trim_end()] {
            for word in table.lines() {
                assert!(has_line(table, word), "{word}");
            }
            for word in ["", "aa", "ba", "z", "zoos", "baobab\nzoo", "\n"] {
                assert!(!has_line(table, word), "{word:?}");
            }
        }
    }
}
