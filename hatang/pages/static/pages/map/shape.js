// A drawn thing as parts, each of rings, each of [longitude, latitude]; rings are open, a point is a ring of one.
// Read from and written to GeoJSON and to lines of "kinh độ; vĩ độ", as hatang/pages/shapes.py does on the server.
import { read, written } from "./measure.js";

export const LEAST = { Point: 1, LineString: 2, Polygon: 3 };
export const HOLE = "lỗ";
const HOLES = new Set(["lỗ", "lo", "lỗ:", "hole"]);

export class LineError extends Error {}

// Kept to a centimetre; what is drawn is rounded to a decimetre.
const KEPT = 7;
const DRAWN = 6;
const round = (position) => position.slice(0, 2).map((v) => Number(v.toFixed(KEPT)));
export const drawn = (position) => position.map((v) => Number(v.toFixed(DRAWN)));
const open = (ring) => {
  const [first, last] = [ring[0], ring[ring.length - 1]];
  return ring.length > 1 && first[0] === last[0] && first[1] === last[1] ? ring.slice(0, -1) : ring;
};

const [WEST, SOUTH, EAST, NORTH] = [102, 6, 118, 24];
const RIGHT_LINE = "viết kinh độ; vĩ độ, ví dụ 106,7614; 21,8530.";

// Why a position cannot be: nothing when it lies in Việt Nam.
export function outside([lon, lat]) {
  const within = (x, y) => x >= WEST && x <= EAST && y >= SOUTH && y <= NORTH;
  if (within(lon, lat)) return "";
  if (within(lat, lon)) return `kinh độ và vĩ độ đổi chỗ: ${RIGHT_LINE}`;
  return `${written(lon)}; ${written(lat)} nằm ngoài Việt Nam (kinh độ 102 đến 118, vĩ độ 6 đến 24).`;
}

function checked(position, where) {
  const fault = position.length < 2 || !position.every(Number.isFinite) ? RIGHT_LINE : outside(position);
  if (fault) throw new LineError(`${where}: ${fault}`);
  return position;
}

const PARTS = {
  Point: (c) => [[[c]]],
  MultiPoint: (c) => c.map((p) => [[p]]),
  LineString: (c) => [[c]],
  MultiLineString: (c) => c.map((line) => [line]),
  Polygon: (c) => [c.map(open)],
  MultiPolygon: (c) => c.map((polygon) => polygon.map(open)),
};

// Parts of any GeoJSON object; what is neither geometry nor feature has none.
export function partsOf(json) {
  if (json?.type === "FeatureCollection") return json.features.flatMap(partsOf);
  if (json?.type === "Feature") return partsOf(json.geometry);
  if (json?.type === "GeometryCollection") return json.geometries.flatMap(partsOf);
  return PARTS[json?.type]?.(json.coordinates) ?? [];
}

export function toGeoJSON(parts, base, multi) {
  const closed = (ring) => [...ring, ring[0]].map(round);
  const one = { Point: (p) => round(p[0][0]), LineString: (p) => p[0].map(round), Polygon: (p) => p.map(closed) }[base];
  return multi ? { type: `Multi${base}`, coordinates: parts.map(one) } : { type: base, coordinates: one(parts[0]) };
}

export function toLines(parts, base) {
  const line = ([lon, lat]) => `${written(lon, KEPT)}; ${written(lat, KEPT)}`;
  const rings = (part) => part.map((ring) => ring.map(line).join("\n")).join(`\n${HOLE}\n`);
  return parts.map(rings).join(base === "Point" ? "\n" : "\n\n");
}

function position(line, number) {
  const halves = line.includes(";") ? line.split(";") : line.split(/\s+/);
  const [lon, lat] = halves.map(read);
  if (halves.length !== 2 || lon === null || lat === null) {
    throw new LineError(`Dòng ${number}: ${RIGHT_LINE}`);
  }
  return checked([lon, lat], `Dòng ${number}`);
}

function fromLines(text, base) {
  const parts = [];
  let fresh = true;
  text.split("\n").forEach((raw, i) => {
    const line = raw.trim();
    if (!line) fresh = true;
    else if (base === "Polygon" && HOLES.has(line.toLowerCase())) parts[parts.length - 1]?.push([]);
    else {
      const point = position(line, i + 1);
      if (fresh || base === "Point") parts.push([[]]);
      fresh = false;
      parts[parts.length - 1].at(-1).push(point);
    }
  });
  return base === "Polygon" ? parts.map((part) => part.map(open)) : parts;
}

const kindsOf = (json) =>
  (json.features ?? json.geometries)?.flatMap(kindsOf) ?? (json.geometry ? kindsOf(json.geometry) : [json.type.replace("Multi", "")]);

function fromJson(text, base) {
  let parts;
  try {
    const json = JSON.parse(text);
    parts = kindsOf(json).every((kind) => kind === base) ? partsOf(json).map((part) => part.map((ring) => ring.map((p) => p.slice(0, 2)))) : null;
  } catch {
    throw new LineError("Đây không phải là GeoJSON đúng.");
  }
  if (!parts) throw new LineError("GeoJSON này là hình khác loại.");
  vertices(parts).forEach(([, position], i) => checked(position, `Đỉnh thứ ${i + 1}`));
  return parts;
}

// Parts of what was typed: lines, or GeoJSON. Throws a LineError that says where and what would be right.
export function fromText(text, base) {
  const parts = text.trim().startsWith("{") ? fromJson(text, base) : fromLines(text, base);
  if (parts.flat().some((ring) => ring.length < LEAST[base])) {
    throw new LineError(base === "Polygon" ? "Mỗi vùng cần ít nhất ba đỉnh." : "Mỗi đường cần ít nhất hai đỉnh.");
  }
  return parts;
}

export const at = (parts, [part, ring, index]) => parts[part][ring][index];

export function moved(parts, [part, ring, index], position) {
  const next = structuredClone(parts);
  next[part][ring][index] = position;
  return next;
}

export function inserted(parts, [part, ring, index], position) {
  const next = structuredClone(parts);
  next[part][ring].splice(index, 0, position);
  return next;
}

// Without a vertex; a ring too short to be one goes with it, and with an outer ring its holes.
export function without(parts, [part, ring, index], base) {
  const next = structuredClone(parts);
  next[part][ring].splice(index, 1);
  if (next[part][ring].length >= LEAST[base]) return next;
  if (ring === 0) next.splice(part, 1);
  else next[part].splice(ring, 1);
  return next;
}

// Every vertex with its path: [[part, ring, index], position].
export function vertices(parts) {
  return parts.flatMap((rings, p) => rings.flatMap((ring, r) => ring.map((position, i) => [[p, r, i], position])));
}
