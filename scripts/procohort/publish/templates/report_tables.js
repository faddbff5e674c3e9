// Tables that sort by any column and that can be sifted; claims by verdict.
const NUMBER = /^(?:p|largest|about|Holm|BH)?\s*([<>≤≥]?)\s*([-−+]?)\s*(\d+(?:[\s\u00a0\u202f,]\d{3})*(?:\.\d+)?|\.\d+)/;

function firstLine(cell) {
  return cell.tagName === "TH" || !cell.firstElementChild || cell.firstElementChild.tagName !== "SMALL"
    ? cell.textContent.trim() : cell.firstChild.textContent.trim();
}

function numberOf(text) {
  const found = NUMBER.exec(text);
  if (!found) { return null; }
  const size = Number(found[3].replace(/[\s\u00a0\u202f,]/g, ""));
  const value = "-−".includes(found[2] || " ") ? -size : size;
  // What is said to be below a bound stands before the bound itself.
  const nudge = "<≤".includes(found[1] || " ") ? -1e-9 : ">≥".includes(found[1] || " ") ? 1e-9 : 0;
  return value + nudge;
}

function compare(numeric, down) {
  const sign = down ? -1 : 1;
  return (a, b) => {
    const x = numeric ? a.number : a.text, y = numeric ? b.number : b.text;
    const lacksX = x === null || x === "", lacksY = y === null || y === "";
    // What has no value stays last, whichever way.
    if (lacksX || lacksY) { return lacksX - lacksY || a.line.place - b.line.place; }
    const order = numeric ? x - y : x.localeCompare(y, "en", { numeric: true });
    return sign * order || a.line.place - b.line.place;
  };
}

function keysOf(one, column) {
  return one.lines.map((line) => {
    const cell = line.row.cells[column], text = cell ? firstLine(cell) : "";
    const none = text === "–" || text === "";
    return { line, text: none ? "" : text, number: none ? null : numberOf(text) };
  });
}

function arrange(one, column, way) {
  const keys = keysOf(one, column), filled = keys.filter((key) => key.text);
  const numeric = filled.filter((key) => key.number !== null).length * 2 > filled.length;
  const order = way === "none" ? (a, b) => a.line.place - b.line.place : compare(numeric, way === "descending");
  keys.sort(order);
  const tops = keys.filter((key) => !key.line.parent);
  tops.forEach((top) => {
    const mine = keys.filter((key) => key.line.parent === top.line);
    top.line.body.append(top.line.row, ...mine.map((key) => key.line.row));
  });
}

function addSort(one) {
  const rows = Array.from(one.table.tHead.rows);
  const heads = [rows[0].cells[0], ...Array.from(rows[rows.length - 1].cells).slice(rows.length > 1 ? 0 : 1)];
  heads.forEach((head, column) => {
    const label = head.textContent.trim().replace(/\s+/g, " "), button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.setAttribute("aria-label", "Sort by " + label);
    head.insertBefore(button, head.querySelector("small"));
    head.addEventListener("click", (event) => {
      if (event.target.closest(".t")) { return; }
      const now = head.getAttribute("aria-sort");
      const way = now === "ascending" ? "descending" : now === "descending" ? "none" : "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      if (way !== "none") { head.setAttribute("aria-sort", way); }
      arrange(one, column, way);
      say(way === "none" ? "In the order of the study" : "Sorted by " + label + ", " + way);
    });
  });
}

function addSift(one) {
  const line = document.createElement("div"), input = document.createElement("input"), count = document.createElement("span");
  line.className = "sift";
  input.type = "search";
  input.placeholder = "Filter this table";
  input.setAttribute("aria-label", "Filter: " + one.title);
  count.className = "soft";
  count.setAttribute("role", "status");
  line.append(input, count);
  one.box.prepend(line);
  input.addEventListener("input", () => {
    one.own = input.value;
    const n = sift(one);
    count.textContent = one.own ? n + " of " + one.lines.length + " lines" : "";
  });
}

tables.forEach((one) => {
  addSort(one);
  if (one.lines.length >= 8) { addSift(one); }
});

// The roles stay where the style lays lines out as cards.
all("table.claims").forEach((table) => {
  table.setAttribute("role", "table");
  all("tr", table).forEach((row) => row.setAttribute("role", "row"));
  all("thead, tbody", table).forEach((part) => part.setAttribute("role", "rowgroup"));
  all("td", table).forEach((cell) => cell.setAttribute("role", "cell"));
  all("tbody th", table).forEach((cell) => cell.setAttribute("role", "rowheader"));
  all("thead th", table).forEach((cell) => cell.setAttribute("role", "columnheader"));
});

(function () {
  const tiles = all("a.tile"), note = byId("chosen"), claims = tables.filter((one) => one.table.classList.contains("claims"));
  if (!note) { return; }
  function choose(tile) {
    const name = tile && (tile.dataset.v || tile.dataset.l), key = tile && tile.dataset.v ? "v" : "l";
    let n = 0, total = 0;
    tiles.forEach((other) => other.setAttribute("aria-pressed", String(other === tile)));
    claims.forEach((one) => {
      one.opened.splice(0).forEach((fold) => { fold.open = false; });
      one.choice = tile ? (row) => row.dataset[key] === name : null;
      n += sift(one);
      total += one.lines.length;
      one.box.hidden = Boolean(tile) && one.n === 0;
      if (tile && one.n) { unfold(one); }
    });
    note.hidden = !tile;
    note.firstElementChild.textContent = tile ? n + " of " + total + " claims shown: " +
      tile.querySelector(".name").lastChild.textContent.trim().toLowerCase() + "." : "";
    say(tile ? note.firstElementChild.textContent : "All claims shown");
  }
  tiles.forEach((tile) => {
    tile.setAttribute("role", "button");
    tile.setAttribute("aria-pressed", "false");
    const act = (event) => {
      event.preventDefault();
      const again = tile.getAttribute("aria-pressed") === "true";
      choose(again ? null : tile);
      if (!again) { byId("claims").scrollIntoView(); }
    };
    tile.addEventListener("click", act);
    tile.addEventListener("keydown", (event) => { if (event.key === " ") { act(event); } });
  });
  note.lastElementChild.addEventListener("click", () => { choose(null); tiles[0].focus(); });
}());
