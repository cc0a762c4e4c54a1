"use strict";
// Sorts and filters the table. Nothing is fetched or stored.
(() => {
  const table = document.querySelector(".submissions");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });

  const value = (row, column, kind) =>
    kind === "number" ? Number(row.cells[column].dataset.value) : row.cells[column].textContent;
  const sort = (heading) => {
    const { cellIndex: column, dataset: { sort: kind } } = heading;
    const back = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", back ? "descending" : "ascending");
    const compare = (a, b) => (kind === "number" ? a - b : order.compare(a, b)) * (back ? -1 : 1);
    const sorted = rows.map((row) => [value(row, column, kind), row]).sort(([a], [b]) => compare(a, b));
    body.append(...sorted.map(([, row]) => row));
  };
  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(heading));
    heading.append(button);
    heading.setAttribute("aria-sort", "none");  // at first, those without a grade stand in front
  }

  const form = document.querySelector(".filter");
  const { text, kind, check } = form.elements;
  const status = form.querySelector("[role=status]");
  const filter = () => {
    const wanted = text.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = !(
        (!kind.value || row.dataset.kinds.split(" ").includes(kind.value)) &&
        (!check.value || row.dataset.checks.split(" ").includes(check.value)) &&
        `${row.cells[0].textContent} ${row.cells[3].textContent} ${row.dataset.checks}`.toLowerCase().includes(wanted)
      );
      shown += !row.hidden;
    }
    status.textContent = status.dataset.template.replace("#", shown);
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  for (const link of document.querySelectorAll("[data-check]")) {
    link.addEventListener("click", () => { check.value = link.dataset.check; filter(); });
  }
  form.hidden = false;
  filter();

  // Open the mistake that a link leads to before the browser scrolls to it.
  const open = (hash) => {
    const target = document.getElementById(hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  document.addEventListener("click", ({ target }) => {
    const link = target.closest("a[href^='#']");
    if (link) open(link.hash);
  });
  addEventListener("hashchange", () => open(location.hash));
  open(location.hash);
})();
