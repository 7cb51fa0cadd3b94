// Rows: open one to correct it, filter, order, and store what was typed but not sent yet.
import { fetchRow, made, send, tell } from "./acts.js";
import { choose, chosenRow, keep, outline, reveal, rowsShown, showKind } from "./choosing.js";
import { draftName as nameOf, drafts, draftWords } from "./drafts.js";

const root = document.getElementById("review");
const KEPT = "form:is([data-correct], [data-head])";
const draftName = (form) => nameOf(root.dataset.reading, form.closest(".row")?.dataset.row ?? "chung");
const plain = (text) =>
  text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/đ/g, "d").replace(/[^0-9a-z]+/g, " ").trim();

export async function open(row, { focus = true } = {}) {
  for (const other of root.querySelectorAll(".row.is-open")) if (other !== row) close(other);
  if (row.classList.contains("is-open")) return;
  try {
    const { html } = await fetchRow(row.dataset.url);
    show(row, html);
    restoreDraft(row.querySelector(KEPT));
    keep({ muc: row.dataset.row });
    if (focus) firstField(row)?.focus({ preventScroll: true });
    reveal(row, row.closest(".found__list"));
  } catch {
    tell("Chưa mở được dòng này: mất kết nối. Thử lại.", true);
  }
}

function show(row, html) {
  row.querySelector(".row__open")?.remove();
  row.append(made(html));
  row.classList.add("is-open");
  row.querySelector(".row__main").setAttribute("aria-expanded", "true");
  prepare(row);
}

const firstField = (row) =>
  row.querySelector("[aria-invalid=true]") ?? row.querySelector(".row__fields :is(input, select, textarea):not([type=hidden])");

export function close(row) {
  row.querySelector(".row__open")?.remove();
  row.classList.remove("is-open");
  row.querySelector(".row__main").setAttribute("aria-expanded", "false");
  keep({ muc: "" });
}

// A row that the server opened gets what one opened here has.
export function takeUp(row) {
  prepare(row);
  restoreDraft(row.querySelector(KEPT));
}

// Selects with many choices get a box that narrows them, without accents; the quote gives the place of a cut.
function prepare(row) {
  for (const select of row.querySelectorAll("select[data-long]")) narrowable(select);
  for (const choices of row.querySelectorAll("[data-bodies] > div")) tickable(choices);
  needed(row);
  const quote = row.querySelector("[data-quote]");
  if (!quote) return;
  const told = row.querySelector("[data-cut]");
  const cut = () => {
    const at = quote.selectionStart;
    const inside = at > 0 && at < quote.value.length;
    row.querySelector("[name=at]").value = inside ? [...quote.value.slice(0, at)].length : "";
    told.textContent = inside ? `Phần sau: “${quote.value.slice(at).trim().slice(0, 60)}”` : "";
  };
  quote.addEventListener("beforeinput", (event) => event.preventDefault());
  for (const event of ["keyup", "click", "select"]) quote.addEventListener(event, cut);
}

// Fields that only some answers need: a new indicator's own, the base year of a doubling.
function needed(row) {
  const form = row.querySelector("form[data-correct]");
  const field = (name) => form?.elements[name]?.closest?.(".field");
  const show = () => {
    for (const name of ["new_name", "new_unit", "new_component"]) {
      if (field(name)) field(name).hidden = Boolean(form.elements.indicator.value);
    }
    if (field("base_year")) field("base_year").hidden = form.elements.comparator.value !== "double";
  };
  form?.addEventListener("change", show);
  if (form) show();
}

function searchBox(label) {
  const box = document.createElement("input");
  box.type = "search";
  box.placeholder = "Gõ để lọc danh sách dưới, không cần dấu";
  box.setAttribute("aria-label", `Lọc: ${label}`);
  box.autocomplete = "off";
  return box;
}

// Boxes to tick: what is ticked stands first, the search box narrows the rest.
function tickable(choices) {
  const all = [...choices.children];
  const ticked = (choice) => choice.querySelector("input").checked;
  choices.replaceChildren(...all.filter(ticked), ...all.filter((choice) => !ticked(choice)));
  choices.tabIndex = -1;
  const box = searchBox(choices.closest(".field").querySelector(".field__label").textContent.trim());
  box.addEventListener("input", () => {
    const words = plain(box.value).split(" ");
    for (const choice of all) choice.hidden = !ticked(choice) && !words.every((word) => plain(choice.textContent).includes(word));
  });
  choices.before(box);
}

function narrowable(select) {
  const whole = [...select.children];
  const all = [...new Map([...select.options].map((option) => [option.value, option.textContent]))];
  const box = searchBox(select.labels[0]?.textContent.trim() ?? "");
  box.addEventListener("input", () => {
    const words = plain(box.value).split(" ").filter(Boolean);
    const before = select.value;
    const fitting = all.filter(([value, text]) => value && words.every((word) => plain(text).includes(word)));
    const shown = fitting.length ? fitting : all.filter(([value]) => value === before);
    select.replaceChildren(...(words.length ? shown.map(([value, text]) => new Option(text, value)) : whole));
    select.value = words.length ? shown[0][0] : before;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
  select.before(box);
}

// What was typed stays in the browser until it is stored.
function remember(event) {
  const form = event.target.closest(KEPT);
  if (!form) return;
  const typed = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  localStorage.setItem(draftName(form), JSON.stringify(typed));
  showDrafts();
}

// Say on the row and in the bar that something was typed and not sent.
export function showDrafts() {
  const typed = drafts(root.dataset.reading);
  const bar = root.querySelector("[data-drafts]");
  bar.textContent = draftWords(typed);
  bar.hidden = !bar.textContent;
  for (const row of root.querySelectorAll(".row[data-draft]")) if (!typed.includes(row.dataset.row)) undraft(row);
  for (const id of typed) draft(document.getElementById(`dong-${id}`));
}

function draft(row) {
  if (!row || row.dataset.draft !== undefined) return;
  row.dataset.draft = "";
  const said = Object.assign(document.createElement("span"), { className: "row__draft", textContent: "đang sửa dở" });
  row.querySelector(".row__note").prepend(said, " · ");
}

function undraft(row) {
  delete row.dataset.draft;
  const said = row.querySelector(".row__draft");
  said?.nextSibling.remove();
  said?.remove();
}

export function restoreDraft(form) {
  const kept = form && localStorage.getItem(draftName(form));
  if (!kept) return;
  const typed = new Map();
  for (const [name, value] of JSON.parse(kept)) typed.set(name, [...(typed.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.type === "submit") continue;
    const values = typed.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
    else if (values.length) field.value = values[0];
  }
  tell(`Đã lấy lại những gì gõ dở ở ${form.closest(".row") ? "dòng này" : "phần thông tin chung"}.`);
}

function forget(form) {
  if (form) localStorage.removeItem(draftName(form));
  showDrafts();
}

// Send one of a row's forms; a refused one comes back with the error at its field.
export async function submit(form, button) {
  const data = new FormData(form, button);
  if (button?.dataset.take !== undefined) data.set("dong", safeShown().map((row) => row.dataset.row).join());
  const news = await send(button?.hasAttribute("formaction") ? button.formAction : form.action, data);
  if (news && form.matches(KEPT)) forget(form);
  return news;
}

export function cancel(row) {
  forget(row.querySelector(KEPT));
  close(row);
  row.querySelector(".row__main").focus({ preventScroll: true });
}

// Go to the next or previous row that is shown.
export function step(by) {
  const rows = rowsShown();
  if (!rows.length) return;
  const now = rows.indexOf(chosenRow());
  const next = now < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, now + by));
  choose(rows[next].dataset.row);
}

// After a decision go on to the next row that waits.
export function goOn(from) {
  const rows = rowsShown();
  const now = rows.findIndex((row) => row.dataset.row === from);
  const waits = (row) => row.dataset.state === "proposed";
  const next = rows.slice(now + 1).find(waits) ?? rows.find(waits) ?? rows[now];
  if (next) choose(next.dataset.row);
}

const safeShown = () => rowsShown().filter((row) => row.dataset.safe !== undefined);

// Show only the rows that have these words one after the other, from the start of a word; a row remembers its own.
function narrowTo(text) {
  const words = plain(text);
  for (const row of root.querySelectorAll(".row")) {
    if (words) row.dataset.plain ??= ` ${plain(row.querySelector(".row__main").textContent)}`;
    row.hidden = Boolean(words) && !row.dataset.plain.includes(` ${words}`);
  }
  countSafe(Boolean(words));
  return Boolean(words);
}

// The button that takes many rows at once takes those that are shown, and says how many.
function countSafe(narrowed) {
  const button = document.querySelector(`#gon-${root.dataset.kind} [data-take]`);
  if (!button) return;
  const count = safeShown().length;
  button.hidden = !count;
  button.querySelector("[data-count]").textContent = count.toLocaleString("vi-VN");
  button.querySelector("[data-shown]").hidden = !narrowed;
}

export function filter(text) {
  if (narrowTo(text)) tell(`${rowsShown().length} dòng có “${text.trim()}”.`);
}

export function listen() {
  root.addEventListener("input", remember);
  root.addEventListener("reading:changed", ({ detail }) => {
    for (const id of detail.lost ?? []) localStorage.removeItem(nameOf(root.dataset.reading, id));
    for (const [id, html] of Object.entries(detail.open ?? {})) show(document.getElementById(`dong-${id}`), html);
    showKind(root.dataset.kind);
    narrowTo(document.getElementById("loc").value);
    showDrafts();
    outline();
  });
}
