// Add a row by marking words: with the mouse, a finger, or word by word with the keyboard.
import { send, tell } from "./acts.js";
import { choose, chosenRow, narrow, reveal, showSide } from "./choosing.js";
import { open } from "./rows.js";

const byId = (id) => document.getElementById(id);
const root = byId("review");
const paper = byId("van-ban");
const bar = byId("marking");
let marked = null;
let cursor = null;

const SKIPPED = ".sign";
const symbols = (text) => [...text].length;

// Walk over a block's words; the signs before marks are none of them.
function textsOf(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, {
    acceptNode: (node) => (node.parentElement.closest(SKIPPED) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT),
  });
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

// Count the characters of a block before a point of the page.
function offsetIn(block, node, offset) {
  const cell = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("td");
  const scope = cell ?? block;
  const before = document.createRange();
  before.setStart(scope, 0);
  before.setEnd(node, offset);
  let count = Number(cell?.dataset.start ?? 0);
  for (const text of textsOf(scope)) {
    if (!before.intersectsNode(text)) break;
    count += symbols(text === before.endContainer ? text.data.slice(0, before.endOffset) : text.data);
  }
  return count;
}

const blockOf = (node) => (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.("[data-block]");

// Read what is selected: one stretch of one paragraph, without blanks at its ends.
function selected() {
  const selection = window.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const block = blockOf(range.startContainer);
  if (!block || !paper.contains(block)) return null;
  const inside = block.contains(range.endContainer);
  const last = textsOf(block).at(-1);
  const start = offsetIn(block, range.startContainer, range.startOffset);
  const end = inside ? offsetIn(block, range.endContainer, range.endOffset) : offsetIn(block, last, last.length);
  if (end <= start) return null;
  return { block: block.dataset.block, start, end, range, cut: !inside && Boolean(selection.toString().slice(end - start).trim()) };
}

function showBar() {
  marked = selected();
  bar.hidden = !marked;
  if (!marked) return;
  const box = marked.range.getBoundingClientRect();
  byId("marking-cut").hidden = !marked.cut;
  const { offsetWidth: width, offsetHeight: height } = bar;
  const below = box.bottom + 8 + height < window.innerHeight;
  bar.style.top = `${Math.max(8, below ? box.bottom + 8 : box.top - height - 8)}px`;
  bar.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
}

function hideBar() {
  bar.hidden = true;
  marked = null;
}

export async function add(kind) {
  if (!marked) return;
  const { block, start, end } = marked;
  leave();
  const news = await send(root.querySelector("[data-added]").action, { kind, block, start, end });
  if (!news?.chosen) return;
  if (narrow()) showSide("rows");
  await choose(news.chosen);
  open(byId(`dong-${news.chosen}`));
}

// Marking by keyboard: words of one paragraph, arrows move and Shift+arrows stretch what is marked.
export function begin() {
  const block = byId(`doan-${chosenRow()?.dataset.blockOf}`) ?? paper.querySelector("[data-block]");
  if (narrow()) showSide("paper");
  enter(block);
  tell("Đánh dấu chữ: ← → tới từ khác, Shift+← → thêm bớt từ, ↑ ↓ đoạn khác, số 1–6 chọn loại, Esc thôi.");
}

function wordsOf(block) {
  const words = [];
  for (const node of textsOf(block)) {
    for (const { index, 0: word } of node.data.matchAll(/\S+/g)) words.push({ node, start: index, end: index + word.length });
  }
  return words;
}

function enter(block, last = false) {
  const words = wordsOf(block);
  if (!words.length) return;
  const at = last ? words.length - 1 : 0;
  cursor = { block, words, from: at, to: at };
  block.tabIndex = -1;
  block.focus({ preventScroll: true });
  reveal(block, paper, true);
  mark();
}

function mark() {
  const { words, from, to } = cursor;
  const [first, last] = [words[Math.min(from, to)], words[Math.max(from, to)]];
  window.getSelection().setBaseAndExtent(first.node, first.start, last.node, last.end);
  showBar();
  byId("marking-words").textContent = window.getSelection().toString();
}

function leave() {
  window.getSelection().removeAllRanges();
  cursor = null;
  hideBar();
}

const beside = (block, by) => {
  const all = [...paper.querySelectorAll("[data-block]")];
  return all[all.indexOf(block) + by];
};

// Keys while words are marked; true when the key was ours.
export function key(event) {
  if (bar.hidden) return false;
  if (event.key === "Escape") {
    const row = cursor && chosenRow();
    leave();
    row?.querySelector(".row__main").focus({ preventScroll: true });
    return true;
  }
  const choice = bar.querySelector(`[data-key="${event.key}"]`);
  if (choice && !event.ctrlKey && !event.altKey && !event.metaKey) {
    add(choice.value);
    return true;
  }
  return cursor ? move(event) : false;
}

function move(event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const to = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    cursor.to = Math.min(cursor.words.length - 1, Math.max(0, cursor.to + by));
    if (!event.shiftKey) cursor.from = cursor.to;
    mark();
  } else if (to) {
    const next = beside(cursor.block, to);
    if (next) enter(next, to < 0);
  } else return false;
  return true;
}

export function listen() {
  paper.addEventListener("mouseup", () => setTimeout(showBar));
  document.addEventListener("selectionchange", () => {
    if (!cursor && window.getSelection().isCollapsed) hideBar();
    else if (!cursor && window.matchMedia("(pointer: coarse)").matches) showBar();
  });
  paper.addEventListener("scroll", () => bar.hidden || showBar(), { passive: true });
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  bar.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-key]");
    if (choice) add(choice.value);
    else if (event.target.closest("[data-leave]")) leave();
  });
}
