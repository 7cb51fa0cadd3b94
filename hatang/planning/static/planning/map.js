// The map of a scenario: works by kind, places served today, newly, or left; a chosen work is joined to what it serves.
import { BELOW_NAMES, FONT, FONT_STRONG, maplibregl } from "../pages/map/basemap.js";
import { collection, diamond, drawable, link, make, number, openFigures, point, squareSign, zoomed } from "./drawing.js";

const LETTERS = { technology: "T", shared: "C", other_sector: "N", new_mast: "M", repeater: "L", satellite: "V" };
const COLOURS = { technology: "existing", shared: "existing", other_sector: "existing", new_mast: "new", repeater: "small", satellite: "small" };
const STATE_WORDS = { today: "được phục vụ hôm nay", new: "được phục vụ nhờ công trình, từ năm", later: "được phục vụ từ năm", left: "còn thiếu", out: "còn thiếu, không công trình nào với tới" };

const part = (id) => document.getElementById(id);
const root = part("scenmap");
const yearChoice = part("scen-year");
const workChoice = part("scen-work");

let works = [];
let places = [];
let map = null;
let opened = null;

function read({ works: workRows, places: placeRows }) {
  places = placeRows.map(([pk, name, commune, people, lon, lat, state, servedIn], at) => ({ at, pk, name, commune, people, lon, lat, state, servedIn }));
  works = workRows.map(([pk, count, kind, operator, technology, commune, year, lon, lat, money, serves]) => ({ pk, number: count, kind, operator, technology, commune, year, lon, lat, money, serves }));
}

const until = () => Number(yearChoice.value);
const stateOf = (place) => (place.state === "new" && place.servedIn > until() ? "later" : place.state);
const shown = () => works.filter((work) => work.year <= until());

// --- signs

function addSigns(colour) {
  for (const [kind, letter] of Object.entries(LETTERS)) map.addImage(`work-${kind}`, squareSign(letter, colour(COLOURS[kind])), { pixelRatio: 2 });
  map.addImage("place-left", diamond(colour("left"), "#ffffff"), { pixelRatio: 2 });
  map.addImage("place-out", diamond("#ffffff", colour("left")), { pixelRatio: 2 });
}

function addLayers(colour) {
  for (const id of ["places", "reach", "works"]) map.addSource(id, { type: "geojson", data: collection([]) });
  const state = ["get", "state"];
  const round = ["in", state, ["literal", ["today", "new", "later"]]];
  map.addLayer({
    id: "reach",
    type: "line",
    source: "reach",
    layout: { "line-cap": "round" },
    paint: { "line-color": colour("small"), "line-width": 1.6, "line-dasharray": [2, 1.5] },
  }, BELOW_NAMES);
  map.addLayer({
    id: "places-served",
    type: "circle",
    source: "places",
    filter: round,
    layout: { "circle-sort-key": ["match", state, "new", 1, 0] },
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 7, ["match", state, "today", 1.5, 2.5], 11, ["match", state, "today", 3.5, 5.5], 14, ["match", state, "today", 6, 8]],
      "circle-color": ["match", state, "new", colour("gained"), "#ffffff"],
      "circle-stroke-color": ["match", state, "new", "#ffffff", "later", colour("gained"), colour("today")],
      "circle-stroke-width": zoomed(7, 0.7, 11, 1.6),
    },
  });
  const overlapping = { "icon-allow-overlap": true, "icon-ignore-placement": true };
  map.addLayer({
    id: "places-left",
    type: "symbol",
    source: "places",
    filter: ["!", round],
    layout: { "icon-image": ["concat", "place-", state], "icon-size": zoomed(7, 0.6, 10, 1, 14, 1.6), ...overlapping },
  });
  map.addLayer({
    id: "works",
    type: "symbol",
    source: "works",
    layout: { "icon-image": ["concat", "work-", ["get", "kind"]], "icon-size": zoomed(7, 0.55, 10, 0.9, 14, 1.2), "symbol-sort-key": ["get", "chosen"], ...overlapping },
  });
  map.addLayer({
    id: "place-names",
    type: "symbol",
    source: "places",
    minzoom: 12,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.9, "text-max-width": 9 },
    paint: { "text-color": "#1b1f24", "text-halo-color": "#ffffff", "text-halo-width": 2 },
  });
  map.addLayer({
    id: "work-numbers",
    type: "symbol",
    source: "works",
    minzoom: 11,
    layout: { "text-field": ["to-string", ["get", "number"]], "text-font": FONT_STRONG, "text-size": 12, "text-offset": [0, 1.3], "text-anchor": "top" },
    paint: { "text-color": "#1b1f24", "text-halo-color": "#ffffff", "text-halo-width": 2 },
  });
}

// --- words

function tell() {
  const counts = { today: 0, new: 0, later: 0, left: 0, out: 0 };
  places.forEach((place) => { counts[stateOf(place)] += 1; });
  root.querySelectorAll("[data-state]").forEach((element) => { element.textContent = number(counts[element.dataset.state]); });
  const built = shown();
  root.querySelectorAll("[data-kind]").forEach((element) => { element.textContent = number(built.filter((work) => work.kind === element.dataset.kind).length); });
  part("scen-later").hidden = counts.later === 0;
}

function workCard(work) {
  const reached = work.serves.map((at) => places[at]);
  const gained = reached.filter((place) => place.state === "new");
  const title = make("p", {}, link(root.dataset.work, work.pk, make("strong", {}, `Công trình số ${number(work.number)}`)));
  const lines = [`${work.operator} ${work.technology}, ${work.commune}, năm ${work.year}`, work.money, `Với tới ${number(reached.length)} nơi, ${number(gained.length)} nơi hôm nay chưa có:`];
  const list = make("ul", {}, ...reached.map((place) => make("li", {}, link(root.dataset.place, place.pk, place.name), place.people === null ? "" : `, ${number(place.people)} người`, place.state === "today" ? " (đã có)" : "")));
  return make("div", { className: "scencard" }, title, ...lines.map((line) => make("p", {}, line)), list);
}

function placeCard(place) {
  const state = stateOf(place);
  const words = state === "new" || state === "later" ? `${STATE_WORDS[state]} ${place.servedIn}` : STATE_WORDS[state];
  const serving = works.filter((work) => work.serves.includes(place.at));
  const card = make("div", { className: "scencard" }, make("p", {}, link(root.dataset.place, place.pk, make("strong", {}, place.name))));
  card.append(make("p", { className: "muted" }, `${place.commune}${place.people === null ? "" : ` · ${number(place.people)} người`}`), make("p", {}, words));
  if (serving.length) card.append(make("ul", {}, ...serving.map((work) => make("li", {}, link(root.dataset.work, work.pk, `Công trình số ${number(work.number)}`), `, ${work.operator} ${work.technology}, ${work.year}`))));
  return card;
}

// --- drawing

function draw() {
  tell();
  if (!map) return;
  const chosen = works.find((work) => String(work.pk) === workChoice.value);
  map.getSource("places").setData(collection(places.filter(drawable).map((place) => point(place, { at: place.at, name: place.name, state: stateOf(place) }))));
  map.getSource("works").setData(collection(shown().map((work) => point(work, { pk: work.pk, number: work.number, kind: work.kind, chosen: work === chosen ? 1 : 0 }))));
  const ends = chosen ? chosen.serves.map((at) => places[at]).filter(drawable) : [];
  map.getSource("reach").setData(collection(ends.map((place) => ({ type: "Feature", geometry: { type: "LineString", coordinates: [[chosen.lon, chosen.lat], [place.lon, place.lat]] }, properties: {} }))));
}

function popup(lngLat, content) {
  opened?.remove();
  opened = new maplibregl.Popup({ maxWidth: "20rem", focusAfterOpen: true }).setLngLat(lngLat).setDOMContent(content).addTo(map);
}

function choose(work, { moves }) {
  workChoice.value = work ? String(work.pk) : "";
  if (work && work.year > until()) yearChoice.value = String(work.year);
  part("scen-told").replaceChildren(...(work ? [workCard(work)] : []));
  draw();
  if (!work || !map || !moves) return;
  const bounds = new maplibregl.LngLatBounds([work.lon, work.lat], [work.lon, work.lat]);
  work.serves.map((at) => places[at]).filter(drawable).forEach((place) => bounds.extend([place.lon, place.lat]));
  map.fitBounds(bounds, { padding: 60, maxZoom: 13, animate: false });
}

function listen() {
  const pointer = (id) => {
    map.on("mouseenter", id, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", id, () => { map.getCanvas().style.cursor = ""; });
  };
  ["works", "places-served", "places-left"].forEach(pointer);
  map.on("click", (event) => {
    const [found] = map.queryRenderedFeatures(event.point, { layers: ["works", "places-left", "places-served"] });
    if (!found) return;
    if (found.layer.id !== "works") {
      popup(event.lngLat, placeCard(places[found.properties.at]));
      return;
    }
    const work = works.find((one) => one.pk === found.properties.pk);
    choose(work, { moves: false });
    popup([work.lon, work.lat], workCard(work));
  });
}

async function begin() {
  const parts = Object.fromEntries(["progress", "asking", "bounds", "canvas"].map((name) => [name, part(`scen-${name}`)]));
  const begun = await openFigures(root, parts, { label: "Bản đồ của phương án", read });
  if (!begun) return;
  map = begun.map;
  if (map) {
    addSigns(begun.colour);
    addLayers(begun.colour);
    listen();
  }
  draw();
}

yearChoice.addEventListener("change", () => {
  const chosen = works.find((work) => String(work.pk) === workChoice.value);
  if (chosen && chosen.year > until()) choose(null, { moves: false });
  draw();
});
workChoice.addEventListener("change", () => choose(works.find((work) => String(work.pk) === workChoice.value), { moves: true }));
begin();
