//! Which fields of a file's records mean what, where they are not called as expected.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::FieldNames;

/// Records looked at. 20: a field that the first ones lack is not a field of every record.
const RECORDS: usize = 20;

/// Bytes looked at: records of a usual size, never a whole file.
const BYTES: usize = 256 << 10;

/// A meaning that a field can have.
struct Meaning {
    /// In words.
    what: &'static str,
    /// The option that names it.
    option: &'static str,
    /// How crawlers, archives and press databases call it: small letters and digits alone, likeliest first.
    names: &'static [&'static str],
    /// Its name in the options.
    of: fn(&mut FieldNames) -> &mut String,
}

const MEANINGS: &[Meaning] = &[
    Meaning {
        what: "the article",
        option: "--text-field",
        names: &[
            "text",
            "maintext",
            "articletext",
            "fulltext",
            "articlebody",
            "bodytext",
            "plaintext",
            "cleanedtext",
            "textcontent",
            "contenttext",
            "content",
            "body",
            "article",
            "rawtext",
            "rawcontent",
            "story",
            "document",
        ],
        of: |names| &mut names.text,
    },
    Meaning {
        what: "its id",
        option: "--id-field",
        names: &[
            "id",
            "uuid",
            "guid",
            "docid",
            "documentid",
            "articleid",
            "storyid",
            "identifier",
        ],
        of: |names| &mut names.id,
    },
    Meaning {
        what: "the headline",
        option: "--title-field",
        names: &["title", "headline", "articletitle", "head", "heading"],
        of: |names| &mut names.title,
    },
    Meaning {
        what: "the outlet",
        option: "--outlet-field",
        names: &[
            "outlet",
            "sourcedomain",
            "sourcename",
            "publisher",
            "publication",
            "newspaper",
            "medianame",
            "media",
            "sitename",
            "source",
            "domain",
            "hostname",
            "website",
        ],
        of: |names| &mut names.outlet,
    },
    Meaning {
        what: "the address",
        option: "--url-field",
        names: &[
            "url",
            "link",
            "canonicalurl",
            "articleurl",
            "weburl",
            "pageurl",
            "permalink",
            "uri",
            "href",
        ],
        of: |names| &mut names.url,
    },
    Meaning {
        what: "the time of publication",
        option: "--date-field",
        names: &[
            "publishedat",
            "datepublish",
            "datepublished",
            "publishdate",
            "publisheddate",
            "publicationdate",
            "pubdate",
            "published",
            "webpublicationdate",
            "datetime",
            "date",
            "timestamp",
            "createdat",
        ],
        of: |names| &mut names.published_at,
    },
];

/// The names of the fields in `records` (JSONL), and what was assumed, in words. A name that was asked for is never
/// changed, nor one that some record has.
pub(super) fn guess(records: &[u8], asked: &FieldNames) -> (FieldNames, Option<String>) {
    let mut names = asked.clone();
    let fields = fields(records);
    let mut defaults = FieldNames::default();
    let mut assumed = Vec::new();
    let mut options = Vec::new();
    for meaning in MEANINGS {
        let name = (meaning.of)(&mut names);
        if *name != *(meaning.of)(&mut defaults) || fields.contains_key(name) {
            continue;
        }
        let found = meaning.names.iter().find_map(|wanted| {
            let mut same = fields.iter().filter(|(name, _)| plain(name) == *wanted);
            same.find(|(_, kind)| kind.fits(meaning.option == "--text-field"))
        });
        if let Some((found, _)) = found {
            assumed.push(format!("`{found}` for {}", meaning.what));
            options.push(format!("`{}`", meaning.option));
            name.clone_from(found);
        }
    }
    let said = (!assumed.is_empty()).then(|| {
        format!(
            "fields were taken by their names: {}; say otherwise with {}",
            assumed.join(", "),
            options.join(", ")
        )
    });
    (names, said)
}

/// What kinds of values a field has.
#[derive(Clone, Copy, Default)]
struct Kind {
    strings: bool,
    numbers: bool,
}

impl Kind {
    /// Whether an article (`text`), or something said of one, can be of this kind.
    fn fits(self, text: bool) -> bool {
        self.strings || (self.numbers && !text)
    }
}

/// The fields of the first records with their kinds; a field that is always null is none.
fn fields(records: &[u8]) -> BTreeMap<String, Kind> {
    let mut fields: BTreeMap<String, Kind> = BTreeMap::new();
    let records = records.strip_prefix(b"\xef\xbb\xbf").unwrap_or(records);
    let front = &records[..records.len().min(BYTES)];
    let lines = front.split(|&byte| byte == b'\n');
    let filled = lines.filter(|line| !line.iter().all(u8::is_ascii_whitespace));
    for line in filled.take(RECORDS) {
        let line = String::from_utf8_lossy(line);
        let Ok(object) = serde_json::from_str::<BTreeMap<String, &RawValue>>(&line) else {
            continue;
        };
        for (name, value) in object {
            let kind = match value.get().as_bytes().first() {
                Some(b'n') | None => continue,
                Some(b'"') => Kind {
                    strings: true,
                    numbers: false,
                },
                Some(b'{' | b'[' | b't' | b'f') => Kind::default(),
                Some(_) => Kind {
                    strings: false,
                    numbers: true,
                },
            };
            let known = fields.entry(name).or_default();
            known.strings |= kind.strings;
            known.numbers |= kind.numbers;
        }
    }
    fields
}

/// A field's name without capitals, spaces and strokes: `Publish_Date` as `publishdate`.
fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Whether a column of this name holds an article, to tell a table from prose.
pub(super) fn names_an_article(name: &str) -> bool {
    MEANINGS[0].names.contains(&&*plain(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_crawlers_call_their_fields_is_understood() {
        let record = br#"{"_id": 7, "maintext": "words", "date_publish": "2022-09-13", "source_domain": "a.example", "title": "t", "content": null}"#;
        let (names, said) = guess(record, &FieldNames::default());
        assert_eq!(
            [
                &*names.id,
                &names.text,
                &names.published_at,
                &names.outlet,
                &names.title,
                &names.url
            ],
            [
                "_id",
                "maintext",
                "date_publish",
                "source_domain",
                "title",
                "url"
            ]
        );
        let said = said.expect("something was assumed");
        assert!(
            said.contains("`maintext` for the article") && said.contains("`--date-field`"),
            "{said}"
        );
    }

    #[test]
    fn names_that_are_there_or_were_asked_for_stay() {
        let record = br#"{"text": "words", "content": "other", "body": {"x": 1}}"#;
        assert_eq!(
            guess(record, &FieldNames::default()),
            (FieldNames::default(), None)
        );
        let asked = FieldNames {
            text: "content".into(),
            ..FieldNames::default()
        };
        assert_eq!(guess(br#"{"body": "words"}"#, &asked).0.text, "content");
        assert_eq!(guess(br#"{"body": 3}"#, &FieldNames::default()).1, None);
    }
}
