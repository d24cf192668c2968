// The drafting page's comforts: entries from the address book and known grounds, receivers ticked by their names, lists filtered.

const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase()
  .replace(/uy ban nhan dan/g, "ubnd").replace(/hoi dong nhan dan/g, "hdnd").replace(/\s+/g, " ").replace(/^[-\s]+|[;,.\s]+$/g, "").trim();

export function addLine(area, words) {
  const lines = area.value.split("\n").map((line) => line.trim()).filter(Boolean);
  if (!lines.some((line) => folded(line) === folded(words))) lines.push(words);
  area.value = lines.join("\n");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// A table of an own form is typed cell by cell; its text area keeps the lines that are sent.
function grid(area) {
  const titles = area.dataset.grid.split(";"), table = document.createElement("table"), place = document.createElement("div");
  const split = (line) => (line.includes("|") ? line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/) : line.split("\t")).map((cell) => cell.trim().replaceAll("\\|", "|"));
  const keep = () => {
    const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")].map((cell) => cell.value.trim()));
    area.value = rows.filter((row) => row.some(Boolean)).map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|") || " ").join(" | ")} |`).join("\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const add = (cells = [], after = null) => {
    const row = table.tBodies[0].insertRow(after ? after.sectionRowIndex + 1 : -1);
    titles.forEach((title, at) => {
      const cell = document.createElement("input");
      cell.value = cells[at] || "";
      cell.setAttribute("aria-label", `${title}, ${row.sectionRowIndex + 1}`);
      row.insertCell().append(cell);
    });
    const less = document.createElement("button");
    less.type = "button"; less.className = "quiet"; less.textContent = "✕"; less.setAttribute("aria-label", `${area.dataset.less} ${row.sectionRowIndex + 1}`);
    less.addEventListener("click", () => { row.remove(); if (!table.tBodies[0].rows.length) add(); keep(); });
    row.insertCell().append(less);
    return row;
  };
  table.createTHead().insertRow().append(...[...titles, ""].map((title) => { const head = document.createElement(title ? "th" : "td"); if (title) { head.scope = "col"; head.textContent = title; } return head; }));
  table.createTBody();
  const lines = area.value.split("\n").filter((line) => line.trim());
  (lines.length ? lines : [""]).forEach((line) => add(split(line)));
  table.addEventListener("input", keep);
  table.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    add([], event.target.closest("tr")).querySelector("input").focus();
  });
  // Rows from a workbook fill the rows from here on.
  table.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!text.includes("\t") && !text.includes("\n")) return;
    event.preventDefault();
    let row = event.target.closest("tr");
    text.replace(/\r/g, "").split("\n").filter(Boolean).forEach((line, at) => {
      if (at) row = row.nextElementSibling || add();
      line.split("\t").forEach((cell, column) => { const input = row.querySelectorAll("input")[column]; if (input) input.value = cell.trim(); });
    });
    keep();
  });
  const more = document.createElement("button");
  more.type = "button"; more.textContent = area.dataset.more;
  more.addEventListener("click", () => add().querySelector("input").focus());
  place.className = "grid";
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", area.dataset.label);
  place.append(table, more);
  area.labels.forEach((label) => { label.htmlFor = ""; });
  area.hidden = true;
  area.after(place);
}

// One click mends what the checker found: the new words stand where the old ones stood, also in the rich text.
function mending(form) {
  const checked = document.getElementById("checked");
  let mended = false;
  checked?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mend]");
    if (!button) return;
    const { mend, ordinal, old, new: right } = button.dataset;
    const area = [...form.elements].filter((one) => one.name === mend)[ordinal];
    if (!area || !area.value.includes(old)) return;
    mended = true;
    area.value = area.value.replace(old, () => right);
    area.dispatchEvent(new CustomEvent("mended"));
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // The button goes with its finding: the keyboard stays among what is left to mend.
  checked?.addEventListener("htmx:afterSwap", () => {
    if (!mended) return;
    mended = false;
    (checked.querySelector("[data-mend]") || checked).focus();
  });
}

// Annexes in the same file come and go; each has the editor of the body.
function annexes(form) {
  const place = form.querySelector("#annexes"), blank = document.getElementById("annex-blank");
  if (!place || !blank) return;
  let last = place.children.length;
  form.querySelector("[data-annex-more]").addEventListener("click", async () => {
    last += 1;
    place.insertAdjacentHTML("beforeend", blank.innerHTML.replaceAll("__n__", last));
    const made = place.lastElementChild;
    made.querySelectorAll("[data-script]").forEach((part) => { part.hidden = false; });
    made.querySelector("input").focus();
    const editor = await import("app/editor");
    editor.mount(made.querySelector("[data-rich]"));
  });
  place.addEventListener("click", (event) => {
    const less = event.target.closest("[data-annex-less]");
    if (!less) return;
    less.closest("[data-annex]").remove();
    place.dispatchEvent(new Event("input", { bubbles: true }));
    form.querySelector("[data-annex-more]").focus();
  });
}

export function mount(form) {
  annexes(form);
  mending(form);
  form.querySelectorAll("[data-grid]").forEach(grid);
  const receivers = [...form.querySelectorAll("[data-receiver]")];
  form.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-add]");
    if (!chosen) return;
    addLine(form.querySelector(`[name="${chosen.dataset.add}"]`), chosen.dataset.words);
    chosen.setAttribute("aria-pressed", "true");
    const said = form.querySelector(`[data-said="${chosen.dataset.add}"]`);
    if (said) said.textContent = chosen.dataset.done;
  });
  // An agency that is named among those written to is ticked; what somebody unticked stays so.
  const untouched = new Set(receivers);
  form.addEventListener("change", (event) => untouched.delete(event.target));
  form.addEventListener("input", (event) => {
    const filter = event.target.closest("[data-filter]");
    if (filter) {
      const wanted = folded(filter.value);
      for (const entry of document.getElementById(filter.dataset.filter).children) entry.hidden = Boolean(wanted) && !folded(entry.textContent).includes(wanted);
    }
    if (!["addressees", "invited", "recipients"].includes(event.target.name)) return;
    const named = new Set(["addressees", "invited", "recipients"].flatMap((name) => (form.elements[name]?.value || "").split("\n").map(folded)).filter(Boolean));
    for (const box of untouched) if (named.has(folded(box.dataset.receiver))) { box.checked = true; untouched.delete(box); }
  });
  // Whoever signs for the chosen agency as a rule; what somebody typed stays.
  const partner = form.querySelector("[data-partner]");
  let offered = ["", ""];
  partner?.addEventListener("change", () => {
    const { title = "", signer = "" } = partner.selectedOptions[0].dataset;
    ["partner_title", "partner_signer"].forEach((name, at) => {
      const field = form.elements[name];
      if (!field.value || field.value === offered[at]) field.value = [title, signer][at];
    });
    offered = [title, signer];
  });
  // Enter in a box that only filters or searches sends no draft.
  form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.matches("[data-filter], [data-quiet]")) event.preventDefault(); });
  form.querySelectorAll("[data-script]").forEach((part) => { part.hidden = false; });
}
