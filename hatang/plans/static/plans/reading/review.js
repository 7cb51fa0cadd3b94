// The review of a document that was read: everything on the page works as plain links and forms; this makes it quick.
import { choose, narrow, outline, showKind, showSide, under } from "./choosing.js";
import * as keys from "./keys.js";
import * as marking from "./marking.js";
import { cancel, close, filter, listen, open, restoreDraft, showDrafts, submit, takeUp } from "./rows.js";

const byId = (id) => document.getElementById(id);
const root = byId("review");
const paper = byId("van-ban");
const asked = new URL(window.location.href).searchParams;

// With keys for it, the signs in the document are no stops of the Tab key.
for (const sign of paper.querySelectorAll(".sign")) sign.tabIndex = -1;
root.addEventListener("reading:changed", ({ detail }) => {
  for (const number of Object.keys(detail.blocks ?? {})) {
    for (const sign of byId(`doan-${number}`)?.querySelectorAll(".sign") ?? []) sign.tabIndex = -1;
  }
});

paper.addEventListener("click", (event) => {
  const sign = event.target.closest("[data-sign]");
  const mark = event.target.closest("[data-of]");
  if (!sign && (!mark || !window.getSelection().isCollapsed)) return;
  event.preventDefault();
  if (narrow()) showSide("rows");
  choose(sign ? sign.dataset.sign : under(mark), { scrollPaper: false });
});

root.addEventListener("click", (event) => {
  const main = event.target.closest(".row__main");
  const tab = event.target.closest(".found__tabs a");
  const show = event.target.closest("[data-show]");
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (main) pressRow(event, main.closest(".row"));
  else if (tab) {
    event.preventDefault();
    showKind(tab.dataset.kind);
    filter(byId("loc").value);
  } else if (show) showSide(show.dataset.show);
  else if (event.target.closest("[data-where]")) toWords(event);
  else if (event.target.closest("[data-cancel]")) {
    event.preventDefault();
    cancel(event.target.closest(".row"));
  }
});

function pressRow(event, row) {
  event.preventDefault();
  const again = row.classList.contains("is-open");
  choose(row.dataset.row, { scrollRow: false });
  if (again) close(row);
  else open(row, { focus: event.detail === 0 });
}

function toWords(event) {
  event.preventDefault();
  if (narrow()) showSide("paper");
  choose(event.target.closest(".row").dataset.row, { focus: false });
}

root.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  if (form.dataset.correct !== undefined && event.submitter?.dataset.confirm !== undefined) return keys.confirmTyped(form);
  const news = await submit(form, event.submitter);
  if (!news) return;
  if (news.chosen) await choose(news.chosen);
  if (form.dataset.added !== undefined) {
    form.reset();
    open(byId(`dong-${news.chosen}`));
  }
});

byId("loc").addEventListener("input", (event) => filter(event.target.value));
byId("loc").form.addEventListener("submit", (event) => event.preventDefault());

listen();
marking.listen();
keys.listen();
showSide("rows");
restoreDraft(root.querySelector("[data-head]"));
for (const row of root.querySelectorAll(".row.is-open")) takeUp(row);
const last = asked.get("muc") ?? asked.get("chon");
if (last) choose(last);
else showKind(root.dataset.kind);
outline();
showDrafts();
root.dataset.ready = "1";
