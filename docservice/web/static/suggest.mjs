// A search box that says how what is being typed may go on: arrows choose, Enter takes, Escape closes.

export function assist(input) {
  const list = document.getElementById(input.dataset.suggest);
  let chosen = -1, asked = "", timer = 0;
  const options = () => [...list.querySelectorAll("[role=option]")];
  const close = () => { list.hidden = true; choose(-1); input.setAttribute("aria-expanded", "false"); };
  const open = () => { list.hidden = options().length === 0; input.setAttribute("aria-expanded", String(!list.hidden)); };

  function choose(at) {
    chosen = at;
    options().forEach((option, place) => {
      option.id = `${list.id}-${place}`;
      option.setAttribute("aria-selected", String(place === at));
      if (place === at) option.scrollIntoView({ block: "nearest" });
    });
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `${list.id}-${at}`);
  }

  async function ask() {
    const typed = input.value.trim();
    if (typed.length < 2) { asked = ""; close(); return; }
    if (typed === asked) return;
    asked = typed;
    const answer = await fetch(`/search/suggestions?q=${encodeURIComponent(typed)}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    // Whoever typed on, or went elsewhere, wants no list of before.
    if (!answer?.ok || input.value.trim() !== typed || document.activeElement !== input) return;
    list.innerHTML = await answer.text();
    choose(-1);
    open();
  }

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    else if (event.key === "Enter" && chosen >= 0 && !list.hidden) { event.preventDefault(); all[chosen].click(); }
    else if (event.key === "Enter") { clearTimeout(timer); asked = input.value.trim(); close(); }
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (list.hidden) { open(); choose(step > 0 ? 0 : all.length - 1); }
      else choose(chosen + step < -1 ? all.length - 1 : chosen + step >= all.length ? -1 : chosen + step);
    }
  });
  // A press on an option keeps the focus, so that the list is still there when the button is let go.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("blur", close);
}
