// Numbers as people here write them, and lengths and areas on the ellipsoid WGS 84.
const A = 6378137;
const E2 = 0.00669437999014;
const E = Math.sqrt(E2);
const RADIAN = Math.PI / 180;
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/;

// 106.7614 -> "106,7614"
export const written = (value, decimals = 6) => String(Number(value.toFixed(decimals))).replace(".", ",");

// "106,7614" or "106.7614" -> 106.7614; null for anything else.
export function read(text) {
  const bare = text.trim();
  return NUMBER.test(bare) ? Number(bare.replace(",", ".")) : null;
}

// 1234.5 -> "1.234,5"
export function grouped(value, decimals) {
  return new Intl.NumberFormat("vi-VN", { maximumFractionDigits: decimals, useGrouping: "always" }).format(value);
}

const significant = (value) => (value < 10 ? 2 : value < 100 ? 1 : 0);

export const lengthText = (m) => (m < 1000 ? `${grouped(m, significant(m))} m` : `${grouped(m / 1000, significant(m / 1000))} km`);

export function areaText(m2) {
  if (m2 < 10_000) return `${grouped(m2, significant(m2))} m²`;
  const km2 = m2 / 1e6;
  return `${grouped(km2, km2 < 1 ? 3 : significant(km2))} km²`;
}

// Metres between two places; long ways in pieces of at most about a quarter of a degree.
export function metres([lon1, lat1], [lon2, lat2]) {
  const pieces = Math.max(1, Math.ceil(Math.max(Math.abs(lon2 - lon1), Math.abs(lat2 - lat1)) * 4));
  const [dLon, dLat] = [(lon2 - lon1) / pieces, (lat2 - lat1) / pieces];
  let sum = 0;
  for (let i = 0; i < pieces; i += 1) {
    const sin = Math.sin((lat1 + (i + 0.5) * dLat) * RADIAN);
    const w = Math.sqrt(1 - E2 * sin * sin);
    const north = (dLat * RADIAN * A * (1 - E2)) / w ** 3;
    const east = (dLon * RADIAN * A * Math.sqrt(1 - sin * sin)) / w;
    sum += Math.hypot(north, east);
  }
  return sum;
}

// How much ellipsoid lies between the equator and a latitude, for each radian of longitude.
function strip(lat) {
  const sin = Math.sin(lat * RADIAN);
  return ((A * A * (1 - E2)) / 2) * (sin / (1 - E2 * sin * sin) + Math.atanh(E * sin) / E);
}

// Square metres inside a ring (open: its first point is not repeated).
export function ringArea(ring) {
  let sum = 0;
  ring.forEach(([lon, lat], i) => {
    const [nextLon, nextLat] = ring[(i + 1) % ring.length];
    sum += (nextLon - lon) * RADIAN * ((strip(lat) + strip(nextLat)) / 2);
  });
  return Math.abs(sum);
}

export function pathLength(path, closed) {
  const points = closed && path.length > 2 ? [...path, path[0]] : path;
  return points.slice(1).reduce((sum, point, i) => sum + metres(points[i], point), 0);
}
