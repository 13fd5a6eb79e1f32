// Suggestions while typing, for long lists (the ARIA combobox pattern). Without them the server looks the words up.
"use strict";

for (const input of document.querySelectorAll("[data-source]")) {
  const list = input.parentNode.appendChild(document.createElement("ul"));
  const answer = Object.assign(document.createElement("input"), { type: "hidden", name: input.dataset.answer });
  let timer, active;
  list.id = `${input.id}_list`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id]]) input.setAttribute(name, value);

  const mark = (option) => {
    active?.removeAttribute("aria-selected");
    active = option;
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const show = (found) => {
    mark();
    list.replaceChildren(...found.map(([name, label], place) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}_${place}`, textContent: label });
      option.dataset.name = name;
      option.setAttribute("role", "option");
      return option;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", !list.hidden);
  };
  const take = (option) => {
    input.value = option.textContent;
    answer.value = option.dataset.name;
    input.after(answer);
    show([]);
  };
  const ask = async () => {
    const typed = input.value.trim();
    const found = typed ? await fetch(`${input.dataset.source}&q=${encodeURIComponent(typed)}`).then((r) => r.json(), () => []) : [];
    if (typed === input.value.trim() && document.activeElement === input) show(found);
  };
  input.addEventListener("input", () => {
    answer.remove();
    for (const radio of input.form.querySelectorAll(`[type=radio][name="${CSS.escape(answer.name)}"]`)) radio.checked = false;
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const options = [...list.children];
      mark(options[(options.indexOf(active) + step + options.length + (step < 0 && !active)) % options.length]);
    } else if (event.key === "Enter" && active) take(active);
    else if (event.key === "Escape") show([]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    if (event.target.dataset.name !== undefined) take(event.target);
  });
  input.addEventListener("blur", () => show([]));
  show([]);
}
