// Two scenarios on one map: works and places of A alone, of B alone, of both; a chosen work is joined to what it serves.
import { BELOW_NAMES, FONT, maplibregl } from "../pages/map/basemap.js";
import { collection, diamond, drawable, link, make, number, openFigures, point, roundSign, squareSign, zoomed } from "./drawing.js";

const WORK_WORDS = { a: "Chỉ A làm", b: "Chỉ B làm", both: "Cả hai cùng làm" };
const PLACE_WORDS = { a: "Chỉ A phục vụ", b: "Chỉ B phục vụ", both: "Cả hai phục vụ thêm", today: "Được phục vụ hôm nay", neither: "Cả hai để thiếu" };
const LETTERS = ["A", "B"];

const part = (id) => document.getElementById(id);
const root = part("diffmap");
const whatChoice = part("diff-what");
const workChoice = part("diff-work");

let works = [];
let places = [];
let map = null;
let opened = null;

function read({ works: workRows, places: placeRows }) {
  places = placeRows.map(([pk, name, commune, people, lon, lat, state, years], at) => ({ at, pk, name, commune, people, lon, lat, state, years }));
  works = workRows.map(([pk, state, kind, operator, technology, commune, years, lon, lat, money, serves], at) => ({ at, pk, state, kind, operator, technology, commune, years, lon, lat, money, serves }));
}

const kept = (thing) => whatChoice.value === "" || whatChoice.value.split(" ").includes(thing.state);
const chosenWork = () => (workChoice.value === "" ? undefined : works[Number(workChoice.value)]);

// --- signs

function addSigns(colour) {
  const drawn = { "work-a": squareSign("A", colour("existing")), "work-b": roundSign("B", colour("left")), "work-both": squareSign("=", colour("today")), "place-b": diamond(colour("left"), "#ffffff"), "place-neither": diamond("#ffffff", colour("small")) };
  for (const [name, sign] of Object.entries(drawn)) map.addImage(name, sign, { pixelRatio: 2 });
}

function addLayers(colour) {
  for (const id of ["places", "reach", "works"]) map.addSource(id, { type: "geojson", data: collection([]) });
  const state = ["get", "state"];
  const round = ["in", state, ["literal", ["a", "both", "today"]]];
  map.addLayer({ id: "reach", type: "line", source: "reach", layout: { "line-cap": "round" }, paint: { "line-color": colour("small"), "line-width": 1.6, "line-dasharray": [2, 1.5] } }, BELOW_NAMES);
  map.addLayer({
    id: "places-round",
    type: "circle",
    source: "places",
    filter: round,
    layout: { "circle-sort-key": ["match", state, "a", 2, "both", 1, 0] },
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 7, ["match", state, "a", 3.5, "both", 2.5, 1.5], 11, ["match", state, "a", 6.5, "both", 5, 3], 14, ["match", state, "a", 9, "both", 7, 5]],
      "circle-color": ["match", state, "a", colour("existing"), "both", colour("gained"), "#ffffff"],
      "circle-stroke-color": ["match", state, "today", colour("today"), "#ffffff"],
      "circle-stroke-width": zoomed(7, 0.7, 11, 1.6),
    },
  });
  const overlapping = { "icon-allow-overlap": true, "icon-ignore-placement": true };
  const sorted = ["match", state, "both", 0, "neither", 0, 1];
  map.addLayer({ id: "places-diamond", type: "symbol", source: "places", filter: ["!", round], layout: { "icon-image": ["concat", "place-", state], "icon-size": zoomed(7, 0.6, 10, 1, 14, 1.6), "symbol-sort-key": sorted, ...overlapping } });
  map.addLayer({ id: "works", type: "symbol", source: "works", layout: { "icon-image": ["concat", "work-", state], "icon-size": zoomed(7, 0.6, 10, 0.9, 14, 1.2), "symbol-sort-key": sorted, ...overlapping } });
  map.addLayer({
    id: "place-names",
    type: "symbol",
    source: "places",
    minzoom: 12,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.9, "text-max-width": 9 },
    paint: { "text-color": "#1b1f24", "text-halo-color": "#ffffff", "text-halo-width": 2 },
  });
}

// --- words

function yearsTold({ state, years }) {
  const told = (year, at) => (state === "both" ? `${LETTERS[at]} năm ${year}` : `năm ${year}`);
  return years.map((year, at) => (year === null ? "" : told(year, at))).filter(Boolean).join(", ");
}

function workCard(work) {
  const reached = work.serves.map((at) => places[at]);
  const title = make("p", {}, link(root.dataset.work, work.pk, make("strong", {}, `${work.kind}, ${work.technology}`)));
  const lines = [`${work.operator}, ${work.commune}`, `${WORK_WORDS[work.state]}: ${yearsTold(work)}`, work.money];
  const card = make("div", { className: "scencard" }, title, ...lines.map((line) => make("p", {}, line)));
  if (!reached.length) return card;
  card.append(make("p", {}, `Với tới ${number(reached.length)} nơi:`));
  card.append(make("ul", {}, ...reached.map((place) => make("li", {}, link(root.dataset.place, place.pk, place.name), `, ${PLACE_WORDS[place.state].toLowerCase().replace(/\b([ab])\b/, (letter) => letter.toUpperCase())}`))));
  return card;
}

function placeCard(place) {
  const words = [PLACE_WORDS[place.state], yearsTold(place)].filter(Boolean).join(": ");
  const card = make("div", { className: "scencard" }, make("p", {}, link(root.dataset.place, place.pk, make("strong", {}, place.name))));
  card.append(make("p", { className: "muted" }, `${place.commune}${place.people === null ? "" : ` · ${number(place.people)} người`}`), make("p", {}, words));
  return card;
}

// --- drawing

function draw() {
  if (!map) return;
  const chosen = chosenWork();
  map.getSource("places").setData(collection(places.filter(drawable).filter(kept).map((place) => point(place, { at: place.at, name: place.name, state: place.state }))));
  map.getSource("works").setData(collection(works.filter(kept).map((work) => point(work, { at: work.at, state: work.state }))));
  const ends = chosen && kept(chosen) ? chosen.serves.map((at) => places[at]).filter(drawable) : [];
  map.getSource("reach").setData(collection(ends.map((place) => ({ type: "Feature", geometry: { type: "LineString", coordinates: [[chosen.lon, chosen.lat], [place.lon, place.lat]] }, properties: {} }))));
}

function popup(lngLat, content) {
  opened?.remove();
  opened = new maplibregl.Popup({ maxWidth: "20rem", focusAfterOpen: true }).setLngLat(lngLat).setDOMContent(content).addTo(map);
}

function choose(work, { moves }) {
  workChoice.value = work ? String(work.at) : "";
  if (work && !kept(work)) whatChoice.value = "";
  part("diff-told").replaceChildren(...(work ? [workCard(work)] : []));
  draw();
  if (!work || !map || !moves) return;
  const bounds = new maplibregl.LngLatBounds([work.lon, work.lat], [work.lon, work.lat]);
  work.serves.map((at) => places[at]).filter(drawable).forEach((place) => bounds.extend([place.lon, place.lat]));
  map.fitBounds(bounds, { padding: 60, maxZoom: 13, animate: false });
}

function listen() {
  const layers = ["works", "places-diamond", "places-round"];
  for (const id of layers) {
    map.on("mouseenter", id, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", id, () => { map.getCanvas().style.cursor = ""; });
  }
  map.on("click", (event) => {
    const [found] = map.queryRenderedFeatures(event.point, { layers });
    if (!found) return;
    if (found.layer.id !== "works") {
      popup(event.lngLat, placeCard(places[found.properties.at]));
      return;
    }
    const work = works[found.properties.at];
    choose(work, { moves: false });
    popup([work.lon, work.lat], workCard(work));
  });
}

async function begin() {
  const parts = Object.fromEntries(["progress", "asking", "bounds", "canvas"].map((name) => [name, part(`diff-${name}`)]));
  const begun = await openFigures(root, parts, { label: "Bản đồ chỗ khác nhau của hai phương án", read });
  if (!begun) return;
  map = begun.map;
  if (map) {
    addSigns(begun.colour);
    addLayers(begun.colour);
    listen();
  }
  draw();
}

whatChoice.addEventListener("change", () => {
  const chosen = chosenWork();
  if (chosen && !kept(chosen)) choose(null, { moves: false });
  draw();
});
workChoice.addEventListener("change", () => choose(chosenWork(), { moves: true }));
begin();
