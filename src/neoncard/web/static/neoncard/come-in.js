// The sign-in window: it hands its code to the frame that opened it, which is of our own origin, and to nobody else.
(() => {
  const { opener } = window;
  const said = document.querySelector("[data-said]");
  const lost = () => { said.textContent = said.dataset.lost; };
  if (!opener) { lost(); return; }
  addEventListener("message", (event) => {
    if (event.origin !== location.origin || event.source !== opener) return;
    if (event.data?.neoncard === "in") close(); else lost();
  });
  opener.postMessage({ neoncard: "code", code: document.body.dataset.code }, location.origin);
})();
