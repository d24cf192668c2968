// pdf.js on demand: the whole document with its text, so that it can be searched, enlarged and copied from.
import * as pdfjs from "pdfjs";

const root = import.meta.resolve("pdfjs").replace("legacy/build/pdf.min.mjs", "");
pdfjs.GlobalWorkerOptions.workerSrc = `${root}legacy/build/pdf.worker.min.mjs`;

export async function open(address, place, language) {
  const words = language === "en" ? { page: "Page" } : { page: "Trang" };
  const loading = pdfjs.getDocument({
    url: address,
    cMapUrl: `${root}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${root}standard_fonts/`,
    wasmUrl: `${root}wasm/`,
    iccUrl: `${root}iccs/`,
    isEvalSupported: false,
  });
  const pdf = await loading.promise;
  place.replaceChildren();
  for (let number = 1; number <= pdf.numPages; number += 1) await draw(pdf, number, place, words);
}

async function draw(pdf, number, place, words) {
  const page = await pdf.getPage(number);
  const holder = document.createElement("div");
  holder.className = "reader-page";
  holder.setAttribute("role", "group");
  holder.setAttribute("aria-label", `${words.page} ${number}`);
  place.append(holder);
  const shown = page.getViewport({ scale: holder.clientWidth / page.getViewport({ scale: 1 }).width });
  const sharp = Math.min(window.devicePixelRatio || 1, 2);
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(shown.width * sharp);
  canvas.height = Math.floor(shown.height * sharp);
  holder.append(canvas);
  await page.render({ canvasContext: canvas.getContext("2d"), viewport: shown, transform: [sharp, 0, 0, sharp, 0, 0] }).promise;
  const text = document.createElement("div");
  text.className = "textLayer";
  holder.append(text);
  holder.style.setProperty("--total-scale-factor", shown.scale);
  holder.style.setProperty("--scale-factor", shown.scale);
  await new pdfjs.TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport: shown }).render();
}
