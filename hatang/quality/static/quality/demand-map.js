// Shows totals by commune: the more asked, the larger the ring. The list beneath says the same.
import { BELOW_NAMES, FONT } from "../pages/map/basemap.js";
import { openShown } from "../pages/map/show.js";

const root = document.querySelector("[data-demand-map]");
const map = await openShown(root, "demand-shapes");
if (map) {
  const radius = ["interpolate", ["linear"], ["sqrt", ["get", "n"]], 1, 6, 10, 20, 40, 44];
  const paint = { "circle-color": "#0b5c8a", "circle-opacity": 0.35, "circle-radius": radius, "circle-stroke-color": "#0b5c8a", "circle-stroke-width": 2 };
  map.addLayer({ id: "demand", type: "circle", source: "shown", paint }, BELOW_NAMES);
  map.addLayer({
    id: "demand-names",
    type: "symbol",
    source: "shown",
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-anchor": "top", "text-offset": [0, 0.6] },
    paint: { "text-color": "#1b1f24", "text-halo-color": "#fff", "text-halo-width": 1.5 },
  });
}
