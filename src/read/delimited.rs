//! Tables as text: CSV, TSV and their kin, one record a row, fields named by the first row.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use csv_core::ReadRecordResult;

use super::decode::Decoder;
use super::guess::names_an_article;
use super::json::Object;
use super::records::{Records, Stop};
use super::window::Window;
use super::{Format, Layout, jsonl};

pub(super) const FORMAT: Format = Format {
    extensions: &["csv", "tsv"],
    looks_like,
    layout: Layout::Records {
        convert,
        plain_names: false,
    },
};

/// What parts the fields of a row, likeliest first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Bytes that tell the delimiter.
const FRONT: usize = 64 << 10;

/// Most fields of a row: what has more is no table of articles, and each costs memory.
const MOST_FIELDS: usize = 1 << 14;

/// How often a row whose quotation does not end is left at its first line and reading goes on at the second. Each
/// time costs as much as a record may be long.
const MOST_RETRIES: usize = 32;

/// Whether the first rows are a table with a column of articles.
fn looks_like(head: &[u8]) -> bool {
    let Some(first) = head.split(|&byte| byte == b'\n').next() else {
        return false;
    };
    if first.len() > 4096 || !first.is_ascii() && std::str::from_utf8(first).is_err() {
        return false;
    }
    DELIMITERS.iter().any(|&delimiter| {
        let rows = rows(head, delimiter, 3);
        let [header, others @ ..] = &rows[..] else {
            return false;
        };
        header.len() > 1
            && header.iter().all(|name| name.len() <= 64)
            // In prose a space follows a comma.
            && !header.iter().any(|name| name.starts_with(' '))
            && header.iter().any(|name| names_an_article(name))
            && !others.is_empty()
            && others.iter().all(|row| row.len() == header.len())
    })
}

/// The first rows of a table; the last one may break off, and is left out unless it is the only one after the header.
fn rows(head: &[u8], delimiter: u8, most: usize) -> Vec<Vec<String>> {
    let mut window: &[u8] = head;
    let mut window = Window::new(&mut window);
    let mut parser = Parser::new(delimiter);
    let mut rows = Vec::new();
    while rows.len() < most && parser.row(&mut window, usize::MAX) == Row::Read {
        let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
        rows.push(parser.fields().map(text).collect());
        window.consume(parser.length);
        if window.bytes().is_empty() && rows.len() > 2 {
            rows.pop();
        }
    }
    rows
}

/// The delimiter of a table that begins with `head`: the one that gives most columns.
fn delimiter(head: &[u8]) -> u8 {
    let columns = |&delimiter: &u8| {
        let rows = rows(head, delimiter, 3);
        let width = rows.first().map_or(0, Vec::len);
        // Rows after the header may hold any delimiter in their text, so that all must agree.
        let agree = rows.iter().all(|row| row.len() == width);
        (agree && width > 1, width)
    };
    // Of equals the first counts.
    let best = DELIMITERS
        .iter()
        .rev()
        .max_by_key(|&delimiter| columns(delimiter));
    best.copied().unwrap_or(b',')
}

fn convert(reader: &mut dyn Read, records: &mut Records<'_>) -> Result<(), Stop> {
    let most = records.options().max_record_bytes;
    let mut window = Window::new(reader);
    window.ensure(FRONT);
    if window.bytes().starts_with(b"\xef\xbb\xbf") {
        window.consume(3);
    }
    let front = window.bytes();
    let delimiter = delimiter(&front[..front.len().min(FRONT)]);
    let mut parser = Parser::new(delimiter);
    let mut decoder = Decoder::new();
    if parser.row(&mut window, most) != Row::Read {
        return Ok(());
    }
    let names = header(&parser, &mut decoder);
    window.consume(parser.length);
    let mut retries = 0;
    loop {
        let row = parser.row(&mut window, most);
        if row == Row::None {
            return Ok(());
        }
        let raw = &window.bytes()[..parser.length.min(window.bytes().len())];
        let line = memchr::memchr(b'\n', raw).map_or(raw.len(), |at| at + 1);
        // A quotation that never ends, or ends in the middle of a field, has swallowed the rows after it.
        let swallowed = line < raw.len()
            && (row == Row::TooLong || !is_well_formed(raw.trim_ascii_end(), delimiter));
        if swallowed && retries < MOST_RETRIES {
            retries += 1;
            window.consume(line);
            records.lose(
                "a quotation in this row does not end; double the quotation marks inside a field, or take them out"
                    .to_owned(),
            )?;
            continue;
        }
        if row == Row::TooLong {
            window.consume(parser.length);
            records.lose(jsonl::too_long(records.options()))?;
            // What follows is the rest of the same row.
            while !window.bytes().contains(&b'\n') {
                let here = window.bytes().len();
                window.consume(here);
                if !window.more() {
                    return Ok(());
                }
            }
            let rest = memchr::memchr(b'\n', window.bytes()).map_or(0, |at| at + 1);
            window.consume(rest);
            continue;
        }
        let extra = parser.fields().skip(names.len());
        let count = parser.fields().count();
        if count < names.len()
            || extra
                .into_iter()
                .any(|field| !field.trim_ascii().is_empty())
        {
            window.consume(parser.length);
            let columns = |count: usize| {
                if count == 1 {
                    "1 column".to_owned()
                } else {
                    format!("{count} columns")
                }
            };
            records.lose(format!(
                "this row has {} where the first row names {}; put fields that hold the delimiter or a line end in quotation marks",
                columns(count),
                names.len()
            ))?;
            continue;
        }
        let mut object = Object::new();
        let mut assumed = None;
        for (name, field) in names.iter().zip(parser.fields()) {
            let (text, encoding) = decoder.text(field);
            assumed = assumed.or(encoding);
            object.string(name, Some(&text));
        }
        if let Some(encoding) = assumed {
            records.assume(format!("not UTF-8; read as {encoding}"));
        }
        window.consume(parser.length);
        records.put(&object.finish())?;
    }
}

/// The names of the columns, told apart where two are the same.
fn header(parser: &Parser, decoder: &mut Decoder) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut names = Vec::new();
    for field in parser.fields() {
        let name = decoder.text(field).0.trim().to_owned();
        let number = times.entry(name.clone()).or_default();
        let own = loop {
            *number += 1;
            let own = match *number {
                1 => name.clone(),
                number => format!("{name}_{number}"),
            };
            if taken.insert(own.clone()) {
                break own;
            }
        };
        names.push(own);
    }
    names
}

/// Whether every quotation that begins with a field ends with it.
fn is_well_formed(row: &[u8], delimiter: u8) -> bool {
    let mut at = 0;
    loop {
        if row.get(at) == Some(&b'"') {
            at += 1;
            loop {
                let Some(mark) = memchr::memchr(b'"', &row[at..]) else {
                    return false;
                };
                at += mark + 1;
                if row.get(at) != Some(&b'"') {
                    break;
                }
                at += 1;
            }
            match row.get(at) {
                None | Some(b'\n' | b'\r') => return true,
                Some(&byte) if byte == delimiter => at += 1,
                Some(_) => return false,
            }
        } else {
            match memchr::memchr(delimiter, &row[at..]) {
                Some(next) => at += next + 1,
                None => return true,
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    /// A row was read.
    Read,
    /// There are no more rows.
    None,
    /// The row goes on past the limit.
    TooLong,
}

/// Reads rows from a window without passing over them.
struct Parser {
    core: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    fields: usize,
    /// Bytes of the row in the window.
    length: usize,
}

impl Parser {
    fn new(delimiter: u8) -> Self {
        Self {
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            text: vec![0; 4096],
            ends: vec![0; 64],
            fields: 0,
            length: 0,
        }
    }

    /// Reads the row that the window begins with.
    fn row(&mut self, window: &mut Window<'_>, most: usize) -> Row {
        self.core.reset();
        let mut written = 0;
        (self.fields, self.length) = (0, 0);
        loop {
            if window.bytes().len() == self.length && !window.ended() {
                window.more();
            }
            let (result, read, wrote, ended) = self.core.read_record(
                &window.bytes()[self.length..],
                &mut self.text[written..],
                &mut self.ends[self.fields..],
            );
            self.length += read;
            written += wrote;
            self.fields += ended;
            match result {
                ReadRecordResult::Record => return Row::Read,
                ReadRecordResult::End => return Row::None,
                _ if self.length > most => return Row::TooLong,
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if self.fields >= MOST_FIELDS => {
                    return Row::TooLong;
                }
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
            }
        }
    }

    /// The fields of the last row.
    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ends = self.ends[..self.fields].iter();
        starts.zip(ends).map(|(start, &end)| &self.text[start..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_told_from_prose() {
        for table in [
            "id,title,text\n1,a,words\n2,b,more\n",
            "\"url\"\t\"content\"\nx\t\"a\nb\"\n",
            "date;maintext\n2022;wo, rds\n",
        ] {
            assert!(looks_like(table.as_bytes()), "{table}");
        }
        for prose in [
            "title, text\n\nIn the beginning",
            "Story, headline, and more\nwords, words, words\n",
            "text\nwords\n",
            "text,id",
            "",
        ] {
            assert!(!looks_like(prose.as_bytes()), "{prose}");
        }
    }

    #[test]
    fn the_delimiter_is_the_one_that_gives_columns() {
        assert_eq!(delimiter(b"id;text\n1;a, b, c\n"), b';');
        assert_eq!(delimiter(b"id\ttext\n1\ta, b\n"), b'\t');
        assert_eq!(delimiter(b"text\nwords\n"), b',');
    }

    #[test]
    fn quotations_that_end_in_the_middle_are_seen() {
        assert!(is_well_formed(b"1,\"a \"\"b\"\" c\nd\",2\n", b','));
        assert!(is_well_formed(b"1,5\" disc,\"a\nb\"", b','));
        assert!(!is_well_formed(b"1,\"abc\n2,\"def\"", b','));
        assert!(!is_well_formed(b"1,\"abc", b','));
    }
}
