//! What reports for people say in words: shared by the terminal and the page, so that they never disagree.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Attribution, AttributionKind, Category, Checked, Cluster, Derivation, DocId, Document, Drift,
    Link, OtherSource, Relation, Report, SentenceKind, Severity, Shares, Summary, Version,
};

use super::visible::visible_line;

/// Characters of a story's first sentence that stand in for a missing headline.
const HEADLINE_CHARS: usize = 90;

/// A share in 0..=1 as whole percent. A trace is never shown as nothing, nor nearly all as all.
pub(super) fn percent(share: f32) -> String {
    let share = f64::from(share);
    match share {
        s if s <= 0.0 => "0 %".to_string(),
        s if s < 0.005 => "<1 %".to_string(),
        s if s > 0.995 && s < 0.999_95 => ">99 %".to_string(),
        s => format!("{:.0} %", (s * 100.0).min(100.0)),
    }
}

/// What was done to a version's words, as whole percent that add up to 100: verbatim, minor edit, paraphrase,
/// summary, new. What rounding leaves over goes to the largest remainders.
pub(super) fn share_percents(shares: Shares) -> [u32; 5] {
    let exact = [
        shares.verbatim,
        shares.minor_edit,
        shares.paraphrase,
        shares.summary,
        shares.new,
    ]
    .map(|share| f64::from(share.clamp(0.0, 1.0)) * 100.0);
    let mut whole = [0_u32; 5];
    for (slot, share) in whole.iter_mut().zip(exact) {
        while f64::from(*slot) + 1.0 <= share + 1e-4 {
            *slot += 1;
        }
    }
    let mut order = [0, 1, 2, 3, 4];
    let remainder = |at: usize| exact[at] - f64::from(whole[at]);
    order.sort_by(|&a, &b| remainder(b).total_cmp(&remainder(a)));
    let told: u32 = whole.iter().sum();
    let total = exact.iter().sum::<f64>();
    if total > 99.0 {
        let missing = 100_u32.saturating_sub(told) as usize;
        for &at in order.iter().take(missing) {
            whole[at] += 1;
        }
    }
    whole
}

/// "57 % verbatim", "<1 % new": the shares that are not nothing, with their places in `share_percents`.
pub(super) fn named_shares(shares: Shares) -> Vec<(usize, String)> {
    let named = [
        (shares.verbatim, "verbatim"),
        (shares.minor_edit, "minor edit"),
        (shares.paraphrase, "paraphrase"),
        (shares.summary, "summary"),
        (shares.new, "new"),
    ];
    let whole = share_percents(shares);
    named
        .iter()
        .enumerate()
        .filter(|(_, (share, _))| *share > 0.0)
        .map(|(at, (_, name))| match whole[at] {
            0 => (at, format!("<1 % {name}")),
            share => (at, format!("{share} % {name}")),
        })
        .collect()
}

/// "1 copy", "2 copies".
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number as u64),
        if number == 1 { one } else { many }
    )
}

/// 1234567 as "1,234,567".
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// Who published it: the outlet, or the site's host, or the document's id (of a path, its last part).
pub(super) fn outlet(document: &Document) -> String {
    let named = document.outlet.as_deref().map(visible_line);
    if let Some(outlet) = named.filter(|outlet| !outlet.is_empty()) {
        return outlet;
    }
    let host = document.url.as_deref().and_then(|url| {
        let rest = url.split_once("://")?.1;
        let host = rest.split(['/', '?', '#']).next()?;
        let host = host.strip_prefix("www.").unwrap_or(host);
        (!host.is_empty()).then(|| visible_line(host))
    });
    host.unwrap_or_else(|| {
        let name = document.id.rsplit('/').next();
        visible_line(name.filter(|name| !name.is_empty()).unwrap_or(&document.id))
    })
}

/// What the documents of a cluster are called where all of them stand together: as [`outlet`] says, and of those by one outlet with what
/// tells them apart, the time that they came out or else the id.
pub(super) struct Names<'r> {
    report: &'r Report,
    apart: BTreeMap<DocId, String>,
}

impl<'r> Names<'r> {
    pub(super) fn new(report: &'r Report, cluster: &Cluster) -> Self {
        let mut by_outlet: BTreeMap<String, Vec<DocId>> = BTreeMap::new();
        let versions = cluster.versions.iter().map(|version| version.document);
        for id in std::iter::once(cluster.source).chain(versions) {
            by_outlet
                .entry(outlet(report.document(id)))
                .or_default()
                .push(id);
        }
        let mut apart = BTreeMap::new();
        for (outlet, ids) in by_outlet.iter().filter(|(_, ids)| ids.len() > 1) {
            let time = |id: DocId| report.document(id).published_at.as_deref().map(minute);
            let times: BTreeSet<_> = ids.iter().filter_map(|id| time(*id)).collect();
            for &id in ids {
                let own = match time(id) {
                    Some(time) if times.len() == ids.len() => time,
                    _ => report.document(id).id.clone(),
                };
                apart.insert(id, format!("{outlet} ({})", visible_line(&own)));
            }
        }
        Self { report, apart }
    }

    pub(super) fn of(&self, id: DocId) -> String {
        let apart = self.apart.get(&id).cloned();
        apart.unwrap_or_else(|| outlet(self.report.document(id)))
    }
}

/// "2024-05-08 14:20" of "2024-05-08T14:20:00Z"; what is written in another way as it is.
fn minute(time: &str) -> String {
    let bytes = time.as_bytes();
    match (
        bytes.get(10),
        bytes.get(13),
        time.get(..10),
        time.get(11..16),
    ) {
        (Some(b'T'), Some(b':'), Some(day), Some(minute)) => format!("{day} {minute}"),
        _ => time.to_owned(),
    }
}

/// The headline, or the first words of the story, on one line.
pub(super) fn headline(report: &Report, id: DocId) -> String {
    let document = report.document(id);
    let title = document.title.as_deref().map(visible_line);
    if let Some(title) = title.filter(|title| !title.is_empty()) {
        return title;
    }
    let first = report.segmented.get(id.index()).and_then(|segmented| {
        let story = |kind| matches!(kind, SentenceKind::Body | SentenceKind::Heading);
        let mut sentences = segmented.sentences.iter();
        sentences
            .find(|sentence| story(sentence.kind))
            .map(|sentence| sentence.span)
    });
    match first {
        Some(span) => shorten(&visible_line(span.of(&document.text)), HEADLINE_CHARS),
        None => visible_line(&document.id),
    }
}

/// The text cut at a word, with "…" where something is missing. At most `chars` characters and the mark.
pub(super) fn shorten(text: &str, chars: usize) -> String {
    let Some((cut, _)) = text.char_indices().nth(chars) else {
        return text.to_string();
    };
    let head = &text[..cut];
    let word = head.rfind(char::is_whitespace).filter(|&at| at > cut / 2);
    format!("{}…", head[..word.unwrap_or(cut)].trim_end())
}

/// The language of a document (ISO 639-1): that of most of its text, else what its record says.
pub(super) fn language(report: &Report, index: usize) -> Option<&str> {
    let parts = report.segmented.get(index)?;
    let mut bytes: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for (span, language) in parts.paragraphs.iter().zip(&parts.languages) {
        if let Some(language) = language {
            *bytes.entry(language).or_default() += span.len();
        }
    }
    let most = bytes
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)));
    let said = report.documents[index].language.as_deref();
    most.map(|(language, _)| language).or(said)
}

/// "paragraph 3 is in `de`, the article in `en`": paragraphs in another language than their article. `None` when there is none.
pub(super) fn other_languages(report: &Report, id: DocId) -> Option<String> {
    let main = language(report, id.index())?;
    let parts = report.segmented.get(id.index())?;
    let others: Vec<(usize, &str)> = (1..)
        .zip(&parts.languages)
        .filter_map(|(number, language)| Some((number, (*language)?)))
        .filter(|(_, language)| *language != main)
        .collect();
    let (_, first) = others.first()?;
    let alike = others.iter().all(|(_, language)| language == first);
    let numbers: Vec<String> = others
        .iter()
        .map(|(number, language)| match alike {
            true => number.to_string(),
            false => format!("{number} ({language})"),
        })
        .collect();
    let (noun, verb) = if others.len() == 1 {
        ("paragraph", "is")
    } else {
        ("paragraphs", "are")
    };
    let other = if alike { *first } else { "other languages" };
    Some(format!(
        "{noun} {} {verb} in {other}, the article in {main}",
        numbers.join(", ")
    ))
}

/// Least difference that leaving quotations out makes to a share for it to be said.
const QUOTED: f32 = 0.05;

/// "40 % of the copy without quotations": where leaving them out makes a difference.
pub(super) fn unquoted(version: &Version) -> Option<String> {
    let without = version.unquoted.containment_of_copy;
    match without {
        Some(share) if (share - version.containment_of_copy).abs() < QUOTED => None,
        Some(share) => Some(format!("{} without quotations", percent(share))),
        None => None,
    }
}

/// "wholly derived".
pub(super) fn derivation(derivation: Derivation) -> &'static str {
    match derivation {
        Derivation::WhollyDerived => "wholly derived",
        Derivation::PartiallyDerived => "partially derived",
        Derivation::NonDerived => "not derived",
    }
}

/// "wrong sense".
pub fn category(category: Category) -> &'static str {
    match category {
        Category::WrongSense => "wrong sense",
        Category::Number => "number",
        Category::DateUnit => "date or unit",
        Category::NamedEntity => "name",
        Category::RoleSwap => "roles swapped",
        Category::Polarity => "negation or opposite",
        Category::Modality => "certainty",
        Category::Addition => "addition",
        Category::Omission => "omission",
        Category::Untranslated => "untranslated",
        Category::Terminology => "terminology",
    }
}

/// "minor edit".
pub(super) fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::MinorEdit => "minor edit",
        other => other.name(),
    }
}

/// Whether the version is a later text by the source's own outlet: what differs there is an update.
fn updates_itself(report: &Report, cluster: &Cluster, version: &Version) -> bool {
    let (source, copy) = (
        report.document(cluster.source),
        report.document(version.document),
    );
    let name = |document: &Document| document.outlet.as_deref().map(|o| o.trim().to_lowercase());
    let same = name(source).is_some_and(|n| !n.is_empty() && name(copy) == Some(n));
    let later = source.published_seconds.zip(copy.published_seconds);
    same && later.is_some_and(|(before, after)| before < after)
}

/// "2 sources among 1,204 documents; 3 printings of this text", or why there is none.
pub(super) fn checked(checked: &Checked) -> String {
    let documents = grouped(checked.archive.0);
    let sources = checked.found.len() + checked.others.len();
    let mut said = match sources {
        0 => format!("no source among {documents} documents"),
        some => format!(
            "{} among {documents} documents",
            count(some, "source", "sources")
        ),
    };
    if checked.printings > 1 {
        said.push_str(&format!(
            "; about {} printings of this text",
            grouped(checked.printings)
        ));
    }
    if sources == 0
        && let Some(best) = checked.report.summary.best_refused
    {
        said.push_str(&format!(
            "; the closest document shares {}, too little or too loosely to call it copying",
            percent(best)
        ));
    }
    if !checked.damaged.is_empty() {
        said.push_str("; the archive is damaged, so the answer may be incomplete");
    }
    said
}

/// The share of the article that a further source has, which is at least what stands in common runs where it was not aligned.
pub(super) fn share_of_other(other: &OtherSource) -> String {
    let share = percent(other.containment_of_article);
    if other.aligned {
        share
    } else {
        format!("at least {share}")
    }
}

/// How much of the article a source has that no source ranked before it has: shares of several do not add up. Nothing for the first.
pub(super) fn beyond(checked: &Checked, cluster: &Cluster) -> Option<String> {
    let taken = |cluster: &Cluster| -> BTreeSet<u32> {
        let links = cluster.versions.iter().flat_map(|version| &version.links);
        let both = links.filter(|link| !link.copy.is_empty() && !link.source.is_empty());
        both.flat_map(|link| link.copy.iter().copied()).collect()
    };
    let ranked_before = |other: &&Cluster| other.number < cluster.number;
    let clusters = checked.report.clusters.iter();
    let before: BTreeSet<u32> = clusters.filter(ranked_before).flat_map(taken).collect();
    if cluster.number == 1 {
        return None;
    }
    let sentences = &checked.report.segmented.first()?.sentences;
    let words = |number: usize| -> usize {
        let part = sentences[number].span.of(&checked.article().text);
        part.split_whitespace().count()
    };
    let all: usize = (0..sentences.len())
        .filter(|&number| sentences[number].matters())
        .map(words)
        .sum();
    let own = taken(cluster);
    let new = own.difference(&before).map(|&number| number as usize);
    let new: usize = new.filter(|&n| n < sentences.len()).map(words).sum();
    Some(if new == 0 {
        "nothing that the sources above lack".to_string()
    } else {
        let share = percent(new as f32 / all.max(1) as f32);
        format!("{share} of the article, which the sources above lack")
    })
}

/// What every report says of a version: any of `copied`, `paraphrased`, `mistranslated`. The last takes a major
/// drift, and is never said of the source's own later text.
pub(super) fn verdicts(report: &Report, cluster: &Cluster, version: &Version) -> Vec<&'static str> {
    let mut said = version.verdicts();
    if updates_itself(report, cluster, version) {
        said.retain(|verdict| *verdict != "mistranslated");
    }
    said
}

/// "copied, mistranslated", or what to call a version that is neither.
pub(super) fn verdict(report: &Report, cluster: &Cluster, version: &Version) -> String {
    let said = verdicts(report, cluster, version);
    let mut line = if said.is_empty() {
        "independent".to_string()
    } else {
        said.join(", ")
    };
    if updates_itself(report, cluster, version) {
        line.push_str(" (the source's own later text)");
    }
    line
}

/// What is to be known of a version that was given beside the source and is no copy of it. Whole sentences.
pub(super) fn independence(version: &Version) -> Option<&'static str> {
    version.independent.then_some(
        "Nothing shows that either was made from the other: two reports of one event, two texts on one subject, or one form filled in twice have as much in \
         common. Only passages that are close in wording are set side by side; what differs between them is no change of meaning.",
    )
}

/// A drift and the link it lies in.
pub(super) type Placed<'v> = (&'v Link, &'v Drift);

/// "major", "minor"; "newer" for a change that is no error.
pub(super) fn grade(drift: &Drift) -> &'static str {
    match drift.witnesses.newer {
        Some(_) => "newer",
        None => drift.severity.name(),
    }
}

/// Changes that are newer and not wrong, in the order of the copy.
pub(super) fn updates(version: &Version) -> impl Iterator<Item = &Drift> {
    version
        .drifts()
        .filter(|drift| drift.witnesses.newer.is_some())
}

/// Major drifts in the order of the copy, then the minor ones, likeliest first; without those that are newer.
pub(super) fn by_weight(version: &Version) -> (Vec<Placed<'_>>, Vec<Placed<'_>>) {
    let (major, mut minor): (Vec<_>, Vec<_>) = version
        .links
        .iter()
        .flat_map(|link| link.drifts.iter().map(move |drift| (link, drift)))
        .filter(|(_, drift)| drift.witnesses.newer.is_none())
        .partition(|(_, drift)| drift.severity == Severity::Major);
    minor.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
    (major, minor)
}

/// Major and minor drifts of all versions of a cluster.
pub(super) fn cluster_counts(cluster: &Cluster) -> (usize, usize) {
    cluster
        .versions
        .iter()
        .map(drift_counts)
        .fold((0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1))
}

/// Major and minor drifts of a version, without those that are newer and not wrong.
pub(super) fn drift_counts(version: &Version) -> (usize, usize) {
    let wrong = || {
        version
            .drifts()
            .filter(|drift| drift.witnesses.newer.is_none())
    };
    let major = wrong()
        .filter(|drift| drift.severity == Severity::Major)
        .count();
    (major, wrong().count() - major)
}

/// "2 major, 1 minor"; "none".
pub(super) fn drift_phrase((major, minor): (usize, usize)) -> String {
    match (major, minor) {
        (0, 0) => "none".to_string(),
        (_, 0) => format!("{major} major"),
        (0, _) => format!("{minor} minor"),
        _ => format!("{major} major, {minor} minor"),
    }
}

/// "dateline: Meridian News"; "no credit".
pub(super) fn credit(attribution: &Attribution) -> String {
    let place = credit_place(attribution);
    let named = attribution.kind != AttributionKind::None;
    match attribution.agency.as_ref().filter(|_| named) {
        Some(agency) => format!("{place}: {}", visible_line(agency)),
        None => place.to_string(),
    }
}

/// "dateline", "in text": where the credit stands, without the agency.
pub(super) fn credit_place(attribution: &Attribution) -> &'static str {
    match attribution.kind {
        AttributionKind::Dateline => "dateline",
        AttributionKind::CreditLine => "credit line",
        AttributionKind::Inline => "in the text",
        AttributionKind::Metadata => "metadata",
        AttributionKind::None => "no credit",
        AttributionKind::Conflicting => "conflicting",
    }
}

/// What the other versions say at the place of a drift: "3 of 4 other versions keep `local`; Valley Post also has
/// `environmental`". `None` when no other version takes a side.
pub(super) fn witnesses(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    drift: &Drift,
) -> Option<String> {
    let others = |ids: &[DocId]| -> Vec<DocId> {
        let outside = |id: &&DocId| **id != cluster.source && **id != version.document;
        ids.iter().filter(outside).copied().collect()
    };
    let with_source = others(&drift.witnesses.with_source);
    let with_copy = others(&drift.witnesses.with_copy);
    let words = |span: crate::model::Span, id: DocId| -> Option<String> {
        let text = &report.document(id).text;
        (!span.is_empty()).then(|| format!("`{}`", shorten(&visible_line(span.of(text)), 40)))
    };
    let source_words = words(drift.source, cluster.source);
    let copy_words = words(drift.copy, version.document);
    let asked = cluster
        .versions
        .iter()
        .filter(|other| other.document != version.document)
        .count()
        .max(with_source.len() + with_copy.len());
    let kept = (!with_source.is_empty()).then(|| {
        let number = with_source.len();
        let (verb, what) = match (&source_words, &copy_words) {
            (Some(words), _) => (if number == 1 { "keeps" } else { "keep" }, words.clone()),
            (None, Some(words)) => (
                if number == 1 { "does" } else { "do" },
                format!("without {words}, like the source"),
            ),
            (None, None) => (
                if number == 1 { "keeps" } else { "keep" },
                "the source's wording".to_string(),
            ),
        };
        match asked {
            1 => format!("the one other version {verb} {what}"),
            all if all == number => format!("all {all} other versions {verb} {what}"),
            all => format!("{number} of {all} other versions {verb} {what}"),
        }
    });
    let name = |id: &DocId| outlet(report.document(*id));
    let who = match with_copy.as_slice() {
        [] => None,
        [one] => Some((name(one), true)),
        [one, two] => Some((format!("{} and {}", name(one), name(two)), false)),
        many => Some((format!("{} others", many.len()), false)),
    };
    let shared = who.map(|(who, one)| match (&copy_words, &source_words) {
        (Some(words), _) => format!("{who} also {} {words}", if one { "has" } else { "have" }),
        (None, Some(words)) => {
            format!(
                "{who} also {} out {words}",
                if one { "leaves" } else { "leave" }
            )
        }
        (None, None) => format!("{who} {} this change", if one { "shares" } else { "share" }),
    });
    match (kept, shared) {
        (Some(kept), Some(shared)) => Some(format!("{kept}; {shared}")),
        (one, other) => one.or(other),
    }
}

/// "sentence 5", "sentences 5-6", "sentences 2, 5"; numbers given from 0 and shown from 1.
pub(super) fn sentences(numbers: &[u32]) -> String {
    match numbers {
        [] => "nothing".to_string(),
        [one] => format!("sentence {}", one + 1),
        [first, .., last] if (last - first) as usize + 1 == numbers.len() => {
            format!("sentences {}-{}", first + 1, last + 1)
        }
        many => {
            let listed: Vec<_> = many.iter().map(|number| (number + 1).to_string()).collect();
            format!("sentences {}", listed.join(", "))
        }
    }
}

/// Why a report has no clusters, with the option that would change it. One line, no full stop.
pub fn why_nothing(summary: &Summary) -> String {
    if summary.documents == 0 {
        return "no copies found: no article was read".to_string();
    }
    if summary.documents == 1 {
        return "no copies found: only one article was read, and a copy takes two".to_string();
    }
    let documents = grouped(summary.documents);
    let candidates = usize::try_from(summary.candidates).unwrap_or(usize::MAX);
    match summary.best_refused {
        _ if candidates == 0 => format!(
            "no copies found: none of the {documents} articles shares enough words with another to be compared"
        ),
        Some(best) if best < summary.asked => format!(
            "no copies found: {}, best containment {best:.2}, asked {:.2} (lower it with `--min-containment`)",
            count(candidates, "candidate", "candidates"),
            summary.asked
        ),
        Some(best) => format!(
            "no copies found: {}, best containment {best:.2} but in too few words (lower the number with `--min-words`)",
            count(candidates, "candidate", "candidates")
        ),
        None => format!(
            "no copies found: {}, none with words in common",
            count(candidates, "candidate", "candidates")
        ),
    }
}

/// The counts of a run on one line, without a full stop.
pub fn closing_line(report: &Report) -> String {
    let versions: usize = report
        .clusters
        .iter()
        .map(|cluster| cluster.versions.len())
        .sum();
    let (major, minor) = report
        .clusters
        .iter()
        .map(cluster_counts)
        .fold((0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1));
    let articles = usize::try_from(report.summary.documents).unwrap_or(usize::MAX);
    let mut line = format!(
        "{}, {}, {}, {}",
        count(articles, "article", "articles"),
        count(report.clusters.len(), "cluster", "clusters"),
        count(versions, "version", "versions"),
        count(major, "major change of meaning", "major changes of meaning"),
    );
    if minor > 0 {
        line.push_str(&format!(
            ", {}",
            count(minor, "possible minor one", "possible minor ones")
        ));
    }
    if report.summary.lost > 0 {
        let lost = usize::try_from(report.summary.lost).unwrap_or(usize::MAX);
        line.push_str(&format!(
            ", {} not usable",
            count(lost, "record", "records")
        ));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_and_near_wholes_are_not_rounded_away() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.001), "<1 %");
        assert_eq!(percent(0.456), "46 %");
        assert_eq!(percent(0.998), ">99 %");
        assert_eq!(percent(1.0), "100 %");
    }

    #[test]
    fn shares_in_percent_add_up() {
        let shares = Shares {
            verbatim: 0.317,
            minor_edit: 0.514,
            paraphrase: 0.087,
            summary: 0.0,
            new: 0.082,
        };
        assert_eq!(share_percents(shares), [32, 51, 9, 0, 8]);
        let trace = Shares {
            verbatim: 0.997,
            new: 0.003,
            ..Shares::default()
        };
        assert_eq!(share_percents(trace), [100, 0, 0, 0, 0]);
        assert_eq!(share_percents(Shares::default()), [0; 5]);
    }

    #[test]
    fn sentence_numbers_are_counted_from_one() {
        assert_eq!(sentences(&[4]), "sentence 5");
        assert_eq!(sentences(&[4, 5]), "sentences 5-6");
        assert_eq!(sentences(&[1, 4]), "sentences 2, 5");
    }

    #[test]
    fn an_empty_result_names_the_option_that_would_change_it() {
        let summary = Summary {
            documents: 30,
            candidates: 412,
            best_refused: Some(0.18),
            asked: 0.30,
            ..Summary::default()
        };
        assert_eq!(
            why_nothing(&summary),
            "no copies found: 412 candidates, best containment 0.18, asked 0.30 (lower it with `--min-containment`)"
        );
    }

    #[test]
    fn long_headlines_are_cut_at_a_word() {
        assert_eq!(shorten("one two three four", 11), "one two…");
        assert_eq!(shorten("short", 11), "short");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(412), "412");
    }
}
