//! One side of a row of passages with its marks: drifts by number, other wording.

use std::fmt::Write as _;

use crate::model::{Drift, Span};

use super::super::phrases;
use super::escape::escaped;

/// Puts marks into one side of a row.
pub(super) struct Marks<'d, F> {
    /// Begins the ids of the version's drifts.
    pub(super) anchor: &'d str,
    /// Whether this side's first mark of a drift is the place the drift list links to.
    pub(super) target: bool,
    /// The drifts of the row with their numbers within the version.
    pub(super) drifts: &'d [(usize, &'d Drift)],
    /// Where a drift stands on this side.
    pub(super) spans: F,
}

impl<F: Fn(&Drift) -> Span> Marks<'_, F> {
    /// The escaped text of `span`, its `changed` words and its drifts marked.
    pub(super) fn apply(&self, text: &str, span: Span, changed: &[Span]) -> String {
        let inside = |place: Span| place.overlaps(span);
        let mut cuts = vec![span.start, span.end];
        for place in changed
            .iter()
            .copied()
            .chain(self.drifts.iter().map(|(_, drift)| (self.spans)(drift)))
        {
            for cut in [place.start, place.end] {
                if cut > span.start && cut < span.end {
                    cuts.push(cut);
                }
            }
        }
        cuts.sort_unstable();
        cuts.dedup();
        let mut shown = String::new();
        for (index, pair) in cuts.windows(2).enumerate() {
            let part = Span {
                start: pair[0],
                end: pair[1],
            };
            self.gaps(part.start, &mut shown);
            let words = escaped(part.of(text));
            let here: Vec<_> = self
                .drifts
                .iter()
                .filter(|(_, drift)| (self.spans)(drift).overlaps(part))
                .collect();
            let gravest = here.iter().max_by_key(|(number, drift)| {
                let wrong = drift.witnesses.newer.is_none();
                (wrong, drift.severity, std::cmp::Reverse(*number))
            });
            if let Some((_, drift)) = gravest {
                let _ = write!(shown, "<mark class=\"drift {}\">", phrases::grade(drift));
                for (number, drift) in &here {
                    let place = (self.spans)(drift);
                    let begins =
                        place.start == part.start || (index == 0 && place.start < span.start);
                    if begins {
                        self.label(*number, drift, place.start >= span.start, &mut shown);
                    }
                }
                let _ = write!(shown, "{words}</mark>");
            } else if changed
                .iter()
                .any(|&place| inside(place) && place.overlaps(part))
            {
                let _ = write!(shown, "<span class=\"other\">{words}</span>");
            } else {
                shown.push_str(&words);
            }
        }
        self.gaps(span.end, &mut shown);
        shown
    }

    /// Marks for drifts that have no words on this side, at the place where the words would stand.
    fn gaps(&self, at: u32, shown: &mut String) {
        for (number, drift) in self.drifts {
            let place = (self.spans)(drift);
            if place.is_empty() && place.start == at {
                let _ = write!(
                    shown,
                    "<mark class=\"drift gap {}\">",
                    phrases::grade(drift)
                );
                self.label(*number, drift, true, shown);
                shown.push_str("‸</mark>");
            }
        }
    }

    fn label(&self, number: usize, drift: &Drift, first: bool, shown: &mut String) {
        let severity = phrases::grade(drift);
        let anchor = self.anchor;
        let id = if self.target && first {
            format!(" id=\"{anchor}m{number}\"")
        } else {
            String::new()
        };
        let _ = write!(
            shown,
            "<a class=\"tag {severity}\"{id} href=\"#{anchor}d{number}\" title=\"{}\">{number} {severity}</a> ",
            phrases::category(drift.category)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Severity, Witnesses};

    #[test]
    fn overlapping_marks_keep_every_word_once() {
        let text = "they were of an environmental nature";
        let drift = |start: usize, end: usize, severity| Drift {
            category: Category::WrongSense,
            severity,
            score: 0.9,
            source: Span::default(),
            copy: Span::new(start, end),
            evidence: String::new(),
            witnesses: Witnesses::default(),
        };
        let (one, two, three) = (
            drift(10, 29, Severity::Major),
            drift(16, 36, Severity::Minor),
            drift(5, 5, Severity::Minor),
        );
        let drifts = [(1, &one), (2, &two), (3, &three)];
        let marks = Marks {
            anchor: "c1v1",
            target: true,
            drifts: &drifts,
            spans: |drift: &Drift| drift.copy,
        };
        let shown = marks.apply(text, Span::new(0, text.len()), &[Span::new(0, 9)]);
        let mut plain = String::new();
        let mut in_tag = 0;
        for c in shown.chars() {
            match c {
                '<' => in_tag += 1,
                '>' => in_tag -= 1,
                c if in_tag == 0 => plain.push(c),
                _ => {}
            }
        }
        let plain = plain
            .replace("1 major ", "")
            .replace("2 minor ", "")
            .replace("3 minor ", "")
            .replace('‸', "");
        assert_eq!(plain, text);
        for id in ["c1v1m1", "c1v1m2", "c1v1m3"] {
            assert_eq!(shown.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
        }
    }
}
