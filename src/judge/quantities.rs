//! Figures, dates and measures by value, with what is counted.

use std::ops::Range;

use super::derived::{derived, whole_of};
use super::outright::OUTRIGHT;
use super::{Pair, Proposal, is_superlative};
use crate::model::Category;
use crate::text::quantities::{BARE_POINTS, Kind, Quantity};
use crate::words::{Class, Word, Words};

/// Most pairs of figures without counterpart that are all held against each other, and how far apart two may stand beyond that. 65,536:
/// no sentence has 256 figures; a table of thousands would take seconds.
const MOST_FIGURES_SQUARED: usize = 65_536;
const FIGURES_BESIDE: usize = 16;

/// Every figure of the copy that no figure of the source agrees with, held against the one it replaces.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let (mut met_source, mut met_copy) = (
        vec![false; pair.source.quantities.len()],
        vec![false; pair.copy.quantities.len()],
    );
    for &(x, y) in &pair.alignment.quantities {
        met_source[x] = true;
        met_copy[y] = true;
    }
    // What each figure of the copy follows from, if from any of the source's.
    let from: Vec<Option<Vec<usize>>> = (0..met_copy.len())
        .map(|y| {
            (!met_copy[y])
                .then(|| derived(pair.source, &met_source, &pair.copy.quantities[y]))
                .flatten()
        })
        .collect();
    let loose = |met: &[bool]| -> Vec<usize> { (0..met.len()).filter(|&k| !met[k]).collect() };
    let (loose_source, loose_copy) = (loose(&met_source), loose(&met_copy));
    let mut ranked = Vec::new();
    for (p, &x) in loose_source.iter().enumerate() {
        // A table of figures: only those at like places are held against each other.
        let places = if loose_source.len() * loose_copy.len() > MOST_FIGURES_SQUARED {
            let at = p * loose_copy.len() / loose_source.len();
            at.saturating_sub(FIGURES_BESIDE)..(at + FIGURES_BESIDE).min(loose_copy.len())
        } else {
            0..loose_copy.len()
        };
        for &y in &loose_copy[places] {
            let (a, b) = (&pair.source.quantities[x], &pair.copy.quantities[y]);
            let of_one_whole = parts_of_one_whole(pair, x, y);
            if told_once(pair, a, b) || of_one_whole == Some(true) {
                met_source[x] = true;
                met_copy[y] = true;
            } else if of_one_whole == Some(false) {
                ranked.push((0.6 + 0.4 * context(pair, a, b), x, y));
            } else if (a.contradicts(b) || cross_kind(a, b)) && !of_other_things(pair, a, b) {
                let alone = alone_of_kind(pair, &loose_source, a, &loose_copy, b);
                let near = context(pair, a, b) + slip(a, b);
                // Sums may come out by chance: only what stands elsewhere is told by them.
                if from[y].is_none() || stands_for(pair, a, b) {
                    ranked.push((near + if alone { 0.15 } else { 0.0 }, x, y));
                }
            }
        }
    }
    ranked.sort_by(|p, q| q.0.total_cmp(&p.0).then((p.1, p.2).cmp(&(q.1, q.2))));
    // From here on `met` holds the figures that stand for another one too.
    let mut found = Vec::new();
    for (near, x, y) in ranked {
        if met_source[x] || met_copy[y] {
            continue;
        }
        met_source[x] = true;
        met_copy[y] = true;
        let (a, b) = (&pair.source.quantities[x], &pair.copy.quantities[y]);
        // "the night before Saturday", "Saturday night": what is printed is the same.
        let printed = |words: &Words, text, q| words.span_of(with_its_unit(words, q)).of(text);
        let (said, told) = (
            printed(pair.source, pair.source_text, a),
            printed(pair.copy, pair.copy_text, b),
        );
        if !said.eq_ignore_ascii_case(told) {
            let mut change = substituted(pair, a, b, near.min(1.0));
            // All other figures answer each other: these two can stand for nothing else.
            let only = loose_source.len() == 1 && loose_copy.len() == 1 && from[y].is_none();
            if only && a.kind == b.kind && !a.approximate && !b.approximate {
                change.score += OUTRIGHT;
            }
            found.push(change);
        }
    }
    for &y in &loose_copy {
        if !met_copy[y]
            && from[y].is_none()
            && let Some((many, one)) =
                one_or_many(y, [pair.copy, pair.source], &pair.alignment.of_copy)
        {
            met_copy[y] = true;
            found.push(of_another_number(pair, one, many));
        }
    }
    for &x in &loose_source {
        if !met_source[x]
            && let Some((many, one)) =
                one_or_many(x, [pair.source, pair.copy], &pair.alignment.of_source)
        {
            met_source[x] = true;
            found.push(of_another_number(pair, many, one));
        }
    }
    for &y in loose_copy.iter().filter(|&&y| !met_copy[y]) {
        match &from[y] {
            Some(operands) => operands.iter().for_each(|&x| met_source[x] = true),
            None => found.extend(invented(pair, &pair.copy.quantities[y])),
        }
    }
    found.extend(exchanged(pair));
    found.extend(ranks(pair));
    for &x in loose_source.iter().filter(|&&x| !met_source[x]) {
        let a = &pair.source.quantities[x];
        found.push(Proposal {
            category: Category::Omission,
            score: 0.22,
            source: a.first..a.last,
            copy: at_copy(pair, a.first),
            evidence: format!("`{}` is missing", pair.source_words(a.first..a.last)),
        });
    }
    found
}

/// Of a count that no figure of the other side answers, its words up to what it counts, and those of the other side that tell one such thing:
/// "two British soldiers", "a soldier". `words` are those of its side, then those of the other.
fn one_or_many(
    quantity: usize,
    [mine, others]: [&Words; 2],
    counterparts: &[Option<(usize, f32)>],
) -> Option<(Range<usize>, Range<usize>)> {
    let many = &mine.quantities[quantity];
    let counts = many.kind == Kind::Count && many.unit.is_empty() && !many.approximate;
    if !counts || many.value < 2.0 || many.value > MOST_TOLD_AS_ONE {
        return None;
    }
    let head = *counted(mine, many, 1).first()?;
    let (answer, like) = counterparts[head]?;
    let (counted, one) = (&mine.words[head], &others.words[answer]);
    // Where more is told of such things on either side, both may be right.
    let again = |words: &Words, but: usize| {
        let mut each = words.words.iter().enumerate();
        each.any(|(k, w)| k != but && w.lemma == words.words[but].lemma)
    };
    // "a title in each of three years"
    let of_each = |words: &Words| {
        let each = |w: &Word| matches!(w.folded.as_str(), "each" | "every" | "per" | "apiece");
        words.words.iter().any(each)
    };
    if again(mine, head) || again(others, answer) || of_each(mine) || of_each(others) {
        return None;
    }
    let first = (answer.saturating_sub(3)..answer)
        .rev()
        .take_while(|&k| !others.words[k + 1].after_mark && others.words[k].quantity.is_none())
        .find(|&k| others.words[k].class == Class::Function || others.words[k].folded == "one")?;
    let told = match others.words[first].folded.as_str() {
        "one" => like >= LIKE,
        "a" | "an" => like >= ALIKE && counted.folded != counted.lemma && one.folded == one.lemma,
        _ => false,
    };
    told.then(|| (many.first..head + 1, first..answer + 1))
}

/// A count and one thing in its place.
fn of_another_number(pair: &Pair<'_>, source: Range<usize>, copy: Range<usize>) -> Proposal {
    Proposal {
        category: Category::Number,
        score: 0.75,
        evidence: format!(
            "`{}` became `{}`: another number",
            pair.source_words(source.clone()),
            pair.copy_words(copy.clone())
        ),
        source,
        copy,
    }
}

/// Greatest count that is held against one thing: hundreds of them are told of a whole that is one.
const MOST_TOLD_AS_ONE: f64 = 99.0;

/// Whether one of two amounts is told by a word that goes with many things ("both sides", "thousands more"), and they count unlike things; or one
/// alone says how often.
fn of_other_things(pair: &Pair<'_>, a: &Quantity, b: &Quantity) -> bool {
    let how_often = |words: &Words, q: &Quantity| {
        let is = |k: usize, wanted: &[&str]| {
            let word = words.words.get(k);
            word.is_some_and(|w| wanted.contains(&w.folded.as_str()))
        };
        is(q.first, &["once", "twice", "thrice"]) || is(q.last, &["times", "occasions"])
    };
    if how_often(pair.source, a) != how_often(pair.copy, b) {
        return true;
    }
    let loosely = |words: &Words, q: &Quantity| {
        q.kind == Kind::Magnitude || words.words[q.first].folded == "both"
    };
    (loosely(pair.source, a) != loosely(pair.copy, b)) && counted_alike(pair, a, b) < LIKE
}

/// Whether a share and a count of the same whole are one amount: "two-thirds of the 90 members", "60 of the 90"; `None` where they are not
/// such.
fn parts_of_one_whole(pair: &Pair<'_>, x: usize, y: usize) -> Option<bool> {
    let (a, b) = (&pair.source.quantities[x], &pair.copy.quantities[y]);
    let wholes = (whole_of(pair.source, x), whole_of(pair.copy, y));
    let value = |whole: Option<usize>, words: &Words| whole.map(|k| words.quantities[k].value);
    let (share, count, whole, of_share) = match (a.kind, b.kind) {
        (Kind::Percent, Kind::Count) => (a, b, value(wholes.1, pair.copy)?, wholes.0),
        (Kind::Count, Kind::Percent) => (b, a, value(wholes.0, pair.source)?, wholes.1),
        _ => return None,
    };
    let apart = (100.0 * count.value / whole - share.value).abs();
    let one = count.value <= whole
        && apart
            <= (0.5 * share.step).max(50.0 / whole) + if share.approximate { 2.0 } else { 0.1 };
    let of_one_whole = match wholes {
        (Some(x), Some(y)) => pair.alignment.quantities.contains(&(x, y)),
        _ => false,
    };
    match (of_one_whole, of_share) {
        (true, _) => (count.value <= whole).then_some(one),
        // "52 of its 100 members", "52 out of a hundred"
        (false, None) => one.then_some(true),
        (false, Some(_)) => None,
    }
}

/// Whether the words right before two figures answer each other, and those right behind, so that one stands in the other's place.
fn stands_for(pair: &Pair<'_>, a: &Quantity, b: &Quantity) -> bool {
    let answer = |i: Option<usize>, j: Option<usize>| match (i, j) {
        (None, None) => true,
        (Some(i), Some(j)) => match pair.alignment.of_source.get(i) {
            Some(met) => met.is_some_and(|(at, _)| at == j),
            None => j >= pair.copy.words.len(),
        },
        _ => false,
    };
    answer(a.first.checked_sub(1), b.first.checked_sub(1))
        && (answer(Some(a.last), Some(b.last)) || counted_alike(pair, a, b) >= 0.7)
}

/// Whether each is the only figure without counterpart that the other one could stand for.
fn alone_of_kind(
    pair: &Pair<'_>,
    loose_source: &[usize],
    a: &Quantity,
    loose_copy: &[usize],
    b: &Quantity,
) -> bool {
    let rivals_of_a = loose_source
        .iter()
        .filter(|&&x| pair.source.quantities[x].contradicts(b));
    let rivals_of_b = loose_copy
        .iter()
        .filter(|&&y| pair.copy.quantities[y].contradicts(a));
    a.kind == b.kind && rivals_of_a.count() <= 1 && rivals_of_b.count() <= 1
}

fn category(a: &Quantity, b: &Quantity) -> Category {
    let unit_changed = a.kind == b.kind
        && a.unit != b.unit
        && !a.unit.is_empty()
        && !b.unit.is_empty()
        && !matches!(a.kind, Kind::Money | Kind::Percent | Kind::Count);
    if a.is_time() || b.is_time() || unit_changed {
        Category::DateUnit
    } else {
        Category::Number
    }
}

/// The same figure of another kind: "41" and "41 percent", "7 percent" and "7 percentage points", "20 km" and "20".
fn cross_kind(a: &Quantity, b: &Quantity) -> bool {
    let measure = |k: Kind| {
        matches!(
            k,
            Kind::Count
                | Kind::Percent
                | Kind::Points
                | Kind::Money
                | Kind::Length
                | Kind::Area
                | Kind::Mass
                | Kind::Volume
                | Kind::Temperature
                | Kind::Speed
        )
    };
    a.kind != b.kind
        && measure(a.kind)
        && measure(b.kind)
        && figure(a) == figure(b)
        && !matches!(
            (a.kind, b.kind),
            (Kind::Count, Kind::Money) | (Kind::Money, Kind::Count)
        )
        // "scored 20 points", "scored 20"
        && ![a, b].iter().any(|q| q.unit == BARE_POINTS)
}

/// The same figure with its unit on one side only, where the bare one counts nothing else: "to 5.1 percent from 4.7 percent" - "to 5.1
/// percent from 4.7"; or with the unit a little behind it: "30 kilograms" - "30 extra kilograms".
fn told_once(pair: &Pair<'_>, a: &Quantity, b: &Quantity) -> bool {
    let bare = |words: &Words, bare: &Quantity, full: &Quantity| {
        bare.kind == Kind::Count
            && bare.unit.is_empty()
            && !full.unit.is_empty()
            && words.words.get(bare.last).is_none_or(|next| {
                // "41 of the 150" is no "41 percent".
                next.class == Class::Function && next.folded != "of"
                    || next.after_mark
                    || words.words[bare.last..(bare.last + 3).min(words.words.len())]
                        .iter()
                        .any(|w| w.folded == full.unit)
            })
    };
    let points = |a: &Quantity, b: &Quantity| a.unit == BARE_POINTS && b.kind == Kind::Count;
    if (points(a, b) || points(b, a)) && a.value == b.value {
        return true;
    }
    cross_kind(a, b) && (bare(pair.copy, b, a) || bare(pair.source, a, b))
}

/// The figure as printed, before its unit: value over step stands for it.
fn figure(quantity: &Quantity) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "only compared for equality; saturates"
    )]
    let digits = (quantity.value / quantity.step.max(1e-9)).round().abs() as u64;
    digits
}

/// What speaks for a slip of the pen: the same figure with another unit, a figure off by powers of ten, or one with its digits in another
/// order. 0..=0.5.
fn slip(a: &Quantity, b: &Quantity) -> f32 {
    if figure(a) == figure(b) && a.unit != b.unit {
        0.4
    } else {
        0.5 * f32::from(u8::from(is_slip(a, b)))
    }
}

/// Whether two figures of one kind differ by a power of ten, or have the same digits in another order.
pub(super) fn is_slip(a: &Quantity, b: &Quantity) -> bool {
    if a.kind != b.kind || a.is_time() || a.value <= 0.0 || b.value <= 0.0 {
        return false;
    }
    let power = (a.value / b.value).log10();
    if power.abs() > 0.9 && (power - power.round()).abs() < 1e-6 {
        return true;
    }
    let digits = |q: &Quantity| {
        let mut digits: Vec<u8> = figure(q).to_string().into_bytes();
        digits.sort_unstable();
        digits
    };
    digits(a).len() >= 2 && digits(a) == digits(b)
}

/// How well the surroundings of two quantities answer each other, 0..=1.
fn context(pair: &Pair<'_>, a: &Quantity, b: &Quantity) -> f32 {
    let mut near = 0.0_f32;
    for (k, weight) in [
        (a.last, 0.35_f32),
        (a.last + 1, 0.2),
        (a.first.wrapping_sub(1), 0.3),
        (a.first.wrapping_sub(2), 0.15),
    ] {
        let Some(Some((j, like))) = pair.alignment.of_source.get(k) else {
            continue;
        };
        let distance = if *j < b.first {
            b.first - j
        } else {
            (j + 1).saturating_sub(b.last)
        };
        near += weight * like * if distance <= 3 { 1.0 } else { 0.3 };
    }
    near += 0.3 * counted_alike(pair, a, b);
    let place = |k: usize, n: usize| k as f32 / n.max(1) as f32;
    let moved =
        (place(a.first, pair.source.words.len()) - place(b.first, pair.copy.words.len())).abs();
    let same_kind = if a.kind == b.kind { 0.15 } else { 0.0 };
    (near + same_kind + 0.15 * (1.0 - moved)).min(1.0)
}

/// Likeness from which what is counted may be the same: the least of counterparts.
const LIKE: f32 = 0.4;

/// Likeness from which two words name what is counted alike.
const ALIKE: f32 = 0.6;

/// How alike the things are that two figures count, 0..=1: of the two nearest content words behind each, those that are most alike.
fn counted_alike(pair: &Pair<'_>, a: &Quantity, b: &Quantity) -> f32 {
    let theirs = counted(pair.copy, b, 2);
    let mut alike = 0.0_f32;
    for i in counted(pair.source, a, 2) {
        for &j in &theirs {
            alike = alike.max(pair.alignment.likeness(i, j));
        }
    }
    alike
}

/// The nearest content words behind a figure, at most so many.
fn counted(words: &Words, quantity: &Quantity, most: usize) -> Vec<usize> {
    (quantity.last..(quantity.last + 4).min(words.words.len()))
        .take_while(|&k| !words.words[k].after_mark && words.words[k].quantity.is_none())
        .filter(|&k| words.words[k].class == Class::Content)
        .take(most)
        .collect()
}

/// Counts that both sides have, each with what the other one counts: "2,000 passengers and 800 cars", "800 travellers and 2,000 vehicles".
fn exchanged(pair: &Pair<'_>) -> Vec<Proposal> {
    let heads: Vec<(usize, usize, usize, usize)> = pair
        .alignment
        .quantities
        .iter()
        .filter(|&&(x, y)| {
            // "six of the delta's nine districts" counts districts, both times.
            pair.source.quantities[x].kind == Kind::Count
                && whole_of(pair.source, x).is_none()
                && whole_of(pair.copy, y).is_none()
        })
        .filter_map(|&(x, y)| {
            let (a, b) = (&pair.source.quantities[x], &pair.copy.quantities[y]);
            let i = *counted(pair.source, a, 1).first()?;
            let j = *counted(pair.copy, b, 1).first()?;
            Some((x, y, i, j))
        })
        .collect();
    let alike = |i: usize, j: usize| pair.alignment.likeness(i, j);
    let mut found = Vec::new();
    if heads.len() > FIGURES_BESIDE {
        return found;
    }
    for (n, &(x1, y1, i1, j1)) in heads.iter().enumerate() {
        for &(x2, y2, i2, j2) in &heads[n + 1..] {
            let (a, b) = (&pair.source.quantities[x1], &pair.source.quantities[x2]);
            let crossed = alike(i1, j2).min(alike(i2, j1));
            let kept = alike(i1, j1).max(alike(i2, j2));
            if a.agrees(b) || crossed < LIKE || kept > 0.5 * crossed {
                continue;
            }
            let (c, d) = (&pair.copy.quantities[y1], &pair.copy.quantities[y2]);
            found.push(Proposal {
                category: Category::RoleSwap,
                score: 0.85,
                source: a.first..i1 + 1,
                copy: c.first..j1 + 1,
                evidence: format!(
                    "`{}` and `{}` became `{}` and `{}`",
                    pair.source_words(a.first..i1 + 1),
                    pair.source_words(b.first..i2 + 1),
                    pair.copy_words(d.first..j2 + 1),
                    pair.copy_words(c.first..j1 + 1),
                ),
            });
        }
    }
    found
}

/// The largest that became the second largest, and the reverse.
fn ranks(pair: &Pair<'_>) -> Vec<Proposal> {
    let ranked = |words: &Words, k: usize| -> Option<usize> {
        let before = k.checked_sub(1)?;
        let quantity = words.words[before].quantity.map(usize::from)?;
        let quantity = words.quantities.get(quantity)?;
        (quantity.kind == Kind::Ordinal && quantity.value > 1.0).then_some(quantity.first)
    };
    let superlative = |words: &Words, k: usize| is_superlative(&words.words[k].folded);
    let mut found = Vec::new();
    for i in (0..pair.source.words.len()).filter(|&i| superlative(pair.source, i)) {
        let Some(j) = pair.alignment.of_source[i].map(|(j, _)| j) else {
            continue;
        };
        if !superlative(pair.copy, j) || pair.source.words[i].key != pair.copy.words[j].key {
            continue;
        }
        let (a, b) = (ranked(pair.source, i), ranked(pair.copy, j));
        if a.is_some() != b.is_some() {
            found.push(of_another_number(
                pair,
                a.unwrap_or(i)..i + 1,
                b.unwrap_or(j)..j + 1,
            ));
        }
    }
    found
}

fn substituted(pair: &Pair<'_>, a: &Quantity, b: &Quantity, near: f32) -> Proposal {
    let (from, to) = (with_its_unit(pair.source, a), with_its_unit(pair.copy, b));
    let (x, y) = (pair.source_words(from.clone()), pair.copy_words(to.clone()));
    let mut score = 0.55 + 0.40 * near;
    // Ordinals and weekdays move about in honest rewriting; a rounded figure is half right.
    if a.kind == Kind::Ordinal || b.kind == Kind::Ordinal {
        score -= if counted_alike(pair, a, b) >= ALIKE {
            0.05
        } else {
            0.25
        };
    }
    if a.kind == Kind::Weekday {
        score -= 0.10;
    }
    // "doubled" and "40 percent", "hundreds" and "80" may be told of two things.
    if a.is_in_words() != b.is_in_words() {
        score -= 0.15;
    }
    if a.kind == Kind::Decade || b.kind == Kind::Decade || a.kind == Kind::Clock {
        score += 0.02;
    }
    let ratio = if a.value != 0.0 && b.value != 0.0 {
        (a.value / b.value).abs()
    } else {
        0.0
    };
    let close = (0.9..=1.1).contains(&ratio) && !a.is_time() && a.kind == b.kind;
    // "nearly 300" may be 280; "over 55" was never 51.3.
    let honest = (a.value - b.value).abs() <= a.step.max(b.step);
    if close && honest && (a.approximate || b.approximate) {
        score -= 0.35;
    }
    let evidence = if a.kind == b.kind && !a.is_time() && ratio > 0.0 && !close {
        let factor = if ratio > 1.0 { ratio } else { 1.0 / ratio };
        if (1.99..1e7).contains(&factor) {
            format!(
                "`{x}` became `{y}`: another amount, {} by a factor of {}",
                if ratio > 1.0 { "less" } else { "more" },
                rounded(factor)
            )
        } else {
            format!("`{x}` became `{y}`: another amount")
        }
    } else if a.is_time() {
        format!("`{x}` became `{y}`: another time")
    } else {
        format!("`{x}` became `{y}`")
    };
    Proposal {
        category: category(a, b),
        score: score.clamp(0.25, 0.97),
        source: from,
        copy: to,
        evidence,
    }
}

/// The words of a quantity; of one that takes its unit from the figure behind it ("three to five days") up to there.
fn with_its_unit(words: &Words, quantity: &Quantity) -> std::ops::Range<usize> {
    let opens = |next: &&Quantity| {
        next.first == quantity.last + 1
            && !quantity.unit.is_empty()
            && next.unit == quantity.unit
            && words.words[quantity.last - 1].folded != quantity.unit
    };
    let range = words.quantities.iter().find(opens);
    quantity.first..range.map_or(quantity.last, |next| next.last)
}

fn rounded(factor: f64) -> String {
    if factor >= 10.0 {
        format!("{factor:.0}")
    } else {
        format!("{factor:.1}")
    }
}

/// A figure of the copy that replaces none: a date beside a date of the source contradicts it; other figures are additions.
fn invented(pair: &Pair<'_>, b: &Quantity) -> Option<Proposal> {
    let y = pair.copy_words(b.first..b.last);
    if pair
        .source
        .words
        .iter()
        .any(|w| w.folded == pair.copy.words[b.first].folded)
    {
        return None;
    }
    // "2017/18" is "2017/2018".
    if b.kind == Kind::Year {
        let short = format!("{:02}", b.value % 100.0);
        if pair.source.words.iter().any(|w| w.folded == short) {
            return None;
        }
    }
    if let Some(a) = pair
        .source
        .quantities
        .iter()
        .find(|a| matches!(b.kind, Kind::Year | Kind::Decade) && a.contradicts(b))
    {
        let x = pair.source_words(a.first..a.last);
        return Some(Proposal {
            category: Category::DateUnit,
            score: 0.66,
            source: a.first..a.last,
            copy: b.first..b.last,
            evidence: format!("`{y}` is not in the source, which says `{x}`"),
        });
    }
    let score = match b.kind {
        Kind::Ordinal | Kind::Weekday | Kind::Duration => 0.24,
        Kind::Year | Kind::Date => 0.32,
        _ => 0.38,
    };
    let at = at_source(pair, b.first);
    Some(Proposal {
        category: Category::Addition,
        score,
        source: at,
        copy: b.first..b.last,
        evidence: format!("the source has no `{y}`"),
    })
}

/// The empty place in the copy where source word `i` would stand.
fn at_copy(pair: &Pair<'_>, i: usize) -> std::ops::Range<usize> {
    let at = (0..i)
        .rev()
        .find_map(|k| pair.alignment.of_source[k])
        .map_or(0, |(j, _)| j + 1);
    at..at
}

/// The empty place in the source where copy word `j` would stand.
fn at_source(pair: &Pair<'_>, j: usize) -> std::ops::Range<usize> {
    let at = (0..j)
        .rev()
        .find_map(|k| pair.alignment.of_copy[k])
        .map_or(0, |(i, _)| i + 1);
    at..at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the copy's words are in every proposed change of a figure.
    fn proposed(source: &str, copy: &str) -> Vec<String> {
        crate::judge::proposed_by(judge, source, copy)
    }

    #[test]
    fn a_figure_is_shown_with_the_unit_that_it_borrows() {
        let source = "Reunions are held every three to five days, the clerk said.";
        let copy = "Reunions are held every three to five years, the clerk said.";
        assert_eq!(proposed(source, copy)[0], "three to five years");
    }

    #[test]
    fn one_of_them_is_another_number_than_several() {
        for (one, many) in [
            (
                "A British soldier was killed near the border.",
                "Two British soldiers were killed near the border.",
            ),
            (
                "One dead in the collapse of a mill",
                "Six killed in the collapse of a mill",
            ),
        ] {
            assert_eq!(proposed(one, many).len(), 1, "{many}");
            assert_eq!(proposed(many, one).len(), 1, "{one}");
        }
        let source = "Kesta scored twice in the second half.";
        let copy = "Kesta, with 3,739 points in all, scored in the second half.";
        crate::judge::paired(source, copy, |pair| {
            assert!(judge(pair).iter().all(|p| p.category != Category::Number));
        });
        let source = "One woman and two children were on board.";
        let copy = "A woman and her two children were on board.";
        assert_eq!(proposed(source, copy), [""; 0]);
    }

    #[test]
    fn a_unit_is_told_once_where_the_bare_figure_counts_nothing_else() {
        let source = "The bank raised its forecast to 5.1 percent from 4.7 percent, citing fuel.";
        let copy = "The bank raised its forecast to 5.1 percent from 4.7, citing fuel.";
        assert_eq!(proposed(source, copy), [""; 0]);
        let source = "Thanks to the diet she lost 30 kilograms in a year.";
        let copy = "Thanks to the diet she lost 30 extra kilograms in a year.";
        assert_eq!(proposed(source, copy), [""; 0]);
        let source = "The party holds 41 of the 150 seats in the house.";
        let copy = "The party holds 41 percent of the 150 seats in the house.";
        assert_eq!(proposed(source, copy).len(), 1);
        let source = "Of those asked 41 percent want a vote this autumn.";
        let copy = "Of those asked 41 people want a vote this autumn.";
        assert_eq!(proposed(source, copy).len(), 1);
    }

    #[test]
    fn what_follows_from_the_sources_figures_is_no_change() {
        for (source, copy) in [
            (
                "Seven of the nine miners trapped at Pellworth are out.",
                "Rescuers at Pellworth brought seven miners out, leaving two below.",
            ),
            (
                "The arena seats 65,000, which is 20,000 more than the old one.",
                "The arena has room for 65,000 where the old one held 45,000.",
            ),
            (
                "Elected in 2004, he resigned a year later.",
                "Elected in 2004, he stepped down in 2005.",
            ),
        ] {
            assert_eq!(proposed(source, copy), [""; 0], "{copy}");
        }
    }

    #[test]
    fn what_stands_in_place_of_a_figure_is_a_change_though_it_may_be_reckoned() {
        let source = "They nap for a short time of 10 to 60 minutes after lunch.";
        let copy = "They nap for a short time of 10 to 50 minutes after lunch.";
        assert_eq!(proposed(source, copy), ["50 minutes"]);
    }

    #[test]
    fn points_of_a_game_need_no_name() {
        let source = "Hale scored 20 points on Thursday to break the mark.";
        let copy = "Hale scored 20 on Thursday to break the mark.";
        assert_eq!(proposed(source, copy), [""; 0]);
    }

    #[test]
    fn a_share_and_a_count_of_one_whole_are_held_against_each_other() {
        let source = "Two-thirds of the 90 members of the assembly must agree.";
        let same = "It needs 60 of the 90 members of the assembly.";
        let other = "It needs 46 of the 90 members of the assembly.";
        assert_eq!(proposed(source, same), [""; 0]);
        assert_eq!(proposed(source, other), ["46"]);
    }

    #[test]
    fn counts_that_changed_places_are_told() {
        let source = "The ship can carry 2,000 passengers and 800 cars to the island.";
        let same = "The ship has room for 800 cars and 2,000 passengers.";
        let other = "The ship has room for 800 passengers and 2,000 cars.";
        assert_eq!(proposed(source, same), [""; 0]);
        assert_eq!(proposed(source, other), ["2,000 cars"]);
        let source = "It spread to six of the delta's nine districts in May.";
        let same = "Of the delta with its nine districts it reached six districts in May.";
        assert_eq!(proposed(source, same), [""; 0]);
    }

    #[test]
    fn loose_words_stand_for_a_figure_of_the_same_things_only() {
        // "five" is no addition, since the source has the word.
        let source = "Both sides signed the truce after five years near the river.";
        let other = "The truce that was signed near the river binds five units.";
        assert!(!proposed(source, other).contains(&"five".to_owned()));
        let source = "Thousands of houses burnt down near the river.";
        let other = "Some 30 homes burnt down near the river.";
        assert_eq!(proposed(source, other), ["30"]);
    }
}
