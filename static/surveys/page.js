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
    const answers = question.dataset.openedBy.split(" ").map((pair) => pair.split(/=(.*)/s));
    question.hidden = !answers.some(([name, value]) => isAnswered(name, value));
  }
}

form?.addEventListener("change", ({ target }) => {
  if (target.type === "checkbox" && target.checked) {
    const entry = document.getElementById(target.dataset.empties);
    if (entry) entry.value = "";
    else untickOthers(target);
  }
  openQuestions();
});

form?.addEventListener("input", ({ target }) => {
  const box = form.querySelector(`[data-empties="${CSS.escape(target.id)}"]`);
  if (box && target.value) box.checked = false;
});

if (form) {
  openQuestions();
  addEventListener("pageshow", openQuestions); // the browser's back button brings answers back
  if (!("autofocus" in HTMLElement.prototype)) document.querySelector(".summary")?.focus(); // older browsers
}
