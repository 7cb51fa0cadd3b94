// The page that measures: one button, a figure that moves, an answer in words, and what this device remembers.
import { begin } from "./engine.js";
import { gauge } from "./gauge.js";
import { delay as ms, headline, lacking, speed, vn } from "./judging.js";
import { placeOf } from "./place.js";
import { forget, remember, remembered, token } from "./store.js";

const root = document.querySelector("[data-measure]");
const find = (name) => document.querySelector(`[data-${name}]`);
const purposes = JSON.parse(document.getElementById("purposes").textContent);
const STAGES = { download: "Tải xuống", upload: "Tải lên" };
const EXPECTED_S = 10;
const FAILED = "Không đo được: máy chủ đo đang bận hoặc mạng chặn kết nối. Đợi một phút rồi đo lại.";
const draw = gauge(find("gauge"));
const form = find("keep");
let running = null;
let last = null;

// What the browser knows of the connection, where it tells.
function connectionKind() {
  const { type, effectiveType } = navigator.connection ?? {};
  if (type === "wifi") return "wifi";
  if (type === "ethernet") return "cable";
  if (type === "cellular") return effectiveType === "3g" ? "3G" : "mobile";
  return "";
}

function show(state) {
  root.dataset.state = state;
  find("go").hidden = state === "running";
  find("live").hidden = state !== "running";
  find("cancel").hidden = state !== "running";
  find("stages").hidden = state !== "running";
  find("cost").hidden = state === "running";
  find("result").hidden = state !== "done";
}

function say(text) {
  find("said").textContent = text;
}

function onStage(name) {
  find("stage").textContent = STAGES[name];
  find("figure").textContent = "0";
  for (const item of find("stages").querySelectorAll("[data-of]")) {
    if (item.dataset.of === name) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
  draw(0, name);
  say(`Đang đo ${STAGES[name].toLowerCase()}.`);
}

function onFigure(name, mbps, elapsed) {
  draw(mbps, name);
  find("figure").textContent = speed(mbps);
  const item = find("stages").querySelector(`[data-of=${name}]`);
  item.querySelector("b").textContent = `${speed(mbps)} Mbit/s`;
  if (elapsed !== null) item.querySelector("progress").value = Math.min(1, elapsed / EXPECTED_S);
}

async function measure() {
  find("failed").hidden = true;
  for (const bar of find("stages").querySelectorAll("progress")) bar.value = 0;
  for (const figure of find("stages").querySelectorAll("b")) figure.textContent = "";
  show("running");
  find("cancel").focus();
  const { server, protocol, down, up, most } = root.dataset;
  running = begin({ server, protocol, workers: { down, up }, mostBytes: Number(most) * 1e6, on: { stage: onStage, figure: onFigure } });
  try {
    finished(await running.done);
  } catch (error) {
    stopped(error.message === "cancelled");
  }
}

function stopped(cancelled) {
  show("ready");
  draw(0, "");
  find("go").focus();
  const text = cancelled ? "Đã dừng đo. Chưa có gì được lưu." : FAILED;
  find("failed").textContent = text;
  find("failed").hidden = false;
  say(text);
}

function finished(result) {
  last = { ...result, at: new Date().toISOString() };
  remember({ tests: [forStore(last), ...remembered().tests] });
  show("done");
  find("go").textContent = "Đo lại";
  draw(result.down, "download");
  fill(figuresOf(last), result);
  openForm();
  history();
  find("headline").focus();
}

const figuresOf = ({ down, up, delay, jitter, loss }) => ({
  download_mbps: down, upload_mbps: up, delay_ms: delay, jitter_ms: jitter, loss_percent: loss,
});
const forStore = ({ at, down, up, delay, jitter, loss, family }) => ({ at, down, up, delay, jitter, loss, family });

function fill(figures, { down, up, delay, jitter, loss, family }) {
  find("headline").textContent = headline(figures, purposes);
  const shown = { down: speed(down), up: speed(up), delay: ms(delay), jitter: ms(jitter), loss: vn(loss, 2), family: family ? `IPv${family}` : "chưa rõ" };
  for (const [name, text] of Object.entries(shown)) find(`of-${name}`).textContent = text;
  find("uses").replaceChildren(...purposes.map(({ name, needs }) => use(name, lacking(needs, figures))));
}

function use(name, lacks) {
  const item = document.createElement("li");
  item.className = lacks.length ? "use use--lacks" : "use use--met";
  const mark = document.createElement("span");
  mark.setAttribute("aria-hidden", "true");
  mark.className = "use__mark";
  mark.textContent = lacks.length ? "✕" : "✓";
  const words = document.createElement("span");
  words.textContent = `${name}: ${lacks.length ? "chưa đủ" : "đủ"}`;
  item.append(mark, words);
  if (lacks.length) {
    const why = document.createElement("small");
    why.textContent = lacks.join("; ");
    item.append(why);
  }
  return item;
}

// Keeping and sharing

const place = placeOf(form, { chosen: (pk, name) => remember({ place: { pk, name } }) });

function openForm() {
  const complete = last.uuids.download && last.uuids.upload;
  form.hidden = !complete;
  find("shared").hidden = true;
  find("errors").hidden = true;
  form.elements.download.value = last.uuids.download ?? "";
  form.elements.upload.value = last.uuids.upload ?? "";
  form.elements.token.value = token();
  const known = remembered();
  if (!form.elements.commune.value && known.place) place.choose(known.place.pk, known.place.name);
  if (form.elements.operator && !form.elements.operator.value) form.elements.operator.value = known.operator ?? "";
  form.elements.connection.value = connectionKind() || known.connection || "";
}

function refuse(texts) {
  find("errors").replaceChildren(...texts.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  find("errors").hidden = false;
  find("errors").focus();
}

async function keep(event) {
  event.preventDefault();
  const button = form.querySelector("[data-keep-now]");
  button.disabled = true;
  remember({ operator: form.elements.operator?.value ?? "", connection: form.elements.connection.value });
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const told = await answer.json();
    if (answer.ok) kept(told);
    else refuse(told.errors);
  } catch {
    refuse(["Không gửi được. Kết quả vẫn ở trên máy này; thử lại khi có mạng."]);
  }
  button.disabled = false;
}

// What the server measured is what counts; the page shows it from now on.
function kept({ url, ...figures }) {
  last = { ...last, ...figures };
  fill(figuresOf(last), last);
  form.hidden = true;
  find("shared").hidden = false;
  const address = new URL(url, window.location.href).href;
  find("link").href = address;
  find("link").textContent = address;
  const tests = remembered().tests;
  if (tests.length) tests[0] = { ...forStore(last), url, place: form.elements.commune.value ? find("commune-box").value : "" };
  remember({ tests });
  history();
  find("shared").focus();
}

async function share() {
  const address = find("link").href;
  if (navigator.share) {
    await navigator.share({ title: "Kết quả đo tốc độ", url: address }).catch(() => {});
    return;
  }
  await navigator.clipboard?.writeText(address).catch(() => {});
  find("share").textContent = "Đã chép liên kết";
}

// What this device remembers

function history() {
  const { tests } = remembered();
  find("history").hidden = !tests.length;
  find("lines").replaceChildren(...tests.map(line));
}

function line({ at, down, up, delay, url, place: where }) {
  const row = document.createElement("tr");
  const when = new Date(at).toLocaleString("vi-VN", { dateStyle: "short", timeStyle: "short" });
  const first = document.createElement("th");
  first.scope = "row";
  if (url) first.append(Object.assign(document.createElement("a"), { href: url, textContent: when }));
  else first.textContent = when;
  if (where) first.append(Object.assign(document.createElement("small"), { className: "muted", textContent: ` ${where}` }));
  const cells = [speed(down), speed(up), ms(delay)].map((text) => Object.assign(document.createElement("td"), { className: "n", textContent: text }));
  row.append(first, ...cells);
  return row;
}

root.hidden = false;
if (navigator.connection?.type === "cellular" || navigator.connection?.saveData) root.dataset.costly = "1";
show("ready");
history();
find("go").addEventListener("click", measure);
find("cancel").addEventListener("click", () => running?.cancel());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && root.dataset.state === "running") running?.cancel();
});
form.addEventListener("submit", keep);
find("share").addEventListener("click", share);
find("forget").addEventListener("click", () => {
  forget();
  history();
  say("Đã xóa lịch sử đo trên máy này.");
});
