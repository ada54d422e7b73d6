//! Which encoding a page is in: what its bytes prove, then what it was sent as, then what it says of itself.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

/// How far into a page its own declaration may stand. The standard says 1,024 bytes; pages with long comments on
/// top put it later, and browsers that looked further found it.
const DECLARED_WITHIN: usize = 4096;

/// A page as text.
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    /// The encoding that was used.
    pub(super) encoding: &'static str,
    /// What had to be assumed, in words.
    pub(super) problems: Vec<String>,
}

/// Decodes `bytes`, which were sent as `sent`.
///
/// Declarations are wrong often enough to be checked: bytes that are valid UTF-8 and not plain ASCII are UTF-8
/// whatever is said, and a declaration under which the bytes are no text gives way to what they look like.
pub(super) fn decode<'a>(bytes: &'a [u8], sent: Option<&str>) -> Decoded<'a> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return Decoded {
            text,
            encoding: encoding.name(),
            problems: Vec::new(),
        };
    }
    let by_sender = sent.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    let by_page = declared(&bytes[..bytes.len().min(DECLARED_WITHIN)]);
    let said = by_sender.or(by_page);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let mut problems = Vec::new();
        if let Some(said) = said.filter(|said| *said != UTF_8 && !text.is_ascii())
            && (said.is_single_byte() || said == encoding_rs::GBK || said == encoding_rs::BIG5)
        {
            problems.push(format!("declared as {}; the bytes are UTF-8", said.name()));
        }
        return Decoded {
            text: Cow::Borrowed(text),
            encoding: UTF_8.name(),
            problems,
        };
    }
    // A few broken bytes among many characters of UTF-8 are damage, not another encoding: text in another one forms
    // such characters by chance only, far fewer than it breaks.
    let (text, broken) = lossy(bytes);
    let wide = text.chars().filter(|c| !c.is_ascii()).count() - broken;
    if wide >= 3 * broken {
        return Decoded {
            text: Cow::Owned(text),
            encoding: UTF_8.name(),
            problems: vec![match broken {
                1 => "one place is not UTF-8; it reads `\u{fffd}`".to_owned(),
                _ => format!("{broken} places are not UTF-8; they read `\u{fffd}`"),
            }],
        };
    }
    let said = said.filter(|said| *said != UTF_8);
    let (encoding, mut problems) = match said {
        Some(said) if fits(bytes, said) => (said, Vec::new()),
        Some(said) => match likeliest(bytes) {
            likeliest if likeliest == said => (said, Vec::new()),
            likeliest => {
                let message = format!(
                    "declared as {}, under which it is no text; read as {}",
                    said.name(),
                    likeliest.name()
                );
                (likeliest, vec![message])
            }
        },
        None => {
            let likeliest = likeliest(bytes);
            (
                likeliest,
                vec![format!("not UTF-8; read as {}", likeliest.name())],
            )
        }
    };
    let (text, _, broken) = encoding.decode(bytes);
    if broken {
        problems.push(format!(
            "bytes that are not {} read `\u{fffd}`",
            encoding.name()
        ));
    }
    Decoded {
        text: Cow::Owned(text.into_owned()),
        encoding: encoding.name(),
        problems,
    }
}

fn lossy(bytes: &[u8]) -> (String, usize) {
    let mut broken = 0;
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            broken += 1;
            text.push('\u{fffd}');
        }
    }
    (text, broken)
}

/// The encoding that a page's head declares. What it says in bytes cannot be UTF-16, so that means UTF-8.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let lower = head.to_ascii_lowercase();
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&lower[at..], b"charset") {
        at += found + b"charset".len();
        let rest = lower[at..].trim_ascii_start();
        let Some(rest) = rest.strip_prefix(b"=") else {
            continue;
        };
        let rest = rest.trim_ascii_start();
        let rest = rest
            .strip_prefix(b"\"")
            .or(rest.strip_prefix(b"'"))
            .unwrap_or(rest);
        let end = rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':')))
            .unwrap_or(rest.len());
        if let Some(encoding) = Encoding::for_label(&rest[..end]) {
            let wide = encoding == encoding_rs::UTF_16BE || encoding == encoding_rs::UTF_16LE;
            return Some(if wide { UTF_8 } else { encoding });
        }
    }
    None
}

/// Enough bytes of text to tell an encoding by. The detector reads some 10 MB/s, and pages are mostly markup.
const SAMPLE: usize = 8 << 10;

/// What `bytes` look like.
fn likeliest(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    if memchr::memchr(0x1b, bytes).is_some() {
        // Encodings that switch by escapes have no byte above 127 to go by.
        detector.feed(bytes, true);
    } else {
        // Texts between tags that say something. No character of several bytes has a `<` or `>` in it.
        let mut fed = 0;
        for part in bytes.split(|byte| matches!(byte, b'<' | b'>')) {
            if fed < SAMPLE && !part.is_ascii() {
                detector.feed(part, false);
                detector.feed(b" ", false);
                fed += part.len();
            }
        }
        detector.feed(b"", true);
    }
    detector.guess(None, Utf8Detection::Deny)
}

/// Whether `bytes` read under `said` can be text. Nearly every byte is something in a single-byte encoding, so there
/// scripts tell: Cyrillic read as Latin is a hail of accented letters, such as no language has.
fn fits(bytes: &[u8], said: &'static Encoding) -> bool {
    let sample = &bytes[..bytes.len().min(1 << 18)];
    let (text, _, broken) = said.decode(sample);
    let wide = text.chars().filter(|c| !c.is_ascii()).count();
    if broken && text.chars().filter(|c| *c == '\u{fffd}').count() * 20 > wide {
        return false;
    }
    let (mut run, mut hail) = (0, 0);
    for c in text.chars() {
        if ('\u{80}'..='\u{17f}').contains(&c) {
            run += 1;
            hail += usize::from(run >= 3);
        } else {
            run = 0;
        }
    }
    hail * 4 <= wide
}
