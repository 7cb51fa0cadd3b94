// The ground on which every map of Hatang stands: coast, borders, seas, the two archipelagos, and names in Noto Sans.
// Nothing is asked of any other server: the style is made here, letters are drawn from the page's own fonts.
import * as maplibregl from "../../vendor/maplibre-gl.mjs";

maplibregl.setWorkerUrl(new URL("../../vendor/maplibre-gl-worker.mjs", import.meta.url).href);

export { maplibregl };

// Việt Nam from Hà Giang to Cà Mau, with quần đảo Hoàng Sa and quần đảo Trường Sa.
export const COUNTRY = [[102.0, 6.2], [117.6, 23.6]];
// Layers of data go under the names: map.addLayer(layer, BELOW_NAMES).
export const BELOW_NAMES = "ground-islands";
// For "text-font" of symbol layers; MapLibre reads the weight from the first name and draws with the first font there is.
export const FONT = ["Noto Sans"];
export const FONT_STRONG = ["Noto Sans SemiBold", "Noto Sans"];
export const CREDIT = "Đường bờ và biên giới: Natural Earth (1:10 triệu), minh họa; Hoàng Sa, Trường Sa (Việt Nam)";

const REGION = [[79, -11], [139, 41]];
// One letter of each subset with Vietnamese letters; one that "latin-ext" has too would load its 115 kB for nothing.
const LETTERS = "aẾ";
const INK = "#1b1f24";
const SOFT = "#545d68";
const WATER_INK = "#3d6a8a";

const LOCALE = {
  "AttributionControl.ToggleAttribution": "Hiện hoặc ẩn nguồn",
  "AttributionControl.MapFeedback": "Góp ý về bản đồ",
  "FullscreenControl.Enter": "Xem toàn màn hình",
  "FullscreenControl.Exit": "Thôi xem toàn màn hình",
  "GeolocateControl.FindMyLocation": "Tới vị trí của tôi",
  "GeolocateControl.LocationNotAvailable": "Không biết vị trí của bạn",
  "LogoControl.Title": "MapLibre",
  "Map.Title": "Bản đồ",
  "Marker.Title": "Điểm trên bản đồ",
  "NavigationControl.ResetBearing": "Quay về hướng bắc",
  "NavigationControl.ZoomIn": "Phóng to",
  "NavigationControl.ZoomOut": "Thu nhỏ",
  "Popup.Close": "Đóng",
  "ScaleControl.Meters": "m",
  "ScaleControl.Kilometers": "km",
  "CooperativeGesturesHandler.WindowsHelpText": "Giữ Ctrl và cuộn để phóng to, thu nhỏ bản đồ",
  "CooperativeGesturesHandler.MacHelpText": "Giữ ⌘ và cuộn để phóng to, thu nhỏ bản đồ",
  "CooperativeGesturesHandler.MobileHelpText": "Dùng hai ngón tay để di chuyển bản đồ",
};

export const reducedMotion = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// Whether this browser can draw maps at all.
export function canDraw() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

// Every subset and weight must be there before the first letter is drawn, or a letter from another font stays for good.
export async function loadFonts() {
  const wanted = ["400", "600"].map((weight) => document.fonts.load(`${weight} 24px "Noto Sans"`, LETTERS));
  await Promise.allSettled(wanted);
}

const named = (of) => ["all", ["==", ["get", "kind"], "label"], ["==", ["get", "of"], of]];
const kind = (name) => ["==", ["get", "kind"], name];

function nameLayer(id, of, layout, paint, more = {}) {
  return {
    id,
    type: "symbol",
    source: "ground",
    filter: named(of),
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-max-width": 12, ...layout },
    paint: { "text-halo-color": "rgba(255,255,255,.85)", "text-halo-width": 1.2, ...paint },
    ...more,
  };
}

// The style of the ground alone.
export function groundStyle(address) {
  const fade = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
  return {
    version: 8,
    sources: { ground: { type: "geojson", data: address, attribution: CREDIT, tolerance: 0.2, maxzoom: 9 } },
    layers: [
      { id: "ground-sea", type: "background", paint: { "background-color": "#e6eef4" } },
      { id: "ground-neighbours", type: "fill", source: "ground", filter: kind("neighbour"), paint: { "fill-color": "#f1f1ee" } },
      { id: "ground-vietnam", type: "fill", source: "ground", filter: kind("vietnam"), paint: { "fill-color": "#fffffc" } },
      {
        id: "ground-coast",
        type: "line",
        source: "ground",
        filter: ["in", ["get", "kind"], ["literal", ["neighbour", "vietnam"]]],
        paint: { "line-color": "#a9bccb", "line-width": fade(4, 0.5, 10, 1) },
      },
      {
        id: "ground-borders",
        type: "line",
        source: "ground",
        filter: kind("border"),
        layout: { "line-join": "round" },
        paint: {
          "line-color": ["case", ["get", "ours"], "#7d8792", "#c3c7cb"],
          "line-width": fade(4, ["case", ["get", "ours"], 1, 0.8], 10, ["case", ["get", "ours"], 2, 1.2]),
        },
      },
      {
        id: "ground-islands",
        type: "circle",
        source: "ground",
        filter: kind("island"),
        paint: {
          "circle-color": "#fffffc",
          "circle-radius": fade(3, 1.1, 6, 2.2, 10, 4),
          "circle-stroke-color": "#6f8ba0",
          "circle-stroke-width": fade(3, 0.6, 6, 1),
        },
      },
      nameLayer("ground-seas", "sea", { "text-size": fade(3, 12, 6, 17), "text-letter-spacing": 0.15 }, { "text-color": WATER_INK, "text-halo-width": 0 }),
      nameLayer("ground-gulfs", "gulf", { "text-size": 12, "text-max-width": 6 }, { "text-color": WATER_INK, "text-halo-width": 0 }, { minzoom: 4.3 }),
      nameLayer("ground-neighbour-names", "neighbour", { "text-size": fade(3, 10.5, 6, 13) }, { "text-color": SOFT }, { maxzoom: 9 }),
      nameLayer(
        "ground-country-name",
        "country",
        { "text-size": fade(3, 11, 6, 15), "text-font": FONT_STRONG, "text-letter-spacing": 0.1, "text-max-width": 4 },
        { "text-color": INK },
        { maxzoom: 6.5 },
      ),
      {
        id: "ground-island-names",
        type: "symbol",
        source: "ground",
        filter: kind("island"),
        minzoom: 6.8,
        layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.6, "text-justify": "auto" },
        paint: { "text-color": INK, "text-halo-color": "rgba(255,255,255,.85)", "text-halo-width": 1.2 },
      },
      nameLayer(
        "ground-archipelagos",
        "archipelago",
        { "text-size": fade(3, 10.5, 6, 14), "text-font": FONT_STRONG, "text-allow-overlap": true, "text-ignore-placement": true, "text-anchor": "top", "text-offset": [0, 0.6] },
        { "text-color": INK },
      ),
    ],
  };
}

function say(container, words) {
  const line = document.createElement("p");
  line.className = "map__sorry";
  line.setAttribute("role", "status");
  line.textContent = words;
  container.classList.add("map--without");
  container.replaceChildren(line);
}

/*
 * Open a map in an element and give it when its ground is there; give null where maps cannot be drawn: the element
 * then says so, and whatever table the page has stays.
 *
 * options: bounds ([[west, south], [east, north]], the country when nothing is given), seen from no nearer than the zoom
 * `closest`, or center and zoom; padding;
 * ground (address of the ground; otherwise the element's data-ground); label (what the map shows, for screen readers);
 * interactive; cooperative (page scroll passes over the map; true unless given false); controls; and any option of
 * MapLibre's Map under `map`.
 */
export async function openMap(container, options = {}) {
  const { bounds, closest = 13, center, zoom, interactive = true, cooperative = true, controls = true, padding = 16 } = options;
  if (!canDraw()) {
    say(container, "Trình duyệt này không vẽ được bản đồ (thiếu WebGL 2). Bảng và các ô nhập trên trang vẫn dùng được.");
    return null;
  }
  container.classList.add("map");
  const narrow = container.clientWidth < 680;
  await loadFonts();
  const map = new maplibregl.Map({
    container,
    style: groundStyle(new URL(options.ground || container.dataset.ground || "/ban-do/nen.json", document.baseURI).href),
    ...(center ? { center, zoom: zoom ?? 8 } : { bounds: bounds || COUNTRY, fitBoundsOptions: { padding, maxZoom: closest } }),
    maxBounds: REGION,
    minZoom: 2.5,
    maxZoom: Math.max(17, closest + 1),
    interactive,
    cooperativeGestures: interactive && cooperative,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    fadeDuration: reducedMotion() ? 0 : 200,
    attributionControl: { compact: narrow, customAttribution: "" },
    locale: options.label ? { ...LOCALE, "Map.Title": options.label } : LOCALE,
    ...options.map,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  if (controls) {
    if (interactive) map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new maplibregl.ScaleControl({ unit: "metric", maxWidth: 120 }), narrow ? "top-left" : "bottom-left");
  }
  await new Promise((resolve) => map.once("load", resolve));
  if (narrow) container.querySelector(".maplibregl-ctrl-attrib")?.classList.remove("maplibregl-compact-show");
  container.dataset.ready = "1";
  return map;
}
