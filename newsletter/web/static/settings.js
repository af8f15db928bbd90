// The page of settings: a value is checked while it is typed. The button does the same.
"use strict";

(() => {
  const form = document.querySelector("[data-check]");
  if (!form) return;
  const said = form.querySelector("[data-said]");
  let waiting = 0;
  let latest = 0;

  const look = async () => {
    const mine = ++latest;
    const fields = new URLSearchParams(new FormData(form));
    if (!fields.get("field") || !fields.get("value")) {
      said.textContent = "";
      return;
    }
    const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
    if (!answer.ok || mine !== latest) return; // an older answer says nothing of what stands there now
    const { problem } = await answer.json();
    said.textContent = problem || said.dataset.fine;
    said.classList.toggle("wrong", Boolean(problem));
    form.elements.value.setAttribute("aria-invalid", problem ? "true" : "false");
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 300);
  });
})();
