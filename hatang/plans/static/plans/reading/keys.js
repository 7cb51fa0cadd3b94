// One letter for each act, as long as nobody is typing; the list of keys says the same.
import { send } from "./acts.js";
import { chosenRow } from "./choosing.js";
import * as marking from "./marking.js";
import { cancel, close, goOn, open, step, submit } from "./rows.js";

const byId = (id) => document.getElementById(id);
const root = byId("review");
const help = byId("phim");
const quiet = byId("phim-tat");
const SWITCH = "hatang-doc-phim";

const press = (name) => root.querySelector(`[data-press="${name}"]`)?.click();

export async function decide(act) {
  const row = chosenRow();
  if (!row) return;
  const typed = row.querySelector("form[data-correct]");
  if (act === "nhan" && typed) await confirmTyped(typed);
  else if (await send(`${row.dataset.url}${act}`)) goOn(row.dataset.row);
}

export async function confirmTyped(form) {
  const id = form.closest(".row").dataset.row;
  if (await submit(form, form.querySelector("[data-confirm]"))) goOn(id);
}

async function inside(selector) {
  const row = chosenRow();
  if (!row) return;
  await open(row, { focus: false });
  const part = row.querySelector(selector);
  if (!part) return;
  part.open = true;
  part.querySelector("textarea, button")?.focus();
}

const ACTS = {
  j: () => step(1),
  ArrowDown: () => step(1),
  k: () => step(-1),
  ArrowUp: () => step(-1),
  y: () => decide("nhan"),
  x: () => decide("bo"),
  l: () => decide("lay-lai"),
  u: () => press("undo"),
  t: () => inside("[data-split]"),
  g: () => inside("[data-merge]"),
  a: () => marking.begin(),
  "/": () => byId("loc").focus(),
  "?": () => help.showModal(),
};

function tab(number) {
  root.querySelectorAll(".found__tabs a")[number - 1]?.click();
}

// Give the act of a key, or nothing where the key belongs to a field, a link or the browser.
function actOf(event) {
  const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const command = event.ctrlKey || event.metaKey;
  if (command && letter === "z") return () => press(event.shiftKey ? "redo" : "undo");
  if (command && letter === "y") return () => press("redo");
  if (command || event.altKey) return null;
  const inRows = event.target === document.body || event.target.closest(".found");
  if (event.key.startsWith("Arrow") && !inRows) return null;
  if (quiet.checked && /^[1-8]$/.test(letter)) return () => tab(Number(letter));
  return quiet.checked ? ACTS[letter] : event.key.startsWith("Arrow") || letter === "?" ? ACTS[letter] : null;
}

function typing(event) {
  const field = event.target.closest("input, textarea, select");
  if (!field) return false;
  const form = field.closest("form[data-correct]");
  if (event.key === "Escape") escape(field);
  else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) confirmTyped(form);
  else return true;
  event.preventDefault();
  return true;
}

function escape(field) {
  const row = field.closest(".row");
  if (row) cancel(row);
  else field.blur();
}

function pressed(event) {
  if (help.open || !event.target.closest?.("main, body") || event.target.closest(".top")) return;
  if (marking.key(event)) event.preventDefault();
  else if (!typing(event)) commanded(event);
}

function commanded(event) {
  const row = chosenRow();
  if (event.key === "Escape" && row?.classList.contains("is-open")) {
    close(row);
    row.querySelector(".row__main").focus({ preventScroll: true });
  }
  const act = actOf(event);
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

export function listen() {
  window.addEventListener("keydown", pressed, true);
  quiet.checked = localStorage.getItem(SWITCH) !== "0";
  quiet.addEventListener("change", () => localStorage.setItem(SWITCH, quiet.checked ? "1" : "0"));
  root.addEventListener("click", (event) => event.target.closest("[data-keys]") && help.showModal());
}

