// Signing with VGCA Sign Service: one socket, one message, one answer for each file; the tool fetches and brings back.

const english = document.documentElement.lang === "en";
const words = {
  missing: english ? "VGCA Sign Service does not answer: install or start it, then sign again." : "VGCA Sign Service không trả lời: hãy cài đặt hoặc mở phần mềm rồi ký lại.",
  11: english ? "Not signed: you called it off." : "Chưa ký: bạn đã hủy.",
  other: english ? "Not signed" : "Không ký được",
  signed: english ? "Signed." : "Đã ký.",
};

function ask(address, act, parameters) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${address}/${act}`);
    socket.onopen = () => socket.send(parameters);
    socket.onerror = () => reject(new Error(words.missing));
    socket.onmessage = (event) => { socket.close(); resolve(JSON.parse(event.data)); };
  });
}

export async function sign(address, token, ids) {
  for (const id of ids) await signOne(address, token, id);
  return words.signed;
}

async function signOne(address, token, id) {
  const data = new FormData();
  data.set("csrf", token);
  const answer = await fetch(`/documents/${id}/vgca`, { method: "POST", body: data });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.message);
  for (const { act, parameters } of body.asked) {
    const told = await ask(address, act, parameters);
    if (told.Status !== 0 && told.Status !== true) throw new Error(words[told.Status] ?? `${words.other} (${told.Message || told.Status})`);
  }
}
