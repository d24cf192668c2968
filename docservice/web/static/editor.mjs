// The body of a draft as rich text. What is kept is the text area's own notation (templates/plain.py), so that the server
// never meets HTML: `# ` and `## ` before a heading, `**bold**`, `__italic__`, `| a | b |` for a table's line.
import { baseKeymap, setBlockType, toggleMark } from "prosemirror-commands";
import { history, redo, undo } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import { Fragment, Schema, Slice } from "prosemirror-model";
import { EditorState, Plugin, TextSelection } from "prosemirror-state";
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, goToNextCell, isInTable, tableEditing, tableNodes } from "prosemirror-tables";
import { Decoration, DecorationSet, EditorView } from "prosemirror-view";

export const schema = new Schema({
  nodes: {
    doc: { content: "(paragraph | heading | table)+" },
    paragraph: { content: "text*", group: "block", parseDOM: [{ tag: "p" }, { tag: "li" }, { tag: "div" }], toDOM: () => ["p", 0] },
    heading: {
      content: "text*", marks: "", defining: true, attrs: { level: { default: 1 } },
      // On the page a heading stands below the page's own; on the clipboard it says its level.
      parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, getAttrs: (node) => ({ level: Number(node.dataset.level) || Math.min(level, 2) }) })),
      toDOM: (node) => [`h${node.attrs.level + 1}`, { "data-level": node.attrs.level }, 0],
    },
    ...tableNodes({ tableGroup: "table_block", cellContent: "paragraph+", cellAttributes: {} }),
    text: {},
  },
  marks: {
    strong: { parseDOM: [{ tag: "strong" }, { tag: "b" }], toDOM: () => ["strong", 0] },
    em: { parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => ["em", 0] },
  },
});
const { paragraph, heading, table, table_row: row, table_cell: cell, table_header: head } = schema.nodes;
const { strong, em } = schema.marks;

// The same tables as in templates/plain.py.
const LONGEST_HEADING = 120, LETTERS = "abcdđeghiklmnopqrstuvxy";
const short = (text) => text.length <= LONGEST_HEADING && !/[.;:,]$/.test(text);
const isUpper = (text) => text === text.toUpperCase();
function level(text, inArticle = false) {
  if (!short(text)) return 0;
  if (/^(PHẦN|CHƯƠNG|MỤC)\s+[IVXLC\d]+(\s|\.|:|$)/i.test(text) || (/^[IVXLC]+\.\s+\S/.test(text) && isUpper(text))) return 1;
  return !inArticle && /^\d{1,2}(\.\d{1,2})?\.\s+\S/.test(text) ? 2 : 0;
}
const isArticle = (text) => /^Điều\s+\d{1,3}\.\s/.test(text);
const cells = (line) => {
  const text = line.trim();
  if (/^\|.*\|$/.test(text) && text.split("|").length > 3) return text.slice(1, -1).split(/(?<!\\)\|/).map((part) => part.trim().replaceAll("\\|", "|").replaceAll("\\n", "\n"));
  return text.includes("\t") ? text.split("\t").map((part) => part.trim()) : null;
};

function inline(text) {
  const parts = [];
  const walk = (rest, marks) => {
    const found = /\*\*(?=[^\s*])(.+?)(?<=[^\s*])\*\*|(?<![\p{L}\p{N}_.])__(?=[^\s_])(.+?)(?<=[^\s_])__(?![\p{L}\p{N}_])/u.exec(rest);
    if (!found) { if (rest) parts.push(schema.text(rest, marks)); return; }
    if (found.index) parts.push(schema.text(rest.slice(0, found.index), marks));
    walk(found[1] ?? found[2], (found[1] ? strong : em).create().addToSet(marks));
    walk(rest.slice(found.index + found[0].length), marks);
  };
  walk(text, []);
  return parts;
}
const lines = (text) => text.split("\n").map((part) => paragraph.create(null, inline(part)));

export function read(text) {
  const nodes = [], all = text.replace(/\r/g, "").split("\n");
  let inArticle = false;
  for (let at = 0; at < all.length; at += 1) {
    const line = all[at].trim();
    if (!line) continue;
    let entries = cells(line);
    if (entries) {
      const width = entries.length, rows = [row.create(null, entries.map((entry) => head.create(null, lines(entry))))];
      while (at + 1 < all.length && (entries = cells(all[at + 1]))) {
        at += 1;
        if (entries.every((entry) => /^:?-{2,}:?$/.test(entry))) continue;
        rows.push(row.create(null, [...entries, ...Array(width).fill("")].slice(0, width).map((entry) => cell.create(null, lines(entry)))));
      }
      nodes.push(table.create(null, rows));
      continue;
    }
    const said = /^(#{1,2})\s+(\S.*)$/.exec(line);
    const found = said ? said[1].length : line.startsWith("\\") ? 0 : level(line, inArticle);
    if (isArticle(line)) inArticle = true;
    else if (found === 1 || said) inArticle = false;
    const words = said ? said[2] : line.replace(/^\\/, "");
    nodes.push(found ? heading.create({ level: found }, schema.text(words.replace(/\*\*|__/g, "") || words)) : paragraph.create(null, inline(words)));
  }
  return schema.node("doc", null, nodes.length ? nodes : [paragraph.create()]);
}

function noted(node) {
  let text = "";
  const open = [];
  const close = (until) => { while (open.length > until) text += open.pop() === strong ? "**" : "__"; };
  node.forEach((child) => {
    const wanted = child.marks.map((mark) => mark.type);
    let same = 0;
    while (same < open.length && wanted.includes(open[same])) same += 1;
    close(same);
    // Blanks at the edges stand outside: a note begins and ends with a letter.
    const [, before, words] = /^(\s*)([\s\S]*)$/.exec(child.text);
    text += before;
    for (const type of wanted) if (!open.includes(type) && words) { open.push(type); text += type === strong ? "**" : "__"; }
    text += words;
    if (/\s$/.test(words) && open.length) {
      const blanks = /\s+$/.exec(text)[0];
      text = text.slice(0, -blanks.length);
      close(0);
      text += blanks;
    }
  });
  close(0);
  return text.replace(/\s+/g, " ").trim();
}

// A paragraph that looks like something else says that it is one; an article's number speaks for itself.
const guarded = (text) => (/^(#|\\|\||[IVXLC]+\.\s|\d{1,2}(\.\d{1,2})?\.\s|(PHẦN|CHƯƠNG|MỤC)\s+[IVXLC\d])/i.test(text) ? `\\${text}` : text);

export function write(doc) {
  const out = [];
  doc.forEach((node) => {
    if (node.type === table) {
      node.forEach((line) => {
        const entries = [];
        line.forEach((entry) => {
          const said = [];
          entry.forEach((part) => said.push(noted(part)));
          entries.push(said.join("\\n").replaceAll("|", "\\|") || " ");
        });
        if (entries.length < 2) entries.push(" ");
        out.push(`| ${entries.join(" | ")} |`);
      });
      out.push("");
    } else {
      const text = node.type === heading ? node.textContent.replace(/\s+/g, " ").trim() : noted(node);
      if (text) out.push(node.type === heading ? `${"#".repeat(node.attrs.level)} ${text}` : guarded(text));
    }
  });
  return out.join("\n").trim();
}

// What Word and web pages put on the clipboard: only what the schema knows comes in, lists get the decree's marks.
const BULLET = /^\s*(?:[•·▪●○■–—§*]|o(?=\s{2}|\t))[\s\u00a0]+/;
export function cleaned(html) {
  // Under their own names the policy of the page would complain of every one of them.
  const plain = html.replace(/<!\[(if|endif)[^>]*\]>/g, "").replace(/<style[\s\S]*?<\/style>/gi, "").replace(/(\s)style(\s*=)/gi, "$1data-look$2").replace(/(\s)on\w+(\s*=)/gi, "$1data-gone$2");
  const source = new DOMParser().parseFromString(plain, "text/html");
  source.querySelectorAll("script, style, meta, link, title, xml, object, iframe, img, del, [data-look*='mso-hide:all'], [data-look*='mso-element:comment']").forEach((node) => node.remove());
  source.querySelectorAll("ol, ul").forEach((list) => [...list.children].filter((item) => item.matches("li")).forEach((item, at) => {
    const number = Number(list.getAttribute("start") || 1) + at;
    item.prepend(list.matches("ul") ? "- " : /^a$/i.test(list.type) ? `${LETTERS[number - 1] ?? number}) ` : `${number}. `);
  }));
  // What a style says of weight and slant is said by tags, everything else about looks is the form's business.
  for (const node of source.querySelectorAll("[data-look]")) {
    const style = node.getAttribute("data-look"), wanted = [];
    if (/font-weight:\s*(bold|[6-9]00)/i.test(style)) wanted.push("b");
    if (/font-style:\s*italic/i.test(style)) wanted.push("i");
    if (/font-(weight|style):\s*(normal|400)/i.test(style) && node.matches("b, i, strong, em")) { node.replaceWith(...node.childNodes); continue; }
    for (const tag of wanted) {
      const around = source.createElement(tag);
      around.append(...node.childNodes);
      node.append(around);
    }
  }
  source.querySelectorAll("*").forEach((node) => { for (const { name } of [...node.attributes]) if (name !== "data-level") node.removeAttribute(name); });
  source.querySelectorAll("a, span, font, u").forEach((node) => node.replaceWith(...node.childNodes));
  return source.body.innerHTML;
}
function tidied(slice) {
  const mend = (node) => {
    if (node.isText) return schema.text(node.text.replace(/[\u00a0\u200b\ufeff]/g, " ").normalize("NFC"), node.marks);
    if (node.type === paragraph) {
      const bullet = BULLET.exec(node.textContent);
      let content = node.content;
      if (bullet && content.firstChild && content.firstChild.text.length > bullet[0].length) content = content.cut(bullet[0].length).addToStart(schema.text("- "));
      const made = paragraph.create(null, Fragment.from(children(content)));
      const found = level(made.textContent.trim());
      const whole = made.childCount && [...Array(made.childCount).keys()].every((at) => strong.isInSet(made.child(at).marks));
      return found === 1 || (found && whole) ? heading.create({ level: found }, schema.text(made.textContent.trim())) : made;
    }
    return node.copy(Fragment.from(children(node.content)));
  };
  const children = (content) => { const all = []; content.forEach((node) => all.push(mend(node))); return all; };
  return new Slice(Fragment.from(children(slice.content)), slice.openStart, slice.openEnd);
}

// Marks of a list: dash, number, point; Enter goes on with the next one, in the order of Vietnamese letters.
const MARK = /^(?:(-|\+)|(\d{1,3})\.|([a-zđ])\))\s+/;
function following(text) {
  const found = MARK.exec(text);
  if (!found) return null;
  if (found[1]) return `${found[1]} `;
  if (found[2]) return `${Number(found[2]) + 1}. `;
  const at = LETTERS.indexOf(found[3]);
  return at < 0 || at + 1 >= LETTERS.length ? null : `${LETTERS[at + 1]}) `;
}
function onEnter(state, dispatch) {
  const { $from, empty } = state.selection;
  if (!empty || $from.parent.type !== paragraph || isInTable(state)) return false;
  const text = $from.parent.textContent, here = MARK.exec(text), next = following(text);
  if (here && text.trim() === here[0].trim()) {
    dispatch?.(state.tr.delete($from.start(), $from.end()));
    return true;
  }
  const inArticle = state.doc.textBetween(0, $from.before(), "\n").split("\n").some(isArticle);
  const found = $from.parentOffset === text.length && !strong.isInSet($from.marks()) ? level(text, inArticle) : 0;
  // A Roman number or the name of a chapter is a heading beyond doubt; a short numbered line only below one.
  const below = state.doc.content.content.some((node) => node.type === heading);
  if (found === 1 || (found === 2 && below)) {
    const change = state.tr.setNodeMarkup($from.before(), heading, { level: found });
    change.insert(change.mapping.map($from.after()), paragraph.create());
    change.setSelection(TextSelection.near(change.doc.resolve(change.mapping.map($from.after(), -1) + 1)));
    dispatch?.(change.scrollIntoView());
    return true;
  }
  if (!next || $from.parentOffset < here[0].length) return false;
  dispatch?.(state.tr.split($from.pos).insertText(next).scrollIntoView());
  return true;
}
function leaveHeading(state, dispatch) {
  const { $from, empty } = state.selection;
  if (!empty || $from.parent.type !== heading || $from.parentOffset < $from.parent.content.size) return false;
  const change = state.tr.insert($from.after(), paragraph.create());
  dispatch?.(change.setSelection(TextSelection.near(change.doc.resolve($from.after() + 1))).scrollIntoView());
  return true;
}
function number(kind) {
  return (state, dispatch) => {
    const places = [];
    state.doc.nodesBetween(state.selection.from, state.selection.to, (node, at) => { if (node.type === paragraph) places.push([at, node]); });
    if (!places.length) return false;
    const make = { dash: () => "- ", number: (at) => `${at + 1}. `, point: (at) => `${LETTERS[at % LETTERS.length]}) ` }[kind];
    const had = places.every(([, node], at) => node.textContent.startsWith(make(at)));
    const change = state.tr;
    places.forEach(([at, node], order) => {
      const begin = change.mapping.map(at) + 1, old = MARK.exec(node.textContent);
      change.insertText(had ? "" : make(order), begin, begin + (old ? old[0].length : 0));
    });
    dispatch?.(change);
    return true;
  };
}
function insertTable(state, dispatch) {
  if (isInTable(state)) return false;
  const cellOf = (type) => type.create(null, paragraph.create());
  const made = table.create(null, [head, cell, cell].map((type) => row.create(null, [cellOf(type), cellOf(type), cellOf(type)])));
  const { $from } = state.selection, at = $from.after(1);
  const change = state.tr.insert(at, made);
  if (at + made.nodeSize === change.doc.content.size) change.insert(change.doc.content.size, paragraph.create());
  dispatch?.(change.setSelection(TextSelection.near(change.doc.resolve(at + 3))).scrollIntoView());
  return true;
}
const toggleHeading = (wanted) => (state, dispatch, view) => {
  const { parent } = state.selection.$from;
  return setBlockType(parent.type === heading && parent.attrs.level === wanted ? paragraph : heading, { level: wanted })(state, dispatch, view);
};
const COMMANDS = {
  strong: toggleMark(strong), em: toggleMark(em), heading1: toggleHeading(1), heading2: toggleHeading(2),
  dash: number("dash"), number: number("number"), point: number("point"), table: insertTable,
  row: addRowAfter, column: addColumnAfter, lessRow: deleteRow, lessColumn: deleteColumn, lessTable: deleteTable, undo, redo,
};
const PRESSED = {
  strong: (state) => strong.isInSet(state.storedMarks || state.selection.$from.marks()) || state.doc.rangeHasMark(state.selection.from, state.selection.to, strong),
  em: (state) => em.isInSet(state.storedMarks || state.selection.$from.marks()) || state.doc.rangeHasMark(state.selection.from, state.selection.to, em),
  heading1: (state) => state.selection.$from.parent.attrs.level === 1,
  heading2: (state) => state.selection.$from.parent.attrs.level === 2,
};

// "Điều 1." stands out as it will on paper, without being marked by anybody.
const articles = new Plugin({
  props: {
    decorations(state) {
      const found = [];
      state.doc.forEach((node, at) => {
        const said = node.type === paragraph && /^Điều\s+\d{1,3}\./.exec(node.textContent);
        if (said) found.push(Decoration.inline(at + 1, at + 1 + said[0].length, { class: "article" }));
      });
      return DecorationSet.create(state.doc, found);
    },
  },
});

export function mount(place) {
  const area = document.getElementById(place.dataset.rich), bar = place.querySelector("[role=toolbar]");
  const view = new EditorView(place.querySelector("[data-page]"), {
    state: EditorState.create({
      doc: read(area.value),
      plugins: [
        history(),
        keymap({
          "Mod-b": COMMANDS.strong, "Mod-i": COMMANDS.em, "Mod-z": undo, "Mod-y": redo, "Shift-Mod-z": redo, "Alt-F10": () => { focusable()?.focus(); return true; },
          "Mod-Alt-1": COMMANDS.heading1, "Mod-Alt-2": COMMANDS.heading2, Tab: goToNextCell(1), "Shift-Tab": goToNextCell(-1),
          Enter: (state, dispatch) => onEnter(state, dispatch) || leaveHeading(state, dispatch),
        }),
        keymap(baseKeymap),
        tableEditing(),
        articles,
      ],
    }),
    attributes: { role: "textbox", "aria-multiline": "true", "aria-label": place.dataset.label, "aria-describedby": area.getAttribute("aria-describedby") || "", lang: "vi" },
    transformPastedHTML: cleaned,
    transformPasted: tidied,
    clipboardTextParser: (text) => new Slice(read(text).content, 1, 1),
    dispatchTransaction(change) {
      view.updateState(view.state.apply(change));
      if (change.docChanged) {
        area.value = write(view.state.doc);
        area.dispatchEvent(new Event("input", { bubbles: true }));
      }
      show();
    },
  });
  const buttons = [...bar.querySelectorAll("button")];
  const focusable = () => buttons.find((button) => button.tabIndex === 0);
  const show = () => {
    for (const button of buttons) {
      const name = button.dataset.edit;
      button.setAttribute("aria-disabled", String(!COMMANDS[name](view.state)));
      if (name in PRESSED) button.setAttribute("aria-pressed", String(Boolean(PRESSED[name](view.state))));
    }
  };
  // One stop for Tab; arrows go from button to button (the toolbar's pattern of ARIA).
  buttons.forEach((button, at) => { button.tabIndex = at ? -1 : 0; });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") view.focus();
    if (!step || at < 0) return;
    event.preventDefault();
    buttons[at].tabIndex = -1;
    const next = buttons[(at + step + buttons.length) % buttons.length];
    next.tabIndex = 0;
    next.focus();
  });
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-edit]");
    if (!button) return;
    COMMANDS[button.dataset.edit](view.state, view.dispatch, view);
    view.focus();
  });
  // What one click mended in the area is written here as one step that can be undone.
  area.addEventListener("mended", () => {
    const doc = read(area.value), { state } = view, from = state.doc.content.findDiffStart(doc.content);
    if (from === null) return;
    const { a, b } = state.doc.content.findDiffEnd(doc.content);
    const shared = Math.max(0, from - Math.min(a, b));
    view.dispatch(state.tr.replace(from, a + shared, doc.slice(from, b + shared)));
  });
  // The label is the editor's own now, as its accessible name.
  area.labels.forEach((label) => { label.htmlFor = ""; label.addEventListener("click", () => view.focus()); });
  area.hidden = true;
  place.hidden = false;
  show();
  return view;
}
