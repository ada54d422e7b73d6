//! What is read, and what is said of what cannot be.

mod formats;
mod fuzz;

use std::fs;
use std::io::Write;
use std::path::Path;

use wirecopy::Error;
use wirecopy::model::Problem;
use wirecopy::observer::Silent;
use wirecopy::read::{FieldNames, Loaded, ReadOptions, documents};

fn put(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("the case is set up")).expect("the case is set up");
    fs::write(&path, bytes).expect("the case is set up");
    path.to_str().expect("the case is set up").to_owned()
}

fn load(inputs: &[&str]) -> Loaded {
    let inputs: Vec<_> = inputs.iter().map(ToString::to_string).collect();
    documents(&inputs, &ReadOptions::default(), &Silent).expect("the case is set up")
}

fn said(problems: &[Problem], part: &str, lost: bool) -> bool {
    problems
        .iter()
        .any(|problem| problem.message.contains(part) && problem.lost == lost)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("the case is set up");
    encoder.finish().expect("the case is set up")
}

#[test]
fn a_folder_gives_text_and_records_plain_and_compressed() {
    let folder = tempfile::tempdir().expect("the case is set up");
    put(
        folder.path(),
        "a.txt",
        "title: Quake\noutlet: Ararat Post\npublished_at: 2026-03-02\n\nTwo people died.",
    );
    put(
        folder.path(),
        "b/c.jsonl",
        "{\"id\": 7, \"text\": \"caf\\u00e9 \\\"x\\\"\"}\n\n{\"text\": \"no id\"}\n",
    );
    put(
        folder.path(),
        "d.jsonl.gz",
        gzip(b"{\"id\": \"gz\", \"text\": \"packed\"}"),
    );
    put(
        folder.path(),
        "e.txt.zst",
        zstd::encode_all(&b"packed text"[..], 3).expect("the case is set up"),
    );
    put(folder.path(), "picture.png", b"\x89PNG");
    let root = folder.path().to_str().expect("the case is set up");
    let loaded = load(&[root]);
    assert_eq!(loaded.problems, []);
    let mut ids: Vec<_> = loaded
        .documents
        .iter()
        .map(|document| document.id.replace(root, ""))
        .collect();
    ids.sort();
    assert_eq!(ids, ["/a.txt", "/b/c.jsonl:3", "/e.txt.zst", "7", "gz"]);
    let by_id = |id: &str| {
        loaded
            .documents
            .iter()
            .find(|document| document.id.ends_with(id))
            .expect("the case is set up")
    };
    assert_eq!(by_id("a.txt").text, "Two people died.");
    assert_eq!(by_id("a.txt").outlet.as_deref(), Some("Ararat Post"));
    assert_eq!(by_id("a.txt").published_seconds, Some(1_772_409_600));
    assert_eq!(by_id("a.txt").origin.line, None);
    assert_eq!(by_id("7").text, "café \"x\"");
}

#[test]
fn fields_can_have_other_names() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let path = put(
        folder.path(),
        "a.jsonl",
        r#"{"key": "k", "body": "words", "when": "Mon, 02 Mar 2026 10:00:00 +0100"}"#,
    );
    let fields = FieldNames {
        id: "key".into(),
        text: "body".into(),
        published_at: "when".into(),
        ..FieldNames::default()
    };
    let loaded = documents(
        &[path],
        &ReadOptions {
            fields,
            ..ReadOptions::default()
        },
        &Silent,
    )
    .expect("the case is set up");
    let document = &loaded.documents[0];
    assert_eq!(
        (&*document.id, &*document.text, document.published_seconds),
        ("k", "words", Some(1_772_442_000))
    );
}

#[test]
fn one_bad_record_is_a_problem_and_the_next_is_read() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let long = format!("{{\"id\": \"long\", \"text\": \"{}\"}}", "x".repeat(5000));
    let lines = format!(
        "\u{feff}{{\"id\": 1, \"text\": \"good\"}}\n{{\"id\": 2, \"text\": \"bro\n[1]\n{{\"id\": 3}}\n{{\"id\": 4, \"text\": \" \\n\"}}\n{{\"id\": 5, \"text\": 5}}\n{long}\n{{\"id\": 6, \"text\": \"a\\u0000b\"}}\n{{\"id\": 1, \"text\": \"again\"}}"
    );
    let path = put(folder.path(), "a.jsonl", lines);
    let options = ReadOptions {
        max_record_bytes: 2000,
        ..ReadOptions::default()
    };
    let loaded = documents(&[path], &options, &Silent).expect("the case is set up");
    let found: Vec<_> = loaded
        .documents
        .iter()
        .map(|document| (&*document.id, &*document.text))
        .collect();
    assert_eq!(found, [("1", "good"), ("1#2", "again"), ("6", "a b")]);
    for part in [
        "broken JSON",
        "not a JSON object",
        "no field `text`",
        "empty",
        "not a string",
        "over the limit",
    ] {
        assert!(
            said(&loaded.problems, part, true),
            "{part}: {:?}",
            loaded.problems
        );
    }
    assert!(said(&loaded.problems, "NUL", false) && said(&loaded.problems, "taken already", false));
    assert_eq!(
        loaded
            .problems
            .iter()
            .find(|problem| problem.message.contains("broken"))
            .expect("the case is set up")
            .origin
            .line,
        Some(2)
    );
}

#[test]
fn other_encodings_are_read_and_named() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let latin = put(
        folder.path(),
        "latin.txt",
        b"Un caf\xe9 \xe0 Paris, d\xe9j\xe0 vu, o\xf9 l'\xe9t\xe9 commence",
    );
    let utf16: Vec<u8> = "\u{feff}{\"id\": \"w\", \"text\": \"naïve\"}\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let wide = put(folder.path(), "wide.jsonl", utf16);
    let line = put(
        folder.path(),
        "line.jsonl",
        b"{\"id\": \"l\", \"text\": \"d\xe9j\xe0 vu \xe0 Paris\"}\n",
    );
    let loaded = load(&[&latin, &wide, &line]);
    let text = |id: &str| {
        &loaded
            .documents
            .iter()
            .find(|document| document.id.ends_with(id))
            .expect("the case is set up")
            .text
    };
    assert!(text("latin.txt").starts_with("Un café à Paris"));
    assert_eq!(text("w"), "naïve");
    assert_eq!(text("l"), "déjà vu à Paris");
    assert_eq!(
        loaded
            .problems
            .iter()
            .filter(|problem| problem.message.starts_with("not UTF-8") && !problem.lost)
            .count(),
        3
    );
}

#[test]
fn what_comes_before_a_cut_is_kept() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let lines: String = (0..5000)
        .map(|n| format!("{{\"id\": {n}, \"text\": \"record {} {n}\"}}\n", n * 7919))
        .collect();
    let packed = gzip(lines.as_bytes());
    let path = put(folder.path(), "a.jsonl.gz", &packed[..packed.len() / 2]);
    let loaded = load(&[&path]);
    assert!(loaded.documents.len() > 1000);
    assert!(said(&loaded.problems, "break off", true));
    let packed = zstd::encode_all(lines.as_bytes(), 3).expect("the case is set up");
    let path = put(folder.path(), "b.jsonl.zst", &packed[..packed.len() - 5]);
    let inputs = [path];
    match documents(&inputs, &ReadOptions::default(), &Silent) {
        Ok(loaded) => assert!(said(&loaded.problems, "break off", true)),
        Err(Error::NoInput { hint, .. }) => assert!(hint.contains("break off")),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_bomb_is_bounded() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let line = format!(
        "{{\"id\": 1, \"text\": \"word\"}}\n{}",
        "\n".repeat(3_000_000)
    );
    let path = put(folder.path(), "a.jsonl.gz", gzip(line.as_bytes()));
    let options = ReadOptions {
        max_expanded_bytes: 1_000_000,
        ..ReadOptions::default()
    };
    let loaded = documents(&[path], &options, &Silent).expect("the case is set up");
    assert_eq!(loaded.documents.len(), 1);
    assert!(said(&loaded.problems, "when decompressed", true));
}

#[test]
fn missing_binary_and_empty_files_are_one_line_each() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let good = put(folder.path(), "good.txt", "one word");
    let binary = put(folder.path(), "binary.txt", [0u8, 1, 2, 3].repeat(100));
    let empty = put(folder.path(), "empty.txt", "");
    let nul = put(folder.path(), "nul.txt", "a few words with one \0 in them");
    let missing = folder.path().join("missing.jsonl");
    let loaded = load(&[
        &good,
        &binary,
        &empty,
        &nul,
        missing.to_str().expect("the case is set up"),
    ]);
    assert_eq!(loaded.documents.len(), 2);
    for part in ["binary", "empty", "cannot open"] {
        assert!(said(&loaded.problems, part, true), "{part}");
    }
    assert!(said(&loaded.problems, "NUL", false));
    assert!(
        loaded
            .problems
            .iter()
            .all(|problem| !problem.to_string().contains('\n'))
    );
}

#[test]
fn nothing_to_read_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let inputs = [folder
        .path()
        .to_str()
        .expect("the case is set up")
        .to_owned()];
    let error =
        documents(&inputs, &ReadOptions::default(), &Silent).expect_err("nothing can be read");
    assert!(
        matches!(error, Error::NoInput { .. })
            && error.to_string().contains("no file in this folder"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_pipes_without_writers_and_devices_hold_nothing_up() {
    let folder = tempfile::tempdir().expect("the case is set up");
    put(folder.path(), "a/good.txt", "some words");
    std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop"))
        .expect("the case is set up");
    let pipe = folder.path().join("pipe.txt");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .expect("the case is set up")
            .success()
    );
    let root = folder.path().to_str().expect("the case is set up");
    let loaded = load(&[
        root,
        pipe.to_str().expect("the case is set up"),
        "/dev/zero",
    ]);
    assert_eq!(loaded.documents.len(), 1);
    assert!(said(&loaded.problems, "link leads back", false));
    assert!(said(
        &loaded.problems,
        "nothing came through the pipe",
        true
    ));
    assert!(said(&loaded.problems, "a device", true));
}

#[test]
fn the_order_of_inputs_never_matters() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let a = put(
        folder.path(),
        "a.jsonl",
        "{\"id\": \"x\", \"text\": \"one\"}\n",
    );
    let b = put(
        folder.path(),
        "b.jsonl",
        "{\"id\": \"x\", \"text\": \"two\"}\n",
    );
    let texts = |loaded: Loaded| {
        loaded
            .documents
            .into_iter()
            .map(|document| (document.id, document.text))
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(load(&[&a, &b])), texts(load(&[&b, &a, &a])));
}

#[test]
fn lines_that_end_in_a_carriage_return_alone_are_lines() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let path = put(
        folder.path(),
        "old.txt",
        "title: Quake\routlet: Ararat Post\r\rTwo people died.",
    );
    let loaded = load(&[&path]);
    assert_eq!(loaded.documents[0].title.as_deref(), Some("Quake"));
    assert_eq!(loaded.documents[0].text.trim(), "Two people died.");
}

#[test]
fn a_file_that_gives_nothing_is_one_problem_and_not_two() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let good = put(folder.path(), "good.txt", "some words");
    let broken = put(folder.path(), "broken.txt.gz", b"\x1f\x8b\x08garbage");
    let loaded = load(&[&good, &broken]);
    assert_eq!(loaded.problems.len(), 1, "{:?}", loaded.problems);
}
