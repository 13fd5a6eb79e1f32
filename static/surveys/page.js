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

function openQuestions() {
  for (const question of form.querySelectorAll("[data-opened-by]")) {
    const answers = question.dataset.openedBy.split(" ").map((pair) => pair.split(/=([^]*)/));
    question.hidden = !answers.some(([name, value]) => isAnswered(name, value));
  }
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
    else control.value = values[0] || "";
  }
}

if (form) {
  form.addEventListener("change", ({ target }) => {
    if (target.type === "checkbox" && target.checked) {
      const entry = document.getElementById(target.dataset.empties);
      if (entry) entry.value = "";
      else untickOthers(target);
    }
    openQuestions();
  });

  form.addEventListener("input", ({ target }) => {
    const box = form.querySelector(`[data-empties="${CSS.escape(target.id)}"]`);
    if (box && target.value) box.checked = false;
  });

  for (const link of document.querySelectorAll(".languages a")) link.addEventListener("click", keepAnswers);
  takeAnswersBack();
  openQuestions();
  addEventListener("pageshow", openQuestions); // the browser's back button brings answers back
  if (!("autofocus" in HTMLElement.prototype)) document.querySelector(".summary")?.focus(); // older browsers
}
