// The counter through a lost network: a tap is kept here first, and goes when it can, once, by a key of its own.
(() => {
  const { taps, worker, counter, keep, turn = "", lock } = document.body.dataset;
  const BOX = "neoncard-counter-taps";
  const LOCKED = "neoncard-counter-locked";
  const QUIET = 120_000;
  const QUIET_ALONE = 900_000;
  const AGAIN = 5_000;
  const read = () => { try { return JSON.parse(localStorage.getItem(BOX)) ?? []; } catch { return []; } };
  const write = (all) => localStorage.setItem(BOX, JSON.stringify(all));
  const token = () => document.querySelector("#counter-token input, [name=csrfmiddlewaretoken]").value;
  const veil = (on) => { const one = document.getElementById("veil"); if (one) one.hidden = !on; };
  let sending = false;

  const tell = (gone, waits = false) => {
    const lost = document.getElementById("lost");
    if (!lost) return;
    const kept = read().length;
    const say = waits && kept ? lost.dataset.waits : kept > 1 ? lost.dataset.many : kept ? lost.dataset.one : lost.dataset.none;
    const words = say.replace("NUMBER", kept);
    document.body.classList.toggle("offline", gone || waits && kept > 0);
    if (lost.textContent !== words) lost.textContent = words;
  };

  const fresh = () => htmx.ajax("GET", counter, { target: "#main", select: "#main", swap: "outerHTML" });

  const send = async () => {
    if (sending) return;
    const all = read();
    if (!all.length) { tell(!navigator.onLine); return; }
    sending = true;
    try {
      const answer = await fetch(taps, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        body: JSON.stringify({ taps: all.slice(0, 50) }),
      });
      if (!answer.ok) { tell(false, true); return; }
      const { done } = await answer.json();
      // Whatever was pressed meanwhile stays.
      write(read().filter((one) => !done.includes(one.key)));
      tell(false);
      if (document.querySelector("[data-tap]")) fresh();
    } catch {
      tell(true);
    } finally {
      sending = false;
    }
  };

  const key = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-tap]");
    if (!form) return;
    event.preventDefault();
    const act = new FormData(form).get("act");
    write([...read(), { key: key(), suggestion: form.dataset.tap, act, turn }]);
    const button = form.querySelector("button");
    button.textContent = button.dataset.again;
    send();
  });

  addEventListener("online", send);
  addEventListener("offline", () => tell(true));
  document.addEventListener("htmx:sendError", () => tell(true));
  setInterval(() => { if (read().length || document.body.classList.contains("offline")) probe(); }, AGAIN);
  const probe = async () => {
    if (read().length) { send(); return; }
    const there = await fetch(worker, { method: "HEAD", cache: "no-store" }).catch(() => null);
    tell(!there?.ok);
  };

  // A tablet locks itself. Without a network nobody could come in again, so it waits longer, and says so.
  let touched = Date.now();
  if (turn) {
    const locks = async () => {
      const quiet = Date.now() - touched;
      if (quiet < QUIET) return;
      const form = document.getElementById("lock");
      const answer = await fetch(lock, { method: "POST", headers: { "X-CSRFToken": token() }, redirect: "manual" }).catch(() => null);
      if (answer) location.replace(counter);
      else if (quiet > QUIET_ALONE) shut();
    };
    const shut = () => { localStorage.setItem(LOCKED, "1"); veil(true); };
    for (const what of ["pointerdown", "keydown"]) addEventListener(what, () => { touched = Date.now(); }, { passive: true });
    setInterval(locks, 10_000);
    document.getElementById("lock")?.addEventListener("submit", (event) => {
      if (!document.body.classList.contains("offline")) return;
      event.preventDefault();
      shut();
    });
    // A page from the cache does not undo a lock.
    if (localStorage.getItem(LOCKED)) {
      veil(true);
      fetch(lock, { method: "POST", headers: { "X-CSRFToken": token() }, redirect: "manual" })
        .then(() => { localStorage.removeItem(LOCKED); location.replace(counter); }, () => {});
      addEventListener("online", () => location.reload());
    }
  } else if (document.querySelector(".names")) {
    localStorage.removeItem(LOCKED);
  }

  navigator.serviceWorker?.register(worker, { scope: counter }).then(() => navigator.serviceWorker.ready).then((ready) => {
    const own = [...document.querySelectorAll("link[rel=stylesheet], script[src], link[rel=icon]")].map((one) => one.href || one.src);
    ready.active?.postMessage({ keep: [...own, ...keep.split(" ").filter(Boolean), counter] });
  }).catch(() => {});
  send();
})();
