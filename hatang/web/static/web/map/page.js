// The map page: one question at a time, the same in words, colours and table; the address bar keeps the view.
import { maplibregl, openMap, reducedMotion } from "../../pages/map/basemap.js";
import { FILTERS, keep, readAddress } from "./address.js";
import { Drawing } from "./draw.js";
import { finder } from "./finder.js";
import { narrow, thingCard, thingWords } from "./things.js";
import { card, legend, make, simulatedMark, table, things, years } from "./side.js";

const part = (id) => document.getElementById(id);
const root = part("mapview");
const { units, province, tiles: tilesUrl, where: whereUrl, data: dataUrl } = root.dataset;
const wide = window.matchMedia("(min-width: 62rem)");
const form = part("map-asking");
const numbered = (pattern, pk) => pattern.replace("/0/", `/${pk}/`);

let data = JSON.parse(part("map-data").textContent);
let map = null;
let drawing = null;
let aim = { center: null, id: null };
const view = { ...readAddress(), question: data.question };

const links = {
  place: (pk) => numbered(root.dataset.place, pk),
  value: (pk) => numbered(root.dataset.value, pk),
  item: (pk) => numbered(root.dataset.place, pk),
  provinceMap: (code) => root.dataset.provinceMap.replace("CODE", code) + (view.indicator ? `?ct=${view.indicator}` : ""),
  provincePage: (code) => root.dataset.provincePage.replace("CODE", code),
};
const frame = () => data.frames.find((f) => f.year === view.year) || data.frames[data.frames.length - 1];
const rowOf = (place) => frame().rows.find((row) => row[0] === place);
const itemOf = (pk) => frame().items.find((item) => item[0] === pk);
const drawsThings = (layer) => Boolean(data.things?.kinds.some((kind) => kind.layer === layer));
const isThing = (thing) => drawsThings(thing.layer);
const duration = (ms) => (reducedMotion() ? 0 : ms);

// --- words

function tell() {
  const shown = frame();
  part("map-title").textContent = data.title;
  part("map-finding").textContent = shown.finding;
  part("map-former").hidden = !data.former;
  part("map-former").firstElementChild.textContent = data.former;
  const buttons = years(data, shown.year);
  part("map-years").replaceChildren(...buttons);
  part("map-years").hidden = buttons.length < 2;
  part("map-legend").replaceChildren(...legend(data, shown));
  list();
  const title = document.title.split(" · ").pop();
  document.title = `${data.title} · ${title}`;
  markSimulated(Boolean(shown.simulated));
}

function list() {
  part("map-table").replaceChildren(...table(data, frame(), links));
  markRow();
}

// The row of the chosen place, or of the commune that the chosen village lies in, and what it counts.
function markRow() {
  const place = itemOf(view.place)?.[2] ?? view.place;
  for (const row of part("map-table").querySelectorAll("tr[data-place]")) {
    if (Number(row.dataset.place) === place) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  part("map-things").replaceChildren(...things(data, frame(), place, links));
}

function markSimulated(simulated) {
  const present = document.querySelector("body > .simulated");
  if (present) present.hidden = !simulated;
}

function keepLinks() {
  const query = new URLSearchParams(window.location.search);
  for (const kind of ["csv", "xlsx"]) {
    query.set("xuat", kind);
    part(`map-${kind}`).search = query.toString();
  }
  query.delete("xuat");
  if (map) query.set("khung", map.getBounds().toArray().flat().map((x) => x.toFixed(4)).join(","));
  part("map-print").search = query.toString().replaceAll("%2C", ",");
}

function remember(options) {
  keep(view, options);
  keepLinks();
}

// --- the chosen place

function figureLine(row) {
  const [, figure, , note, value, , simulated] = row;
  const shown = make("strong", {}, figure);
  const computed = value ? make("a", { href: links.value(value) }, "cách tính") : "";
  return [`${data.heading}: `, shown, note ? ` (${note}) ` : " ", computed, simulated ? " " : "", simulated ? simulatedMark() : ""];
}

function unitCard(pk, extra = []) {
  const named = data.names[pk];
  const row = rowOf(pk);
  const [, , , , code] = named;
  const onward = code
    ? [[links.provinceMap(code), "Bản đồ của tỉnh"], [links.provincePage(code), "Trang của tỉnh"]]
    : [[links.place(pk), "Trang của nơi này"]];
  return { name: named[0], under: named[1], lines: [...(row ? [figureLine(row)] : []), ...extra], links: onward };
}

function itemCard(item) {
  const [pk, name, of, shade, note] = item;
  const label = frame().shades.find((s) => s.key === shade)?.label || "";
  const under = data.names[of]?.[0] || "";
  const word = "Trang của nơi này";
  const marked = rowOf(of)?.[6] ? [" ", simulatedMark()] : [];
  return { name, under, lines: [[make("strong", {}, label), ...marked], ...(note ? [note] : [])], links: [[links.item(pk), word]] };
}

function open(content) {
  card(part("map-panel"), content, () => choose(null));
}

function choose(thing, { fly = false, extra = [] } = {}) {
  drawing?.choose(thing);
  if (!thing) {
    spotlight(null);
    view.place = null;
    part("map-panel").hidden = true;
    markRow();
    return remember();
  }
  const item = thing.point ? itemOf(thing.id) : null;
  const before = view.place;
  view.place = isThing(thing) ? null : thing.id;
  if (isThing(thing)) open(thingCard(thing, data, frame()));
  else if (item) open(itemCard(item));
  else if (data.names[thing.id]) open(unitCard(thing.id, extra));
  else if (thing.name || thing.properties?.name) {
    const name = thing.name || thing.properties.name;
    open({ name, under: thing.under || "", lines: extra, links: [[thing.href || links.place(thing.id), "Trang của nơi này"]] });
  }
  markRow();
  if (fly) flyTo(thing);
  remember({ push: view.place !== before });
}

function flyTo(thing) {
  const named = data.names[thing.id] || [];
  const lon = thing.lon ?? named[2];
  const lat = thing.lat ?? named[3];
  if (!map || lon === null || lon === undefined) return;
  const zoom = thing.zoom || (units === "provinces" ? 7.5 : 10.4);
  map.flyTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), zoom), duration: duration(900), offset: [0, wide.matches ? 0 : -40] });
}

function chooseRow(place) {
  const layer = data.layer === "former" ? "former" : units;
  choose({ layer, id: place, point: false }, { fly: true });
  if (!wide.matches) part("map").scrollIntoView({ block: "start", behavior: reducedMotion() ? "auto" : "smooth" });
}

async function whereIs({ lng, lat }) {
  if (!whereUrl) return [];
  const query = new URLSearchParams({ lon: lng.toFixed(5), lat: lat.toFixed(5) });
  if (view.day) query.set("ngay", view.day);
  const response = await fetch(`${whereUrl}?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
  return response && response.ok ? response.json() : null;
}

// --- the map

function progress(words, again = null) {
  const line = part("map-progress");
  line.hidden = !words;
  if (!words) return;
  const button = again && make("button", { type: "button", className: "btn btn--secondary", onclick: again }, "Thử lại");
  line.replaceChildren(words, ...(button ? [" ", button] : []));
}

function tiles(layer, day) {
  const query = new URLSearchParams();
  if (province && layer !== "provinces") query.set("tinh", province);
  if (day) query.set("ngay", day);
  narrow(query, data, layer);
  return `${new URL(tilesUrl.replace("LAYER", layer), document.baseURI).href}?${query}`.replaceAll("%7B", "{").replaceAll("%7D", "}");
}

function draw() {
  if (!drawing) return;
  drawing.show(data, view.day);
  drawing.paint(frame());
  map.once("idle", () => { part("map").dataset.settled = data.question; });
}

function box(bounds) {
  return [[bounds[0], bounds[1]], [bounds[2], bounds[3]]];
}

async function begin() {
  progress("Đang vẽ bản đồ …");
  const camera = view.camera || { bounds: box(data.bounds) };
  map = await openMap(part("map"), { ...camera, padding: { top: 64, right: 24, bottom: 32, left: 24 }, label: `Bản đồ: ${data.title}`, cooperative: !wide.matches });
  if (!map) return progress("");
  drawing = new Drawing(map, { scope: root, units, province, tiles });
  draw();
  listen();
  if (view.place) restore();
  if (!view.camera) keepLinks();
  map.once("idle", () => {
    progress("");
    part("map").dataset.drawn = "1";
  });
}

function restore() {
  const item = itemOf(view.place);
  const layer = item ? data.layer : data.layer === "former" ? "former" : units;
  const camera = view.camera;
  const told = marked();
  choose({ layer, id: view.place, point: Boolean(item), zoom: item ? 13 : 0, ...told }, { fly: !camera });
  if (!item && !data.names[view.place] && told.lon) spotlight([told.lon, told.lat]);
}

// What the server says of a place marked in the address that is no row here.
function marked() {
  const { lon, lat, name, href } = part("map-panel").dataset;
  return name ? { name, href, lon: lon ? Number(lon) : undefined, lat: lat ? Number(lat) : undefined } : {};
}

function listen() {
  const tip = new maplibregl.Popup({ closeButton: false, closeOnClick: false, className: "tip", offset: 10 });
  const canvas = map.getCanvas();
  map.on("click", (event) => pick(event.point, event.lngLat));
  map.on("mousemove", (event) => {
    const thing = drawing.at(event.point);
    drawing.hover(thing);
    canvas.style.cursor = thing ? "pointer" : "";
    const words = thing && wordsOf(thing);
    if (words) tip.setLngLat(event.lngLat).setDOMContent(words).addTo(map);
    else tip.remove();
  });
  map.on("mouseout", () => { drawing.hover(null); tip.remove(); });
  canvas.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const point = map.project(map.getCenter());
    pick(point, map.getCenter());
  });
  map.on("moveend", () => {
    const { lng, lat } = map.getCenter();
    view.camera = { center: [lng, lat], zoom: map.getZoom() };
    remember();
  });
  map.on("error", (event) => {
    if (!event.sourceId && !event.tile) return;
    progress("Một phần bản đồ không tải được; bảng bên cạnh vẫn đủ số liệu.", () => {
      progress("Đang vẽ bản đồ …");
      ["communes", "provinces", "former", "villages", "zones", ...(drawing.things ?? [])].filter((l) => map.getSource(`tiles-${l}`)).forEach((l) => drawing.source(l, view.day));
      map.once("idle", () => progress(""));
    });
  });
}

function wordsOf(thing) {
  if (isThing(thing)) return thingWords(thing, data);
  const item = thing.point ? itemOf(thing.id) : null;
  if (item) return make("div", {}, make("b", {}, item[1]), data.names[item[2]]?.[0] || "");
  const row = rowOf(thing.id);
  const name = data.names[thing.id]?.[0] || thing.properties.name;
  return name ? make("div", {}, make("b", {}, name), row ? `${row[1]}${row[3] ? ` (${row[3]})` : ""}` : "") : null;
}

async function pick(point, spot) {
  const thing = drawing.at(point);
  aim = { id: thing?.id };
  if (thing?.point) return choose(thing);
  if (thing && data.names[thing.id]) choose(thing);
  const told = await whereIs(spot);
  if (!told || aim.id !== thing?.id) return;
  const extra = whereWords(told);
  if (thing && data.names[thing.id]) choose(thing, { extra });
  else if (extra.length) open({ name: "Điểm đã chọn", under: "", lines: extra, links: [] });
}

function whereWords(told) {
  const found = ["village", "zone", "commune"].filter((key) => told[key]);
  if (!found.length) return told.note ? [make("span", { className: "muted" }, told.note)] : [];
  const named = found.flatMap((key, i) => [i ? ", " : "", make("a", { href: told[key].url }, told[key].name)]);
  const marked = told.simulated ? [" ", simulatedMark()] : [];
  return [["Điểm đã bấm: ", ...named, ...marked], ...(told.note ? [make("span", { className: "muted" }, told.note)] : [])];
}

// --- what is asked

function readForm() {
  const field = (name) => form.elements[name]?.value || "";
  view.question = field("hoi") || view.question;
  view.indicator = field("ct");
  view.technology = field("cn");
  const today = form.elements.ngay?.defaultValue;
  view.filters = {};
  for (const name of data.things || form.elements.hoi?.value !== data.question ? FILTERS : []) {
    const box = form.elements[name];
    const value = box && (box.type === "checkbox" ? (box.checked ? "1" : "") : box.value);
    if (value && !box.closest("[hidden]")) view.filters[name] = value;
  }
  view.day = field("ngay") && field("ngay") !== today ? field("ngay") : "";
  view.known = form.elements.luc?.closest("[hidden]") ? "" : field("luc");
}

function showFields() {
  const question = form.elements.hoi?.value || "chi-tieu";
  for (const label of form.querySelectorAll("[data-for]")) label.hidden = !label.dataset.for.split(" ").includes(question);
  for (const option of form.querySelectorAll("option[data-for]")) option.hidden = option.disabled = option.dataset.for !== question;
  for (const box of [form.elements.loai, form.elements.gd]) if (box?.selectedOptions[0]?.disabled) pickOption(box, "");
  const fibre = form.elements.cn?.querySelector("[value=cap-quang]");
  if (fibre) fibre.hidden = fibre.disabled = question === "khu";
  if (question === "khu" && form.elements.cn.value === "cap-quang") form.elements.cn.value = "5G";
}

// Options of several questions stand in one list: choose the one of a value that is this question's, or its first.
function pickOption(box, value) {
  const own = [...box.options].filter((option) => !option.dataset.for || option.dataset.for === (form.elements.hoi?.value || "chi-tieu"));
  const option = own.find((each) => each.value === value) ?? own[0];
  if (option) option.selected = true;
}

// Operators come with the first question about things of the network.
function offerOperators() {
  const box = form.elements.dn;
  if (!data.things || !box || box.options.length > 1) return;
  box.append(...data.things.operators.map(([pk, name]) => new Option(name, pk, false, String(pk) === view.filters.dn)));
}

let pin = null;
let turn = 0;
async function ask({ push = true } = {}) {
  const mine = ++turn;
  progress("Đang lấy số liệu …");
  const query = new URLSearchParams({ hoi: view.question || "chi-tieu" });
  if (view.indicator) query.set("ct", view.indicator);
  if (view.technology) query.set("cn", view.technology);
  if (view.day) query.set("ngay", view.day);
  if (view.known) query.set("luc", view.known);
  Object.entries(view.filters).forEach(([name, value]) => query.set(name, value));
  const response = await fetch(`${dataUrl}?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (mine !== turn) return;
  if (!response || !response.ok) return progress("Không lấy được số liệu.", () => ask({ push }));
  data = await response.json();
  view.known = data.things?.known_at ?? "";
  if (!itemOf(view.place) && !data.names[view.place]) {
    view.place = null;
    part("map-panel").hidden = true;
    drawing?.choose(null);
  }
  offerOperators();
  if (push && data.frames.every((f) => f.year !== view.year)) view.year = null;
  tell();
  draw();
  remember({ push });
  if (view.place) restore();
  progress("");
}

function toYear(year) {
  view.year = year;
  tell();
  drawing?.paint(frame());
  if (view.place && data.names[view.place]) open(unitCard(view.place));
  remember({ push: true });
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", () => {
  showFields();
  readForm();
  ask();
});
part("map-former").addEventListener("click", (event) => {
  if (!event.target.closest("a") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  form.elements.luc.value = view.known = "";
  ask();
});
part("map-years").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-year]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  toYear(Number(link.dataset.year));
  part("map-years").querySelector("[aria-current]")?.focus();
});
part("map-years").addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const all = data.frames.map((f) => f.year);
  const next = step && all[all.indexOf(frame().year) + step];
  if (!next) return;
  event.preventDefault();
  toYear(next);
  part("map-years").querySelector("[aria-current]")?.focus();
});
part("map-table").addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-place]");
  const link = event.target.closest("a");
  if (!row || event.ctrlKey || event.metaKey || (link && !link.closest("th"))) return;
  event.preventDefault();
  chooseRow(Number(row.dataset.place));
});
window.addEventListener("popstate", () => {
  Object.assign(view, readAddress());
  if (form.elements.hoi) form.elements.hoi.value = view.question || "chi-tieu";
  if (form.elements.ct && view.indicator) form.elements.ct.value = view.indicator;
  if (form.elements.cn && view.technology) form.elements.cn.value = view.technology;
  if (form.elements.luc) form.elements.luc.value = view.known.length === 10 ? `${view.known}T23:59` : view.known;
  for (const name of FILTERS) {
    const box = form.elements[name];
    if (box?.type === "checkbox") box.checked = Boolean(view.filters[name]);
    else if (box) pickOption(box, view.filters[name] || "");
  }
  showFields();
  ask({ push: false });
  if (map && view.camera) map.jumpTo(view.camera);
});

finder({
  form: part("map-finder"),
  box: part("map-search"),
  list: part("map-suggest"),
  address: root.dataset.suggest,
  province,
  found: ({ place, lon, lat, kind, href, name }) => {
    if (place === null) {
      open({ name, under: "", lines: [], links: [[href, "Trang của công trình"]] });
      spotlight([lon, lat]);
      return map?.flyTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 15), duration: duration(900) });
    }
    const item = itemOf(place);
    const layer = item ? data.layer : units;
    const zoom = { village: 13, site: 14, zone: 13, commune: 10.6, province: 8 }[kind] || 11;
    choose({ layer, id: place, point: Boolean(item), lon, lat, href, name, zoom }, { fly: true });
    if (item || data.names[place]) spotlight(null);
    else spotlight([lon, lat]);
  },
});

function spotlight(spot) {
  pin?.remove();
  pin = map && spot ? new maplibregl.Marker({ color: "#0b5c8e" }).setLngLat(spot).addTo(map) : null;
}

showFields();
keepLinks();
begin();
