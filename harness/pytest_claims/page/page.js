"use strict";
// The page is whole without this, but for what is opened: views are unpacked, and charts drawn, when somebody looks.
(() => {
  const overview = document.getElementById("overview");
  const view = document.getElementById("view");
  const specs = new Map();
  for (const one of document.querySelectorAll("script.spec")) specs.set(one.id.slice(5), one);
  const parts = new Map();
  for (const one of document.querySelectorAll("script.part")) parts.set(one.dataset.view, one);
  let turn = 0;
  let store = { charts: [], rows: {} };
  let back = null;

  const unpacked = async (part) => {
    const bytes = Uint8Array.from(atob(part.textContent), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };

  const rowsOf = (columns) => {
    const names = Object.keys(columns);
    const read = names.map((name) => {
      const one = columns[name];
      return Array.isArray(one) ? (at) => one[at] : (at) => one.of[one.at[at]];
    });
    const first = columns[names[0]];
    const size = first === undefined ? 0 : Array.isArray(first) ? first.length : first.at.length;
    return Array.from({ length: size }, (_, at) => Object.fromEntries(names.map((name, place) => [name, read[place](at)])));
  };

  // Text alone: whatever a name holds, nothing of it is a tag.
  const escaped = (value) => String(value).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

  const element = (tag, text, attributes = {}) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };

  const shown = (value) => (value === null || value === undefined ? "" : typeof value === "number" ? String(value) : value);

  const tableOf = (columns, rows) => {
    const table = element("table");
    const head = table.createTHead().insertRow();
    for (const title of Object.values(columns)) head.append(element("th", title, { scope: "col" }));
    const body = table.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      Object.keys(columns).forEach((name, place) => {
        const cell = element(place ? "td" : "th", shown(row[name]));
        if (!place) cell.setAttribute("scope", "row");
        line.append(cell);
      });
    }
    return table;
  };

  const separated = (columns, rows, sign) => {
    // A cell that begins like a formula would be one in a spreadsheet.
    const safe = (value) => (typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : shown(value));
    const cell = (value) => {
      const text = String(safe(value));
      return text.includes(sign) || /["\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const lines = [Object.values(columns), ...rows.map((row) => Object.keys(columns).map((name) => row[name]))];
    return lines.map((line) => line.map(cell).join(sign)).join("\n");
  };

  const buttons = (columns, rows, name, open) => {
    const box = element("div", undefined, { class: "buttons" });
    const place = element("div", undefined, { class: "wide", tabindex: "0", role: "region", "aria-label": `Table: ${name}` });
    const show = () => { if (!place.childElementCount) place.append(tableOf(columns, rows)); place.hidden = false; };
    place.hidden = true;
    const toggle = element("button", "Table", { type: "button", "aria-expanded": "false" });
    toggle.addEventListener("click", () => {
      if (place.hidden) show(); else place.hidden = true;
      toggle.setAttribute("aria-expanded", String(!place.hidden));
    });
    const copy = element("button", "Copy", { type: "button" });
    copy.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(separated(columns, rows, "\t")); copy.textContent = "Copied"; }
      catch { show(); copy.textContent = "Select the table"; }
    });
    const save = element("button", "Download CSV", { type: "button" });
    save.addEventListener("click", () => {
      const link = element("a", undefined, { download: `${name}.csv` });
      link.href = URL.createObjectURL(new Blob([separated(columns, rows, ",")], { type: "text/csv" }));
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    box.append(toggle, copy, save);
    if (open) { show(); toggle.setAttribute("aria-expanded", "true"); }
    return [box, place];
  };

  const draw = async (figure) => {
    if (figure.dataset.drawn) return;
    figure.dataset.drawn = "yes";
    const chart = store.charts[Number(figure.dataset.chart)];
    const datasets = {};
    for (const [name, columns] of Object.entries(chart.data)) datasets[name] = rowsOf(columns);
    const rows = Object.values(datasets)[0] ?? [];
    const spec = { ...JSON.parse(specs.get(chart.spec).textContent), datasets, description: chart.description };
    const place = figure.querySelector(".plot");
    const room = Math.min(280, Math.max(60, place.clientWidth * 0.35)); // of a name along an axis: a phone is narrow
    spec.config = { ...spec.config, axis: { ...spec.config?.axis, labelLimit: room } };
    if (Object.keys(chart.columns).length) figure.append(...buttons(chart.columns, rows, chart.name, false));
    try {
      await vegaEmbed(place, spec, { renderer: "svg", ast: true, actions: false, defaultStyle: false,
        tooltip: { disableDefaultStyle: true, sanitize: escaped } });
    } catch (error) { place.textContent = `This chart cannot be drawn: ${error.message}`; }
  };

  const visible = (figure) => {
    for (let one = figure.parentElement; one && one !== view; one = one.parentElement)
      if (one.tagName === "DETAILS" && !one.open) return false;
    return true;
  };
  const drawAll = () => { for (const one of view.querySelectorAll("figure.chart")) if (visible(one)) draw(one); };

  const prepare = () => {
    for (const one of view.querySelectorAll("details")) one.addEventListener("toggle", () => { if (one.open) drawAll(); });
    for (const one of view.querySelectorAll("[data-rows]")) {
      const { columns, data } = store.rows[one.dataset.rows];
      const rows = rowsOf(data);
      one.append(...buttons(columns, rows, "data", rows.length <= 30));
    }
    for (const one of view.querySelectorAll("code.copy")) {
      const copy = element("button", "Copy", { type: "button" });
      copy.addEventListener("click", async () => {
        try { await navigator.clipboard.writeText(one.textContent); copy.textContent = "Copied"; }
        catch { getSelection().selectAllChildren(one); copy.textContent = "Selected"; }
      });
      one.after(" ", copy);
    }
    const find = view.querySelector("input[name=replies]");
    if (find) find.addEventListener("input", () => {
      const wanted = find.value.toLowerCase();
      for (const box of view.querySelectorAll(".replies")) {
        let some = 0;
        for (const one of box.querySelectorAll(".reply")) { one.hidden = !one.textContent.toLowerCase().includes(wanted); some += !one.hidden; }
        box.hidden = !some;
        box.open = Boolean(wanted) && some > 0;
      }
    });
  };

  // A browser may leave signs as they are, or encode them.
  const normal = (place) => {
    const [kind, name = ""] = place.split("=");
    try { return `${kind}=${encodeURIComponent(decodeURIComponent(name))}`; } catch { return ""; }
  };

  const show = async () => {
    const own = ++turn;
    const [first, second] = location.hash.slice(1).split("&");
    const name = normal(first || "");
    const part = parts.get(name);
    if (!part) {
      view.hidden = true; view.replaceChildren(); overview.hidden = false;
      if (back) { const link = back; back = null; link.focus(); link.scrollIntoView({ block: "center" }); }
      return;
    }
    if (view.dataset.shown !== name || view.hidden) {
      if (!overview.hidden && overview.contains(document.activeElement) && document.activeElement !== overview) back = document.activeElement;
      const content = await unpacked(part);
      if (own !== turn) return; // somebody went on meanwhile
      store = content;
      const template = document.createElement("template");
      template.innerHTML = content.html; // its texts are escaped, and the policy runs nothing that stands in it
      view.replaceChildren(template.content);
      view.dataset.shown = name;
      overview.hidden = true; view.hidden = false;
      prepare();
    }
    const subject = second && second.startsWith("subject=") ? normal(second).slice(8) : "";
    const opened = subject && [...view.querySelectorAll("details.subject")].find((one) => one.dataset.subject === subject);
    if (opened) { opened.open = true; }
    drawAll();
    document.title = `${view.querySelector("h1").textContent} · Which claims hold?`;
    if (opened) { opened.querySelector("summary").focus(); opened.scrollIntoView(); }
    else { scrollTo(0, 0); view.focus({ preventScroll: true }); }
  };

  for (const section of document.querySelectorAll(".finding")) {
    const form = section.querySelector("form");
    const body = section.querySelector(".matrix tbody");
    const lines = [...body.rows];
    const count = section.querySelector(".count");
    const orders = {
      own: (a, b) => lines.indexOf(a) - lines.indexOf(b),
      name: (a, b) => a.cells[0].textContent.localeCompare(b.cells[0].textContent),
      failed: (a, b) => b.dataset.failed - a.dataset.failed || orders.own(a, b),
      held: (a, b) => b.dataset.held - a.dataset.held || orders.own(a, b),
    };
    const filter = () => {
      const wanted = form.elements.text.value.toLowerCase();
      const kinds = [...form.querySelectorAll("input[name=kind]:checked")].map((one) => one.value);
      let some = 0;
      for (const line of lines) {
        const own = line.dataset.kinds.split(" ");
        line.hidden = !line.dataset.text.toLowerCase().includes(wanted) || (kinds.length > 0 && !kinds.some((kind) => own.includes(kind)));
        some += !line.hidden;
      }
      body.append(...[...lines].sort(orders[form.elements.order.value]));
      count.textContent = some === lines.length ? "" : `${some} of ${lines.length} claims`;
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  addEventListener("hashchange", show);
  addEventListener("beforeprint", () => { for (const one of view.querySelectorAll("details")) one.open = true; drawAll(); });
  show();
})();
