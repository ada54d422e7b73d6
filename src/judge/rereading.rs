//! Doubtful pairs read again by a contextual model: what it says of words and pair is weighed together with what the rules said.

use std::ops::Range;

use super::{COUNTED, Judged, Pair, Proposal, suspicion};
use crate::contextual::{Marked, Reading, Tagger};
use crate::model::{Category, Drift};
use crate::words::Class;

/// Likelihood of a change under which the rules are sure that there is none, when they report nothing either. On held-out documents one in
/// twenty of such pairs was changed, and one in twelve of DEMETR's, nearly all of whose pairs are.
const SURELY_SAME: f32 = 0.05;
/// Likelihood of a change from which they are sure of it, when they also name a major one; one in forty of such pairs was not.
const SURELY_CHANGED: f32 = 0.95;

/// Whether the rules leave open if the meaning changed.
pub(super) fn doubtful(judged: &Judged) -> bool {
    let likeliest = judged.drifts.iter().map(|d| d.score).fold(0.0, f32::max);
    let same = judged.changed < SURELY_SAME && likeliest < super::REPORTED;
    let changed = judged.changed >= SURELY_CHANGED && likeliest >= super::MAJOR;
    !same && !changed
}

/// What rules and model say of the pair together. Passages that only the model marks are added from a likelihood of `least` on; what the
/// rules believe by `sure` at least, the model may raise but not lower.
pub(super) fn reread(
    pair: &Pair<'_>,
    judged: Judged,
    tagger: &Tagger,
    least: f32,
    sure: f32,
) -> Judged {
    let reading = tagger.read(
        pair.source.span.of(pair.source_text),
        pair.copy.span.of(pair.copy_text),
    );
    let calibrations = tagger.calibrations();
    let likeliest = highest(&reading.copy, |p| p.major);
    let changed = calibrations.changed.likelihood([
        logit(judged.changed),
        reading.changed,
        likeliest,
        highest(&reading.copy, |p| p.any),
    ]);
    let in_full = calibrations.partly.likelihood([
        logit(judged.in_full),
        reading.partly,
        highest(&reading.source, |p| p.lost),
        highest(&reading.copy, |p| p.any),
    ]);
    let mut drifts = judged.drifts;
    for drift in &mut drifts {
        let (major, any) = at_drift(pair, &reading, drift);
        let rules = drift.score;
        drift.score = calibrations
            .drift
            .likelihood([logit(rules), reading.changed, major, any]);
        if rules >= sure {
            drift.score = drift.score.max(rules);
        }
        drift.severity = super::severity(drift.score, super::MAJOR);
    }
    drifts.retain(|d| d.score >= COUNTED);
    for proposal in marked(pair, &reading, tagger) {
        if proposal.score < least {
            continue;
        }
        let drift = pair.drift(proposal);
        let known = drifts
            .iter()
            .any(|d| d.score >= super::REPORTED && d.copy.overlaps(drift.copy));
        if !known {
            drifts.retain(|d| !d.copy.overlaps(drift.copy));
            drifts.push(drift);
        }
    }
    drifts.sort_by_key(|d| (d.copy.start, d.source.start));
    Judged {
        drifts,
        changed,
        in_full,
    }
}

/// Odds of a likelihood as a logit, kept finite.
fn logit(likelihood: f32) -> f32 {
    let kept = likelihood.clamp(0.001, 0.999);
    (kept / (1.0 - kept)).ln()
}

/// The highest logit of some pieces; that of one in a hundred when there are none.
fn highest<'a>(pieces: impl IntoIterator<Item = &'a Marked>, of: impl Fn(&Marked) -> f32) -> f32 {
    pieces
        .into_iter()
        .map(of)
        .reduce(f32::max)
        .unwrap_or_else(|| logit(0.01))
}

/// What the model says of the words of a drift: that they are a major change, and any. An omission is looked up in the source.
fn at_drift(pair: &Pair<'_>, reading: &Reading, drift: &Drift) -> (f32, f32) {
    let inside = |pieces: &'_ [Marked], first: u32, bytes: Range<usize>| -> Vec<Marked> {
        pieces
            .iter()
            .filter(|p| {
                let at = first as usize;
                p.bytes.start + at < bytes.end && bytes.start < p.bytes.end + at
            })
            .cloned()
            .collect()
    };
    if drift.copy.is_empty() {
        let pieces = inside(
            &reading.source,
            pair.source.span.start,
            drift.source.range(),
        );
        let lost = highest(&pieces, |p| p.lost);
        (lost, lost)
    } else {
        let pieces = inside(&reading.copy, pair.copy.span.start, drift.copy.range());
        (highest(&pieces, |p| p.major), highest(&pieces, |p| p.any))
    }
}

/// Passages of the copy that the model marks, with their likelihood of being a major change.
fn marked(pair: &Pair<'_>, reading: &Reading, tagger: &Tagger) -> Vec<Proposal> {
    let calibrations = tagger.calibrations();
    let first = pair.copy.span.start as usize;
    let mut pieces = reading.copy.iter().peekable();
    let mut likelihoods = Vec::with_capacity(pair.copy.words.len());
    for word in &pair.copy.words {
        let bytes = word.span.range();
        while pieces
            .next_if(|p| p.bytes.end + first <= bytes.start)
            .is_some()
        {}
        let here: Vec<&Marked> = pieces
            .clone()
            .take_while(|p| p.bytes.start + first < bytes.end)
            .collect();
        let numbers = [
            0.0,
            reading.changed,
            highest(here.iter().copied(), |p| p.major),
            highest(here, |p| p.any),
        ];
        likelihoods.push(calibrations.marked.likelihood(numbers));
    }
    let mut found = Vec::new();
    let mut start = 0;
    while start < likelihoods.len() {
        let end = (start..likelihoods.len())
            .find(|&k| likelihoods[k] < calibrations.beside)
            .unwrap_or(likelihoods.len());
        let likeliest = likelihoods[start..end].iter().copied().fold(0.0, f32::max);
        if likeliest >= calibrations.first {
            found.push(passage(pair, start..end, likeliest));
        }
        start = end.max(start) + 1;
    }
    found
}

/// A marked passage with what the source has in its place.
fn passage(pair: &Pair<'_>, copy: Range<usize>, score: f32) -> Proposal {
    let source = suspicion::in_place(pair, &copy);
    let words = &pair.copy.words[copy.clone()];
    let all_of = |class: Class| {
        words
            .iter()
            .all(|w| w.class == class || w.class == Class::Function)
    };
    let category = if source.is_empty() {
        Category::Addition
    } else if all_of(Class::Quantity) && words.iter().any(|w| w.class == Class::Quantity) {
        Category::Number
    } else if all_of(Class::Name) && words.iter().any(|w| w.class == Class::Name) {
        Category::NamedEntity
    } else {
        Category::WrongSense
    };
    let said = pair.copy_words(copy.clone());
    let evidence = if source.is_empty() {
        format!("read in its context, `{said}` is not what the source says ({score:.2})")
    } else {
        format!(
            "read in its context, `{said}` does not say what the source says with `{}` ({score:.2})",
            pair.source_words(source.clone())
        )
    };
    Proposal {
        category,
        score,
        source,
        copy,
        evidence,
    }
}
