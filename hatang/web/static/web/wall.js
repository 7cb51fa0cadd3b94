// The wall: turns through its views, asks for its parts again while it hangs there, says when the server does not
// answer, draws the map.
import { FONT_STRONG, maplibregl, openMap } from "../pages/map/basemap.js";
import { surround } from "../pages/map/surroundings.js";

const EVERY_MS = { nay: 30_000, "muc-tieu": 600_000 };
const PATIENCE_MS = 20_000;
const MOST_BYTES = 4_000_000;
const clock = new Intl.DateTimeFormat("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit" });
const here = document.body.dataset.here;
const news = document.querySelector("[data-news]");
let heard = clock.format(new Date());
let map = null;

function say(words) {
  if (news.textContent !== words) news.textContent = words;
  document.body.classList.toggle("wall--stale", Boolean(words));
}

// Dark paint for the ground, which other pages show light.
const DARK = [
  ["ground-sea", "background-color", "#0d1620"],
  ["ground-neighbours", "fill-color", "#141c25"],
  ["ground-vietnam", "fill-color", "#1e2935"],
  ["ground-coast", "line-color", "#3d4f61"],
  ["ground-borders", "line-color", ["case", ["get", "ours"], "#93a5b8", "#4a5a6a"]],
  ["units", "line-color", "#4a5a6a"],
  ["units-illustrative", "line-color", "#3a4856"],
];

function darken() {
  for (const [layer, paint, value] of DARK) map.setPaintProperty(layer, paint, value);
  for (const { id, type } of map.getStyle().layers) {
    if (type !== "symbol") continue;
    map.setPaintProperty(id, "text-color", "#b9c6d3");
    map.setPaintProperty(id, "text-halo-color", "rgba(10,15,21,.9)");
  }
}

const NOTHING = '{"type":"FeatureCollection","features":[]}';
const shapes = () => JSON.parse(document.getElementById("wall-shapes")?.textContent ?? NOTHING);
const by = (values, otherwise) => ["match", ["get", "sort"], ...Object.entries(values).flat(), otherwise];

async function draw(root) {
  const { near, label, tiles } = root.dataset;
  const data = shapes();
  const bounds = new maplibregl.LngLatBounds();
  for (const { geometry } of data.features) bounds.extend(geometry.coordinates);
  const view = bounds.isEmpty() ? { center: near.split(",").map(Number), zoom: 8 } : { bounds: bounds.toArray(), padding: Math.min(130, root.clientWidth / 5), closest: 11 };
  map = await openMap(root, { label, interactive: false, controls: false, ...view });
  if (!map) return;
  surround(map, tiles, () => {});
  map.addSource("things", { type: "geojson", data });
  const scale = Math.max(1, root.clientWidth / 480);
  map.addLayer({
    id: "things",
    type: "circle",
    source: "things",
    layout: { "circle-sort-key": by({ danger: 3, warning: 2, notice: 1 }, 0) },
    paint: {
      "circle-color": by({ danger: "#ff6b5e", warning: "#ffb74d", notice: "#d7c9ff" }, "#5fd3bd"),
      "circle-radius": by({ danger: 11 * scale, warning: 9 * scale, notice: 7 * scale }, 4 * scale),
      "circle-stroke-color": "#0a0f15",
      "circle-stroke-width": 2,
    },
  });
  const ink = { "text-color": "#0a0f15" };
  const sign = by({ danger: "!", warning: "▲", notice: "■" }, "");
  const layout = { "text-field": sign, "text-font": FONT_STRONG, "text-size": 11 * scale, "text-allow-overlap": true, "text-ignore-placement": true };
  map.addLayer({ id: "things-signs", type: "symbol", source: "things", layout, paint: ink });
  const named = { "text-field": ["get", "name"], "text-font": FONT_STRONG, "text-size": 16 * scale, "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 0.9, "text-max-width": 9 };
  map.addLayer({ id: "things-names", type: "symbol", source: "things", filter: ["!=", ["get", "sort"], "fine"], layout: named });
  // Names of communes are too small for five metres: the map names only where something is the matter.
  map.setLayoutProperty("unit-names", "visibility", "none");
  darken();
  map.setPaintProperty("things-names", "text-color", "#f4f7fa");
  map.setPaintProperty("things-names", "text-halo-width", 2.5);
  map.setPaintProperty("things-signs", "text-color", "#0a0f15");
  map.setPaintProperty("things-signs", "text-halo-width", 0);
  map.once("idle", () => { root.dataset.drawn = "1"; });
}

// Asks for a part; gives nothing where the answer is no part of the wall, as when the person was signed out.
async function fetched(part) {
  const answer = await fetch(`${here}?phan=${part}`, { signal: AbortSignal.timeout(PATIENCE_MS), headers: { "X-Requested-With": "fetch" } });
  if (answer.redirected || answer.status === 403 || answer.status === 404) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  const text = await answer.text();
  return text.length <= MOST_BYTES ? text : null;
}

async function refresh(part) {
  const place = document.querySelector(`[data-part="${part}"]`);
  try {
    const text = await fetched(part);
    if (text === null) return say(`Phiên đăng nhập đã hết lúc ${clock.format(new Date())}: đăng nhập lại. Số liệu lúc ${heard}.`);
    place.innerHTML = text;
    document.querySelector("[data-sim]").hidden = !document.querySelector("[data-simulated]");
    if (part === "nay") {
      heard = clock.format(new Date());
      say("");
      map?.getSource("things")?.setData(shapes());
    }
  } catch {
    say(`Máy chủ không trả lời. Số liệu lúc ${heard}.`);
  }
}

// One question of a part at a time: the next is asked some time after the last was answered.
async function keep(part, first) {
  if (first) await refresh(part);
  setTimeout(() => keep(part, true), EVERY_MS[part]);
}

// Turning goes by itself: no question to the server, answered or not, holds it up.
const links = [...document.querySelectorAll("[data-view-link]")];
const hold = document.querySelector("[data-hold]");
let next = null;

function turn(view) {
  document.body.dataset.view = view;
  for (const link of links) {
    if (link.dataset.viewLink === view) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function wait() {
  clearTimeout(next);
  const here = links.findIndex((link) => link.dataset.viewLink === document.body.dataset.view);
  next = setTimeout(() => { turn(links[(here + 1) % links.length].dataset.viewLink); wait(); }, 1000 * document.body.dataset.seconds);
}

function stay(held) {
  hold.setAttribute("aria-pressed", held);
  hold.textContent = held ? "Chạy tiếp" : "Dừng";
  if (held) clearTimeout(next);
  else wait();
}

for (const link of links) link.addEventListener("click", (event) => { event.preventDefault(); turn(link.dataset.viewLink); stay(true); });
hold.addEventListener("click", () => stay(hold.getAttribute("aria-pressed") !== "true"));
hold.hidden = false;
stay(false);

const face = document.querySelector("[data-clock]");
setInterval(() => { face.textContent = clock.format(new Date()); }, 1000);
keep("muc-tieu", true);
keep("nay", true).then(() => draw(document.getElementById("map")));
