// Keeps the counter's page and its parts for when the network is gone; anything else it lets pass.
const KEPT = "neoncard-counter-1";
const PAGE = "/counter";

addEventListener("install", (event) => event.waitUntil(skipWaiting()));
addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("neoncard-counter-") && name !== KEPT) await caches.delete(name);
  await clients.claim();
})()));

const keep = async (request, answer) => {
  // A page that sends one to sign in is not the counter.
  if (answer.ok && !answer.redirected) await (await caches.open(KEPT)).put(request, answer.clone());
  return answer;
};

addEventListener("message", (event) => {
  const wanted = event.data?.keep;
  if (!Array.isArray(wanted)) return;
  event.waitUntil(Promise.all(wanted.map((url) => fetch(url).then((answer) => keep(url, answer)).catch(() => {}))));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) {
    event.respondWith(fetch(request).then((answer) => keep(PAGE, answer)).catch(async () => (await caches.match(PAGE)) ?? Response.error()));
  } else if (url.pathname.startsWith("/static/")) {
    // Their names change with what is in them.
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
