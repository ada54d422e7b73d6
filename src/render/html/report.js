// Conveniences only: the page reads and prints without them.
(() => {
  const all = document.querySelectorAll("details.passages");
  if (!all.length) return;

  const bar = document.createElement("div");
  bar.className = "tools";
  const button = (label, act, pressed) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    if (pressed !== undefined) made.setAttribute("aria-pressed", String(pressed));
    made.addEventListener("click", () => act(made));
    bar.append(made);
  };
  button("Open all", () => all.forEach((details) => { details.open = true; }));
  button("Close all", () => all.forEach((details) => { details.open = false; }));
  button("Only changes of meaning", (made) => {
    const on = document.body.classList.toggle("only-drifts");
    made.setAttribute("aria-pressed", String(on));
  }, false);
  document.getElementById("main").prepend(bar);

  // A link into folded passages opens them.
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const folded = target && target.closest("details:not([open])");
    if (folded) {
      folded.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", reveal);
  reveal();

  // Paper has no folds: print everything, then fold as before.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...all].filter((details) => !details.open);
    folded.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((details) => { details.open = false; }));
})();
