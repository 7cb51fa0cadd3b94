// One half of a run's map: the raster, the villages over it, what changed on top.
import { BELOW_NAMES, FONT, maplibregl, openMap } from "../../pages/map/basemap.js";
import { surround } from "../../pages/map/surroundings.js";

const CLASSES = 5;
const SMALLEST = 12;
const zoomed = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
const collection = (features) => ({ type: "FeatureCollection", features });
const DEEPEST = 13;

// A sign drawn once and used at every village of its class: a diamond, or a triangle up or down.
function sign(points, fill, size, edge) {
  const scale = 2;
  const canvas = Object.assign(document.createElement("canvas"), { width: size * scale, height: size * scale });
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.beginPath();
  points.forEach(([x, y]) => pen.lineTo(1.5 + x * (size - 3), 1.5 + y * (size - 3)));
  pen.closePath();
  Object.assign(pen, { fillStyle: fill, strokeStyle: edge, lineWidth: 1.5, lineJoin: "round" });
  pen.fill();
  pen.stroke();
  return pen.getImageData(0, 0, size * scale, size * scale);
}

const DIAMOND = [[0.5, 0], [1, 0.5], [0.5, 1], [0, 0.5]];
const UP = [[0.5, 0], [1, 1], [0, 1]];
const DOWN = [[0, 0], [1, 0], [0.5, 1]];

export class Half {
  constructor(map, side, { bounds, scope }) {
    Object.assign(this, { map, side });
    const style = getComputedStyle(scope);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    for (let k = 0; k < CLASSES; k += 1) map.addImage(`gap${k}`, sign(DIAMOND, colour(`gap${k}`), SMALLEST + 3 * (CLASSES - 1 - k), "#ffffff"), { pixelRatio: 2 });
    map.addImage("gained", sign(UP, colour("gained"), 24, "#ffffff"), { pixelRatio: 2 });
    map.addImage("lost", sign(DOWN, colour("lost"), 24, "#ffffff"), { pixelRatio: 2 });
    if (side.tiles) this.addRaster(bounds);
    this.addVillages(colour("served"));
  }

  tiles() {
    const address = new URL(this.side.tiles, document.baseURI).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
    return [this.side.follows ? `${address}&nguong=${this.threshold.toFixed(1)}` : address];
  }

  get threshold() {
    return this.side.threshold + (this.shift ?? 0);
  }

  addRaster(bounds) {
    this.map.addSource("raster", { type: "raster", tiles: this.tiles(), tileSize: 256, minzoom: 5, maxzoom: DEEPEST, ...(bounds[0] === null ? {} : { bounds }) });
    this.map.addLayer({ id: "raster", type: "raster", source: "raster", paint: { "raster-opacity": 0.8, "raster-resampling": "nearest", "raster-fade-duration": 0 } }, BELOW_NAMES);
  }

  addVillages(ring) {
    for (const id of ["villages", "changes"]) this.map.addSource(id, { type: "geojson", data: collection([]) });
    const served = ["get", "served"];
    this.map.addLayer({
      id: "served",
      type: "circle",
      source: "villages",
      filter: served,
      paint: { "circle-radius": zoomed(7, 1.4, 10, 3, 14, 6), "circle-color": "#ffffff", "circle-stroke-color": ring, "circle-stroke-width": zoomed(7, 0.7, 11, 1.8) },
    });
    const overlapping = { "icon-allow-overlap": true, "icon-ignore-placement": true };
    this.map.addLayer({
      id: "left-out",
      type: "symbol",
      source: "villages",
      filter: ["!", served],
      layout: { "icon-image": ["concat", "gap", ["to-string", ["get", "gap"]]], "icon-size": zoomed(7, 0.6, 10, 1.2, 14, 2.2), "symbol-sort-key": ["-", 0, ["get", "gap"]], ...overlapping },
    });
    this.map.addLayer({
      id: "changes",
      type: "symbol",
      source: "changes",
      layout: { "icon-image": ["get", "change"], "icon-size": zoomed(7, 0.55, 10, 1, 14, 1.7), "icon-offset": [0, -8], ...overlapping },
    });
    this.map.addLayer({
      id: "village-names",
      type: "symbol",
      source: "villages",
      minzoom: 12,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.9, "text-max-width": 9 },
      paint: { "text-color": "#1b1f24", "text-halo-color": "#ffffff", "text-halo-width": 2 },
    });
  }

  show(villages, changes) {
    this.map.getSource("villages").setData(collection(villages));
    this.map.getSource("changes").setData(collection(changes));
  }

  // Draw everything from another threshold up: `shift` dB from the run's own.
  move(shift) {
    if (shift === this.shift) return;
    this.shift = shift;
    if (this.side.tiles && this.side.follows) this.map.getSource("raster").setTiles(this.tiles());
  }

  onVillage(found) {
    for (const id of ["left-out", "served", "changes"]) {
      this.map.on("click", id, ({ features, lngLat }) => found(features[0].properties.pk, lngLat, this.map));
      this.map.on("mouseenter", id, () => { this.map.getCanvas().style.cursor = "pointer"; });
      this.map.on("mouseleave", id, () => { this.map.getCanvas().style.cursor = ""; });
    }
  }
}

export async function openHalf(container, side, { root, bounds, camera, controls }) {
  const box = bounds[0] === null ? undefined : [bounds.slice(0, 2), bounds.slice(2)];
  const map = await openMap(container, { ground: root.dataset.ground, label: `Bản đồ: ${side.title}`, bounds: box, ...(camera ?? {}), controls });
  if (!map) return null;
  surround(map, root.dataset.tiles, () => {});
  return new Half(map, side, { bounds, scope: root });
}

export function popup(map, lngLat, content) {
  return new maplibregl.Popup({ maxWidth: "20rem", focusAfterOpen: true }).setLngLat(lngLat).setDOMContent(content).addTo(map);
}
