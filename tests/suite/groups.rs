//! Groups of very many documents: the work for each must not grow with their number.

use std::sync::Mutex;

use wirecopy::model::{Document, Report};
use wirecopy::observer::Observer;
use wirecopy::options::TraceOptions;
use wirecopy::pipeline::trace;

/// Counts the pairs that are measured.
#[derive(Default)]
struct Counter(Mutex<(bool, u64)>);

impl Observer for Counter {
    fn begin(&self, stage: &'static str, _: Option<u64>) {
        self.0.lock().unwrap().0 = stage == "verifying";
    }

    fn advance(&self, by: u64) {
        let mut counted = self.0.lock().unwrap();
        if counted.0 {
            counted.1 += by;
        }
    }
}

/// Documents of two paragraphs of their own, with a paragraph between them that all have.
fn sharing(count: usize) -> Vec<Document> {
    let mut state = 11_u64;
    let mut words = |number: usize| -> String {
        let mut text = String::new();
        for _ in 0..number {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            text += &format!("w{} ", (state >> 33) % 4000);
        }
        text.trim_end().to_owned() + "."
    };
    let shared = format!("{} {} {}", words(12), words(14), words(13));
    (0..count)
        .map(|k| Document {
            id: format!("d{k:04}"),
            text: format!("{}\n\n{shared}\n\n{}", words(12), words(11)),
            ..Document::default()
        })
        .collect()
}

fn measured(count: usize) -> (Report, u64) {
    let counter = Counter::default();
    let report = trace(
        sharing(count),
        Vec::new(),
        &TraceOptions::default(),
        &counter,
    );
    let pairs = counter.0.lock().unwrap().1;
    (report, pairs)
}

#[test]
fn a_paragraph_that_very_many_share_costs_each_of_them_no_more() {
    let (few, pairs_of_few) = measured(120);
    let (many, pairs_of_many) = measured(360);
    for (report, count) in [(few, 120), (many, 360)] {
        assert_eq!(report.clusters.len(), 1);
        assert_eq!(report.clusters[0].versions.len() + 1, count);
    }
    assert!(pairs_of_few >= 119, "{pairs_of_few}");
    assert!(
        pairs_of_many <= 4 * pairs_of_few,
        "{pairs_of_few} pairs of 120 documents were measured, {pairs_of_many} of 360"
    );
}
