//! The page in a real browser: Chromium, driven over WebDriver. `tests/page/run` installs what is missing.
//!
//! Screenshots of three widths, light and dark, are written to `target/page/` to be looked at.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper::http::Method;
use serde_json::{Value, json};

/// What Chromium needs to run without a screen, and to leave the network alone.
const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The words of an article of the corpus, as somebody copies them from a page: without the fields above them.
fn story(name: &str) -> String {
    let file = std::fs::read_to_string(root().join("corpus/stories").join(name)).unwrap();
    match file.split_once("\n\n") {
        Some((fields, text)) if fields.starts_with("title:") => text.to_owned(),
        _ => file,
    }
}

/// A process that ends with the test.
struct Running(Child);

impl Running {
    /// Starts a program; the first line on its output that `pick` takes something from. `None` when it ends before.
    fn start(
        command: &mut Command,
        pick: impl Fn(&str) -> Option<String>,
    ) -> Option<(Self, String)> {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut running = Self(child.unwrap_or_else(|error| {
            panic!("{command:?}: {error}; `tests/page/run` installs Chromium")
        }));
        let mut reader = BufReader::new(running.0.stdout.take().unwrap());
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap() > 0 {
            if let Some(found) = pick(&line) {
                // What else it prints is read, so that it never waits for somebody to do so.
                std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
                return Some((running, found));
            }
            line.clear();
        }
        None
    }

    /// The driver. It takes a free port of one kind of address and ends when that of the other kind is not free.
    fn driver() -> (Self, String) {
        let start = || {
            Self::start(Command::new("chromedriver").arg("--port=0"), |line| {
                let port = line.split("successfully on port ").nth(1)?;
                Some(port.trim().trim_end_matches('.').to_owned())
            })
        };
        (0..5).find_map(|_| start()).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A command of the browser's developer tools.
#[derive(Debug)]
struct Devtools(&'static str, Value);

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap()))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (
            Method::POST,
            Some(json!({"cmd": self.0, "params": self.1}).to_string()),
        )
    }
}

/// A browser at the page of a server with an archive of several stories.
struct Page {
    client: Client,
    server: String,
}

/// Runs a test with a browser and a server of its own.
fn with_page<F, Done>(test: F)
where
    F: FnOnce(Page) -> Done,
    Done: Future<Output = ()>,
{
    with_page_of(&[], test);
}

/// The same with further arguments of the server.
fn with_page_of<F, Done>(arguments: &[&str], test: F)
where
    F: FnOnce(Page) -> Done,
    Done: Future<Output = ()>,
{
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let stories = root().join("corpus/stories");
    let added = Command::new(env!("CARGO_BIN_EXE_wirecopy"))
        .args(["archive", "add", "--quiet"])
        .arg(&archive)
        .args(ARCHIVED.map(|name| stories.join(name)))
        .status()
        .unwrap();
    assert!(added.success());
    let (_server, server) = Running::start(
        Command::new(env!("CARGO_BIN_EXE_wirecopy"))
            .args([
                "serve",
                "--time-limit",
                "600",
                "--listen",
                "127.0.0.1:0",
                "--archive",
            ])
            .arg(&archive)
            .args(arguments),
        |line| Some(line.trim().to_owned()),
    )
    .unwrap();
    let (_driver, port) = Running::driver();
    let profile = folder.path().join("profile");
    let mut flags: Vec<String> = ARGUMENTS.map(str::to_owned).to_vec();
    flags.push(format!("--user-data-dir={}", profile.display()));
    let wanted = json!({"goog:chromeOptions": {"args": flags}});
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let client = ClientBuilder::new(connector)
            .capabilities(wanted.as_object().unwrap().clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        let page = Page {
            client: client.clone(),
            server,
        };
        page.size(1400, 900).await;
        page.open("").await;
        test(page).await;
        client.close().await.unwrap();
    });
}

/// What the archive holds.
const ARCHIVED: [&str; 7] = [
    "border-ceasefire-violation/wire.txt",
    "border-ceasefire-violation/lakeside-daily.txt",
    "refugee-crossing/wire.txt",
    "border-ceasefire-violation/el-mirador.txt",
    "island-earthquake/wire.txt",
    "night-train-derailment/wire.txt",
    "cup-final-shootout/wire.txt",
];

/// A retold article that is not in the archive.
const RETOLD: &str = "border-ceasefire-violation/ulemi-watch.txt";
/// What the dispatch says, and what that article makes of it.
const CHANGED: (&str, &str) = ("2,300", "23,000");

impl Page {
    async fn open(&self, path: &str) {
        self.client
            .goto(&format!("{}{path}", self.server))
            .await
            .unwrap();
    }

    async fn devtools(&self, name: &'static str, parameters: Value) -> Value {
        self.client
            .issue_cmd(Devtools(name, parameters))
            .await
            .unwrap()
    }

    async fn size(&self, width: u32, height: u32) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    async fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// The value of an expression.
    async fn eval(&self, expression: &str) -> Value {
        self.client
            .execute(&format!("return {expression}"), Vec::new())
            .await
            .unwrap()
    }

    /// Waits until an expression holds.
    async fn until(&self, expression: &str) {
        for _ in 0..2400 {
            if self.eval(expression).await == true {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let status = self.eval("document.body.innerText.slice(0, 600)").await;
        panic!("never: {expression}; the page says {status}");
    }

    async fn click(&self, css: &str) {
        self.client
            .wait()
            .for_element(Locator::Css(css))
            .await
            .unwrap()
            .click()
            .await
            .unwrap();
    }

    /// Presses keys, one after the other, as a keyboard does.
    async fn keys(&self, keys: &str) {
        let pressed =
            keys.chars()
                .fold(KeyActions::new("keyboard".to_owned()), |actions, value| {
                    actions
                        .then(KeyAction::Down { value })
                        .then(KeyAction::Up { value })
                });
        self.client.perform_actions(pressed).await.unwrap();
    }

    async fn text(&self, css: &str) -> String {
        let element = self
            .client
            .wait()
            .for_element(Locator::Css(css))
            .await
            .unwrap();
        element.text().await.unwrap()
    }

    /// Pastes an article as a person does: all at once.
    async fn paste(&self, text: &str) {
        self.client
            .execute("const field = document.getElementById('text'); field.focus(); field.setRangeText(arguments[0], 0, field.value.length, 'end');", vec![json!(text)])
            .await
            .unwrap();
    }

    async fn check(&self, text: &str) {
        self.paste(text).await;
        self.click("#ask button[type=submit]").await;
        self.until(
            "!document.getElementById('answer').hidden && !document.body.hasAttribute('aria-busy')",
        )
        .await;
    }

    async fn shoot(&self, name: &str) {
        let folder: PathBuf = root().join("target/page");
        std::fs::create_dir_all(&folder).unwrap();
        let shot = self
            .devtools(
                "Page.captureScreenshot",
                json!({"format": "png", "captureBeyondViewport": true, "clip": self.whole().await}),
            )
            .await;
        let bytes = decode(shot["data"].as_str().unwrap());
        std::fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
    }

    async fn whole(&self) -> Value {
        self.eval("({x: 0, y: 0, width: innerWidth, height: Math.min(document.documentElement.scrollHeight, 4000), scale: 1})").await
    }

    /// As [`Self::has`] asks of the page of a server.
    async fn is_sound(&self) {
        self.has(&["main", "navigation", "banner", "contentinfo"])
            .await;
    }

    /// Nothing lies outside the window to the right, no id stands twice, every control has a name, and the landmarks are there.
    async fn has(&self, wanted: &[&str]) {
        let wide = self
            .eval("document.documentElement.scrollWidth - innerWidth")
            .await;
        assert!(wide.as_i64().unwrap() <= 0, "{wide} pixels stand out");
        let twice = self
            .eval("[...document.querySelectorAll('[id]')].map((e) => e.id).filter((id, at, all) => all.indexOf(id) !== at)")
            .await;
        assert_eq!(twice, json!([]), "ids that stand twice");
        let tree = self
            .devtools("Accessibility.getFullAXTree", json!({}))
            .await;
        let mut landmarks = Vec::new();
        for node in tree["nodes"].as_array().unwrap() {
            if node["ignored"] == true {
                continue;
            }
            let role = node["role"]["value"].as_str().unwrap_or_default();
            let name = node["name"]["value"].as_str().unwrap_or_default();
            match role {
                "button" | "link" | "textbox" | "checkbox" | "radio" | "spinbutton"
                | "combobox" | "image" => {
                    assert!(!name.trim().is_empty(), "a {role} has no name");
                }
                "main" | "navigation" | "banner" | "contentinfo" | "region" => {
                    landmarks.push(role.to_owned())
                }
                _ => {}
            }
        }
        for landmark in wanted {
            assert!(
                landmarks.iter().any(|found| found == landmark),
                "no {landmark}: {landmarks:?}"
            );
        }
    }

    /// Text stands out enough from what is behind it: WCAG 2.1 asks for 4.5 to 1.
    async fn is_legible(&self) {
        let faint = self.client.execute(CONTRAST, Vec::new()).await.unwrap();
        assert_eq!(faint, json!([]), "too faint");
    }
}

/// Texts with too little contrast, computed as WCAG 2.1 says.
const CONTRAST: &str = r#"
const parse = (colour) => { const n = colour.match(/[\d.]+/g).map(Number); return [n[0], n[1], n[2], n.length > 3 ? n[3] : 1]; };
const light = ([r, g, b]) => { const f = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
const behind = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255, 1]; };
const bad = [];
for (const e of document.querySelectorAll("body *")) {
  const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  if (!own || !e.checkVisibility({ visibilityProperty: true }) || e instanceof SVGElement) continue;
  const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) bad.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)}: ${e.textContent.trim().slice(0, 40)}`);
}
return [...new Set(bad)].slice(0, 10);
"#;

/// Base64 as the browser writes it.
fn decode(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for four in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = four
            .iter()
            .fold(0_u32, |bits, &byte| bits << 6 | u32::from(value(byte)));
        let bits = bits << (6 * (4 - four.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..four.len()]);
    }
    bytes
}

#[test]
fn a_retold_article_shows_its_source_and_what_changed() {
    with_page(|page| async move {
        page.eval("(window.refused = [], document.addEventListener('securitypolicyviolation', (e) => window.refused.push(e.violatedDirective)), true)").await;
        page.check(&story(RETOLD)).await;
        let sources = page.text("#sources li:first-child").await;
        assert!(sources.contains("Meridian Press Agency"), "{sources}");
        let status = page.text("#status").await;
        assert!(status.contains("of the article comes from"), "{status}");

        // Both wordings of a change stand in the list, and in the two texts.
        let count = page
            .eval("document.querySelectorAll('.drifts li').length")
            .await
            .as_u64()
            .unwrap();
        assert!(count > 0);
        let card = page.text(".drifts li.major").await;
        for part in ["number", CHANGED.0, CHANGED.1, "likely"] {
            assert!(card.contains(part), "{part}: {card}");
        }
        let marked = |side: &str| {
            format!(
                "[...document.querySelectorAll('[data-side={side}] mark.major')].map((mark) => mark.innerText).join(' ')"
            )
        };
        for (side, words) in [("s", CHANGED.0), ("a", CHANGED.1)] {
            let marked = page.eval(&marked(side)).await;
            assert!(marked.as_str().unwrap().contains(words), "{side}: {marked}");
        }
        page.click(".drifts li.major button.tag").await;
        page.until("document.activeElement.matches('.text mark button.tag')")
            .await;

        // A number leads to its counterpart, and both are in sight.
        page.client
            .execute(
                "document.querySelectorAll('[data-side=a] a.ref')[4].click()",
                Vec::new(),
            )
            .await
            .unwrap();
        page.until("document.activeElement.matches('[data-side=s] a.ref') && document.querySelectorAll('[data-side=a] .lit').length > 0 && document.querySelectorAll('[data-side=s] .lit').length > 0").await;
        page.until("(() => { const pane = document.querySelector('[data-side=s]').getBoundingClientRect(); const lit = document.querySelector('[data-side=s] .lit').getBoundingClientRect(); return lit.bottom > pane.top && lit.top < pane.bottom; })()").await;

        // Everything came from this server, and nothing ran against the policy.
        let foreign = page.eval("performance.getEntriesByType('resource').map((e) => e.name).filter((name) => !name.startsWith(location.origin + '/'))").await;
        assert_eq!(foreign, json!([]));
        assert_eq!(page.eval("window.refused").await, json!([]));
        page.is_sound().await;
    });
}

#[test]
fn the_two_texts_scroll_together() {
    with_page(|page| async move {
        page.size(1400, 500).await;
        page.check(&story(RETOLD)).await;
        page.until("document.querySelector('[data-side=a]').scrollHeight > document.querySelector('[data-side=a]').clientHeight + 100").await;
        page.eval("(document.querySelector('[data-side=a]').scrollTop = 1e6, true)")
            .await;
        page.until("(() => { const s = document.querySelector('[data-side=s]'); return s.scrollTop >= s.scrollHeight - s.clientHeight - 2; })()").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        page.eval("(document.querySelector('[data-side=s]').scrollTop = 0, true)")
            .await;
        page.until("document.querySelector('[data-side=a]').scrollTop <= 2")
            .await;
        page.click("#together").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        page.eval("(document.querySelector('[data-side=a]').scrollTop = 1e6, true)")
            .await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(
            page.eval("document.querySelector('[data-side=s]').scrollTop")
                .await,
            0
        );
    });
}

#[test]
fn switches_count_anew_and_stay_in_the_address() {
    with_page(|page| async move {
        page.check(&story("border-ceasefire-violation/vesti-delty.txt"))
            .await;
        let figure = "document.querySelector('#head .fact dd').textContent";
        let before = page.eval(figure).await;
        page.click("#quotations").await;
        page.until("document.getElementById('status').textContent.includes('as counted now')")
            .await;
        assert_ne!(page.eval(figure).await, before);
        assert_eq!(page.eval("location.search").await, "?quotations=false");
        page.click("#furniture").await;
        page.until("location.search === '?quotations=false&furniture=true'")
            .await;
        let least = page.client.find(Locator::Css("#least")).await.unwrap();
        least.clear().await.unwrap();
        least.send_keys("9999\u{e007}").await.unwrap();
        page.until("document.querySelector('#head .fact dd').textContent.startsWith('0 %')")
            .await;
        assert!(page.text("#status").await.starts_with("0 % of the article"));
        let link = page
            .eval("document.querySelector('a[data-format=html]').search")
            .await;
        assert_eq!(link, "?quotations=false&furniture=true&least_words=9999");
        // Opened again, the address shows the same.
        page.client.refresh().await.unwrap();
        page.until("!document.getElementById('answer').hidden && document.querySelector('#head .fact dd').textContent.startsWith('0 %')").await;
        assert_eq!(page.eval("[document.getElementById('quotations').checked, document.getElementById('furniture').checked, document.getElementById('least').value]").await, json!([false, true, "9999"]));
    });
}

#[test]
fn all_of_it_can_be_done_by_keyboard() {
    with_page(|page| async move {
        let tab = "\u{e004}";
        let enter = "\u{e007}";
        // The first stop leads past the header.
        page.keys(tab).await;
        assert_eq!(page.eval("document.activeElement.className").await, "skip");
        page.keys(enter).await;
        page.until("document.activeElement.id === 'main'").await;
        page.keys(tab).await;
        page.until("document.activeElement.id === 'text'").await;
        page.paste(&story(RETOLD)).await;
        let mut stops = 0;
        while page.eval("document.activeElement.textContent").await != "Check" {
            page.keys(tab).await;
            stops += 1;
            assert!(stops < 10, "the button is not reached");
        }
        page.keys(enter).await;
        page.until("document.activeElement.id === 'answer-title'")
            .await;
        // Every stop is in sight and shows that it has the focus.
        let mut reached = std::collections::BTreeSet::new();
        for _ in 0..400 {
            page.keys(tab).await;
            let at = page
                .eval("(() => { const e = document.activeElement; const box = e.getBoundingClientRect(); return [e.id || e.className || e.tagName, getComputedStyle(e).outlineStyle !== 'none' && box.width > 0]; })()")
                .await;
            assert_eq!(at[1], true, "{at} is not seen to have the focus");
            let name = at[0].as_str().unwrap().to_owned();
            reached.insert(name.clone());
            if name == "text" {
                // Inside a text single keys go from change to change, and a number leads to the other text.
                let side = page.eval("document.activeElement.dataset.side").await;
                if side == "a" {
                    page.keys("n").await;
                    page.until("document.activeElement.matches('[data-side=a] .tag')")
                        .await;
                    page.keys("p").await;
                    page.until("document.activeElement.matches('[data-side=a] .tag')")
                        .await;
                    page.client
                        .execute(
                            "document.querySelector('[data-side=a] a.ref').focus()",
                            Vec::new(),
                        )
                        .await
                        .unwrap();
                    page.keys(enter).await;
                    page.until("document.activeElement.matches('[data-side=s] a.ref')")
                        .await;
                    break;
                }
            }
        }
        for stop in [
            "keep",
            "source-choice",
            "quotations",
            "furniture",
            "least",
            "together",
        ] {
            assert!(reached.contains(stop), "{stop} is not reached: {reached:?}");
        }
        // The decision: arrows choose, Enter keeps.
        page.client
            .execute(
                "document.querySelector('.decision input:checked').focus()",
                Vec::new(),
            )
            .await
            .unwrap();
        page.keys("\u{e015}").await;
        page.keys(tab).await;
        page.keys("rang the desk").await;
        page.keys(tab).await;
        page.keys(enter).await;
        page.until("document.getElementById('status').textContent.includes('settled')")
            .await;
        assert_eq!(page.eval("document.activeElement.id").await, "decide");
        page.client.refresh().await.unwrap();
        page.until("document.getElementById('note') && document.getElementById('note').value === 'rang the desk'").await;
        assert_eq!(
            page.eval("document.querySelector('.decision input:checked').value")
                .await,
            "settled"
        );
        page.open("kept").await;
        page.until("document.querySelectorAll('#kept-list tbody tr').length === 1")
            .await;
        assert!(page.text("#kept-list").await.contains("rang the desk"));
        page.is_sound().await;
    });
}

#[test]
fn hostile_input_is_shown_as_text() {
    with_page(|page| async move {
        let text = format!(
            "<script>window.hacked = 1</script><img src=x onerror=\"window.hacked=2\"> \u{202e}neddih\u{202c} b\u{430}nk zero\u{200b}width\n\n{}",
            story("border-ceasefire-violation/wire.txt")
        );
        page.check(&text).await;
        let shown = page.text("[data-side=a]").await;
        for part in [
            "<script>window.hacked = 1</script>",
            "onerror=",
            "⟨U+202E⟩neddih⟨U+202C⟩",
            "zero⟨U+200B⟩width",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let flagged = page.text("#unseen").await;
        assert!(flagged.contains("what a reader does not see"), "{flagged}");
        assert_eq!(
            page.eval(
                "[window.hacked === undefined, document.scripts.length, document.images.length]"
            )
            .await,
            json!([true, 1, 0])
        );
        // The same in what is kept, and in a headline.
        page.open("").await;
        page.client.execute("document.getElementById('known').open = true; document.getElementById('title').value = '<img src=x onerror=\"window.hacked=3\">\\u202e'; document.getElementById('url').value = 'javascript:alert(1)'; document.getElementById('outlet').value = '<b>Outlet</b>'", Vec::new()).await.unwrap();
        page.check(&text).await;
        assert!(page.text("#answer-title").await.contains("<img src=x"));
        assert_eq!(
            page.eval("document.querySelectorAll('a[href^=javascript]').length")
                .await,
            0
        );
        page.click("#keep").await;
        page.until("document.getElementById('permalink') !== null")
            .await;
        page.open("kept").await;
        page.until("document.querySelectorAll('#kept-list tbody tr').length === 1")
            .await;
        assert_eq!(
            page.eval("[window.hacked === undefined, document.images.length]")
                .await,
            json!([true, 0])
        );
    });
}

#[test]
fn a_file_is_read_and_a_list_of_articles_can_be_chosen_from() {
    with_page(|page| async move {
        let folder = tempfile::tempdir().unwrap();
        let one = folder.path().join("one.txt");
        std::fs::write(&one, story(RETOLD)).unwrap();
        let file = page.client.find(Locator::Css("#file")).await.unwrap();
        file.send_keys(one.to_str().unwrap()).await.unwrap();
        page.until("!document.getElementById('answer').hidden && document.querySelectorAll('#sources li').length > 0").await;
        page.open("").await;
        let two = folder.path().join("two.jsonl");
        let lines: Vec<String> = [RETOLD, "night-train-derailment/wire.txt"]
            .iter()
            .map(|name| json!({"id": name, "text": story(name), "title": name}).to_string() + "\n")
            .collect();
        std::fs::write(&two, lines.concat()).unwrap();
        let file = page.client.find(Locator::Css("#file")).await.unwrap();
        file.send_keys(two.to_str().unwrap()).await.unwrap();
        page.until("document.querySelectorAll('#choices button').length === 2")
            .await;
        page.click("#choices li:nth-child(2) button").await;
        page.until(
            "document.getElementById('verdict').textContent.includes('100 % of the article')",
        )
        .await;
    });
}

#[test]
fn a_file_that_is_dropped_is_read() {
    with_page(|page| async move {
        page.client
            .execute(
                "const data = new DataTransfer(); data.items.add(new File([arguments[0]], 'dropped.txt')); \
                 document.getElementById('drop').dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));",
                vec![json!(story(RETOLD))],
            )
            .await
            .unwrap();
        page.until("!document.getElementById('answer').hidden && document.querySelectorAll('#sources li').length > 0").await;
    });
}

#[test]
fn the_page_asks_for_the_token_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "0123456789abcdef0123").unwrap();
    with_page_of(
        &["--token-file", token.to_str().unwrap()],
        |page| async move {
            page.until("document.getElementById('token').open").await;
            page.keys("0123456789abcdef0123\u{e007}").await;
            page.until("document.getElementById('archive').textContent.includes('7 documents')")
                .await;
            page.check(&story(RETOLD)).await;
            assert!(
                page.text("#sources li:first-child")
                    .await
                    .contains("Meridian Press Agency")
            );
            // Exports carry the token too.
            page.eval("(window.fetched = [], window.plain = window.fetch, window.fetch = async (...all) => { const answer = await window.plain(...all); window.fetched.push([all[0], answer.status]); return answer; }, true)").await;
            page.click("a[data-format=csv]").await;
            page.until("window.fetched.some(([path, status]) => path.endsWith('/export/csv') && status === 200)").await;
        },
    );
}

#[test]
fn the_story_has_its_timeline_outlets_and_ledger() {
    with_page(|page| async move {
        page.check(&story(RETOLD)).await;
        page.click("#tell").await;
        page.until("document.querySelectorAll('#told table.times tbody tr').length >= 3")
            .await;
        assert!(
            page.eval("document.querySelectorAll('#told .descents > li').length")
                .await
                .as_u64()
                .unwrap()
                >= 2
        );
        assert!(
            page.eval("document.querySelectorAll('#told table.ledger tbody tr').length")
                .await
                .as_u64()
                .unwrap()
                >= 1
        );
        page.is_sound().await;
        page.is_legible().await;
    });
}

#[test]
fn it_fits_from_a_telephone_to_a_wide_screen_in_light_and_dark() {
    with_page(|page| async move {
        for (width, dark) in [
            (1400, false),
            (1400, true),
            (800, false),
            (800, true),
            (360, false),
            (360, true),
        ] {
            let name = format!("{width}-{}", if dark { "dark" } else { "light" });
            page.size(width, 800).await;
            page.dark(dark).await;
            page.open("").await;
            page.until("document.getElementById('archive').textContent.includes('7 documents')")
                .await;
            page.is_sound().await;
            page.is_legible().await;
            page.shoot(&format!("ask-{name}")).await;
            page.check(&story(RETOLD)).await;
            page.click("#tell").await;
            page.until("document.querySelector('#told h3') !== null")
                .await;
            page.is_sound().await;
            page.is_legible().await;
            page.shoot(&format!("answer-{name}")).await;
        }
    });
}

#[test]
fn the_reports_fit_and_are_legible_in_light_and_dark() {
    let folder = tempfile::tempdir().unwrap();
    let story_folder = root().join("corpus/stories/border-ceasefire-violation");
    let articles = folder.path().join("articles");
    std::fs::create_dir(&articles).unwrap();
    for file in std::fs::read_dir(story_folder).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), articles.join(file.file_name())).unwrap();
    }
    // A second version by an outlet that has one already.
    let first = std::fs::read_to_string(articles.join("lakeside-daily.txt")).unwrap();
    let later = first.replace("T14:20:00Z", "T18:45:00Z");
    assert_ne!(first, later);
    std::fs::write(articles.join("lakeside-daily-late.txt"), later).unwrap();
    let write = |name: &str, arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_wirecopy"))
            .current_dir(folder.path())
            .args(arguments)
            .output()
            .unwrap();
        let page = folder.path().join(name);
        std::fs::write(&page, output.stdout).unwrap();
        format!("file://{}", page.display())
    };
    let trace = write("trace.html", &["trace", "articles", "--format", "html"]);
    write(
        "none",
        &[
            "archive",
            "add",
            "-q",
            "A",
            "articles/wire.txt",
            "articles/lakeside-daily.txt",
            "articles/el-mirador.txt",
        ],
    );
    let asked = [
        "check",
        "articles/ulemi-watch.txt",
        "articles/northern-courier.txt",
        "--archive",
        "A",
        "--format",
        "html",
    ];
    let check = write("check.html", &asked);
    with_page(|page| async move {
        for (width, dark) in [
            (1400, false),
            (1400, true),
            (800, true),
            (360, false),
            (360, true),
        ] {
            let shade = if dark { "dark" } else { "light" };
            page.size(width, 800).await;
            page.dark(dark).await;
            for (name, address) in [("trace", &trace), ("check", &check)] {
                page.client.goto(address).await.unwrap();
                page.has(&["main", "banner", "contentinfo"]).await;
                page.is_legible().await;
                page.shoot(&format!("{name}-{width}-{shade}")).await;
                let lost = page
                    .eval("[...document.querySelectorAll('a[href^=\"#\"]')].filter((a) => !document.getElementById(a.getAttribute('href').slice(1))).length")
                    .await;
                assert_eq!(lost, 0, "links of {name} that lead nowhere");
            }
        }
        page.client.goto(&trace).await.unwrap();
        let twice = page
            .eval("[...document.querySelectorAll('.tree .name')].map((e) => e.firstChild.textContent).filter((name, at, all) => all.indexOf(name) !== at)")
            .await;
        assert_eq!(twice, json!([]), "names that stand twice in the tree");
        let names = page
            .eval("document.querySelector('.tree').textContent")
            .await;
        assert!(
            names
                .as_str()
                .unwrap()
                .contains("Lakeside Daily (2024-05-08 18:45)"),
            "{names}"
        );
    });
}
