// The map of a run: a threshold to move, villages counted at it, two maps to compare; the address bar keeps the view.
import { openHalf, popup } from "./draw.js";
import { moveTogether, swipe } from "./swipe.js";
import { changeFeatures, changes, features, fetchVillages, isServed, number, peopleClass, tally, villageOf } from "./villages.js";

const part = (id) => document.getElementById(id);
const root = part("runmap");
const form = part("run-asking");
const slider = part("run-slider");
const data = JSON.parse(part("run-data").textContent);
const [after, before] = data.sides;
const usual = Number(slider.dataset.default);
const halves = [];
const rows = { after: [], before: null };
let opened = null;

const shift = () => Math.round(Number(slider.value) - usual);
const say = (name, text) => document.querySelectorAll(`[data-say="${name}"]`).forEach((element) => { element.textContent = text; });
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const placeUrl = (pk) => after.place.replace(/\/0\/$/, `/${pk}/`) + after.place_query;
const dbm = (value) => (value === null ? "không tới" : number(value, 1));

function readCamera() {
  const [lon, lat, zoom] = (new URLSearchParams(window.location.search).get("tam") || "").split(",").map(Number);
  return [lon, lat, zoom].every(Number.isFinite) && lat ? { center: [lon, lat], zoom } : null;
}

function remember() {
  const query = new URLSearchParams(window.location.search);
  if (shift() === 0) query.delete("nguong");
  else query.set("nguong", (after.threshold + shift()).toFixed(1));
  if (halves.length) {
    const { lng, lat } = halves[0].map.getCenter();
    query.set("tam", [lng.toFixed(4), lat.toFixed(4), halves[0].map.getZoom().toFixed(2)].join(","));
  }
  const text = query.toString().replaceAll("%2C", ",");
  window.history.replaceState(null, "", text ? `?${text}` : window.location.pathname);
  for (const link of document.querySelectorAll(".run-export")) {
    const kind = new URL(link.href).searchParams.get("xuat");
    query.set("xuat", kind);
    link.search = query.toString();
  }
}

// --- words

function tellThreshold() {
  const text = number(after.threshold + shift(), 1);
  part("run-threshold").textContent = text;
  slider.setAttribute("aria-valuetext", `từ ${text} dBm`);
  say("threshold", text);
  const least = after.threshold + shift() + after.margin;
  const lines = [...part("run-levels")?.children ?? []].reverse();
  after.steps.forEach((below, k) => lines[k]?.classList.toggle("is-below", below !== null && below <= least));
}

function tellVillages() {
  const threshold = after.threshold + shift();
  const left = rows.after.filter((row) => !isServed(row, threshold));
  const [whole, out] = [tally(rows.after), tally(left)];
  say("served", number(whole.villages - out.villages));
  say("left", number(out.villages));
  say("left-people", number(out.people));
  const counts = data.classes.map(() => 0);
  left.forEach((row) => { counts[peopleClass(villageOf(row).people, data.classes)] += 1; });
  document.querySelectorAll("[data-gap]").forEach((element) => { element.textContent = number(counts[Number(element.dataset.gap)]); });
  part("run-rows").replaceChildren(...left.slice(0, data.rows).map(rowOf));
  part("run-none").hidden = left.length > 0;
  part("run-left").hidden = left.length === 0;
  part("run-more").hidden = left.length <= data.rows;
  say("more", number(Math.max(left.length - data.rows, 0)));
}

function rowOf(row) {
  const { pk, name, commune, people, level, percent } = villageOf(row);
  const figure = (text) => make("td", { className: "n" }, text);
  return make(
    "tr",
    {},
    make("td", {}, make("a", { href: placeUrl(pk) }, name)),
    make("td", {}, commune),
    figure(people === null ? "–" : number(people)),
    figure(dbm(level)),
    figure(number(percent, 1)),
  );
}

function changed() {
  if (!before || !rows.before) return [];
  const found = changes(rows.before, rows.after, { before: before.threshold + shift(), after: after.threshold + shift() });
  for (const [name, list] of Object.entries(found)) {
    const { villages, people } = tally(list);
    say(name, number(villages));
    say(`${name}-people`, number(people));
  }
  return changeFeatures(found);
}

// --- the village that was clicked

function card(pk, lngLat, map) {
  const lines = [];
  for (const [side, list] of [[after, rows.after], [before, rows.before]]) {
    const row = list?.find((one) => one[0] === pk);
    if (!row) continue;
    const { level, percent } = villageOf(row);
    const word = isServed(row, side.threshold + shift()) ? "được phục vụ" : "chưa được phục vụ";
    lines.push(make("p", {}, before ? `${side.title}: ` : "", make("strong", {}, word), level === null ? "; không ô nào tới" : `; mức thu ${number(level, 1)} dBm, xác suất đạt ${number(side.threshold, 1)} dBm: ${number(percent, 1)} %`));
  }
  const { name, commune, people } = villageOf(rows.after.find((one) => one[0] === pk));
  const under = make("p", { className: "muted" }, `${commune}${people === null ? "" : ` · ${number(people)} người`}`);
  opened?.remove();
  opened = popup(map, lngLat, make("div", {}, make("strong", {}, name), under, ...lines, make("p", {}, make("a", { href: placeUrl(pk) }, "Trạm nào phục vụ, mặt cắt địa hình"))));
}

// --- drawing

function draw() {
  tellThreshold();
  if (!rows.after.length) return;
  tellVillages();
  const moved = changed();
  halves.forEach((half) => {
    half.move(shift());
    const list = half.side === before ? rows.before : rows.after;
    half.show(features(list, half.threshold, data.classes), moved);
  });
}

async function begin() {
  const progress = part("run-progress");
  progress.hidden = false;
  const camera = readCamera();
  try {
    [rows.after, rows.before] = await Promise.all(data.sides.map((side) => fetchVillages(side.villages)));
  } catch {
    progress.textContent = "Không tải được danh sách thôn. Tải lại trang để thử lại.";
    return;
  }
  const open = (id, side, controls) => openHalf(part(id), side, { root, bounds: data.bounds, camera, controls });
  const first = await open("run-after", after, true);
  const second = first && before ? await open("run-before", before, false) : null;
  halves.push(...[first, second].filter(Boolean));
  draw();
  progress.hidden = true;
  if (!first) return;
  halves.forEach((half) => half.onVillage(card));
  if (second) {
    moveTogether(first.map, second.map);
    second.map.jumpTo({ center: first.map.getCenter(), zoom: first.map.getZoom() });
    swipe(part("run-divider"), part("run-before"), part("run-map"));
  }
  first.map.on("moveend", remember);
  first.map.on("idle", () => { part("run-map").dataset.drawn = String(shift()); });
}

slider.addEventListener("input", draw);
slider.addEventListener("change", remember);
form.addEventListener("change", (event) => {
  if (event.target === slider) return;
  // Another technology has a threshold of its own.
  if (shift() === 0 || event.target.name === "cn") slider.disabled = true;
  form.querySelectorAll("select").forEach((select) => { select.disabled = select.value === ""; });
  const camera = new URLSearchParams(window.location.search).get("tam");
  if (camera) form.append(make("input", { type: "hidden", name: "tam", value: camera }));
  form.submit();
});
// Whoever comes back by the browser's button finds the fields as they were before they were sent.
window.addEventListener("pageshow", ({ persisted }) => persisted && [...form.elements].forEach((field) => { field.disabled = false; }));
begin();
