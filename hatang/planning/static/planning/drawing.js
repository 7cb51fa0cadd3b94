// What the maps of planning share: how they open, features, words, and signs drawn on a canvas.
import { openMap } from "../pages/map/basemap.js";
import { surround } from "../pages/map/surroundings.js";

const SIZE = 22;

export const collection = (features) => ({ type: "FeatureCollection", features });
export const number = (value) => value.toLocaleString("vi-VN");
export const zoomed = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
export const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
export const link = (pattern, pk, words) => make("a", { href: pattern.replace(/\/0\/$/, `/${pk}/`) }, words);
export const point = (thing, properties) => ({ type: "Feature", geometry: { type: "Point", coordinates: [thing.lon, thing.lat] }, properties });
export const drawable = (place) => place.lon !== null && place.lat !== null;

function canvas(size) {
  const scale = 2;
  const made = Object.assign(document.createElement("canvas"), { width: size * scale, height: size * scale });
  const pen = made.getContext("2d");
  pen.scale(scale, scale);
  return [pen, () => pen.getImageData(0, 0, size * scale, size * scale)];
}

function lettered(letter, fill, outline) {
  const [pen, taken] = canvas(SIZE);
  pen.beginPath();
  outline(pen);
  Object.assign(pen, { fillStyle: fill, strokeStyle: "#ffffff", lineWidth: 2 });
  pen.fill();
  pen.stroke();
  Object.assign(pen, { fillStyle: "#ffffff", font: '600 13px "Noto Sans", sans-serif', textAlign: "center", textBaseline: "middle" });
  pen.fillText(letter, SIZE / 2, SIZE / 2 + 1);
  return taken();
}

export function diamond(fill, edge) {
  const size = 14;
  const [pen, taken] = canvas(size);
  pen.beginPath();
  [[7, 1], [13, 7], [7, 13], [1, 7]].forEach(([x, y]) => pen.lineTo(x, y));
  pen.closePath();
  Object.assign(pen, { fillStyle: fill, strokeStyle: edge, lineWidth: 1.8, lineJoin: "round" });
  pen.fill();
  pen.stroke();
  return taken();
}

export const squareSign = (letter, fill) => lettered(letter, fill, (pen) => pen.roundRect(1, 1, SIZE - 2, SIZE - 2, 5));
export const roundSign = (letter, fill) => lettered(letter, fill, (pen) => pen.arc(SIZE / 2, SIZE / 2, SIZE / 2 - 1, 0, 2 * Math.PI));

// Fetch a map's figures, then open it; `parts` gives the page's elements by name. Null where figures cannot be had.
export async function openFigures(root, parts, { label, read }) {
  parts.progress.hidden = false;
  try {
    const response = await fetch(root.dataset.url);
    if (!response.ok) throw new Error(String(response.status));
    read(await response.json());
  } catch {
    parts.progress.textContent = "Không tải được bản đồ. Tải lại trang để thử lại.";
    return null;
  }
  parts.asking.hidden = false;
  const box = JSON.parse(parts.bounds.textContent);
  const bounds = box ? [box.slice(0, 2), box.slice(2)] : undefined;
  const map = await openMap(parts.canvas, { ground: root.dataset.ground, label, bounds, padding: 40 });
  parts.progress.hidden = true;
  if (map) {
    surround(map, root.dataset.tiles, () => {});
    map.on("idle", () => { root.dataset.drawn = "1"; });
  }
  const style = getComputedStyle(root);
  return { map, colour: (name) => style.getPropertyValue(`--${name}`).trim() };
}
