// Counts a word on an issue as soon as a person is seen at the page: they have pressed the link in their letter already.
// Programs that open every link of a mail move no pointer. Without it, and for those at the keyboard, there is the button.
"use strict";

(() => {
  const form = document.querySelector("form[data-said]");
  const signs = ["pointermove", "wheel", "touchstart"];
  const seen = (event) => {
    if (!event.isTrusted || document.visibilityState !== "visible") return;
    for (const sign of signs) removeEventListener(sign, seen);
    form.requestSubmit();
    form.querySelector("button").disabled = true;
  };
  for (const sign of signs) addEventListener(sign, seen, { passive: true });
  form.addEventListener("submit", () => signs.forEach((sign) => removeEventListener(sign, seen)));
})();
