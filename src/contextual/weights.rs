//! The files of a model's folder: `config.json`, `vocab.txt`, `model.safetensors`.

use std::path::{Path, PathBuf};

use half::f16;
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;

use super::pieces::Vocabulary;
use crate::error::{Error, Result};
use crate::simd::dense::{BLOCK, TOGETHER};
use crate::simd::encoder::HEAD;

/// The form of folder that this program reads.
const FORMAT: &str = "wirecopy-tagger-1";
/// Components of a piece's vector that share a scale.
pub(super) const GROUP: usize = 32;
/// Largest file that is read, 1 GiB: what is longer is another kind of model.
const MOST_BYTES: u64 = 1 << 30;

/// What the model is, and how its readings are joined with the rules'.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Config {
    format: String,
    /// Pieces that it knows.
    vocabulary: usize,
    /// Most pieces of a passage, the marks at its ends counted.
    pub(super) longest: usize,
    pub(super) encoder: Sizes,
    /// After which layers of the encoder the comparer sees its vectors.
    pub(super) taps: Vec<usize>,
    pub(super) comparer: Sizes,
    /// What the rows of each layer of the comparer look at.
    pub(super) looks: Vec<Looks>,
    pub(super) calibrations: Calibrations,
}

/// Of a stack of layers.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Sizes {
    pub(super) layers: usize,
    /// Components of a row.
    pub(super) width: usize,
    /// Components inside a layer.
    pub(super) inner: usize,
}

/// What the rows of a layer look at.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Looks {
    /// At the rows of the other side.
    Across,
    /// At all rows.
    All,
}

/// How the readings of a model become likelihoods, together with those of rules. Fitted on documents that the model did not learn from.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Calibrations {
    /// That the meaning of a pair changed.
    pub changed: Calibration,
    /// That something is told on one side only.
    pub partly: Calibration,
    /// That a change which rules propose is a major one.
    pub drift: Calibration,
    /// That a word of the copy belongs to a major change which no rule proposes.
    pub marked: Calibration,
    /// Least likelihood of the likeliest word of a passage that is marked.
    pub first: f32,
    /// Least likelihood of the words beside it that belong to the passage.
    pub beside: f32,
}

/// The logistic function of a weighted sum of four logits.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub struct Calibration {
    /// What is added to the sum.
    pub bias: f32,
    /// Weights of what rules say, of what the model says of the pair, and of the likeliest pieces: as a major change (of a source: as lost), as any.
    pub weights: [f32; 4],
}

impl Calibration {
    /// Likelihood in 0..=1 for four logits.
    pub fn likelihood(&self, logits: [f32; 4]) -> f32 {
        let sum: f32 = self.weights.iter().zip(logits).map(|(w, x)| w * x).sum();
        1.0 / (1.0 + (-(sum + self.bias)).exp())
    }
}

/// A layer's product: `outputs` times `inputs` weights of 8 bits.
#[derive(Debug)]
pub(super) struct Dense {
    pub(super) inputs: usize,
    /// As [`crate::simd::dense::dense`] takes them.
    pub(super) packed: Vec<i8>,
    /// For each output what a unit of its weights is worth.
    pub(super) factors: Vec<f32>,
    /// For each output the sum of its weights.
    pub(super) totals: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// Gain and bias of a norm.
#[derive(Debug)]
pub(super) struct Norm {
    pub(super) gain: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

#[derive(Debug)]
pub(super) struct Layer {
    pub(super) asked: Dense,
    pub(super) told: Dense,
    pub(super) first_norm: Norm,
    pub(super) up: Dense,
    pub(super) down: Dense,
    pub(super) second_norm: Norm,
}

/// Everything that was learned.
#[derive(Debug)]
pub(super) struct Weights {
    pub(super) vocabulary: Vocabulary,
    /// For each piece two components a byte, the first in the low half, plus 8.
    pub(super) words: Vec<u8>,
    /// For each piece the scale of each group of components.
    pub(super) word_scales: Vec<f32>,
    pub(super) positions: Vec<f32>,
    pub(super) norm: Norm,
    pub(super) encoder: Vec<Layer>,
    /// From what the encoder says to the comparer's rows.
    pub(super) enter: Dense,
    pub(super) kinds: Vec<f32>,
    pub(super) sides: Vec<f32>,
    /// A row for each tap.
    pub(super) near: Vec<f32>,
    pub(super) enter_norm: Norm,
    pub(super) comparer: Vec<Layer>,
    /// Three rows: a major change, any change, a loss.
    pub(super) piece_head: Vec<f32>,
    pub(super) piece_bias: Vec<f32>,
    /// Two rows over the copy's first mark and the mean: changed, partly.
    pub(super) pair_head: Vec<f32>,
    pub(super) pair_bias: Vec<f32>,
}

/// Reads a folder whole.
pub(super) fn load(folder: &Path) -> Result<(Config, Weights)> {
    let config_path = folder.join("config.json");
    let config: Config = serde_json::from_slice(&read(&config_path)?).map_err(|error| {
        wrong(
            &config_path,
            format!("is not a model's description: {error}"),
        )
    })?;
    config
        .check()
        .map_err(|message| wrong(&config_path, message))?;
    let vocabulary_path = folder.join("vocab.txt");
    let text = String::from_utf8(read(&vocabulary_path)?)
        .map_err(|_| wrong(&vocabulary_path, "is not UTF-8".to_owned()))?;
    let vocabulary =
        Vocabulary::parse(&text).map_err(|message| wrong(&vocabulary_path, message))?;
    if vocabulary.len() != config.vocabulary {
        return Err(wrong(
            &vocabulary_path,
            format!(
                "holds {} pieces where `config.json` says {}",
                vocabulary.len(),
                config.vocabulary
            ),
        ));
    }
    let weights_path = folder.join("model.safetensors");
    let bytes = read(&weights_path)?;
    let weights = SafeTensors::deserialize(&bytes)
        .map_err(|error| format!("is not a file of safetensors: {error}"))
        .and_then(|tensors| Tensors(tensors).weights(&config, vocabulary))
        .map_err(|message| wrong(&weights_path, message))?;
    Ok((config, weights))
}

fn wrong(path: &Path, message: String) -> Error {
    Error::Model {
        path: path.to_path_buf(),
        message,
    }
}

fn read(path: &PathBuf) -> Result<Vec<u8>> {
    let failed = |source| Error::Io {
        action: "read",
        path: path.clone(),
        source,
    };
    let length = std::fs::metadata(path).map_err(failed)?.len();
    if length > MOST_BYTES {
        return Err(wrong(
            path,
            format!("is {length} bytes long, more than any model for `--model`"),
        ));
    }
    std::fs::read(path).map_err(failed)
}

impl Config {
    fn check(&self) -> Result<(), String> {
        if self.format != FORMAT {
            return Err(format!(
                "says format `{}`, and this program reads `{FORMAT}`",
                self.format
            ));
        }
        let sizes = [
            ("vocabulary", self.vocabulary, 1 << 20),
            ("longest", self.longest, 1 << 12),
            ("encoder.layers", self.encoder.layers, 24),
            ("encoder.width", self.encoder.width, 1 << 12),
            ("encoder.inner", self.encoder.inner, 1 << 14),
            ("comparer.layers", self.comparer.layers, 24),
            ("comparer.width", self.comparer.width, 1 << 12),
            ("comparer.inner", self.comparer.inner, 1 << 14),
            ("taps", self.taps.len(), 4),
        ];
        for (name, size, most) in sizes {
            if size == 0 || size > most {
                return Err(format!("says {name} {size}, which is not in 1 to {most}"));
            }
        }
        let Sizes { width, inner, .. } = self.encoder;
        for size in [width, inner, self.comparer.width, self.comparer.inner] {
            if !size.is_multiple_of(BLOCK) || !size.is_multiple_of(HEAD) {
                return Err(format!(
                    "says width or inner {size}, no multiple of {BLOCK}"
                ));
            }
        }
        if self.longest < 4 {
            return Err(format!(
                "says longest {}, which is less than 4",
                self.longest
            ));
        }
        if !self.taps.is_sorted() || self.taps.iter().any(|&t| t == 0 || t > self.encoder.layers) {
            return Err("says taps that are not layers of the encoder, in order".to_owned());
        }
        if self.looks.len() != self.comparer.layers {
            return Err("does not say for every layer of the comparer what it looks at".to_owned());
        }
        Ok(())
    }
}

/// Named tensors, each asked for with the shape it must have.
struct Tensors<'a>(SafeTensors<'a>);

impl Tensors<'_> {
    fn bytes(&self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<&[u8], String> {
        let tensor = self
            .0
            .tensor(name)
            .map_err(|_| format!("has no tensor `{name}`"))?;
        if tensor.dtype() != dtype || tensor.shape() != shape {
            return Err(format!(
                "has `{name}` as {:?} {:?} where {dtype:?} {shape:?} is wanted",
                tensor.dtype(),
                tensor.shape()
            ));
        }
        Ok(tensor.data())
    }

    fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, String> {
        finite(
            name,
            self.bytes(name, Dtype::F32, shape)?
                .as_chunks::<4>()
                .0
                .iter()
                .map(|&b| f32::from_le_bytes(b)),
        )
    }

    fn halves(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, String> {
        finite(
            name,
            self.bytes(name, Dtype::F16, shape)?
                .as_chunks::<2>()
                .0
                .iter()
                .map(|&b| f16::from_le_bytes(b).to_f32()),
        )
    }

    fn norm(&self, name: &str, width: usize) -> Result<Norm, String> {
        Ok(Norm {
            gain: self.floats(&format!("{name}.weight"), &[width])?,
            bias: self.floats(&format!("{name}.bias"), &[width])?,
        })
    }

    fn dense(&self, name: &str, outputs: usize, inputs: usize) -> Result<Dense, String> {
        let weights = self.bytes(&format!("{name}.weight"), Dtype::I8, &[outputs, inputs])?;
        let factors = self.floats(&format!("{name}.scale"), &[outputs])?;
        let mut packed = vec![0_i8; weights.len()];
        let mut totals = vec![0.0; outputs];
        for (output, row) in weights.chunks_exact(inputs).enumerate() {
            let mut total = 0_i32;
            for (input, &byte) in row.iter().enumerate() {
                let weight = byte.cast_signed();
                total += i32::from(weight);
                let step = output / BLOCK * (inputs / TOGETHER) + input / TOGETHER;
                packed[step * BLOCK * TOGETHER + output % BLOCK * TOGETHER + input % TOGETHER] =
                    weight;
            }
            totals[output] = total as f32 * factors[output];
        }
        Ok(Dense {
            inputs,
            packed,
            factors,
            totals,
            bias: self.floats(&format!("{name}.bias"), &[outputs])?,
        })
    }

    fn layers(&self, name: &str, sizes: Sizes) -> Result<Vec<Layer>, String> {
        let Sizes { width, inner, .. } = sizes;
        (0..sizes.layers)
            .map(|k| {
                let part = |part: &str| format!("{name}.{k}.{part}");
                Ok(Layer {
                    asked: self.dense(&part("qkv"), 3 * width, width)?,
                    told: self.dense(&part("out"), width, width)?,
                    first_norm: self.norm(&part("norm1"), width)?,
                    up: self.dense(&part("up"), inner, width)?,
                    down: self.dense(&part("down"), width, inner)?,
                    second_norm: self.norm(&part("norm2"), width)?,
                })
            })
            .collect()
    }

    fn weights(&self, config: &Config, vocabulary: Vocabulary) -> Result<Weights, String> {
        let (width, own, pieces) = (
            config.encoder.width,
            config.comparer.width,
            config.vocabulary,
        );
        let taps = config.taps.len();
        Ok(Weights {
            vocabulary,
            words: self
                .bytes("words", Dtype::U8, &[pieces, width / 2])?
                .to_vec(),
            word_scales: self.halves("words.scale", &[pieces, width / GROUP])?,
            positions: self.halves("positions", &[config.longest, width])?,
            norm: self.norm("norm", width)?,
            encoder: self.layers("encoder", config.encoder)?,
            enter: self.dense("enter", own, taps * width)?,
            kinds: self.floats("kinds", &[4, own])?,
            sides: self.floats("sides", &[2, own])?,
            near: self.floats("near", &[taps, own])?,
            enter_norm: self.norm("enter_norm", own)?,
            comparer: self.layers("comparer", config.comparer)?,
            piece_head: self.floats("pieces.weight", &[3, own])?,
            piece_bias: self.floats("pieces.bias", &[3])?,
            pair_head: self.floats("pair.weight", &[2, 2 * own])?,
            pair_bias: self.floats("pair.bias", &[2])?,
        })
    }
}

/// A model with one number that is none would answer nothing but that.
fn finite(name: &str, numbers: impl Iterator<Item = f32>) -> Result<Vec<f32>, String> {
    let numbers: Vec<f32> = numbers.collect();
    if numbers.iter().all(|n| n.is_finite()) {
        Ok(numbers)
    } else {
        Err(format!(
            "has `{name}` with numbers that are infinite or none"
        ))
    }
}
