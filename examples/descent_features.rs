//! Prints what speaks for every pair of documents of the labelled stories: the material of `training/descent.py`.
//!
//! `descent_features CORPUS dev|test VARIATIONS` traces the stories of a part, first as they are, then varied: documents left out (often the
//! dispatch), outlets and times struck out, times moved. Writes for every cluster that holds two documents of one story a line
//! `{"story","variation","ids":[...],"parents":[...],"pairs":[[[candidate,[numbers]]]],"outside":[[numbers]]}`; `parents` are the labels: the nearest
//! document of the cluster that a text goes back to, -1 for none. The first line names the numbers.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::Path;

use wirecopy::article::Article;
use wirecopy::attribute::{
    Agencies, Circle, Member, OF_A_PAIR, OF_OUTSIDE, Traits, known_agencies,
};
use wirecopy::eval::corpus::{Role, Story};
use wirecopy::eval::{Corpus, Split};
use wirecopy::model::{DocId, Document};
use wirecopy::observer::Silent;
use wirecopy::options::TraceOptions;
use wirecopy::pipeline::trace;
use wirecopy::text::words::splitmix;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let usage = "usage: descent_features CORPUS dev|test VARIATIONS";
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, part, variations] = arguments.as_slice() else {
        return Err(usage.into());
    };
    let split = match part.as_str() {
        "dev" => Split::Dev,
        "test" => Split::Test,
        _ => return Err(usage.into()),
    };
    let corpus = Corpus::load(Path::new(folder))?;
    let stories = corpus.of(Some(split));
    let mut out = BufWriter::new(std::io::stdout().lock());
    writeln!(
        out,
        "{}",
        serde_json::json!({"pair": &OF_A_PAIR[..], "outside": &OF_OUTSIDE[..]})
    )?;
    for variation in 0..variations.parse::<u64>()? {
        write_variation(&stories, variation, &mut out)?;
    }
    Ok(())
}

fn write_variation(stories: &[&Story], variation: u64, out: &mut dyn Write) -> std::io::Result<()> {
    let mut texts = Vec::new();
    for (number, story) in (1..).zip(stories) {
        texts.extend(varied(story, variation, number));
    }
    // Of each document the one it was made from, whether that is there or not.
    let origin: BTreeMap<String, Option<String>> = stories
        .iter()
        .flat_map(|story| {
            story.documents.iter().map(|d| {
                let from = d
                    .copied_from
                    .as_ref()
                    .filter(|_| d.role != Role::Wire)
                    .map(|from| format!("{}/{from}", story.name));
                (d.document.id.clone(), from)
            })
        })
        .collect();
    let options = TraceOptions::default();
    let report = trace(texts, Vec::new(), &options, &Silent);
    for cluster in &report.clusters {
        let ids: Vec<DocId> = std::iter::once(cluster.source)
            .chain(cluster.versions.iter().map(|v| v.document))
            .collect();
        let documents: Vec<&Document> = ids.iter().map(|id| report.document(*id)).collect();
        let segmented: Vec<_> = ids.iter().map(|id| &report.segmented[id.index()]).collect();
        let base = Agencies::extended(&options.agencies);
        let agencies = known_agencies(&base, &documents, &segmented);
        let articles: Vec<Article> = documents
            .iter()
            .zip(&segmented)
            .map(|(document, parts)| Article::new(document, parts))
            .collect();
        let credits: Vec<_> = std::iter::once(&cluster.source_attribution)
            .chain(cluster.versions.iter().map(|v| &v.attribution))
            .collect();
        let members: Vec<Member<'_>> = (0..ids.len())
            .map(|k| Member::new(ids[k], documents[k], &articles[k], credits[k], &agencies))
            .collect();
        let traits: Vec<Traits> = articles.iter().map(Traits::new).collect();
        let circle = Circle {
            members: &members,
            source: 0,
            versions: &cluster.versions,
        };
        let kinship = circle.kinship(&traits);
        let place = |id: &str| documents.iter().position(|d| d.id == id);
        let parents: Vec<i64> = documents
            .iter()
            .map(|document| {
                let mut from = origin[&document.id].as_ref();
                while let Some(id) = from {
                    if let Some(at) = place(id) {
                        return i64::try_from(at).unwrap_or(-1);
                    }
                    from = origin[id].as_ref();
                }
                -1
            })
            .collect();
        let line = serde_json::json!({
            "story": documents[0].id.split('/').next(),
            "variation": variation,
            "ids": documents.iter().map(|d| d.id.as_str()).collect::<Vec<_>>(),
            "parents": parents,
            "pairs": kinship.pairs,
            "outside": kinship.outside,
        });
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// The documents of a story under a variation; 0 changes nothing.
fn varied(story: &Story, variation: u64, number: u64) -> Vec<Document> {
    let mut state = splitmix(variation.wrapping_mul(1009) ^ number);
    let mut chance = |share: f64| {
        state = splitmix(state);
        ((state >> 11) as f64 / (1_u64 << 53) as f64) < share
    };
    let plain = variation == 0;
    let (no_dispatch, thin) = (chance(0.4), chance(0.6));
    let (no_outlets, no_times) = (chance(0.4), chance(0.4));
    let mut texts = Vec::new();
    for labelled in &story.documents {
        let mut document = labelled.document.clone();
        let gone = (labelled.role == Role::Wire && no_dispatch) || (thin && chance(0.35));
        let moved = chance(0.12);
        let hours = (0..48).filter(|_| chance(0.5)).count();
        if plain {
            texts.push(document);
            continue;
        }
        if gone {
            continue;
        }
        if no_outlets {
            document.outlet = None;
        }
        if no_times {
            document.published_seconds = None;
            document.published_at = None;
        } else if moved && labelled.role != Role::Wire {
            // Sites change the time of an article when they touch it, seldom backwards.
            let shift = 3600 * i64::try_from(hours).unwrap_or(0);
            let back = if chance(0.25) { -shift / 2 } else { shift };
            document.published_seconds = document.published_seconds.map(|s| s + back);
        }
        texts.push(document);
    }
    texts
}
