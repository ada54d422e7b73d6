//! Abbreviations of news prose and what each says about the stop behind it.

use std::sync::LazyLock;

use ahash::AHashMap;

use crate::text::language::Language;

/// What stands behind an abbreviation's stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// A name or another word of the sentence: titles, ranks, "vs."
    Never,
    /// Goes before figures ("No. 4", "Art. 5") and is a word or an end otherwise.
    BeforeFigure,
    /// The sentence may end with it; it does when what follows begins sentences: company endings, countries, months.
    MayEnd,
    /// Measures: a capital behind them begins a sentence.
    Unit,
}

const NEVER: &str = "mr mrs ms mx dr prof gen col lt ltc maj sgt capt cpl pvt adm cmdr comdr brig rev hon sen rep \
    gov supt insp det messrs mgr msgr amb asst adj gov-gen vs viz e.g i.e cf approx attn esp incl hosp \
    mme mlle sra srta dra gral cnel cte tte lic ing arq aprox avda núm pág págs uds \
    nr bzw evtl ggf inkl vgl sog bzgl geb dipl hr fr \
    dhr mevr mw bijv sig dott avv sig.ra dott.ssa prof.ssa \
    проф доц акад ул просп пл обл им ст зам гл \
    godz św płk ks np tzn κ डॉ श्री pres mt";

const BEFORE_FIGURE: &str = "no nos op fig figs vol vols pp p para paras art arts sec secs ch ed est ca circa nn tel ext al v \
    рис стр гл núm pág nr blz bd abs str";

const MAY_END: &str = "inc ltd llc plc co corp cos jr sr esq bros assn assoc dept dist univ inst intl natl govt min sq st ft ave blvd rd \
    hwy ln pl u.s u.k u.n e.u u.s.a u.a.e d.c n.y n.j a.m p.m b.c a.d ph.d m.d b.a m.a etc \
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun \
    usw etw std jh uu ee ecc enz itd itp";

const UNITS: &str = "km kms cm mm kg lb lbs oz gal bbl bbls mi yd yds hrs mins secs pct mln bln trln bn mn tn mph kph bps mio mrd tsd tys mld zł \
    тыс млн млрд трлн руб коп чел кг см";

/// American states as newspapers shorten them. Many are words, so that they count only capitalised and behind a comma.
const STATES: &str = "Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev \
    Okla Ore Pa Penn Tenn Tex Va Vt Wash Wis Wyo";

/// Abbreviations that are words in other languages.
const BY_LANGUAGE: &[(&str, &str)] = &[
    ("it", "on pag ing min geom"),
    ("fr", "ex mm vve bd av env"),
    ("de", "z d u s o bes max hl gest allg ev kath"),
    ("pl", "r w m in al gen"),
    ("es", "d sr ud admón"),
    ("pt", "sr dr exmo"),
];

/// Words that begin a sentence far more often than they continue one after an abbreviation.
const BEGINNERS: &str = "The A An It He She They We I You In On At But And Or Nor So Yet This That These Those His Her Their Its Our My Your \
    There Here However Meanwhile After Before When While As If Once Since Until During Despite Although Though Because Unless \
    Some Many Both No Not None Nobody Nothing Neither Either Each Every Everyone All Most More Much Several Few Other Others Another Such \
    For From By To Of With Without Over Under Between Among Against Through Towards Into About Nearly Almost Only Even Also Still Just Then \
    Now Today Yesterday Later Soon Earlier Last Instead Otherwise Moreover Nevertheless Separately Asked Speaking According What Why Who \
    Where How Which Whether One Two Three Four Five Six Seven Eight Nine Ten Dozens Hundreds Thousands Millions \
    Police Shares Officials Analysts Critics Residents Investors Witnesses Local Talks Sales Profit Profits Prices Rivals Trading \
    El La Los Las Un Una En Su Pero Le Les Il Elle Ils Der Die Das Er Sie Es Wir Ein Eine Im Am Aber Auch Doch Ich \
    Он Она Они Это В На Но И По Мы Я";

/// Words behind which a lone capital is the name of a kind ("Plan B"), not an initial.
const CLASSES: &str = "plan vitamin group class grade type hepatitis section pool phase part appendix influenza block ward gate terminal \
    team option level hall room channel schedule exhibit suspect witness article category zone league serie model unit building line";

/// Verbs in the past and helping verbs.
const VERBS: &str = "is are was were has have had will would can could may might must did does do rose fell said came went got held \
    lost won began ended remains remain";

/// The lists of words above.
#[derive(Clone, Copy)]
enum List {
    Never,
    BeforeFigure,
    MayEnd,
    Units,
    States,
    Beginners,
    Classes,
    Verbs,
}

/// Every word of the lists, with a bit for each list that holds it.
static LISTED: LazyLock<AHashMap<&'static str, u8>> = LazyLock::new(|| {
    let mut listed = AHashMap::new();
    for (list, words) in [
        (List::Never, NEVER),
        (List::BeforeFigure, BEFORE_FIGURE),
        (List::MayEnd, MAY_END),
        (List::Units, UNITS),
        (List::States, STATES),
        (List::Beginners, BEGINNERS),
        (List::Classes, CLASSES),
        (List::Verbs, VERBS),
    ] {
        for word in words.split_ascii_whitespace() {
            *listed.entry(word).or_insert(0) |= 1 << list as u8;
        }
    }
    listed
});

fn holds(list: List, word: &str) -> bool {
    LISTED
        .get(word)
        .is_some_and(|lists| lists >> list as u8 & 1 == 1)
}

/// What the abbreviation `folded` (lower case, without its last stop) says; `printed` as it stands and `after_comma` tell states from words.
pub(super) fn abbreviation(
    folded: &str,
    printed: &str,
    after_comma: bool,
    language: Option<Language>,
) -> Option<Abbreviation> {
    // "P. D. Hale" is no page.
    if printed.chars().count() == 1 && printed.chars().all(char::is_uppercase) {
        return None;
    }
    // "l'art. 5": the article before it is not part of it.
    let folded = folded.rsplit(['\'', '’']).next().unwrap_or(folded);
    if holds(List::BeforeFigure, folded) && folded != "sec" {
        return Some(Abbreviation::BeforeFigure);
    }
    if folded == "sec" || holds(List::Never, folded) {
        return Some(Abbreviation::Never);
    }
    if holds(List::MayEnd, folded) || after_comma && holds(List::States, printed) {
        return Some(Abbreviation::MayEnd);
    }
    if holds(List::Units, folded) {
        return Some(Abbreviation::Unit);
    }
    let own = BY_LANGUAGE
        .iter()
        .find(|(code, _)| language == Some(code))
        .is_some_and(|(_, list)| list.split(' ').any(|entry| entry == folded));
    if own {
        return Some(Abbreviation::Never);
    }
    // "Hafenstr. 12"
    if language == Some("de") && folded.ends_with("str") {
        return Some(Abbreviation::BeforeFigure);
    }
    None
}

/// Whether the first word of `follows` begins sentences.
pub(crate) fn begins_sentence(follows: &str) -> bool {
    let first: &str = follows
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    holds(List::Beginners, first)
}

/// Whether the second word of `follows` is a verb in the past or a helping verb: "Traffic was sent round", "Walls cracked".
pub(super) fn second_is_verb(follows: &str) -> bool {
    follows
        .split_whitespace()
        .nth(1)
        .is_some_and(|word| holds(List::Verbs, word))
}

/// Whether a capital behind `word` names a kind.
pub(super) fn is_class(word: &str) -> bool {
    holds(List::Classes, &word.to_lowercase())
}

/// Languages that write ordinals with a stop: "am 3. Oktober".
pub(super) fn has_dotted_ordinals(language: Option<Language>) -> bool {
    matches!(
        language,
        Some("de" | "da" | "no" | "fi" | "cs" | "hu" | "pl" | "tr" | "hr")
    )
}
