// The ranked sources, and one of them in detail: figures, changes of meaning, decision, exports.

import {
  address, byId, called, category, count, credit, derivation, drifts, first, make, moment, percent, prose, said, shown, stateName, verdict, wholePercents,
} from "/page/make.js";

const PARTS = [
  ["verbatim", "verbatim", "verbatim"], ["minor_edit", "edit", "minor edit"], ["paraphrase", "para", "paraphrase"],
  ["summary", "summ", "summary"], ["new", "new", "new"],
];

/** Shares by what was done, as a bar and in words. */
const bar = (shares) => {
  const parts = PARTS.filter(([name]) => shares[name] > 0);
  const percents = wholePercents(parts.map(([name]) => shares[name]));
  let at = 0;
  // Widths come as attributes of a drawing: styles in elements are refused by the page's policy.
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "bar");
  svg.setAttribute("viewBox", "0 0 100 4");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, style] of parts) {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const width = 100 * shares[name];
    rect.setAttribute("class", style);
    rect.setAttribute("x", String(at));
    rect.setAttribute("width", String(Math.max(0, width - 0.4)));
    rect.setAttribute("height", "4");
    at += width;
    svg.append(rect);
  }
  return make("div", { class: "share-bar" }, svg, make("p", { class: "shares" },
    parts.map(([, style, words], place) => make("span", { class: "part" }, make("i", { class: `key ${style}`, "aria-hidden": "true" }),
      `${percents[place]} ${words} `))));
};

const severity = (version) => (version.major_drifts ? "major" : version.minor_drifts ? "minor" : "calm");

/** The source that came out first, where times are known. */
export const earliest = (sources) => {
  const timed = sources.map((source) => [Date.parse(source.document.published_at || ""), source]).filter(([time]) => !Number.isNaN(time));
  return timed.length > 1 ? timed.reduce((a, b) => (b[0] < a[0] ? b : a))[1] : undefined;
};

/** Lists the sources; `choose` is told the rank of the one that is wanted. */
export const list = (answer, chosen, choose) => {
  const found = answer.check.checks[0];
  const cases = new Map(answer.cases.map((one) => [one.source, one]));
  const early = earliest(found.sources);
  byId("sources").replaceChildren(...found.sources.map((source) => {
    const counted = answer.counted[source.rank - 1];
    const decided = cases.get(source.document.id);
    const here = source.rank === chosen;
    return make("li", {}, make("button", {
      type: "button", class: "source-choice", "aria-current": here ? "true" : undefined, onclick: () => choose(source.rank),
    },
    make("span", { class: "name" }, said(called(source.document))),
    make("span", { class: "figure" }, percent(counted.copy.share), make("small", {}, " of the article")),
    make("span", { class: "faint" }, verdict(source.version)),
    make("span", { class: `count ${severity(source.version)}` }, drifts(source.version)),
    source === early && make("span", { class: "faint" }, "the earliest of them"),
    decided && make("span", { class: "state" }, `decided: ${stateName(decided.state)}`)));
  }));
  byId("others").replaceChildren(...(found.others.length ? [
    make("details", {}, make("summary", {}, count(found.others.length, "further source", "further sources")),
      make("ul", {}, found.others.map((other) => make("li", {}, said(other.outlet || other.id), `${other.aligned ? " " : " at least "}${percent(other.containment_of_copy)} of the article`)))),
  ] : []));
};

const figure = (name, value, note) => make("div", { class: "fact" }, make("dt", {}, name), make("dd", {}, value, note && make("small", {}, note)));

/** One source: who, how much, whether credit was given. */
export const head = (source, counted) => {
  const { document: found, version } = source;
  const words = (side) => ` ${side.shared.toLocaleString("en")} of ${side.all.toLocaleString("en")} words`;
  return [
    make("h2", { id: "source-title", tabindex: "-1" }, `${source.rank}. `, address(found.url, called(found)), make("span", { class: "did" }, ` ${verdict(version)}`)),
    make("p", { class: "faint" }, said(found.title || ""), found.published_at ? [" · ", shown(moment(found.published_at))] : "", " · ", said(found.id)),
    make("dl", { class: "facts" },
      figure("Of the article, from this source", percent(counted.copy.share), words(counted.copy)),
      figure("Of this source, used", percent(counted.source.share), words(counted.source)),
      figure("Dependence", derivation(version.derivation)),
      figure("Credit", credit(version.attribution)),
      figure("Time", first(source.first))),
    version.near_exact && make("p", { class: "flag" }, make("b", {}, "Near exact: "), "over 80 % of the source, and over 125 words of it, nearly word for word."),
    bar(counted.shares),
    source.evidence.length > 0 && make("details", {}, make("summary", {}, `Why it may be the source (${percent(source.confidence)} sure)`),
      make("ul", {}, source.evidence.map((reason) => make("li", {}, prose(reason))))),
  ];
};

const wording = (words) => (words === "" ? make("em", {}, "nothing") : make("q", { dir: "auto", lang: "" }, shown(words)));

const card = (numbered, reveal) => {
  const { drift, number } = numbered;
  return make("li", { id: `d${number}`, class: drift.severity, tabindex: "-1" },
    make("p", {}, make("button", { type: "button", class: `tag ${drift.severity}`, onclick: () => reveal(number), "aria-label": `Change ${number}, ${drift.severity}: show it in the texts` }, `#${number} ${drift.severity}`),
      " ", make("b", {}, category(drift.category)), make("span", { class: "faint" }, ` ${percent(drift.score)} likely`)),
    make("p", { class: "wording" }, make("span", {}, make("b", { class: "label" }, "source "), wording(drift.source.text)),
      make("span", {}, make("b", { class: "label" }, "article "), wording(drift.copy.text))),
    drift.evidence && make("p", {}, make("b", { class: "label" }, "why "), prose(drift.evidence)));
};

/** Changes of meaning, grave ones first; `reveal` is told the number of the one to show in the texts. */
export const changes = (numbered, reveal) => {
  const major = numbered.filter(({ drift }) => drift.severity === "major");
  const minor = numbered.filter(({ drift }) => drift.severity !== "major").sort((a, b) => b.drift.score - a.drift.score);
  const cards = (some) => make("ol", { class: "drifts" }, some.map((one) => card(one, reveal)));
  return make("section", { "aria-labelledby": "changes-title" },
    make("h3", { id: "changes-title" }, major.length ? count(major.length, "major change of meaning", "major changes of meaning") : "No major change of meaning found"),
    major.length > 0 && cards(major),
    minor.length > 0 && make("details", {}, make("summary", {}, count(minor.length, "possible minor change", "possible minor changes")), cards(minor)));
};

/** What people decided about the article and this source; `decide` is told the state and the note. */
export const decision = (source, decided, decide) => {
  const state = decided ? decided.state : "open";
  const choice = (name) => make("label", {}, make("input", { type: "radio", name: "state", value: name, checked: name === state }), ` ${stateName(name)}`);
  const note = make("textarea", { id: "note", rows: 3, dir: "auto" });
  note.value = decided ? decided.note : "";
  return make("form", {
    class: "decision", "aria-labelledby": "decision-title",
    onsubmit: (event) => {
      event.preventDefault();
      decide(new FormData(event.currentTarget).get("state"), note.value);
    },
  },
  make("h3", { id: "decision-title" }, "Decision"),
  make("fieldset", { class: "states" }, make("legend", {}, "State"), ["open", "settled", "no_action"].map(choice)),
  make("label", { for: "note" }, "Note"), note,
  make("p", { class: "actions" }, make("button", { type: "submit", id: "decide" }, "Keep the decision"),
    make("span", { class: "faint" }, decided ? [" kept ", shown(moment(decided.changed_at || ""))] : " nothing decided yet")));
};
