// Keys, copying and completions. Nothing here is needed to read a page.
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  document.documentElement.classList.add("script");

  // Copy buttons: <button class="copy" data-copy="text">
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const said = button.textContent;
    try { await navigator.clipboard.writeText(button.dataset.copy); button.textContent = "copied"; }
    catch { button.textContent = "not allowed"; }
    setTimeout(() => { button.textContent = said; }, 1200);
  });

  // Table filters: <input data-filter="#table-id"> hides rows that lack a word; #...-left says how many are left.
  document.addEventListener("input", (event) => {
    const table = event.target.dataset && event.target.dataset.filter && one(event.target.dataset.filter);
    if (!table) return;
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const row of all("tbody tr", table)) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) left += 1;
    }
    const note = one(event.target.dataset.filter + "-left");
    if (note) note.textContent = words.length ? left + " shown" : "";
  });

  // Rows one can walk: table rows and list items marked data-rows.
  const rows = () => all("[data-rows] > tbody > tr, ul[data-rows] > li, ol[data-rows] > li").filter((row) => !row.hidden);
  const walk = (step) => {
    const found = rows();
    if (!found.length) return;
    const at = found.findIndex((row) => row.classList.contains("here"));
    const next = found[Math.max(0, Math.min(found.length - 1, at < 0 ? 0 : at + step))];
    found.forEach((row) => row.classList.toggle("here", row === next));
    next.scrollIntoView({ block: "nearest" });
  };
  const open = () => {
    const row = one(".here");
    const target = row && (one("summary", row) || one("a[href]", row));
    if (target) target.click();
    return Boolean(target);
  };

  // Completions: arrows choose, Enter follows.
  const box = one("#q");
  const choices = () => all("#completions [role=option]");
  const choose = (step) => {
    const found = choices();
    if (!found.length) return;
    const at = found.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const next = found[(at + step + found.length + (at < 0 && step < 0 ? 1 : 0)) % found.length];
    found.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
    box.setAttribute("aria-activedescendant", next.id);
  };
  const empty = () => { const list = one("#completions"); if (list) list.replaceChildren(); };
  if (box) {
    box.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(event.key === "ArrowDown" ? 1 : -1); }
      const chosen = one("#completions [aria-selected=true] a");
      if (event.key === "Enter" && chosen) { event.preventDefault(); location.assign(chosen.href); }
      if (event.key === "Escape") { empty(); box.blur(); }
    });
    document.addEventListener("click", (event) => { if (!event.target.closest(".find")) empty(); });
  }

  // One details menu at a time; a click elsewhere closes it.
  document.addEventListener("click", (event) => {
    for (const menu of all("details.who[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // Paper cannot be unfolded: what is folded is printed open, and folded again afterwards.
  addEventListener("beforeprint", () => all("details:not([open]):not(.who):not(.long)").forEach((fold) => { fold.open = true; fold.dataset.printed = ""; }));
  addEventListener("afterprint", () => all("details[data-printed]").forEach((fold) => { fold.open = false; delete fold.dataset.printed; }));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest("input, textarea, select, [contenteditable]");
    if (field) { if (event.key === "Escape") field.blur(); return; }
    const keys = one("#keys");
    const acts = {
      "/": () => box && (box.focus(), box.select()),
      "j": () => walk(1), "k": () => walk(-1),
      "e": () => { const edit = one("[data-edit]"); location.assign(edit ? edit.href : "/contribute"); },
      "?": () => keys.open ? keys.close() : keys.showModal(),
      "Enter": () => event.target === document.body && open(),
    };
    const act = acts[event.key];
    if (act && act() !== false) event.preventDefault();
  });

  // A changed mapping row says so before it is saved.
  document.addEventListener("change", (event) => {
    const row = event.target.closest(".map tr");
    if (row) row.classList.toggle("changed", event.target.value !== event.target.dataset.proposed);
  });
})();
