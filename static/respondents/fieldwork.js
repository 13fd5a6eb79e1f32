// Around the refresh that htmx does: nothing asked while nobody looks, every cell kept on its line, changed numbers marked
// until the next refresh, a new alert said aloud, and a word when the numbers are no longer fresh. Without JavaScript the page
// has a Refresh link.
"use strict";

const live = document.getElementById("live");
const stale = document.getElementById("stale");
const said = document.getElementById("said");
let shown = new Map();

const isLive = (event) => event.target === live;
const scrolled = () => Array.from(live.querySelectorAll(".scroll"));
const alerts = () => Array.from(live.querySelectorAll("#alerts li"), (alert) => alert.textContent.trim());

// Each number under a name that outlives a change of order: its line and its place on it, or its place outside the lines.
function numbers() {
  const found = new Map();
  const places = new Map();
  for (const number of live.querySelectorAll(".n")) {
    const line = number.closest("tr[id]")?.id ?? "";
    const place = places.get(line) ?? 0;
    places.set(line, place + 1);
    found.set(`${line} ${place}`, number);
  }
  return found;
}

// The lines that are on the screen stay in their order, whatever the order asked for would now be; new ones come last.
function inPresentOrder(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const order = new Map(Array.from(live.querySelectorAll(".cells tr[id]"), (line, place) => [line.id, place]));
  for (const body of fresh.content.querySelectorAll(".cells tbody")) {
    const lines = Array.from(body.querySelectorAll("tr[id]"));
    const before = lines.map((line) => line.id).join();
    lines.sort((one, other) => (order.get(one.id) ?? Infinity) - (order.get(other.id) ?? Infinity) || 0);
    if (lines.map((line) => line.id).join() !== before) body.querySelector(".dimension")?.after(...lines);
  }
  return fresh.innerHTML;
}

live.addEventListener("htmx:beforeRequest", (event) => {
  if (isLive(event) && document.hidden) event.preventDefault();
});

live.addEventListener("htmx:beforeSwap", (event) => {
  if (!isLive(event)) return;
  if (new URL(event.detail.xhr.responseURL).pathname !== new URL(live.getAttribute("hx-get"), location).pathname) {
    event.preventDefault();
    location.reload(); // the session is over: the login page came instead
    return;
  }
  event.detail.serverResponse = inPresentOrder(event.detail.serverResponse);
  shown = new Map(Array.from(numbers(), ([name, number]) => [name, number.textContent]));
  shown.alerts = alerts();
  shown.scrolls = scrolled().map((box) => box.scrollLeft);
});

live.addEventListener("htmx:afterSwap", (event) => {
  if (!isLive(event)) return;
  stale.hidden = true;
  for (const [name, number] of numbers()) {
    number.classList.toggle("changed", shown.has(name) && number.textContent !== shown.get(name));
  }
  scrolled().forEach((box, place) => { box.scrollLeft = shown.scrolls[place] ?? 0; });
  const news = alerts().filter((alert) => !shown.alerts.includes(alert));
  if (news.length) said.textContent = news.join(" ");
});

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  live.addEventListener(failure, (event) => {
    if (isLive(event)) stale.hidden = false;
  });
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) htmx.trigger(live, "refresh");
});
