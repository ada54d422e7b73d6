//! Text from bytes, whatever their encoding; and text that was decoded wrongly before it came here.

use std::borrow::Cow;
use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// So many bytes outside ASCII tell an encoding by themselves; with fewer, what the file showed before helps. 24: a
/// dozen accented words, or half a line of Cyrillic.
const TELLING: usize = 24;

/// Decodes the texts of one file, in which encodings may be mixed.
pub(super) struct Decoder {
    /// Fed with all that was not UTF-8 so far.
    seen: EncodingDetector,
}

impl Decoder {
    pub(super) fn new() -> Self {
        Self {
            seen: EncodingDetector::new(Iso2022JpDetection::Allow),
        }
    }

    /// `bytes` as text, and the name of the encoding that was assumed where it is not UTF-8.
    pub(super) fn text<'a>(&mut self, bytes: &'a [u8]) -> (Cow<'a, str>, Option<&'static str>) {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return (text.into(), None);
        }
        self.seen.feed(bytes, false);
        let outside = bytes.iter().filter(|byte| !byte.is_ascii()).count();
        if outside >= TELLING {
            let (text, encoding) = decode(bytes);
            return (text.into(), Some(encoding));
        }
        let encoding = self.seen.guess(None, Utf8Detection::Deny);
        let (text, encoding, _) = encoding.decode(bytes);
        (text.into_owned().into(), Some(encoding.name()))
    }
}

/// `bytes` as text, and the name of the encoding that was assumed: what the byte order mark says, or the likeliest.
pub(super) fn decode(bytes: &[u8]) -> (String, &'static str) {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
            detector.feed(bytes, true);
            detector.guess(None, Utf8Detection::Deny)
        }
    };
    let (text, encoding, _) = encoding.decode(bytes);
    (text.into_owned(), encoding.name())
}

/// The encoding of a file that begins with `head` and has two bytes for most characters, by its byte order mark or by
/// where its zeros stand.
pub(super) fn wide(head: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Some(encoding).filter(|&encoding| encoding != encoding_rs::UTF_8);
    }
    let sample = &head[..head.len().min(1024) & !1];
    if sample.len() < 16 {
        return None;
    }
    let zeros = |odd: usize| {
        sample
            .iter()
            .skip(odd)
            .step_by(2)
            .filter(|&&byte| byte == 0)
            .count()
    };
    // Markup and digits are ASCII in every script, so that every fourth character is enough; text has no zeros else.
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 8 > sample.len() && even == 0 {
        Some(UTF_16LE)
    } else if even * 8 > sample.len() && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// A stream of another encoding as UTF-8, its byte order mark taken off.
pub(super) struct Recoded<R> {
    reader: R,
    decoder: encoding_rs::Decoder,
    /// What was read and not yet decoded.
    raw: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Recoded<R> {
    pub(super) fn new(reader: R, encoding: &'static Encoding) -> Self {
        Self {
            reader,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; 64 << 10],
            text: Vec::new(),
            given: 0,
            ended: false,
        }
    }
}

impl<R: Read> Read for Recoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.ended {
            let got = self.reader.read(&mut self.raw)?;
            self.ended = got == 0;
            let most = self
                .decoder
                .max_utf8_buffer_length(got)
                .unwrap_or(4 * self.raw.len());
            self.text.resize(most, 0);
            let (_, _, written, _) =
                self.decoder
                    .decode_to_utf8(&self.raw[..got], &mut self.text, self.ended);
            self.text.truncate(written);
            self.given = 0;
        }
        let got = buffer.len().min(self.text.len() - self.given);
        buffer[..got].copy_from_slice(&self.text[self.given..self.given + got]);
        self.given += got;
        Ok(got)
    }
}

/// Says that `text` was UTF-8 read as a one-byte encoding somewhere on its way ("Ã©" where "é" was meant), when it was.
pub(super) fn mojibake(text: &str) -> Option<String> {
    let mut found: Option<(&str, String)> = None;
    let mut weight = 0;
    let bytes = text.as_bytes();
    // What such a text shows begins with one of these: Â Ã Ä Å Î Ï Ð Ñ Ø Ù (C3 82 ...) or â (C3 A2).
    for at in memchr::memchr_iter(0xc3, bytes) {
        let Some((shown, meant)) = twice_encoded(&text[at..]) else {
            continue;
        };
        weight += if meant.len() > 2 { 2 } else { 1 };
        found.get_or_insert((shown, meant));
        if weight >= 2 {
            break;
        }
    }
    let (shown, meant) = found.filter(|_| weight >= 2)?;
    Some(format!(
        "the text was garbled before it came here: it says `{shown}` where `{meant}` was meant (UTF-8 read as another encoding); it is used as it stands, fetch it again for the right letters"
    ))
}

/// The characters at the front of `text` that are the bytes of one other character, and that character.
fn twice_encoded(text: &str) -> Option<(&str, String)> {
    let mut bytes = Vec::with_capacity(4);
    for (at, character) in text.char_indices().take(3) {
        bytes.push(windows_1252(character)?);
        if bytes.len() == 1 && !(0xc2..=0xef).contains(&bytes[0]) {
            return None;
        }
        let Ok(meant) = std::str::from_utf8(&bytes) else {
            continue;
        };
        let first = meant.chars().next()?;
        // Letters of Europe and the Near East, and punctuation: what news is written in. Others come about by chance, as
        // in a word that ends in a capital with an accent before a quotation mark.
        let plausible = matches!(u32::from(first), 0xa0..=0x17f | 0x391..=0x3c9 | 0x410..=0x451 | 0x621..=0x64a | 0x2010..=0x2044 | 0x20ac | 0x4e00..=0x9fff);
        return plausible.then(|| (&text[..at + character.len_utf8()], meant.to_owned()));
    }
    None
}

/// The byte of a character outside ASCII in windows-1252, with the five bytes that it leaves out taken from ISO 8859-1.
fn windows_1252(character: char) -> Option<u8> {
    let code = u32::from(character);
    if let 0xa0..=0xff | 0x81 | 0x8d | 0x8f | 0x90 | 0x9d = code {
        return u8::try_from(code).ok();
    }
    let mut buffer = [0; 4];
    let (bytes, _, failed) = encoding_rs::WINDOWS_1252.encode(character.encode_utf8(&mut buffer));
    match (&*bytes, failed) {
        (&[byte], false) if !byte.is_ascii() => Some(byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` as it looks after its UTF-8 bytes were read as windows-1252.
    fn garbled(text: &str) -> String {
        encoding_rs::WINDOWS_1252
            .decode(text.as_bytes())
            .0
            .into_owned()
    }

    #[test]
    fn garbled_text_is_known_and_good_text_is_not() {
        for text in [
            "Un café à Paris, déjà vu",
            "Verhandlungen über Öl: größer als früher",
            "Президент заявил, что перемирие",
            "“We will not yield,” he said",
            "it’s over",
        ] {
            assert!(mojibake(&garbled(text)).is_some(), "{}", garbled(text));
            assert_eq!(mojibake(text), None);
        }
        for text in [
            "«COMMUNAUTÉ» et «LIBERTÉ»",
            "São Paulo: ações, coração, irmã",
            "ÅÄÖ åäö ÆØÅ",
            "Đà Nẵng, Hà Nội",
            "plain",
        ] {
            assert_eq!(mojibake(text), None, "{text}");
        }
    }

    #[test]
    fn wide_text_is_known_without_a_mark() {
        let little: Vec<u8> = "id,title,text\n1,a,naïve words"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = "{\"id\": 1, \"text\": \"слово\"}"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(wide(&little), Some(UTF_16LE));
        assert_eq!(wide(&big), Some(UTF_16BE));
        assert_eq!(wide(b"plain words and more of them"), None);
        let mut text = String::new();
        Recoded::new(&little[..], UTF_16LE)
            .read_to_string(&mut text)
            .expect("memory can be read");
        assert!(text.ends_with("naïve words"));
    }
}
