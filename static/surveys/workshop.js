// Comforts of the workshop: conditions checked as they are typed, a picker that writes them, a preview that follows.
// Nothing here is needed: everything is checked again when it is saved.
"use strict";

const desk = document.querySelector("[data-check]");
let lastCondition = desk?.querySelector("textarea.condition");

function later(action, milliseconds) {
  let waiting;
  return (...given) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => action(...given), milliseconds);
  };
}

async function check(field) {
  const verdict = field.closest(".field").querySelector(".verdict");
  const row = field.closest("[data-row]")?.dataset.row || "0";
  const column = field.name.split("-").pop();
  const asked = field.value;
  if (!asked.trim()) {
    verdict.textContent = "";
    verdict.className = "verdict";
    return;
  }
  const query = new URLSearchParams({ sheet: desk.dataset.sheet, row, column, text: asked, after: desk.dataset.after || "" });
  const answer = await fetch(`${desk.dataset.check}?${query}`, { headers: { Accept: "application/json" } });
  if (!answer.ok || field.value !== asked) return;
  const { mistakes, words } = await answer.json();
  verdict.textContent = mistakes.length ? mistakes.join(" ") : words || desk.dataset.fine;
  verdict.className = mistakes.length ? "verdict wrong" : "verdict fine";
  field.setAttribute("aria-invalid", String(mistakes.length > 0));
}

function insert(text) {
  const field = lastCondition;
  if (!field) return;
  const before = field.value.slice(0, field.selectionStart);
  const joined = /[^\s(]\s*$/.test(before) && !/(\b(and|or)|[=<>+(,-])\s*$/.test(before) ? ` and ${text}` : text;
  field.setRangeText(joined, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function show() {
  const frame = document.querySelector("iframe[name=preview]");
  const answer = await fetch(desk.dataset.unsaved, { method: "POST", body: new FormData(desk) });
  if (answer.ok) frame.srcdoc = await answer.text();
}

if (desk) {
  const checkSoon = later(check, 300);
  const showSoon = later(show, 600);
  for (const field of desk.querySelectorAll("textarea.condition")) if (field.value) check(field);
  desk.addEventListener("focusin", ({ target }) => {
    if (target.matches("textarea.condition")) lastCondition = target;
  });
  desk.addEventListener("input", ({ target }) => {
    if (target.matches("textarea.condition")) checkSoon(target);
    if (desk.dataset.unsaved) showSoon();
  });
  for (const button of document.querySelectorAll("[data-insert]")) button.addEventListener("click", () => insert(button.dataset.insert));
}

// The preview opens at the line that is edited, without moving the page around it.
const frame = document.querySelector("iframe[name=preview]");
const shown = document.querySelector("[data-name]")?.dataset.name;
frame?.addEventListener("load", () => {
  const control = shown && frame.contentDocument?.querySelector(`[name="${CSS.escape(shown)}"], #row_${CSS.escape(shown)}`);
  if (control) frame.contentWindow.scrollTo(0, control.closest(".question, tr, body").getBoundingClientRect().top - 16);
});

for (const button of document.querySelectorAll("[data-width]")) {
  button.addEventListener("click", () => {
    for (const other of document.querySelectorAll("[data-width]")) other.setAttribute("aria-pressed", String(other === button));
    document.querySelector(".screen").classList.toggle("phone", button.dataset.width === "phone");
    document.querySelector(".screen").classList.toggle("desk", button.dataset.width === "desk");
  });
}
