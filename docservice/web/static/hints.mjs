// Pages look again when the server says that something changed: one connection for all tabs of a browser.
// The tab that holds the lock listens and tells the others; when it closes, another takes its place.

const channel = new BroadcastChannel("hints");
let missed = false;

// What is hidden looks when it is seen again.
function look(hint) {
  if (document.hidden) { missed = true; return; }
  for (const place of document.querySelectorAll("[data-look]")) {
    const wanted = place.dataset.look.split(" ");
    if (!hint || wanted.includes("any") || wanted.some((id) => hint.includes(id))) window.htmx?.trigger(place, "look");
  }
}
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !missed) return;
  missed = false;
  look(null);
});
channel.addEventListener("message", (event) => look(event.data));

function tell(hint) {
  look(hint);
  channel.postMessage(hint);
}

function listen() {
  const source = new EventSource("/hints");
  source.addEventListener("look", (event) => tell(JSON.parse(event.data)));
  source.addEventListener("everything", () => tell(null));
  // Signed out elsewhere: the next click says so; asking again would not help.
  source.addEventListener("gone", () => source.close());
}

navigator.locks?.request("hints", () => new Promise(() => listen()));
