//! A corpus of invented news with planted near-duplicates, for measuring.
//!
//! `cargo run --release --example generate -- PREFIX DOCUMENTS SEED [--parts N] [--zstd] [--threads N]` writes `PREFIX.jsonl`
//! (`id`, `title`, `outlet`, `published_at`, `text`) and `PREFIX.truth.tsv` (id, cluster or `-`, kind of edit, rate). With
//! `--parts N` the records lie in `PREFIX-00.jsonl`, `PREFIX-01.jsonl` and so on, with `--zstd` in `.jsonl.zst`. The same
//! arguments give the same bytes, whatever the number of threads.
//!
//! Three documents in ten lie in clusters of 2 to about 100, made from a base story by one edit at a known rate: exact,
//! format, words, ocr, cut, frame, shuffle, and, beyond the corpus that other tools were measured on, correction (one
//! figure or name and a notice), liveblog (entries put on top), syndicated (the same notices around other stories) and headline
//! (another headline inside the text). Two in a hundred are market and weather templates that share text and are no
//! copies; five in a hundred single stories carry a syndication notice that thousands share.
//!
//! Documents are made in blocks of 4,096, each from a seed of its own and shuffled as a whole: copies lie near each other, as
//! in an archive ordered by date, and threads share nothing but the vocabulary. A block takes about 30 MB of memory a thread.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes of invented texts are small"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};

/// A small fast generator. Steele, Lea, Flood 2014.
struct Chance(u64);

impl Chance {
    /// The generator of block `number`: far from those of all other blocks and seeds.
    fn of_block(seed: u64, number: usize) -> Self {
        let mut first = Chance(seed ^ 0xb10c_0000_0000_0000);
        let mut chance = Chance(first.next() ^ (number as u64).wrapping_mul(0xd6e8_feb8_6659_fd93));
        Chance(chance.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// In `0..1`.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// In `0..limit`. Lemire: "Fast random integer generation in an interval", 2019, without its last correction.
    fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

const WORDS: usize = 120_000;
/// Longest word in bytes: a word and its length fill 16 bytes, so that a word is copied by one instruction.
const LONGEST: usize = 15;

/// Words by falling frequency (Zipf), drawn in constant time (Walker 1977, Vose 1991).
struct Vocabulary {
    words: Vec<[u8; LONGEST + 1]>,
    /// For each cell: the share of it, in 32 bits, that is its own word's, and the word that has the rest.
    cells: Vec<(u32, u32)>,
}

impl Vocabulary {
    fn new(chance: &mut Chance) -> Self {
        let mut words = Vec::with_capacity(WORDS);
        let mut seen = BTreeSet::new();
        while words.len() < WORDS {
            let length = (0.35 + (words.len() as f64 + 3.0).log10() * 0.6 + 0.45 * chance.normal())
                .round()
                .clamp(1.0, 5.0) as usize;
            let mut word = String::new();
            let consonant = |chance: &mut Chance| char::from(*chance.pick(b"bcdfghjklmnprstvwz"));
            let vowel = |chance: &mut Chance| char::from(*chance.pick(b"aeiou"));
            for _ in 0..length {
                word.push(consonant(chance));
                word.push(vowel(chance));
            }
            if chance.unit() < 0.45 {
                word.push(consonant(chance));
            }
            if chance.unit() < 0.004 {
                word.pop();
                word.push(*chance.pick(&['é', 'ü', 'ñ', 'ç', 'ø', 'ß']));
            }
            while seen.contains(&word) {
                word.push(consonant(chance));
                word.push(vowel(chance));
            }
            if word.len() > LONGEST {
                continue;
            }
            let mut slot = [b' '; LONGEST + 1];
            slot[..word.len()].copy_from_slice(word.as_bytes());
            slot[LONGEST] = word.len() as u8;
            words.push(slot);
            seen.insert(word);
        }
        let weights: Vec<f64> = (0..WORDS)
            .map(|rank| (rank as f64 + 3.7).powf(-1.05))
            .collect();
        Self {
            words,
            cells: cells(&weights),
        }
    }

    /// Appends a word; its first letter a capital when asked.
    fn put(&self, draw: u64, capital: bool, out: &mut Vec<u8>) {
        let cell = ((draw >> 32) as usize * WORDS) >> 32;
        let (own, other) = self.cells[cell];
        let rank = if (draw as u32) < own {
            cell
        } else {
            other as usize
        };
        let mut word = self.words[rank];
        if capital {
            word[0] = word[0].to_ascii_uppercase();
        }
        let end = out.len() + usize::from(word[LONGEST]);
        out.extend_from_slice(&word);
        out.truncate(end);
    }
}

/// Fills the cells of Walker's method: every cell is as wide as the mean weight, its own word's part first.
fn cells(weights: &[f64]) -> Vec<(u32, u32)> {
    let mean = weights.iter().sum::<f64>() / weights.len() as f64;
    let mut left: Vec<f64> = weights.iter().map(|weight| weight / mean).collect();
    let (mut small, mut large): (Vec<usize>, Vec<usize>) =
        (0..left.len()).partition(|&rank| left[rank] < 1.0);
    let mut cells: Vec<(u32, u32)> = (0..weights.len() as u32)
        .map(|rank| (u32::MAX, rank))
        .collect();
    while let (Some(&cell), Some(&giver)) = (small.last(), large.last()) {
        small.pop();
        cells[cell] = ((left[cell] * f64::from(u32::MAX)) as u32, giver as u32);
        left[giver] -= 1.0 - left[cell];
        if left[giver] < 1.0 {
            large.pop();
            small.push(giver);
        }
    }
    cells
}

const OUTLETS: [&str; 6] = [
    "The Morning Herald",
    "Daily Courier",
    "City Tribune",
    "Evening Post",
    "National Observer",
    "Coast Gazette",
];

/// Kinds of edit, the rates they come at, and their share in a hundred.
const EDITS: [(&str, &[f64], usize); 11] = [
    ("exact", &[0.0], 11),
    ("format", &[0.0], 9),
    ("words", &[0.005, 0.01, 0.02, 0.03, 0.05, 0.10], 30),
    ("ocr", &[0.01, 0.02, 0.04], 9),
    ("cut", &[0.05, 0.1, 0.2, 0.3], 11),
    ("frame", &[0.05, 0.1, 0.2, 0.3], 13),
    ("shuffle", &[0.0, 0.01, 0.02], 5),
    ("correction", &[0.0], 3),
    ("liveblog", &[0.1, 0.2, 0.3], 3),
    ("syndicated", &[0.0], 3),
    ("headline", &[0.0], 3),
];

const CORRECTION: &[u8] = b"Correction: an earlier version of this story gave a wrong figure";

/// What all blocks share.
struct World {
    vocabulary: Vocabulary,
    notices: Vec<Vec<u8>>,
    seed: u64,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let vocabulary = Vocabulary::new(&mut chance);
        let mut press = Press {
            chance,
            vocabulary: &vocabulary,
            notices: &[],
        };
        let notices = (0..12).map(|_| press.line(60)).collect();
        Self {
            vocabulary,
            notices,
            seed,
        }
    }
}

/// Writes stories: words parted by single spaces, paragraphs by an empty line.
struct Press<'a> {
    chance: Chance,
    vocabulary: &'a Vocabulary,
    notices: &'a [Vec<u8>],
}

impl Press<'_> {
    fn length(&mut self) -> usize {
        (5.80 + 0.62 * self.chance.normal())
            .exp()
            .clamp(40.0, 4000.0) as usize
    }

    fn word(&mut self, out: &mut Vec<u8>) {
        self.vocabulary.put(self.chance.next(), false, out);
    }

    fn figure(&mut self, out: &mut Vec<u8>) {
        let figure = 1 + self.chance.below(4999);
        write!(out, "{figure}").expect("memory takes every byte");
    }

    /// Appends a story of `length` words.
    fn story(&mut self, length: usize, out: &mut Vec<u8>) {
        out.reserve(length * 8);
        let mut left = length;
        while left > 0 {
            let size = (35 + self.chance.below(55)).min(left);
            left -= size;
            self.paragraph(size, out);
            if left > 0 {
                out.extend_from_slice(b"\n\n");
            }
        }
    }

    fn paragraph(&mut self, size: usize, out: &mut Vec<u8>) {
        let quote = if size > 6 && self.chance.unit() < 0.3 {
            self.chance.below(size - 5)
        } else {
            usize::MAX - 4
        };
        let mut at = 0;
        while at < size {
            let sentence = 8 + self.chance.below(18);
            let end = size.min(at + sentence);
            let comma = at + sentence / 2;
            for place in at..end {
                if place > 0 {
                    out.push(b' ');
                }
                if place == quote {
                    out.push(b'"');
                }
                let draw = self.chance.next();
                // One word in fifty is a figure. The lowest bits only part a cell of the vocabulary.
                if draw.is_multiple_of(50) {
                    self.figure(out);
                } else {
                    self.vocabulary.put(draw, place == at, out);
                }
                if place == comma && comma + 1 < end {
                    out.push(b',');
                }
                if place + 1 == end {
                    out.push(b'.');
                }
                if place == quote + 4 {
                    out.push(b'"');
                }
            }
            at = end;
        }
    }

    /// A story in one paragraph.
    fn line(&mut self, length: usize) -> Vec<u8> {
        let mut out = Vec::new();
        self.paragraph(length, &mut out);
        out
    }

    /// Appends `text` with every word as `change` writes it; what becomes empty goes, paragraphs too.
    fn rewrite(
        &mut self,
        text: &[u8],
        out: &mut Vec<u8>,
        mut change: impl FnMut(&mut Self, &[u8], &mut Vec<u8>),
    ) {
        let start = out.len();
        for paragraph in paragraphs(text) {
            let mut first = true;
            for word in paragraph.split(|&byte| byte == b' ') {
                let before = out.len();
                let parting: &[u8] = match (first, before == start) {
                    (false, _) => b" ",
                    (true, false) => b"\n\n",
                    (true, true) => b"",
                };
                out.extend_from_slice(parting);
                let begun = out.len();
                change(self, word, out);
                if out.len() == begun {
                    out.truncate(before);
                } else {
                    first = false;
                }
            }
        }
    }

    /// Appends `text` with words exchanged, put in and left out at `rate`.
    fn noise(&mut self, text: &[u8], rate: f64, out: &mut Vec<u8>) {
        self.rewrite(text, out, |press, word, out| {
            if press.chance.unit() >= rate {
                out.extend_from_slice(word);
                return;
            }
            match press.chance.unit() {
                kind if kind < 0.6 => press.word(out),
                kind if kind < 0.8 => {
                    out.extend_from_slice(word);
                    out.push(b' ');
                    press.word(out);
                }
                _ => {}
            }
        });
    }

    /// Appends `story` as one kind of edit leaves it.
    fn edit(&mut self, story: &[u8], kind: &str, rate: f64, out: &mut Vec<u8>) {
        let size = || paragraphs(story).map(count).sum::<usize>();
        let share = |least: usize| ((size() as f64 * rate) as usize).max(least);
        match kind {
            "format" => self.rewrite(story, out, |press, word, out| {
                if press.chance.unit() < 0.5 {
                    let from = out.len();
                    out.extend_from_slice(bare(word));
                    out[from..].make_ascii_lowercase();
                } else {
                    out.extend_from_slice(word);
                }
            }),
            "words" => self.noise(story, rate, out),
            "ocr" => self.rewrite(story, out, |press, word, out| {
                let begins = |byte: u8| byte & 0xc0 != 0x80;
                let letters = word.iter().filter(|&&byte| begins(byte)).count();
                if letters <= 2 || press.chance.unit() >= rate {
                    out.extend_from_slice(word);
                    return;
                }
                let wrong = press.chance.below(letters);
                let letter = *press.chance.pick(b"abcdefghilmnorstu");
                let mut at = 0;
                for &byte in word {
                    at += usize::from(begins(byte));
                    if at != wrong + 1 {
                        out.push(byte);
                    } else if begins(byte) {
                        out.push(letter);
                    }
                }
            }),
            "cut" => {
                let mut keep = (size() as f64 * (1.0 - rate)) as usize;
                self.rewrite(story, out, |_, word, out| {
                    if keep > 0 {
                        out.extend_from_slice(word);
                        keep -= 1;
                    }
                });
            }
            "frame" => {
                let outlet = self.chance.pick(&OUTLETS).to_lowercase();
                out.extend_from_slice(outlet.as_bytes());
                out.extend_from_slice(b" Reuters -- ");
                out.extend_from_slice(story);
                out.extend_from_slice(b"\n\n");
                self.story(share(6), out);
            }
            "shuffle" => {
                let mut order: Vec<&[u8]> = paragraphs(story).collect();
                for at in (1..order.len()).rev() {
                    let other = self.chance.below(at + 1);
                    order.swap(at, other);
                }
                self.noise(&order.join(&b"\n\n"[..]), rate, out);
            }
            "correction" => {
                let place = self.chance.below(paragraphs(story).count());
                let wrong = paragraphs(story).nth(place).map_or(0, |paragraph| {
                    paragraphs(story).take(place).map(count).sum::<usize>()
                        + self.chance.below(count(paragraph))
                });
                let mut at = 0;
                self.rewrite(story, out, |press, word, out| {
                    if at == wrong {
                        press.figure(out);
                    } else {
                        out.extend_from_slice(word);
                    }
                    at += 1;
                });
                out.extend_from_slice(b"\n\n");
                out.extend_from_slice(CORRECTION);
            }
            "liveblog" => {
                self.story(share(10), out);
                out.extend_from_slice(b"\n\n");
                out.extend_from_slice(story);
            }
            "syndicated" => {
                let notices: &[Vec<u8>] = self.notices;
                out.extend_from_slice(self.chance.pick::<Vec<u8>>(notices));
                out.extend_from_slice(b"\n\n");
                out.extend_from_slice(story);
            }
            "headline" => {
                self.paragraph(9, out);
                out.extend_from_slice(b"\n\n");
                out.extend_from_slice(story);
            }
            _ => out.extend_from_slice(story),
        }
    }

    fn kind_of_edit(&mut self) -> (&'static str, f64) {
        let mut share = self.chance.below(100);
        for (kind, rates, weight) in EDITS {
            if share < weight {
                return (kind, *self.chance.pick(rates));
            }
            share -= weight;
        }
        ("exact", 0.0)
    }

    /// A market or weather report: some paragraphs of the form, the others new.
    fn filled_form(&mut self, form: &[u8], share: f64, out: &mut Vec<u8>) {
        let start = out.len();
        for paragraph in paragraphs(form) {
            if out.len() > start {
                out.extend_from_slice(b"\n\n");
            }
            if self.chance.unit() < share {
                out.extend_from_slice(paragraph);
            } else {
                self.paragraph(count(paragraph).max(20), out);
            }
        }
    }
}

fn paragraphs(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = memchr::memchr(b'\n', text);
        rest = end.map(|end| &text[end + 2..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

fn count(paragraph: &[u8]) -> usize {
    memchr::memchr_iter(b' ', paragraph).count() + 1
}

/// A word without the marks around it.
fn bare(mut word: &[u8]) -> &[u8] {
    while let [b'"' | b'.' | b',', rest @ ..] | [rest @ .., b'"' | b'.' | b','] = word {
        word = rest;
    }
    word
}

/// A document of a block before its place is known.
struct Draft {
    title: Range<usize>,
    text: Range<usize>,
    /// Number of its cluster within the block.
    cluster: Option<usize>,
    kind: Kind,
    rate: f64,
}

#[derive(Clone, Copy)]
enum Kind {
    Named(&'static str),
    Template(usize),
}

/// Documents of a block.
const BLOCK: usize = 4096;

/// The drafts of a block and the letters they are made of.
struct Drafts<'a> {
    press: Press<'a>,
    letters: Vec<u8>,
    drafts: Vec<Draft>,
}

impl Drafts<'_> {
    /// Adds a document whose text `write` appends.
    fn add(
        &mut self,
        cluster: Option<usize>,
        kind: Kind,
        rate: f64,
        write: impl FnOnce(&mut Press<'_>, &mut Vec<u8>),
    ) {
        let start = self.letters.len();
        self.press.paragraph(8, &mut self.letters);
        let middle = self.letters.len();
        write(&mut self.press, &mut self.letters);
        self.drafts.push(Draft {
            title: start..middle,
            text: middle..self.letters.len(),
            cluster,
            kind,
            rate,
        });
    }

    fn fill(&mut self, documents: usize) {
        let (mut cluster, mut template) = (0, 0);
        let mut base = Vec::new();
        while self.drafts.len() < documents {
            let left = documents - self.drafts.len();
            // Of ten documents three lie in clusters; the kinds take turns by chance so that any front of the corpus is mixed.
            let draw = self.press.chance.unit();
            let length = self.press.length();
            base.clear();
            self.press.story(length, &mut base);
            if draw < 0.0790 {
                // Heavy-tailed sizes, 4.7 on average.
                let tail = (1.0 - self.press.chance.unit()).powf(-1.0 / 1.25);
                let size = (2 + (tail.mul_add(1.2, -1.2) as usize).min(100)).min(left);
                let name = (size > 1).then_some(cluster);
                self.add(name, Kind::Named("base"), 0.0, |_, out| {
                    out.extend_from_slice(&base);
                });
                for _ in 1..size {
                    let (kind, rate) = self.press.kind_of_edit();
                    self.add(name, Kind::Named(kind), rate, |press, out| {
                        press.edit(&base, kind, rate, out);
                    });
                }
                cluster += 1;
            } else if draw < 0.0800 {
                let size = (5 + self.press.chance.below(35)).min(left);
                let share = 0.35 + 0.25 * self.press.chance.unit();
                for _ in 0..size {
                    self.add(None, Kind::Template(template), share, |press, out| {
                        press.filled_form(&base, share, out);
                    });
                }
                template += 1;
            } else {
                self.add(None, Kind::Named("single"), 0.0, |press, out| {
                    let noticed = press.chance.unit() < 0.05;
                    let kind = if noticed { "syndicated" } else { "exact" };
                    press.edit(&base, kind, 0.0, out);
                });
            }
        }
    }
}

/// A block as it is written.
struct Block {
    number: usize,
    records: Vec<u8>,
    truth: Vec<u8>,
}

/// Makes block `number` of `documents` documents.
fn block(world: &World, number: usize, documents: usize, compress: bool) -> io::Result<Block> {
    let mut made = Drafts {
        press: Press {
            chance: Chance::of_block(world.seed, number),
            vocabulary: &world.vocabulary,
            notices: &world.notices,
        },
        letters: Vec::with_capacity(documents * 2600),
        drafts: Vec::with_capacity(documents),
    };
    made.fill(documents);
    let Drafts {
        press: Press { mut chance, .. },
        letters,
        mut drafts,
    } = made;
    for at in (1..drafts.len()).rev() {
        drafts.swap(at, chance.below(at + 1));
    }
    let mut records = Vec::with_capacity(letters.len() + letters.len() / 16 + documents * 128);
    let mut truth = Vec::with_capacity(documents * 24);
    for (id, draft) in (number * BLOCK..).zip(&drafts) {
        let minute = id % (28 * 24 * 60);
        let (day, hour, minute) = (1 + minute / 1440, minute / 60 % 24, minute % 60);
        write!(records, "{{\"id\":\"d{id}\",\"title\":\"")?;
        escape(&letters[draft.title.clone()], &mut records);
        write!(
            records,
            "\",\"outlet\":\"{}\",\"published_at\":\"2026-03-{day:02}T{hour:02}:{minute:02}:00Z\",\"text\":\"",
            chance.pick(&OUTLETS)
        )?;
        escape(&letters[draft.text.clone()], &mut records);
        records.extend_from_slice(b"\"}\n");
        match draft.cluster {
            Some(cluster) => write!(truth, "d{id}\tc{}", number * BLOCK + cluster)?,
            None => write!(truth, "d{id}\t-")?,
        }
        match draft.kind {
            Kind::Named(kind) => write!(truth, "\t{kind}")?,
            Kind::Template(template) => write!(truth, "\ttemplate{}", number * BLOCK + template)?,
        }
        writeln!(truth, "\t{}", draft.rate)?;
    }
    if compress {
        // Each block is a frame of its own: frames one after another are a file.
        records = zstd::bulk::compress(&records, 1)?;
    }
    Ok(Block {
        number,
        records,
        truth,
    })
}

/// Appends `text` as the inside of a JSON string; its only marks that need an escape are quotes and line ends.
fn escape(mut text: &[u8], out: &mut Vec<u8>) {
    while let Some(at) = memchr::memchr2(b'"', b'\n', text) {
        out.extend_from_slice(&text[..at]);
        out.extend_from_slice(if text[at] == b'"' { b"\\\"" } else { b"\\n" });
        text = &text[at + 1..];
    }
    out.extend_from_slice(text);
}

struct Plan {
    prefix: String,
    documents: usize,
    seed: u64,
    parts: Option<usize>,
    zstd: bool,
    threads: usize,
}

impl Plan {
    fn read(arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        const USAGE: &str =
            "usage: generate PREFIX DOCUMENTS SEED [--parts N] [--zstd] [--threads N]";
        let mut plan = Self {
            prefix: String::new(),
            documents: 0,
            seed: 0,
            parts: None,
            zstd: false,
            threads: std::thread::available_parallelism()?.get(),
        };
        let mut plain = Vec::new();
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--zstd" => plan.zstd = true,
                "--parts" => {
                    plan.parts = Some(arguments.next().ok_or(USAGE)?.parse::<usize>()?.max(1));
                }
                "--threads" => {
                    plan.threads = arguments.next().ok_or(USAGE)?.parse::<usize>()?.max(1);
                }
                _ => plain.push(argument),
            }
        }
        let [prefix, documents, seed] = plain.as_slice() else {
            return Err(USAGE.into());
        };
        prefix.clone_into(&mut plan.prefix);
        (plan.documents, plan.seed) = (documents.parse()?, seed.parse()?);
        Ok(plan)
    }

    fn blocks(&self) -> usize {
        self.documents.div_ceil(BLOCK)
    }

    fn part_of(&self, block: usize) -> usize {
        block * self.parts.unwrap_or(1) / self.blocks().max(1)
    }

    fn create_part(&self, part: usize) -> io::Result<File> {
        let ending = if self.zstd { ".jsonl.zst" } else { ".jsonl" };
        let number = self
            .parts
            .map_or_else(String::new, |_| format!("-{part:02}"));
        File::create(format!("{}{number}{ending}", self.prefix))
    }

    /// Makes one block after another until none is left; blocks wait until the writer takes them.
    fn work(&self, world: &World, next: &AtomicUsize, to: &SyncSender<io::Result<Block>>) {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= self.blocks() {
                return;
            }
            let documents = BLOCK.min(self.documents - number * BLOCK);
            if to.send(block(world, number, documents, self.zstd)).is_err() {
                return;
            }
        }
    }

    fn run(&self) -> io::Result<()> {
        let world = World::new(self.seed);
        let mut truth = BufWriter::new(File::create(format!("{}.truth.tsv", self.prefix))?);
        // Every part exists, however few documents there are.
        let mut parts = (0..self.parts.unwrap_or(1))
            .map(|part| self.create_part(part))
            .collect::<io::Result<Vec<File>>>()?;
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            let (to, from) = sync_channel(1);
            for _ in 0..self.threads {
                let to = to.clone();
                let (world, next) = (&world, &next);
                scope.spawn(move || self.work(world, next, &to));
            }
            drop(to);
            // Blocks that came before their turn.
            let mut early: BTreeMap<usize, Block> = BTreeMap::new();
            let mut turn = 0;
            for made in from {
                let made = made?;
                early.insert(made.number, made);
                while let Some(made) = early.remove(&turn) {
                    parts[self.part_of(turn)].write_all(&made.records)?;
                    truth.write_all(&made.truth)?;
                    turn += 1;
                }
            }
            truth.flush()
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    Plan::read(std::env::args().skip(1))?.run()?;
    Ok(())
}
