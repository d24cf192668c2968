// The drafting page's comforts: entries from the address book and known grounds, receivers ticked by their names, lists filtered.

const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase()
  .replace(/uy ban nhan dan/g, "ubnd").replace(/hoi dong nhan dan/g, "hdnd").replace(/\s+/g, " ").replace(/^[-\s]+|[;,.\s]+$/g, "").trim();

export function addLine(area, words) {
  const lines = area.value.split("\n").map((line) => line.trim()).filter(Boolean);
  if (!lines.some((line) => folded(line) === folded(words))) lines.push(words);
  area.value = lines.join("\n");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

export function mount(form) {
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
  // Enter in a box that only filters or searches sends no draft.
  form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.matches("[data-filter], [data-quiet]")) event.preventDefault(); });
  form.querySelectorAll("[data-script]").forEach((part) => { part.hidden = false; });
}
