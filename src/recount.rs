//! Shares counted anew: with or without quotations and furniture, short passages left out.
//!
//! A lawyer asks what remains when speeches do not count, an editor what a reader sees, captions and all. The sentences that answer each
//! other stay as they were found; only which words count changes.

use crate::model::{Document, Link, Relation, Segmented, Sentence, Shares, Span, Version};
use crate::simd::Level;
use crate::text::tokens::{TokenKind, tokens};
use crate::text::words::{Words, splitmix};

/// Which words count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Switches {
    /// Words inside quotation marks.
    pub quotations: bool,
    /// Captions, credits, headings, notices and repetitions: a line that both texts have word for word is then shared.
    pub furniture: bool,
    /// Passages of fewer words than this are taken to be new.
    pub least_words: u32,
}

impl Default for Switches {
    /// As [`Version`] counts.
    fn default() -> Self {
        Self {
            quotations: true,
            furniture: false,
            least_words: 0,
        }
    }
}

/// Words of one text that the other has, of all that count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Words that the other has.
    pub shared: u32,
    /// Words that count.
    pub all: u32,
}

impl Counted {
    /// The share, 0..=1; `None` where no word counts.
    pub fn share(self) -> Option<f32> {
        (self.all > 0).then(|| self.shared as f32 / self.all as f32)
    }
}

/// Neighbouring sentences of the copy that the source answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Number of its first sentence.
    pub first: u32,
    /// Number of its last sentence.
    pub last: u32,
    /// Where it stands in the copy's text.
    pub span: Span,
    /// Its words that count.
    pub words: u32,
    /// Whether it has so many words that it counts.
    pub counts: bool,
}

/// The shares under [`Switches`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recount {
    /// Words of the copy.
    pub copy: Counted,
    /// Words of the source.
    pub source: Counted,
    /// The copy's words by what was done to them; they add up to 1 unless no word counts.
    pub shares: Shares,
    /// What the two share, in the order of the copy. Sentences that do not count neither part a passage nor belong to it.
    pub passages: Vec<Passage>,
}

/// One text with what is needed to count it.
struct Text {
    /// Words that count, by sentence.
    words: Vec<u32>,
    /// A hash of each sentence as it is read, marks and case aside.
    readings: Vec<u64>,
}

impl Text {
    fn new(document: &Document, parts: &Segmented, switches: Switches) -> Self {
        let mut words = Words::new(0, Level::best());
        let mut reading = |sentence: &Sentence| {
            words.read(sentence.span.of(&document.text).as_bytes(), false);
            let hashes = words.hashes().iter();
            hashes.fold(0, |hash, &word| splitmix(hash ^ word))
        };
        let counted = |sentence: &Sentence| {
            let span = match (switches.furniture, sentence.matters()) {
                (true, _) => sentence.span,
                (false, true) => sentence.statement(),
                (false, false) => return 0,
            };
            let counts = |word: Span| switches.quotations || !is_quoted(parts, word);
            let found = tokens(&document.text, span);
            let words = found.iter().filter(|token| token.kind != TokenKind::Mark);
            let count = words.filter(|token| counts(token.span)).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        Self {
            words: parts.sentences.iter().map(counted).collect(),
            readings: parts.sentences.iter().map(&mut reading).collect(),
        }
    }

    fn words_of(&self, numbers: &[u32]) -> u32 {
        let words = |number: &u32| self.words.get(*number as usize).copied();
        numbers.iter().filter_map(words).sum()
    }
}

fn is_quoted(parts: &Segmented, word: Span) -> bool {
    let next = parts
        .quotations
        .partition_point(|quotation| quotation.span.end <= word.start);
    parts
        .quotations
        .get(next)
        .is_some_and(|quotation| quotation.span.overlaps(word))
}

/// Counts what `version`, the comparison of `copy` with `source`, says they share. With the default switches the shares are those of
/// `version`. Linear in the length of the two texts.
pub fn recount(
    (source, source_parts): (&Document, &Segmented),
    (copy, copy_parts): (&Document, &Segmented),
    version: &Version,
    switches: Switches,
) -> Recount {
    let from = Text::new(source, source_parts, switches);
    let to = Text::new(copy, copy_parts, switches);
    let answered = |link: &&Link| !link.copy.is_empty() && !link.source.is_empty();
    // What was done to each sentence of the copy.
    let mut done = vec![Relation::New; to.words.len()];
    for link in version.links.iter().filter(answered) {
        for &number in &link.copy {
            if let Some(done) = done.get_mut(number as usize) {
                *done = link.relation;
            }
        }
    }
    if switches.furniture {
        let known = sorted(from.readings.iter().copied());
        for ((sentence, reading), done) in
            copy_parts.sentences.iter().zip(&to.readings).zip(&mut done)
        {
            if !sentence.matters() && known.binary_search(reading).is_ok() {
                *done = Relation::Verbatim;
            }
        }
    }
    let passages = passages(copy_parts, &to, &done, switches);
    for passage in passages.iter().filter(|passage| !passage.counts) {
        done[passage.first as usize..=passage.last as usize].fill(Relation::New);
    }

    let mut recount = Recount {
        passages,
        ..Recount::default()
    };
    let mut by_relation = [0_u32; 5];
    for (&words, &done) in to.words.iter().zip(&done) {
        let at = match done {
            Relation::Verbatim => 0,
            Relation::MinorEdit => 1,
            Relation::Paraphrase => 2,
            Relation::Summary => 3,
            Relation::New | Relation::Omitted => 4,
        };
        by_relation[at] += words;
        recount.copy.all += words;
    }
    recount.copy.shared = recount.copy.all - by_relation[4];
    let [verbatim, minor_edit, paraphrase, summary, new] =
        by_relation.map(|words| words as f32 / recount.copy.all.max(1) as f32);
    recount.shares = Shares {
        verbatim,
        minor_edit,
        paraphrase,
        summary,
        new,
    };

    let counts = |number: &u32| {
        let done = done.get(*number as usize);
        done.is_some_and(|&done| done != Relation::New)
    };
    let mut used = vec![false; from.words.len()];
    for link in version.links.iter().filter(answered) {
        if link.copy.iter().any(counts) {
            for &number in &link.source {
                if let Some(used) = used.get_mut(number as usize) {
                    *used = true;
                }
            }
        }
    }
    if switches.furniture {
        let dropped = |number: &u32| {
            let inside = |passage: &&Passage| (passage.first..=passage.last).contains(number);
            recount
                .passages
                .iter()
                .find(inside)
                .is_some_and(|p| !p.counts)
        };
        let kept = (0..)
            .zip(&to.readings)
            .filter(|(number, _)| !dropped(number));
        let known = sorted(kept.map(|(_, &reading)| reading));
        for ((sentence, reading), used) in source_parts
            .sentences
            .iter()
            .zip(&from.readings)
            .zip(&mut used)
        {
            *used |= !sentence.matters() && known.binary_search(reading).is_ok();
        }
    }
    for (&words, &used) in from.words.iter().zip(&used) {
        recount.source.all += words;
        recount.source.shared += if used { words } else { 0 };
    }
    recount
}

fn sorted(readings: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut readings: Vec<u64> = readings.collect();
    readings.sort_unstable();
    readings
}

/// Runs of sentences that the source answers.
fn passages(parts: &Segmented, text: &Text, done: &[Relation], switches: Switches) -> Vec<Passage> {
    let mut runs: Vec<Vec<u32>> = Vec::new();
    let mut open = false;
    for ((number, sentence), &done) in (0..).zip(&parts.sentences).zip(done) {
        if !sentence.matters() && !switches.furniture {
            continue;
        }
        if done == Relation::New {
            open = false;
        } else if open && let Some(run) = runs.last_mut() {
            run.push(number);
        } else {
            runs.push(vec![number]);
            open = true;
        }
    }
    let passage = |run: Vec<u32>| {
        let (first, last) = (*run.first()?, *run.last()?);
        let words = text.words_of(&run);
        Some(Passage {
            first,
            last,
            span: parts.sentences[first as usize]
                .span
                .join(parts.sentences[last as usize].span),
            words,
            counts: words >= switches.least_words,
        })
    };
    runs.into_iter().filter_map(passage).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::TraceOptions;

    const WIRE: &str = "Clashes along the frontier between Velmark and Tarsia killed at least 49 soldiers overnight, the two \
        governments said on Tuesday.\n\n\
        \u{201c}We did not start this, and we will not leave our positions,\u{201d} Prime Minister Anto Velle told parliament.\n\n\
        The neighbours fought two wars over the mountainous Karst enclave.";

    fn both(copy: &str, switches: Switches) -> (Version, Recount) {
        let document = |id: &str, text: &str| Document {
            id: id.to_owned(),
            text: text.to_owned(),
            ..Document::default()
        };
        let report = crate::pipeline::compare(
            document("a", WIRE),
            document("b", copy),
            &TraceOptions::default(),
        );
        let version = report.clusters[0].versions[0].clone();
        let counted = recount(
            (&report.documents[0], &report.segmented[0]),
            (&report.documents[1], &report.segmented[1]),
            &version,
            switches,
        );
        (version, counted)
    }

    fn near(a: Option<f32>, b: Option<f32>) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-4,
            (a, b) => a == b,
        }
    }

    #[test]
    fn the_default_switches_count_as_versions_do() {
        let copy =
            format!("{WIRE}\n\nResidents of the capital formed long queues on Tuesday evening.");
        let (version, counted) = both(&copy, Switches::default());
        assert!(near(
            counted.copy.share(),
            Some(version.containment_of_copy)
        ));
        assert!(near(
            counted.source.share(),
            Some(version.containment_of_source)
        ));
        assert!((counted.shares.new - version.shares.new).abs() < 1e-4);
        assert_eq!(counted.passages.len(), 1);
        let without = Switches {
            quotations: false,
            ..Switches::default()
        };
        let (version, counted) = both(&copy, without);
        assert!(near(
            counted.copy.share(),
            version.unquoted.containment_of_copy
        ));
        assert!(near(
            counted.source.share(),
            version.unquoted.containment_of_source
        ));
    }

    #[test]
    fn a_passage_of_fewer_words_is_new_on_both_sides() {
        let copy = "The harbour was closed for repairs on Monday.\n\n\
            The neighbours fought two wars over the mountainous Karst enclave.";
        let (_, counted) = both(copy, Switches::default());
        assert_eq!(counted.passages.len(), 1);
        assert_eq!(counted.passages[0].words, 10);
        assert!(counted.source.shared > 0);
        let long = Switches {
            least_words: 11,
            ..Switches::default()
        };
        let (_, counted) = both(copy, long);
        assert!(!counted.passages[0].counts);
        assert_eq!((counted.copy.shared, counted.source.shared), (0, 0));
        assert!((counted.shares.new - 1.0).abs() < 1e-6);
    }
}
