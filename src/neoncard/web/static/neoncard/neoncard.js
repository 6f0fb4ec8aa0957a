// Every page works without this file; it says aloud, closes and dismisses.
(() => {
  const region = document.getElementById("toasts");

  const dress = (toast) => {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "link";
    close.textContent = region.dataset.close;
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
    return toast;
  };

  const say = (text, kind = "") => {
    const toast = document.createElement("div");
    const words = document.createElement("p");
    toast.className = `toast ${kind}`;
    words.textContent = text;
    toast.append(words);
    // One frame apart, so that a reader hears the same sentence twice.
    requestAnimationFrame(() => region.append(dress(toast)));
  };

  if (region) {
    // Readers announce what changes in a live region, not what it held on load.
    const waiting = [...region.children];
    waiting.forEach((toast) => toast.remove());
    setTimeout(() => waiting.forEach((toast) => region.append(dress(toast))), 150);

    document.addEventListener("toast", (event) => say(event.detail.text ?? event.detail.value, event.detail.kind));
    document.addEventListener("htmx:responseError", () => say(region.dataset.failed, "error"));
    document.addEventListener("htmx:sendError", () => say(region.dataset.offline, "error"));
  }

  // What was pressed may be gone with what it changed: then what came instead has the focus, not the top of the page.
  let within = false;
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const here = document.activeElement;
    within = here !== document.body && detail.target.contains(here);
  });
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (!within || document.activeElement !== document.body) return;
    within = false;
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  });

  // What says "has read this" says so once somebody sees it: not drawn ahead, not in a tab behind.
  const sight = () => {
    if (document.prerendering || document.visibilityState !== "visible") return;
    document.querySelectorAll("form[data-sight]").forEach((form) => {
      form.removeAttribute("data-sight");
      window.htmx?.trigger(form, "sight");
    });
  };
  document.addEventListener("htmx:load", sight);
  document.addEventListener("visibilitychange", sight);
  document.addEventListener("prerenderingchange", sight);

  const closeMenus = (except) =>
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelector("details.menu[open] summary")?.focus();
    closeMenus();
  });
})();
