//! Which language a passage is in, by its script, its letters and its commonest words.
//!
//! Function words are a third to a half of running text and no two languages share many of them, so that counting them tells the
//! languages of news apart from a dozen words on (Grefenstette 1995). Scripts of one language tell themselves.

/// A language, as its ISO 639-1 code.
pub type Language = &'static str;

/// The commonest words of languages in Latin script, with a space between.
const COMMON: &[(Language, &str)] = &[
    (
        "en",
        "the of and to in a is that for it was on as with he be at by this had not are but from or have an they which one you were her all she there would their we him been has when who will no more if out so said what up its about into than them can only other new some could these two may then do first any my now such like our over me even most after also did many before must through back where much your way well down should because each those people mr how too little state very make still own see men work long get here between both life being under never day same another know while last might us great old year off come since against go came right used take three",
    ),
    (
        "de",
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei hatte kann gegen vom können schon wenn habe seine ihre dann unter wir soll ich eines ihr kein keine wurden diese dieser wieder sagte niemand nichts",
    ),
    (
        "fr",
        "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont la avec ils mais comme ou si leur y dont elle deux cette aux été ses son sa ont était être fait nous vous je l d qu n s c entre sans lors selon après avant aussi même tout tous très sous ces cela encore où peu personne rien",
    ),
    (
        "es",
        "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué sólo han yo hay vez puede todos así nos ni parte tiene él uno donde bien tiempo mismo ese ahora e contra nadie nada quién dijo",
    ),
    (
        "it",
        "di e il la che in a un per è una del della si non i le con da al dei nel più come ha anche ma gli sono alla lo delle su o se questo suo dal dalla ed era nella due ci essere stato tra loro ai hanno fra all dell nell sul chi nessuno sta molto perché quando",
    ),
    (
        "pt",
        "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus quem nas me esse eles estão você tinha foram ninguém",
    ),
    (
        "nl",
        "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij of uit nog naar hij ze die was door over wordt heeft worden wel geen werd ik zou meer al deze hun haar kan had tot we hebben na dit veel tegen onder niemand",
    ),
    (
        "sv",
        "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när år under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade alla andra mycket än här då sedan över bara blir upp även vad ingen",
    ),
    (
        "da",
        "og i at det er en til af på den for med der de som ikke et har han fra var jeg om vi men sig så kan eller hun over efter ud også blev nu ved være havde skal når alle andre meget end her da op bare hvad ingen",
    ),
    (
        "no",
        "og i det er på til av en for at den med som har de ikke om et han fra men var jeg seg så vi kan eller hun over etter ut også ble nå ved være hadde skal når alle andre mye enn her da opp bare hva ingen",
    ),
    (
        "pl",
        "w i na z się nie do że jest to o a po za od przez jak dla przy co ale czy są tym ze był być oraz już tylko także jego jej ich który która które może bardzo przed pod nad bez ma nikt było była",
    ),
    (
        "cs",
        "a v se na je že o s z do to i za pro ve k po který by jako ale si od jeho jsou byl tak při jsem podle až už jen nebo která které pak před také mezi není",
    ),
    (
        "tr",
        "ve bir bu da de için ile çok daha olarak olan gibi sonra en ne kadar ise var her o ama ancak değil mi ki üzere göre olduğu oldu yok kimse şu dedi söyledi",
    ),
    (
        "ro",
        "și de în a la cu pe din o un nu să care mai este ca se au pentru lui ce sunt dar fi prin al sau fost după până când această ei iar nimeni",
    ),
    (
        "hu",
        "a az és hogy nem is egy ez de van volt meg csak már el mint még ha vagy aki ki azt lesz be szerint után pedig minden senki",
    ),
    (
        "fi",
        "ja on ei se että oli hän joka mutta ovat kun niin myös kuin mukaan sen ole tai olla jos vain nyt sekä ovat oli kukaan hänen jo",
    ),
    (
        "id",
        "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga ke karena ada mereka oleh saya kami atau bisa sudah telah dapat lebih",
    ),
    (
        "vi",
        "và của là có không được người cho trong các với một đã này những để khi ra ở về đến cũng như lại từ",
    ),
];

/// Share of a passage's words that must be among a language's commonest for that language to be said.
const LEAST_SHARE: f32 = 0.17;
/// Fewest words by which a language is said; three of a headline prove nothing.
const LEAST_WORDS: usize = 5;

/// The language of `passage`, where its script or its words say it; `None` for short, mixed or unknown text. Linear time.
pub fn language(passage: &str) -> Option<Language> {
    if passage.is_ascii() {
        return of_latin(passage);
    }
    let mut scripts: [(usize, Script); 16] = [
        (0, Script::Cyrillic),
        (0, Script::Greek),
        (0, Script::Arabic),
        (0, Script::Hebrew),
        (0, Script::Han),
        (0, Script::Kana),
        (0, Script::Hangul),
        (0, Script::Devanagari),
        (0, Script::Bengali),
        (0, Script::Tamil),
        (0, Script::Thai),
        (0, Script::Armenian),
        (0, Script::Georgian),
        (0, Script::Ethiopic),
        (0, Script::Myanmar),
        (0, Script::Khmer),
    ];
    // Latin letters are in none of these scripts, and most passages have no others.
    for c in passage.chars().filter(|c| u32::from(*c) >= LEAST_OTHER) {
        if let Some(script) = script(c)
            && let Some(slot) = scripts.iter_mut().find(|slot| slot.1 == script)
        {
            slot.0 += 1;
        }
    }
    let count = |wanted: Script| {
        scripts
            .iter()
            .find(|slot| slot.1 == wanted)
            .map_or(0, |slot| slot.0)
    };
    let (most, script) = scripts.iter().copied().max_by_key(|slot| slot.0)?;
    let latin = |c: &char| {
        c.is_ascii_alphabetic() || matches!(u32::from(*c), 0xc0..=0x24f | 0x1e00..=0x1eff)
    };
    if most == 0 || most <= passage.chars().filter(latin).count() {
        return of_latin(passage);
    }
    Some(match script {
        Script::Cyrillic => cyrillic(passage),
        Script::Greek => "el",
        Script::Arabic => arabic(passage),
        Script::Hebrew => "he",
        // Japanese is written in both; Chinese has no kana.
        Script::Han if count(Script::Kana) > 0 => "ja",
        Script::Han => "zh",
        Script::Kana => "ja",
        Script::Hangul => "ko",
        Script::Devanagari => "hi",
        Script::Bengali => "bn",
        Script::Tamil => "ta",
        Script::Thai => "th",
        Script::Armenian => "hy",
        Script::Georgian => "ka",
        Script::Ethiopic => "am",
        Script::Myanmar => "my",
        Script::Khmer => "km",
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Cyrillic,
    Greek,
    Arabic,
    Hebrew,
    Han,
    Kana,
    Hangul,
    Devanagari,
    Bengali,
    Tamil,
    Thai,
    Armenian,
    Georgian,
    Ethiopic,
    Myanmar,
    Khmer,
}

/// The first letter that [`script`] knows.
const LEAST_OTHER: u32 = 0x370;

fn script(c: char) -> Option<Script> {
    Some(match u32::from(c) {
        0x370..=0x3ff | 0x1f00..=0x1fff => Script::Greek,
        0x400..=0x52f => Script::Cyrillic,
        0x531..=0x58f => Script::Armenian,
        0x590..=0x5ff => Script::Hebrew,
        0x600..=0x6ff | 0x750..=0x77f | 0xfb50..=0xfdff | 0xfe70..=0xfefc => Script::Arabic,
        0x900..=0x97f => Script::Devanagari,
        0x980..=0x9ff => Script::Bengali,
        0xb80..=0xbff => Script::Tamil,
        0xe00..=0xe7f => Script::Thai,
        0x1000..=0x109f => Script::Myanmar,
        0x10a0..=0x10ff => Script::Georgian,
        0x1200..=0x139f => Script::Ethiopic,
        0x1780..=0x17ff => Script::Khmer,
        0x3041..=0x30ff => Script::Kana,
        0x1100..=0x11ff | 0xac00..=0xd7a3 => Script::Hangul,
        0x3400..=0x4dbf | 0x4e00..=0x9fff | 0x2_0000..=0x3_ffff => Script::Han,
        _ => return None,
    })
}

fn cyrillic(passage: &str) -> Language {
    let has = |letters: &[char]| passage.contains(letters);
    if has(&['ї', 'є', 'ґ', 'Ї', 'Є']) || (has(&['і', 'І']) && !has(&['ы', 'ў'])) {
        "uk"
    } else if has(&['ў', 'Ў']) {
        "be"
    } else if has(&['ј', 'љ', 'њ', 'ћ', 'ђ']) {
        "sr"
    } else if has(&['ы', 'э', 'ё', 'Э']) || !has(&['ъ']) {
        "ru"
    } else {
        // A hard sign and none of the letters that only Russian has.
        "bg"
    }
}

fn arabic(passage: &str) -> Language {
    if passage.contains(['ٹ', 'ڈ', 'ڑ', 'ں', 'ے', 'ہ', '۔']) {
        "ur"
    } else if passage.contains(['پ', 'چ', 'ژ', 'گ', 'ی', 'ک']) {
        "fa"
    } else {
        "ar"
    }
}

fn of_latin(passage: &str) -> Option<Language> {
    let mut met = [0_usize; COMMON.len()];
    let mut count = 0;
    let mut folded = String::new();
    for word in words(passage).take(200) {
        count += 1;
        let lower = if word.bytes().all(|b| b.is_ascii_lowercase()) {
            word
        } else if word.is_ascii() {
            folded.clear();
            folded.push_str(word);
            folded.make_ascii_lowercase();
            &folded
        } else {
            folded = word.to_lowercase();
            &folded
        };
        let mut languages = COMMON_WORDS.languages(lower);
        while languages != 0 {
            met[languages.trailing_zeros() as usize] += 1;
            languages &= languages - 1;
        }
    }
    if count < LEAST_WORDS {
        return None;
    }
    let mut best: Option<(usize, Language)> = None;
    let mut second = 0;
    for ((language, _), &met) in COMMON.iter().zip(&met) {
        // English, the first, is most of what is read: where a third of the words are its commonest no other is asked.
        if best.is_some_and(|(most, _)| most * 3 >= count) && second == 0 {
            break;
        }
        match best {
            Some((most, _)) if met <= most => second = second.max(met),
            _ => {
                second = best.map_or(0, |(most, _)| most);
                best = Some((met, language));
            }
        }
    }
    let (met, language) = best?;
    (met > second && met >= 2 && met as f32 >= LEAST_SHARE * count as f32).then_some(language)
}

/// The runs of letters of a passage.
fn words(passage: &str) -> impl Iterator<Item = &str> {
    // Most letters need no decoding.
    let letter = |at: usize| {
        let byte = *passage.as_bytes().get(at)?;
        if byte.is_ascii() {
            return Some((byte.is_ascii_alphabetic(), 1));
        }
        let c = passage[at..].chars().next()?;
        Some((c.is_alphabetic(), c.len_utf8()))
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some((false, length)) = letter(at) {
            at += length;
        }
        let begin = at;
        while let Some((true, length)) = letter(at) {
            at += length;
        }
        (at > begin).then(|| &passage[begin..at])
    })
}

/// Every common word, with a bit for each language of [`COMMON`] that has it.
struct CommonWords {
    languages: ahash::AHashMap<&'static str, u32>,
    /// For five bits of the first byte of a word and of its last one, which tell letters apart, a bit for each length that a common word of such
    /// bytes has; the longest count as one. Most words are seen to be no common ones without being hashed.
    lengths: Vec<u32>,
}

static COMMON_WORDS: std::sync::LazyLock<CommonWords> = std::sync::LazyLock::new(|| {
    let mut common = CommonWords {
        languages: ahash::AHashMap::new(),
        lengths: vec![0; 1 << 10],
    };
    for (bit, (_, words)) in COMMON.iter().enumerate() {
        for word in words.split(' ') {
            *common.languages.entry(word).or_insert(0) |= 1 << bit;
            let (place, length) = CommonWords::place(word);
            common.lengths[place] |= length;
        }
    }
    common
});

impl CommonWords {
    fn place(word: &str) -> (usize, u32) {
        let bytes = word.as_bytes();
        let byte = |of: Option<&u8>| usize::from(of.copied().unwrap_or(0) & 31);
        let place = byte(bytes.first()) << 5 | byte(bytes.last());
        (place, 1 << bytes.len().min(31))
    }

    /// The languages that have a word among their commonest.
    fn languages(&self, word: &str) -> u32 {
        let (place, length) = Self::place(word);
        if self.lengths[place] & length == 0 {
            return 0;
        }
        self.languages.get(word).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_from_one_sentence() {
        for (expected, passage) in [
            (
                "en",
                "The minister said on Monday that the bridge would be closed for a week.",
            ),
            (
                "de",
                "Der Minister sagte am Montag, dass die Brücke eine Woche lang gesperrt wird.",
            ),
            (
                "fr",
                "Le ministre a dit lundi que le pont serait fermé pour une semaine.",
            ),
            (
                "es",
                "El ministro dijo el lunes que el puente estará cerrado por una semana.",
            ),
            (
                "it",
                "Il ministro ha detto che il ponte sarà chiuso per una settimana.",
            ),
            (
                "pt",
                "O ministro disse que a ponte vai estar fechada por uma semana, e não mais.",
            ),
            (
                "nl",
                "De minister zei dat de brug een week lang gesloten zal zijn.",
            ),
            ("ru", "Министр сказал, что мост будет закрыт на неделю."),
            ("uk", "Міністр сказав, що міст буде закрито на тиждень."),
            ("zh", "部长说大桥将关闭一周。"),
            ("ja", "大臣は橋が一週間閉鎖されると述べた。"),
            ("ar", "قال الوزير إن الجسر سيغلق لمدة أسبوع."),
            ("fa", "وزیر گفت پل یک هفته بسته خواهد بود."),
            ("hi", "मंत्री ने कहा कि पुल एक सप्ताह बंद रहेगा।"),
            ("hy", "Կամուրջը փակ կլինի մեկ շաբաթ։"),
            ("el", "Ο υπουργός είπε ότι η γέφυρα θα κλείσει."),
            ("th", "สะพานปิดเมื่อวานนี้"),
        ] {
            assert_eq!(language(passage), Some(expected), "{passage}");
        }
    }

    #[test]
    fn names_and_headlines_say_no_language() {
        for passage in [
            "Varnholm",
            "Orvel Tamash, Ines Calder, Petra Lund",
            "",
            "123 456",
        ] {
            assert_eq!(language(passage), None, "{passage}");
        }
    }
}
