//! The wanted fields of one JSON record, found without building values.

use memchr::{memchr, memchr2};

use super::FieldNames;

/// A field's value as it stands in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    /// The value's bytes; of a string, what stands between the quotation marks, escapes as written.
    pub raw: &'a [u8],
    /// Whether it is a string.
    pub string: bool,
}

impl Value<'_> {
    /// Whether there are escapes to resolve.
    pub fn has_escapes(&self) -> bool {
        self.string && memchr(b'\\', self.raw).is_some()
    }

    /// Whether the value is `null`.
    pub fn is_null(&self) -> bool {
        !self.string && self.raw == b"null"
    }
}

/// The wanted fields of a record. Of a name that comes twice, the last one counts, as in most JSON readers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fields<'a> {
    /// See [`FieldNames`].
    pub id: Option<Value<'a>>,
    /// See [`FieldNames`].
    pub text: Option<Value<'a>>,
    /// See [`FieldNames`].
    pub title: Option<Value<'a>>,
    /// See [`FieldNames`].
    pub outlet: Option<Value<'a>>,
    /// See [`FieldNames`].
    pub url: Option<Value<'a>>,
    /// See [`FieldNames`].
    pub published_at: Option<Value<'a>>,
    /// Offset in the line of the brace that closes the record.
    pub end: usize,
    /// Whether the record has any field.
    pub any: bool,
}

/// Finds the fields of `line`, one JSON object. The object's skeleton is checked (strings, nesting, commas, colons),
/// the inside of values that nobody asked for is not. `None` when the skeleton is broken: [`broken_reason`] says how.
pub fn scan<'a>(line: &'a [u8], names: &FieldNames) -> Option<Fields<'a>> {
    scan_with(line, names, |_, _| {})
}

/// [`scan`], with every field that it does not look for told to `other` (its name as written, and its value).
#[inline(always)]
pub(super) fn scan_with<'a>(
    line: &'a [u8],
    names: &FieldNames,
    other: impl FnMut(&'a [u8], Value<'a>),
) -> Option<Fields<'a>> {
    let fields = front::<false>(line, names, usize::MAX, other)?;
    (skip_space(line, fields.end + 1) == line.len()).then_some(fields)
}

/// Finds the fields of the JSON object in front of `bytes`, whatever follows it: of a record that was scanned before
/// and is read again the end need not be looked for.
pub(crate) fn scan_front<'a>(bytes: &'a [u8], names: &FieldNames) -> Option<Fields<'a>> {
    front::<false>(bytes, names, usize::MAX, |_, _| {})
}

/// The length of the line in front of `bytes` and what [`scan`] finds in it, when that is anything: then no byte of it is looked at twice.
pub(super) fn scan_line<'a>(bytes: &'a [u8], names: &FieldNames) -> Option<(usize, Fields<'a>)> {
    let fields = front::<true>(bytes, names, usize::MAX, |_, _| {})?;
    let after = &bytes[fields.end + 1..];
    let space = after
        .iter()
        .take_while(|&&byte| matches!(byte, b' ' | b'\t' | b'\r'));
    let length = fields.end + 1 + space.count();
    matches!(bytes.get(length), None | Some(b'\n')).then_some((length, fields))
}

/// Of the JSON object in front of `bytes`, the fields before the value that begins at `until`; of a record that was scanned before.
pub(crate) fn scan_before<'a>(
    bytes: &'a [u8],
    names: &FieldNames,
    until: usize,
) -> Option<Fields<'a>> {
    front::<false>(bytes, names, until, |_, _| {})
}

/// What stands in the string in front of `bytes`, after its opening mark; of a record that was scanned before.
pub(crate) fn string_front(bytes: &[u8]) -> Option<&[u8]> {
    string_end::<false>(bytes, 0).map(|end| &bytes[..end])
}

/// Ends early at a value that begins at `until` or later. With `LINE`, other lines follow, and an object that goes past the first is broken.
/// Always inlined: where nothing is told to `other`, nothing is paid.
#[inline(always)]
fn front<'a, const LINE: bool>(
    line: &'a [u8],
    names: &FieldNames,
    until: usize,
    mut other: impl FnMut(&'a [u8], Value<'a>),
) -> Option<Fields<'a>> {
    let mut fields = Fields::default();
    let mut at = skip::<LINE>(line, 0);
    if line.get(at) != Some(&b'{') {
        return None;
    }
    at = skip::<LINE>(line, at + 1);
    if line.get(at) == Some(&b'}') {
        fields.end = at;
        return Some(fields);
    }
    loop {
        if line.get(at) != Some(&b'"') {
            return None;
        }
        let key_end = string_end::<LINE>(line, at + 1)?;
        let key = &line[at + 1..key_end];
        at = skip::<LINE>(line, key_end + 1);
        if line.get(at) != Some(&b':') {
            return None;
        }
        at = skip::<LINE>(line, at + 1);
        if at >= until {
            return Some(fields);
        }
        let value = match *line.get(at)? {
            b'"' => {
                let end = string_end::<LINE>(line, at + 1)?;
                let value = Value {
                    raw: &line[at + 1..end],
                    string: true,
                };
                at = end + 1;
                value
            }
            b'{' | b'[' => {
                let end = nested_end::<LINE>(line, at)?;
                let value = Value {
                    raw: &line[at..end],
                    string: false,
                };
                at = end;
                value
            }
            _ => {
                let length = line[at..].iter().position(|byte| {
                    matches!(byte, b',' | b'}' | b' ' | b'\t' | b'\r') || LINE && *byte == b'\n'
                })?;
                let raw = &line[at..at + length];
                if !is_literal(raw) {
                    return None;
                }
                at += length;
                Value { raw, string: false }
            }
        };
        fields.any = true;
        let wanted = if key == names.text.as_bytes() {
            Some(&mut fields.text)
        } else if key == names.id.as_bytes() {
            Some(&mut fields.id)
        } else if key == names.title.as_bytes() {
            Some(&mut fields.title)
        } else if key == names.outlet.as_bytes() {
            Some(&mut fields.outlet)
        } else if key == names.url.as_bytes() {
            Some(&mut fields.url)
        } else if key == names.published_at.as_bytes() {
            Some(&mut fields.published_at)
        } else {
            None
        };
        match wanted {
            Some(field) => *field = Some(value),
            None => other(key, value),
        }
        at = skip::<LINE>(line, at);
        match line.get(at)? {
            b',' => at = skip::<LINE>(line, at + 1),
            b'}' => {
                fields.end = at;
                return Some(fields);
            }
            _ => return None,
        }
    }
}

/// Why `line` is no JSON object, in words for a message.
pub fn broken_reason(line: &[u8]) -> String {
    match serde_json::from_slice::<serde::de::IgnoredAny>(line) {
        Err(error) => {
            let what = error.to_string();
            let what = what
                .split(" at line ")
                .next()
                .unwrap_or_default()
                .to_owned();
            format!(
                "broken JSON at column {}: {what}; mend the line or take it out",
                error.column()
            )
        }
        Ok(_) => {
            "not a JSON object; each line must be one, `{\"id\": ..., \"text\": ...}`".to_owned()
        }
    }
}

fn is_literal(raw: &[u8]) -> bool {
    matches!(raw, b"true" | b"false" | b"null")
        || (matches!(raw.first(), Some(b'-' | b'0'..=b'9'))
            && raw
                .iter()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')))
}

fn skip_space(line: &[u8], at: usize) -> usize {
    skip::<false>(line, at)
}

/// Past white space, which with `LINE` is that of one line.
#[inline]
fn skip<const LINE: bool>(line: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\r' | b'\n') = line.get(at) {
        if LINE && line[at] == b'\n' {
            break;
        }
        at += 1;
    }
    at
}

/// Where the string that begins at `start` (after its opening mark) has its closing mark.
#[inline]
fn string_end<const LINE: bool>(line: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += if LINE {
            memchr2(b'"', b'\n', &line[at..])?
        } else {
            memchr(b'"', &line[at..])?
        };
        if LINE && line[at] == b'\n' {
            return None;
        }
        // A mark after an odd number of backslashes belongs to the string.
        let escapes = line[start..at]
            .iter()
            .rev()
            .take_while(|&&byte| byte == b'\\')
            .count();
        if escapes % 2 == 0 {
            return Some(at);
        }
        at += 1;
    }
}

/// One past the object or array that begins at `start`.
fn nested_end<const LINE: bool>(line: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = start;
    loop {
        match *line.get(at)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' => at = string_end::<LINE>(line, at + 1)?,
            b'\n' if LINE => return None,
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Offset of the next structural byte of a string: its end or an escape.
    fn naive_string_end(line: &[u8], start: usize) -> Option<usize> {
        let mut at = start;
        loop {
            at += memchr::memchr2(b'"', b'\\', &line[at..])?;
            if line[at] == b'"' {
                return Some(at);
            }
            at += 2;
            if at > line.len() {
                return None;
            }
        }
    }

    #[test]
    fn fields_are_found_among_others() {
        let line = br#" {"x": [1, {"text": "no}"}], "id": 7, "text": "a \"b\" \\", "n": -1.5e3 ,"title":null} "#;
        let fields = scan(line, &FieldNames::default()).expect("the line is whole");
        assert_eq!(fields.id.map(|v| v.raw), Some(&b"7"[..]));
        assert_eq!(fields.text.map(|v| v.raw), Some(&br#"a \"b\" \\"#[..]));
        assert!(fields.title.is_some_and(|v| v.is_null()));
        assert_eq!(line[fields.end], b'}');
    }

    #[test]
    fn broken_skeletons_are_refused() {
        for line in [
            "",
            "[]",
            "{",
            r#"{"a"}"#,
            r#"{"a": "b}"#,
            r#"{"a": 1,}"#,
            r#"{"a": 1} x"#,
            r#"{"a": bad}"#,
            r#"{"a": [1}"#,
        ] {
            assert!(
                scan(line.as_bytes(), &FieldNames::default()).is_none(),
                "{line}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn strings_end_where_a_plain_reader_says(inside in r#"["\\a]{0,12}"#) {
            assert_eq!(string_end::<false>(inside.as_bytes(), 0), naive_string_end(inside.as_bytes(), 0));
        }

        #[test]
        fn a_line_among_others_is_scanned_as_it_is_alone(text in r#"([{}\[\]:, \n\r"\\a0]|"a":|"text": "a|[{]"id":1|0[}]\n){0,16}"#) {
            let bytes = text.as_bytes();
            let names = FieldNames::default();
            let line = &bytes[..memchr(b'\n', bytes).unwrap_or(bytes.len())];
            let alone = scan(line, &names).map(|fields| (line.len(), fields));
            assert_eq!(scan_line(bytes, &names), alone);
        }

        #[test]
        fn every_object_that_serde_reads_is_scanned(keys in proptest::collection::vec(("\\PC{0,5}", "\\PC{0,20}"), 0..5)) {
            let object: serde_json::Map<String, serde_json::Value> = keys.into_iter().map(|(k, v)| (k, v.into())).collect();
            let line = serde_json::to_string(&object).expect("an object can be written");
            assert!(scan(line.as_bytes(), &FieldNames::default()).is_some(), "{line}");
        }
    }
}
