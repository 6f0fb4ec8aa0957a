// One key for each button of the page: whatever says data-key. They can be turned off, and never act while one writes.
(() => {
  const box = document.getElementById("keys");
  const KEPT = "neoncard-call-keys";
  box.closest("[hidden]").hidden = false;
  box.checked = localStorage.getItem(KEPT) !== "off";
  box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "on" : "off"));

  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])")) return;
    const pressed = event.key === "ArrowRight" && !event.target.matches("input") ? "n" : event.key.toLowerCase();
    const found = document.querySelector(`#call [data-key="${CSS.escape(pressed)}"]`);
    if (!found) return;
    event.preventDefault();
    found.click();
    if (found.matches("input")) found.focus();
  });
})();
