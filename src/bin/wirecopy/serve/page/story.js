// The story around an article: who printed it when, who has it from whom, what changed. Each drawing has a table that says the same.

import { byId, category, count, draw, make, moment, namesOf, percent, prose, said, shortened, shown, visible } from "/page/make.js";

const short = (text, length) => shortened(visible(text), length);

/** A drawing that can be scrolled where it is wider than the window, also by keyboard. */
const drawn = (drawing, name) => make("div", { class: "drawn", tabindex: "0", role: "region", "aria-label": name }, drawing);

/** When documents came out: a line of dots, and a table. */
const timeline = (report, members, cluster, own, called) => {
  const source = cluster.source.document;
  const dated = members.map((at) => report.documents[at])
    .map((found) => ({ found, time: Date.parse(found.published_at || "") }))
    .sort((a, b) => (Number.isNaN(a.time) ? Infinity : a.time) - (Number.isNaN(b.time) ? Infinity : b.time) || a.found.index - b.found.index);
  const known = dated.filter(({ time }) => !Number.isNaN(time));
  const [from, to] = [known[0], known[known.length - 1]].map((one) => (one ? one.time : 0));
  const x = (time) => (to > from ? 14 + 572 * (time - from) / (to - from) : 300);
  const what = (found) => (found.index === own ? "this article" : found.index !== source ? "" : cluster.source.standing === "likely" ? "likely source" : "compared with");
  const drawing = known.length > 1 && draw("svg", { class: "drawing", viewBox: `0 0 600 ${20 + 16 * known.length}`, role: "img", "aria-label": `Timeline of ${known.length} documents; the table below says the same` },
    draw("line", { class: "axis", x1: 14, x2: 586, y1: 8, y2: 8 }),
    // Lines first: no name is struck through.
    known.map(({ time }, row) => draw("line", { class: "drop-line", x1: x(time), x2: x(time), y1: 8, y2: 24 + 16 * row })),
    known.map(({ found, time }, row) => {
      const at = x(time);
      const right = at > 360;
      return [
        found.index === own
          ? draw("rect", { class: "node own", x: at - 4.5, y: 19.5 + 16 * row, width: 9, height: 9 })
          : draw("circle", { class: found.index === source ? "node source" : "node", cx: at, cy: 24 + 16 * row, r: found.index === source ? 5 : 3.5 }),
        draw("text", { x: right ? at - 8 : at + 8, y: 27.5 + 16 * row, "text-anchor": right ? "end" : "start" }, short(called(found), 44)),
      ];
    }));
  return [
    make("h3", {}, "Timeline"),
    drawing && drawn(drawing, "Timeline, drawn"),
    make("table", { class: "times" }, make("caption", {}, "When each came out"),
      make("thead", {}, make("tr", {}, ["Published", "Outlet", "Headline", "What"].map((name) => make("th", { scope: "col" }, name)))),
      make("tbody", {}, dated.map(({ found }) => make("tr", {},
        make("td", { "data-label": "Published" }, found.published_at ? shown(moment(found.published_at)) : "not known"),
        make("th", { scope: "row" }, said(found.index === own ? found.outlet || "this article" : called(found))),
        make("td", { "data-label": "Headline" }, said(found.title || "")),
        make("td", { "data-label": "What" }, what(found)))))),
  ];
};

/** Who has the text from whom: a tree drawn from left to right, and a list with the reasons. */
const outlets = (report, cluster, own, called) => {
  const name = (at) => (at === own && !report.documents[at].outlet ? "this article" : called(report.documents[at]));
  const children = new Map();
  const parents = new Map();
  for (const descent of cluster.descents) {
    if (descent.parent.kind !== "document") continue;
    parents.set(descent.document, descent);
    if (!children.has(descent.parent.document)) children.set(descent.parent.document, []);
    children.get(descent.parent.document).push(descent.document);
  }
  const members = [cluster.source.document, ...cluster.versions.map((version) => version.document)];
  const roots = members.filter((at) => !parents.has(at));
  const placed = [];
  const walk = (at, depth) => {
    const row = placed.length;
    placed.push({ at, depth, row });
    for (const child of children.get(at) || []) walk(child, depth + 1);
  };
  for (const root of roots) walk(root, 0);
  const places = new Map(placed.map((one) => [one.at, one]));
  const deepest = Math.max(...placed.map(({ depth }) => depth));
  const step = Math.min(150, 380 / Math.max(1, deepest));
  const at = ({ depth, row }) => [12 + depth * step, 14 + row * 24];
  const edge = (child) => {
    const descent = parents.get(child.at);
    if (!descent) return [];
    const [[x1, y1], [x2, y2]] = [at(places.get(descent.parent.document)), at(child)];
    return [
      draw("path", { class: descent.probability < 0.7 ? "edge doubtful" : "edge", d: `M${x1},${y1 + 6} V${y2} H${x2 - 7}` }),
      draw("text", { class: "likely", x: x1 + 5, y: y2 - 3 }, percent(descent.probability)),
    ];
  };
  const drawing = draw("svg", { class: "drawing", viewBox: `0 0 600 ${24 + 24 * placed.length}`, role: "img", "aria-label": `Who has the text from whom, ${placed.length} documents; the list below says the same` },
    placed.map(edge),
    placed.map((one) => {
      const [x, y] = at(one);
      return [
        one.at === own ? draw("rect", { class: "node own", x: x - 5, y: y - 5, width: 10, height: 10 })
          : draw("circle", { class: one.at === cluster.source.document ? "node source" : "node", cx: x, cy: y, r: 5 }),
        draw("text", { x: x + 10, y: y + 4 }, short(name(one.at), 44)),
      ];
    }));
  const standing = { likely: "likely the source of the others", lost: "not the source itself: the common source is lost", undetermined: "the source is undetermined" }[cluster.source.standing];
  const answer = (descent) => ({
    document: () => [" has it from ", make("b", {}, said(name(descent.parent.document))), `, ${percent(descent.probability)} likely`],
    lost: () => ` has it from a text that is not here, ${percent(descent.probability)} likely`,
    undetermined: () => ": undetermined",
  }[descent.parent.kind]());
  return [
    make("h3", {}, "Outlets"),
    make("p", {}, make("b", {}, said(name(cluster.source.document))), `: ${standing} (${percent(cluster.source.confidence)}).`),
    drawn(drawing, "Outlets, drawn"),
    make("ul", { class: "descents" }, cluster.descents.map((descent) => make("li", {}, make("b", {}, said(name(descent.document))), answer(descent),
      descent.evidence.length > 0 && make("details", {}, make("summary", {}, "Why"), make("ul", {}, descent.evidence.map((reason) => make("li", {}, prose(reason.said)))))))),
  ];
};

const words = (span) => (span.text === "" ? make("em", {}, "nothing") : make("q", { dir: "auto", lang: "" }, shown(span.text)));

/** Every passage that versions tell otherwise, with who says what. */
const ledger = (report, cluster, own, called) => {
  const names = (some) => some.flatMap((at, index) => [index ? ", " : "", at === own ? make("b", {}, "this article") : said(called(report.documents[at]))]);
  const told = (label, some) => some.length > 0 && make("p", {}, make("b", { class: "label" }, `${label} `), `${some.length}: `, names(some));
  const newer = (reading) => reading.newer && make("p", { class: "newer" }, reading.newer.kind === "wire"
    ? ["newer, not wrong: ", said(called(report.documents[reading.newer.document])), " has it in a later version"]
    : `newer, not wrong: ${reading.newer.copies} copies have it that have not the text from one another`);
  const rows = cluster.ledger.map((entry) => make("tr", { class: entry.severity },
    make("td", { "data-label": "Category" }, make("span", { class: `tag ${entry.severity}` }, entry.severity), " ", category(entry.category)),
    make("th", { scope: "row" }, words(entry.source), told("kept by", entry.kept), told("unclear", entry.unclear), told("left out by", entry.silent)),
    make("td", { "data-label": "Told otherwise" }, entry.readings.map((reading) => make("div", { class: "reading" }, words(reading.words),
      make("span", { class: "faint" }, ` ${category(reading.category)}, ${percent(reading.score)} likely`), told("by", reading.witnesses), newer(reading))))));
  const corrections = cluster.corrections.map((one) => make("li", {}, make("b", {}, category(one.category)), ": ", words(one.old), " became ", words(one.new),
    make("span", {}, " in "), said(called(report.documents[one.later])), ". ",
    `${count(one.carry_old.length, "copy carries", "copies carry")} the old statement`, one.carry_old.length > 0 && [": ", names(one.carry_old)],
    one.late.length > 0 && [`; of these published after it: `, names(one.late)], "."));
  return [
    make("h3", {}, "Ledger: what changed, and who says what"),
    rows.length ? make("table", { class: "ledger" }, make("caption", {}, "Passages of the source that versions tell otherwise"),
      make("thead", {}, make("tr", {}, ["Category", "Source", "Told otherwise"].map((name) => make("th", { scope: "col" }, name)))), make("tbody", {}, rows))
      : make("p", {}, "No passage is told otherwise."),
    corrections.length > 0 && [make("h3", {}, "Corrections"), make("ul", {}, corrections)],
  ];
};

/** Shows the story; says how many documents it has. */
export const tell = (story) => {
  const { report } = story;
  const clusters = story.clusters.map((number) => report.clusters.find((cluster) => cluster.number === number));
  if (!clusters.length) {
    byId("told").replaceChildren(make("p", {}, "The archive has no other document of this story."));
    return 0;
  }
  const all = new Set();
  byId("told").replaceChildren(...clusters.map((cluster) => {
    const members = [cluster.source.document, ...cluster.versions.map((version) => version.document)];
    for (const member of members) all.add(member);
    const mine = members.includes(story.document);
    const called = namesOf(members.map((at) => report.documents[at]));
    return make("section", { class: "cluster" },
      clusters.length > 1 && make("p", { class: "verdict" }, mine ? "With this article: " : "Around its sources: ", said(cluster.headline)),
      timeline(report, members, cluster, story.document, called),
      outlets(report, cluster, story.document, called),
      ledger(report, cluster, story.document, called));
  }));
  return all.size;
};
