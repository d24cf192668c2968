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

export async function sign(address, token, ids) {
  const { job } = await told(await fetch("/agent/jobs", { method: "POST", body: form(token, ids.map((id) => ["ids", id])) }));
  const { results } = await told(await askAgent(address, "/v1/sign", { job }));
  const taken = await told(await fetch("/agent/results", { method: "POST", body: form(token, [["results", JSON.stringify(results)]]) }));
  const failed = taken.results.find((result) => result.error);
  if (failed) throw new Error(words[failed.error] ?? `${words.other} (${failed.error})`);
  return words.signed;
}

export async function pair(address, code) {
  const { key } = await told(await fetch("/agent/key"));
  await told(await askAgent(address, "/v1/pair", { code, key }));
  return words.paired;
}
