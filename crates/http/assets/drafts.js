// A draft saves every field as soon as it changes. Each field brings the revision at which it was
// shown, so a value that somebody else wrote meanwhile is never overwritten; the page works the same
// without this file, by its button.
(() => {
  "use strict";
  const form = document.getElementById("draft");
  if (!form) return;
  const STRENGTHS = ["", "supporting", "moderate", "strong", "very_strong", "stand_alone"];
  const say = (text) => { const line = document.getElementById("saved"); if (line) line.textContent = text; };
  const inputs = (row) => [...row.querySelectorAll("input, select, textarea")];

  // What a field brings: its own inputs, the form token, and the last revision this page has seen.
  const bodyOf = (row) => {
    const body = new URLSearchParams();
    body.set("csrf", form.elements.csrf.value);
    body.set("seen", document.getElementById("seen").value);
    for (const input of inputs(row)) {
      if (!input.name || input.disabled) continue;
      if ((input.type === "radio" || input.type === "checkbox") && !input.checked) continue;
      body.set(input.name, input.value);
    }
    return body;
  };

  // A part of the page takes the place of the old one, unless somebody is typing in it.
  const swap = (fresh) => {
    const old = document.getElementById(fresh.id);
    if (!old) {
      // A row for a further case stands behind the one that was just used.
      const before = fresh.dataset.after && document.getElementById(fresh.dataset.after);
      if (before) before.after(fresh);
      return;
    }
    const active = document.activeElement;
    const inside = old.contains(active) && active !== old;
    if (inside && active.matches("textarea, input[type=text]") && active.dataset.dirty) return;
    // A reason that is being written beside the form is kept as well.
    if (!form.contains(old) && inputs(old).some((input) => input.type === "text" && input.value !== input.defaultValue)) return;
    const name = inside ? active.id || active.name : "";
    const checked = inside && active.type === "radio" ? active.value : null;
    const was = old === active;
    old.replaceWith(fresh);
    if (was) fresh.focus({ preventScroll: true });
    if (!name) return;
    const again = checked === null ? document.getElementById(name) : fresh.querySelector(`input[value="${checked}"]`);
    if (again) again.focus({ preventScroll: true });
  };

  // One field after the other: an answer brings the base of the next.
  let line = Promise.resolve();
  let waiting = 0;
  let pause;
  const save = (row) => {
    waiting += 1;
    clearTimeout(pause);
    inputs(row).forEach((input) => { delete input.dataset.dirty; });
    const id = row.id;
    line = line.then(async () => {
      const now = document.getElementById(id);
      if (!now) return;
      say("Saving …");
      const reload = now.querySelector("[data-reload]");
      const answer = await fetch(form.action, { method: "POST", headers: { "x-part": "1" }, body: bodyOf(now) });
      if (answer.redirected || answer.status === 401) { say("Not saved: your session has ended. Sign in again in another window, then change the field once more."); return; }
      if (!answer.ok) { say("Not saved: " + (answer.status === 403 ? "this page is too old; load it again." : "the node could not answer.")); return; }
      if (reload) { location.reload(); return; }
      const box = document.createElement("template");
      box.innerHTML = await answer.text();
      [...box.content.querySelectorAll("[data-swap]")].forEach(swap);
      const seen = document.getElementById("seen").value;
      say("Saved, revision " + seen);
    }).catch(() => say("Not saved: the node could not be reached. The text is still here; change it again when it answers."))
      .finally(() => { waiting -= 1; });
    return line;
  };

  // What others do meanwhile is asked for quietly while somebody looks at the page, so that they learn
  // of it before they save. What is being typed stays, with the revision at which it was begun.
  let looking = false;
  const look = async () => {
    if (looking || waiting || document.visibilityState !== "visible") return;
    looking = true;
    try {
      const answer = await fetch(form.action + "/since?seen=" + document.getElementById("seen").value, { headers: { "x-poll": "1" } });
      if (answer.redirected || answer.status === 401) { clearInterval(asking); return; }
      if (answer.status !== 200 || waiting) return;
      const box = document.createElement("template");
      box.innerHTML = await answer.text();
      if (!waiting) [...box.content.querySelectorAll("[data-swap]")].forEach(swap);
    } catch { /* The node cannot be reached; saving says so. */ } finally { looking = false; }
  };
  const asking = setInterval(look, 5000);

  // A new evidence item is saved when one leaves its row, not after its first field.
  const isNew = (row) => row.id === "f-evidence-";
  document.addEventListener("change", (event) => {
    const row = event.target.closest("[data-field]");
    if (row && form.contains(row) && !isNew(row)) save(row);
  });
  const left = (row) => { if (!isNew(row) || !row.isConnected || row.contains(document.activeElement)) return; if (inputs(row).some((input) => input.type !== "hidden" && input.value)) save(row); };
  document.addEventListener("focusout", (event) => {
    const row = event.target.closest && event.target.closest("#f-evidence-");
    if (row && document.hasFocus()) setTimeout(() => left(row), 150);
  });
  // Long texts are saved while one pauses.
  document.addEventListener("input", (event) => {
    if (!event.target.matches("#draft textarea, #draft input[type=text]")) return;
    event.target.dataset.dirty = "1";
    clearTimeout(pause);
    const row = event.target.closest("[data-field]");
    if (row && event.target.matches("textarea") && !isNew(row)) pause = setTimeout(() => save(row), 1500);
  });
  addEventListener("beforeunload", (event) => { if (waiting || form.querySelector("[data-dirty]")) event.preventDefault(); });
  // What is on its way comes first, so that nothing is sent twice.
  form.addEventListener("submit", (event) => {
    const item = document.getElementById("f-evidence-");
    if (item) item.id = "f-evidence-sent";
    if (waiting) { event.preventDefault(); const button = event.submitter; line.then(() => form.requestSubmit(button)); return; }
    inputs(form).forEach((input) => { delete input.dataset.dirty; });
  });

  // Keys in the grid: arrows walk the criteria, letters decide.
  const rows = () => [...form.querySelectorAll("tr.call[tabindex]")];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = event.target.closest && event.target.closest("tr.call");
    if (!row || event.target.matches("input[type=text], textarea, select")) return;
    const pick = (value) => { const radio = row.querySelector(`input[type=radio][value=${value}]`); if (radio && !radio.disabled) { radio.checked = true; save(row); } };
    const step = (by) => { const all = rows(); const next = all[all.indexOf(row) + by]; if (next) next.focus(); };
    const strength = (at) => {
      const select = row.querySelector("select");
      if (!select || ![...select.options].some((option) => option.value === STRENGTHS[at])) return;
      select.value = STRENGTHS[at];
      const met = row.querySelector("input[value=met]");
      if (met) met.checked = true;
      save(row);
    };
    const isRadio = event.target.matches("input[type=radio]");
    const acts = {
      "ArrowDown": () => !isRadio && step(1), "ArrowUp": () => !isRadio && step(-1),
      "m": () => pick("met"), "n": () => pick("not_met"), "x": () => pick("not_evaluated"),
      "y": () => { const accept = row.querySelector("button[name=accept]"); if (accept) accept.click(); },
    };
    const act = acts[event.key] || (/^[0-5]$/.test(event.key) && (() => strength(Number(event.key))));
    if (act && act() !== false) { event.preventDefault(); event.stopPropagation(); }
  }, true);
})();
