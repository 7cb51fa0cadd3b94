// Draws the few things that a page names (GeoJSON in #around) on a small map; the page's tables say the same in words.
import { BELOW_NAMES, FONT, openMap } from "../pages/map/basemap.js";
import { surround } from "../pages/map/surroundings.js";

const INK = { proposed: "#0b5c8a", candidates: "#1f7a3d", spacing: "#b3261e", planned: "#8f4a00", kept: "#0b5c8a", other: "#b3261e" };
const colour = ["match", ["get", "sort"], ...Object.entries(INK).flat(), "#545d68"];

function frame(features) {
  const spots = features.flatMap(({ geometry }) => (geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates));
  const [lons, lats] = [0, 1].map((axis) => spots.map((spot) => spot[axis]));
  const margin = 0.0002;
  return [
    [Math.min(...lons) - margin, Math.min(...lats) - margin],
    [Math.max(...lons) + margin, Math.max(...lats) + margin],
  ];
}

async function show(root) {
  const data = JSON.parse(document.getElementById("around").textContent);
  const bounds = frame(data.features);
  const map = await openMap(root, { bounds, label: root.dataset.label, map: { maxZoom: 19 } });
  if (!map) return;
  map.fitBounds(bounds, { padding: 70, maxZoom: 18, animate: false });
  surround(map, root.dataset.tiles, () => {});
  map.addSource("around", { type: "geojson", data });
  map.addLayer({ id: "lines", type: "line", source: "around", filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": colour, "line-width": ["match", ["get", "sort"], "proposed", 4, 2.5] } }, BELOW_NAMES);
  map.addLayer({ id: "points", type: "circle", source: "around", filter: ["==", ["geometry-type"], "Point"], layout: { "circle-sort-key": ["match", ["get", "sort"], "proposed", 2, "kept", 1, 0] }, paint: { "circle-color": colour, "circle-radius": ["match", ["get", "sort"], "proposed", 8, 6], "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 } });
  map.addLayer({ id: "names", type: "symbol", source: "around", layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 0.8 }, paint: { "text-color": "#1b1f24", "text-halo-color": "rgba(255,255,255,.9)", "text-halo-width": 1.2 } });
}

document.querySelectorAll(".around").forEach(show);
