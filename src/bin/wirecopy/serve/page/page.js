// The page: asks the API, keeps what is shown in the address, says what happened.

import { address, byId, called, count, make, moment, percent, prose, said, shortened, shown, stateName, visible } from "/page/make.js";
import { numbered, sides } from "/page/sides.js";
import { changes, decision, earliest, head, list } from "/page/sources.js";
import { tell } from "/page/story.js";

const state = { answer: null, rank: 1, view: null };

const say = (text) => { byId("status").textContent = text; };

const trouble = (error) => {
  byId("problem").replaceChildren(make("p", { class: "problem" }, make("b", {}, "That did not work: "), prose(error.message)));
  say("");
};

const calm = () => byId("problem").replaceChildren();

/** Asks for the token, where the server has one. */
const askToken = () => new Promise((resolve) => {
  const dialog = byId("token");
  dialog.addEventListener("close", () => {
    sessionStorage.setItem("token", byId("token-value").value);
    resolve();
  }, { once: true });
  dialog.showModal();
});

/** Sends a request; the answer's bytes are left to the caller. */
const ask = async (method, path, body, type) => {
  for (;;) {
    const headers = {};
    const token = sessionStorage.getItem("token");
    if (token) headers.Authorization = `Bearer ${token}`;
    if (type) headers["Content-Type"] = type;
    let response;
    try {
      response = await fetch(path, { method, headers, body });
    } catch {
      throw new Error("the server does not answer; is it still running?");
    }
    if (response.ok) return response;
    if (response.status === 401) {
      await askToken();
      continue;
    }
    const told = await response.json().catch(() => null);
    throw new Error(told && told.error ? told.error.message : `the server answered ${response.status}`);
  }
};

const json = async (method, path, body) =>
  (await ask(method, path, body && JSON.stringify(body), body && "application/json")).json();

/** Does something that takes a moment, and tells what went wrong. */
const doing = async (words, act) => {
  calm();
  say(words);
  document.body.setAttribute("aria-busy", "true");
  try {
    await act();
  } catch (error) {
    trouble(error);
  } finally {
    document.body.removeAttribute("aria-busy");
  }
};

const switches = () => {
  const query = new URLSearchParams();
  if (!byId("quotations").checked) query.set("quotations", "false");
  if (byId("furniture").checked) query.set("furniture", "true");
  const least = Math.max(0, Math.min(9999, Math.trunc(Number(byId("least").value)) || 0));
  if (least > 0) query.set("least_words", String(least));
  return query;
};

const asked = () => {
  const query = String(switches());
  return query ? `?${query}` : "";
};

const path = () => `/api/articles/${state.answer.article.id}`;

/** The address bar always shows what can be opened again. */
const remember = (push) => {
  const query = switches();
  if (state.rank !== 1) query.set("source", String(state.rank));
  const text = String(query);
  const url = `${state.answer.article.permalink}${text ? `?${text}` : ""}`;
  if (url !== location.pathname + location.search) history[push ? "pushState" : "replaceState"](null, "", url);
};

const only = (id) => {
  for (const section of ["asking", "answer", "kept"]) byId(section).hidden = section !== id;
  for (const [link, section] of [["nav-check", "asking"], ["nav-kept", "kept"]]) {
    if (section === id) byId(link).setAttribute("aria-current", "page");
    else byId(link).removeAttribute("aria-current");
  }
};

const current = () => {
  const found = state.answer.check.checks[0];
  return found.sources[state.rank - 1];
};

/** Shows one source beside the article. */
const showSource = () => {
  const { answer } = state;
  const source = current();
  if (!source) {
    const best = answer.check.checks[0].best_refused;
    byId("source").replaceChildren(make("p", {}, best ? `The nearest document of the archive shares ${percent(best)}, less than is asked for.` : ""));
    return;
  }
  const all = numbered(source.version);
  const toList = (number) => {
    const item = byId(`d${number}`);
    const folded = item.closest("details");
    if (folded) folded.open = true;
    item.scrollIntoView({ block: "center" });
    item.focus({ preventScroll: true });
  };
  state.view = sides(source, answer.check.checks[0].article, all, toList);
  const decided = answer.cases.find((one) => one.source === source.document.id);
  const exports = make("section", { class: "exports", "aria-labelledby": "exports-title" }, make("h3", { id: "exports-title" }, "Take with you"),
    make("p", { class: "actions" }, [["html", "Evidence pack (prints well)"], ["json", "JSON"], ["csv", "CSV"]].map(([format, name]) =>
      make("a", {
        class: "button", href: `${path()}/export/${format}${asked()}`, download: "", "data-format": format,
        onclick: (event) => {
          if (!sessionStorage.getItem("token")) return;
          event.preventDefault();
          doing("", () => download(format));
        },
      }, name))));
  byId("source").replaceChildren(
    make("section", { "aria-labelledby": "source-title" }, make("div", { id: "head" }, head(source, answer.counted[source.rank - 1])),
      changes(all, (number) => state.view.reveal(number)), state.view.made, decision(source, decided, decide), exports));
};

/** With a token the file comes through a request of ours: a plain link cannot carry it. */
const download = async (format) => {
  const response = await ask("GET", `${path()}/export/${format}${asked()}`);
  const url = URL.createObjectURL(await response.blob());
  make("a", { href: url, download: `wirecopy-${state.answer.article.id.slice(0, 12)}.${format}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
};

const choose = (rank) => {
  state.rank = rank;
  remember(true);
  list(state.answer, rank, choose);
  showSource();
  say(`Showing source ${rank}: ${called(current().document)}.`);
  byId("source-title").focus({ preventScroll: true });
  byId("source").scrollIntoView({ block: "nearest" });
};

const decide = (name, note) => doing("Keeping the decision …", async () => {
  const source = current().document.id;
  const before = state.answer.cases.find((one) => one.source === source);
  const kept = await json("PUT", `${path()}/cases`, { source, state: name, note, previous: before ? before.changed_at || "" : "" });
  state.answer.cases = [...state.answer.cases.filter((one) => one.source !== source), kept];
  state.answer.article.kept = true;
  list(state.answer, state.rank, choose);
  const old = byId("source").querySelector(".decision");
  old.replaceWith(decision(current(), kept, decide));
  keeping();
  byId("decide").focus();
  say(`The decision is kept: ${stateName(name)}.`);
});

/** Whether the article has an address that lasts. */
const keeping = () => {
  const { article } = state.answer;
  const link = new URL(article.permalink, location.href).href;
  byId("keeping").replaceChildren(...(article.kept ? [
    make("span", {}, "Kept. Its address: ", make("a", { href: article.permalink, id: "permalink" }, link)),
    make("button", {
      type: "button", onclick: () => doing("", async () => {
        await navigator.clipboard.writeText(link);
        say("The address is copied.");
      }),
    }, "Copy"),
    make("button", {
      type: "button", onclick: () => doing("", async () => {
        await ask("DELETE", path());
        article.kept = false;
        // What is forgotten is sent again, so that the page goes on working.
        await json("POST", "/api/check", article.sent.document ? { document: article.sent.document } : { article: article.sent });
        keeping();
        say("The article is forgotten. Decisions stay in the archive's log.");
      }),
    }, "Forget"),
  ] : [
    make("button", {
      type: "button", id: "keep", onclick: () => doing("", async () => {
        await ask("PUT", path());
        article.kept = true;
        keeping();
        byId("permalink").focus();
        say("The article is kept; its address lasts.");
      }),
    }, "Keep, for an address that lasts"),
    make("span", { class: "faint" }, " Until then the article is in the server's memory only."),
  ]));
};

const KINDS = {
  hidden_character: "a character that is not shown", direction: "a character that turns the order of others around",
  mixed_scripts: "letters of several scripts that look alike", markup: "markup, shown as text",
};

const unseen = (found) => {
  byId("unseen").replaceChildren(...(found.count ? [
    make("details", { class: "flag", open: found.count <= 5 }, make("summary", {}, make("b", {}, count(found.count, "place", "places")), " of the article hold what a reader does not see"),
      make("ul", {}, found.places.map((place) => make("li", {}, make("code", { dir: "ltr" }, shown(place.shown)), ` ${KINDS[place.kind]}, character ${place.start + 1}`)))),
  ] : []));
};

const verdictLine = (found) => {
  const best = found.sources[0];
  if (!best) return "No source was found in the archive.";
  const early = earliest(found.sources);
  // Nothing comes from what is younger.
  const younger = best.first === "article";
  const told = [`${percent(state.answer.counted[0].copy.share)} of the article ${younger ? "is also in" : "comes from"} `, said(called(best.document))];
  if (younger) told.push(", which came out after it");
  if (best.version.major_drifts) told.push(`, with ${count(best.version.major_drifts, "major change of meaning", "major changes of meaning")}`);
  if (!younger && best.version.attribution.kind === "none") told.push(", without credit");
  if (early && early !== best) told.push(younger ? "; the earliest that has it is " : "; the earliest of the sources is ", said(called(early.document)));
  return [...told, "."];
};

/** Shows everything that is known of an article. */
const show = (answer, rank, push) => {
  Object.assign(state, { answer, rank: Math.min(Math.max(1, rank), Math.max(1, answer.check.checks[0].sources.length)) });
  const found = answer.check.checks[0];
  only("answer");
  const { sent } = answer.article;
  const name = sent.title || sent.text.trim().split("\n")[0];
  byId("answer-title").replaceChildren(said(shortened(name, 120)));
  byId("verdict").replaceChildren(...[verdictLine(found)].flat());
  byId("meta").replaceChildren(...[sent.outlet ? [address(sent.url, sent.outlet), " · "] : [], sent.published_at ? [shown(moment(sent.published_at)), " · "] : [],
    `${count(found.sources.length + found.others.length, "source", "sources")} among ${answer.check.archive ? count(answer.check.archive.documents, "document", "documents") : "no documents"}`,
    ...answer.check.incomplete.map((damaged) => make("span", { class: "problem" }, ` ${damaged}`))].flat(3));
  unseen(answer.article.unseen);
  keeping();
  // Without a source there is nothing to list, to count or to tell.
  const none = !found.sources.length && !found.others.length;
  for (const part of [byId("listed"), byId("story")]) part.hidden = none;
  byId("desk").classList.toggle("alone", none);
  list(answer, state.rank, choose);
  showSource();
  byId("told").replaceChildren();
  remember(push);
  document.title = `${visible(shortened(name, 60))} – wirecopy`;
  const best = found.sources[0];
  say(best ? `${count(found.sources.length, "source", "sources")} found. ${percent(answer.counted[0].copy.share)} of the article ${best.first === "article" ? "is also in" : "comes from"} ${called(best.document)}.` : "No source was found in the archive.");
};

/** Counts anew. The texts stay where they are; only figures change. */
const recount = () => doing("Counting anew …", async () => {
  const answer = await json("GET", `${path()}${asked()}`);
  const grown = JSON.stringify(answer.check.archive) !== JSON.stringify(state.answer.check.archive);
  if (grown) {
    show(answer, state.rank, false);
    return;
  }
  state.answer = answer;
  remember(false);
  list(answer, state.rank, choose);
  byId("verdict").replaceChildren(...[verdictLine(answer.check.checks[0])].flat());
  const source = current();
  if (!source) return;
  byId("head").replaceChildren(...head(source, answer.counted[state.rank - 1]).filter(Boolean));
  for (const link of byId("source").querySelectorAll("a[data-format]")) link.href = `${path()}/export/${link.dataset.format}${asked()}`;
  const { copy, source: used } = answer.counted[state.rank - 1];
  say(`${percent(copy.share)} of the article, ${percent(used.share)} of the source, as counted now.`);
});

const check = (body) => doing("Checking …", async () => {
  const answer = await json("POST", `/api/check${asked()}`, body);
  show(answer, 1, true);
  byId("answer-title").focus({ preventScroll: true });
  scrollTo(0, 0);
});

const fields = ["title", "outlet", "published_at", "url"];

/** What was read from a file holds more than the form shows: it goes along while the text stays the same. */
let fromFile = null;

const fill = (article) => {
  fromFile = article;
  byId("text").value = article.text;
  for (const field of fields) byId(field).value = article[field] || "";
  if (fields.some((field) => article[field])) byId("known").open = true;
};

const readFile = (file) => doing(`Reading ${file.name} …`, async () => {
  const found = await (await ask("POST", `/api/read?${new URLSearchParams({ name: file.name })}`, file, "application/octet-stream")).json();
  byId("choices").hidden = found.articles.length < 2;
  if (found.articles.length === 1) {
    fill(found.articles[0]);
    say("The file is read.");
    await check({ article: found.articles[0] });
    return;
  }
  byId("choices").replaceChildren(make("h2", {}, `${file.name} holds ${found.articles.length + found.left_out} articles`),
    make("ul", {}, found.articles.map((article) => make("li", {}, make("button", { type: "button", onclick: () => { fill(article); check({ article }); } },
      said(article.title || shortened(article.text.trim(), 80)), article.outlet ? [" ", said(article.outlet)] : "")))),
    ...(found.left_out ? [make("p", {}, `${found.left_out} more are not listed.`)] : []));
  say(`${found.articles.length} articles are in the file; choose one.`);
});

/** Shows what is kept. */
const showKept = () => doing("", async () => {
  only("kept");
  document.title = "Kept articles – wirecopy";
  const { articles, problems } = await json("GET", "/api/articles");
  if (problems.length) trouble(new Error(problems.join("; ")));
  const wanted = byId("kept-state").value;
  const listed = articles.filter(({ cases }) => !wanted || (wanted === "none" ? !cases.length : cases.some((one) => one.state === wanted)));
  byId("kept-list").replaceChildren(listed.length ? make("table", { class: "kept" }, make("caption", {}, "Kept articles, newest first"),
    make("thead", {}, make("tr", {}, ["Article", "Outlet", "Kept at", "Decisions"].map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, listed.map((one) => make("tr", {},
      make("th", { scope: "row" }, make("a", { href: one.permalink }, said(one.title || (one.beginning && shortened(one.beginning, 90)) || one.id))),
      make("td", { "data-label": "Outlet" }, said(one.outlet || "–")),
      make("td", { "data-label": "Kept at" }, shown(moment(one.kept_at))),
      make("td", { "data-label": "Decisions" }, one.cases.length ? make("ul", {}, one.cases.map((decided) =>
        make("li", {}, make("b", {}, stateName(decided.state)), " ", said(decided.source), decided.note ? [": ", said(decided.note)] : ""))) : "–")))))
    : make("p", {}, "None."));
  say(`${count(listed.length, "article", "articles")} listed.`);
});

/** Shows what the address asks for. */
const route = async () => {
  calm();
  const place = location.pathname.match(/^\/articles\/([0-9a-z]+)$/);
  const query = new URLSearchParams(location.search);
  byId("quotations").checked = query.get("quotations") !== "false";
  byId("furniture").checked = query.get("furniture") === "true";
  byId("least").value = query.get("least_words") || "0";
  if (location.pathname === "/kept") {
    await showKept();
  } else if (place) {
    await doing("Checking …", async () => {
      const answer = await json("GET", `/api/articles/${place[1]}${asked()}`);
      show(answer, Number(query.get("source")) || 1, false);
    });
  } else {
    only("asking");
    document.title = "Whose text is this? – wirecopy";
    // A document of the archive can be asked for by its id.
    if (query.get("document")) await check({ document: query.get("document") });
  }
};

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("text").value;
  const article = fromFile && fromFile.text.replaceAll("\r\n", "\n") === text ? { ...fromFile } : { text };
  for (const field of fields) delete article[field];
  for (const field of fields) if (byId(field).value.trim()) article[field] = byId(field).value.trim();
  check({ article });
});
byId("ask").addEventListener("reset", () => { byId("choices").hidden = true; });
byId("file").addEventListener("change", () => {
  const [file] = byId("file").files;
  if (file) readFile(file);
});
byId("switches").addEventListener("change", recount);
byId("switches").addEventListener("submit", (event) => event.preventDefault());
byId("kept-state").addEventListener("change", showKept);
byId("tell").addEventListener("click", () => doing("Reading the story …", async () => {
  const members = tell(await json("GET", `${path()}/story`));
  say(members ? `The story has ${count(members, "document", "documents")}.` : "The archive has no other document of this story.");
}));

// A file dropped anywhere is read; without this the browser would open it.
addEventListener("dragover", (event) => {
  event.preventDefault();
  byId("drop").classList.add("over");
});
addEventListener("dragleave", () => byId("drop").classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  byId("drop").classList.remove("over");
  const [file] = event.dataTransfer.files;
  const text = event.dataTransfer.getData("text/plain");
  if (file) readFile(file);
  else if (text) {
    only("asking");
    byId("text").value = text;
  }
});
addEventListener("popstate", route);

doing("", async () => {
  const archive = await json("GET", "/api/archive");
  byId("archive").replaceChildren(`${count(archive.documents, "document", "documents")} in the archive`,
    ...archive.incomplete.map((damaged) => make("span", { class: "problem" }, ` ${damaged}`)));
}).then(route);
