//! Which document of a cluster the others come from.

/// What speaks for a document as the source.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Mean share of the other documents' passages that it covers, 0..=1.
    pub covers_others: f32,
    /// Mean share of its own passage that the others cover, 0..=1.
    pub covered_by_others: f32,
    /// Mean likeness of its sentences to their counterparts, 0..=1: a source is nearer to all copies than they are to each other.
    pub likeness: f32,
    /// Its outlet is an agency, or the agency of its own dateline.
    pub is_agency: bool,
    /// It credits an agency that is not itself.
    pub credits_another: bool,
    /// How many of the others name its outlet as their source.
    pub named_by: usize,
    /// Seconds since 1970, when known.
    pub published: Option<i64>,
    /// Words of its passage.
    pub words: u32,
}

/// The choice of a source.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Index of the chosen document.
    pub index: usize,
    /// How sure, 0..=1.
    pub confidence: f32,
    /// Reasons, in words.
    pub evidence: Vec<String>,
}

/// Chooses the source among the documents of a cluster, in the order of weight: being an agency, being named by the others, what it covers,
/// likeness to all others, time. Ties go to the first, so that an order by id is kept.
pub fn choose_source(standings: &[Standing]) -> Choice {
    let earliest = standings.iter().filter_map(|s| s.published).min();
    let others = standings.len().saturating_sub(1).max(1) as f32;
    let score = |s: &Standing| {
        let mut score =
            1.6 * s.covers_others + 6.0 * s.likeness + 0.5 * (1.0 - s.covered_by_others);
        score += if s.is_agency { 1.0 } else { 0.0 };
        score += 0.8 * s.named_by as f32 / others;
        score -= if s.credits_another { 0.25 } else { 0.0 };
        if let (Some(first), Some(time)) = (earliest, s.published) {
            let hours = (time - first) as f32 / 3600.0;
            score += 0.35 / (1.0 + hours / 3.0);
        }
        score
    };
    let mut order: Vec<(usize, f32)> = standings
        .iter()
        .enumerate()
        .map(|(k, s)| (k, score(s)))
        .collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let Some(&(index, best)) = order.first() else {
        return Choice {
            index: 0,
            confidence: 0.0,
            evidence: Vec::new(),
        };
    };
    let margin = order.get(1).map_or(1.0, |second| best - second.1);
    let chosen = &standings[index];
    let mut evidence = Vec::new();
    if chosen.is_agency {
        evidence.push("it is an agency's own text".to_owned());
    }
    if chosen.named_by > 0 {
        evidence.push(format!(
            "{} of {} other versions name it",
            chosen.named_by,
            standings.len() - 1
        ));
    }
    evidence.push(format!(
        "it covers {:.0} % of what the other versions carry, they cover {:.0} % of it",
        100.0 * chosen.covers_others,
        100.0 * chosen.covered_by_others
    ));
    if earliest.is_some() && chosen.published == earliest {
        evidence.push("it is the earliest".to_owned());
    } else if earliest.is_some() && chosen.published.is_some() {
        evidence.push("it is not the earliest".to_owned());
    }
    Choice {
        index,
        confidence: 1.0 / (1.0 + (-4.0 * margin).exp()),
        evidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_that_covers_the_others_is_the_source_and_ties_go_to_the_first() {
        let long = Standing {
            covers_others: 0.9,
            covered_by_others: 0.4,
            likeness: 0.7,
            words: 400,
            ..Standing::default()
        };
        let short = Standing {
            covers_others: 0.4,
            covered_by_others: 0.9,
            likeness: 0.7,
            words: 150,
            ..Standing::default()
        };
        assert_eq!(choose_source(&[short.clone(), long.clone()]).index, 1);
        assert_eq!(choose_source(&[long.clone(), long]).index, 0);
    }
}
