// One interview reviewed by keyboard: V keeps, R goes to the reason (Enter there removes), the arrows go to the neighbours.
// Without JavaScript the same is done with the buttons and the links.
"use strict";

const form = document.getElementById("decide");
const reason = document.getElementById("id_reason");

const press = (selector) => {
  const found = document.querySelector(selector);
  if (found) found.click();
  return Boolean(found);
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  const key = event.key.toLowerCase();
  let done = false;
  if (key === "v") done = press("#decide [value=kept]");
  else if (key === "r" && reason) {
    reason.focus();
    done = true;
  } else if (key === "arrowleft") done = press("a[rel=prev]");
  else if (key === "arrowright") done = press("a[rel=next]");
  if (done) event.preventDefault();
});

if (reason) {
  reason.addEventListener("keydown", (event) => {
    if (event.key === "Escape") reason.blur();
  });
}

// A key held down, or pressed while the next one comes, decides once.
if (form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
}
