// Beside in a frame: hears from the helpdesk's page which ticket is open, and signs in through a window of our own.
(() => {
  const { speaks, parents, about, comeIn, enter } = document.body.dataset;
  const may = parents.split(" ");
  const asked = new URLSearchParams(location.search);
  let ticket = "";
  let popup = null;

  // Never loaded anew: a frame that was opened with a POST would send it once more, its token long over.
  const show = () => {
    const asks = ticket ? `?conversation=${encodeURIComponent(ticket)}` : "";
    htmx.ajax("GET", about + asks, { target: "#main", select: "#main", swap: "outerHTML" });
  };
  const open = (id) => {
    const next = ["string", "number"].includes(typeof id) ? String(id).slice(0, 200) : "";
    if (!next || next === ticket) return;
    ticket = next;
    show();
  };

  // What a parent says is unsigned: it may pick a conversation, and that is all.
  const read = (data) => {
    if (typeof data !== "string") return data;
    try { return JSON.parse(data); } catch { return null; }
  };
  const heard = {
    app_context: (said) => { if (said.event === "appContext") open(said.data?.conversation?.id); },
    zaf: (said) => {
      if (said.key === "zaf.app.registered") open(said.message?.context?.ticketId);
      if (said.key === "zaf.context.updated") open(said.message?.ticketId);
    },
  }[speaks];
  const tell = {
    app_context: () => may.forEach((origin) => parent.postMessage("chatwoot-dashboard-app:fetch-info", origin)),
    zaf: () => {
      const [appGuid, origin] = [asked.get("app_guid"), asked.get("origin")];
      if (!may.includes(origin)) return;
      const message = { key: "iframe.handshake", message: { version: "2.0" }, appGuid, instanceGuid: appGuid };
      parent.postMessage(JSON.stringify(message), origin);
    },
  }[speaks];

  const say = (what) => {
    const said = document.querySelector("[data-said]");
    if (said) said.textContent = said.dataset[what];
  };
  const traded = async (code) => {
    const answer = await fetch(enter, { method: "POST", body: new URLSearchParams({ code }) }).catch(() => null);
    popup?.postMessage({ neoncard: answer?.ok ? "in" : "lost" }, location.origin);
    if (!answer?.ok) { say("failed"); return; }
    // A browser that keeps no cookie here would ask for ever.
    const still = await fetch(about).then((one) => one.text()).catch(() => "");
    if (still.includes("data-signs-in")) say("cookies"); else show();
  };

  addEventListener("message", (event) => {
    if (event.origin === location.origin && popup && event.source === popup) {
      if (event.data?.neoncard === "code") traded(event.data.code);
      return;
    }
    if (event.source !== parent || !may.includes(event.origin)) return;
    const said = read(event.data);
    if (said && typeof said === "object") heard?.(said);
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-signs-in]")) return;
    popup = window.open(comeIn, "neoncard-sign-in", "popup,width=480,height=720");
    if (!popup) say("blocked");
  });
  // Signed out meanwhile: the frame asks to sign in again, where any page would go to the sign-in page.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (![401, 403].includes(event.detail.xhr.status)) return;
    event.preventDefault();
    show();
  });

  if (parent !== window) tell?.();
})();
