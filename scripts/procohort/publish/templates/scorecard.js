(function () {
  "use strict";
  var table = document.querySelector("table.claims"), form = document.querySelector("form.controls");
  if (!table) { return; }
  function list(nodes) { return Array.prototype.slice.call(nodes); }
  var texts = list(table.tBodies), claims = list(table.querySelectorAll("tr.claim"));
  var shown = document.getElementById("shown"), tiles = list(document.querySelectorAll("a.tile"));
  var controls = {};
  ["verdict", "source", "kind", "left", "text"].forEach(function (name) {
    controls[name] = document.getElementById("by-" + name);
  });
  function more(row) {
    var next = row.nextElementSibling;
    return next && next.classList.contains("more") ? next : null;
  }
  function value(name) { return controls[name] ? controls[name].value : ""; }
  function filtered() { return Object.keys(controls).some(function (name) { return value(name).trim(); }); }
  function fold(body, folded) {
    body.classList.toggle("folded", folded);
    var button = body.querySelector("tr.source button");
    if (button) { button.setAttribute("aria-expanded", String(!folded)); }
  }
  function say() {
    var count = 0, folded = 0;
    claims.forEach(function (row) {
      if (row.hidden) { return; }
      if (row.parentNode.classList.contains("folded")) { folded += 1; } else { count += 1; }
    });
    shown.textContent = count + " of " + claims.length + " statements shown" +
      (folded ? "; " + folded + " more in texts that are folded" : "");
    tiles.forEach(function (tile) {
      tile.setAttribute("aria-current", String(chosen(tile)));
    });
  }
  function chosen(tile) {
    return tile.dataset.left ? value("left") === tile.dataset.left && !value("verdict") :
      value("verdict") === tile.dataset.verdict;
  }
  function filter() {
    var words = value("text").trim().toLowerCase();
    claims.forEach(function (row) {
      var rest = more(row), text = row.textContent + (rest ? rest.textContent : "");
      row.hidden = !((!value("verdict") || row.dataset.verdict === value("verdict")) &&
        (!value("source") || row.parentNode.dataset.source === value("source")) &&
        (!value("kind") || row.dataset.kind === value("kind")) &&
        (!value("left") || row.dataset.left === value("left")) &&
        (!words || text.toLowerCase().indexOf(words) >= 0));
      if (rest) { rest.hidden = row.hidden; }
    });
    texts.forEach(function (body) {
      var some = list(body.querySelectorAll("tr.claim")).some(function (row) { return !row.hidden; });
      body.hidden = !some;
      fold(body, !filtered() && body.dataset.own === "no");
    });
    say();
    remember();
  }
  function remember() {
    var parts = Object.keys(controls).filter(value).map(function (name) {
      return name + "=" + encodeURIComponent(value(name));
    });
    // Not every browser allows this for a file opened from disk.
    try { window.history.replaceState(null, "", "#" + (parts.join("&") || "claims")); } catch (error) { return; }
  }
  function set(values) {
    Object.keys(controls).forEach(function (name) {
      if (controls[name]) { controls[name].value = values[name] || ""; }
    });
    filter();
  }
  function open(row) {
    if (row.hidden) { set({}); }
    fold(row.parentNode, false);
    var rest = more(row);
    if (rest) { rest.querySelector("details").open = true; }
    say();
    row.scrollIntoView();
  }
  function follow() {
    var hash = decodeURIComponent(window.location.hash.slice(1)), values = {};
    var target = hash && document.getElementById(hash);
    if (target && target.classList.contains("claim")) { open(target); return; }
    if (hash.indexOf("=") < 0) { return; }
    hash.split("&").forEach(function (part) {
      values[part.split("=")[0]] = part.split("=").slice(1).join("=");
    });
    set(values);
  }
  list(document.querySelectorAll("details")).forEach(function (part) { part.open = false; });
  texts.forEach(function (body) {
    var title = body.querySelector("tr.source .title");
    if (!title) { return; }
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = title.textContent;
    title.textContent = "";
    title.appendChild(button);
    button.addEventListener("click", function () {
      fold(body, !body.classList.contains("folded"));
      say();
    });
  });
  list(table.querySelectorAll("th[data-sort]")).forEach(function (header, unused, headers) {
    var button = document.createElement("button"), column = Number(header.dataset.sort);
    button.type = "button";
    button.textContent = header.textContent;
    header.textContent = "";
    header.appendChild(button);
    button.addEventListener("click", function () {
      var down = header.getAttribute("aria-sort") === "ascending";
      headers.forEach(function (other) { other.removeAttribute("aria-sort"); });
      header.setAttribute("aria-sort", down ? "descending" : "ascending");
      texts.forEach(function (body) {
        list(body.querySelectorAll("tr.claim")).map(function (row) {
          return [row, more(row), row.cells[column].dataset.value || ""];
        }).sort(function (a, b) {
          return a[2].localeCompare(b[2], "en", { numeric: true }) * (down ? -1 : 1);
        }).forEach(function (item) {
          body.appendChild(item[0]);
          if (item[1]) { body.appendChild(item[1]); }
        });
      });
    });
  });
  Object.keys(controls).forEach(function (name) {
    if (controls[name]) { controls[name].addEventListener(name === "text" ? "input" : "change", filter); }
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { window.setTimeout(filter, 0); });
  var all = document.getElementById("open-all");
  all.addEventListener("click", function () {
    var opening = all.getAttribute("aria-pressed") !== "true";
    all.setAttribute("aria-pressed", String(opening));
    list(table.querySelectorAll("details")).forEach(function (part) { part.open = opening; });
  });
  tiles.forEach(function (tile) {
    tile.addEventListener("click", function (event) {
      var values = chosen(tile) ? {} :
        { verdict: tile.dataset.verdict, left: tile.dataset.left, source: tile.dataset.source };
      event.preventDefault();
      set(values);
      document.getElementById("claims").scrollIntoView();
    });
  });
  list(document.querySelectorAll("a[href^='#claim-']:not(.tile)")).forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      open(document.getElementById(link.getAttribute("href").slice(1)));
      try { window.history.replaceState(null, "", link.getAttribute("href")); } catch (error) { return; }
    });
  });
  window.addEventListener("hashchange", follow);
  var asked = window.location.hash;
  texts.forEach(function (body) { fold(body, body.dataset.own === "no"); });
  say();
  if (asked) { follow(); }
})();
