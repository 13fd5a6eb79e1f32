/* While the fieldwork is open, the results refresh themselves: what changed is replaced where it stands.
   Nothing moves under the reader: an opened detail stays open, and a part that holds the focus waits. */
"use strict";

const report = document.querySelector("[data-refresh]");

function replaceIfChanged(part, fresh) {
  if (part.innerHTML === fresh.innerHTML || part.contains(document.activeElement)) return;
  const open = [...part.querySelectorAll("details")].map((details) => details.open);
  part.innerHTML = fresh.innerHTML;
  part.querySelectorAll("details").forEach((details, position) => { details.open = open[position] ?? false; });
}

function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (fresh) replaceIfChanged(part, fresh);
  }
  return page.querySelector("[data-refresh]") !== null;
}

async function refresh() {
  let goesOn = true;
  if (!document.hidden) {
    try {
      const response = await fetch(location.href, { cache: "no-cache" });
      if (response.ok) goesOn = show(await response.text());
    } catch {
      /* The network comes back by itself; the next turn asks again. */
    }
  }
  if (goesOn) setTimeout(refresh, 1000 * Number(report.dataset.refresh));
}

if (report) setTimeout(refresh, 1000 * Number(report.dataset.refresh));
