// Answers coded by keyboard: the sign of a code ticks it, Enter goes on to the next. Without JavaScript the same is done with the
// boxes and the button.
"use strict";

const form = document.getElementById("code");

if (form) {
  document.addEventListener("keydown", (event) => {
    const isText = event.target.matches("input:not([type=checkbox]), select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || isText) return;
    const box = [...form.querySelectorAll("[data-sign]")].find((each) => each.dataset.sign === event.key.toLowerCase());
    if (box) box.checked = !box.checked;
    else if (event.key === "Enter" && !event.target.matches("a, button, summary")) form.requestSubmit(form.querySelector("[value=code]"));
    else return;
    event.preventDefault();
  });

  // A key held down, or pressed while the next one comes, codes once.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
}
