// Shows the GeoJSON of a page's block on a map: <div data-show="id of the block" data-ground data-tiles data-label>, with
// data-near ("lon,lat") where the block may be empty and data-closest (a zoom) where the map opens nearer, or less near,
// than others. A feature's `name` stands beside it; its `sort` gives its colour, and the later of SORTS lie on top.
// What the map says stands in the page's words too.
import { BELOW_NAMES, FONT, maplibregl, openMap } from "./basemap.js";
import { surround } from "./surroundings.js";

const COLOUR = "#0b5c8a";
const SORTS = { spacing: "#b3261e", candidates: "#1f7a3d", planned: "#8f4a00", other: "#b3261e", kept: COLOUR, proposed: COLOUR };
// What only lies around is drawn smaller.
const AROUND = ["spacing", "planned", "candidates"];
const bySort = (values, otherwise) => ["match", ["get", "sort"], ...Object.entries(values).flat(), otherwise];
const colour = bySort(SORTS, COLOUR);
const rank = bySort(Object.fromEntries(Object.keys(SORTS).map((sort, i) => [sort, i])), 0);
// What could carry a proposed line lies under it, broader: mostly they run the same way, and one would hide the other.
const LINE_WIDTH = ["match", ["get", "sort"], "candidates", 10, ["spacing", "planned"], 2.5, 4];
const sized = (around, otherwise) => ["match", ["get", "sort"], AROUND, around, otherwise];

function positions(coordinates) {
  return typeof coordinates[0] === "number" ? [coordinates] : coordinates.flatMap(positions);
}

function view(features, near) {
  const bounds = new maplibregl.LngLatBounds();
  for (const { geometry } of features) for (const [lon, lat] of positions(geometry.coordinates)) bounds.extend([lon, lat]);
  if (!bounds.isEmpty()) return { bounds: bounds.toArray(), padding: 60 };
  return near ? { center: near.split(",").map(Number), zoom: 8 } : {};
}

// Opens the map on what the block holds, which is its source "shown"; gives null where maps cannot be drawn.
export async function openShown(root, block) {
  const data = JSON.parse(document.getElementById(block).textContent);
  const { near, closest, label, tiles } = root.dataset;
  const map = await openMap(root, { label, ...view(data.features, near), ...(closest ? { closest: Number(closest) } : {}) });
  if (!map) return null;
  surround(map, tiles, () => {});
  map.addSource("shown", { type: "geojson", data });
  map.once("idle", () => { root.dataset.drawn = "1"; });
  return map;
}

async function show(root) {
  const map = await openShown(root, root.dataset.show);
  if (!map) return;
  const layer = (id, type, of, paint, layout = {}) =>
    map.addLayer({ id, type, source: "shown", filter: ["==", ["geometry-type"], of], paint, layout }, BELOW_NAMES);
  layer("shown-area", "fill", "Polygon", { "fill-color": colour, "fill-opacity": 0.25 });
  layer("shown-edge", "line", "Polygon", { "line-color": colour, "line-width": 2 });
  layer("shown-line", "line", "LineString", { "line-color": colour, "line-width": LINE_WIDTH }, { "line-sort-key": rank });
  const spot = { "circle-color": colour, "circle-radius": sized(6, 8), "circle-stroke-color": "#fff", "circle-stroke-width": 2 };
  layer("shown-point", "circle", "Point", spot, { "circle-sort-key": rank });
  map.addLayer({
    id: "shown-names",
    type: "symbol",
    source: "shown",
    minzoom: 10,
    layout: {
      "text-field": ["coalesce", ["get", "name"], ""],
      "text-font": FONT,
      "text-size": 12,
      "text-max-width": 12,
      "text-variable-anchor": ["top", "bottom", "left", "right"],
      "text-radial-offset": 0.9,
    },
    paint: { "text-color": "#1b1f24", "text-halo-color": "#fff", "text-halo-width": 1.5 },
  });
}

document.querySelectorAll("[data-show]").forEach(show);
