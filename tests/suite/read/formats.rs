//! Every format, each with every compression; what is broken, beside what is not.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use wirecopy::model::Document;
use wirecopy::observer::Silent;
use wirecopy::read::{FieldNames, Loaded, ReadOptions, documents};

use super::{gzip, load, put, said};

/// A way to compress, with the ending of a file's name.
pub(super) type Packer = (&'static str, fn(&[u8]) -> Vec<u8>);

pub(super) const PACKERS: &[Packer] = &[
    ("", |bytes| bytes.to_vec()),
    (".gz", gzip),
    (".zst", |bytes| {
        zstd::encode_all(bytes, 3).expect("memory can be written")
    }),
    (".bz2", |bytes| {
        let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
        packed.write_all(bytes).expect("memory can be written");
        packed.finish().expect("memory can be written")
    }),
    (".xz", |bytes| {
        let mut packed = liblzma::write::XzEncoder::new(Vec::new(), 1);
        packed.write_all(bytes).expect("memory can be written");
        packed.finish().expect("memory can be written")
    }),
];

/// Two articles in a table of two row groups, the second without a headline; other columns of other types.
pub(super) fn parquet_file() -> Vec<u8> {
    let rows = |from: i64| {
        vec![(
            Some("Quake \"kills\" two".to_owned()).filter(|_| from == 1),
            format!("Two people died, é {from}.\nMore."),
            1_772_409_600_000 + from,
        )]
    };
    parquet_of(&[rows(1), rows(2)], Compression::SNAPPY)
}

/// A table with a row group for each of `groups`; rows are headline, text, time in milliseconds.
pub(super) fn parquet_of(
    groups: &[Vec<(Option<String>, String, i64)>],
    compression: Compression,
) -> Vec<u8> {
    let schema = "message news {
        required int64 id;
        optional binary title (UTF8);
        required binary text (UTF8);
        required int64 published_at (TIMESTAMP(MILLIS,true));
        optional group tags (LIST) { repeated group list { optional binary element (UTF8); } }
    }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))
        .expect("memory can be written");
    let mut id = 0;
    for rows in groups {
        let mut group = writer.next_row_group().expect("memory can be written");
        let ids: Vec<i64> = rows
            .iter()
            .map(|_| {
                id += 1;
                id
            })
            .collect();
        let defined: Vec<i16> = rows.iter().map(|row| row.0.is_some().into()).collect();
        let titles: Vec<ByteArray> = rows
            .iter()
            .filter_map(|row| row.0.as_deref())
            .map(ByteArray::from)
            .collect();
        let texts: Vec<ByteArray> = rows.iter().map(|row| ByteArray::from(&*row.1)).collect();
        let times: Vec<i64> = rows.iter().map(|row| row.2).collect();
        // Each row has the tags `a`, none, and `b`.
        let tags: Vec<ByteArray> = rows.iter().flat_map(|_| ["a".into(), "b".into()]).collect();
        let tag_levels: Vec<i16> = rows.iter().flat_map(|_| [3, 2, 3]).collect();
        let tag_repeats: Vec<i16> = rows.iter().flat_map(|_| [0, 1, 1]).collect();
        for column in 0..5 {
            let mut column_writer = group
                .next_column()
                .expect("memory can be written")
                .expect("a column is left");
            let wrote = match column {
                0 => column_writer
                    .typed::<Int64Type>()
                    .write_batch(&ids, None, None),
                1 => column_writer.typed::<ByteArrayType>().write_batch(
                    &titles,
                    Some(&defined),
                    None,
                ),
                2 => column_writer
                    .typed::<ByteArrayType>()
                    .write_batch(&texts, None, None),
                3 => column_writer
                    .typed::<Int64Type>()
                    .write_batch(&times, None, None),
                _ => column_writer.typed::<ByteArrayType>().write_batch(
                    &tags,
                    Some(&tag_levels),
                    Some(&tag_repeats),
                ),
            };
            wrote.expect("memory can be written");
            column_writer.close().expect("memory can be written");
        }
        group.close().expect("memory can be written");
    }
    writer.into_inner().expect("memory can be written")
}

/// A file of each format with two articles, by the ending of its name.
pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let text = |number| format!("Two people died, é {number}.\\nMore.");
    vec![
        (
            "jsonl",
            format!(
                "{{\"id\": 1, \"title\": \"Quake \\\"kills\\\" two\", \"published_at\": \"2026-03-02T00:00:00.001Z\", \"text\": \"{}\"}}\n{{\"id\": 2, \"published_at\": \"2026-03-02T00:00:00.002Z\", \"text\": \"{}\"}}\n",
                text(1),
                text(2)
            )
            .into_bytes(),
        ),
        (
            "json",
            format!(
                "[\n  {{\n    \"id\": 1,\n    \"title\": \"Quake \\\"kills\\\" two\",\n    \"published_at\": \"2026-03-02T00:00:00.001Z\",\n    \"text\": \"{}\"\n  }},\n  {{\"id\": 2, \"published_at\": \"2026-03-02T00:00:00.002Z\", \"text\": \"{}\"}}\n]\n",
                text(1),
                text(2)
            )
            .into_bytes(),
        ),
        (
            "csv",
            "id,title,published_at,text\n1,\"Quake \"\"kills\"\" two\",2026-03-02T00:00:00.001Z,\"Two people died, é 1.\nMore.\"\r\n2,,2026-03-02T00:00:00.002Z,\"Two people died, é 2.\nMore.\"\n".into(),
        ),
        (
            "tsv",
            "id\ttitle\tpublished_at\ttext\n1\t\"Quake \"\"kills\"\" two\"\t2026-03-02T00:00:00.001Z\t\"Two people died, é 1.\nMore.\"\n2\t\t2026-03-02T00:00:00.002Z\t\"Two people died, é 2.\nMore.\"\n".into(),
        ),
        ("parquet", parquet_file()),
    ]
}

fn as_expected(loaded: &Loaded, what: &str) {
    assert_eq!(loaded.problems, [], "{what}");
    let [first, second] = &loaded.documents[..] else {
        panic!("{what}: {:?}", loaded.documents);
    };
    assert_eq!(
        [&*first.id, &first.text, &second.id, &second.text],
        [
            "1",
            "Two people died, é 1.\nMore.",
            "2",
            "Two people died, é 2.\nMore."
        ],
        "{what}"
    );
    assert_eq!(
        first.title.as_deref(),
        Some("Quake \"kills\" two"),
        "{what}"
    );
    assert_eq!(
        (&second.title, second.origin.line),
        (&None, Some(2)),
        "{what}"
    );
    assert_eq!(first.published_seconds, Some(1_772_409_600), "{what}");
}

#[test]
fn every_format_is_read_with_every_compression() {
    let folder = tempfile::tempdir().expect("the case is set up");
    for (ending, bytes) in samples() {
        for (packed, pack) in PACKERS {
            let name = format!("a.{ending}{packed}");
            let path = put(folder.path(), &name, pack(&bytes));
            as_expected(&load(&[&path]), &name);
        }
    }
}

#[test]
fn content_outweighs_the_name_and_a_missing_one() {
    let folder = tempfile::tempdir().expect("the case is set up");
    for (number, (ending, bytes)) in samples().into_iter().enumerate() {
        for (packed, pack) in PACKERS {
            for name in ["a", "a.txt", "a.jsonl", "a.parquet.gz", "a.csv"] {
                let path = put(
                    folder.path(),
                    &format!("{number}{packed}/{name}"),
                    pack(&bytes),
                );
                as_expected(&load(&[&path]), &format!("{ending}{packed} as {name}"));
            }
        }
    }
}

#[test]
fn a_file_is_found_by_folder_pattern_and_list() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let root = folder.path().to_str().expect("a path").to_owned();
    for name in ["one/a.txt", "one/b.data", "two/deep/c.txt.xz", "two/d.csv"] {
        put(folder.path(), name, format!("words of {name}"));
    }
    put(folder.path(), "two/d.csv", "id,text\nd,words\n");
    let ids = |inputs: &[&str]| {
        let ids = load(inputs)
            .documents
            .into_iter()
            .map(|document| document.id.replace(&root, ""));
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids(&[&root]), ["/one/a.txt", "/two/deep/c.txt.xz", "d"]);
    assert_eq!(ids(&[&format!("{root}/*/*.txt")]), ["/one/a.txt"]);
    assert_eq!(
        ids(&[&format!("{root}/one/*")]),
        ["/one/a.txt", "/one/b.data"]
    );
    assert_eq!(
        ids(&[&format!("{root}/**/[ac].txt*")]),
        ["/one/a.txt", "/two/deep/c.txt.xz"]
    );
    let list = put(
        folder.path(),
        "list",
        format!("\u{feff}{root}/one/b.data\r\n\n{root}/two\n{root}/missing.txt\n"),
    );
    let loaded = load(&[&format!("@{list}")]);
    assert_eq!(loaded.documents.len(), 3);
    assert!(said(&loaded.problems, "cannot open", true));
    let good = format!("{root}/one/a.txt");
    let loaded = load(&[
        &good,
        &format!("{root}/*.none"),
        &format!("{root}/no/such/*"),
        "@/no/such/list",
    ]);
    let messages: Vec<_> = loaded
        .problems
        .iter()
        .map(|problem| &*problem.message)
        .collect();
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert!(messages.iter().all(|message| !message.contains('\n')));
}

fn options_with(limit: usize) -> ReadOptions {
    ReadOptions {
        max_record_bytes: limit,
        ..ReadOptions::default()
    }
}

fn texts(loaded: &Loaded) -> Vec<&str> {
    loaded
        .documents
        .iter()
        .map(|document: &Document| &*document.text)
        .collect()
}

#[test]
fn rows_beside_a_broken_one_survive() {
    let folder = tempfile::tempdir().expect("the case is set up");
    // A quotation without an end, a row too short, one too long, one past the limit, one in another encoding.
    let mut table =
        b"id,text,note\n1,one,\n2,\"two,\n3,\"three\",x\n4,four\n5,fi,ve,x\n6,".to_vec();
    table.extend(b"six ".repeat(200));
    table.extend(b",\n7,d\xe9j\xe0 vu \xe0 Paris,\n8,eight,,,\n");
    let path = put(folder.path(), "a.csv", table);
    let loaded = documents(&[path], &options_with(500), &Silent).expect("some rows are good");
    assert_eq!(texts(&loaded), ["one", "three", "déjà vu à Paris", "eight"]);
    let lines: Vec<_> = loaded
        .problems
        .iter()
        .map(|problem| (problem.origin.line, problem.lost))
        .collect();
    assert_eq!(
        lines,
        [
            (Some(2), true),
            (Some(4), true),
            (Some(5), true),
            (Some(6), true),
            (Some(7), false)
        ],
        "{:?}",
        loaded.problems
    );
    // The first bracket is never closed.
    let json = "[\n{\"id\": 1, \"text\": \"one\"},\n{\"id\": 2, \"text\": \"two\", \"x\": [\n7,\n{\"id\": 3, \"text\": \"three\"},\n{\"id\": 4, \"text\": \"four\"}\n]";
    let path = put(folder.path(), "a.json", json);
    let loaded = load(&[&path]);
    assert_eq!(
        texts(&loaded),
        ["one", "three", "four"],
        "{:?}",
        loaded.problems
    );
    assert!(said(&loaded.problems, "does not end", true));
}

#[test]
fn a_table_in_another_encoding_is_read() {
    let folder = tempfile::tempdir().expect("the case is set up");
    for (name, bytes) in [
        (
            "le",
            "\u{feff}id,text\n1,naïve слово\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>(),
        ),
        (
            "be",
            "id,text\n1,naïve слово\n"
                .encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect(),
        ),
        ("bom", "\u{feff}id,text\n1,naïve слово\n".into()),
    ] {
        let path = put(folder.path(), name, bytes);
        let loaded = load(&[&path]);
        assert_eq!(texts(&loaded), ["naïve слово"], "{name}");
        assert_eq!(said(&loaded.problems, "not UTF-8", false), name != "bom");
        assert_eq!(loaded.documents[0].id, "1");
    }
}

#[test]
fn usual_names_of_fields_are_taken_and_said_once() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let rows: String = (0..50)
        .map(|n| format!("{n},outlet.example,words {n},2022-09-13 04:10:00\n"))
        .collect();
    let path = put(
        folder.path(),
        "a.csv",
        format!("article_id,source_domain,maintext,date_publish\n{rows}"),
    );
    let loaded = load(&[&path]);
    assert_eq!(loaded.documents.len(), 50);
    let first = &loaded.documents[0];
    assert_eq!(
        (&*first.id, first.outlet.as_deref(), first.published_seconds),
        ("0", Some("outlet.example"), Some(1_663_042_200))
    );
    assert_eq!(loaded.problems.len(), 1);
    assert!(said(&loaded.problems, "`maintext` for the article", false));
    let fields = FieldNames {
        text: "source_domain".into(),
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
    .expect("rows are read");
    assert_eq!(loaded.documents[0].text, "outlet.example");
}

#[test]
fn a_member_of_a_gzip_file_that_is_damaged_costs_no_other() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let line = |id: u32| {
        format!(
            "{{\"id\": {id}, \"text\": \"{}\"}}\n",
            "some words ".repeat(200)
        )
    };
    let mut members: Vec<Vec<u8>> = (0..5).map(|id| gzip(line(id).as_bytes())).collect();
    let middle = members[2].len() / 2;
    members[2][middle..].fill(0xff);
    members[4].extend([0; 512]);
    let path = put(folder.path(), "a.jsonl.gz", members.concat());
    let loaded = load(&[&path]);
    let ids: Vec<_> = loaded
        .documents
        .iter()
        .map(|document| &*document.id)
        .collect();
    assert_eq!(ids, ["0", "1", "3", "4"], "{:?}", loaded.problems);
    assert!(said(&loaded.problems, "are damaged after", true));
}

#[test]
fn what_comes_before_a_cut_is_kept_in_every_compression() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let lines: String = (0..200_000)
        .map(|n| format!("{{\"id\": {n}, \"text\": \"record {} {n}\"}}\n", n * 7919))
        .collect();
    for (ending, pack) in &PACKERS[1..] {
        let packed = pack(lines.as_bytes());
        let path = put(
            folder.path(),
            &format!("a.jsonl{ending}"),
            &packed[..packed.len() * 3 / 4],
        );
        let loaded = load(&[&path]);
        assert!(
            loaded.documents.len() > 10_000,
            "{ending}: {}",
            loaded.documents.len()
        );
        assert!(said(&loaded.problems, "break off", true), "{ending}");
    }
}

#[test]
fn a_bomb_of_one_endless_record_is_bounded_in_every_format() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let good = "{\"id\": 1, \"text\": \"good\"}";
    let long = "x".repeat(30_000_000);
    for (name, bytes) in [
        (
            "a.jsonl",
            format!("{good}\n{{\"text\": \"{long}\"}}\n{good}\n"),
        ),
        (
            "a.json",
            format!("[{good},\n{{\"text\": \"{long}\"}},\n{good}]"),
        ),
        ("a.csv", format!("id,text\n1,good\n2,{long}\n1,good\n")),
        ("a.txt", long.clone()),
    ] {
        for (ending, pack) in &PACKERS[1..] {
            let path = put(
                folder.path(),
                &format!("{name}{ending}"),
                pack(bytes.as_bytes()),
            );
            let other = put(folder.path(), "good.jsonl", good);
            let loaded =
                documents(&[path, other], &options_with(100_000), &Silent).expect("one is good");
            assert_eq!(
                loaded.documents.len(),
                if name == "a.txt" { 1 } else { 3 },
                "{name}{ending}: {:?}",
                loaded.problems
            );
            assert!(
                said(&loaded.problems, "over the limit of 100000 bytes", true),
                "{name}{ending}: {:?}",
                loaded.problems
            );
        }
    }
}

#[test]
fn text_that_was_garbled_before_is_used_and_said() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let garbled = put(
        folder.path(),
        "a.txt",
        "Le prÃ©sident a dÃ©clarÃ© que câ€™est fini.",
    );
    let good = put(
        folder.path(),
        "b.txt",
        "Le président a déclaré que c’est fini.",
    );
    let loaded = load(&[&garbled, &good]);
    assert_eq!(loaded.documents.len(), 2);
    let problems: Vec<_> = loaded
        .problems
        .iter()
        .filter(|problem| problem.message.contains("garbled"))
        .collect();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].origin.path.ends_with("a.txt") && !problems[0].lost);
}

#[test]
fn a_table_with_many_row_groups_keeps_their_order_and_numbers() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let groups: Vec<_> = (0..7)
        .map(|group| {
            (0..group * 300)
                .map(|row| (None, format!("words {group} {row}"), 0))
                .collect()
        })
        .collect();
    let bytes = parquet_of(&groups, Compression::UNCOMPRESSED);
    let path = put(folder.path(), "a.parquet", &bytes);
    let loaded = load(&[&path]);
    assert_eq!(loaded.documents.len(), 300 * 21);
    for document in &loaded.documents {
        assert_eq!(
            document.origin.line.map(|line| line.to_string()),
            Some(document.id.clone())
        );
    }
    // Without its end there is no table; a page that is broken costs its row group at most.
    let cut = put(folder.path(), "cut.parquet", &bytes[..bytes.len() - 100]);
    let mut broken = bytes.clone();
    let middle = bytes
        .windows(12)
        .position(|window| window == b"words 4 1000")
        .expect("it is there as it was written");
    broken[middle - 4000..middle].fill(0xee);
    let broken = put(folder.path(), "broken.parquet", broken);
    let loaded = load(&[&cut, &broken]);
    assert!(said(&loaded.problems, "not a whole Parquet file", true));
    assert!(
        loaded.documents.len() >= 300 * 17 && loaded.documents.len() < 300 * 21,
        "{}",
        loaded.documents.len()
    );
    let lost = loaded
        .problems
        .iter()
        .find(|problem| problem.lost && problem.message.contains("from here on"));
    assert!(
        lost.is_some_and(|problem| problem.origin.line.is_some()),
        "{:?}",
        loaded.problems
    );
}

#[test]
fn the_program_stops_at_a_lost_record_when_asked_and_writes_all_problems() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let path = |name: &str| folder.path().join(name);
    put(
        folder.path(),
        "a.jsonl",
        "{\"id\": 1, \"text\": \"one\"}\n{\"id\": 2}\n{\"id\": 3, \"text\": \"three\"}\n",
    );
    let run = |arguments: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_wirecopy"))
            .current_dir(folder.path())
            .args(arguments)
            .output()
            .expect("the program starts")
    };
    let read = |name: &str| std::fs::read_to_string(path(name)).expect("the file is there");
    for command in [
        &["dedup", "a.jsonl", "-o", "kept.jsonl"][..],
        &["trace", "a.jsonl", "-o", "kept.jsonl"],
    ] {
        let output = run(&[command, &["--strict", "--problems", "p.jsonl"]].concat());
        assert_eq!(output.status.code(), Some(3), "{command:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("`--strict`"));
        assert!(!path("kept.jsonl").exists(), "{command:?}");
        let problems = read("p.jsonl");
        let problem: serde_json::Value = serde_json::from_str(&problems).expect("one line of JSON");
        assert_eq!(
            (&problem["path"], &problem["line"], &problem["lost"]),
            (&"a.jsonl".into(), &2.into(), &true.into())
        );
        let output = run(&[command, &["--problems", "p.jsonl"]].concat());
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(read("p.jsonl"), problems);
        std::fs::remove_file(path("kept.jsonl")).expect("it was written");
    }
    // What fails as a whole has its problems written too.
    put(folder.path(), "bad.jsonl", "{\"id\": 2}\n{\"id\": 3}\n");
    let output = run(&["trace", "bad.jsonl", "--problems", "p.jsonl"]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(read("p.jsonl").lines().count(), 2);
    put(folder.path(), "one.txt", "one");
    let output = run(&[
        "compare",
        "one.txt",
        "one.txt",
        "--strict",
        "--problems",
        "p.jsonl",
    ]);
    assert_eq!((output.status.code(), &*read("p.jsonl")), (Some(0), ""));
    put(
        folder.path(),
        "pairs.jsonl",
        "{\"id\": 1, \"reference\": \"It rained.\", \"hypothesis\": \"It rained.\"}\n{}\n",
    );
    let output = run(&[
        "compare",
        "--pairs",
        "pairs.jsonl",
        "-o",
        "v.jsonl",
        "--strict",
        "--problems",
        "p.jsonl",
    ]);
    assert_eq!(
        (
            output.status.code(),
            read("p.jsonl").lines().count(),
            path("v.jsonl").exists()
        ),
        (Some(3), 1, false)
    );
}

#[test]
fn other_columns_of_a_table_survive_dedup() {
    let folder = tempfile::tempdir().expect("the case is set up");
    put(
        folder.path(),
        "a.csv",
        "id,text,desk,n\n1,some words here,World,7\n2,other words there,,8\n",
    );
    put(folder.path(), "b.parquet", parquet_file());
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_wirecopy"))
        .current_dir(folder.path())
        .args(["dedup", "a.csv", "b.parquet", "-o", "-"])
        .output()
        .expect("the program starts");
    let kept = String::from_utf8(output.stdout).expect("UTF-8");
    let lines: Vec<serde_json::Value> = kept
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(
        lines[0],
        serde_json::json!({"id": "1", "text": "some words here", "desk": "World", "n": "7"})
    );
    assert_eq!(lines[2]["tags"], serde_json::json!(["a", null, "b"]));
    assert_eq!(lines[3]["title"], serde_json::Value::Null);
}

/// A page with one article of two paragraphs.
pub(super) fn page() -> String {
    "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Quake - Ararat Post</title>\
     <meta property=\"og:site_name\" content=\"Ararat Post\">\
     <meta property=\"article:published_time\" content=\"2026-03-02T14:05:00+04:00\"></head>\
     <body><nav><a href=/>Home</a></nav><article><h1>Quake shakes valley</h1>\
     <p>Two people died when an earthquake struck the valley on Monday, officials said, and many fled to caf\u{e9}s.</p>\
     <p>Roads were closed for hours while crews searched the villages for people under the rubble.</p></article>\
     <footer>Copyright</footer></body></html>"
        .to_owned()
}

/// A record of a web archive.
fn record(kind: &str, media_type: &str, address: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2026-03-02T12:00:00Z\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
        payload.len()
    );
    [head.as_bytes(), payload, b"\r\n\r\n"].concat()
}

/// A record of a server's answer with these headers.
fn answer(address: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let payload = [format!("HTTP/1.1 {headers}\r\n\r\n").as_bytes(), body].concat();
    record(
        "response",
        "application/http; msgtype=response",
        address,
        &payload,
    )
}

/// The records of an archive: four pages sent in four ways, and what is no page.
fn warc_records() -> Vec<Vec<u8>> {
    let page = page().into_bytes();
    let undeclared = self::page().replace("<meta charset=utf-8>", "");
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&undeclared);
    let (front, back) = page.split_at(300);
    let chunked = [
        format!("{:x}\r\n", front.len()).as_bytes(),
        front,
        format!("\r\n{:X};x=y\r\n", back.len()).as_bytes(),
        back,
        b"\r\n0\r\n\r\n",
    ]
    .concat();
    vec![
        record(
            "warcinfo",
            "application/warc-fields",
            "",
            b"software: a crawler",
        ),
        record(
            "request",
            "application/http; msgtype=request",
            "https://www.ararat.example/1",
            b"GET /1 HTTP/1.1\r\n\r\n",
        ),
        answer(
            "https://www.ararat.example/1",
            "200 OK\r\nContent-Type: text/html; charset=utf-8",
            &page,
        ),
        answer(
            "https://www.ararat.example/2",
            "200 OK\r\ncontent-type: text/html\r\nTransfer-Encoding: chunked",
            &chunked,
        ),
        answer(
            "https://www.ararat.example/3",
            "200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip",
            &gzip(&page),
        ),
        answer(
            "https://www.ararat.example/4",
            "200\r\nContent-Type: text/html; charset=windows-1252",
            &latin,
        ),
        answer(
            "https://www.ararat.example/5",
            "301 Moved\r\nContent-Type: text/html",
            &page,
        ),
        answer(
            "https://www.ararat.example/6.png",
            "200 OK\r\nContent-Type: image/png",
            b"\x89PNG",
        ),
    ]
}

pub(super) fn warc() -> Vec<u8> {
    warc_records().concat()
}

pub(super) fn wet() -> Vec<u8> {
    [
        record(
            "warcinfo",
            "application/warc-fields",
            "",
            b"software: a crawler",
        ),
        record(
            "conversion",
            "text/plain",
            "https://ararat.example/1",
            "Quake\nTwo people died in caf\u{e9}s.".as_bytes(),
        ),
        record(
            "conversion",
            "text/plain",
            "https://ararat.example/2",
            b"d\xe9j\xe0 vu \xe0 Paris, o\xf9 l'\xe9t\xe9",
        ),
    ]
    .concat()
}

#[test]
fn a_web_archive_gives_its_pages_however_they_were_sent() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let members: Vec<Vec<u8>> = warc_records().iter().map(|record| gzip(record)).collect();
    for (name, bytes) in [
        ("a.warc", warc()),
        ("a.warc.gz", members.concat()),
        ("a.warc.xz", PACKERS[4].1(&warc())),
        ("a.txt", warc()),
    ] {
        let path = put(folder.path(), name, bytes);
        let loaded = load(&[&path]);
        assert_eq!(loaded.documents.len(), 4, "{name}: {:?}", loaded.problems);
        for (number, document) in (1..).zip(&loaded.documents) {
            assert_eq!(document.id, format!("{path}:{}", number + 2));
            assert_eq!(document.origin.line, Some(number + 2));
            assert!(
                document.text.ends_with("under the rubble.")
                    && document.text.contains("caf\u{e9}s"),
                "{name}: {}",
                document.text
            );
            assert_eq!(document.outlet.as_deref(), Some("Ararat Post"));
            assert_eq!(
                document.url,
                Some(format!("https://www.ararat.example/{number}"))
            );
            assert_eq!(document.published_seconds, Some(1_772_445_900));
        }
        assert_eq!(loaded.problems.len(), 1, "{name}: {:?}", loaded.problems);
        assert!(said(&loaded.problems, "4 of 8 records hold no page", false));
    }
}

#[test]
fn records_beside_a_damaged_one_of_an_archive_survive() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let good = |n: u32| {
        answer(
            &format!("https://www.ararat.example/{n}"),
            "200 OK\r\nContent-Type: text/html",
            page().as_bytes(),
        )
    };
    let cut = |n: u32| {
        let record = good(n);
        record[..record.len() / 2].to_vec()
    };
    let long = String::from_utf8(good(3))
        .expect("UTF-8")
        .replace("Content-Length: ", "Content-Length: 9");
    let short = String::from_utf8(good(4)).expect("UTF-8").replacen(
        "Content-Length: ",
        "Content-Length: 1 ",
        1,
    );
    let less = String::from_utf8(good(4)).expect("UTF-8").replacen(
        "Content-Length: 5",
        "Content-Length: 4",
        1,
    );
    for (what, broken) in [
        ("cut", cut(2)),
        ("too long", long.into_bytes()),
        ("no length", short.into_bytes()),
        ("too short", less.into_bytes()),
        ("garbage", b"garbage\r\n\r\n".to_vec()),
    ] {
        let path = put(
            folder.path(),
            "a.warc",
            [good(1), broken, good(5), cut(6)].concat(),
        );
        let loaded = load(&[&path]);
        let addresses: Vec<_> = loaded
            .documents
            .iter()
            .filter_map(|document| document.url.as_deref())
            .collect();
        assert_eq!(
            addresses,
            [
                "https://www.ararat.example/1",
                "https://www.ararat.example/5"
            ],
            "{what}: {:?}",
            loaded.problems
        );
        assert!(
            loaded
                .problems
                .iter()
                .filter(|problem| problem.lost)
                .count()
                >= 2,
            "{what}: {:?}",
            loaded.problems
        );
    }
}

#[test]
fn the_text_of_a_crawl_is_read() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let path = put(folder.path(), "a.warc.wet.gz", gzip(&wet()));
    let loaded = load(&[&path]);
    assert_eq!(
        texts(&loaded),
        [
            "Quake\nTwo people died in caf\u{e9}s.",
            "d\u{e9}j\u{e0} vu \u{e0} Paris, o\u{f9} l'\u{e9}t\u{e9}"
        ]
    );
    assert_eq!(
        loaded.documents[0].outlet.as_deref(),
        Some("ararat.example")
    );
    assert!(said(&loaded.problems, "not UTF-8", false));
}

#[test]
fn parquet_in_is_parquet_out_with_every_column() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let folder = tempfile::tempdir().expect("the case is set up");
    let story = |n: usize| {
        let words: Vec<_> = (0..80)
            .map(|word| format!("word{}", word * 7 + n * 1000))
            .collect();
        words.join(" ")
    };
    // The second of each pair is the first with one word more; the first group has none of its own.
    let row = |n: usize, more: &str| {
        (
            Some(format!("t{n}")).filter(|_| n.is_multiple_of(2)),
            story(n) + more,
            n as i64,
        )
    };
    let groups: Vec<Vec<_>> = vec![
        (0..3).map(|n| row(n, "")).collect(),
        (0..3)
            .map(|n| row(n, " more"))
            .chain((3..6).map(|n| row(n, "")))
            .collect(),
        (3..8).map(|n| row(n, " else")).collect(),
    ];
    put(
        folder.path(),
        "a.parquet",
        parquet_of(&groups, Compression::SNAPPY),
    );
    put(folder.path(), "b.jsonl", "{\"id\": 1, \"text\": \"one\"}\n");
    let run = |arguments: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_wirecopy"))
            .current_dir(folder.path())
            .args(["dedup", "--keep", "first"])
            .args(arguments)
            .output()
            .expect("the program starts")
    };
    let output = run(&["a.parquet", "-o", "k.parquet", "--removed", "r.parquet"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    run(&["a.parquet", "-o", "k.jsonl", "--removed", "r.jsonl"]);
    for (table, lines, columns) in [("k.parquet", "k.jsonl", 5), ("r.parquet", "r.jsonl", 6)] {
        let file = std::fs::File::open(folder.path().join(table)).expect("it was written");
        let reader = SerializedFileReader::new(file).expect("a whole Parquet file");
        let schema = reader.metadata().file_metadata().schema();
        assert_eq!(schema.get_fields().len(), columns);
        assert_eq!(
            reader.metadata().row_group(0).column(2).compression(),
            Compression::SNAPPY
        );
        // The same records as in JSONL, when they are read again.
        let again = run(&[table, "--threshold", "1", "-o", "again.jsonl"]);
        assert!(
            again.status.success(),
            "{}",
            String::from_utf8_lossy(&again.stderr)
        );
        let values = |name: &str| -> Vec<serde_json::Value> {
            let text = std::fs::read_to_string(folder.path().join(name)).expect("it was written");
            text.lines()
                .map(|line| serde_json::from_str(line).expect("JSON"))
                .collect()
        };
        let mut expected = values(lines);
        for record in &mut expected {
            if let Some(about) = record.get_mut("wirecopy") {
                about["kept"] = about["kept"].to_string().into();
                about["estimated"] = about.get("estimated").cloned().unwrap_or(false.into());
            }
        }
        assert_eq!(values("again.jsonl"), expected, "{table}");
    }
    let output = run(&["a.parquet", "b.jsonl", "-o", "x.parquet"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("`b.jsonl` is not Parquet"), "{said}");
    assert!(!folder.path().join("x.parquet").exists());
}
