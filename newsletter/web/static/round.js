// Keeps the numbers of a round's page as they are now. Without it the page shows the same when it is loaded again.
"use strict";

(() => {
  const page = document.querySelector("[data-stream]");
  if (!page || !window.EventSource) return;
  const events = new EventSource(page.dataset.stream);
  const said = document.querySelector("[data-said]");

  const language = document.documentElement.lang;
  const number = (value) => value.toLocaleString(language);
  const names = new Map([["not tried yet", page.dataset.untried], ["others", page.dataset.others]]);

  const duration = (seconds) => {
    if (seconds === null) return page.dataset.notKnown;
    const whole = Math.round(seconds);
    const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    return parts.map((part) => String(part).padStart(2, "0")).join(":");
  };

  const cell = (text, kind = "number") => {
    const made = document.createElement("td");
    made.className = kind;
    made.textContent = text;
    return made;
  };

  const wayRow = (way) => {
    const row = document.createElement("tr");
    const numbers = ["letters", "accepted", "refused", "unknown", "skipped", "open", "rate_per_second"];
    row.append(cell(names.get(way.name) ?? way.name, ""), ...numbers.map((name) => cell(number(way[name]))));
    row.append(cell(duration(way.seconds_left)));
    return row;
  };

  events.addEventListener("round", (event) => {
    const round = JSON.parse(event.data);
    for (const cell of document.querySelectorAll("[data-number]")) {
      cell.textContent = number(round[cell.dataset.number]);
    }
    for (const cell of document.querySelectorAll("[data-left]")) cell.textContent = duration(round.seconds_left);
    for (const rows of document.querySelectorAll("[data-ways]")) {
      rows.replaceChildren(...round[rows.dataset.ways].map(wayRow)); // a relay that was not tried before is new here
    }
    const bar = document.querySelector("progress");
    bar.max = Math.max(round.audience, 1);
    bar.value = round.ended;
    if (round.state !== page.dataset.state || (round.note || "") !== page.dataset.note) {
      events.close();
      location.reload(); // other buttons are due
    }
  });
  events.addEventListener("end", () => events.close());
  said.textContent = said.dataset.said;
})();
