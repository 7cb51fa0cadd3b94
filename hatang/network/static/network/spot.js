// Where one thing lies: its point or line on the ground, among the communes round about.
import { BELOW_NAMES, openMap } from "../pages/map/basemap.js";
import { surround } from "../pages/map/surroundings.js";

const root = document.getElementById("spot");
const shape = JSON.parse(document.getElementById("spot-data").textContent);
const INK = "#0b5c8e";

function view() {
  if (shape.type === "Point") return { center: shape.coordinates, zoom: 13.5 };
  const [lons, lats] = [0, 1].map((axis) => shape.coordinates.map((position) => position[axis]));
  const corners = [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
  return { bounds: corners, padding: 40 };
}

const map = await openMap(root, { ...view(), label: root.dataset.label, cooperative: true });
if (map) {
  surround(map, root.dataset.tiles, () => {});
  map.addSource("spot", { type: "geojson", data: shape });
  const line = { "line-color": INK, "line-width": 4 };
  map.addLayer({ id: "spot-line", type: "line", source: "spot", filter: ["==", ["geometry-type"], "LineString"], paint: line }, BELOW_NAMES);
  const dot = { "circle-radius": 8, "circle-color": INK, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 };
  map.addLayer({ id: "spot-point", type: "circle", source: "spot", filter: ["==", ["geometry-type"], "Point"], paint: dot }, BELOW_NAMES);
  map.once("idle", () => { root.dataset.drawn = "1"; });
}
