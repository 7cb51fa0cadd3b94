// Shows shapes on a map: <div class="draw" data-show="id of the GeoJSON block" data-ground data-tiles data-near data-label>.
// What the map says stands in the page's table too; without WebGL the element stays empty.
import { BELOW_NAMES, FONT, maplibregl, openMap } from "./basemap.js";
import { surround } from "./surroundings.js";

const COLOUR = "#0b5c8a";

function positions(coordinates) {
  return typeof coordinates[0] === "number" ? [coordinates] : coordinates.flatMap(positions);
}

function view(features, near) {
  const all = features.flatMap((feature) => positions(feature.geometry.coordinates));
  if (!all.length) return near ? { center: near, zoom: 8 } : {};
  const bounds = new maplibregl.LngLatBounds(all[0], all[0]);
  for (const position of all) bounds.extend(position.slice(0, 2));
  return { bounds, padding: 40 };
}

async function show(root) {
  const data = JSON.parse(document.getElementById(root.dataset.show).textContent);
  const near = root.dataset.near && !root.dataset.near.includes("None") ? root.dataset.near.split(",").map(Number) : null;
  const holder = document.createElement("div");
  holder.className = "draw__map";
  holder.dataset.ground = root.dataset.ground;
  root.append(holder);
  const map = await openMap(holder, { label: root.dataset.label, ...view(data.features, near) });
  if (!map) return;
  surround(map, root.dataset.tiles, () => {});
  map.addSource("shown", { type: "geojson", data });
  const layer = (id, type, of, paint, more = {}) =>
    map.addLayer({ id, type, source: "shown", filter: ["==", ["geometry-type"], of], paint, ...more }, BELOW_NAMES);
  layer("shown-area", "fill", "Polygon", { "fill-color": COLOUR, "fill-opacity": 0.25 });
  layer("shown-edge", "line", "Polygon", { "line-color": COLOUR, "line-width": 2 });
  layer("shown-line", "line", "LineString", { "line-color": COLOUR, "line-width": 4 });
  const spot = { "circle-color": COLOUR, "circle-radius": 7, "circle-stroke-color": "#fff", "circle-stroke-width": 2 };
  layer("shown-point", "circle", "Point", spot);
  map.addLayer({
    id: "shown-names",
    type: "symbol",
    source: "shown",
    minzoom: 10,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-offset": [0, 1.2], "text-max-width": 12 },
    paint: { "text-color": "#1b1f24", "text-halo-color": "#fff", "text-halo-width": 1.5 },
  });
  root.dataset.shown = data.features.length;
}

document.querySelectorAll("[data-show]").forEach(show);
