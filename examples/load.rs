//! Load on `wirecopy serve`: many clients at once on loopback, every answer looked at; latencies and the server's memory.
//!
//! ```sh
//! cargo build --release && cargo run --release --example load -- corpus/stories
//! ```
//!
//! Adds the articles of a folder to an archive of its own, starts the server on a free port of loopback, and lets 50 clients ask for 60
//! seconds: new articles to be checked (each differs in a line, so that no answer is remembered), switches, exports, lists, the page. Ends with
//! code 1 when any answer was wrong. `--clients N` (at most 500) and `--seconds N` (at most 3,600) say otherwise.

#![expect(clippy::print_stdout, reason = "it prints what it measured")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Kinds of request with how many of a hundred are of the kind.
const MIX: [(&str, u64); 6] = [
    ("check", 60),
    ("switches", 15),
    ("archive", 10),
    ("page", 8),
    ("export", 5),
    ("keep", 2),
];

/// What one client saw.
#[derive(Default)]
struct Seen {
    /// Kind and time of each answer.
    times: Vec<(usize, Duration)>,
    wrong: Vec<String>,
}

/// A server that ends with this program.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> Result<ExitCode, Failure> {
    let (folder, clients, seconds) = arguments()?;
    let program = std::env::current_exe()?
        .ancestors()
        .nth(2)
        .map(|target| target.join("wirecopy"));
    let program = program
        .filter(|path| path.is_file())
        .ok_or("build the program first: `cargo build --release`")?;
    let mut articles = texts(&folder)?;
    articles.sort();
    if articles.is_empty() {
        return Err(format!("no .txt file lies under `{}`", folder.display()).into());
    }
    let home = tempfile::tempdir()?;
    let archive = home.path().join("archive");
    let added = Command::new(&program)
        .args(["archive", "add", "--quiet"])
        .arg(&archive)
        .arg(&folder)
        .status()?;
    if !added.success() {
        return Err("the archive could not be made".into());
    }
    let mut server = Server(
        Command::new(&program)
            .args(["serve", "--quiet", "--listen", "127.0.0.1:0", "--archive"])
            .arg(&archive)
            .stdout(Stdio::piped())
            .spawn()?,
    );
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().ok_or("no output")?).read_line(&mut line)?;
    let address = line
        .trim()
        .trim_start_matches("http://")
        .trim_end_matches('/');
    let address: SocketAddr = address.parse()?;
    assert!(address.ip().is_loopback(), "load stays on this machine");
    let texts: Vec<String> = articles
        .iter()
        .map(std::fs::read_to_string)
        .collect::<Result<_, _>>()?;
    println!(
        "{clients} clients for {seconds} s, {} articles",
        texts.len()
    );

    let over = AtomicBool::new(false);
    let all = Mutex::new(Vec::new());
    let mut memory = Vec::new();
    std::thread::scope(|scope| {
        for number in 0..clients {
            let (over, all, texts) = (&over, &all, &texts);
            scope.spawn(move || {
                let seen = client(number, address, texts, over);
                if let Ok(mut all) = all.lock() {
                    all.push(seen);
                }
            });
        }
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(seconds) {
            std::thread::sleep(Duration::from_secs(1).min(Duration::from_secs(seconds)));
            memory.push(resident(server.0.id()));
        }
        over.store(true, Ordering::Relaxed);
    });
    let seen = all.into_inner().map_err(|_| "a client failed")?;
    Ok(report(&seen, &memory, seconds))
}

fn arguments() -> Result<(PathBuf, u64, u64), Failure> {
    let (mut folder, mut clients, mut seconds) = (PathBuf::from("corpus/stories"), 50, 60);
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        let mut number = |most: u64| -> Result<u64, Failure> {
            let value = given
                .next()
                .ok_or_else(|| format!("{argument} wants a number"))?
                .parse::<u64>()?;
            Ok(value.clamp(1, most))
        };
        match argument.as_str() {
            "--clients" => clients = number(500)?,
            "--seconds" => seconds = number(3600)?,
            _ => folder = PathBuf::from(argument),
        }
    }
    Ok((folder, clients, seconds))
}

fn texts(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "txt") {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// One client: a connection that is kept open, one request after the other.
fn client(number: u64, address: SocketAddr, texts: &[String], over: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = move |below: u64| {
        // Xorshift: only to spread the requests.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut connection = None;
    let mut last = String::new();
    let mut asked = 0_u64;
    while !over.load(Ordering::Relaxed) {
        let mut dice = random(100);
        let mut kind = MIX.iter().position(|&(_, share)| {
            let hit = dice < share;
            dice = dice.saturating_sub(share);
            hit
        });
        if last.is_empty() {
            kind = Some(0);
        }
        let kind = kind.unwrap_or(0);
        let (method, path, body) = match MIX[kind].0 {
            "check" => {
                asked += 1;
                let text = &texts[usize::try_from(random(texts.len() as u64)).unwrap_or(0)];
                let text = format!("{text}\n\nReader {number} asks for the {asked}th time.");
                (
                    "POST",
                    "/api/check".to_owned(),
                    serde_json::json!({"article": {"text": text}}).to_string(),
                )
            }
            "switches" => (
                "GET",
                format!(
                    "/api/articles/{last}?quotations=false&least_words={}",
                    random(30)
                ),
                String::new(),
            ),
            "archive" => ("GET", "/api/archive".to_owned(), String::new()),
            "page" => ("GET", "/page/page.js".to_owned(), String::new()),
            "export" => (
                "GET",
                format!("/api/articles/{last}/export/html"),
                String::new(),
            ),
            _ => ("PUT", format!("/api/articles/{last}"), String::new()),
        };
        let began = Instant::now();
        let answer = ask(&mut connection, address, method, &path, &body);
        let took = began.elapsed();
        match answer {
            Ok((200, content)) => {
                seen.times.push((kind, took));
                if kind == 0 {
                    match serde_json::from_slice::<serde_json::Value>(&content) {
                        Ok(value)
                            if value["counted"]
                                .as_array()
                                .is_some_and(|counted| !counted.is_empty()) =>
                        {
                            last = value["article"]["id"]
                                .as_str()
                                .unwrap_or_default()
                                .to_owned();
                        }
                        _ => seen.wrong.push("a check without its source".to_owned()),
                    }
                }
            }
            Ok((201 | 204, _)) => seen.times.push((kind, took)),
            // So many others asked meanwhile that the article is not remembered any more: the answer says so, and it is checked again.
            Ok((404, _)) => last.clear(),
            Ok((status, content)) => seen.wrong.push(format!(
                "{method} {path}: {status} {}",
                String::from_utf8_lossy(&content)
            )),
            Err(error) => {
                connection = None;
                seen.wrong.push(format!("{method} {path}: {error}"));
            }
        }
    }
    seen
}

fn ask(
    connection: &mut Option<BufReader<TcpStream>>,
    address: SocketAddr,
    method: &str,
    path: &str,
    body: &str,
) -> Result<(u16, Vec<u8>), Failure> {
    let mut reader = match connection.take() {
        Some(open) => open,
        None => {
            let stream = TcpStream::connect(address)?;
            stream.set_read_timeout(Some(Duration::from_secs(60)))?;
            stream.set_nodelay(true)?;
            BufReader::new(stream)
        }
    };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    reader
        .get_mut()
        .write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).ok_or("no status")?.parse()?;
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse()?
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut content = vec![0; length];
    reader.read_exact(&mut content)?;
    *connection = Some(reader);
    Ok((status, content))
}

/// Memory of a process in bytes, where the system tells.
fn resident(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(
        line.trim()
            .trim_end_matches(" kB")
            .trim()
            .parse::<u64>()
            .ok()?
            << 10,
    )
}

fn report(seen: &[Seen], memory: &[Option<u64>], seconds: u64) -> ExitCode {
    println!(
        "{:<10} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "request", "answers", "per s", "median ms", "p99 ms", "most ms"
    );
    let names = MIX
        .iter()
        .map(|(name, _)| *name)
        .enumerate()
        .map(|(at, name)| (Some(at), name));
    for (at, name) in names.chain([(None, "all")]) {
        let mut times: Vec<Duration> = seen
            .iter()
            .flat_map(|one| &one.times)
            .filter(|(kind, _)| at.is_none_or(|at| at == *kind))
            .map(|(_, time)| *time)
            .collect();
        times.sort_unstable();
        let quantile = |thousandths: usize| {
            let place = times.len().saturating_sub(1) * thousandths / 1000;
            times
                .get(place)
                .map_or(0.0, |time| time.as_secs_f64() * 1e3)
        };
        println!(
            "{name:<10} {:>9} {:>9.1} {:>9.1} {:>9.1} {:>9.1}",
            times.len(),
            times.len() as f64 / seconds as f64,
            quantile(500),
            quantile(990),
            quantile(1000)
        );
    }
    let known: Vec<u64> = memory.iter().copied().flatten().collect();
    let megabytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let part = known.len() / 6;
    if part > 0 {
        // The first sixth fills what is remembered.
        let mean = |some: &[u64]| megabytes(some.iter().sum::<u64>() / some.len() as u64);
        println!(
            "memory MB: after a sixth {:.1}, middle {:.1}, last sixth {:.1}, most {:.1}",
            mean(&known[part..2 * part]),
            mean(&known[3 * part..4 * part]),
            mean(&known[known.len() - part..]),
            megabytes(known.iter().copied().max().unwrap_or(0))
        );
    }
    let wrong: Vec<&String> = seen.iter().flat_map(|one| &one.wrong).collect();
    println!("wrong answers: {}", wrong.len());
    for one in wrong.iter().take(5) {
        println!("  {one}");
    }
    if wrong.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
