// Around the refresh that htmx does: nothing asked while nobody looks, changed numbers marked until the next refresh,
// and a word when the numbers are no longer fresh. Without JavaScript the page has a Refresh link.
"use strict";

const live = document.getElementById("live");
const stale = document.getElementById("stale");
let shown = [];

const numbers = () => Array.from(live.querySelectorAll(".n"));
const isLive = (event) => event.target === live;

live.addEventListener("htmx:beforeRequest", (event) => {
  if (isLive(event) && document.hidden) event.preventDefault();
});

live.addEventListener("htmx:beforeSwap", (event) => {
  if (!isLive(event)) return;
  if (new URL(event.detail.xhr.responseURL).pathname !== live.getAttribute("hx-get")) {
    event.preventDefault();
    location.reload(); // the session is over: the login page came instead
  }
  shown = numbers().map((number) => number.textContent);
});

live.addEventListener("htmx:afterSwap", (event) => {
  if (!isLive(event)) return;
  stale.hidden = true;
  const fresh = numbers();
  if (fresh.length !== shown.length) return;
  fresh.forEach((number, position) => number.classList.toggle("changed", number.textContent !== shown[position]));
});

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  live.addEventListener(failure, (event) => {
    if (isLive(event)) stale.hidden = false;
  });
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) htmx.trigger(live, "refresh");
});
