//! Strings as JSON, written fast.

/// Appends `text` as a JSON string with its marks.
///
/// Most bytes of an article need no escape, so they are looked at in blocks that the compiler turns into vector
/// instructions, and only a block with a mark, a backslash or a control character is walked byte by byte.
pub(super) fn write_string(out: &mut Vec<u8>, text: &str) {
    const BLOCK: usize = 32;
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + bytes.len() / 32 + 2);
    out.push(b'"');
    let mut blocks = bytes.chunks_exact(BLOCK);
    for block in &mut blocks {
        let special = block
            .iter()
            .fold(false, |found, &byte| found | is_special(byte));
        if special {
            write_escaped(out, block);
        } else {
            out.extend_from_slice(block);
        }
    }
    write_escaped(out, blocks.remainder());
    out.push(b'"');
}

fn is_special(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

fn write_escaped(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut plain = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if !is_special(byte) {
            continue;
        }
        out.extend_from_slice(&bytes[plain..at]);
        plain = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
        }
    }
    out.extend_from_slice(&bytes[plain..]);
}

/// A record of named strings, written field by field.
pub(super) struct Object {
    pub(super) bytes: Vec<u8>,
}

impl Object {
    /// One without fields.
    pub(super) fn new() -> Self {
        Self { bytes: vec![b'{'] }
    }

    /// Begins a field whose value is written next.
    pub(super) fn key(&mut self, name: &str) {
        if self.bytes.len() > 1 {
            self.bytes.extend_from_slice(b", ");
        }
        write_string(&mut self.bytes, name);
        self.bytes.extend_from_slice(b": ");
    }

    /// Adds a field, when there is a value for it.
    pub(super) fn string(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.key(name);
            write_string(&mut self.bytes, value);
        }
    }

    /// The finished record.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.bytes.push(b'}');
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_string_reads_back(text in "(?s).{0,200}") {
            let mut out = Vec::new();
            write_string(&mut out, &text);
            let back: String = serde_json::from_slice(&out).expect("a JSON string");
            assert_eq!(back, text);
        }
    }
}
