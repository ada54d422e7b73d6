//! Tiny labels and findings for the tests of the measures.

use std::ops::Range;

use super::corpus::{LabelledDrift, LabelledSentence};
use crate::judge::MAJOR;
use crate::model::{
    Attribution, Category, Derivation, DocId, Drift, Link, Relation, Sentence, SentenceKind,
    Severity, Shares, Span, Unquoted, Version, Witnesses,
};

fn span(range: &Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

pub(super) fn label(
    at: Range<usize>,
    source: &[(usize, usize)],
    relation: Option<Relation>,
) -> LabelledSentence {
    let source = source
        .iter()
        .map(|&(start, end)| Span::new(start, end))
        .collect();
    LabelledSentence {
        span: span(&at),
        source,
        relation,
        drifts: Vec::new(),
        updates: Vec::new(),
    }
}

pub(super) fn labelled_drift(
    category: Category,
    source: Option<Range<usize>>,
    copy: Option<Range<usize>>,
) -> LabelledDrift {
    let of = |range: Option<Range<usize>>| range.as_ref().map(span);
    LabelledDrift {
        category,
        severity: Severity::Major,
        source: of(source),
        copy: of(copy),
    }
}

pub(super) fn sentences(spans: &[(usize, usize)]) -> Vec<Sentence> {
    let sentence = |&(start, end): &(usize, usize)| Sentence {
        span: Span::new(start, end),
        paragraph: 0,
        kind: SentenceKind::Body,
        why: None,
        quotation: false,
        dateline: 0,
    };
    spans.iter().map(sentence).collect()
}

pub(super) fn link(copy: &[u32], source: &[u32], relation: Relation) -> Link {
    Link {
        copy: copy.to_vec(),
        source: source.to_vec(),
        similarity: 1.0,
        relation,
        drifts: Vec::new(),
    }
}

pub(super) fn drift(
    category: Category,
    score: f32,
    source: Range<usize>,
    copy: Range<usize>,
) -> Drift {
    Drift {
        category,
        severity: if score >= MAJOR {
            Severity::Major
        } else {
            Severity::Minor
        },
        score,
        source: span(&source),
        copy: span(&copy),
        evidence: String::new(),
        witnesses: Witnesses::default(),
    }
}

pub(super) fn version(links: Vec<Link>) -> Version {
    Version {
        document: DocId::new(0).expect("0 is an id"),
        derivation: Derivation::WhollyDerived,
        independent: false,
        containment_of_copy: 1.0,
        containment_of_source: 1.0,
        unquoted: Unquoted::default(),
        near_exact: false,
        update: false,
        shares: Shares::default(),
        links,
        attribution: Attribution::default(),
    }
}
