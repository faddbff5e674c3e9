// Finding the way: the switch of answers, colours, contents, links into what is folded, print.
(function () {
  const root = document.documentElement, said = { "": "Both answers shown", as_published: "Answers as published shown", cluster_aware: "Cluster-aware answers shown" };
  all("#show input").forEach((choice) => {
    choice.checked = choice.value === (root.dataset.show || "");
    choice.addEventListener("change", () => {
      if (choice.value) { root.dataset.show = choice.value; } else { delete root.dataset.show; }
      window.kept.write("show", choice.value);
      say(said[choice.value]);
    });
  });
  const theme = byId("theme"), system = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const tell = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    window.kept.write("theme", root.dataset.theme);
    tell();
  });
  system.addEventListener("change", tell);
  tell();
}());

(function () {
  const menu = byId("menu"), panel = byId("panel"), links = all("#contents a");
  function open(wide) {
    panel.classList.toggle("open", wide);
    menu.setAttribute("aria-expanded", String(wide));
  }
  menu.addEventListener("click", () => open(menu.getAttribute("aria-expanded") !== "true"));
  panel.addEventListener("click", (event) => { if (event.target.closest("a")) { open(false); } });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.classList.contains("open")) { open(false); menu.focus(); }
  });
  const places = links.map((link) => ({ link, target: byId(link.hash.slice(1)) }));
  let waiting = false;
  function mark() {
    waiting = false;
    // A folded or hidden section has no place of its own.
    const above = places.filter((place) => place.target.getClientRects().length && place.target.getBoundingClientRect().top < 140);
    const now = above.length ? above[above.length - 1].link : links[0];
    links.forEach((link) => {
      if (link === now) { link.setAttribute("aria-current", "location"); } else { link.removeAttribute("aria-current"); }
    });
    all("#contents li").forEach((item) => item.classList.toggle("open", item.contains(now)));
    const side = document.querySelector(".side"), at = now.getBoundingClientRect();
    if (at.bottom > side.clientHeight || at.top < 0) { side.scrollTop += at.top - side.clientHeight / 2; }
  }
  document.addEventListener("scroll", () => {
    if (!waiting) { waiting = true; window.requestAnimationFrame(mark); }
  }, { passive: true });
  mark();
}());

(function () {
  // A link may lead into something that is folded, or sifted away.
  function reveal() {
    const target = window.location.hash && byId(decodeURIComponent(window.location.hash.slice(1)));
    all(".return").forEach((button) => button.remove());
    if (!target) { return; }
    for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) { at.open = true; }
    for (let at = target; at; at = at.parentElement) { at.hidden = false; }
    target.scrollIntoView();
    if (target.matches("article.row")) {
      const back = document.createElement("button");
      back.type = "button";
      back.className = "return small";
      back.textContent = "Back to where you were";
      back.addEventListener("click", () => window.history.back());
      target.append(back);
      target.focus({ preventScroll: true });
    }
  }
  window.addEventListener("hashchange", reveal);
  reveal();
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = all("details[data-print]:not([open])");
    opened.forEach((fold) => { fold.open = true; });
    all("img[loading=lazy]").forEach((image) => { image.loading = "eager"; });
  });
  window.addEventListener("afterprint", () => { opened.forEach((fold) => { fold.open = false; }); });
}());
