// Draws a fibre plan, or the weak points of today's cables: <div data-fibre="address of GeoJSON" data-ground data-tiles
// data-label>, with data-fit="weak" where the map opens on the lines and the weak point alone. Each way has a colour and a stroke of its own, as the legend's; a click tells in words what is there.
import { BELOW_NAMES, FONT, maplibregl, openMap } from "../pages/map/basemap.js";
import { surround } from "../pages/map/surroundings.js";

const WAYS = {
  cable: ["#8aa0b2", null, 1.5],
  buried: ["#1b1f24", [1, .7], 3.5],
  new_poles: ["#b3561e", [2, .8], 3.5],
  shared_trench: ["#1f7a3d", [1.3, 1.3], 3.5],
  duct: ["#6a3d9a", [3, .6, .8, .6], 3.5],
  aerial: ["#0b5c8e", null, 3.5],
  bridge: ["#a81e1e", null, 5],
};
const is = (name, value) => ["==", ["get", name], value];
// What more people hang on is drawn broader.
const byPeople = (least, most) => ["interpolate", ["linear"], ["ln", ["max", ["coalesce", ["get", "people"], 1], 1]], 5, least, 12, most];
const thicker = (width) => ["interpolate", ["linear"], ["zoom"], 7, width * .8, 12, width];

function positions(coordinates) {
  return typeof coordinates[0] === "number" ? [coordinates] : coordinates.flatMap(positions);
}

function shownFirst(features, fit) {
  const told = features.filter(({ properties }) => properties.way !== "cable");
  const near = told.filter(({ properties }) => properties.way || properties.sort === "node");
  return fit === "weak" && near.length ? near : told;
}

function view(features) {
  const bounds = new maplibregl.LngLatBounds();
  for (const { geometry } of features) for (const [lon, lat] of positions(geometry.coordinates)) bounds.extend([lon, lat]);
  return bounds.isEmpty() ? {} : { bounds: bounds.toArray(), padding: 40 };
}

function cross() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 24;
  const pen = canvas.getContext("2d");
  for (const [colour, width] of [["#fff", 8], ["#a81e1e", 4.5]]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth: width });
    pen.beginPath();
    for (const [x1, y1, x2, y2] of [[5, 5, 19, 19], [19, 5, 5, 19]]) { pen.moveTo(x1, y1); pen.lineTo(x2, y2); }
    pen.stroke();
  }
  return pen.getImageData(0, 0, 24, 24);
}

function draw(map) {
  const add = (layer) => map.addLayer({ source: "fibre", ...layer }, BELOW_NAMES);
  for (const [way, [colour, dashes, width]] of Object.entries(WAYS)) {
    const paint = { "line-color": colour, "line-width": way === "bridge" ? byPeople(1.5, 7) : thicker(width), ...(dashes ? { "line-dasharray": dashes } : {}) };
    add({ id: `way-${way}`, type: "line", filter: is("way", way), paint });
  }
  add({ id: "rings", type: "line", filter: is("ring", true), paint: { "line-color": "#fff", "line-width": thicker(1.3) } });
  const spot = { "circle-color": "#fff", "circle-radius": thicker(4.5), "circle-stroke-color": "#0b5c8e", "circle-stroke-width": 1.5 };
  add({ id: "joined", type: "circle", filter: is("sort", "joined"), paint: spot });
  const weak = { "circle-color": "#a81e1e", "circle-radius": byPeople(2.5, 7), "circle-stroke-color": "#fff", "circle-stroke-width": 1.2 };
  add({ id: "weak", type: "circle", filter: is("sort", "node"), paint: weak });
  map.addImage("fibre-left", cross(), { pixelRatio: 1.5 });
  add({ id: "left", type: "symbol", filter: is("sort", "left"), layout: { "icon-image": "fibre-left", "icon-allow-overlap": true } });
  const names = { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-max-width": 9, "text-offset": [0, .7], "text-anchor": "top" };
  const ink = { "text-color": "#1b1f24", "text-halo-color": "#fff", "text-halo-width": 1.5 };
  add({ id: "names", type: "symbol", minzoom: 10.5, filter: ["has", "name"], layout: names, paint: ink });
}

function tell(map) {
  const told = document.querySelector("[data-picked]");
  const layers = [...Object.keys(WAYS).filter((way) => way !== "cable").map((way) => `way-${way}`), "joined", "left", "weak"];
  map.on("click", (event) => {
    const box = [[event.point.x - 5, event.point.y - 5], [event.point.x + 5, event.point.y + 5]];
    const [found] = map.queryRenderedFeatures(box, { layers });
    if (!found) return;
    const { name, told: words, km } = found.properties;
    const length = km === undefined ? "" : `${Number(km).toLocaleString("vi-VN")} km`;
    told.textContent = [name, words, length].filter(Boolean).join(" · ");
  });
  for (const layer of layers) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
}

async function show(root) {
  const answer = await fetch(root.dataset.fibre, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const data = await answer.json();
  const map = await openMap(root, { label: root.dataset.label, ...view(shownFirst(data.features, root.dataset.fit)) });
  if (!map) return;
  surround(map, root.dataset.tiles, () => {});
  map.addSource("fibre", { type: "geojson", data });
  draw(map);
  tell(map);
  map.once("idle", () => { root.dataset.drawn = "1"; });
}

document.querySelectorAll("[data-fibre]").forEach(show);
