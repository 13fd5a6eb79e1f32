/* A sentence that is copied takes its source along. Without script, the line to cite stands beside the data of each chart. */
"use strict";

const source = document.querySelector("[data-source]").dataset.source;
const asSaid = (range) => {
  const part = range.cloneContents();
  part.querySelectorAll("sup").forEach((mark) => mark.remove());
  return part.textContent.replace(/[ \n\t]+/g, " ").trim().replace(/\.$/, "");
};

document.documentElement.classList.add("scripted");

document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (selection.isCollapsed) return;
  const sentences = [...document.querySelectorAll(".say, h1.sentence")].filter((sentence) => selection.containsNode(sentence, true));
  if (!sentences.length) return;
  const range = selection.getRangeAt(0);
  const isOne = sentences[0].contains(range.commonAncestorContainer);
  event.clipboardData.setData("text/plain", isOne ? `${asSaid(range)} (${source}).` : `${selection}\n(${source})`);
  event.preventDefault();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const line = button.parentElement, whole = line.querySelector(".whole"), status = line.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(whole.textContent);
    status.textContent = status.dataset.done;
  } catch {
    getSelection().selectAllChildren(whole); /* where the browser forbids it, the line is selected for the reader's own keys */
  }
});
