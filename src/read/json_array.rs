//! JSON that is not one object a line: an array of objects, objects over several lines, or an array inside an object
//! as news interfaces answer (`{"status": "ok", "articles": [...]}`).

use std::io::Read;

use memchr::memchr;

use super::guess::names_an_article;
use super::records::{Records, Stop};
use super::window::Window;
use super::{Format, Layout, jsonl};

pub(super) const FORMAT: Format = Format {
    extensions: &["json"],
    looks_like: |head| shape(head).is_some(),
    layout: Layout::Records {
        convert,
        plain_names: false,
    },
};

/// How often reading goes on at the next line that begins with an object after one that does not end.
const MOST_RETRIES: usize = 32;

/// What an array of articles is called where it is a part of an object.
const ARRAYS: &[&[u8]] = &[
    b"articles",
    b"items",
    b"results",
    b"data",
    b"docs",
    b"documents",
    b"records",
    b"stories",
    b"news",
    b"entries",
    b"hits",
];

/// Where the first object is in a file of this format that begins with `head`.
fn shape(head: &[u8]) -> Option<usize> {
    let start = skip_space(head, 0);
    match head.get(start)? {
        b'[' => {
            let first = skip_space(head, start + 1);
            matches!(head.get(first), Some(b'{' | b']')).then_some(first)
        }
        b'{' => inner_array(head, start).or_else(|| {
            let line = head[start..].split(|&byte| byte == b'\n').next()?;
            // An object that goes on over the line.
            let goes_on = matches!(line.trim_ascii_end().last(), Some(b'{' | b'[' | b','));
            goes_on.then_some(start)
        }),
        _ => None,
    }
}

/// Where the first object is of an array that the object at `start` holds in place of an article.
fn inner_array(head: &[u8], start: usize) -> Option<usize> {
    let mut at = skip_space(head, start + 1);
    while head.get(at) == Some(&b'"') {
        let end = string_end(head, at + 1)?;
        let key = &head[at + 1..end];
        if std::str::from_utf8(key).is_ok_and(names_an_article) {
            return None;
        }
        at = skip_space(head, end + 1);
        if head.get(at) != Some(&b':') {
            return None;
        }
        at = skip_space(head, at + 1);
        if head.get(at) == Some(&b'[') {
            let first = skip_space(head, at + 1);
            if ARRAYS.contains(&key) && head.get(first) == Some(&b'{') {
                return Some(first);
            }
        }
        at = match head.get(at)? {
            b'"' => string_end(head, at + 1)? + 1,
            b'{' | b'[' => nested_end(head, at)?,
            _ => at + head[at..].iter().position(|byte| b",}]\n".contains(byte))?,
        };
        at = skip_space(head, at);
        if head.get(at) != Some(&b',') {
            return None;
        }
        at = skip_space(head, at + 1);
    }
    None
}

fn convert(reader: &mut dyn Read, records: &mut Records<'_>) -> Result<(), Stop> {
    let most = records.options().max_record_bytes;
    let mut window = Window::new(reader);
    window.ensure(64 << 10);
    if window.bytes().starts_with(b"\xef\xbb\xbf") {
        window.consume(3);
    }
    let first = shape(window.bytes()).unwrap_or(0);
    window.consume(first);
    let mut record = Vec::new();
    let mut retries = 0;
    loop {
        // To the next object; of what stands between, only commas and space say nothing.
        loop {
            let between = window
                .bytes()
                .iter()
                .position(|byte| !byte.is_ascii_whitespace() && *byte != b',');
            match between {
                Some(at) => {
                    window.consume(at);
                    break;
                }
                None => {
                    let all = window.bytes().len();
                    window.consume(all);
                    if !window.more() {
                        return Ok(());
                    }
                }
            }
        }
        match window.bytes().first() {
            Some(b'{') => {}
            // The array ends; what an answer says after it is no article.
            Some(b']') => return Ok(()),
            _ => {
                records.lose(
                    "not a JSON object; an array of articles holds objects, `[{\"id\": ..., \"text\": ...}, ...]`"
                        .to_owned(),
                )?;
                if !to_next_object(&mut window) {
                    return Ok(());
                }
                continue;
            }
        }
        let mut scan = Nesting::default();
        let end = loop {
            if let Some(end) = scan.end(window.bytes()) {
                break Some(end);
            }
            if window.bytes().len() > most || !window.more() {
                break None;
            }
        };
        match end {
            Some(end) if end <= most => {
                one_line(&window.bytes()[..end], &mut record);
                window.consume(end);
                records.put(&record)?;
            }
            Some(end) => {
                window.consume(end);
                records.lose(jsonl::too_long(records.options()))?;
            }
            None => {
                records.lose(if window.bytes().len() > most {
                    jsonl::too_long(records.options())
                } else {
                    "this object does not end; mend the file, or fetch it again".to_owned()
                })?;
                retries += 1;
                window.consume(1);
                if retries > MOST_RETRIES || !to_next_object(&mut window) {
                    return Ok(());
                }
            }
        }
    }
}

/// Passes to the next line that begins with an object: `false` when there is none.
fn to_next_object(window: &mut Window<'_>) -> bool {
    loop {
        let Some(line) = memchr(b'\n', window.bytes()) else {
            let all = window.bytes().len();
            window.consume(all);
            if !window.more() {
                return false;
            }
            continue;
        };
        window.consume(line + 1);
        loop {
            let mut bytes = window.bytes().iter();
            let begins = bytes.position(|byte| !matches!(byte, b' ' | b'\t' | b','));
            match begins {
                Some(at) if window.bytes()[at] == b'{' => {
                    window.consume(at);
                    return true;
                }
                Some(_) => break,
                None if !window.more() => return false,
                None => {}
            }
        }
    }
}

/// How deep in objects and arrays a scan is. It goes on where it stopped when more has come.
#[derive(Default)]
struct Nesting {
    at: usize,
    depth: usize,
    in_string: bool,
}

impl Nesting {
    /// One past the end of the object that `bytes` begins with.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        while self.at < bytes.len() {
            if self.in_string {
                let next = memchr::memchr2(b'"', b'\\', &bytes[self.at..]);
                let Some(next) = next else {
                    self.at = bytes.len();
                    return None;
                };
                self.at += next;
                if bytes[self.at] == b'\\' {
                    if self.at + 1 >= bytes.len() {
                        return None;
                    }
                    self.at += 2;
                } else {
                    self.in_string = false;
                    self.at += 1;
                }
                continue;
            }
            let byte = bytes[self.at];
            self.at += 1;
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(self.at);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

/// The object on one line: a line end between its parts becomes a space, one inside a string (which JSON forbids) an
/// escape.
fn one_line(object: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut in_string = false;
    let mut escaped = false;
    let mut before_was_space = false;
    for &byte in object {
        match byte {
            b'\n' | b'\r' if in_string => {
                out.extend_from_slice(if byte == b'\n' { b"\\n" } else { b"\\r" });
            }
            b'\n' | b'\r' | b'\t' | b' ' if !in_string => {
                // What stands over several lines is indented; one space says as much.
                if !before_was_space {
                    out.push(b' ');
                }
                before_was_space = true;
                continue;
            }
            _ => out.push(byte),
        }
        before_was_space = false;
        if in_string {
            in_string = byte != b'"' || escaped;
            escaped = byte == b'\\' && !escaped;
        } else {
            in_string = byte == b'"';
        }
    }
}

fn skip_space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count()
}

/// Where the string that begins at `start` (after its opening mark) has its closing mark.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

fn nested_end(bytes: &[u8], start: usize) -> Option<usize> {
    Nesting::default()
        .end(&bytes[start..])
        .map(|length| start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_and_spread_objects_are_told_from_lines() {
        for json in [
            "[{\"text\": \"a\"}]",
            " [ \n {",
            "{\n  \"id\": 1,\n",
            "{\"id\": 1,\n \"text\": \"a\"}",
            "{\"status\": \"ok\", \"n\": 2, \"articles\": [{\"text\"",
            "[]",
        ] {
            assert!(shape(json.as_bytes()).is_some(), "{json}");
        }
        for other in [
            "{\"id\": 1, \"text\": \"a\"}\n{\"id\"",
            "{\"text\": \"a\", \"items\": [{}]}",
            "[1, 2]",
            "[Music] a text",
            "",
        ] {
            assert!(shape(other.as_bytes()).is_none(), "{other}");
        }
    }

    #[test]
    fn an_object_comes_to_one_line() {
        let mut out = Vec::new();
        one_line(
            b"{\n  \"a\": \"x  \\\" \ny\",\n\t\"b\": [1,\r\n 2]\n}",
            &mut out,
        );
        assert_eq!(out, b"{ \"a\": \"x  \\\" \\ny\", \"b\": [1, 2] }");
    }
}
