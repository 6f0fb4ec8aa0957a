// Does the small sum a form asks for while much arrives (ALTCHA), and sends the form then, unless somebody writes on.
// Browsers do sums on https and localhost only; elsewhere, and without this file, the form says to wait a minute.
(async () => {
  const asked = document.querySelector("[data-altcha]");
  if (!asked || !globalThis.crypto?.subtle) return;
  const challenge = JSON.parse(asked.dataset.altcha);
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const form = asked.closest("form");
  const [wait, busy, done] = asked.children;
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const hex = (buffer) => [...new Uint8Array(buffer)].map((one) => one.toString(16).padStart(2, "0")).join("");
  let writes = false;
  let pressed = false;
  let solved = false;

  wait.hidden = true;
  busy.hidden = false;
  form.addEventListener("input", () => { writes = true; });
  form.addEventListener("submit", (event) => {
    if (solved) return;
    event.preventDefault();
    pressed = true;
  });

  const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  const view = new DataView(password.buffer);
  const derive = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  for (let counter = 0; ; counter += 1) {
    view.setUint32(password.length - 4, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derived = hex(await crypto.subtle.deriveBits(derive, key, keyLength * 8));
    if (!derived.startsWith(keyPrefix)) continue;
    form.elements.altcha.value = btoa(JSON.stringify({ challenge, solution: { counter, derivedKey: derived } }));
    break;
  }
  solved = true;
  busy.hidden = true;
  done.hidden = false;
  if (pressed || !writes) form.requestSubmit();
})();
