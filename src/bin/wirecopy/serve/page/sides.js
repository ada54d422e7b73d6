// The source beside the article: passages linked, changes marked, scrolling together.

import { called, category, make, relation, shown } from "/page/make.js";

/** Every change of a version with its number, in the order of the article. */
export const numbered = (version) => {
  let number = 0;
  return version.links.flatMap((link) => link.drifts.map((drift) => ({ drift, link, number: ++number })));
};

const label = ({ drift, number }, side, reveal) => make("button", {
  type: "button", class: `tag ${drift.severity}`, id: `${side}m${number}`, title: category(drift.category),
  "aria-label": `change ${number}, ${drift.severity}, ${category(drift.category)}: show it in the list`, onclick: () => reveal(number),
}, String(number));

/** A sentence's words with its changes marked. Offsets count code points of the whole text. */
const marked = (sentence, changes, side, placed, reveal) => {
  const points = Array.from(sentence.text);
  const place = (change) => change.drift[side === "a" ? "copy" : "source"];
  const here = changes.filter((change) => {
    const { start, end } = place(change);
    return start === end ? start >= sentence.start && start <= sentence.end : start < sentence.end && end > sentence.start;
  });
  const cuts = new Set([0, points.length]);
  for (const change of here) {
    for (const cut of [place(change).start - sentence.start, place(change).end - sentence.start]) {
      if (cut > 0 && cut < points.length) cuts.add(cut);
    }
  }
  const sorted = [...cuts].sort((a, b) => a - b);
  const nodes = [];
  const tags = (some) => some.filter((change) => !placed.has(change.number)).map((change) => {
    placed.add(change.number);
    return label(change, side, reveal);
  });
  const gaps = (at) => {
    const some = here.filter((change) => place(change).start === place(change).end && place(change).start === sentence.start + at && !placed.has(change.number));
    for (const change of some) {
      nodes.push(make("mark", { class: `drift gap ${change.drift.severity}` }, tags([change]), "‸"));
    }
  };
  sorted.slice(0, -1).forEach((from, index) => {
    gaps(from);
    const to = sorted[index + 1];
    const words = points.slice(from, to).join("");
    const over = here.filter((change) => place(change).start < sentence.start + to && place(change).end > sentence.start + from);
    if (over.length) {
      const grave = over.some(({ drift }) => drift.severity === "major") ? "major" : "minor";
      nodes.push(make("mark", { class: `drift ${grave}` }, tags(over), shown(words)));
    } else {
      nodes.push(...shown(words));
    }
  });
  gaps(points.length);
  return nodes;
};

/** One text in paragraphs. `links` holds for each sentence the links that it is part of. */
const text = (found, links, changes, side, act) => {
  const paragraphs = new Map();
  const last = new Map();
  for (const sentence of found.sentences) {
    for (const link of links.get(sentence.index) || []) last.set(link.number, sentence.index);
  }
  const placed = new Set();
  for (const sentence of found.sentences) {
    const mine = links.get(sentence.index) || [];
    const kind = mine.length ? mine[0].relation : sentence.kind === "body" ? (side === "a" ? "new" : "omitted") : "aside";
    const refs = mine.filter((link) => last.get(link.number) === sentence.index).map((link) => make("a", {
      class: "ref", id: `${side}${link.number}`, href: `#${side === "a" ? "s" : "a"}${link.number}`,
      "aria-label": `passage ${link.number}, ${relation(link.relation)}: go to ${side === "a" ? "the source" : "the article"}`,
      title: relation(link.relation),
      onclick: (event) => {
        event.preventDefault();
        act.follow(side === "a" ? "s" : "a", link.number);
      },
    }, String(link.number)));
    const made = make("span", {
      class: `sentence ${kind}`, "data-links": mine.map((link) => link.number).join(" ") || undefined,
      title: sentence.why ? `left aside: ${sentence.why}` : undefined,
    }, sentence.kind !== "body" && make("span", { class: "aside-note" }, `${sentence.kind === "self_mirror" ? "repetition" : sentence.kind === "heading" ? "heading" : "furniture"} `),
    marked(sentence, changes, side, placed, act.change));
    if (!paragraphs.has(sentence.paragraph)) paragraphs.set(sentence.paragraph, []);
    paragraphs.get(sentence.paragraph).push(made, ...refs, " ");
  }
  return [...paragraphs.values()].map((nodes) => make("p", { dir: "auto", lang: "" }, nodes));
};

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The two texts side by side. `toList` is told the number of a change to show in the list. */
export const sides = (source, article, changes, toList) => {
  const links = source.version.links.filter((link) => link.copy.length && link.source.length)
    .map((link, index) => ({ ...link, number: index + 1 }));
  const of = (side) => {
    const map = new Map();
    for (const link of links) {
      for (const number of link[side]) {
        if (!map.has(number)) map.set(number, []);
        map.get(number).push(link);
      }
    }
    return map;
  };
  const pane = (side, name, whose) => make("div", { class: "pane" },
    make("h4", { id: `${side}-name` }, name, make("span", { class: "faint" }, ` ${whose}`)),
    make("div", { class: "text", tabindex: "0", role: "region", "aria-labelledby": `${side}-name`, "data-side": side }));
  const left = pane("s", make("bdi", {}, shown(called(source.document))), "(source)");
  const right = pane("a", "The article", "");
  const panes = { s: left.querySelector(".text"), a: right.querySelector(".text") };
  const together = make("input", { type: "checkbox", id: "together", checked: true });
  const only = make("input", { type: "checkbox", id: "only" });

  const light = (number) => {
    for (const side of ["s", "a"]) {
      for (const sentence of panes[side].querySelectorAll(".sentence")) {
        const mine = (sentence.dataset.links || "").split(" ");
        sentence.classList.toggle("lit", mine.includes(String(number)));
      }
    }
  };
  const into = (pane, element, smooth) => {
    const top = element.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop - pane.clientHeight / 3;
    quiet(pane);
    pane.scrollTo({ top, behavior: smooth && !calm() ? "smooth" : "auto" });
  };
  const until = { s: 0, a: 0 };
  const quiet = (pane, time = 700) => { until[pane.dataset.side] = performance.now() + time; };
  const follow = (side, number) => {
    const target = panes[side].querySelector(`#${side}${number}`);
    const other = panes[side === "s" ? "a" : "s"].querySelector(`#${side === "s" ? "a" : "s"}${number}`);
    light(number);
    into(panes[side], target, true);
    quiet(panes[side === "s" ? "a" : "s"]);
    if (other) into(panes[side === "s" ? "a" : "s"], other, true);
    target.focus({ preventScroll: true });
  };
  const act = { follow, change: toList };
  panes.s.append(...text(source.document, of("source"), changes, "s", act));
  panes.a.append(...text(article, of("copy"), changes, "a", act));

  // A click anywhere in a linked sentence shows its counterpart; the numbers do the same for the keyboard.
  for (const side of ["s", "a"]) {
    panes[side].addEventListener("click", (event) => {
      const sentence = event.target.closest && event.target.closest(".sentence[data-links]");
      if (!sentence || event.target.closest("button, a") || String(getSelection())) return;
      const number = sentence.dataset.links.split(" ")[0];
      light(number);
      const other = side === "s" ? "a" : "s";
      into(panes[other], panes[other].querySelector(`#${other}${number}`), true);
    });
    panes[side].addEventListener("scroll", () => {
      if (!together.checked || performance.now() < until[side]) return;
      const other = side === "s" ? "a" : "s";
      const stops = links.map(({ number }) => {
        const top = (which) => {
          const element = panes[which].querySelector(`#${which}${number}`);
          return element.getBoundingClientRect().top - panes[which].getBoundingClientRect().top + panes[which].scrollTop;
        };
        return [top(side), top(other)];
      }).sort((a, b) => a[0] - b[0]);
      if (!stops.length) return;
      stops.unshift([0, 0]);
      stops.push([panes[side].scrollHeight, panes[other].scrollHeight]);
      const third = panes[side].clientHeight / 3;
      const end = panes[side].scrollHeight - panes[side].clientHeight;
      // At the ends both are at their ends.
      const at = panes[side].scrollTop <= 0 ? 0 : panes[side].scrollTop >= end ? panes[side].scrollHeight : panes[side].scrollTop + third;
      const next = Math.max(1, stops.findIndex(([mine]) => mine >= at));
      const [a, b] = [stops[next - 1], stops[next]];
      const part = b[0] > a[0] ? (at - a[0]) / (b[0] - a[0]) : 0;
      quiet(panes[other], 120);
      panes[other].scrollTop = a[1] + part * (b[1] - a[1]) - panes[other].clientHeight / 3;
    }, { passive: true });
    // Inside a text, n and p go to the next and the previous change.
    panes[side].addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !["n", "p"].includes(event.key)) return;
      const tags = [...panes[side].querySelectorAll(".tag")];
      if (!tags.length) return;
      const at = tags.indexOf(document.activeElement);
      const to = event.key === "n" ? (at + 1) % tags.length : (at <= 0 ? tags.length : at) - 1;
      event.preventDefault();
      tags[to].focus();
    });
  }
  /** Shows a change in both texts. */
  const reveal = (number) => {
    const tags = ["s", "a"].map((side) => [panes[side], panes[side].querySelector(`#${side}m${number}`)]);
    for (const [pane, tag] of tags) if (tag) into(pane, tag, true);
    const tag = (tags[1][1] || tags[0][1]);
    if (tag) tag.focus({ preventScroll: true });
    const { link } = changes.find((change) => change.number === number);
    const known = links.find((one) => one.copy.length === link.copy.length && one.copy.every((n, at) => n === link.copy[at]) && one.source.every((n, at) => n === link.source[at]));
    light(known ? known.number : 0);
    left.parentElement.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  };
  const made = make("section", { class: "sides", "aria-labelledby": "sides-title" },
    make("h3", { id: "sides-title" }, "Side by side"),
    make("p", { class: "hint" }, "Numbers link passages. Inside a text, n and p go to the next and the previous change."),
    make("p", { class: "options" }, make("label", {}, together, " Scroll together"), make("label", {}, only, " Only what is shared")),
    make("ul", { class: "legend", "aria-label": "Legend" }, ["verbatim", "minor_edit", "paraphrase", "summary"].map((name) =>
      make("li", {}, make("span", { class: `sentence ${name}` }, relation(name)))),
    make("li", {}, make("mark", { class: "drift major" }, "major change")), make("li", {}, make("mark", { class: "drift minor" }, "minor change"))),
    make("div", { class: "panes" }, left, right));
  only.addEventListener("change", () => made.classList.toggle("only-shared", only.checked));
  return { made, reveal };
};
