//! wirecopy finds the same news story in many places and says what each outlet did to it.
//!
//! # The pipeline in one picture
//!
//! ```text
//! bytes   --read-->        Document     one published article: text as printed, plus what is known of it
//!
//! trace:  --segment-->     Segmented    its paragraphs and sentences; furniture and repetitions marked
//!         --pair-->        Candidate    two documents worth comparing (rewrites: rare words, names, shingles)
//!         --passages-->    Measured     which sentences two documents share, and what share of either that is
//!         --stories-->     groups       matches that use the same passage: a document may carry two stories
//!         --attribute-->   Choice       the source of each story, and the credit each version gives
//!         --versions-->    Version      one outlet's text beside the source: each sentence with its counterpart
//!           --align-->     Match        ... which sentence answers which (1:1, 1:n, n:1, none), which word which
//!           --judge-->     Drift        ... what was done to the words, and every change of meaning
//!         --attribute-->   Provenance   ... who copied whom, who keeps which words, what a later version corrected
//!                          Report       all of the above, ready to
//!         --render-->      bytes        terminal, JSON, HTML
//!
//! check:  --archive.near-> Near         documents of an archive that share rare words or shingles with one article
//!         --segment, passages, versions, attribute-->  as above, for the best of them
//!                          Checked      sources ranked, the article beside each, ready to render
//!
//! dedup:  --sign-->        Signature    a fixed-width sketch of a text's shingles, and a few fingerprints
//!         --pair-->        Candidate    two documents that share a fingerprint
//!         --verify-->      Match        a candidate that was measured: Jaccard, containment both ways
//!         --cluster-->     Member       every removed document with the kept one it was measured against
//!                          bytes        records kept and removed, clusters
//! ```
//!
//! # The modules, in reading order
//!
//! Nouns and tools:
//!
//! - [`model`]: the types that cross stages; no behaviour beyond look-ups
//! - [`options`]: every knob, its default, and the measurement behind the default
//! - [`error`]: what stops a run; one bad record is a [`model::Problem`], not an error
//! - [`observer`]: where progress goes out; the program decides how to show it
//! - [`simd`]: kernels, and the only unsafe code beside the memory map; `simd::scalar` is their meaning
//! - [`text`]: tokens, folding, languages, sentences, quotations, quantities, hashed words, shingles
//! - [`lexicon`]: what words mean: vectors, word forms, synonyms, antonyms, function words, spelling; compiled in
//! - [`words`]: a passage's words, ready to be compared
//! - [`article`]: a document's sentences that matter, each with its words
//! - [`contextual`]: a small encoder from a local folder, which reads two passages at once; only with `--model`
//! - [`similarity`]: two words, names or groups of words to a number, one file per measure
//! - `store`: bytes that have no file of their own: intermediate results, decompressed input
//! - [`archive`]: the collection on disk that `check` asks: segments that never change, one manifest, crash-safe; see `docs/archive.md`
//! - `union_find`: which things hang together, told pair by pair
//!
//! Stages of `trace`:
//!
//! - [`read`]: bytes to documents, one file per format; shared with `dedup`
//!   - `read::html`: a page to its article: charset, flat tree, body, metadata, what is printed beside the text
//! - [`segment`]: documents to paragraphs and sentences; furniture, repetitions and speakers, one file per kind of rule
//! - [`pair::rewrites`]: which documents are worth comparing, retold ones too
//! - [`align`]: which sentence answers which, and which word which
//! - [`passages`]: what two documents share
//! - [`stories`]: matches to stories
//! - [`attribute`]: where a text comes from, whether credit was given, who copied whom, what changed on the way and what was corrected
//! - [`judge`]: what was done to a passage and where its meaning changed, one file per judge, strictest first
//! - [`versions`]: source and copy to version: align and judge, sentence by sentence
//! - [`recount`]: a version's shares with other words counted: without quotations, with furniture, without short passages
//! - [`render`]: reports to bytes, one file per format
//!
//! Stages of `dedup`:
//!
//! - [`sign`]: documents to signatures
//! - [`pair`]: signatures to candidates
//! - [`verify`]: candidates to matches
//! - [`cluster`]: matches to clusters: every member was measured against its center
//!
//! Jobs:
//!
//! - [`pipeline`]: `trace` (read, then the stages above; texts are in memory), `compare` (two given articles: segment,
//!   align, judge, credit), `judge_pair` (two sentences: align words, judge)
//! - [`dedup`]: read, sign, pair, verify, cluster, write; any number of documents, texts never held in memory
//! - [`check`]: one article against an archive: meet in its tables, segment, measure, align, judge, credit; the work is bounded
//! - [`eval`]: `trace` measured against a labelled collection
//!
//! # Who may import whom
//!
//! - `model`, `simd`, `observer` and `union_find` import nothing of ours; `lexicon` imports `simd`, `options` that and `contextual`; `error` imports
//!   `model`; `text` imports `model` and `simd`; `store` imports `error`; `archive` imports `sign` and the tools under it; `contextual` imports `error` and `simd`; `words` imports `text`, `lexicon`, `model`; `similarity` imports
//!   `words`, `text`, `lexicon`, `simd` and `model`.
//! - A stage imports nouns and tools, not another stage. Exceptions: `cluster` takes the groups that `pair` made, `passages` and `versions` call `align`, `versions` and
//!   `judge` build on alignments, `stories` groups what `passages` measured.
//! - Jobs import stages; nothing imports a job but `eval`. The program in `src/bin/`
//!   sees the public library only. `tests/suite/structure.rs` holds all of this.
//!
//! # What is deliberately absent
//!
//! - The network: articles come as files, the lexicon is compiled in. The program's `serve` alone listens, in `src/bin/wirecopy/serve/`.
//! - The clock: dates are those of the records; time is only taken to say how long stages of `dedup` took.
//! - The environment: options are arguments. Only the folder for temporary files is the system's where none is named.
//! - Printing: the library tells an [`observer::Observer`] and returns errors; the program owns the terminal.
//! - A normalised copy of a text: words fold while they are read, so that every finding quotes what was printed.

pub mod align;
pub mod archive;
pub mod article;
pub mod attribute;
pub mod check;
pub mod cluster;
pub mod contextual;
pub mod dedup;
pub mod error;
pub mod eval;
pub mod judge;
pub mod lexicon;
pub mod model;
pub mod observer;
pub mod options;
pub mod pair;
pub mod passages;
pub mod pipeline;
pub mod read;
pub mod recount;
pub mod render;
pub mod segment;
pub mod sign;
pub mod similarity;
mod store;
pub mod stories;
pub mod text;
mod union_find;
pub mod verify;
pub mod versions;
pub mod words;

#[expect(unsafe_code, reason = "vector kernels; every other module is safe")]
pub mod simd;

pub use error::{Error, Result};
