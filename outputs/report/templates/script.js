(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.replace("no-script", "script");
  const tip = document.getElementById("tip");
  let shown = null;

  const hide = () => {
    if (shown) shown.classList.remove("shown");
    shown = null;
    tip.hidden = true;
  };

  const show = (mark) => {
    if (shown === mark) return;
    hide();
    shown = mark;
    mark.classList.add("shown");
    tip.textContent = mark.dataset.says;
    tip.hidden = false;
    const box = mark.getBoundingClientRect();
    const wide = tip.offsetWidth;
    const left = Math.max(8, Math.min(box.left + box.width / 2 - wide / 2, root.clientWidth - wide - 8));
    const above = box.top - tip.offsetHeight - 10;
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${(above > 4 ? above : box.bottom + 10) + scrollY}px`;
  };

  let pointed = "";
  const movedByHand = (event) => {  // a page that scrolls under a mouse at rest points at nothing
    const before = pointed;
    pointed = `${event.screenX} ${event.screenY}`;
    return pointed !== before;
  };

  const drawn = (plot) => [...plot.querySelectorAll("svg")].find((one) => getComputedStyle(one).display !== "none");

  for (const plot of document.querySelectorAll(".plot")) {
    const marks = () => [...drawn(plot).querySelectorAll("[data-says]")].filter((one) => !one.classList.contains("dimmed"));
    let at = -1;
    plot.tabIndex = 0;
    plot.setAttribute("role", "group");
    const title = plot.closest("figure").querySelector("h3").textContent;
    plot.setAttribute("aria-label", `Chart: ${title}. Left and right arrow keys read its values one by one.`);
    plot.addEventListener("pointerover", (event) => {
      if (!movedByHand(event)) return;
      const mark = event.target.closest("[data-says]");
      if (mark) show(mark);
      else hide();
    });
    plot.addEventListener("pointerleave", hide);
    plot.addEventListener("click", (event) => {
      const mark = event.target.closest("[data-says]");
      if (mark) show(mark);
    });
    plot.addEventListener("blur", () => {
      at = -1;
      hide();
    });
    plot.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") hide();
      if (!step) return;
      event.preventDefault();
      const all = marks();
      if (!all.length) return;
      at = at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length;
      show(all[at]);
    });
  }

  const plans = [...document.querySelectorAll("[data-row-series]")].map((row) => ({
    series: row.dataset.rowSeries,
    title: row.querySelector("th").textContent.trim(),
  }));
  const focusOn = (series) => {
    for (const mark of document.querySelectorAll("svg [data-series]")) {
      const own = mark.dataset.series;
      mark.classList.toggle("dimmed", series !== null && own !== series && own !== "0");
    }
    for (const button of document.querySelectorAll(".chips button")) {
      button.setAttribute("aria-pressed", String(button.dataset.series === series));
    }
  };
  if (plans.length > 1) {
    const chips = document.createElement("div");
    chips.className = "chips";
    chips.setAttribute("role", "group");
    chips.setAttribute("aria-label", "Bring one plan forward in every chart");
    chips.append("Bring forward in every chart:");
    for (const plan of plans) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = plan.title;
      button.dataset.series = plan.series;
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => focusOn(button.getAttribute("aria-pressed") === "true" ? null : plan.series));
      chips.append(button);
    }
    document.querySelector(".pair").prepend(chips);
  }

  const folded = document.querySelectorAll("details.wide");
  addEventListener("beforeprint", () => folded.forEach((one) => one.toggleAttribute("open", true)));

  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const asCsv = (table) =>
    [...table.rows].map((row) => [...row.cells].map((one) => quoted(one.textContent.trim())).join(",")).join("\r\n");
  for (const details of document.querySelectorAll("details.data")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "save";
    button.textContent = "Save as CSV";
    button.addEventListener("click", () => {
      const link = document.createElement("a");
      const name = details.closest("figure, section").id || "table";
      link.href = URL.createObjectURL(new Blob(["\ufeff", asCsv(details.querySelector("table"))], { type: "text/csv" }));
      link.download = `${name}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    details.querySelector("summary").after(button);
  }

  const valueOf = (row, column) => {
    const text = row.cells[column].textContent.trim();
    const number = parseFloat(text.replaceAll(",", "").replace("£", ""));
    return Number.isNaN(number) ? text.toLowerCase() : number;
  };
  const compare = (one, other) =>
    typeof one === typeof other ? (one < other ? -1 : one > other ? 1 : 0) : typeof one === "number" ? -1 : 1;
  for (const table of document.querySelectorAll("main table:not(.summary)")) {
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sortable";
      button.append(...heading.childNodes);
      button.addEventListener("click", () => {
        const down = heading.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const rows = [...body.rows].sort((a, b) => (down ? -1 : 1) * compare(valueOf(a, column), valueOf(b, column)));
        body.append(...rows);
      });
      heading.append(button);
    });
  }

  const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        const own = entry.target.classList.contains("first") ? "main" : entry.target.id;
        links.get(own)?.setAttribute("aria-current", "true");
      }
    },
    { rootMargin: "-10% 0px -80% 0px" },
  );
  for (const section of document.querySelectorAll("main > section")) watcher.observe(section);
})();
