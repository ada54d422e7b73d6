//! A passage's words, ready to be compared: folded, with base form, class, weight, vector and quantities.

use std::cell::RefCell;
use std::ops::Deref;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};

use ahash::AHashMap;

use crate::lexicon::{
    Kinship, Nation, Polar, Ranks, Vector, is_auxiliary, is_function_word, is_negation,
    is_reporting_verb, lexicon,
};
use crate::model::Span;
use crate::simd::{ask_for, ask_for_value};
use crate::text::fold::fold;
use crate::text::quantities::{Quantity, quantities};
use crate::text::quotes::quotations;
use crate::text::sounds::Sounds;
use crate::text::tokens::{Token, TokenKind, tokens};
use crate::text::words::splitmix;

/// What a word does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Carries meaning by itself: nouns, verbs, adjectives, most adverbs.
    Content,
    /// A name: capitalised where a common word would not be.
    Name,
    /// Part of a quantity.
    Quantity,
    /// Articles, pronouns, prepositions, auxiliaries, negations.
    Function,
}

/// What is known of a word wherever it stands. Words of one spelling share it, so that a word is looked up once and a word in
/// its place takes 40 bytes.
#[derive(Debug)]
pub struct Lexeme {
    /// Tells this lexeme from others: a hash of how it is printed and stands. Equal numbers are taken for equal lexemes.
    pub number: u64,
    /// Folded form.
    pub folded: String,
    /// Hash of the folded form; equal hashes are taken for equal spellings.
    pub hash: u64,
    /// Base form; of names, figures and function words the folded form.
    pub lemma: String,
    /// Base form whatever the class: that of the common word a name may be made of ("Ministry").
    pub base: String,
    /// Whether the lexicon has the base form.
    pub common: bool,
    /// Whether it is first of all the name of an individual: a city, a statesman.
    pub individual: bool,
    /// Hash of the base form; equal keys are taken for equal lemmas.
    pub key: u64,
    /// The same of [`Self::base`].
    pub base_key: u64,
    /// Senses of the base form: part of speech and synset.
    pub senses: &'static [(u8, u32)],
    ranks: OnceLock<Ranks>,
    base_ranks: OnceLock<Box<Ranks>>,
    /// What tells at once that two words, by their base forms, share no sense.
    pub kinship: Kinship,
    polar: OnceLock<Polar>,
    sounds: OnceLock<Sounds>,
    notes: [AtomicU8; NOTES],
    /// The nation that a name stands for.
    pub nation: Option<Nation>,
    /// The first five bytes of the folded form; 0 where it is shorter.
    pub head: u64,
    /// What it does.
    pub class: Class,
    /// How much it says, 0..=1.
    pub weight: f32,
    /// Its vector; none for figures and unknown scripts.
    pub vector: Option<Vector>,
    /// Begins with a capital.
    pub capital: bool,
    /// Whether the lemma is ever a verb, whether the folded form is a function word, a negation, an auxiliary.
    pub verb: bool,
    /// See `verb`.
    pub function: bool,
    /// See `verb`.
    pub negation: bool,
    /// See `verb`.
    pub auxiliary: bool,
    /// How rare the folded form is, 0..=1; 1 where the vectors do not know it.
    pub rarity: f32,
}

/// A question about a word that its lexeme alone answers, so that it is asked once: most judges look at every word of every passage.
#[derive(Clone, Copy, Debug)]
pub enum Note {
    /// How it hedges a statement.
    Hedge,
    /// Whether it hedges the verb behind it whatever stands around.
    Commits,
    /// Whether it is a past form.
    Past,
    /// Whether it denies by itself.
    Denies,
    /// Whether it can stand for a negation, in whatever way.
    MayDeny,
    /// Whether it can leave a statement open, in whatever way.
    MayOpen,
    /// Whether it is a frequent word of another language.
    Foreign,
    /// Whether it is known to be mixed up with another word.
    Confusable,
    /// Whether it has senses that are known to be mixed up.
    Polysemous,
    /// Whether an idiom begins with it.
    Idiom,
    /// Whether it may be one of several kinds that exclude each other.
    Alternative,
    /// Whether a phrase that is such a kind may begin with it.
    Phrase,
    /// Whether it gives an office a grade.
    Grade,
    /// Whether it is an office.
    Office,
    /// Whether it undoes what it governs.
    Undoes,
    /// Whether it names something.
    Noun,
    /// Whether it may be a small word that turns a statement round.
    Contrast,
    /// Which contrary it is, of small words that turn a statement round.
    Contrary,
    /// Whether it is a verb of saying.
    Reports,
    /// What it tells of the sex of whom it speaks of.
    Sex,
    /// What it may not stand beside, of small words.
    Part,
    /// Whether it is made of English parts by chance.
    Made,
    /// Whether it is made as English makes words.
    English,
}

/// How many [`Note`]s there are.
const NOTES: usize = Note::English as usize + 1;

impl Lexeme {
    /// Its senses, ready to be compared with those of another word.
    #[inline]
    pub fn ranks(&self) -> &Ranks {
        let ask = || lexicon().relations.ranks(self.senses);
        self.ranks.get_or_init(ask)
    }

    /// The senses of [`Self::base`], which names have as well.
    pub fn base_ranks(&self) -> &Ranks {
        let relations = &lexicon().relations;
        let ask = || Box::new(relations.ranks(relations.senses(&self.base)));
        self.base_ranks.get_or_init(ask)
    }

    /// What tells at once that two words are no opposites.
    #[inline]
    pub fn polar(&self) -> &Polar {
        let of = |form: &str| lexicon().relations.polar(form);
        let ask = || {
            if self.lemma == self.folded {
                of(&self.lemma)
            } else {
                of(&self.lemma).or(of(&self.folded))
            }
        };
        self.polar.get_or_init(ask)
    }

    /// What the word sounds like.
    pub fn sounds(&self) -> &Sounds {
        self.sounds.get_or_init(|| Sounds::new(&self.folded))
    }

    /// Whether its base form is a verb of saying.
    #[inline]
    pub fn reports(&self) -> bool {
        self.is(Note::Reports, |word| is_reporting_verb(&word.lemma))
    }

    /// The answer of `ask`, below 255, which depends on the lexeme alone; asked once, unless several threads ask at the same time.
    #[inline]
    pub fn noted(&self, note: Note, ask: impl FnOnce(&Self) -> u8) -> u8 {
        let place = &self.notes[note as usize];
        match place.load(Ordering::Relaxed) {
            // Nobody asked yet.
            0 => {
                let answer = ask(self);
                place.store(answer.saturating_add(1), Ordering::Relaxed);
                answer
            }
            known => known - 1,
        }
    }

    /// [`Self::noted`] of a question that is answered by yes or no.
    #[inline]
    pub fn is(&self, note: Note, ask: impl FnOnce(&Self) -> bool) -> bool {
        self.noted(note, |word| u8::from(ask(word))) == 1
    }
}

/// A word in its place; what it is by itself is reached as if it were its own.
#[derive(Clone, Debug)]
pub struct Word {
    /// What it is by itself.
    pub lexeme: Arc<Lexeme>,
    /// Where it stands in the document's text.
    pub span: Span,
    /// Which quantity of the passage it belongs to.
    pub quantity: Option<u16>,
    /// Clause it stands in, counted from 0 by marks and conjunctions.
    pub clause: u16,
    /// Whether it is inside quotation marks.
    pub quoted: bool,
    /// Whether a punctuation mark stands right before it.
    pub after_mark: bool,
}

impl Deref for Word {
    type Target = Lexeme;

    #[inline]
    fn deref(&self) -> &Lexeme {
        &self.lexeme
    }
}

/// The words of one passage (a sentence, or a few).
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// In order; marks are left out.
    pub words: Vec<Word>,
    /// Figures, dates and measures.
    pub quantities: Vec<Quantity>,
    /// The passage.
    pub span: Span,
    /// Hash of the folded words in order: passages of equal ones read the same, typography aside.
    pub reading: u64,
}

impl Words {
    /// Analyses `text[span]`. Linear time.
    pub fn new(text: &str, span: Span) -> Self {
        let part = span.of(text);
        let quoted = quotations(part, &[Span::new(0, part.len())]);
        let tokens = tokens(text, span);
        let mut found = quantities(text, &tokens);
        let mut standing = Vec::with_capacity(tokens.len());
        let mut at_quantity = 0;
        let mut clause = 0_u16;
        let headline = is_headline(text, &tokens);
        let mut sentence_start = true;
        let mut after_mark = false;
        // Token numbers of the quantities become word numbers as words are kept.
        let mut word_of_token = vec![0_usize; tokens.len() + 1];
        for (k, token) in tokens.iter().enumerate() {
            word_of_token[k] = standing.len();
            let printed = token.span.of(text);
            while found.get(at_quantity).is_some_and(|q| k >= q.last) {
                at_quantity += 1;
            }
            let quantity = found
                .get(at_quantity)
                .filter(|q| k >= q.first && !q.is_in_words())
                .map(|_| u16::try_from(at_quantity).unwrap_or(u16::MAX));
            if token.kind == TokenKind::Mark {
                after_mark = true;
                if matches!(printed, "," | ";" | ":" | "–" | "—" | "-" | "(" | ")")
                    && !joins_words(&tokens, k)
                {
                    clause = clause.saturating_add(1);
                }
                if matches!(printed, "." | "!" | "?" | "\"" | "“" | "«" | "‘") {
                    sentence_start = true;
                }
                if matches!(printed, "." | "!" | "?") {
                    clause = clause.saturating_add(1);
                }
                continue;
            }
            let offset = token.span.start - span.start;
            let quoted = quoted.iter().any(|q| q.start <= offset && offset < q.end);
            // "$US1": letters that touch a figure are a currency's.
            let measured = quantity.is_some()
                || token.kind == TokenKind::Figure
                || tokens.get(k + 1).is_some_and(|next| {
                    next.kind == TokenKind::Figure && next.span.start == token.span.end
                });
            standing.push(Standing {
                printed,
                measured,
                sentence_start,
                span: token.span,
                quantity,
                clause,
                quoted,
                after_mark,
            });
            after_mark = false;
            sentence_start = headline;
        }
        let mut words = Vec::with_capacity(standing.len());
        // Clauses that a conjunction opens, beside those behind marks.
        let mut opened = 0_u16;
        for (lexeme, at) in lexemes(&standing).into_iter().zip(&standing) {
            if lexeme.class == Class::Function && opens_a_clause(&lexeme.folded) {
                opened = opened.saturating_add(1);
            }
            words.push(Word {
                lexeme,
                span: at.span,
                quantity: at.quantity,
                clause: at.clause.saturating_add(opened),
                quoted: at.quoted,
                after_mark: at.after_mark,
            });
        }
        word_of_token[tokens.len()] = words.len();
        for quantity in &mut found {
            quantity.first = word_of_token[quantity.first];
            quantity.last = word_of_token[quantity.last].max(quantity.first);
        }
        Self {
            reading: reading(&words),
            words,
            quantities: found,
            span,
        }
    }

    /// [`Self::new`]. The thread remembers the passages that it saw lately: the texts of a cluster have most of their sentences in common.
    pub fn remembered(text: &str, span: Span) -> Self {
        let print = xxhash_rust::xxh3::xxh3_64(span.of(text).as_bytes());
        SEEN.with_borrow_mut(|seen| {
            if let Some(words) = seen.get(&print) {
                return words.moved(span);
            }
            if seen.len() >= PASSAGES {
                seen.clear();
            }
            let words = Self::new(text, span);
            seen.insert(print, words.clone());
            words
        })
    }

    /// The same words where they stand in another place.
    fn moved(&self, span: Span) -> Self {
        let mut moved = self.clone();
        let place = |of: Span| Span {
            start: of.start - self.span.start + span.start,
            end: of.end - self.span.start + span.start,
        };
        for word in &mut moved.words {
            word.span = place(word.span);
        }
        for quantity in &mut moved.quantities {
            quantity.span = place(quantity.span);
        }
        moved.span = span;
        moved
    }

    /// Several passages of one document as one.
    pub fn concat(parts: &[&Words]) -> Self {
        let mut whole = Self::default();
        for part in parts {
            let words = whole.words.len();
            let quantities = u16::try_from(whole.quantities.len()).unwrap_or(u16::MAX);
            let clause = whole.words.last().map_or(0, |w| w.clause.saturating_add(1));
            whole.span = if words == 0 && whole.quantities.is_empty() {
                part.span
            } else {
                whole.span.join(part.span)
            };
            whole.words.extend(part.words.iter().cloned().map(|mut w| {
                w.quantity = w.quantity.map(|q| q.saturating_add(quantities));
                w.clause = w.clause.saturating_add(clause);
                w
            }));
            whole
                .quantities
                .extend(part.quantities.iter().cloned().map(|mut q| {
                    q.first += words;
                    q.last += words;
                    q
                }));
        }
        whole.reading = reading(&whole.words);
        whole
    }

    /// Whether two passages have the same words in the same order; marks and case aside. A passage without words reads like none.
    pub fn reads_like(&self, other: &Self) -> bool {
        !self.words.is_empty()
            && self.words.len() == other.words.len()
            && self.reading == other.reading
    }

    /// Sum of the weights of all words.
    pub fn weight(&self) -> f32 {
        self.words.iter().map(|w| w.weight).sum()
    }

    /// The place of `span` among the words: first and one past the last word that it touches.
    pub fn words_in(&self, span: Span) -> std::ops::Range<usize> {
        let first = self
            .words
            .iter()
            .position(|w| w.span.end > span.start)
            .unwrap_or(self.words.len());
        let last = self
            .words
            .iter()
            .rposition(|w| w.span.start < span.end)
            .map_or(0, |k| k + 1);
        first..last.max(first)
    }

    /// The printed span of a run of words; of none the place before the next one, or behind the last.
    pub fn span_of(&self, run: std::ops::Range<usize>) -> Span {
        match (
            self.words.get(run.start),
            run.end.checked_sub(1).and_then(|k| self.words.get(k)),
        ) {
            (Some(first), Some(last)) if run.start < run.end => first.span.join(last.span),
            (Some(first), _) => Span {
                start: first.span.start,
                end: first.span.start,
            },
            _ => {
                let end = self
                    .words
                    .last()
                    .map_or(self.span.end, |last| last.span.end);
                Span { start: end, end }
            }
        }
    }
}

/// A word in its place, before it is known what it is by itself: see [`Word`].
struct Standing<'a> {
    printed: &'a str,
    /// It is a figure or part of a quantity.
    measured: bool,
    sentence_start: bool,
    span: Span,
    quantity: Option<u16>,
    /// Clauses behind marks only.
    clause: u16,
    quoted: bool,
    after_mark: bool,
}

fn opens_a_clause(folded: &str) -> bool {
    matches!(
        folded,
        "but"
            | "while"
            | "which"
            | "who"
            | "whom"
            | "whereas"
            | "although"
            | "though"
            | "because"
            | "when"
            | "where"
            | "after"
            | "before"
            | "unless"
            | "if"
    )
}

fn reading(words: &[Word]) -> u64 {
    let mut bytes = Vec::with_capacity(words.len() * size_of::<u64>());
    for word in words {
        bytes.extend_from_slice(&word.hash.to_le_bytes());
    }
    xxhash_rust::xxh3::xxh3_64(&bytes)
}

/// Whether a passage is capitalised throughout, as headlines are, so that a capital tells no name: "Bush Rules Cut Science Out".
fn is_headline(text: &str, tokens: &[Token]) -> bool {
    let (mut capital, mut small) = (0, 0);
    for token in tokens.iter().filter(|t| t.kind == TokenKind::Word) {
        let printed = token.span.of(text);
        // Headlines have short words small as well.
        if printed.len() < 4 {
            continue;
        }
        if printed.starts_with(char::is_uppercase) {
            capital += 1;
        } else {
            small += 1;
        }
    }
    capital >= 4 && capital >= 6 * small
}

/// A hyphen between two words without space is no clause mark.
fn joins_words(tokens: &[Token], k: usize) -> bool {
    let touches_before = k > 0 && tokens[k - 1].span.end == tokens[k].span.start;
    let touches_after = tokens
        .get(k + 1)
        .is_some_and(|next| next.span.start == tokens[k].span.end);
    touches_before && touches_after
}

/// Lexemes that a thread remembers for each of the ways a spelling can stand. 32,768: nine of ten words of any text are
/// among so many, and they take some 20 MB.
const REMEMBERED: usize = 32_768;
/// Longest spelling that is remembered, in bytes; longer ones are addresses and noise.
const REMEMBERED_BYTES: usize = 48;

/// Passages that a thread remembers, by hashes of what is printed. 1,024: those of some thirty articles, which take 2 MB.
const PASSAGES: usize = 1024;

thread_local! {
    static SEEN: RefCell<AHashMap<u64, Words>> = RefCell::default();
}

/// How a spelling stands, as far as that changes what it is.
const WAYS: usize = 4;

thread_local! {
    static KNOWN: RefCell<[AHashMap<u64, Arc<Lexeme>>; WAYS]> = RefCell::default();
}

/// The lexemes of printed words, remembered by each thread: few words make up most of every text.
fn lexemes(standing: &[Standing<'_>]) -> Vec<Arc<Lexeme>> {
    let numbered = |word: &Standing<'_>| {
        let way = usize::from(word.measured) << 1 | usize::from(word.sentence_start);
        let number = number(word.printed, word.measured, word.sentence_start);
        (way, number)
    };
    let numbers: Vec<(usize, u64)> = standing.iter().map(numbered).collect();
    KNOWN.with_borrow_mut(|known| {
        let found: Vec<Option<&Arc<Lexeme>>> = numbers
            .iter()
            .map(|(way, number)| known[*way].get(number))
            .collect();
        // Most lexemes were last used some sentences ago and lie in slow memory by now: all are sent for before the first is waited for.
        for lexeme in found.iter().flatten() {
            ask_for_value(&***lexeme);
        }
        for lexeme in found.iter().flatten() {
            ask_for(lexeme.folded.as_bytes());
        }
        let found: Vec<Option<Arc<Lexeme>>> =
            found.into_iter().map(|lexeme| lexeme.cloned()).collect();
        let each = found.into_iter().zip(standing).zip(&numbers);
        each.map(|((lexeme, word), &(way, number))| {
            lexeme.unwrap_or_else(|| remember(&mut known[way], number, word))
        })
        .collect()
    })
}

/// The lexeme of that number, which was not known before the passage it stands in.
fn remember(
    known: &mut AHashMap<u64, Arc<Lexeme>>,
    number: u64,
    word: &Standing<'_>,
) -> Arc<Lexeme> {
    if let Some(lexeme) = known.get(&number) {
        return Arc::clone(lexeme);
    }
    let lexeme = Arc::new(analyse(word.printed, word.measured, word.sentence_start));
    if word.printed.len() <= REMEMBERED_BYTES {
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(number, Arc::clone(&lexeme));
    }
    lexeme
}

/// The number of a lexeme: see [`Lexeme::number`].
fn number(printed: &str, measured: bool, sentence_start: bool) -> u64 {
    let way = u64::from(measured) << 1 | u64::from(sentence_start);
    // Of short words the hash is a bijection of word and seed together: "bo" under 0 would be "bn" under 1.
    xxhash_rust::xxh3::xxh3_64_with_seed(printed.as_bytes(), splitmix(way + 1))
}

/// `measured`: the word is a figure or part of a quantity.
fn analyse(printed: &str, measured: bool, sentence_start: bool) -> Lexeme {
    let mut folded = fold(printed);
    // "didn ’ t"
    folded.retain(|c| c != ' ');
    let lexicon = lexicon();
    let capital = printed.starts_with(char::is_uppercase);
    let function = is_function_word(&folded);
    let base = lexicon.relations.lemma(&folded);
    let common = lexicon.relations.is_lemma(&base);
    let of_base = lexicon.relations.senses(&base);
    let acronym =
        printed.chars().filter(|c| c.is_uppercase()).count() >= 2 && printed.chars().count() <= 6;
    // At a sentence's start a capital says nothing, unless the word is no common one.
    let name = capital
        && (acronym
            || if sentence_start {
                !function && !common
            } else {
                !function
            });
    let class = if measured {
        Class::Quantity
    } else if name {
        Class::Name
    } else if function {
        Class::Function
    } else {
        Class::Content
    };
    let lemma = if class == Class::Content {
        base.clone()
    } else {
        folded.clone()
    };
    let vector = if class == Class::Quantity {
        None
    } else {
        lexicon.vectors.vector(&folded)
    };
    let rarity = lexicon.vectors.weight(&folded);
    let weight = match class {
        Class::Function => 0.08,
        Class::Quantity => 0.9,
        Class::Name => 0.9_f32.max(rarity),
        Class::Content => 0.35 + 0.65 * rarity,
    };
    let key = xxhash_rust::xxh3::xxh3_64(
        spelled_out(class, &lemma)
            .map_or_else(|| american(&lemma), Into::into)
            .as_bytes(),
    );
    let base_key = xxhash_rust::xxh3::xxh3_64(american(&base).as_bytes());
    let senses = if class == Class::Content {
        of_base
    } else {
        &[]
    };
    let individual = class == Class::Name && lexicon.relations.is_individual(&base);
    Lexeme {
        number: number(printed, measured, sentence_start),
        hash: xxhash_rust::xxh3::xxh3_64(folded.as_bytes()),
        kinship: match class {
            Class::Content | Class::Name => lexicon.relations.kinship(of_base),
            Class::Quantity | Class::Function => Kinship::default(),
        },
        polar: OnceLock::new(),
        sounds: OnceLock::new(),
        notes: Default::default(),
        ranks: OnceLock::new(),
        base_ranks: OnceLock::new(),
        nation: (class == Class::Name || capital && class == Class::Content)
            .then(|| Nation::of(&folded))
            .flatten(),
        head: folded
            .as_bytes()
            .first_chunk()
            .map_or(0, |&[a, b, c, d, e]| {
                u64::from_le_bytes([a, b, c, d, e, 0, 0, 0])
            }),
        common,
        individual,
        verb: lexicon.relations.is_verb(&lemma),
        function,
        // "No. 1", "nº 1", "Dr. No"
        negation: is_negation(&folded)
            && !measured
            && (sentence_start || printed != "No")
            && !printed.ends_with('º'),
        auxiliary: is_auxiliary(&folded),
        rarity,
        folded,
        lemma,
        base,
        key,
        base_key,
        senses,
        class,
        weight,
        vector,
        capital,
    }
}

/// The word that an abbreviation in a name or title stands for, so that both have one key: "Mt Cook", "Sen. Lieu".
fn spelled_out(class: Class, folded: &str) -> Option<&'static str> {
    if class != Class::Name {
        return None;
    }
    Some(match folded {
        "mt" => "mount",
        "st" => "saint",
        "ft" => "fort",
        "dr" => "doctor",
        "prof" => "professor",
        "sen" => "senator",
        "rep" => "representative",
        "gov" => "governor",
        "gen" => "general",
        "col" => "colonel",
        "maj" => "major",
        "capt" => "captain",
        "lt" => "lieutenant",
        "sgt" => "sergeant",
        "rev" => "reverend",
        "dept" => "department",
        "govt" => "government",
        "univ" => "university",
        "intl" => "international",
        "jr" => "junior",
        "sr" => "senior",
        _ => return None,
    })
}

/// The American spelling of a British one, so that both have one key: "organise", "calibre", "defence", "labour".
pub fn american(lemma: &str) -> std::borrow::Cow<'_, str> {
    const ENDINGS: [(&str, &str); 14] = [
        ("isation", "ization"),
        ("ising", "izing"),
        ("ise", "ize"),
        ("yse", "yze"),
        ("our", "or"),
        ("oured", "ored"),
        ("bre", "ber"),
        ("tre", "ter"),
        ("fence", "fense"),
        ("gramme", "gram"),
        ("ogue", "og"),
        ("elled", "eled"),
        ("elling", "eling"),
        ("ourable", "orable"),
    ];
    if lemma.len() < 5 {
        return lemma.into();
    }
    ENDINGS
        .iter()
        .find_map(|(british, american)| {
            lemma
                .strip_suffix(british)
                .map(|stem| format!("{stem}{american}").into())
        })
        .unwrap_or_else(|| lemma.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_remembered_stand_where_they_are_met() {
        let sentence = "The bank said \u{201c}rates rose\u{201d} by 0.5 percent on 4 March.";
        let text = format!("{sentence} {sentence}");
        for begin in [0, sentence.len() + 1, 0] {
            let span = Span::new(begin, begin + sentence.len());
            let (new, again) = (Words::new(&text, span), Words::remembered(&text, span));
            assert_eq!(format!("{new:?}"), format!("{again:?}"));
        }
    }

    #[test]
    fn no_two_short_words_have_one_number() {
        let letters = || 'a'..='z';
        let mut seen = ahash::AHashSet::new();
        let words = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
        for word in words.chain(letters().map(String::from)) {
            for (measured, sentence_start) in
                [(false, false), (false, true), (true, false), (true, true)]
            {
                assert!(
                    seen.insert(number(&word, measured, sentence_start)),
                    "{word}"
                );
            }
        }
    }
}
