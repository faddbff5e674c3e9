// Explanations at the term, and figures that enlarge.
(function () {
  const tip = byId("tip"), terms = all("a.t");
  let shown = null, wait = 0;
  function place(term) {
    const at = term.getBoundingClientRect(), root = document.documentElement;
    const left = Math.min(at.left, root.clientWidth - tip.offsetWidth - 12);
    const above = at.bottom + tip.offsetHeight + 12 > root.clientHeight && at.top > tip.offsetHeight + 12;
    tip.style.left = window.scrollX + Math.max(12, left) + "px";
    tip.style.top = window.scrollY + (above ? at.top - tip.offsetHeight - 6 : at.bottom + 6) + "px";
  }
  function show(term) {
    window.clearTimeout(wait);
    tip.textContent = byId(term.hash.slice(1)).textContent;
    tip.hidden = false;
    shown = term;
    place(term);
  }
  function hide() {
    window.clearTimeout(wait);
    tip.hidden = true;
    shown = null;
  }
  // The pointer may move onto the explanation without losing it.
  function leave() { window.clearTimeout(wait); wait = window.setTimeout(hide, 160); }
  terms.forEach((term) => {
    term.setAttribute("role", "button");
    term.setAttribute("aria-describedby", term.hash.slice(1));
    term.addEventListener("mouseenter", () => show(term));
    term.addEventListener("mouseleave", leave);
    term.addEventListener("focus", () => show(term));
    term.addEventListener("blur", hide);
    term.addEventListener("click", (event) => { event.preventDefault(); show(term); });
    term.addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); show(term); }
    });
  });
  tip.addEventListener("mouseenter", () => window.clearTimeout(wait));
  tip.addEventListener("mouseleave", leave);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && shown) { hide(); } });
  document.addEventListener("pointerdown", (event) => {
    if (shown && !event.target.closest("a.t, #tip")) { hide(); }
  });
  document.addEventListener("scroll", () => { if (shown) { hide(); } }, { capture: true, passive: true });
}());

(function () {
  const look = byId("look"), zooms = all("a.zoom"), picture = byId("look-img"), size = byId("look-size");
  let now = 0;
  function put(place) {
    now = (place + zooms.length) % zooms.length;
    const own = zooms[now].querySelector("img"), links = zooms[now].closest("figure").querySelector(".links");
    const heading = zooms[now].closest("section").querySelector("h2, h3");
    picture.src = own.src;
    picture.alt = own.alt;
    byId("look-title").textContent = heading.textContent + " (figure " + (now + 1) + " of " + zooms.length + ")";
    byId("look-links").innerHTML = links.innerHTML;
  }
  function fit(actual) {
    look.querySelector(".look-picture").classList.toggle("actual", actual);
    size.setAttribute("aria-pressed", String(actual));
  }
  zooms.forEach((zoom, place) => {
    zoom.setAttribute("role", "button");
    const open = (event) => {
      event.preventDefault();
      put(place);
      fit(false);
      look.showModal();
      byId("look-close").focus();
    };
    zoom.addEventListener("click", open);
    zoom.addEventListener("keydown", (event) => { if (event.key === " ") { open(event); } });
  });
  byId("look-close").addEventListener("click", () => look.close());
  byId("look-before").addEventListener("click", () => put(now - 1));
  byId("look-next").addEventListener("click", () => put(now + 1));
  size.addEventListener("click", () => fit(size.getAttribute("aria-pressed") !== "true"));
  look.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") { put(now + 1); }
    if (event.key === "ArrowLeft") { put(now - 1); }
  });
  look.addEventListener("click", (event) => { if (event.target === look) { look.close(); } });
  // Where the person was: at the figure seen last.
  look.addEventListener("close", () => {
    zooms[now].focus();
    zooms[now].scrollIntoView({ block: "nearest" });
  });
}());
