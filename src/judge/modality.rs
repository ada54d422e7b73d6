//! Plans, possibilities and allegations that became facts, and the reverse; statements that became questions.

use super::{Pair, Proposal};
use crate::lexicon::lexicon;
use crate::model::Category;
use crate::words::Words;

/// How a statement stands to what is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stance {
    Fact,
    Planned,
    Possible,
    Alleged,
    Conditional,
}

impl Stance {
    fn words(self) -> &'static str {
        match self {
            Self::Fact => "a fact",
            Self::Planned => "still to come",
            Self::Possible => "possible",
            Self::Alleged => "alleged",
            Self::Conditional => "conditional",
        }
    }
}

/// Aligned verbs whose stance differs, and question marks that the source does not have.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = Vec::new();
    for (i, j, like) in pair.verbs(0.6) {
        let (a, b) = (&pair.source.words[i], &pair.copy.words[j]);
        let ((said, at_a), (copied, at_b)) = (stance(pair.source, i), stance(pair.copy, j));
        let score = match (said, copied) {
            (x, y) if x == y => continue,
            (Stance::Possible, Stance::Fact) => 0.56,
            (Stance::Fact, Stance::Possible) => 0.46,
            (Stance::Alleged, Stance::Fact) => 0.50,
            (Stance::Conditional, Stance::Fact) => 0.40,
            (Stance::Planned, Stance::Fact) if past(&b.folded) && !past(&a.folded) => 0.52,
            (Stance::Fact, Stance::Planned) if past(&a.folded) => 0.34,
            (Stance::Planned, Stance::Possible) | (Stance::Possible, Stance::Planned) => 0.30,
            _ => continue,
        };
        // A hedge elsewhere in the copy's sentence may carry it.
        let carried = |words: &Words, wanted: Stance| {
            words
                .words
                .iter()
                .enumerate()
                .any(|(k, _)| hedge(words, k) == Some(wanted))
        };
        if said != Stance::Fact && carried(pair.copy, said)
            || copied != Stance::Fact && carried(pair.source, copied)
        {
            continue;
        }
        let source = at_a.min(i)..i + 1;
        let copy = at_b.min(j)..j + 1;
        let evidence = format!(
            "`{}` is {}, `{}` is {}",
            pair.source_words(source.clone()),
            said.words(),
            pair.copy_words(copy.clone()),
            copied.words()
        );
        found.push(Proposal {
            category: Category::Modality,
            score: score * (0.6 + 0.4 * like),
            source,
            copy,
            evidence,
        });
    }
    let asks = |text: &str| {
        text.trim_end()
            .trim_end_matches(['"', '”', '\'', '’', ')'])
            .ends_with('?')
    };
    let (a, b) = (
        pair.source.span.of(pair.source_text),
        pair.copy.span.of(pair.copy_text),
    );
    if asks(b) && !asks(a) && !pair.copy.words.is_empty() && !pair.source.words.is_empty() {
        let (m, n) = (pair.copy.words.len(), pair.source.words.len());
        found.push(Proposal {
            category: Category::Modality,
            score: 0.78,
            source: n - 1..n,
            copy: m - 1..m,
            evidence: "a statement became a question".to_owned(),
        });
    }
    found
}

fn past(folded: &str) -> bool {
    folded.ends_with("ed")
        || lexicon().relations.lemma(folded) != folded
            && !folded.ends_with('s')
            && !folded.ends_with("ing")
}

/// What a single word says of the statement behind it.
fn hedge(words: &Words, k: usize) -> Option<Stance> {
    let word = &words.words[k];
    Some(match word.folded.as_str() {
        "may" | "might" | "could" | "perhaps" | "possibly" | "maybe" | "probably" | "likely"
        | "apparently" | "possible" | "potentially" | "seems" | "appears" | "appeared"
        | "seemed" | "believed" | "thought" | "risk" => Stance::Possible,
        "allegedly" | "alleged" | "reportedly" | "suspected" | "purported" | "accused"
        | "supposedly" | "alleges" | "claims" | "claimed" | "accusing" | "charged" => {
            Stance::Alleged
        }
        "will" | "would" | "shall" | "plans" | "planned" | "plan" | "intends" | "intended"
        | "expected" | "due" | "scheduled" | "going" | "set" | "aims" | "hopes" | "seeks"
        | "promised" | "pledged" | "vowed" | "ready" | "agreed" | "wants" | "wanted"
        | "proposed" | "proposes" | "about" | "expects" | "intend" | "hope" | "they'll"
        | "we'll" | "it'll" | "i'll" | "he'll" | "she'll" | "prepared" | "ordered" | "urged"
        | "asked" | "called" | "decided" | "should" | "must" | "need" | "needs" => Stance::Planned,
        "if" | "unless" | "provided" => Stance::Conditional,
        _ => return None,
    })
}

/// The stance of verb `k`, and where the word that gives it stands (`k` itself for a fact).
fn stance(words: &Words, k: usize) -> (Stance, usize) {
    for n in (k.saturating_sub(4)..k).rev() {
        if words.words[n].clause != words.words[k].clause {
            break;
        }
        if let Some(stance) = hedge(words, n) {
            return (stance, n);
        }
    }
    (Stance::Fact, k)
}
