//! `--model`: a small model made here, against a plain forward pass; folders that do not fit; the same bytes however it runs.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use safetensors::tensor::{Dtype, TensorView};
use wirecopy::contextual::{Reading, Tagger};
use wirecopy::simd::Level;

fn wirecopy() -> Command {
    Command::new(env!("CARGO_BIN_EXE_wirecopy"))
}

const WIDTH: usize = 64;
const INNER: usize = 128;
const HEAD: usize = 32;
const LONGEST: usize = 16;
const PIECES: [&str; 12] = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "strike", "ended", "##s", "on", "monday", "friday",
    ".",
];

/// Weights as the file holds them, and as numbers.
struct Made {
    tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)>,
    numbers: std::collections::BTreeMap<String, Vec<f32>>,
    state: u64,
}

impl Made {
    /// A number that looks random, -1..1.
    fn next(&mut self) -> f32 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    fn floats(&mut self, name: &str, shape: &[usize], scale: f32, center: f32) {
        let numbers: Vec<f32> = (0..shape.iter().product())
            .map(|_| center + scale * self.next())
            .collect();
        let bytes = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        self.tensors
            .push((name.into(), Dtype::F32, shape.into(), bytes));
        self.numbers.insert(name.into(), numbers);
    }

    fn halves(&mut self, name: &str, shape: &[usize], scale: f32, center: f32) {
        let halves: Vec<half::f16> = (0..shape.iter().product())
            .map(|_| half::f16::from_f32(center + scale * self.next()))
            .collect();
        let bytes = halves.iter().flat_map(|n| n.to_le_bytes()).collect();
        self.tensors
            .push((name.into(), Dtype::F16, shape.into(), bytes));
        let numbers = halves.iter().map(|h| h.to_f32()).collect();
        self.numbers.insert(name.into(), numbers);
    }

    fn dense(&mut self, name: &str, outputs: usize, inputs: usize) {
        let weights: Vec<i8> = (0..outputs * inputs)
            .map(|_| {
                let n = (self.next() * 127.0).round();
                #[expect(clippy::cast_possible_truncation, reason = "-127..=127")]
                let byte = n as i8;
                byte
            })
            .collect();
        self.floats(&format!("{name}.scale"), &[outputs], 0.0005, 0.001);
        self.floats(&format!("{name}.bias"), &[outputs], 0.1, 0.0);
        let scales = &self.numbers[&format!("{name}.scale")];
        let numbers = weights
            .iter()
            .enumerate()
            .map(|(k, &w)| f32::from(w) * scales[k / inputs])
            .collect();
        self.numbers.insert(format!("{name}.weight"), numbers);
        let bytes = weights.iter().map(|w| w.cast_unsigned()).collect();
        let shape = vec![outputs, inputs];
        self.tensors
            .push((format!("{name}.weight"), Dtype::I8, shape, bytes));
    }

    fn norm(&mut self, name: &str) {
        self.floats(&format!("{name}.weight"), &[WIDTH], 0.2, 1.0);
        self.floats(&format!("{name}.bias"), &[WIDTH], 0.2, 0.0);
    }
}

/// A model of two layers in `folder`.
fn make(folder: &Path) -> Made {
    let mut made = Made {
        tensors: Vec::new(),
        numbers: Default::default(),
        state: 11,
    };
    let bytes: Vec<u8> = (0..PIECES.len() * WIDTH / 2)
        .map(|_| {
            let mut half = || {
                let n = (made.next() * 7.0).round() + 8.0;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "1..=15"
                )]
                let half = n as u8;
                half
            };
            half() | half() << 4
        })
        .collect();
    made.halves("words.scale", &[PIECES.len(), WIDTH / 32], 0.05, 0.1);
    let words = (0..PIECES.len() * WIDTH)
        .map(|at| {
            let byte = bytes[at / 2];
            let half = if at % 2 == 0 { byte & 15 } else { byte >> 4 };
            (f32::from(half) - 8.0) * made.numbers["words.scale"][at / 32]
        })
        .collect();
    made.numbers.insert("words".into(), words);
    let shape = vec![PIECES.len(), WIDTH / 2];
    made.tensors.push(("words".into(), Dtype::U8, shape, bytes));
    made.halves("positions", &[LONGEST, WIDTH], 0.3, 0.0);
    made.norm("norm");
    for name in ["encoder.0", "encoder.1", "comparer.0", "comparer.1"] {
        made.dense(&format!("{name}.qkv"), 3 * WIDTH, WIDTH);
        made.dense(&format!("{name}.out"), WIDTH, WIDTH);
        made.norm(&format!("{name}.norm1"));
        made.dense(&format!("{name}.up"), INNER, WIDTH);
        made.dense(&format!("{name}.down"), WIDTH, INNER);
        made.norm(&format!("{name}.norm2"));
    }
    made.dense("enter", WIDTH, 2 * WIDTH);
    made.floats("kinds", &[4, WIDTH], 0.3, 0.0);
    made.floats("sides", &[2, WIDTH], 0.3, 0.0);
    made.floats("near", &[2, WIDTH], 0.3, 0.0);
    made.norm("enter_norm");
    made.floats("pieces.weight", &[3, WIDTH], 0.3, 0.0);
    made.floats("pieces.bias", &[3], 0.3, 0.0);
    made.floats("pair.weight", &[2, 2 * WIDTH], 0.3, 0.0);
    made.floats("pair.bias", &[2], 0.3, 0.0);
    write(folder, &made);
    fs::write(folder.join("vocab.txt"), PIECES.join("\n")).unwrap();
    fs::write(folder.join("config.json"), config()).unwrap();
    made
}

fn write(folder: &Path, made: &Made) {
    let views = made.tensors.iter().map(|(name, dtype, shape, bytes)| {
        let view = TensorView::new(*dtype, shape.clone(), bytes).unwrap();
        (name.clone(), view)
    });
    let bytes = safetensors::serialize(views, None).unwrap();
    fs::write(folder.join("model.safetensors"), bytes).unwrap();
}

fn config() -> String {
    let calibration = r#"{"bias": -0.5, "weights": [0.5, 0.4, 0.3, 0.1]}"#;
    let sizes = format!(r#"{{"layers": 2, "width": {WIDTH}, "inner": {INNER}}}"#);
    format!(
        r#"{{"format": "wirecopy-tagger-1", "vocabulary": {}, "longest": {LONGEST}, "encoder": {sizes}, "taps": [1, 2],
        "comparer": {sizes}, "looks": ["across", "all"],
        "calibrations": {{"changed": {calibration}, "partly": {calibration}, "drift": {calibration}, "marked": {calibration}, "first": 0.3, "beside": 0.2}}}}"#,
        PIECES.len()
    )
}

type Rows = Vec<Vec<f64>>;

/// The forward pass in plain double precision.
struct Plain<'a>(&'a Made);

impl Plain<'_> {
    fn of(&self, name: &str) -> Vec<f64> {
        self.0.numbers[name].iter().map(|&n| f64::from(n)).collect()
    }

    fn dense(&self, x: &Rows, name: &str) -> Rows {
        let weights = self.of(&format!("{name}.weight"));
        let bias = self.of(&format!("{name}.bias"));
        let product = |row: &Vec<f64>| {
            let each = weights.chunks(row.len()).zip(&bias);
            each.map(|(w, b)| b + w.iter().zip(row).map(|(w, x)| w * x).sum::<f64>())
                .collect()
        };
        x.iter().map(product).collect()
    }

    fn norm(&self, x: &mut Rows, name: &str) {
        let gain = self.of(&format!("{name}.weight"));
        let bias = self.of(&format!("{name}.bias"));
        for row in x {
            let mean = row.iter().sum::<f64>() / WIDTH as f64;
            let variance = row.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / WIDTH as f64;
            for (k, v) in row.iter_mut().enumerate() {
                *v = (*v - mean) / (variance + 1e-12).sqrt() * gain[k] + bias[k];
            }
        }
    }

    /// A layer in which row `i` looks at row `j` when `sees(i, j)`.
    fn layer(&self, x: &mut Rows, name: &str, sees: &dyn Fn(usize, usize) -> bool) {
        let add = |x: &mut Rows, more: Rows| {
            for (row, more) in x.iter_mut().zip(more) {
                row.iter_mut().zip(more).for_each(|(v, m)| *v += m);
            }
        };
        let asked = self.dense(x, &format!("{name}.qkv"));
        let mut heard = vec![vec![0.0; WIDTH]; x.len()];
        for head in 0..WIDTH / HEAD {
            let part =
                |row: usize, third: usize| &asked[row][third * WIDTH + head * HEAD..][..HEAD];
            for (i, heard) in heard.iter_mut().enumerate() {
                let like = |j: usize| -> f64 {
                    let like: f64 = part(i, 0).iter().zip(part(j, 1)).map(|(q, k)| q * k).sum();
                    if sees(i, j) {
                        (like / (HEAD as f64).sqrt()).exp()
                    } else {
                        0.0
                    }
                };
                let total: f64 = (0..x.len()).map(like).sum();
                for j in 0..x.len() {
                    for (k, v) in part(j, 2).iter().enumerate() {
                        heard[head * HEAD + k] += like(j) / total * v;
                    }
                }
            }
        }
        add(x, self.dense(&heard, &format!("{name}.out")));
        self.norm(x, &format!("{name}.norm1"));
        let mut inside = self.dense(x, &format!("{name}.up"));
        for v in inside.iter_mut().flatten() {
            // The tanh form of the unit is within .001 of the exact one.
            *v *= 0.5 * (1.0 + (0.797_884_56 * (*v + 0.044_715 * v.powi(3))).tanh());
        }
        add(x, self.dense(&inside, &format!("{name}.down")));
        self.norm(x, &format!("{name}.norm2"));
    }

    /// The encoder's rows after either layer.
    fn encode(&self, pieces: &[usize]) -> [Rows; 2] {
        let (words, positions) = (self.of("words"), self.of("positions"));
        let ids = [&[2], pieces, &[3]].concat();
        let row = |(at, id): (usize, &usize)| {
            (0..WIDTH)
                .map(|k| words[id * WIDTH + k] + positions[at * WIDTH + k])
                .collect()
        };
        let mut x: Rows = ids.iter().enumerate().map(row).collect();
        self.norm(&mut x, "norm");
        [0, 1].map(|k| {
            self.layer(&mut x, &format!("encoder.{k}"), &|_, _| true);
            x.clone()
        })
    }

    /// Logits of the pair, then of the pieces, three each.
    fn read(&self, source: &[usize], copy: &[usize], kinds: &[usize]) -> (Vec<f64>, Vec<f64>) {
        let (a, b) = (self.encode(source), self.encode(copy));
        let first = source.len() + 2;
        let cosine = |x: &Vec<f64>, y: &Vec<f64>| -> f64 {
            let dot = |x: &Vec<f64>, y: &Vec<f64>| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
            dot(x, y) / (dot(x, x) * dot(y, y)).sqrt()
        };
        let all = |tap: usize| [a[tap].clone(), b[tap].clone()].concat();
        let (low, high) = (all(0), all(1));
        let both: Rows = low
            .iter()
            .zip(&high)
            .map(|(l, h)| [l.clone(), h.clone()].concat())
            .collect();
        let mut x = self.dense(&both, "enter");
        let (of_kind, sides, near) = (self.of("kinds"), self.of("sides"), self.of("near"));
        for (i, row) in x.iter_mut().enumerate() {
            for (tap, rows) in [&low, &high].into_iter().enumerate() {
                let others = (0..rows.len()).filter(|&j| (j < first) != (i < first));
                let nearest = others
                    .map(|j| cosine(&rows[i], &rows[j]))
                    .fold(-1.0, f64::max);
                for k in 0..WIDTH {
                    row[k] += nearest * near[tap * WIDTH + k];
                }
            }
            for k in 0..WIDTH {
                row[k] +=
                    of_kind[kinds[i] * WIDTH + k] + sides[usize::from(i >= first) * WIDTH + k];
            }
        }
        self.norm(&mut x, "enter_norm");
        self.layer(&mut x, "comparer.0", &|i, j| (i < first) != (j < first));
        self.layer(&mut x, "comparer.1", &|_, _| true);
        let mean: Vec<f64> = (0..WIDTH)
            .map(|k| x.iter().map(|row| row[k]).sum::<f64>() / x.len() as f64)
            .collect();
        let pair = self.dense(&vec![[x[first].clone(), mean].concat()], "pair");
        (pair[0].clone(), self.dense(&x, "pieces").concat())
    }
}

fn numbers(reading: &Reading) -> Vec<f32> {
    let pieces = reading.source.iter().chain(&reading.copy);
    [reading.changed, reading.partly]
        .into_iter()
        .chain(pieces.flat_map(|p| [p.major, p.any, p.lost]))
        .collect()
}

#[test]
fn a_model_reads_as_the_plain_forward_pass_does() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(folder.path());
    let tagger = Tagger::load(folder.path()).unwrap();
    let reading = tagger.read(
        "The strikes ended on Monday.",
        "the strike ended on Friday .",
    );
    let (pair, pieces) = Plain(&made).read(
        &[4, 5, 7, 6, 8, 9, 11],
        &[4, 5, 6, 8, 10, 11],
        &[0, 3, 3, 1, 3, 3, 1, 2, 0, 0, 3, 3, 3, 3, 1, 2, 0],
    );
    let wanted: Vec<f64> = pieces[3..24]
        .iter()
        .chain(&pieces[30..48])
        .copied()
        .collect();
    let wanted: Vec<f64> = pair.into_iter().chain(wanted).collect();
    let found = numbers(&reading);
    assert_eq!(found.len(), wanted.len());
    // Activations of 8 bits are off by about a hundredth.
    for (found, wanted) in found.iter().zip(&wanted) {
        assert!(
            (f64::from(*found) - wanted).abs() < 0.08,
            "{found} for {wanted}"
        );
    }
    let spread = wanted.iter().copied().fold(0.0_f64, |a, b| a.max(b.abs()));
    assert!(spread > 0.5, "a model that says nothing proves nothing");
    assert_eq!(reading.copy[4].bytes, 20..26);
}

#[test]
fn a_model_reads_the_same_with_any_instructions() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path());
    let read = |level: Level| {
        let tagger = Tagger::load(folder.path()).unwrap().at(level);
        let long = "the strike ended on monday . ".repeat(9);
        let pairs = [
            ("The strikes ended.", "On Friday the strike ended"),
            ("", ""),
            ("", "strike"),
            (long.as_str(), "the strikes"),
        ];
        pairs
            .iter()
            .flat_map(|(a, b)| numbers(&tagger.read(a, b)))
            .map(f32::to_bits)
            .collect::<Vec<u32>>()
    };
    let expected = read(Level::Scalar);
    for level in Level::available() {
        assert_eq!(read(level), expected, "{level:?}");
    }
}

#[test]
fn a_folder_that_is_no_model_is_refused_with_what_is_wrong() {
    let refused = |change: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path());
        change(folder.path());
        let error = Tagger::load(folder.path()).expect_err("it was broken");
        let source = std::error::Error::source(&error).map(ToString::to_string);
        format!("{error} {}", source.unwrap_or_default())
            .replace(&folder.path().display().to_string(), "DIR")
    };
    let edit = |name: &'static str, from: &'static str, to: &'static str| {
        refused(&move |folder| {
            let text = fs::read_to_string(folder.join(name)).unwrap();
            assert!(text.contains(from));
            fs::write(folder.join(name), text.replace(from, to)).unwrap();
        })
    };
    let broken = [
        (
            refused(&|folder| fs::remove_file(folder.join("vocab.txt")).unwrap()),
            "cannot read `DIR/vocab.txt`",
        ),
        (
            edit("config.json", "wirecopy-tagger-1", "wirecopy-tagger-9"),
            "`DIR/config.json` says format `wirecopy-tagger-9`",
        ),
        (
            edit("config.json", "\"width\": 64", "\"width\": 96"),
            "says width or inner 96",
        ),
        (
            edit("config.json", "[\"across\", \"all\"]", "[\"all\"]"),
            "does not say for every layer",
        ),
        (
            edit("config.json", "[1, 2]", "[1, 3]"),
            "says taps that are not layers",
        ),
        (
            edit("config.json", "\"longest\": 16", "\"longest\": 99"),
            "`DIR/model.safetensors` has `positions` as F16 [16, 64] where F16 [99, 64] is wanted",
        ),
        (
            edit("config.json", "\"first\": 0.3, ", ""),
            "missing field `first`",
        ),
        (
            edit("vocab.txt", "monday", "[CLS]"),
            "`DIR/vocab.txt` holds 11 pieces where `config.json` says 12",
        ),
        (edit("vocab.txt", "[SEP]", "sep"), "has no line `[SEP]`"),
        (
            refused(&|folder| {
                let path = folder.join("model.safetensors");
                let bytes = fs::read(&path).unwrap();
                fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
            }),
            "`DIR/model.safetensors` is not a file of safetensors",
        ),
    ];
    for (said, wanted) in broken {
        assert!(said.contains(wanted), "{said}\nfor {wanted}");
    }
}

#[test]
fn verdicts_with_a_model_are_the_same_bytes_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path());
    let pairs = folder.path().join("pairs.jsonl");
    let mut lines = String::new();
    for k in 0..200 {
        let day = ["Monday", "Friday", "Sunday"][k % 3];
        writeln!(
            lines,
            r#"{{"id": {k}, "reference": "The {k} strikes ended on Monday, officials said.", "hypothesis": "Officials said the {} strikes ended on {day}."}}"#,
            k / 2 * 2
        )
        .unwrap();
    }
    fs::write(&pairs, lines).unwrap();
    let run = |threads: &str, model: bool| {
        let mut command = wirecopy();
        command
            .args(["compare", "--threads", threads, "--pairs"])
            .arg(&pairs);
        if model {
            command.arg("--model").arg(folder.path());
        }
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let one = run("1", true);
    assert_eq!(one.lines().count(), 200);
    assert_eq!(one, run("3", true));
    assert_ne!(one, run("1", false), "the model has a say");
}

#[test]
fn a_missing_model_ends_the_run_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    let output = wirecopy()
        .args(["trace", "--model", "nowhere", "-o"])
        .arg(folder.path().join("report.txt"))
        .arg("corpus/stories")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("nowhere"), "{said}");
    assert!(!folder.path().join("report.txt").exists());
}

/// Every major change of a report: document, category and the copy's words.
fn majors(report: &serde_json::Value) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for cluster in report["clusters"].as_array().unwrap() {
        for version in cluster["versions"].as_array().unwrap() {
            for link in version["links"].as_array().unwrap() {
                for drift in link["drifts"].as_array().into_iter().flatten() {
                    if drift["severity"] == "major" {
                        let words = |value: &serde_json::Value| value.to_string();
                        found.push((
                            words(&version["document"]),
                            words(&drift["category"]),
                            words(&drift["copy"]) + &words(&drift["source"]),
                        ));
                    }
                }
            }
        }
    }
    found
}

#[test]
fn what_the_rules_call_major_in_articles_stays_major_with_the_model() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let traced = |model: bool| {
        let mut command = wirecopy();
        command.args(["trace", "--format", "json"]);
        if model {
            command
                .arg("--model")
                .arg(root.join("models/wirecopy-tagger"));
        }
        let done = command
            .arg(root.join("corpus/stories/storm-warning-coast"))
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        majors(&serde_json::from_slice(&done.stdout).unwrap())
    };
    let (rules, with) = (traced(false), traced(true));
    assert!(rules.len() >= 5, "{rules:?}");
    for change in &rules {
        assert!(with.contains(change), "{change:?}");
    }
}
