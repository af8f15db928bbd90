// Signs in by a passkey, and makes one. Without it the mailed link signs in.
"use strict";

(() => {
  const Keys = window.PublicKeyCredential;
  if (!Keys || !Keys.parseRequestOptionsFromJSON || !Keys.parseCreationOptionsFromJSON) return;

  const post = async (url, fields) => {
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields) });
    const data = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(data.error || "");
    return data;
  };

  const tell = (place, error) => {
    if (error.name === "AbortError") return; // by ourselves, for another try
    const said = place.querySelector("[data-said]");
    // The browser's own words on what a person did not want or a device could not do are for programmers.
    said.textContent = error instanceof DOMException || !error.message ? said.dataset.said : error.message;
  };

  const signing = document.querySelector("[data-passkey-sign-in]");
  if (signing) {
    const at = signing.dataset.passkeySignIn;
    let waiting = null;
    const signIn = async (mediation) => {
      if (waiting) waiting.abort();
      const stop = (waiting = new AbortController());
      try {
        const publicKey = Keys.parseRequestOptionsFromJSON(await post(`${at}/question`, {}));
        const found = await navigator.credentials.get({ publicKey, signal: stop.signal, ...mediation });
        location.assign((await post(`${at}/answer`, { answer: JSON.stringify(found) })).to);
      } catch (error) {
        tell(signing, error);
      }
    };
    signing.hidden = false;
    signing.querySelector("button").addEventListener("click", () => signIn({}));
    const offered = Keys.isConditionalMediationAvailable;
    if (offered) offered.call(Keys).then((is) => is && !waiting && signIn({ mediation: "conditional" }));
  }

  const making = document.querySelector("[data-passkey-make]");
  if (making) {
    const at = making.dataset.passkeyMake;
    making.hidden = false;
    document.querySelector("[data-passkey-not]").hidden = true;
    making.addEventListener("submit", async (event) => {
      event.preventDefault();
      const csrf = making.elements.csrf.value;
      try {
        const publicKey = Keys.parseCreationOptionsFromJSON(await post(`${at}/question`, { csrf }));
        const made = await navigator.credentials.create({ publicKey });
        const fields = { csrf, name: making.elements.name.value, answer: JSON.stringify(made) };
        location.assign((await post(at, fields)).to);
      } catch (error) {
        tell(making, error);
      }
    });
  }
})();
