// Which lines of the page's tables are shown: one search for all, one for each table.
const all = (selector, where) => Array.from((where || document).querySelectorAll(selector));
const byId = (id) => document.getElementById(id);
const say = (text) => { byId("said").textContent = text; };
const titleOf = (table) => {
  const caption = table.caption.cloneNode(true);
  all("small", caption).forEach((part) => part.remove());
  return caption.textContent.trim();
};

function describe(table) {
  const lines = [];
  Array.from(table.tBodies).forEach((body) => {
    let section = null, parent = null;
    Array.from(body.rows).forEach((row) => {
      if (row.classList.contains("s")) { section = row; return; }
      const line = { row, body, section, parent: null, place: lines.length, text: "" };
      if (row.cells[0].classList.contains("i")) { line.parent = parent; } else { parent = line; }
      lines.push(line);
    });
  });
  return { table, lines, title: titleOf(table), own: "", choice: null, opened: [],
    box: table.closest(".tabled") };
}

const tables = all("table.data:not(.plain), table.claims").map(describe);
let everywhere = [];

function textOf(line) {
  if (!line.text) {
    // A line is also found by the headings that it stands under.
    const above = [line.section && line.section.textContent, line.parent && line.parent.row.cells[0].textContent];
    line.text = [...above, line.row.textContent].filter(Boolean).join(" ").toLowerCase().replace(/\s+/g, " ");
  }
  return line.text;
}

function wordsOf(text) { return text.toLowerCase().split(/\s+/).filter(Boolean); }

function sift(one) {
  const words = [...everywhere, ...wordsOf(one.own)];
  const kept = new Set();
  let n = 0;
  one.lines.forEach((line) => {
    const chosen = !one.choice || one.choice(line.row);
    if (!chosen || !words.every((word) => textOf(line).includes(word))) { return; }
    n += 1;
    kept.add(line.row);
    kept.add(line.section);
    if (line.parent) { kept.add(line.parent.row); }
  });
  one.lines.forEach((line) => {
    line.row.hidden = !kept.has(line.row);
    if (line.section) { line.section.hidden = !kept.has(line.section); }
  });
  one.n = n;
  return n;
}

function unfold(one) {
  for (let at = one.box.closest("details"); at; at = at.parentElement.closest("details")) {
    if (!at.open) { at.open = true; one.opened.push(at); }
  }
}

function hit(one) {
  const item = document.createElement("li"), link = document.createElement("a");
  link.href = "#" + (one.table.id || one.box.id);
  link.textContent = one.title + " (" + one.n + ")";
  item.append(link);
  return item;
}

function findEverywhere(text) {
  everywhere = wordsOf(text);
  tables.forEach((one) => { one.opened.splice(0).forEach((fold) => { fold.open = false; }); });
  const found = tables.filter((one) => {
    const n = sift(one);
    one.box.hidden = everywhere.length > 0 && n === 0;
    return n > 0;
  });
  const hits = byId("hits"), n = found.reduce((sum, one) => sum + one.n, 0);
  hits.replaceChildren();
  if (!everywhere.length) { byId("found").textContent = ""; return; }
  found.forEach(unfold);
  hits.append(...found.map(hit));
  byId("found").textContent = n ? n + (n === 1 ? " line in " : " lines in ") + found.length +
    (found.length === 1 ? " table" : " tables") : "Nothing found";
}

(function () {
  const input = byId("words"), hits = document.createElement("ul");
  let wait = 0;
  hits.id = "hits";
  byId("find").append(hits);
  tables.forEach((one, place) => { if (!one.table.id) { one.box.id = "box-" + place; } });
  input.addEventListener("input", () => {
    window.clearTimeout(wait);
    wait = window.setTimeout(() => findEverywhere(input.value), 120);
  });
  byId("find").addEventListener("submit", (event) => { event.preventDefault(); findEverywhere(input.value); });
}());
