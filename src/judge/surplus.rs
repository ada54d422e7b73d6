//! Facts that came or went: chunks on one side only.

use super::{Pair, Proposal};
use crate::model::Category;
use crate::words::{Class, Word};

/// Words without which an office, an act or an amount is another one.
const QUALIFIERS: &[&str] = &[
    "deputy",
    "vice",
    "former",
    "ex",
    "acting",
    "interim",
    "caretaker",
    "assistant",
    "associate",
    "co",
    "non",
    "alleged",
    "suspected",
    "so-called",
    "allegedly",
    "reportedly",
    "partial",
    "partially",
    "partly",
    "unofficial",
    "unconfirmed",
    "preliminary",
    "provisional",
    "temporary",
    "temporarily",
    "possible",
    "potential",
    "proposed",
    "planned",
    "failed",
    "attempted",
    "conditional",
    "outgoing",
    "incoming",
    "designate",
    "elect",
    "anti",
    "pro",
    "net",
    "gross",
    "daily",
    "weekly",
    "monthly",
    "annual",
    "quarterly",
    "average",
];

/// Whether an office, an act or an amount is another one without that word.
pub(super) fn qualifies(folded: &str) -> bool {
    QUALIFIERS.contains(&folded)
}

/// Chunks without a counterpart, by how much they say.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let mut found = Vec::new();
    for chunk in &pair.chunks {
        let (added, words, run) = if chunk.source.is_empty() {
            (true, pair.copy, chunk.copy.clone())
        } else if chunk.copy.is_empty() {
            (false, pair.source, chunk.source.clone())
        } else {
            continue;
        };
        // Who said it is no further fact: "according to the prosecutor".
        let tells = |w: &Word| w.folded == "according" || w.reports();
        if words.words[run.clone()].iter().any(tells) {
            continue;
        }
        let somewhere = |k: usize| {
            if added {
                pair.source_says(k, 0.55, &(0..0))
            } else {
                pair.copy_says(k, 0.55, &(0..0))
            }
        };
        let said: f32 = run
            .clone()
            .filter(|&k| words.words[k].class != Class::Function && !somewhere(k))
            .map(|k| words.words[k].weight)
            .sum();
        // One word says little; a long clause is rather news of its own than a change of this statement.
        let qualifying = words.words[run.clone()]
            .iter()
            .any(|w| qualifies(&w.folded));
        let score = if qualifying {
            0.55
        } else {
            (0.08 + 0.10 * said.min(4.0)).min(0.42)
        };
        let (category, evidence) = if added {
            (
                Category::Addition,
                format!("the source does not say `{}`", pair.copy_words(run)),
            )
        } else {
            (
                Category::Omission,
                format!("`{}` is missing", pair.source_words(run)),
            )
        };
        let source = in_bounds(&chunk.source, pair.source.words.len());
        let copy = in_bounds(&chunk.copy, pair.copy.words.len());
        found.push(Proposal {
            category,
            score,
            source,
            copy,
            evidence,
        });
    }
    found
}

fn in_bounds(run: &std::ops::Range<usize>, len: usize) -> std::ops::Range<usize> {
    run.start.min(len)..run.end.min(len)
}
