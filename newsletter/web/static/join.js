// Makes choosing regions quicker, and tells the form the browser's time zone. Without it the form works all the same.
"use strict";

(() => {
  for (const field of document.querySelectorAll("input[name=time_zone][type=hidden]")) {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  }

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  for (const find of document.querySelectorAll("[data-find]")) {
    const form = find.closest("form");
    const ticks = [...form.querySelectorAll("[data-names]")];
    const groups = [...form.querySelectorAll(".ticks [role=group]")];
    const said = form.querySelector("[data-found]");
    form.querySelector("button[name=find]").hidden = true;
    find.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    find.addEventListener("input", () => {
      const wanted = fold(find.value.trim());
      let found = 0;
      for (const tick of ticks) {
        const fits = fold(tick.dataset.names).includes(wanted);
        tick.hidden = !fits && !tick.querySelector("input").checked;
        found += fits;
      }
      for (const group of groups) {
        group.hidden = !group.querySelector(".tick:not([hidden])");
        document.getElementById(group.getAttribute("aria-labelledby")).hidden = group.hidden;
      }
      said.textContent = wanted ? said.dataset.found.replace("#", found) : "";
    });
  }
})();
