//! JSON Lines: one object a line.

use super::fields::scan_with;
use super::{
    Fields, Format, Layout, ReadOptions, Record, Source, Value, broken_reason, scan, seconds,
};
use crate::model::{Document, Origin, Problem};
use crate::text::words::unescape;

pub(super) const FORMAT: Format = Format {
    extensions: &["jsonl", "ndjson"],
    looks_like: |head| head.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{'),
    layout: Layout::Lines,
};

/// The article of a record. Assumptions go to `problems`; a record that cannot be used is an `Err` with the reason.
pub(super) fn document(
    source: &Source,
    record: &Record<'_>,
    origin: Origin,
    options: &ReadOptions,
    problems: &mut Vec<Problem>,
) -> Result<Document, String> {
    let fields = check(record.bytes, source, options)?;
    let more = MoreFields::of(record.bytes, source);
    let mut assume = |message: String| {
        problems.push(Problem {
            origin: origin.clone(),
            message,
            lost: false,
        })
    };
    let text = fields
        .text
        .map_or_else(String::new, |value| string(value, &mut assume));
    if let Some(message) = super::decode::mojibake(&text) {
        assume(message);
    }
    let mut other = |value: Option<Value<'_>>| {
        value
            .filter(|value| !value.is_null())
            .map(|value| string(value, &mut assume))
            .filter(|value| !value.trim().is_empty())
    };
    let id = other(fields.id).unwrap_or_else(|| origin.to_string());
    let title = other(fields.title);
    let outlet = other(fields.outlet);
    let url = other(fields.url);
    let published_at = other(fields.published_at);
    let published_seconds = published_at.as_deref().and_then(seconds);
    let byline = match more.byline {
        Some(value) if !value.string => people(value.raw),
        value => other(value),
    };
    let modified_at = other(more.modified_at);
    let language = other(more.language);
    let credit = other(more.credit);
    Ok(Document {
        id,
        text,
        title,
        outlet,
        url,
        published_at,
        published_seconds,
        byline,
        modified_at,
        language,
        credit,
        origin,
    })
}

/// What else a record may say of an article. Only whole documents carry it, so only they pay for looking.
#[derive(Default)]
struct MoreFields<'a> {
    byline: Option<Value<'a>>,
    modified_at: Option<Value<'a>>,
    language: Option<Value<'a>>,
    credit: Option<Value<'a>>,
}

impl<'a> MoreFields<'a> {
    fn of(line: &'a [u8], source: &Source) -> Self {
        let mut more = Self::default();
        scan_with(line, source.names(), |name, value| {
            let field = match name {
                b"byline" => &mut more.byline,
                // Of both, `byline` counts: it is what was printed.
                b"author" if more.byline.is_none() => &mut more.byline,
                b"modified_at" => &mut more.modified_at,
                b"language" => &mut more.language,
                b"credit" => &mut more.credit,
                _ => return,
            };
            *field = Some(value);
        });
        more
    }
}

/// A list of names, with a comma between.
fn people(raw: &[u8]) -> Option<String> {
    let names: Vec<String> = serde_json::from_slice(raw).ok()?;
    (!names.is_empty()).then(|| names.join(", "))
}

/// The fields of a record that can be used.
pub(super) fn check<'a>(
    line: &'a [u8],
    source: &Source,
    options: &ReadOptions,
) -> Result<Fields<'a>, String> {
    if line.len() > options.max_record_bytes {
        return Err(too_long(options));
    }
    let fields = scan(line, source.names()).ok_or_else(|| broken_reason(line))?;
    usable(line, fields, source, options)
}

/// The same of a line that was scanned.
pub(super) fn usable<'a>(
    line: &'a [u8],
    fields: Fields<'a>,
    source: &Source,
    options: &ReadOptions,
) -> Result<Fields<'a>, String> {
    if line.len() > options.max_record_bytes {
        return Err(too_long(options));
    }
    let name = &source.names().text;
    match fields.text {
        None => Err(format!(
            "no field `{name}`; name the field that holds the article with `--text-field`"
        )),
        Some(value) if !value.string => Err(format!("the field `{name}` is not a string")),
        Some(value) if value.raw.iter().all(u8::is_ascii_whitespace) || is_blank(value) => Err(
            format!("the article is empty (field `{name}`); nothing to compare"),
        ),
        Some(_) => Ok(fields),
    }
}

/// What is said of a record past the limit.
pub(super) fn too_long(options: &ReadOptions) -> String {
    format!(
        "the record is over the limit of {} bytes; cut it, or raise the limit with `--max-record`",
        options.max_record_bytes
    )
}

/// Whether a string has nothing but space in it, escapes resolved. Looks no further than the first mark.
fn is_blank(value: Value<'_>) -> bool {
    let mut at = 0;
    while at < value.raw.len() {
        match value.raw[at] {
            b'\\' => {
                let (character, used) = unescape(&value.raw[at..]);
                if !character.is_whitespace() && character != '\0' {
                    return false;
                }
                at += used;
            }
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => return false,
        }
    }
    true
}

/// A value as text; what had to be assumed goes to `assume`.
fn string(value: Value<'_>, assume: &mut dyn FnMut(String)) -> String {
    let bytes = if value.has_escapes() {
        unescaped(value.raw)
    } else {
        value.raw.to_vec()
    };
    let mut text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let (text, encoding) = super::decode::decode(error.as_bytes());
            assume(format!("not UTF-8; read as {encoding}"));
            text
        }
    };
    if text.contains('\0') {
        assume(super::text::nul_replaced(text.matches('\0').count()));
        text = text.replace('\0', " ");
    }
    text
}

fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let plain = memchr::memchr(b'\\', &raw[at..]).unwrap_or(raw.len() - at);
        out.extend_from_slice(&raw[at..at + plain]);
        at += plain;
        if at < raw.len() {
            let (character, used) = unescape(&raw[at..]);
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            at += used;
        }
    }
    out
}
