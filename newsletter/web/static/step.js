// Works out the sum of the page "One moment, please" and sends its form. Without it the page asks for half a minute.
"use strict";

(() => {
  const K = new Uint32Array(64);
  const START = new Uint32Array(8);
  const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
  for (let prime = 2, found = 0; found < 64; prime++) {
    let divisor = 2;
    while (divisor * divisor <= prime && prime % divisor) divisor++;
    if (divisor * divisor <= prime) continue;
    if (found < 8) START[found] = fraction(Math.sqrt(prime));
    K[found++] = fraction(Math.cbrt(prime));
  }

  // The first word of SHA-256 (FIPS 180-4) of a text in ASCII.
  const words = new Uint32Array(64);
  const firstWord = (text) => {
    const blocks = (text.length + 72) >> 6;
    const bytes = new Uint8Array(blocks * 64);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    bytes[text.length] = 128;
    const view = new DataView(bytes.buffer);
    view.setUint32(bytes.length - 4, text.length * 8);
    const hash = START.slice();
    for (let block = 0; block < blocks; block++) {
      for (let i = 0; i < 16; i++) words[i] = view.getUint32(block * 64 + i * 4);
      for (let i = 16; i < 64; i++) {
        const a = words[i - 15];
        const b = words[i - 2];
        const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
        const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
        words[i] = words[i - 16] + s0 + words[i - 7] + s1;
      }
      let [a, b, c, d, e, f, g, h] = hash;
      for (let i = 0; i < 64; i++) {
        const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const one = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
        const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => (hash[i] += value));
    }
    return hash[0];
  };

  const form = document.querySelector("form[data-bits]");
  const ticket = form.elements.ticket.value;
  const shift = 32 - Number(form.dataset.bits);
  let answer = 0;
  const work = () => {
    for (const until = answer + 2000; answer < until; answer++) {
      if (firstWord(`${ticket}:${answer}`) >>> shift === 0) {
        form.elements.answer.value = answer;
        form.submit();
        return;
      }
    }
    setTimeout(work); // the page stays alive
  };
  work();
})();
