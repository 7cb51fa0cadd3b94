// What the address bar says about the view, and how it is kept there.
// What things of the network are narrowed down by.
export const FILTERS = ["dn", "loai", "tt", "gd", "mang", "chao", "chung", "trong"];
const NUMBER = /^-?\d+(\.\d+)?$/;

export function readAddress(search = window.location.search) {
  const query = new URLSearchParams(search);
  const [lon, lat, zoom] = (query.get("tam") || "").split(",").map((part) => (NUMBER.test(part) ? Number(part) : NaN));
  const near = [lon, lat, zoom].every(Number.isFinite) && lon > 90 && lon < 130 && lat > 0 && lat < 35;
  return {
    question: query.get("hoi") || "",
    indicator: query.get("ct") || "",
    technology: query.get("cn") || "",
    day: query.get("ngay") || "",
    known: query.get("luc") || "",
    year: Number(query.get("nam")) || null,
    place: Number(query.get("noi")) || null,
    filters: Object.fromEntries(FILTERS.filter((name) => query.get(name)).map((name) => [name, query.get(name)])),
    camera: near ? { center: [lon, lat], zoom } : null,
  };
}

export function addressOf(view, more = {}) {
  const query = new URLSearchParams();
  const put = (name, value) => value && query.set(name, value);
  const plain = !view.question || view.question === "chi-tieu";
  put("hoi", plain ? "" : view.question);
  put("ct", plain ? view.indicator : "");
  put("cn", ["thon", "khu"].includes(view.question) ? view.technology : "");
  put("ngay", view.day);
  put("luc", view.known);
  Object.entries(view.filters ?? {}).forEach(([name, value]) => put(name, value));
  put("nam", view.year);
  put("noi", view.place);
  if (view.camera) {
    const { center, zoom } = view.camera;
    put("tam", [center[0].toFixed(4), center[1].toFixed(4), zoom.toFixed(2)].join(","));
  }
  Object.entries(more).forEach(([name, value]) => put(name, value));
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `?${text}` : window.location.pathname;
}

export function keep(view, { push = false } = {}) {
  const address = addressOf(view);
  if (address === window.location.search || (!window.location.search && !address.startsWith("?"))) return;
  window.history[push ? "pushState" : "replaceState"](null, "", address);
}
