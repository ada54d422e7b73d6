// Makes elements from text. Nothing here, and nothing on this page, turns text into markup.

const SVG = "http://www.w3.org/2000/svg";

const put = (made, attributes, children) => {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat(9).filter((child) => child !== undefined && child !== null && child !== false));
  return made;
};

/** An element with attributes (`on...`: listeners) and children. */
export const make = (tag, attributes, ...children) => put(document.createElement(tag), attributes, children);

/** The same for drawings. */
export const draw = (tag, attributes, ...children) => put(document.createElementNS(SVG, tag), attributes, children);

export const byId = (id) => document.getElementById(id);

// Characters that act unseen: controls, zero widths, directions, tags. As `render::is_hidden` of the library.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|(?<![\u0590-\u{10ffff}])[\u200c\u200d]/gu;

const named = (c) => `⟨U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;

/** Text as nodes; characters that would act unseen are named instead. */
export const shown = (text) => {
  const clean = String(text).replace(/\r\n?/g, "\n");
  const nodes = [];
  let from = 0;
  for (const match of clean.matchAll(HIDDEN)) {
    if (match.index > from) nodes.push(clean.slice(from, match.index));
    nodes.push(make("span", { class: "hidden-char", title: "a character that is not shown" }, named(match[0])));
    from = match.index + match[0].length;
  }
  if (from < clean.length) nodes.push(clean.slice(from));
  return nodes;
};

/** The same as a string, for attributes. */
export const visible = (text) => String(text).replace(HIDDEN, named);

/** A text of at most so many characters, cut at a word where it is longer. */
export const shortened = (text, length) => {
  const points = Array.from(text);
  if (points.length <= length) return text;
  const cut = points.slice(0, length - 1).join("");
  const space = cut.lastIndexOf(" ");
  return `${(space > length / 2 ? cut.slice(0, space) : cut).replace(/[\s,;:–-]+$/u, "")}…`;
};

/** Somebody's words apart from ours, in their own direction. */
export const said = (text) => make("bdi", {}, shown(text));

/** A sentence of the program: words between backticks are quotations. */
export const prose = (text) => {
  const pieces = String(text).split("`");
  if (pieces.length % 2 === 0) return shown(text);
  return pieces.map((piece, index) => (index % 2 ? make("q", { dir: "auto" }, shown(piece)) : shown(piece)));
};

/** A time as people read it; what is in another form stays as it is. */
export const moment = (time) => {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/.exec(time);
  return parts ? `${parts[1]} ${parts[2]} UTC` : time;
};

export const percent = (share) => {
  if (share === null || share === undefined) return "–";
  const hundred = share * 100;
  if (hundred > 0 && hundred < 1) return "under 1 %";
  if (hundred > 99 && hundred < 100) return "over 99 %";
  return `${Math.round(hundred)} %`;
};

/** Shares as whole percent that add up to 100, as in the reports: what rounding leaves over goes to the largest remainders. */
export const wholePercents = (shares) => {
  const exact = shares.map((share) => 100 * share);
  const whole = exact.map(Math.floor);
  const order = exact.map((_, at) => at).sort((a, b) => exact[b] - whole[b] - (exact[a] - whole[a]));
  let over = Math.round(exact.reduce((sum, one) => sum + one, 0)) - whole.reduce((sum, one) => sum + one, 0);
  for (const at of order) if (over > 0) { whole[at] += 1; over -= 1; }
  return whole.map((one, at) => (one === 0 && shares[at] > 0 ? "under 1 %" : `${one} %`));
};

export const count = (number, one, many) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

const CATEGORIES = {
  wrong_sense: "wrong sense", number: "number", date_unit: "date or unit", named_entity: "name", role_swap: "roles swapped",
  polarity: "negation or opposite", modality: "certainty", addition: "addition", omission: "omission", untranslated: "untranslated",
  terminology: "terminology",
};
const RELATIONS = {
  verbatim: "verbatim", minor_edit: "minor edit", paraphrase: "paraphrase", summary: "summary", new: "not in the source",
  omitted: "left out",
};
const DERIVATIONS = {
  wholly_derived: "wholly derived", partially_derived: "partially derived", non_derived: "not derived",
};
const STATES = { open: "open", settled: "settled", no_action: "no action" };
const FIRST = {
  source: "the source was first", article: "the article was first", together: "both came out at the same time",
  unknown: "who was first is not known",
};

const word = (words) => (name) => words[name] || String(name).replaceAll("_", " ");
export const category = word(CATEGORIES);
export const relation = word(RELATIONS);
export const derivation = word(DERIVATIONS);
export const stateName = word(STATES);
export const first = word(FIRST);

/** What a document is called: its outlet, else its headline, else its id. */
export const called = (found) => found.outlet || found.title || found.id;

/** What documents are called where they stand together: those of one outlet with the time, or else the id, that tells them apart. */
export const namesOf = (documents) => {
  const alike = new Map();
  for (const found of documents) alike.set(called(found), [...(alike.get(called(found)) || []), found]);
  return (found) => {
    const same = alike.get(called(found)) || [];
    if (same.length < 2) return called(found);
    const minute = (time) => (/^.{10}T\d\d:\d\d/.test(time || "") ? time.slice(0, 16).replace("T", " ") : time);
    const times = new Set(same.map((one) => minute(one.published_at)).filter(Boolean));
    return `${called(found)} (${times.size === same.length ? minute(found.published_at) : found.id})`;
  };
};

/** A web address as a link; anything else as text. */
export const address = (url, text) =>
  /^https?:\/\//i.test(url || "") ? make("a", { href: url, rel: "noopener noreferrer nofollow" }, said(text)) : said(text);

/** Credit given, in words. */
export const credit = (attribution) => {
  if (attribution.kind === "none") return "no credit";
  const where = {
    dateline: "in the dateline", credit_line: "in a line of credit", inline: "in a sentence", metadata: "in the record",
    conflicting: "in conflict",
  }[attribution.kind] || attribution.kind;
  return `${visible(attribution.agency || "an agency")} ${where}`;
};

/** What was done, in words. */
export const verdict = (version) => {
  const words = version.verdicts.length ? version.verdicts.join(", ") : "independent";
  return version.near_exact ? `${words}, near exact` : words;
};

export const drifts = (version) => {
  const parts = [];
  if (version.major_drifts) parts.push(count(version.major_drifts, "major change", "major changes"));
  if (version.minor_drifts) parts.push(`${version.minor_drifts} minor`);
  return parts.length ? parts.join(", ") : "no change of meaning";
};
