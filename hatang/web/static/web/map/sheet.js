// The sheet of paper: the map as a picture sharp enough to print, the whole country beside it, and all of it as PNG.
import { openMap } from "../../pages/map/basemap.js";
import { Drawing } from "./draw.js";
import { picture } from "./picture.js";
import { narrow } from "./things.js";

const part = (id) => document.getElementById(id);
const sheet = part("sheet");
const tools = part("sheet-tools");
const data = JSON.parse(part("map-data").textContent);
const { units, province, tiles: tilesUrl, name } = sheet.dataset;
const query = new URLSearchParams(window.location.search);
// All of the country with room for the names of both archipelagos.
const WHOLE = [[101.8, 5.4], [117.8, 23.6]];
const NEEDLESS = ["ground-neighbour-names", "ground-country-name", "ground-seas", "ground-gulfs"];
const METRES_PER_PIXEL = 78271.51696;
const large = sheet.dataset.paper.startsWith("a3");
const sharp = large ? 2.5 : 3;

const frame = data.frames.find((f) => f.year === Number(query.get("nam"))) || data.frames[data.frames.length - 1];

function say(words) {
  part("sheet-status").textContent = words;
}

function tiles(layer, day) {
  const asked = new URLSearchParams();
  if (province && layer !== "provinces") asked.set("tinh", province);
  if (day) asked.set("ngay", day);
  narrow(asked, data, layer);
  return `${new URL(tilesUrl.replace("LAYER", layer), document.baseURI).href}?${asked}`.replaceAll("%7B", "{").replaceAll("%7D", "}");
}

function bounds() {
  const [west, south, east, north] = (query.get("khung") || "").split(",").map(Number);
  const good = [west, south, east, north].every(Number.isFinite) && west < east && south < north && west > 60 && east < 150;
  return good ? [[west, south], [east, north]] : [[data.bounds[0], data.bounds[1]], [data.bounds[2], data.bounds[3]]];
}

const still = {
  interactive: false,
  controls: false,
  map: { attributionControl: false, fadeDuration: 0, pixelRatio: sharp, canvasContextAttributes: { preserveDrawingBuffer: true } },
};

const rest = (map) => new Promise((resolve) => (map.loaded() && map.areTilesLoaded() ? resolve() : map.once("idle", resolve)));

// The map becomes a picture: paper needs no WebGL, and printing cannot wait for tiles.
async function develop(map, container, words) {
  map.triggerRepaint();
  await new Promise((resolve) => map.once("idle", resolve));
  const image = Object.assign(new Image(), { src: map.getCanvas().toDataURL("image/png"), alt: words });
  await image.decode();
  const { lat } = map.getCenter();
  const metres = (METRES_PER_PIXEL * Math.cos((lat * Math.PI) / 180)) / 2 ** map.getZoom();
  map.remove();
  container.className = container.className.replace(/\bmap\S*|maplibregl-\S+/g, "").trim();
  container.replaceChildren(image);
  return metres;
}

function scaleBar(metres) {
  const most = metres * 140;
  const power = 10 ** Math.floor(Math.log10(most));
  const length = [5, 2, 1].map((step) => step * power).find((step) => step <= most);
  const line = part("sheet-scale");
  line.querySelector("i").style.width = `${length / metres}px`;
  line.querySelector("span").textContent = length >= 1000 ? `${(length / 1000).toLocaleString("vi-VN")} km` : `${length} m`;
  line.hidden = false;
}

async function main() {
  const container = part("sheet-map");
  const padding = query.get("khung") ? 0 : 12;
  const map = await openMap(container, { ...still, bounds: bounds(), padding });
  if (!map) return say("Trình duyệt này không vẽ được bản đồ; hãy in bảng từ trang bản đồ.");
  let failed = false;
  map.on("error", () => { failed = true; });
  const drawing = new Drawing(map, { scope: sheet, units, province, tiles, scale: large ? 1.5 : 1.2, letters: large ? 1.3 : 1 });
  drawing.show(data, query.get("ngay") || "");
  drawing.paint(frame);
  const chosen = Number(query.get("noi"));
  if (chosen && data.names[chosen]) drawing.choose({ layer: data.layer === "former" ? "former" : units, id: chosen });
  await rest(map);
  scaleBar(await develop(map, container, `Bản đồ: ${data.title}`));
  if (part("sheet-inset")) await inset(part("sheet-inset"));
  sheet.dataset.ready = "1";
  say(failed ? "Một phần bản đồ không tải được; hãy tải lại trang trước khi in." : "");
  part("sheet-print").disabled = part("sheet-png").disabled = false;
}

async function inset(container) {
  const map = await openMap(container, { ...still, bounds: WHOLE, padding: 2 });
  if (!map) return;
  NEEDLESS.forEach((id) => map.getLayer(id) && map.setLayoutProperty(id, "visibility", "none"));
  map.setLayoutProperty("ground-archipelagos", "text-size", 9.5);
  const [west, south, east, north] = data.bounds;
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
  map.addSource("here", { type: "geojson", data: { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } } });
  map.addSource("tiles-provinces", { type: "vector", tiles: [tiles("provinces", "")], maxzoom: 14 });
  const own = ["==", ["get", "code"], province];
  map.addLayer({ id: "province", type: "fill", source: "tiles-provinces", "source-layer": "provinces", filter: own, paint: { "fill-color": "#0b5c8e" } });
  map.addLayer({ id: "here", type: "line", source: "here", paint: { "line-color": "#a81e1e", "line-width": 1.4 } });
  await rest(map);
  await develop(map, container, "Việt Nam, có quần đảo Hoàng Sa và quần đảo Trường Sa");
}

tools.elements.giay.addEventListener("change", () => tools.submit());
part("sheet-print").addEventListener("click", () => window.print());
part("sheet-png").addEventListener("click", async () => {
  const blob = await picture(sheet, sharp);
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `${name}.png` });
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});

main();
