//! The server as programs meet it: over a real socket on loopback.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::render::check;

/// Nothing here takes so long; a test that hangs is to fail.
const PATIENCE: Duration = Duration::from_secs(120);

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_wirecopy"))
}

fn story(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus/stories/border-ceasefire-violation")
        .join(name);
    std::fs::read_to_string(path).unwrap()
}

/// An archive with the wire of two stories and some copies.
fn archive() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/stories");
    let inputs = [
        "border-ceasefire-violation/wire.txt",
        "border-ceasefire-violation/lakeside-daily.txt",
        "border-ceasefire-violation/northern-courier.txt",
        "night-train-derailment/wire.txt",
    ];
    let output = program()
        .args(["archive", "add"])
        .arg(folder.path().join("archive"))
        .args(inputs.map(|input| stories.join(input)))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    folder
}

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(folder: &tempfile::TempDir, arguments: &[&str]) -> Self {
        let mut command = program();
        if !arguments.contains(&"--time-limit") {
            // Many tests at once on a busy machine: none of them is about how long it takes.
            command.args(["serve", "--time-limit", "600"]);
        } else {
            command.arg("serve");
        }
        let mut child = command
            .arg("--archive")
            .arg(folder.path().join("archive"))
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("http://")
            .and_then(|line| line.strip_suffix('/'))
            .unwrap_or_else(|| panic!("no address in {line:?}"))
            .to_owned();
        Self { child, address }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends a request as it is and reads the answer.
    fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        // A server that refuses a body early may close before all of it is sent.
        let _ = stream.write_all(request);
        Answer::read(stream)
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            head += &format!("Host: {}\r\n", self.address);
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        self.raw(&[format!("{head}\r\n").as_bytes(), body].concat())
    }

    fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let headers = [("Content-Type", "application/json")];
        self.send(method, path, &headers, body.to_string().as_bytes())
    }

    fn check(&self, text: &str) -> Value {
        let answer = self.json("POST", "/api/check", &json!({"article": {"text": text}}));
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.value()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn read(stream: TcpStream) -> Self {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or_else(|| panic!("no status in {line:?}"));
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let mut body = Vec::new();
        match headers.get("content-length") {
            Some(length) => {
                body.resize(length.parse().unwrap(), 0);
                reader.read_exact(&mut body).unwrap();
            }
            None => {
                let _ = reader.read_to_end(&mut body);
            }
        }
        Self {
            status,
            headers,
            body,
        }
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    fn value(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    fn code(&self) -> String {
        self.value()["error"]["code"].as_str().unwrap().to_owned()
    }
}

fn api() -> Value {
    serde_json::from_str(include_str!("../../docs/openapi.json")).unwrap()
}

/// Fails unless `value` is what the API's description says of `schema`.
#[track_caller]
fn follows(schema: &str, value: &Value) {
    let api = api();
    let described = &api["components"]["schemas"][schema];
    assert!(described.is_object(), "no {schema}");
    let mut wrong = Vec::new();
    check(&api, described, value, "$", &mut wrong);
    assert!(wrong.is_empty(), "{schema}: {wrong:#?}");
}

#[test]
fn every_answer_follows_the_published_description() {
    let folder = archive();
    let server = Server::start(&folder, &[]);
    let described = server.get("/openapi.json");
    assert_eq!(described.value(), api());

    let sizes = server.get("/api/archive").value();
    follows("Archive", &sizes);
    assert_eq!(sizes["documents"], 4);

    let answer = server.check(&story("vesti-delty.txt"));
    follows("Answer", &answer);
    let found = &answer["check"]["checks"][0];
    let first = found["sources"][0]["document"]["id"].as_str().unwrap();
    assert!(first.contains("border-ceasefire-violation/wire"), "{first}");
    let count = &answer["counted"][0];
    let version = &found["sources"][0]["version"];
    let share = |value: &Value| value.as_f64().unwrap();
    assert!((share(&count["copy"]["share"]) - share(&version["containment_of_copy"])).abs() < 2e-4);
    assert!(
        (share(&count["source"]["share"]) - share(&version["containment_of_source"])).abs() < 2e-4
    );
    assert!(
        version["links"]
            .as_array()
            .unwrap()
            .iter()
            .any(|link| link["drifts"][0].is_object())
    );

    let id = answer["article"]["id"].as_str().unwrap();
    let path = format!("/api/articles/{id}");
    for (query, field, wanted) in [
        ("?quotations=false", "quotations", json!(false)),
        ("?furniture=true", "furniture", json!(true)),
        ("?least_words=40", "least_words", json!(40)),
    ] {
        let other = server.get(&format!("{path}{query}")).value();
        follows("Answer", &other);
        assert_eq!(other["switches"][field], wanted);
        assert_eq!(other["check"], answer["check"]);
    }
    let none = server.get(&format!("{path}?least_words=9999")).value();
    assert_eq!(none["counted"][0]["copy"]["shared"], 0);
    let unquoted = server.get(&format!("{path}?quotations=false")).value();
    let told = share(&version["without_quotations"]["containment_of_copy"]);
    assert!((share(&unquoted["counted"][0]["copy"]["share"]) - told).abs() < 2e-4);

    let tale = server.get(&format!("{path}/story")).value();
    follows("Story", &tale);
    assert!(tale["clusters"][0].is_number());
    let number = usize::try_from(tale["document"].as_u64().unwrap()).unwrap();
    assert_eq!(tale["report"]["documents"][number]["id"], id);

    let document = server.get(&format!("/api/documents?id={}", first.replace('/', "%2F")));
    follows("Article", &document.value());
    let own = server
        .json("POST", "/api/check", &json!({"document": first}))
        .value();
    follows("Answer", &own);
    let sources = own["check"]["checks"][0]["sources"].as_array().unwrap();
    assert!(
        sources
            .iter()
            .all(|source| source["document"]["id"] != first),
        "it is not its own source"
    );

    for name in ["page.txt", "page.html", ""] {
        let read = server.send(
            "POST",
            &format!("/api/read?name={name}"),
            &[],
            story("wire.txt").as_bytes(),
        );
        assert_eq!(read.status, 200, "{name}: {}", read.text());
        follows("FileContent", &read.value());
    }
    let two = "{\"id\":\"a\",\"text\":\"The dam broke.\"}\n{\"id\":\"b\",\"text\":\"The dam held.\",\"outlet\":\"Pell Mail\"}\n";
    let read = server
        .send("POST", "/api/read?name=two.jsonl", &[], two.as_bytes())
        .value();
    follows("FileContent", &read);
    assert_eq!(read["articles"][1]["outlet"], "Pell Mail");

    follows("Kept", &server.get("/api/articles").value());
    assert_eq!(server.get("/api/articles").value()["articles"], json!([]));

    // Every path that is described is there, and every method.
    for (path, item) in api()["paths"].as_object().unwrap() {
        let path = path.replace("{id}", "0").replace("{format}", "csv");
        for method in ["get", "put", "post", "delete"] {
            let status = server.send(&method.to_uppercase(), &path, &[], b"").status;
            assert_eq!(
                status == 405,
                item[method].is_null(),
                "{method} {path}: {status}"
            );
        }
    }
}

#[test]
fn the_server_and_the_command_say_the_same() {
    let folder = archive();
    let server = Server::start(&folder, &[]);
    let path = folder.path().join("vesti-delty.html");
    let paragraphs = story("vesti-delty.txt").replace("\n\n", "</p><p>");
    let page = format!(
        "<html lang=en><head><title>Truce</title><meta name=author content='MPA'><meta property='article:published_time' \
         content='2024-05-08T18:02:00Z'></head><body><article><h1>Truce</h1><p>{paragraphs}</p></article></body></html>"
    );
    std::fs::write(&path, page).unwrap();
    let output = program()
        .arg("check")
        .arg(&path)
        .arg("--archive")
        .arg(folder.path().join("archive"))
        .args(["--format", "json"])
        .output()
        .unwrap();
    let command: Value = serde_json::from_slice(&output.stdout).unwrap();
    let read = server.send(
        "POST",
        "/api/read?name=vesti-delty.html",
        &[],
        &std::fs::read(&path).unwrap(),
    );
    let article = read.value()["articles"][0].clone();
    let served = server
        .json("POST", "/api/check", &json!({"article": article}))
        .value();
    let sources = |whole: &Value| {
        let mut sources = whole["checks"][0]["sources"].clone();
        for source in sources.as_array_mut().unwrap() {
            // The article has another name here.
            source["version"]["id"] = Value::Null;
        }
        sources
    };
    assert_eq!(sources(&served["check"]), sources(&command));
}

#[test]
fn requests_that_cannot_be_answered_say_why() {
    /// Method, path, headers, body; status and code.
    type Case<'a> = (
        &'a str,
        &'a str,
        &'a [(&'a str, &'a str)],
        &'a str,
        u16,
        &'a str,
    );
    let folder = archive();
    let server = Server::start(&folder, &["--max-body", "64K"]);
    let json_type = [("Content-Type", "application/json")];
    let article = json!({"article": {"text": "x"}}).to_string();
    let long = json!({"article": {"text": "word ".repeat(20_000)}}).to_string();
    let cases: [Case<'_>; 16] = [
        ("GET", "/nothing", &[], "", 404, "not_found"),
        ("GET", "/api/articles/0123", &[], "", 404, "not_found"),
        ("GET", "/api/articles/..%2Fcases", &[], "", 404, "not_found"),
        ("GET", "/api/documents?id=none", &[], "", 404, "not_found"),
        ("GET", "/api/documents", &[], "", 400, "bad_request"),
        ("DELETE", "/api/archive", &[], "", 405, "wrong_method"),
        ("POST", "/api/check", &json_type, &long, 413, "too_large"),
        (
            "POST",
            "/api/check",
            &[("Content-Type", "text/plain")],
            &article,
            415,
            "not_json",
        ),
        (
            "POST",
            "/api/check",
            &json_type,
            "{\"article\":",
            400,
            "bad_request",
        ),
        (
            "POST",
            "/api/check",
            &json_type,
            "{\"article\":{\"text\":\"x\",\"more\":1}}",
            400,
            "bad_request",
        ),
        ("POST", "/api/check", &json_type, "{}", 400, "bad_request"),
        (
            "POST",
            "/api/check",
            &json_type,
            "{\"article\":{\"text\":\" \\n\"}}",
            422,
            "unusable",
        ),
        (
            "POST",
            "/api/check?quotations=perhaps",
            &json_type,
            &article,
            400,
            "bad_request",
        ),
        (
            "POST",
            "/api/check?colour=red",
            &json_type,
            &article,
            400,
            "bad_request",
        ),
        (
            "POST",
            "/api/read?name=x.parquet",
            &[],
            "no table",
            422,
            "unusable",
        ),
        (
            "PUT",
            "/api/articles/0123/cases",
            &json_type,
            "{\"source\":\"a\",\"state\":\"perhaps\"}",
            400,
            "bad_request",
        ),
    ];
    for (method, path, headers, body, status, code) in cases {
        let answer = server.send(method, path, headers, body.as_bytes());
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{method} {path}: {}",
            answer.text()
        );
        follows("Failure", &answer.value());
        assert!(!answer.text().contains("/tmp"), "{}", answer.text());
    }
    // A body without a length is measured as it comes.
    let head = format!(
        "POST /api/check HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        server.address
    );
    let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
    let answer = server.raw(format!("{head}{chunk}{chunk}{chunk}0\r\n\r\n").as_bytes());
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_large"));
    // Nonsense is no request.
    assert_eq!(
        server.raw(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n").status,
        400
    );
    // The same server still answers.
    assert_eq!(server.get("/api/archive").status, 200);
}

#[test]
fn other_sites_and_other_names_are_refused() {
    let folder = archive();
    let server = Server::start(&folder, &["--host", "desk.example"]);
    let ours = format!("http://{}", server.address);
    let port = server.address.rsplit_once(':').unwrap().1;
    let cases: [(&[(&str, &str)], u16); 9] = [
        (&[], 200),
        (&[("Origin", &ours)], 200),
        (&[("Host", "desk.example")], 200),
        (&[("Host", &format!("localhost:{port}"))], 200),
        (&[("Host", "evil.example")], 421),
        (&[("Host", &format!("evil.example:{port}"))], 421),
        (&[("Origin", "https://evil.example")], 403),
        (&[("Origin", "null")], 403),
        (&[("Sec-Fetch-Site", "cross-site")], 403),
    ];
    for (headers, status) in cases {
        let answer = server.send("GET", "/api/archive", headers, b"");
        assert_eq!(answer.status, status, "{headers:?}");
        if status != 200 {
            follows("Failure", &answer.value());
        }
        let policy = &answer.headers["content-security-policy"];
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
    assert_eq!(
        server
            .send("GET", "/", &[("Host", "evil.example")], b"")
            .status,
        421
    );
}

#[test]
fn the_page_needs_nothing_from_elsewhere_and_has_nothing_inline() {
    let folder = archive();
    let server = Server::start(&folder, &[]);
    let page = server.get("/");
    assert_eq!(page.status, 200);
    assert!(page.headers["content-type"].starts_with("text/html"));
    let html = page.text();
    for inline in [
        "<style",
        "style=\"",
        "onclick=",
        "javascript:",
        "http://",
        "https://cdn",
    ] {
        assert!(!html.contains(inline), "{inline}");
    }
    let mut open = vec![html];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(text) = open.pop() {
        for part in text.split("\"/page/").skip(1) {
            let name = part.split('"').next().unwrap().to_owned();
            if seen.insert(name.clone()) {
                let asset = server.get(&format!("/page/{name}"));
                assert_eq!(asset.status, 200, "{name}");
                open.push(asset.text());
            }
        }
    }
    assert!(seen.len() >= 7, "{seen:?}");
    for path in ["/kept", "/articles/0123"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
}

#[test]
fn hostile_text_stays_text() {
    let folder = archive();
    let server = Server::start(&folder, &[]);
    let text = format!(
        "<script>alert(1)</script> =HYPERLINK(\"x\") \u{202e}neddih\u{202c} b\u{430}nk \u{200b}<img src=x onerror=alert(1)>\n\n{}",
        story("wire.txt")
    );
    let article = json!({"article": {"text": text, "title": "</title><script>alert(2)</script>", "outlet": "=1+1\"'><b>", "url": "javascript:alert(3)"}});
    let answer = server.json("POST", "/api/check", &article);
    assert_eq!(answer.status, 200);
    assert!(answer.headers["content-type"].starts_with("application/json"));
    let value = answer.value();
    follows("Answer", &value);
    let kinds: Vec<&str> = value["article"]["unseen"]["places"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| place["kind"].as_str().unwrap())
        .collect();
    for kind in ["markup", "direction", "mixed_scripts", "hidden_character"] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    let path = format!(
        "/api/articles/{}/export",
        value["article"]["id"].as_str().unwrap()
    );
    let pack = server.get(&format!("{path}/html"));
    assert_eq!(pack.status, 200);
    assert!(pack.headers["content-security-policy"].contains("sandbox"));
    assert!(pack.headers["content-disposition"].starts_with("attachment; filename=\"wirecopy-"));
    let html = pack.text();
    for hostile in [
        "<script",
        "<img",
        "<b>",
        "\u{202e}",
        "\u{200b}",
        "href=\"javascript",
    ] {
        assert!(!html.contains(hostile), "{hostile}");
    }
    for named in ["&lt;script&gt;alert(1)", "⟨U+202E⟩", "⟨U+200B⟩"] {
        assert!(html.contains(named), "{named}");
    }
    let table = server.get(&format!("{path}/csv"));
    let mut reader = csv::Reader::from_reader(table.body.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(rows.len() > 10);
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
    let whole = server.get(&format!("{path}/json")).value();
    follows("Check", &whole);
    assert_eq!(server.get(&format!("{path}/pdf")).status, 404);
}

#[test]
fn the_evidence_pack_says_what_was_compared_and_how() {
    let folder = archive();
    let server = Server::start(&folder, &[]);
    let text = story("vesti-delty.txt");
    let answer = server.check(&text);
    let id = answer["article"]["id"].as_str().unwrap();
    let html = server
        .get(&format!(
            "/api/articles/{id}/export/html?quotations=false&least_words=7"
        ))
        .text();
    let source = answer["check"]["checks"][0]["sources"][0].clone();
    let drift = source["version"]["links"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|link| link["drifts"].get(0))
        .unwrap();
    let place = |side: &str| format!("{}\u{2013}{}", drift[side]["start"], drift[side]["end"]);
    for told in [
        answer["article"]["sha256"].as_str().unwrap(),
        answer["counted"][0]["sha256"].as_str().unwrap(),
        &format!("wirecopy {}", env!("CARGO_PKG_VERSION")),
        "quotations no, furniture no, passages of 7 words and more",
        "least containment 0.2",
        source["document"]["id"].as_str().unwrap(),
        &place("source"),
        &place("copy"),
    ] {
        assert!(html.contains(told), "{told}");
    }
}

#[test]
fn permalinks_and_decisions_outlive_the_server() {
    let folder = archive();
    let server = Server::start(&folder, &[]);
    let answer = server.check(&story("vesti-delty.txt"));
    let id = answer["article"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/articles/{id}");
    let source = answer["check"]["checks"][0]["sources"][0]["document"]["id"].clone();
    assert_eq!(answer["article"]["kept"], false);
    assert_eq!(server.send("PUT", &path, &[], b"").status, 201);
    assert_eq!(server.send("PUT", &path, &[], b"").status, 204);
    let cases = format!("{path}/cases");
    let wrong = server.json(
        "PUT",
        &cases,
        &json!({"source": "none", "state": "settled"}),
    );
    assert_eq!(wrong.status, 422);
    let long = json!({"source": source, "state": "open", "note": "x".repeat(9000)});
    assert_eq!(server.json("PUT", &cases, &long).status, 422);
    let decision = json!({"source": source, "state": "no_action", "note": "asked <b>them</b>\non the phone", "previous": ""});
    let decided = server.json("PUT", &cases, &decision);
    assert_eq!(decided.status, 200, "{}", decided.text());
    follows("Case", &decided.value());
    // Somebody who has not seen that decision does not undo it.
    let late = json!({"source": source, "state": "open", "previous": ""});
    let refused = server.json("PUT", &cases, &late);
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (409, "decided_meanwhile")
    );
    drop(server);

    let server = Server::start(&folder, &[]);
    let again = server.get(&path).value();
    follows("Answer", &again);
    assert_eq!(again["article"]["kept"], true);
    assert_eq!(again["check"], answer["check"]);
    assert_eq!(again["cases"], json!([decided.value()]));
    let kept = server.get("/api/articles").value();
    follows("Kept", &kept);
    assert_eq!(kept["problems"], json!([]));
    // A damaged one hides no other, is named, and `archive verify` finds it too.
    let broken = folder.path().join("archive/kept/0123.json");
    std::fs::write(&broken, "0000000000000000\n{}").unwrap();
    let listed = server.get("/api/articles").value();
    follows("Kept", &listed);
    assert_eq!(listed["articles"], kept["articles"]);
    assert!(
        listed["problems"][0]
            .as_str()
            .unwrap()
            .contains("0123.json")
    );
    let verified = program()
        .args(["archive", "verify"])
        .arg(folder.path().join("archive"))
        .output()
        .unwrap();
    assert_eq!(verified.status.code(), Some(3), "{verified:?}");
    std::fs::remove_file(broken).unwrap();
    assert_eq!(kept["articles"][0]["cases"][0]["state"], "no_action");
    let pack = server.get(&format!("{path}/export/html")).text();
    assert!(pack.contains("no_action") && pack.contains("asked &lt;b&gt;them&lt;/b&gt;"));
    assert_eq!(server.send("DELETE", &path, &[], b"").status, 204);
    assert_eq!(server.send("DELETE", &path, &[], b"").status, 404);
    assert_eq!(server.get(&path).status, 404);

    // What is added while the server runs is found at once.
    let more = folder.path().join("more.txt");
    std::fs::write(&more, story("vesti-delty.txt")).unwrap();
    let added = program()
        .args(["archive", "add"])
        .arg(folder.path().join("archive"))
        .arg(&more)
        .output()
        .unwrap();
    assert!(added.status.success(), "{added:?}");
    let grown = server.check(&story("vesti-delty.txt"));
    assert_eq!(grown["check"]["archive"]["documents"], 5);
    assert!((grown["counted"][0]["copy"]["share"].as_f64().unwrap() - 1.0).abs() < 1e-6);
}

#[test]
fn slow_and_broken_clients_hold_nobody_up() {
    let folder = archive();
    let server = Server::start(&folder, &["--at-once", "1"]);
    let mut slow = Vec::new();
    for number in 0..60 {
        let mut stream = server.connect();
        // A third never end the head, a third never end the body, a third break off in the middle of it.
        let head = format!("POST /api/check HTTP/1.1\r\nHost: {}\r\n", server.address);
        let body = "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"article\":";
        let rest = if number % 3 == 0 { "" } else { body };
        stream
            .write_all(format!("{head}{rest}").as_bytes())
            .unwrap();
        if number % 3 == 2 {
            drop(stream);
        } else {
            slow.push(stream);
        }
    }
    // One that asks and does not read.
    let mut deaf = server.connect();
    for _ in 0..50 {
        let request = format!(
            "GET /page/page.js HTTP/1.1\r\nHost: {}\r\n\r\n",
            server.address
        );
        let _ = deaf.write_all(request.as_bytes());
    }
    let answer = server.check(&story("vesti-delty.txt"));
    follows("Answer", &answer);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..4 {
                    assert_eq!(server.get("/api/archive").status, 200);
                }
            });
        }
    });
    assert_eq!(slow.len(), 40);
}

#[test]
fn more_than_can_wait_are_told_to_come_again() {
    let folder = archive();
    let server = Server::start(&folder, &["--at-once", "1", "--waiting", "1"]);
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let ask = |number: usize| {
            let text = format!("{} {number}", story("vesti-delty.txt"));
            let article = json!({"article": {"text": text}});
            let server = &server;
            move || server.json("POST", "/api/check", &article)
        };
        let asking: Vec<_> = (0..24).map(|number| scope.spawn(ask(number))).collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let (answered, refused): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == 200);
    assert!(!answered.is_empty() && !refused.is_empty());
    for answer in refused {
        assert_eq!((answer.status, answer.code().as_str()), (503, "busy"));
        assert_eq!(answer.headers["retry-after"], "1");
    }
    assert_eq!(server.get("/api/archive").status, 200);
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let folder = archive();
    let server = Server::start(&folder, &["--time-limit", "1"]);
    let head = format!(
        "POST /api/check HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
        server.address
    );
    let answer = server.raw(head.as_bytes());
    assert_eq!((answer.status, answer.code().as_str()), (408, "too_slow"));
}

#[test]
fn beyond_this_machine_a_token_is_needed() {
    let folder = archive();
    let refused = program()
        .args(["serve", "--listen", "0.0.0.0:0", "--archive"])
        .arg(folder.path().join("archive"))
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("--token-file") && said.lines().count() == 1,
        "{said}"
    );

    let token: PathBuf = folder.path().join("token");
    let start = |content: &str| {
        std::fs::write(&token, content).unwrap();
        let token = token.to_str().unwrap().to_owned();
        (program(), token)
    };
    let (mut command, path) = start("short\n");
    let refused = command
        .args(["serve", "--token-file", &path, "--archive"])
        .arg(folder.path().join("archive"))
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    start("0123456789abcdef0123\n");
    let server = Server::start(&folder, &["--token-file", token.to_str().unwrap()]);
    assert_eq!(server.get("/").status, 200);
    let without = server.get("/api/archive");
    assert_eq!((without.status, without.code().as_str()), (401, "no_token"));
    assert_eq!(without.headers["www-authenticate"], "Bearer");
    let with = |token: &str| {
        let value = format!("Bearer {token}");
        server
            .send("GET", "/api/archive", &[("Authorization", &value)], b"")
            .status
    };
    assert_eq!(with("0123456789abcdef0123"), 200);
    assert_eq!(with("0123456789abcdef0124"), 401);
}

#[test]
fn a_port_in_use_and_a_missing_archive_give_one_line() {
    let folder = archive();
    let server = Server::start(&folder, &[]);
    let second = program()
        .args(["serve", "--listen", &server.address, "--archive"])
        .arg(folder.path().join("archive"))
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(2));
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(
        said.contains("is in use") && said.contains("--listen"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
    let missing = program()
        .args(["serve", "--listen", "127.0.0.1:0", "--archive"])
        .arg(folder.path().join("nowhere"))
        .output()
        .unwrap();
    assert_ne!(missing.status.code(), Some(0));
    assert_eq!(
        String::from_utf8(missing.stderr).unwrap().lines().count(),
        1
    );
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_server_well() {
    let folder = archive();
    let mut server = Server::start(&folder, &[]);
    // A connection that is open and silent does not keep it.
    let _silent = server.connect();
    assert_eq!(server.get("/api/archive").status, 200);
    let killed = Command::new("kill")
        .args(["-INT", &server.child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let status = server.child.wait().unwrap();
    assert_eq!(status.code(), Some(0));
    let mut said = String::new();
    server
        .child
        .stderr
        .as_mut()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(
        said.contains("stopped") && !said.contains("interrupted"),
        "{said}"
    );
}
