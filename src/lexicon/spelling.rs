//! How foreign a word is spelt: runs of three letters that another language has oftener than English.

use ahash::AHashMap;

use super::tables::lines;

static TABLE: &str = include_str!("../../lexicon/spelling.tsv");

/// Languages in the table.
const LANGUAGES: usize = 17;
/// Nats per step of the table, and the letter that stands for none.
const STEP: f32 = 0.5;
const ZERO: u8 = b'm';

/// For every run of three letters how much likelier it is in each language than in English.
#[derive(Debug)]
pub struct Spelling {
    runs: AHashMap<[char; 3], &'static [u8; LANGUAGES]>,
}

impl Spelling {
    /// Reads the compiled-in table; `_` there is the edge of a word.
    pub(super) fn embedded() -> Self {
        let mut runs = AHashMap::with_capacity(lines(TABLE).count());
        for line in lines(TABLE) {
            let Some((run, steps)) = line.split_once('\t') else {
                continue;
            };
            let mut letters = run.chars().map(|c| if c == '_' { ' ' } else { c });
            if let (Some(a), Some(b), Some(c), Ok(steps)) = (
                letters.next(),
                letters.next(),
                letters.next(),
                steps.as_bytes().try_into(),
            ) {
                runs.insert([a, b, c], steps);
            }
        }
        Self { runs }
    }

    /// Logarithm of how much likelier the word's letters are in the language that fits it best than in English (language models of
    /// letter trigrams: Cavnar and Trenkle 1994); below 0 where English fits best.
    pub fn foreignness(&self, word: &str) -> f32 {
        let mut sums = [0_i32; LANGUAGES];
        let letters: Vec<char> = std::iter::once(' ')
            .chain(word.chars().flat_map(char::to_lowercase))
            .chain(std::iter::once(' '))
            .collect();
        for run in letters.windows(3) {
            if let Some(steps) = self.runs.get(run) {
                for (sum, &step) in sums.iter_mut().zip(steps.iter()) {
                    *sum += i32::from(step) - i32::from(ZERO);
                }
            }
        }
        let best = sums.into_iter().max().unwrap_or(0);
        STEP * f32::from(i16::try_from(best).unwrap_or(i16::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_tells_other_languages_from_english() {
        let spelling = Spelling::embedded();
        assert_eq!(spelling.runs.len(), TABLE.lines().count());
        for word in [
            "zusammengehalten",
            "wichtigen",
            "siguientes",
            "historique",
            "świątynię",
        ] {
            assert!(spelling.foreignness(word) > 6.0, "{word}");
        }
        for word in ["although", "which", "protesters", "nonviolently"] {
            assert!(spelling.foreignness(word) < 2.0, "{word}");
        }
    }
}
