//! Web archives: WARC records of fetched pages, and WET records of their text.
//!
//! Format: WARC 1.1 (ISO 28500:2017). A record is a version line, headers, an empty line, `Content-Length` bytes and two
//! empty lines. Of a crawl only the answers that hold a page are articles, and of its text only the conversions.

use std::io::Read;

use rayon::prelude::*;

use super::html::{self, About};
use super::json::Object;
use super::records::{Records, Stop};
use super::window::Window;
use super::{Format, Layout, decode, jsonl};

pub(super) const FORMAT: Format = Format {
    extensions: &["warc", "wet"],
    looks_like: |head| head.starts_with(b"WARC/"),
    layout: Layout::Records {
        convert,
        plain_names: true,
    },
};

/// Most bytes of a record's headers. 64 KiB: real ones have one or two.
const MOST_HEADERS: usize = 64 << 10;

/// Bytes of records that are worked on side by side. 8 MiB: a hundred pages.
const BATCH: usize = 8 << 20;

/// What the headers of a record say.
#[derive(Clone, Debug, Default)]
struct Headers {
    kind: String,
    address: Option<String>,
    date: Option<String>,
    media_type: String,
    length: Option<u64>,
}

/// A record that may be an article.
struct Candidate {
    headers: Headers,
    payload: Vec<u8>,
}

/// What became of a record.
enum Outcome {
    /// It is an article: the record but for its id, and what was assumed.
    Article(Box<html::Article>, Option<String>),
    /// It is nobody's article.
    Passed,
    Lost(String),
}

/// A record of the archive in its place.
enum Entry {
    Candidate(Candidate),
    Passed,
    Lost(String),
}

fn convert(reader: &mut dyn Read, records: &mut Records<'_>) -> Result<(), Stop> {
    let most = records.options().max_record_bytes;
    let mut window = Window::new(reader);
    let mut batch = Vec::new();
    let mut bytes = 0;
    let mut passed = 0_u64;
    while let Some(entry) = entry(&mut window, most, records) {
        if let Entry::Candidate(candidate) = &entry {
            bytes += candidate.payload.len();
        }
        batch.push(entry);
        if bytes > BATCH || batch.len() > 10_000 {
            passed += write(&mut batch, records)?;
            bytes = 0;
        }
    }
    passed += write(&mut batch, records)?;
    if passed > 0 {
        records.say(
            format!(
                "{passed} of {} records hold no page (requests, pictures, moved addresses) and were passed over",
                records.count()
            ),
            false,
        );
    }
    Ok(())
}

/// Extracts the articles of a batch side by side, writes them in order, and says how many records hold none.
fn write(batch: &mut Vec<Entry>, records: &mut Records<'_>) -> Result<u64, Stop> {
    let most = records.options().max_record_bytes;
    let outcomes: Vec<(Outcome, Headers)> = std::mem::take(batch)
        .into_par_iter()
        .map(|entry| match entry {
            Entry::Candidate(candidate) => (outcome(&candidate, most), candidate.headers),
            Entry::Passed => (Outcome::Passed, Headers::default()),
            Entry::Lost(message) => (Outcome::Lost(message), Headers::default()),
        })
        .collect();
    let mut passed = 0;
    for (outcome, headers) in outcomes {
        match outcome {
            Outcome::Passed => {
                passed += 1;
                records.pass()?;
            }
            Outcome::Lost(message) => match &headers.address {
                Some(address) => records.lose(format!("{message} (`{address}`)"))?,
                None => records.lose(message)?,
            },
            Outcome::Article(article, assumed) => {
                for message in article.problems.iter().cloned().chain(assumed) {
                    records.assume(message);
                }
                if let Some(message) = decode::mojibake(&article.text) {
                    records.assume(message);
                }
                let id = records.origin().to_string();
                let mut record = Object::new();
                record.string("id", Some(&id));
                record.string("title", article.title.as_deref());
                let host = article.url.as_deref().and_then(host);
                record.string("outlet", article.outlet.as_deref().or(host));
                record.string("byline", article.byline.as_deref());
                record.string("url", article.url.as_deref());
                record.string("published_at", article.published_at.as_deref());
                record.string("modified_at", article.modified_at.as_deref());
                record.string("fetched_at", headers.date.as_deref());
                record.string("language", article.language.as_deref());
                record.string("credit", article.credit.as_deref());
                record.string("text", Some(&article.text));
                records.put(&record.finish())?;
            }
        }
    }
    Ok(passed)
}

/// The host of an address, without `www.`.
fn host(address: &str) -> Option<&str> {
    let after = address.split_once("://")?.1;
    let host = after.split(['/', '?', '#', ':']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|host| !host.is_empty())
}

/// The next record; `None` at the end of the archive.
fn entry(window: &mut Window<'_>, most: usize, records: &mut Records<'_>) -> Option<Entry> {
    // Two empty lines end a record; more do no harm.
    loop {
        let blank = window
            .bytes()
            .iter()
            .position(|byte| !matches!(byte, b'\r' | b'\n'));
        match blank {
            Some(at) => {
                window.consume(at);
                break;
            }
            None => {
                let all = window.bytes().len();
                window.consume(all);
                if !window.more() {
                    return None;
                }
            }
        }
    }
    window.ensure(5);
    if !window.bytes().starts_with(b"WARC/") {
        let skipped = to_next_record(window);
        return Some(Entry::Lost(format!(
            "{skipped} bytes here are no record of a web archive; what comes after them was read"
        )));
    }
    let end = loop {
        if let Some(end) = end_of_headers(window.bytes()) {
            break Some(end);
        }
        if window.bytes().len() > MOST_HEADERS || !window.more() {
            break None;
        }
    };
    let broken = |window: &mut Window<'_>, what: &str| {
        window.consume(5);
        to_next_record(window);
        Some(Entry::Lost(format!(
            "{what}; fetch the archive again for this record"
        )))
    };
    let Some(end) = end.filter(|&end| end <= MOST_HEADERS) else {
        return broken(window, "the headers of this record do not end");
    };
    let headers = parse(&window.bytes()[..end]);
    let Some(length) = headers.length else {
        return broken(window, "this record does not say how long it is");
    };
    let wanted = wants(&headers);
    let Some(size) = usize::try_from(length).ok().filter(|&size| size <= most) else {
        // Only its length is known, so that nothing of it is kept.
        window.consume(end);
        let there = window.skip(length);
        return Some(match (wanted, there == length) {
            (true, true) => Entry::Lost(jsonl::too_long(records.options())),
            (true, false) => Entry::Lost(breaks_off(there, length)),
            (false, _) => Entry::Passed,
        });
    };
    let whole = window.ensure(end + size);
    // What follows must be the next record or the end; else the length is wrong, and a record within it is not lost.
    window.ensure(end + size + 9);
    let after = window.bytes().get(end + size..).unwrap_or_default();
    let joined = after.is_empty() || follows(after);
    let (payload, consumed) = if whole && joined {
        (end..end + size, end + size)
    } else {
        let there = &window.bytes()[end..];
        match next_record(there) {
            Some(at) => (end..end + at, end + at),
            None => (
                end..end + there.len().min(size),
                end + there.len().min(size),
            ),
        }
    };
    let there = payload.len() as u64;
    let payload = wanted.then(|| window.bytes()[payload].to_vec());
    window.consume(consumed);
    Some(match payload {
        None => Entry::Passed,
        Some(_) if there < length => Entry::Lost(breaks_off(there, length)),
        Some(_) if !joined => Entry::Lost(
            "this record is longer than it says; fetch the archive again for it".to_owned(),
        ),
        Some(payload) => Entry::Candidate(Candidate { headers, payload }),
    })
}

fn breaks_off(there: u64, length: u64) -> String {
    format!(
        "this record breaks off after {there} of {length} bytes; fetch the archive again for it"
    )
}

/// Whether what comes after a record's bytes is its end: two empty lines, or a line's end and the next record.
fn follows(after: &[u8]) -> bool {
    let ends = after
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count();
    let rest = &after[ends..];
    let two_lines = after[..ends].starts_with(b"\r\n\r\n") || after[..ends].starts_with(b"\n\n");
    two_lines || (ends > 0 && b"WARC/".starts_with(&rest[..rest.len().min(5)]))
}

/// Where the next record begins in `bytes`: at a version and the end of its line. What comes before may break off
/// anywhere, so that it need not end a line.
fn next_record(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, b"WARC/1.").find(|at| {
        matches!(
            bytes.get(at + 7..),
            Some([b'0'..=b'9', b'\n', ..] | [b'0'..=b'9', b'\r', b'\n', ..])
        )
    })
}

/// Passes to the next record, or to the end; how many bytes were passed over.
fn to_next_record(window: &mut Window<'_>) -> u64 {
    const MARK: usize = 10;
    let mut skipped = 0;
    loop {
        if let Some(at) = next_record(window.bytes()) {
            window.consume(at);
            return skipped + at as u64;
        }
        // The last bytes may be the front of a mark.
        let pass = window.bytes().len().saturating_sub(MARK);
        window.consume(pass);
        skipped += pass as u64;
        if !window.more() {
            let rest = window.bytes().len();
            window.consume(rest);
            return skipped + rest as u64;
        }
    }
}

/// One past the empty line that ends headers.
fn end_of_headers(bytes: &[u8]) -> Option<usize> {
    let strict = memchr::memmem::find(bytes, b"\r\n\r\n").map(|at| at + 4);
    let loose = memchr::memmem::find(bytes, b"\n\n").map(|at| at + 2);
    match (strict, loose) {
        (Some(strict), Some(loose)) => Some(strict.min(loose)),
        (strict, loose) => strict.or(loose),
    }
}

fn parse(bytes: &[u8]) -> Headers {
    let mut headers = Headers::default();
    for line in String::from_utf8_lossy(bytes).lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        match &*name.trim().to_ascii_lowercase() {
            "warc-type" => headers.kind = value.to_ascii_lowercase(),
            "warc-target-uri" => {
                // Some crawlers put the address in angle brackets.
                let address = value.trim_start_matches('<').trim_end_matches('>');
                headers.address = Some(address.to_owned());
            }
            "warc-date" => headers.date = Some(value.to_owned()),
            "content-type" => headers.media_type = value.to_ascii_lowercase(),
            "content-length" => headers.length = value.parse().ok(),
            _ => {}
        }
    }
    headers
}

/// Whether a record may be an article, by its headers.
fn wants(headers: &Headers) -> bool {
    match &*headers.kind {
        "conversion" => {
            headers.media_type.is_empty() || headers.media_type.starts_with("text/plain")
        }
        "response" => {
            headers.media_type.is_empty() || headers.media_type.starts_with("application/http")
        }
        "resource" => is_page(&headers.media_type),
        _ => false,
    }
}

/// Whether a media type is that of a page.
fn is_page(media_type: &str) -> bool {
    media_type.starts_with("text/html") || media_type.starts_with("application/xhtml")
}

fn outcome(candidate: &Candidate, most: usize) -> Outcome {
    let headers = &candidate.headers;
    let about = About {
        address: headers.address.as_deref(),
        charset: None,
        fetched: headers.date.as_deref(),
    };
    match &*headers.kind {
        "conversion" => {
            let (text, encoding) = decode::Decoder::new().text(&candidate.payload);
            if text.trim().is_empty() {
                return Outcome::Lost("the article is empty; nothing to compare".to_owned());
            }
            let article = html::Article {
                text: text.replace('\0', " "),
                url: headers.address.clone(),
                ..html::Article::default()
            };
            let assumed = encoding.map(|encoding| format!("not UTF-8; read as {encoding}"));
            Outcome::Article(Box::new(article), assumed)
        }
        "response" => match answer(&candidate.payload, most) {
            Ok(Some(page)) => extract(
                &page.body,
                &About {
                    charset: page.charset.as_deref(),
                    ..about
                },
            ),
            Ok(None) => Outcome::Passed,
            Err(message) => Outcome::Lost(message),
        },
        _ => {
            let charset = charset(&headers.media_type);
            extract(
                &candidate.payload,
                &About {
                    charset: charset.as_deref(),
                    ..about
                },
            )
        }
    }
}

fn extract(page: &[u8], about: &About<'_>) -> Outcome {
    match html::article(page, about) {
        Some(article) => Outcome::Article(Box::new(article), None),
        None => Outcome::Lost("no article was found in the page; nothing to compare".to_owned()),
    }
}

/// A page as a server sent it.
struct Page {
    body: Vec<u8>,
    charset: Option<String>,
}

/// The page in an HTTP answer; `None` when it holds none.
fn answer(bytes: &[u8], most: usize) -> Result<Option<Page>, String> {
    let mut fields = [httparse::EMPTY_HEADER; 256];
    let mut response = httparse::Response::new(&mut fields);
    let mut config = httparse::ParserConfig::default();
    config
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .ignore_invalid_headers_in_responses(true);
    let unread = || "the server's answer cannot be read; fetch the page again".to_owned();
    let end = match config.parse_response(&mut response, bytes) {
        Ok(httparse::Status::Complete(end)) => end,
        Ok(httparse::Status::Partial) | Err(_) => return Err(unread()),
    };
    if !response.code.is_some_and(|code| (200..300).contains(&code)) {
        return Ok(None);
    }
    let field = |name: &str| {
        let mut same = response
            .headers
            .iter()
            .filter(|field| field.name.eq_ignore_ascii_case(name));
        same.next_back().map(|field| {
            String::from_utf8_lossy(field.value)
                .trim()
                .to_ascii_lowercase()
        })
    };
    let media_type = field("content-type").unwrap_or_default();
    let mut body = bytes[end..].to_vec();
    if field("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
        // Many archives keep the header and the plain body.
        if let Some(joined) = unchunked(&body) {
            body = joined;
        }
    }
    let codings = field("content-encoding").unwrap_or_default();
    for coding in codings
        .rsplit(',')
        .map(str::trim)
        .filter(|coding| !coding.is_empty())
    {
        body = plain(body, coding, most)?;
    }
    let is_page = is_page(&media_type) || (media_type.is_empty() && html::looks_like(&body));
    Ok(is_page.then(|| Page {
        body,
        charset: charset(&media_type),
    }))
}

/// The `charset` of a media type.
fn charset(media_type: &str) -> Option<String> {
    let after = media_type.split("charset=").nth(1)?;
    let name = after
        .split([';', ',', ' '])
        .next()?
        .trim_matches(['"', '\'']);
    (!name.is_empty()).then(|| name.to_owned())
}

/// The body of a chunked message (RFC 9112, section 7.1); `None` when it is not chunked after all.
fn unchunked(body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let line = memchr::memchr(b'\n', rest)?;
        let size = rest[..line]
            .split(|&byte| byte == b';')
            .next()?
            .trim_ascii();
        let size = std::str::from_utf8(size).ok()?;
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(out);
        }
        rest = &rest[line + 1..];
        let here = size.min(rest.len());
        out.extend_from_slice(&rest[..here]);
        if here < size {
            // The last chunk breaks off; what there is of it is a part of the page.
            return Some(out);
        }
        rest = &rest[size..];
        rest = rest
            .strip_prefix(b"\r\n")
            .or_else(|| rest.strip_prefix(b"\n"))
            .unwrap_or(rest);
        if rest.is_empty() {
            return Some(out);
        }
    }
}

/// A body without one coding. Archives often keep the header of a coding that they took off, so a body that does not
/// begin as the coding does is plain.
fn plain(body: Vec<u8>, coding: &str, most: usize) -> Result<Vec<u8>, String> {
    if html::looks_like(&body) {
        return Ok(body);
    }
    let mut out = Vec::new();
    let limit = most as u64 + 1;
    let read = match coding {
        "gzip" | "x-gzip" if body.starts_with(b"\x1f\x8b") => {
            flate2::read::MultiGzDecoder::new(&body[..])
                .take(limit)
                .read_to_end(&mut out)
        }
        "deflate" => {
            let zlib = flate2::read::ZlibDecoder::new(&body[..])
                .take(limit)
                .read_to_end(&mut out);
            // Some servers leave the wrapping out.
            zlib.or_else(|_| {
                out.clear();
                flate2::read::DeflateDecoder::new(&body[..])
                    .take(limit)
                    .read_to_end(&mut out)
            })
        }
        "br" => brotli_decompressor::Decompressor::new(&body[..], 4096)
            .take(limit)
            .read_to_end(&mut out),
        "zstd" if body.starts_with(b"\x28\xb5\x2f\xfd") => {
            zstd::stream::read::Decoder::new(&body[..])
                .and_then(|decoder| decoder.take(limit).read_to_end(&mut out))
        }
        "identity" | "gzip" | "x-gzip" | "zstd" | "utf-8" | "none" => return Ok(body),
        other => {
            return Err(format!(
                "the page is packed as `{other}`, which is not known; fetch it again without"
            ));
        }
    };
    match read {
        Ok(_) if out.len() > most => Err(format!(
            "the page grows over the limit of {most} bytes when unpacked; raise the limit with `--max-record` if that is right"
        )),
        Ok(_) => Ok(out),
        // What came before the damage is a page too.
        Err(_) if html::looks_like(&out) => Ok(out),
        Err(error) => Err(format!(
            "the page cannot be unpacked ({}); fetch it again",
            super::expand::plain(&error)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_ends_with_two_lines_or_before_the_next_one() {
        for end in [
            "\r\n\r\nWARC/1.0",
            "\r\n\r\ngarbage",
            "\n\n",
            "\nWARC/1.0",
            "\r\n",
        ] {
            assert!(follows(end.as_bytes()), "{end:?}");
        }
        for other in ["", "WARC/1.0", "</p>", "\r\n<p>"] {
            assert!(!follows(other.as_bytes()), "{other:?}");
        }
    }

    #[test]
    fn chunks_are_joined_and_plain_bodies_left() {
        assert_eq!(
            unchunked(b"4\r\nWiki\r\n6;x=1\r\npedia \r\n0\r\n\r\n").as_deref(),
            Some(&b"Wikipedia "[..])
        );
        assert_eq!(
            unchunked(b"ff\r\nbreaks o").as_deref(),
            Some(&b"breaks o"[..])
        );
        assert_eq!(unchunked(b"<html>\n<body>"), None);
        assert_eq!(
            unchunked(b"ffffffffffffffff\r\nx").as_deref(),
            Some(&b"x"[..])
        );
    }

    #[test]
    fn a_host_is_the_outlet_where_nothing_else_is_said() {
        assert_eq!(
            host("https://www.ararat.example:443/a?b"),
            Some("ararat.example")
        );
        assert_eq!(host("no address"), None);
    }
}
