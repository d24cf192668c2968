// What every page needs of a script; each part adds comfort to a form that works without it.

const each = (selector, act, root = document) => root.querySelectorAll(selector).forEach(act);

// "Chọn tất cả", and how many are chosen.
function countChosen() {
  const boxes = [...document.querySelectorAll('input[type="checkbox"][name="ids"]')];
  const chosen = boxes.filter((box) => box.checked).length;
  each("[data-chosen]", (place) => { place.textContent = chosen ? ` (${chosen})` : ""; });
  each("[data-all]", (all) => {
    all.checked = boxes.length > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  });
}
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-all]");
  if (all) each(`input[type="checkbox"][name="${all.dataset.all}"]`, (box) => { box.checked = all.checked; });
  if (all || event.target.name === "ids") countChosen();
});

document.addEventListener("click", (event) => {
  const said = event.target.closest("[data-say]");
  if (said) {
    const words = said.closest("form").querySelector("textarea[name=note]");
    words.value = words.value.trim() ? `${words.value.trim()} ${said.dataset.say}` : said.dataset.say;
    words.focus();
  }
  const close = event.target.closest("[data-close]");
  if (close && close.closest("dialog")) {
    event.preventDefault();
    close.closest("dialog").close();
  }
  if (event.target.closest("[data-print]")) window.print();
  const reader = event.target.closest("[data-reader]");
  if (reader) {
    reader.disabled = true;
    import("app/reader").then((module) => module.open(reader.dataset.reader, document.getElementById("pictures"), document.documentElement.lang));
  }
  const agent = event.target.closest("[data-agent-sign]");
  if (agent) {
    const batch = agent.closest("form[data-refresh]");
    // A page that came by a form is asked for its results again, never sent again.
    withAgent(agent, (module) => module.sign(agent.dataset.agent, agent.dataset.token, agent.dataset.agentSign.split(" ")))
      .then((done) => { if (batch) window.htmx.trigger(batch, "refresh"); else if (done) location.reload(); });
  }
  const vgca = event.target.closest("[data-vgca-sign]");
  if (vgca) {
    const batch = vgca.closest("form[data-refresh]");
    vgca.disabled = true;
    import("app/vgca").then((module) => module.sign(vgca.dataset.vgca, vgca.dataset.token, vgca.dataset.vgcaSign.split(" ")))
      .then(() => true, (error) => { say(error.message); vgca.disabled = false; return false; })
      .then((done) => { if (batch) window.htmx.trigger(batch, "refresh"); else if (done) location.reload(); });
  }
  each("details.menu[open]", (menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

// The agent on this computer is asked after a click only; what it says shows as a message, what it did in the page.
function withAgent(button, act) {
  button.disabled = true;
  return import("app/agent").then(act)
    .then((words) => { say(words, "done"); return true; }, (error) => { say(error.message); return false; })
    .finally(() => { button.disabled = false; });
}
document.addEventListener("submit", (event) => {
  const pairing = event.target.closest("form[data-agent-pair]");
  if (!pairing) return;
  event.preventDefault();
  withAgent(pairing.querySelector("button"), (module) => module.pair(pairing.dataset.agent, new FormData(pairing).get("code")))
    .finally(() => pairing.reset());
});

// A dialog that came by htmx opens itself and gives the focus back when it closes.
document.addEventListener("htmx:afterSwap", () => {
  each("dialog[data-open]:not([open])", (dialog) => {
    const before = document.activeElement;
    dialog.addEventListener("close", () => { dialog.remove(); before?.focus?.(); }, { once: true });
    dialog.showModal();
  });
  countChosen();
});
document.addEventListener("htmx:sendError", () => say(document.documentElement.lang === "en" ? "The connection is lost; please try again." : "Mất kết nối; xin thử lại."));

function say(words, kind = "problem") {
  const toast = document.createElement("p");
  toast.className = `toast ${kind}`;
  toast.textContent = words;
  document.getElementById("toasts").append(toast);
}
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) setTimeout(() => node.remove?.(), 8000);
}).observe(document.getElementById("toasts"), { childList: true });

// Somebody signed in hears when to look again.
if (document.body.hasAttribute("hx-headers")) import("app/hints");

// A file dropped on the Word door is sent at once.
each("[data-drop]", (form) => {
  const input = form.querySelector("input[type=file]");
  for (const name of ["dragenter", "dragover"]) form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
  form.addEventListener("submit", () => { form.querySelector("[data-working]").hidden = false; });
});

// A form is sent once, and a half-written draft is not lost by a stray click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent && form.method === "post" && !form.hasAttribute("hx-post")) event.preventDefault();
  if (event.submitter?.formTarget !== "_blank" && !event.defaultPrevented) form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => each("form[data-sent]", (form) => delete form.dataset.sent));
each("form[data-guard]", (form) => {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
});

// The drafting page: rich text over the body's text area, and what helps to fill the rest.
each("form#draft", (form) => import("app/drafting").then((module) => module.mount(form)));
each("[data-rich]", (place) => import("app/editor").then((module) => module.mount(place)));

// A draft that was just taken out is handed over once.
each("[data-fetch]", (link) => {
  if (sessionStorage.getItem("fetched") === link.dataset.fetch) return;
  sessionStorage.setItem("fetched", link.dataset.fetch);
  if (Date.now() - Date.parse(link.dataset.fetch) < 60_000) link.click();
});

// Words chosen in a line are what the remark is about.
each("[data-remarks]", (text) => text.addEventListener("mouseup", () => {
  const chosen = getSelection(), words = chosen.toString().trim();
  const line = chosen.anchorNode?.parentElement?.closest("[data-line]");
  if (!words || !line || !line.contains(chosen.focusNode)) return;
  const form = line.parentElement.querySelector("details.say");
  if (!form) return;
  form.open = true;
  form.querySelector("[name=quote]").value = words;
  form.querySelector("[name=text]").focus();
}));

// A chosen picture is shown as large as it will be on paper: a person's as a signature, the agency's as its seal.
each("[data-picture]", (input) => input.form.addEventListener("change", () => {
  const shown = input.closest("label").nextElementSibling, picture = shown.querySelector("img");
  URL.revokeObjectURL(picture.src);
  shown.hidden = input.files.length === 0;
  if (shown.hidden) return;
  picture.className = input.form.elements.person_id.value ? "real-signature" : "real-seal";
  picture.src = URL.createObjectURL(input.files[0]);
}));

// The tour stays closed once somebody has closed it.
each("details.tour", (tour) => {
  if (localStorage.getItem("tour") === "closed") tour.open = false;
  tour.addEventListener("toggle", () => localStorage.setItem("tour", tour.open ? "open" : "closed"));
});

// "/" goes to the search box, unless something is being typed; who speaks to the computer can switch it off.
const shortcuts = () => localStorage.getItem("shortcuts") !== "off";
each("[data-shortcuts]", (box) => {
  box.checked = shortcuts();
  box.addEventListener("change", () => localStorage.setItem("shortcuts", box.checked ? "on" : "off"));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && shortcuts() && !event.ctrlKey && !event.metaKey && !event.target.closest("input, textarea, select, [contenteditable]")) {
    const seek = document.getElementById("seek");
    if (seek) { event.preventDefault(); seek.focus(); seek.select(); }
  }
});

// Suggestions come with the first use of a search box.
each("[data-suggest]", (input) => input.addEventListener("focus", () => import("app/suggest").then((module) => module.assist(input)), { once: true }));
if (document.activeElement?.dataset?.suggest) import("app/suggest").then((module) => module.assist(document.activeElement));
