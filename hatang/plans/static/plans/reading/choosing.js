// The row that is chosen and its words in the document: either leads to the other.

import { fetchRows, tell } from "./acts.js";

const byId = (id) => document.getElementById(id);
const root = byId("review");
const paper = byId("van-ban");
let chosen = "";
let wanted = "";
const asking = new Set();

export const chosenRow = () => byId(`dong-${chosen}`);
export const rowsShown = () => [...root.querySelectorAll("[data-list]:not([hidden]) .row:not([hidden])")];
const marksOf = (id) => [...paper.querySelectorAll(`[data-of~="${id}"]`)];

// Choose a row: outline its words, show both, and keep it in the address for the next time.
export async function choose(id, { focus = true, scrollPaper = true, scrollRow = true } = {}) {
  wanted = String(id);
  const row = byId(`dong-${id}`) ?? (await fill({ muc: id }), byId(`dong-${id}`));
  if (!row || wanted !== String(id)) return;
  chosen = String(id);
  outline();
  showKind(row.dataset.kind);
  row.hidden = false;
  if (scrollRow) reveal(row, row.closest(".found__list"));
  if (scrollPaper) showWords();
  if (focus) row.querySelector(".row__main").focus({ preventScroll: true });
  keep({ chon: chosen, muc: row.classList.contains("is-open") ? chosen : "" });
}

export function outline() {
  for (const old of root.querySelectorAll(".is-chosen")) old.classList.remove("is-chosen", "is-first", "is-last");
  if (!chosen) return;
  chosenRow()?.classList.add("is-chosen");
  const marks = marksOf(chosen);
  marks.forEach((mark) => mark.classList.add("is-chosen"));
  marks[0]?.classList.add("is-first");
  marks[marks.length - 1]?.classList.add("is-last");
}

// Bring the words into sight; stretches that were not laid out yet move them, so ask again on the next frame.
function showWords() {
  const row = chosenRow();
  const target = marksOf(chosen)[0] ?? byId(`doan-${row?.dataset.blockOf}`);
  if (!target) return;
  const show = () => reveal(target, paper, true);
  show();
  requestAnimationFrame(() => requestAnimationFrame(show));
}

// Scroll the pane that holds an element, never the page around it; on a narrow screen the page is the pane.
export function reveal(element, pane, centred = false) {
  if (getComputedStyle(pane).overflowY !== "auto") {
    element.scrollIntoView({ block: centred ? "center" : "nearest" });
    return;
  }
  const [inner, outer] = [element.getBoundingClientRect(), pane.getBoundingClientRect()];
  const [above, below] = [outer.top + 8 - inner.top, inner.bottom - outer.bottom + 8];
  if (above <= 0 && below <= 0) return;
  if (centred) pane.scrollTop += inner.top - outer.top - pane.clientHeight / 3;
  else pane.scrollTop += above > 0 || inner.height > pane.clientHeight ? -above : below;
}

// The rows of a tab come when they are first asked for.
async function fill(asked) {
  try {
    const { kind, html } = await fetchRows(asked);
    const list = byId(`loai-${kind}`);
    if (list?.dataset.waits === undefined) return;
    list.innerHTML = html;
    delete list.dataset.waits;
    root.dispatchEvent(new CustomEvent("reading:changed", { detail: {} }));
  } catch {
    tell("Chưa lấy được các dòng: mất kết nối hoặc phiên đăng nhập đã hết. Thử lại.", true);
  }
}

export function showKind(kind) {
  if (kind !== root.dataset.kind) root.querySelector(".found__list").scrollTop = 0;
  for (const list of root.querySelectorAll("[data-list]")) list.hidden = list.dataset.list !== kind;
  for (const tab of root.querySelectorAll(".found__tabs a")) {
    if (tab.dataset.kind === kind) showTab(tab);
    else tab.removeAttribute("aria-current");
  }
  root.dataset.kind = kind;
  keep({ loai: kind });
  if (byId(`loai-${kind}`)?.dataset.waits !== undefined && !asking.has(kind)) {
    asking.add(kind);
    fill({ loai: kind }).finally(() => asking.delete(kind));
  }
}

// On a narrow screen the tabs are one line that moves sideways.
function showTab(tab) {
  tab.setAttribute("aria-current", "page");
  const line = tab.closest(".found__tabs");
  const hidden = tab.offsetLeft < line.scrollLeft || tab.offsetLeft + tab.offsetWidth > line.scrollLeft + line.clientWidth;
  if (hidden) line.scrollLeft = tab.offsetLeft - 16;
}

// Keep in the address what is shown, so that the page comes back the same; nothing leaves a name out.
export function keep(changes) {
  const address = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  address.hash = "";
  if (address.href !== window.location.href) window.history.replaceState(null, "", address);
}

// Which of the statements under a click is meant: the shortest; a second click on the same words goes to the next.
export function under(mark) {
  const ids = mark.dataset.of.split(" ");
  const now = ids.indexOf(chosen);
  return ids[(now + 1) % ids.length];
}

export const narrow = () => !window.matchMedia("(min-width: 64rem)").matches;

export function showSide(side) {
  root.dataset.side = side;
  for (const button of root.querySelectorAll("[data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === side));
  }
}
