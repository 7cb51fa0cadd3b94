// Shows what becomes of places when cells change: <div data-what-if="id of the block" data-ground data-tiles data-masts>.
// Each outcome has a colour and a shape of its own, as the legend's. A click on a mast says what can be done with it.
import { BELOW_NAMES, FONT } from "../pages/map/basemap.js";
import { openShown } from "../pages/map/show.js";

const SIZE = 30;
const corners = (...points) => points.map(([x, y]) => [x * SIZE, y * SIZE]);
// The shapes of what_if.css; the white rim keeps them apart where they lie close together.
const SHAPES = {
  dark: ["#b3261e", corners([.2, .05], [.5, .33], [.8, .05], [.95, .2], [.67, .5], [.95, .8], [.8, .95], [.5, .67], [.2, .95], [.05, .8], [.33, .5], [.05, .2])],
  lost: ["#b3561e", corners([.05, .1], [.95, .1], [.5, .95])],
  gained: ["#1f7a3d", corners([.5, .05], [.95, .9], [.05, .9])],
  kept: ["#6d9dbd", null],
  site: ["#1b1f24", corners([.15, .15], [.85, .15], [.85, .85], [.15, .85])],
};
const ORDER = ["kept", "gained", "lost", "dark", "added", "altered", "off"];
const icon = ["match", ["get", "sort"], ...Object.keys(SHAPES).flatMap((name) => [name, `whatif-${name}`]), "whatif-site"];
const rank = ["match", ["get", "sort"], ...ORDER.flatMap((sort, place) => [sort, place]), 0];

function drawn([colour, points]) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  pen.beginPath();
  if (points) points.forEach(([x, y], k) => (k ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  else pen.arc(SIZE / 2, SIZE / 2, SIZE * .33, 0, 2 * Math.PI);
  pen.closePath();
  Object.assign(pen, { fillStyle: colour, strokeStyle: "#fff", lineWidth: 2.5, lineJoin: "round" });
  pen.fill();
  pen.stroke();
  return pen.getImageData(0, 0, SIZE, SIZE);
}

function link(words, change) {
  const query = new URLSearchParams(location.search);
  query.delete("tim");
  change(query);
  const made = document.createElement("a");
  made.href = `${location.pathname}?${query}`;
  made.textContent = words;
  return made;
}

// Says which mast was chosen and what can be done with it.
function pick(told, mast) {
  const name = mast.properties.code ?? `số ${mast.id}`;
  const off = link("Tắt cột này", (query) => query.append("neu", `cot-${mast.id}`));
  const alter = link("Quay, nâng, đổi công suất ăng ten", (query) => query.set("cot", mast.id));
  alter.hash = "o";
  told.replaceChildren(`Cột ${name}: `, off, " · ", alter);
}

async function show(root) {
  const map = await openShown(root, root.dataset.whatIf);
  if (!map) return;
  for (const [name, shape] of Object.entries(SHAPES)) map.addImage(`whatif-${name}`, drawn(shape), { pixelRatio: 2 });
  const tiles = new URL(root.dataset.masts, document.baseURI).href.replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt");
  map.addSource("masts", { type: "vector", tiles: [tiles], minzoom: 6, maxzoom: 14 });
  const dot = { "circle-color": "#fff", "circle-radius": 4, "circle-stroke-color": "#1b1f24", "circle-stroke-width": 1.5 };
  map.addLayer({ id: "masts", type: "circle", source: "masts", "source-layer": "masts", minzoom: 7, paint: dot }, BELOW_NAMES);
  const names = { "text-field": ["step", ["zoom"], "", 11, ["get", "name"]], "text-font": FONT, "text-size": 12, "text-optional": true };
  const placed = { "icon-image": icon, "icon-allow-overlap": true, "symbol-sort-key": rank, "text-anchor": "top", "text-offset": [0, .7] };
  const ink = { "text-color": "#1b1f24", "text-halo-color": "#fff", "text-halo-width": 1.5 };
  map.addLayer({ id: "outcomes", type: "symbol", source: "shown", layout: { ...names, ...placed }, paint: ink });
  const told = document.querySelector("[data-picked]");
  map.on("click", "masts", (event) => pick(told, event.features[0]));
  map.on("mouseenter", "masts", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "masts", () => { map.getCanvas().style.cursor = ""; });
}

document.querySelectorAll("[data-what-if]").forEach(show);
