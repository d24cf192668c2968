// Signing with the token in this computer: the page only carries what the server issued and what the agent answers.

const english = document.documentElement.lang === "en";
const words = {
  missing: english ? "The signing program on this computer does not answer: start it, then sign again." : "Chương trình ký trên máy này không trả lời: hãy mở chương trình rồi ký lại.",
  not_paired: english ? "The signing program is not paired with this site yet." : "Chương trình ký chưa ghép nối với trang này; hãy ghép nối ở trang Tài khoản.",
  pin_wrong: english ? "Wrong PIN; nothing was signed." : "Sai mã PIN; chưa ký văn bản nào.",
  person_refused: english ? "Not signed: you refused." : "Chưa ký: bạn đã từ chối.",
  token_missing: english ? "The token is not plugged in." : "Chưa cắm thiết bị ký số.",
  token_removed: english ? "The token was taken out; sign the rest again." : "Thiết bị đã bị rút; hãy ký tiếp những văn bản còn lại.",
  code_wrong: english ? "The pairing code is wrong." : "Mã ghép nối chưa đúng.",
  pairing_closed: english ? "Pairing is not open: open it in the signing program, then type the new code." : "Ghép nối chưa mở hoặc đã hết hạn: hãy mở lại trong chương trình ký rồi nhập mã mới.",
  pairing_refused: english ? "Not paired: you refused." : "Chưa ghép nối: bạn đã từ chối.",
  job_expired: english ? "It took too long; please sign again." : "Đã quá thời hạn chờ; xin ký lại.",
  key_unknown: english ? "The server has a new key: pair the signing program again." : "Máy chủ đã đổi khóa: hãy ghép nối lại chương trình ký.",
  paired: english ? "Paired." : "Đã ghép nối.",
  network: english ? "The network is gone: what the token has signed is kept for a moment; press the button again when the network is back, the PIN is not asked again." : "Mất kết nối tới máy chủ: chữ ký đã tạo được giữ lại ít phút; khi có mạng hãy bấm nút ký lần nữa, không phải nhập lại mã PIN.",
  offline: english ? "The server does not answer: nothing was signed; try again when the network is back." : "Mất kết nối tới máy chủ: chưa ký văn bản nào; hãy thử lại khi có mạng.",
  recovered: english ? "What the token had signed before has arrived; sign the rest, if any is left." : "Đã gửi nốt chữ ký của lần trước; nếu còn văn bản, hãy ký tiếp.",
  signed: english ? "Signed." : "Thiết bị đã ký.",
  other: english ? "Not signed" : "Không ký được",
};

const form = (token, fields) => {
  const data = new FormData();
  data.set("csrf", token);
  for (const [name, value] of fields) data.append(name, value);
  return data;
};

async function told(answer) {
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.message ?? words[body.code] ?? `${words.other} (${body.code})`);
  return body;
}

async function askAgent(address, path, body) {
  try {
    return await fetch(address + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  } catch {
    throw new Error(words.missing);
  }
}

// The job whose values have not arrived at the server yet: the agent gives them again until it expires.
const LEFT = "docservice.agent-job";
const TRIES = 6;
const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });

async function post(path, body, lost) {
  try {
    return await fetch(path, { method: "POST", body });
  } catch {
    throw new Error(lost);
  }
}

// What the token signed is carried until it has arrived; a value that did arrive, though its answer was lost, is over.
async function deliver(token, results) {
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await post("/agent/results", form(token, [["results", JSON.stringify(results)]]), words.network);
      const taken = await told(answer);
      sessionStorage.removeItem(LEFT);
      return taken.results.find((result) => result.error && !(tries > 1 && result.error === "signing_over"));
    } catch (error) {
      if (error.message !== words.network || tries === TRIES) throw error;
      await wait(400 * 2 ** tries);
    }
  }
}

async function deliverLast(address, token) {
  const left = sessionStorage.getItem(LEFT);
  if (!left) return false;
  const answer = await fetch(`${address}/v1/jobs/${encodeURIComponent(left)}`).catch(() => null);
  const signed = answer?.ok ? (await answer.json()).results.filter((result) => result.value) : [];
  if (!signed.length) {
    sessionStorage.removeItem(LEFT);
    return false;
  }
  await deliver(token, signed);
  return true;
}

export async function sign(address, token, ids) {
  if (await deliverLast(address, token)) return words.recovered;
  const { job } = await told(await post("/agent/jobs", form(token, ids.map((id) => ["ids", id])), words.offline));
  sessionStorage.setItem(LEFT, JSON.parse(atob(job.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).jti);
  const { results } = await told(await askAgent(address, "/v1/sign", { job }));
  const failed = await deliver(token, results);
  if (failed) throw new Error(failed.message || (words[failed.error] ?? `${words.other} (${failed.error})`));
  return words.signed;
}

export async function pair(address, code) {
  const { key } = await told(await fetch("/agent/key"));
  await told(await askAgent(address, "/v1/pair", { code, key }));
  return words.paired;
}
