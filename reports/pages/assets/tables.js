// Runs in the reader's browser, inlined into each page: tables that sort by a column, and texts that can be copied.
// A page without it lacks nothing but comfort.
(() => {
  "use strict";

  const collator = new Intl.Collator("en-GB", { numeric: true });

  /** The number that a cell begins with; NaN where it holds none. */
  function numberOf(cell) {
    const text = (cell.dataset.value ?? cell.textContent).trim()
      .replaceAll("\u202f", "").replace(/^\[/, "").replace(/^−/, "-");
    const match = /^[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?/i.exec(text);
    return match === null ? NaN : Number(match[0]);
  }

  const isEmpty = (cell) => ["", "–", "N/A", "not run"].includes(cell.textContent.trim());

  /** Rows of one body that move: its heading stays on top. */
  const rowsOf = (body) => [...body.rows].filter((row) => !row.classList.contains("kind"));

  function makeSortable(table) {
    const bodies = [...table.tBodies].map((body) => ({ body, original: rowsOf(body) }));
    if (bodies.every(({ original }) => original.length < 2)) return;
    const heads = [...table.tHead.rows[0].cells];

    /** Sorts every body by itself: what a heading belongs to stays under it. */
    function sort(column, direction) {
      const cells = bodies.flatMap(({ original }) => original.map((row) => row.cells[column]))
        .filter((cell) => !isEmpty(cell));
      const numbers = cells.filter((cell) => !Number.isNaN(numberOf(cell))).length;
      const numeric = 2 * numbers > cells.length;
      const missing = (cell) => numeric ? Number.isNaN(numberOf(cell)) : isEmpty(cell);
      const compare = (a, b) =>
        numeric
          ? numberOf(a) - numberOf(b)
          : collator.compare(a.textContent.trim(), b.textContent.trim());
      for (const { body, original } of bodies) {
        const sorted = direction === "none" ? original : original.toSorted((one, other) => {
          const [a, b] = [one.cells[column], other.cells[column]];
          // What has no value comes last in either direction.
          const absent = Number(missing(a)) - Number(missing(b));
          if (absent !== 0 || missing(a)) return absent;
          return direction === "ascending" ? compare(a, b) : compare(b, a);
        });
        body.append(...sorted);
      }
    }

    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: "none" };
        const direction = next[head.getAttribute("aria-sort")] ?? "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        if (direction !== "none") head.setAttribute("aria-sort", direction);
        sort(column, direction);
      });
    });
    table.classList.add("sorts");
  }

  function makeCopyable(block) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    const status = document.createElement("span");
    status.setAttribute("role", "status");
    const bar = document.createElement("p");
    bar.className = "copy";
    bar.append(button, " ", status);
    block.before(bar);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(block.textContent);
        status.textContent = "copied";
      } catch {
        getSelection().selectAllChildren(block);
        status.textContent = "selected: press Ctrl+C";
      }
    });
  }

  for (const table of document.querySelectorAll("table.sortable")) makeSortable(table);
  for (const block of document.querySelectorAll("pre.copyable")) makeCopyable(block);
})();
