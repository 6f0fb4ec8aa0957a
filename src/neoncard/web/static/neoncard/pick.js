// Shortens a list of people as one types; Enter ticks the first. In a large company the server finds more (hx-post).
// Without this file the whole list is there, or a button that finds.
(() => {
  const input = document.querySelector("[data-filters]");
  if (!input) return;
  const list = document.getElementById(input.dataset.filters);
  const found = document.getElementById("pick-found");
  const all = () => [...list.querySelectorAll("label")];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
  const ticked = (row) => row.querySelector("input").checked;

  const filter = () => {
    const typed = plain(input.value);
    const rows = all();
    const starts = (row) => plain(row.textContent).split(/\s+/).some((part) => part.startsWith(typed));
    rows.forEach((row) => { row.hidden = typed !== "" && !ticked(row) && !starts(row); });
    list.querySelectorAll("[role=group]").forEach((group) => {
      const none = [...group.querySelectorAll("label")].every((row) => row.hidden);
      group.hidden = group.previousElementSibling.hidden = none;
    });
    const open = rows.filter((row) => !row.hidden && !ticked(row));
    found.textContent = typed ? `${open.length} ${input.dataset.found}` : "";
    return open;
  };

  input.closest(".pick-filter").hidden = false;
  input.addEventListener("input", filter);
  list.addEventListener("htmx:afterSwap", filter);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const [first] = input.value ? filter() : [];
    if (!first) return;
    first.querySelector("input").checked = true;
    input.value = "";
    filter();
    found.textContent = first.textContent.trim();
  });
})();
