// Every act goes to the server at once; its answer brings the rows, paragraphs and counts that changed.

const byId = (id) => document.getElementById(id);
const root = byId("review");
const said = byId("review-said");
let waiting = Promise.resolve();

export function tell(words, wrong = false) {
  said.classList.remove("is-hint");
  said.classList.toggle("lacks", wrong);
  said.textContent = words;
}

// Send one act after the other; gives the answer, or null when nothing could be stored.
export function send(address, data = {}) {
  waiting = waiting.then(() => post(address, data));
  return waiting;
}

async function post(address, data) {
  const body = data instanceof FormData ? data : new FormData();
  if (!(data instanceof FormData)) for (const [name, value] of Object.entries(data)) body.set(name, value);
  body.set("csrfmiddlewaretoken", root.querySelector("#act [name=csrfmiddlewaretoken]").value);
  body.set("xep", root.dataset.order);
  body.set("co", loadedKinds().join());
  root.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    const json = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (!json) throw new Error(String(answer.status));
    const news = await answer.json();
    apply(news);
    return answer.ok ? news : null;
  } catch {
    tell("Chưa ghi được việc vừa làm: mất kết nối hoặc phiên đăng nhập đã hết. Thử lại, hoặc tải lại trang.", true);
    return null;
  } finally {
    root.removeAttribute("aria-busy");
  }
}

const loadedKinds = () => [...root.querySelectorAll(".rows:not([data-waits])")].map((list) => list.id.slice("loai-".length));

// Fetch the rows of a tab, or of the tab that has a row.
export async function fetchRows(asked) {
  const address = new URL(window.location.pathname, window.location.href);
  address.search = new URLSearchParams({ ...asked, xep: root.dataset.order });
  return fetchRow(address);
}

export async function fetchRow(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

export function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

// Put what the server answered where it belongs.
function apply(news) {
  for (const id of news.gone ?? []) byId(`dong-${id}`)?.remove();
  for (const [id, html] of Object.entries(news.rows ?? {})) place(`dong-${id}`, html);
  for (const [kind, ids] of Object.entries(news.order ?? {})) arrange(kind, ids);
  for (const [number, html] of Object.entries(news.blocks ?? {})) place(`doan-${number}`, html);
  for (const [id, html] of Object.entries(news.parts ?? {})) byId(id).innerHTML = html;
  if (news.said) tell(news.said, Boolean(news.wrong));
  root.dispatchEvent(new CustomEvent("reading:changed", { detail: news }));
}

function place(id, html) {
  const fresh = made(html);
  const old = byId(id);
  if (old && old.dataset.kind === fresh.dataset.kind) {
    old.replaceWith(fresh);
    return;
  }
  old?.remove();
  const list = byId(`loai-${fresh.dataset.kind}`);
  if (list?.dataset.waits === undefined) list?.append(fresh);
}

// Bring the rows of a kind into the server's order.
function arrange(kind, ids) {
  const list = byId(`loai-${kind}`);
  if (!list) return;
  let at = list.firstElementChild;
  for (const id of ids) {
    const row = byId(`dong-${id}`);
    if (!row) continue;
    if (row === at) at = at.nextElementSibling;
    else list.insertBefore(row, at);
  }
}
