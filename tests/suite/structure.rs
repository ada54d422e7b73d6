//! The shape of the tree: who may import whom, and what no file may do.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Nouns and tools, each with all that it may import. Stages may import any of them.
const TOOLS: &[(&str, &[&str])] = &[
    (
        "archive",
        &[
            "error", "model", "observer", "sign", "simd", "store", "text",
        ],
    ),
    ("article", &["model", "text", "words"]),
    ("contextual", &["error", "simd"]),
    ("error", &["model"]),
    ("lexicon", &["simd"]),
    ("model", &[]),
    ("observer", &[]),
    ("options", &["contextual", "simd"]),
    ("simd", &[]),
    ("store", &["error"]),
    ("similarity", &["lexicon", "model", "simd", "text", "words"]),
    ("text", &["model", "simd"]),
    ("union_find", &[]),
    ("words", &["lexicon", "model", "simd", "text"]),
];

/// Verbs: they import tools, and one another only by `EXCEPTIONS`.
const STAGES: &[&str] = &[
    "align",
    "attribute",
    "cluster",
    "judge",
    "pair",
    "passages",
    "read",
    "recount",
    "render",
    "segment",
    "sign",
    "stories",
    "verify",
    "versions",
];

/// They put stages in order and may import all.
const JOBS: &[&str] = &["check", "dedup", "eval", "pipeline"];

const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("cluster", "pair", "it clusters the groups that met"),
    ("judge", "align", "a pair is judged by its words' alignment"),
    ("passages", "align", "it measures what an alignment shares"),
    ("stories", "passages", "it groups what passages measures"),
    ("versions", "align", "a version is an alignment"),
    ("versions", "judge", "whose links are judged"),
];

struct File {
    /// Below `src/`, with `/`.
    path: String,
    text: String,
    /// Lines of code outside comments and unit tests.
    code: String,
}

impl File {
    fn is_program(&self) -> bool {
        self.path.starts_with("bin/")
    }

    fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root.clone()];
    let mut paths: Vec<PathBuf> = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let texts: Vec<(PathBuf, String)> = paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (path, text)
        })
        .collect();
    // Files that are only compiled for unit tests.
    let tests_only: BTreeSet<PathBuf> = texts
        .iter()
        .flat_map(|(path, text)| {
            text.split("#[cfg(test)]\n").skip(1).filter_map(|after| {
                let name = after.lines().next()?.split("mod ").nth(1)?;
                Some(path.with_file_name(format!("{}.rs", name.strip_suffix(';')?)))
            })
        })
        .collect();
    texts
        .into_iter()
        .filter(|(path, _)| !tests_only.contains(path))
        .map(|(path, text)| {
            let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code = shipped
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .fold(String::new(), |code, line| code + line + "\n");
            let path = path.strip_prefix(&root).unwrap();
            let parts: Vec<_> = path.iter().map(|part| part.to_str().unwrap()).collect();
            let path = parts.join("/");
            File { path, text, code }
        })
        .collect()
}

/// Modules of ours that the code of a file names.
fn imports(file: &File) -> BTreeSet<&str> {
    let names = |after: &'static str| {
        file.code.split(after).skip(1).map(|rest| {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            &rest[..end]
        })
    };
    // From the top of a module `super` is the crate.
    let top = !file.path.contains('/') || file.path.ends_with("/mod.rs");
    names("crate::")
        .chain(names("super::").filter(|_| top))
        .filter(|name| *name != file.module())
        .collect()
}

#[test]
fn every_module_imports_only_what_it_may() {
    let tools: Vec<&str> = TOOLS.iter().map(|(name, _)| *name).collect();
    let known: BTreeSet<&str> = tools.iter().chain(STAGES).chain(JOBS).copied().collect();
    let mut used = BTreeSet::new();
    let files = files();
    for file in files.iter().filter(|f| !f.is_program()) {
        let (path, module) = (&file.path, file.module());
        if module == "lib" {
            continue;
        }
        assert!(known.contains(module), "{path} is in no list of this test");
        let braces = file.code.contains("crate::{");
        assert!(!braces, "{path}: one `use crate::module` a line");
        for name in imports(file).intersection(&known) {
            let allowed = match TOOLS.iter().find(|(tool, _)| *tool == module) {
                Some((_, imports)) => imports.contains(name),
                None => JOBS.contains(&module) || tools.contains(name),
            };
            let exception = EXCEPTIONS
                .iter()
                .find(|(from, to, _)| *from == module && to == name);
            assert!(
                allowed || exception.is_some(),
                "{path} imports `{name}`, which `{module}` may not"
            );
            used.extend(exception);
        }
    }
    let listed: BTreeSet<_> = EXCEPTIONS.iter().collect();
    assert_eq!(used, listed, "an exception that nothing needs goes");
}

#[test]
fn the_program_sees_the_public_library_only() {
    for file in files().iter().filter(|f| f.is_program()) {
        for around in ["#[path", "include!("] {
            assert!(!file.code.contains(around), "{}: {around}", file.path);
        }
        for name in imports(file) {
            let tool = TOOLS.iter().any(|(tool, _)| *tool == name);
            assert!(
                !tool && !STAGES.contains(&name),
                "{}: `crate::{name}` is the library's name",
                file.path
            );
        }
    }
}

#[test]
fn the_library_prints_nothing_and_asks_neither_environment_nor_clock_nor_network() {
    for file in files().iter().filter(|f| !f.is_program()) {
        // Where temporary files go when the caller names no folder is the system's to say.
        let code = file.code.replace("std::env::temp_dir", "");
        for word in [
            "print!(",
            "println!(",
            "dbg!(",
            "std::env",
            "env::var",
            "SystemTime::now",
            "std::net",
        ] {
            assert!(!code.contains(word), "{}: `{word}`", file.path);
        }
    }
}

#[test]
fn every_file_says_what_it_is_and_leaves_nothing_half_done() {
    for file in &files() {
        assert!(
            file.text.starts_with("//! "),
            "{}: no first line",
            file.path
        );
        for word in ["todo!", "unimplemented!", ".unwrap()"] {
            assert!(!file.code.contains(word), "{}: `{word}`", file.path);
        }
    }
}
