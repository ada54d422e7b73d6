//! Furniture learned from an outlet: what stands in several of its articles that have nothing else in common.

use std::collections::BTreeMap;

use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;

use super::set_aside;
use crate::lexicon::is_function_word;
use crate::model::{Document, Reason, Segmented};
use crate::text::fold::fold_into;
use crate::text::outlets::outlet;
use crate::text::tokens::{TokenKind, tokens};

/// Unrelated articles that a sentence must stand in. Two may share a paragraph of background; three unrelated ones do not.
const LEAST_ARTICLES: u32 = 3;
/// Share of the smaller vocabulary, function words aside, from which two articles may be of one story. On `corpus/` any two versions
/// of one dispatch share .28 and more (median .45); of pairs from different stories 95 in 100 share less.
const RELATED: f32 = 0.28;
/// Articles of one sentence that are compared with each other; more prove nothing more.
const MOST_COMPARED: usize = 24;

/// Marks in `segmented` the sentences that recur in unrelated articles of the same outlet (by name; else by the host of the
/// address). Near-duplicates, reprints and updates of one story count once, so that a wire paragraph that an outlet prints twice
/// stays story. Time grows with the text; the result does not depend on the order of documents.
/// `readings` are those of [`super::segment_read`].
pub fn mark_recurring(documents: &[Document], segmented: &mut [Segmented], readings: &[Vec<u64>]) {
    let mut outlets: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, document) in documents.iter().enumerate() {
        if let Some(outlet) = outlet(document) {
            outlets.entry(outlet).or_default().push(at);
        }
    }
    let learned: Vec<(usize, usize, u32)> = outlets
        .into_values()
        .filter(|articles| articles.len() >= LEAST_ARTICLES as usize)
        .collect::<Vec<_>>()
        .into_par_iter()
        .flat_map_iter(|articles| recurring(documents, segmented, readings, &articles))
        .collect();
    for (document, sentence, articles) in learned {
        set_aside(
            &mut segmented[document].sentences[sentence],
            Reason::Recurs(articles),
        );
    }
}

/// Marks the sentences of one document that `unrelated_articles` of its outlet are known to have, where those are several. For a
/// document whose outlet is known from elsewhere, such as an archive.
pub fn mark_known(
    document: &Document,
    segmented: &mut Segmented,
    unrelated_articles: &mut dyn FnMut(&str) -> u32,
) {
    for sentence in segmented.sentences.iter_mut().filter(|s| s.matters()) {
        let articles = unrelated_articles(sentence.span.of(&document.text));
        if articles >= LEAST_ARTICLES {
            set_aside(sentence, Reason::Recurs(articles));
        }
    }
}

/// (document, sentence, unrelated articles) of the sentences that recur among `articles` of one outlet.
fn recurring(
    documents: &[Document],
    segmented: &[Segmented],
    readings: &[Vec<u64>],
    articles: &[usize],
) -> Vec<(usize, usize, u32)> {
    // Ascending by the sentence's words, then by place.
    let mut places: Vec<(u64, usize, usize)> = Vec::new();
    for &at in articles {
        let sentences = segmented[at].sentences.iter().zip(&readings[at]);
        for (number, (sentence, &reading)) in sentences.enumerate() {
            if sentence.matters() && reading != 0 {
                places.push((reading, at, number));
            }
        }
    }
    places.sort_unstable();
    let often: Vec<Vec<(usize, usize)>> = places
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|same| {
            let distinct = same.chunk_by(|a, b| a.1 == b.1).count();
            distinct >= LEAST_ARTICLES as usize
        })
        .map(|same| same.iter().map(|&(_, at, number)| (at, number)).collect())
        .collect();
    let common: AHashSet<(usize, usize)> = often.iter().flatten().copied().collect();
    let mut words: AHashMap<usize, AHashSet<u64>> = AHashMap::new();
    let mut found = Vec::new();
    for list in &often {
        let mut holders: Vec<usize> = list.iter().map(|p| p.0).collect();
        holders.dedup();
        holders.truncate(MOST_COMPARED);
        for &at in &holders {
            words
                .entry(at)
                .or_insert_with(|| vocabulary(&documents[at], &segmented[at], at, &common));
        }
        // Each article that is related to none of those taken before it.
        let mut apart: Vec<usize> = Vec::new();
        for &at in &holders {
            if apart
                .iter()
                .all(|other| overlap(&words[&at], &words[other]) < RELATED)
            {
                apart.push(at);
            }
        }
        let unrelated = u32::try_from(apart.len()).unwrap_or(u32::MAX);
        if unrelated >= LEAST_ARTICLES {
            found.extend(list.iter().map(|&(at, number)| (at, number, unrelated)));
        }
    }
    found
}

/// Content words of an article, what it has in common with others of its outlet left out.
fn vocabulary(
    document: &Document,
    segmented: &Segmented,
    at: usize,
    common: &AHashSet<(usize, usize)>,
) -> AHashSet<u64> {
    let mut folded = String::new();
    segmented
        .sentences
        .iter()
        .enumerate()
        .filter(|(number, sentence)| sentence.matters() && !common.contains(&(at, *number)))
        .flat_map(|(_, sentence)| tokens(&document.text, sentence.statement()))
        .filter(|token| token.kind == TokenKind::Word)
        .filter_map(|token| {
            fold_into(token.span.of(&document.text), &mut folded);
            (!is_function_word(&folded)).then(|| xxhash_rust::xxh3::xxh3_64(folded.as_bytes()))
        })
        .collect()
}

fn overlap(a: &AHashSet<u64>, b: &AHashSet<u64>) -> f32 {
    let smaller = a.len().min(b.len());
    if smaller == 0 {
        // Nothing but what recurs: the same page twice.
        return 1.0;
    }
    a.intersection(b).count() as f32 / smaller as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::segment_read;

    const LINE: &str = "Nine towns, four rivers and one paper since the great flood.";
    const STORIES: [&str; 3] = [
        "The dam above Stade broke on Monday after a week of rain and flooded forty farms. Cattle drowned and the railway line was cut in two places.",
        "Pell United beat Dorn in the cup final on penalties after extra time. Goalkeeper Okan saved the last shot before a crowd of thirty thousand.",
        "The central bank kept its key interest rate at four percent. Governor Lund expects inflation to slow when fuel prices fall in autumn.",
    ];

    fn marks(
        texts: &[String],
        outlet: Option<&str>,
        url: Option<&str>,
    ) -> Vec<Vec<Option<Reason>>> {
        let documents: Vec<Document> = texts
            .iter()
            .map(|text| Document {
                text: text.clone(),
                outlet: outlet.map(str::to_owned),
                url: url.map(str::to_owned),
                ..Document::default()
            })
            .collect();
        let (mut segmented, readings): (Vec<_>, Vec<_>) =
            documents.iter().map(|d| segment_read(d, false)).unzip();
        mark_recurring(&documents, &mut segmented, &readings);
        segmented
            .iter()
            .map(|s| s.sentences.iter().map(|s| s.why).collect())
            .collect()
    }

    #[test]
    fn what_recurs_in_unrelated_articles_of_an_outlet_is_furniture() {
        let texts = STORIES.map(|story| format!("{story}\n\n{LINE}"));
        let marked = vec![vec![None, None, Some(Reason::Recurs(3))]; 3];
        assert_eq!(marks(&texts, Some("Pell Mail"), None), marked);
        assert_eq!(
            marks(&texts, None, Some("https://www.pell-mail.example/a/1")),
            marked
        );
        let untouched = vec![vec![None; 3]; 3];
        assert_eq!(marks(&texts, None, None), untouched);
    }

    #[test]
    fn a_wire_paragraph_printed_again_stays_story() {
        let again = [
            STORIES[0].to_owned(),
            format!("{} Rescue work went on.", STORIES[0]),
            format!("Nine people are missing. {}", STORIES[0]),
            STORIES[1].to_owned(),
        ];
        assert!(
            marks(&again, Some("Pell Mail"), None)
                .iter()
                .flatten()
                .all(Option::is_none)
        );
    }
}
