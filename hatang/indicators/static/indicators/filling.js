// A return saved as it is typed. What was typed is kept on this machine until the server has it: without a network it
// waits and is sent again; what somebody else changed meanwhile is shown beside it, and the person chooses.
const form = document.querySelector("form.filling");
const state = document.querySelector("[data-state]");
const keep = form.dataset.keep;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 30000;
const LONGEST_KEPT = 60000;
const waiting = new Map(Object.entries(read()));
let sending = false;
let wait = FIRST_WAIT_MS;
let timer = 0;
let trouble = "";
let leaving = null;

function read() {
  try {
    return JSON.parse(localStorage.getItem(keep) || "{}");
  } catch {
    return {};
  }
}

function remember() {
  try {
    if (waiting.size) localStorage.setItem(keep, JSON.stringify(Object.fromEntries(waiting)));
    else localStorage.removeItem(keep);
  } catch {
    trouble ||= "Máy này không giữ được những gì đã gõ: đừng đóng trang trước khi lưu xong.";
  }
}

const line = (name) => document.getElementById(name);
const field = (name, part = "") => form.elements[part ? `${name}.${part}` : name];
const shape = (name) => line(name).dataset.shape;

function typed(name) {
  const first = (field(name).value ?? "").trim();
  if (shape(name) === "ratio") {
    const second = field(name, "mau").value.trim();
    return second ? `${first} / ${second}` : first;
  }
  if (shape(name) !== "counted" || first !== "không đồng ý") return first;
  const reason = field(name, "ly-do").value.trim();
  return reason ? `${first}: ${reason}` : first;
}

function put(name, text) {
  const [first, second] = shape(name) === "ratio" ? parted(text, "/") : shape(name) === "counted" ? parted(text, ":") : [text, ""];
  const boxes = field(name);
  if (boxes instanceof RadioNodeList) boxes.forEach((box) => (box.checked = box.value === first));
  else boxes.value = first;
  if (shape(name) === "ratio") field(name, "mau").value = second;
  if (shape(name) === "counted") field(name, "ly-do").value = second;
}

function parted(text, sign) {
  const at = text.indexOf(sign);
  return at < 0 ? [text.trim(), ""] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

const note = (name) => field(name, "ghi-chu")?.value.trim() ?? "";
const unreasoned = (name) => shape(name) === "counted" && typed(name) === "không đồng ý";

function changed(name) {
  const before = waiting.get(name);
  const box = field(name, "ghi-chu");
  const noted = box && box.value.trim() !== box.defaultValue.trim();
  const same = typed(name) === field(name, "goc").value && !noted;
  if (same && !before) return;
  waiting.set(name, {
    item: line(name).dataset.item,
    place: Number(line(name).dataset.place),
    typed: typed(name),
    revision: Number(field(name, "lan").value),
    note: noted ? note(name) : null,
  });
  remember();
  if (!before?.conflict) tell(name, "");
  const place = line(name).querySelector("[data-saved]");
  if (place.textContent.startsWith("đã lưu")) place.textContent = "";
  if (unreasoned(name)) field(name, "ly-do").focus();
  show();
}

const ready = () => [...waiting].filter(([name, change]) => !change.held && line(name) && !unreasoned(name));

async function send() {
  clearTimeout(timer);
  const batch = ready();
  if (sending || !batch.length) return show();
  sending = true;
  show();
  const changes = batch.map(([, { item, place, typed, revision, note }]) => ({ item, place, typed, revision, note }));
  const body = JSON.stringify({ changes });
  try {
    const answer = await fetch(form.dataset.cells, {
      method: "POST",
      redirect: "manual",
      keepalive: body.length < LONGEST_KEPT,
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body,
    });
    await take(answer, batch);
  } catch {
    later("Chờ mạng");
  } finally {
    sending = false;
  }
  show();
  if (!trouble && ready().length) send();
  else leave();
}

// A step with the return (sending it, checking it) waits until what was just typed is saved.
function leave() {
  const step = leaving;
  leaving = null;
  if (step && !trouble && ![...waiting.values()].some((change) => change.held)) step.form.requestSubmit(step.button);
}

async function take(answer, batch) {
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
    trouble = "Phiên đăng nhập đã hết. Những gì đã gõ còn trên máy này: tải lại trang và đăng nhập để gửi tiếp.";
    return;
  }
  if (answer.status === 423 || answer.status === 404) {
    trouble = answer.status === 423 ? (await answer.json()).detail : "Phiếu này không còn, hoặc bạn không còn được điền.";
    return;
  }
  if (answer.status >= 500) return later("Máy chủ đang bận");
  const told = await answer.json();
  trouble = "";
  wait = FIRST_WAIT_MS;
  const sent = new Map(batch);
  for (const cell of told.cells ?? []) saved(`${cell.item}.${cell.place}`, cell, sent);
  for (const fault of told.faults ?? []) hold(`${fault.item}.${fault.place}`, fault.message);
  for (const other of told.conflicts ?? []) conflict(`${other.item}.${other.place}`, other);
  if (!told.cells) trouble = told.detail ?? "Không lưu được.";
}

function saved(name, cell, sent) {
  if (!line(name)) return;
  field(name, "lan").value = cell.revision;
  field(name, "goc").value = cell.typed;
  const change = waiting.get(name);
  const box = field(name, "ghi-chu");
  if (box && sent.get(name)?.note != null) box.defaultValue = sent.get(name).note;
  if (change && change.typed === sent.get(name)?.typed && change.note === sent.get(name)?.note) waiting.delete(name);
  else if (change) change.revision = cell.revision;
  remember();
  tell(name, "");
  count(name, cell.lacking);
}

function count(name, lacking) {
  const place = line(name).querySelector("[data-saved]");
  const done = (text) => (text === "" || text.startsWith("đã lưu") ? 1 : 0);
  const step = line(name).hasAttribute("data-required") ? done(lacking) - done(place.textContent) : 0;
  const total = document.querySelector("[data-answered]");
  total.textContent = (Number(total.textContent.replaceAll(".", "")) + step).toLocaleString("vi-VN");
  place.textContent = lacking || `đã lưu ${clock()}`;
}

function clock() {
  return new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
}

function hold(name, message) {
  const change = waiting.get(name);
  if (!change || !line(name)) return;
  change.held = true;
  remember();
  tell(name, message);
}

function conflict(name, other) {
  const change = waiting.get(name);
  if (!change || !line(name)) return;
  change.held = change.conflict = true;
  remember();
  line(name).querySelector(".line__choose")?.remove();
  const box = document.createElement("div");
  box.className = "line__choose";
  box.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = `${other.by} vừa ghi “${other.typed || "(để trống)"}” lúc ${other.at}. Bạn ghi “${change.typed || "(để trống)"}”.`;
  const theirs = button(`Giữ “${other.typed || "để trống"}”`, () => settle(name, other, true));
  const mine = button(`Dùng “${change.typed || "để trống"}” của tôi`, () => settle(name, other, false));
  box.append(words, theirs, mine);
  line(name).querySelector(".line__fields").after(box);
  line(name).classList.add("line--conflict");
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn--secondary";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function settle(name, other, theirs) {
  line(name).querySelector(".line__choose").remove();
  line(name).classList.remove("line--conflict");
  field(name, "lan").value = other.revision;
  field(name, "goc").value = other.typed;
  if (theirs) {
    put(name, other.typed);
    waiting.delete(name);
  } else {
    const change = waiting.get(name);
    waiting.set(name, { ...change, typed: typed(name), revision: other.revision, held: false, conflict: false });
  }
  remember();
  send();
}

function later(words) {
  trouble = words;
  clearTimeout(timer);
  timer = setTimeout(() => {
    trouble = "";
    send();
  }, wait);
  wait = Math.min(2 * wait, LONGEST_WAIT_MS);
}

function tell(name, message) {
  const place = line(name).querySelector("[data-fault]");
  place.textContent = message;
  place.hidden = !message;
  line(name).classList.toggle("line--fault", Boolean(message));
  const change = waiting.get(name);
  if (change && !message) change.held = false;
}

function show() {
  const held = [...waiting.values()].filter((change) => change.held).length;
  const open = ready().length;
  const words = [];
  if (trouble && open) words.push(`${trouble}${/[.:]$/.test(trouble) ? "" : ":"} ${open} ô giữ trên máy này${/^(Chờ|Máy chủ)/.test(trouble) ? ", sẽ tự gửi" : ""}.`);
  else if (trouble) words.push(trouble);
  else if (sending) words.push("Đang lưu …");
  else if (open) words.push("Đang gõ …");
  if (held) words.push(`${held} ô chưa lưu được, cần xem lại.`);
  const look = trouble ? "waiting" : held ? "held" : open || sending ? "busy" : "saved";
  if (!words.length) words.push(`Đã lưu mọi ô ${clock()}`);
  state.hidden = false;
  state.dataset.state = look;
  state.textContent = words.join(" ");
}

for (const [name, change] of waiting) {
  if (!line(name)) continue;
  change.held = false;
  put(name, change.typed);
  if (change.note != null && field(name, "ghi-chu")) field(name, "ghi-chu").value = change.note;
}

const nameOf = (event) => event.target.closest(".line")?.id;
form.addEventListener("input", (event) => nameOf(event) && changed(nameOf(event)));
form.addEventListener("change", (event) => {
  if (!nameOf(event)) return;
  changed(nameOf(event));
  send();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  trouble = "";
  send();
});
document.addEventListener("submit", (event) => {
  if (event.target === form || event.target.method !== "post" || (!sending && !ready().length)) return;
  event.preventDefault();
  leaving = { form: event.target, button: event.submitter };
  send();
});
addEventListener("online", () => {
  trouble = "";
  wait = FIRST_WAIT_MS;
  send();
});
addEventListener("offline", () => {
  trouble = "Chờ mạng";
  show();
});
document.querySelector("[data-hint]").textContent = "Mỗi ô tự lưu khi gõ xong. Chưa gửi đi đâu cho tới khi bạn gửi phiếu.";
if (waiting.size) send();
