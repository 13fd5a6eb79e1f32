// Comforts of the studio: answers and preview follow what is picked, and questions are found by their words.
// Nothing here is needed: the button Preview does the same, and everything is checked again when the figure is kept.
"use strict";

const form = document.getElementById("figure-form");
let waiting;
let latest = 0;

async function follow() {
  const turn = ++latest;
  const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) });
  if (!answer.ok || turn !== latest) return;
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [now, then] = [made.getElementById("picking"), document.getElementById("picking")];
  if (now.querySelector("[name=of]").value !== then.querySelector("[name=of]").value) then.replaceWith(document.adoptNode(now));
  document.getElementById("preview").replaceWith(document.adoptNode(made.getElementById("preview")));
  const said = document.getElementById("following");
  said.textContent = said.dataset.done;
}

function offerToFind() {
  const list = form.elements.question;
  const options = [...list.options];
  const label = document.createElement("label");
  const field = document.createElement("input");
  field.type = "search";
  label.append(`${form.dataset.find} `, field);
  list.before(label);
  label.className = "find";
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    const wanted = plain(field.value).split(/\s+/);
    list.replaceChildren(...options.filter((option) => option.selected || wanted.every((word) => plain(option.text).includes(word))));
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

if (form) {
  document.body.classList.add("with-script");
  offerToFind();
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(follow, 400);
  });
}
