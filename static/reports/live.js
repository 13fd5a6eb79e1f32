/* While the fieldwork is open, the results refresh themselves: what changed is replaced where it stands.
   Nothing moves under the reader: an opened detail stays open, and a part that holds the focus or a selection waits. */
"use strict";

const report = document.querySelector("[data-refresh]");
const parts = (root) => [...root.querySelectorAll("[data-live]")];
const names = (root) => parts(root).map((part) => part.id).join(" ");
let shown = "";

function isHeld(part) {
  const selection = getSelection();
  const selects = selection && !selection.isCollapsed && selection.containsNode(part, true);
  return selects || (part.contains(document.activeElement) && document.activeElement !== part);
}

function replace(part, fresh) {
  if (part.innerHTML === fresh.innerHTML) return true;
  if (isHeld(part)) return false;
  const open = [...part.querySelectorAll("details")].map((details) => details.open);
  fresh.querySelectorAll("details").forEach((details, position) => { details.open = open[position] ?? false; });
  part.replaceChildren(...document.adoptNode(fresh).childNodes);
  return true;
}

/* Part by part; as a whole when parts have come or gone, as when the first percentages may be published. */
function show(page) {
  const fresh = page.getElementById(report.id);
  if (!fresh) return true;
  if (names(report) !== names(fresh)) return replace(report, fresh);
  return parts(report).map((part) => replace(part, page.getElementById(part.id))).every(Boolean);
}

async function refresh() {
  let goesOn = true;
  if (!document.hidden) {
    try {
      const response = await fetch(location.href, { cache: "no-cache" });
      const version = response.headers.get("ETag");
      if (response.ok && (!version || version !== shown)) {
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        goesOn = page.querySelector("[data-refresh]") !== null;
        shown = show(page) ? version : "";
      }
    } catch {
      /* The network comes back by itself; the next turn asks again. */
    }
  }
  if (goesOn) setTimeout(refresh, 1000 * Number(report.dataset.refresh));
}

if (report) setTimeout(refresh, 1000 * Number(report.dataset.refresh));
