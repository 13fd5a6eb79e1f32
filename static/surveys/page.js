// Comforts of a survey page. Nothing here is needed: the server checks every answer again.
"use strict";

const form = document.querySelector("main form");

function untickOthers(box) {
  const mates = form.querySelectorAll(`input[type=checkbox][name="${CSS.escape(box.name)}"]`);
  for (const mate of mates) {
    if (mate !== box && (box.hasAttribute("data-exclusive") || mate.hasAttribute("data-exclusive"))) mate.checked = false;
  }
}

function isAnswered(name, value) {
  const controls = form.querySelectorAll(`[name="${CSS.escape(name)}"]`);
  return Array.from(controls).some((control) => control.value === value && (control.checked || control.tagName === "SELECT"));
}

const fieldsOf = (name) => form.querySelectorAll(`[name="${CSS.escape(name)}"]`);

// An answer and the boxes beside it exclude each other, and so do the boxes.
function settleBoxes(target) {
  const beside = target.dataset.beside;
  for (const box of form.querySelectorAll(`[data-beside="${CSS.escape(beside || target.name)}"]`)) {
    if (box !== target) box.checked = false;
  }
  if (!beside) return;
  for (const field of fieldsOf(beside)) {
    if (field.type === "radio") field.checked = false;
    else field.value = "";
  }
}

function addUp() {
  for (const block of form.querySelectorAll("[data-total]")) {
    const numbers = Array.from(block.querySelectorAll(".entry input"), ({ value }) => Number(value.replace(",", ".")) || 0);
    const sum = Math.round(numbers.reduce((total, number) => total + number, 0) * 1e6) / 1e6;
    block.querySelector("output").textContent = `${sum.toLocaleString(document.documentElement.lang)} / ${Number(block.dataset.total).toLocaleString(document.documentElement.lang)}`;
  }
}

function openQuestions() {
  for (const question of form.querySelectorAll("[data-opened-by]")) {
    const answers = question.dataset.openedBy.split(" ").map((pair) => pair.split(/=([^]*)/));
    question.hidden = !answers.some(([name, value]) => isAnswered(name, value));
  }
}

function countLetters() {
  for (const left of form.querySelectorAll("[data-counts]")) {
    const entry = document.getElementById(left.dataset.counts);
    left.textContent = left.dataset.says.replace("%(count)s", entry.maxLength - entry.value.length);
    left.hidden = false;
  }
}

// A ranking is one list per rank: two buttons beside each exchange it with its neighbour, and say what now stands there.
function exchange(button) {
  const here = button.closest(".rank"), ranks = Array.from(here.parentElement.children);
  const there = ranks[ranks.indexOf(here) + Number(button.dataset.move)];
  if (!there) return;
  const [one, other] = [here, there].map((rank) => rank.querySelector("select"));
  [one.value, other.value] = [other.value, one.value];
  const said = [here, there].map((rank) => `${rank.querySelector("label").textContent}: ${rank.querySelector("option:checked").textContent}`);
  here.parentElement.parentElement.querySelector("[aria-live]").textContent = said.join(", ");
  there.querySelector(`[data-move="${button.dataset.move}"]`).focus(); // with what was moved
}

function showButtons() {
  for (const button of form.querySelectorAll("[data-move]")) button.hidden = false;
}

// Another language is another page: what is ticked and not yet sent goes along, in this tab only, and is then forgotten.
function keepAnswers() {
  const answers = [...new FormData(form)].filter(([name]) => name !== "request_id");
  sessionStorage.setItem(location.pathname, JSON.stringify(answers));
}

function takeAnswersBack() {
  const kept = sessionStorage.getItem(location.pathname);
  sessionStorage.removeItem(location.pathname);
  if (!kept) return;
  const answers = JSON.parse(kept);
  for (const control of form.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const values = answers.filter(([name]) => name === control.name).map(([, value]) => value);
    if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
    else control.value = values[Array.from(fieldsOf(control.name)).indexOf(control)] || ""; // a ranking has one list per rank
  }
}

if (form) {
  form.addEventListener("change", ({ target }) => {
    if (target.type === "checkbox" && target.checked && !target.dataset.beside) untickOthers(target);
    if (target.type === "checkbox" || target.type === "radio" ? target.checked : target.value) settleBoxes(target);
    addUp();
    openQuestions();
  });

  form.addEventListener("input", ({ target }) => {
    if (target.type !== "checkbox" && target.value) settleBoxes(target);
    addUp();
    countLetters();
  });

  form.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-move]");
    if (button) exchange(button);
  });

  for (const link of document.querySelectorAll(".languages a")) link.addEventListener("click", keepAnswers);
  takeAnswersBack();
  openQuestions();
  addUp();
  countLetters();
  showButtons();
  addEventListener("pageshow", openQuestions); // the browser's back button brings answers back
  if (!("autofocus" in HTMLElement.prototype)) document.querySelector(".summary")?.focus(); // older browsers
}
