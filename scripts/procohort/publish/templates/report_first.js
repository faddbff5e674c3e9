(function () {
  "use strict";
  // Before anything is drawn, so that nothing flickers.
  const root = document.documentElement;
  root.classList.add("js");
  window.kept = {
    // Not every browser keeps anything for a file opened from disk.
    read(name) { try { return window.localStorage.getItem("report-" + name) || ""; } catch (error) { return ""; } },
    write(name, value) { try { window.localStorage.setItem("report-" + name, value); } catch (error) { return; } },
  };
  ["theme", "show"].forEach((name) => {
    const value = window.kept.read(name);
    if (value) { root.dataset[name] = value; }
  });
}());
