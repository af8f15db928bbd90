// The box of the weekly letter, upgraded in place: the form works before this arrives, and without it.
(() => {
  "use strict";
  const upgrade = (form) => {
    const hide = (name, value) => {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    };
    for (const code of (form.dataset.region || "").split(/[\s,]+/).filter(Boolean)) {
      if (![...form.querySelectorAll("[name=region]")].some((field) => field.value === code)) hide("region", code);
    }
    if (!form.elements.time_zone) hide("time_zone", Intl.DateTimeFormat().resolvedOptions().timeZone || "");
    const say = (text, role) => {
      const line = form.querySelector("[data-said]") || document.createElement("p");
      line.dataset.said = "";
      line.setAttribute("role", role);
      line.textContent = text;
      return line;
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const buttons = form.querySelectorAll("button");
      const busy = (is) => buttons.forEach((button) => (button.disabled = is));
      // As a form sends itself, and so without asking for permission first.
      const body = new URLSearchParams(new FormData(form));
      busy(true);
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), 8000);
      try {
        const answer = await fetch(form.action, {
          method: "POST",
          body,
          headers: { Accept: "application/json" },
          credentials: "omit",
          signal: stop.signal,
        });
        const { text } = await answer.json();
        if (!text) throw new Error("one more step");
        const line = say(text, answer.ok ? "status" : "alert");
        if (answer.ok) {
          line.tabIndex = -1;
          form.replaceWith(line);
          line.focus();
        } else {
          form.append(line);
        }
      } catch {
        HTMLFormElement.prototype.submit.call(form); // our own page goes on from here
      } finally {
        clearTimeout(timer);
        busy(false);
      }
    });
  };
  document.querySelectorAll("form[data-weekly]").forEach(upgrade);
})();
