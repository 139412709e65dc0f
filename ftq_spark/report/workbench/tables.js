// On a narrow screen a table's row is a card, whose cells say which column they are of.

export function labelCells() {
  for (const table of document.querySelectorAll(".scroll > table")) {
    const names = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.children].forEach((cell, at) => {
        cell.dataset.label = names[at] || "";
      });
    }
    if (names.length && !table.classList.contains("matrix")) table.classList.add("labelled");
  }
}
