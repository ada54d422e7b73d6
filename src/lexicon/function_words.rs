//! Small closed classes of English words.

use std::sync::LazyLock;

use ahash::AHashSet;

/// Articles, pronouns, prepositions, conjunctions, auxiliaries: words that carry little meaning of their own.
pub fn is_function_word(folded: &str) -> bool {
    let (place, length) = FunctionWords::place(folded);
    FUNCTION_SET.lengths[place] & length != 0 && FUNCTION_SET.words.contains(folded)
        || matches!(folded.as_bytes(), [.., b'n', b'\'', b't'])
}

/// All of them but the contracted negations, to be asked once for every word of a text.
struct FunctionWords {
    words: AHashSet<&'static str>,
    /// For the first and the last letter of a word a bit for each length that a function word of such letters has; the longest count as one.
    /// Most words are seen to be none without being hashed.
    lengths: [u32; 1 << 10],
}

static FUNCTION_SET: LazyLock<FunctionWords> = LazyLock::new(|| {
    let lists = [FUNCTION_WORDS, AUXILIARIES, NEGATIONS];
    let words: AHashSet<&str> = lists.into_iter().flatten().copied().collect();
    let mut lengths = [0; 1 << 10];
    for word in lists.into_iter().flatten() {
        let (place, length) = FunctionWords::place(word);
        lengths[place] |= length;
    }
    FunctionWords { words, lengths }
});

impl FunctionWords {
    fn place(word: &str) -> (usize, u32) {
        let bytes = word.as_bytes();
        // Five bits tell letters apart.
        let letter = |of: Option<&u8>| usize::from(of.copied().unwrap_or(0) & 31);
        let place = letter(bytes.first()) << 5 | letter(bytes.last());
        (place, 1 << bytes.len().min(31))
    }
}

/// Forms of be, have, do and the modal verbs.
pub fn is_auxiliary(folded: &str) -> bool {
    AUXILIARIES.contains(&folded)
}

const AUXILIARIES: &[&str] = &[
    "am", "is", "are", "was", "were", "be", "been", "being", "have", "has", "had", "having", "do",
    "does", "did", "will", "would", "shall", "should", "can", "could", "may", "might", "must",
    "ought", "i'm", "it's", "they're", "we're", "i've", "we've", "they've", "i'd", "he'd", "she'd",
    "we'd", "they'd", "i'll", "he'll", "she'll", "it'll", "we'll", "they'll", "he's", "she's",
    "that's", "there's",
];

/// Words that negate what they stand with.
pub fn is_negation(folded: &str) -> bool {
    NEGATIONS.contains(&folded) || folded.ends_with("n't")
}

const NEGATIONS: &[&str] = &[
    "not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "cannot",
    "nowhere", "non", "hardly", "barely", "scarcely", // As hurried typing has them.
    "cant", "dont", "didnt", "doesnt", "isnt", "wasnt", "arent", "werent", "hasnt", "havent",
    "hadnt", "wouldnt", "couldnt", "shouldnt",
];

/// Verbs of saying.
pub fn is_reporting_verb(lemma: &str) -> bool {
    matches!(
        lemma,
        "say"
            | "tell"
            | "add"
            | "state"
            | "report"
            | "announce"
            | "declare"
            | "claim"
            | "allege"
            | "note"
            | "explain"
            | "argue"
            | "insist"
            | "stress"
            | "warn"
            | "quote"
            | "cite"
            | "write"
            | "comment"
            | "remark"
            | "assert"
            | "maintain"
            | "estimate"
            | "suggest"
            | "believe"
            | "describe"
            | "affirm"
            | "mention"
            | "inform"
            | "observe"
            | "according"
    )
}

/// Sorted for binary search; a test holds the order.
const FUNCTION_WORDS: &[&str] = &[
    "a",
    "about",
    "above",
    "after",
    "again",
    "against",
    "ago",
    "all",
    "along",
    "already",
    "also",
    "although",
    "amid",
    "among",
    "an",
    "and",
    "another",
    "any",
    "around",
    "as",
    "at",
    "away",
    "back",
    "because",
    "before",
    "behind",
    "below",
    "beneath",
    "beside",
    "besides",
    "between",
    "beyond",
    "both",
    "but",
    "by",
    "despite",
    "down",
    "due",
    "during",
    "each",
    "either",
    "even",
    "ever",
    "every",
    "few",
    "for",
    "from",
    "further",
    "had",
    "he",
    "hence",
    "her",
    "here",
    "hers",
    "herself",
    "him",
    "himself",
    "his",
    "how",
    "however",
    "i",
    "if",
    "in",
    "into",
    "it",
    "its",
    "itself",
    "just",
    "least",
    "less",
    "like",
    "many",
    "me",
    "meanwhile",
    "more",
    "moreover",
    "most",
    "mr",
    "mrs",
    "ms",
    "much",
    "my",
    "myself",
    "near",
    "now",
    "of",
    "off",
    "on",
    "once",
    "one",
    "only",
    "onto",
    "or",
    "other",
    "others",
    "our",
    "ours",
    "ourselves",
    "out",
    "over",
    "own",
    "per",
    "quite",
    "rather",
    "s",
    "same",
    "she",
    "since",
    "so",
    "some",
    "such",
    "than",
    "that",
    "the",
    "their",
    "theirs",
    "them",
    "themselves",
    "then",
    "there",
    "therefore",
    "these",
    "they",
    "this",
    "those",
    "though",
    "through",
    "throughout",
    "thus",
    "till",
    "to",
    "together",
    "too",
    "toward",
    "towards",
    "under",
    "until",
    "up",
    "upon",
    "us",
    "very",
    "via",
    "we",
    "what",
    "whatever",
    "when",
    "where",
    "whereas",
    "whether",
    "which",
    "while",
    "who",
    "whom",
    "whose",
    "why",
    "with",
    "within",
    "yet",
    "you",
    "your",
    "yours",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(FUNCTION_WORDS.windows(2).all(|w| w[0] < w[1]));
        assert!(is_function_word("the") && is_function_word("didn't") && !is_function_word("war"));
    }
}
