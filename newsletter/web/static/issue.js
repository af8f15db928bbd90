// The page of an issue: dragging, counters, and word of what others do. Each form works without it.
"use strict";

(() => {
  const page = document.querySelector("[data-issue]");
  if (!page) return;

  // Counters beside fields that have a best length.
  for (const field of document.querySelectorAll("[data-best]")) {
    const counter = document.getElementById(field.getAttribute("aria-describedby"));
    const count = () => {
      const length = [...field.value].length;
      counter.textContent = counter.dataset.words.replace("{length}", length).replace("{best}", field.dataset.best);
      counter.classList.toggle("over", length > Number(field.dataset.best));
    };
    field.addEventListener("input", count);
    count();
  }

  // Dragging items into another order. The buttons beside them do the same.
  const list = document.querySelector("[data-order]");
  let dragged = null;
  const send = async () => {
    const form = new URLSearchParams({ csrf: list.dataset.csrf });
    for (const item of list.querySelectorAll("[data-event]")) form.append("event", item.dataset.event);
    const answer = await fetch(list.dataset.order, { method: "POST", body: form });
    if (answer.ok) location.reload();
    else say(page.dataset.notKept);
  };
  for (const item of list ? list.children : []) {
    const handle = item.querySelector("[data-handle]");
    if (!handle) continue;
    handle.hidden = false;
    handle.addEventListener("pointerdown", () => (item.draggable = true));
    item.addEventListener("dragstart", (event) => {
      dragged = item;
      item.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", item.dataset.event);
    });
    item.addEventListener("dragover", (event) => {
      if (!dragged || dragged === item) return;
      event.preventDefault();
      const below = event.clientY > item.getBoundingClientRect().top + item.offsetHeight / 2;
      list.insertBefore(dragged, below ? item.nextSibling : item);
    });
    item.addEventListener("drop", (event) => event.preventDefault());
    item.addEventListener("dragend", () => {
      item.classList.remove("dragged");
      item.draggable = false;
      dragged = null;
      send();
    });
  }

  // Who else is here, and whether something changed.
  const told = document.querySelector("[data-told]");
  const say = (sentence) => {
    if (told.textContent !== sentence) told.textContent = sentence;
  };
  // Sentences come from the page, in the language of the editor: "{names} is here too."
  const fill = (sentence, values) => sentence.replace(/{(\w+)}/g, (_, name) => values[name]);
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(page.dataset.issue, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const now = await answer.json();
      const here = now.others.length ? fill(page.dataset.here, { names: now.others.join(", ") }) : "";
      const changed = now.content !== page.dataset.content || now.state !== page.dataset.state;
      const what = changed ? fill(page.dataset.changed, { name: now.by || page.dataset.somebody, what: now.what }) : "";
      say([here, what].filter(Boolean).join(" "));
    } catch {
      // The network is away for a moment; the next look tells.
    }
  };
  setInterval(look, 5000);
})();
