//! What changed places: things around "rather than", figures of one kind.

use crate::judge::{Pair, Proposal};
use crate::model::Category;
use crate::text::quantities::Quantity;
use crate::words::{Class, Words};

/// The word that sets what stands left of it against what stands right of it.
fn balances(words: &Words) -> Option<usize> {
    (0..words.words.len()).find(|&k| {
        let next = words.words.get(k + 1).map(|w| w.folded.as_str());
        match words.words[k].folded.as_str() {
            "rather" => next == Some("than"),
            "instead" => next == Some("of"),
            "compared" => matches!(next, Some("with" | "to")),
            "sacrificed" | "preferred" => true,
            "than" => k > 0 && words.words[k - 1].folded != "rather",
            _ => false,
        }
    })
}

/// One past the last word of what [`balances`] found at `k`: "rather than", "instead of", "compared with", or one word.
fn phrase_end(words: &Words, k: usize) -> usize {
    let two = matches!(
        words.words[k].folded.as_str(),
        "rather" | "instead" | "compared"
    );
    if two { k + 2 } else { k + 1 }
}

/// Things on the two sides of "rather than", "instead of", "than" that changed places.
pub(super) fn sides(pair: &Pair<'_>) -> Vec<Proposal> {
    let (Some(p), Some(q)) = (balances(pair.source), balances(pair.copy)) else {
        return Vec::new();
    };
    const REACH: usize = 9;
    let (mut kept, mut crossed) = (0.0_f32, 0.0_f32);
    let (mut lo_a, mut hi_a, mut lo_b, mut hi_b) = (p, p + 1, q, q + 1);
    let (mut left, mut right) = (0, 0);
    for i in p.saturating_sub(REACH)..(p + REACH).min(pair.source.words.len()) {
        if pair.source.words[i].class == Class::Function || i == p {
            continue;
        }
        let Some((j, like)) = pair.alignment.of_source[i].filter(|&(_, like)| like >= 0.6) else {
            continue;
        };
        if j.abs_diff(q) > REACH || j == q {
            continue;
        }
        let weight = like * pair.source.words[i].weight;
        if (i < p) == (j < q) {
            kept += weight;
        } else {
            crossed += weight;
            if i < p {
                left += 1;
            } else {
                right += 1;
            }
            (lo_a, hi_a) = (lo_a.min(i), hi_a.max(i + 1));
            (lo_b, hi_b) = (lo_b.min(j), hi_b.max(j + 1));
        }
    }
    if crossed <= kept || left == 0 || right == 0 {
        return Vec::new();
    }
    vec![Proposal {
        category: Category::RoleSwap,
        score: (0.4 + 0.1 * (crossed - kept)).min(0.85),
        evidence: format!(
            "what `{}` holds apart changed places",
            pair.copy_words(q..phrase_end(pair.copy, q))
        ),
        source: lo_a..hi_a,
        copy: lo_b..hi_b,
    }]
}

/// Figures of one kind that both sides have, each in the place of the other.
pub(super) fn places_of_figures(pair: &Pair<'_>) -> Vec<Proposal> {
    let met = &pair.alignment.quantities;
    if met.len() < 2 || met.len() > 24 {
        return Vec::new();
    }
    // How much of what stands around source figure `x` answers what stands around copy figure `y`.
    let near = |x: usize, y: usize| -> f32 {
        let (a, b) = (&pair.source.quantities[x], &pair.copy.quantities[y]);
        let mut sum = 0.0_f32;
        for i in a.first.saturating_sub(5)..(a.last + 5).min(pair.source.words.len()) {
            if matches!(
                pair.source.words[i].class,
                Class::Function | Class::Quantity
            ) {
                continue;
            }
            if let Some((j, like)) = pair.alignment.of_source[i] {
                let gap_b = if j < b.first {
                    b.first - j
                } else {
                    (j + 1).saturating_sub(b.last)
                };
                let gap_a = if i < a.first {
                    a.first - i
                } else {
                    (i + 1).saturating_sub(a.last)
                };
                if gap_b <= 6 {
                    sum += like * pair.source.words[i].weight / (2 + gap_a + gap_b) as f32;
                }
            }
        }
        sum
    };
    let mut found = Vec::new();
    for (n, &(x1, y1)) in met.iter().enumerate() {
        for &(x2, y2) in &met[n + 1..] {
            let (a, b) = (&pair.source.quantities[x1], &pair.source.quantities[x2]);
            if a.kind != b.kind || a.agrees(b) {
                continue;
            }
            let led = |words: &Words, quantity: &Quantity| {
                let before = quantity.first.checked_sub(1)?;
                let folded = words.words[before].folded.clone();
                matches!(folded.as_str(), "from" | "to" | "by" | "in" | "on" | "at")
                    .then_some(folded)
            };
            let of_source = |x: usize| led(pair.source, &pair.source.quantities[x]);
            let of_copy = |y: usize| led(pair.copy, &pair.copy.quantities[y]);
            let leads = (of_source(x1), of_source(x2), of_copy(y1), of_copy(y2));
            let crossed_leads = match &leads {
                // "to 6.3 million from 330,600" - "from 330,600 to 6.3 million"
                (Some(a), Some(b), Some(c), Some(d)) if a == c && b == d => continue,
                // "in April from March" - "in March from April"
                (Some(a), Some(b), Some(c), Some(d)) => a != b && a == d && b == c,
                _ => false,
            };
            let kept = near(x1, y1) + near(x2, y2);
            let crossed = near(x1, y2).min(near(x2, y1)) * 2.0;
            if !crossed_leads && crossed <= kept * 1.6 + 0.1 {
                continue;
            }
            let c = &pair.copy.quantities[y1];
            found.push(Proposal {
                category: Category::RoleSwap,
                score: if crossed_leads {
                    0.85
                } else {
                    (0.4 + (crossed - kept)).min(0.85)
                },
                evidence: format!(
                    "`{}` and `{}` changed places",
                    pair.source_words(a.first..a.last),
                    pair.source_words(b.first..b.last)
                ),
                source: a.first..a.last,
                copy: c.first..c.last.max(c.first + 1).min(pair.copy.words.len()),
            });
        }
    }
    found
}
