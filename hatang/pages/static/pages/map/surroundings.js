// The communes round about, so that one sees where one draws: thin lines, pale where a boundary is only illustrative,
// and each name once. Their tiles are the map page's.
import { BELOW_NAMES, FONT } from "./basemap.js";

const LAYER = "communes";
const empty = { type: "FeatureCollection", features: [] };

// `address` is a tile's address with /0/0/0 in it; `tell` hears whether an illustrative boundary is in view.
export function surround(map, address, tell) {
  const tiles = new URL(address, document.baseURI).href.replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt");
  map.addSource("units", { type: "vector", tiles: [tiles], minzoom: 6, maxzoom: 14 });
  map.addSource("unit-names", { type: "geojson", data: empty });
  const line = (id, illustrative, colour) => {
    const filter = ["==", ["to-boolean", ["get", "illustrative"]], illustrative];
    const paint = { "line-color": colour, "line-width": 1 };
    map.addLayer({ id, type: "line", source: "units", "source-layer": LAYER, minzoom: 8, filter, paint }, BELOW_NAMES);
  };
  line("units-illustrative", true, "#b9c2cb");
  line("units", false, "#6b7683");
  map.addLayer({
    id: "unit-names",
    type: "symbol",
    source: "unit-names",
    minzoom: 9.3,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-max-width": 8 },
    paint: { "text-color": "#545d68", "text-halo-color": "rgba(255,255,255,.9)", "text-halo-width": 1.2 },
  });
  let written = "";
  map.on("idle", () => {
    tell(map.queryRenderedFeatures({ layers: ["units-illustrative"] }).length > 0);
    const features = namesOf(map.querySourceFeatures("units", { sourceLayer: LAYER }), map.getBounds().toArray());
    const now = JSON.stringify(features);
    if (now === written) return;
    written = now;
    map.getSource("unit-names").setData({ type: "FeatureCollection", features });
  });
}

// A commune comes in pieces, one for each tile: its name goes into the largest piece in view, a little below its middle.
function namesOf(pieces, [[viewWest, viewSouth], [viewEast, viewNorth]]) {
  const largest = new Map();
  for (const { id, properties, geometry } of pieces) {
    const rings = geometry.type === "Polygon" ? [geometry.coordinates[0]] : geometry.coordinates.map((part) => part[0]);
    for (const [west, south, east, north] of rings.map(frame)) {
      const [left, right] = [Math.max(west, viewWest), Math.min(east, viewEast)];
      const [low, high] = [Math.max(south, viewSouth), Math.min(north, viewNorth)];
      const size = Math.max(0, right - left) * Math.max(0, high - low);
      if (size <= (largest.get(id)?.size ?? 0)) continue;
      largest.set(id, { size, name: properties.name, coordinates: [(left + right) / 2, low + 0.4 * (high - low)] });
    }
  }
  return [...largest.values()].map(({ name, coordinates }) => ({
    type: "Feature",
    properties: { name },
    geometry: { type: "Point", coordinates },
  }));
}

function frame(ring) {
  const [lons, lats] = [0, 1].map((axis) => ring.map((position) => position[axis]));
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
