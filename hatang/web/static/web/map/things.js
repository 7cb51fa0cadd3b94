// Words about one thing of the network, from what its tile says, and what tiles are narrowed down by.
import { make, simulatedMark } from "./side.js";

// What filters that are asked of one kind mean for the kind drawn beside it.
const ALIKE = ["dn", "tt"];

// Puts into a tile's address what the layer is narrowed down by, if it is one of things.
export function narrow(query, data, layer) {
  if (!data.things?.kinds.some((kind) => kind.layer === layer)) return;
  const asked = Object.entries(data.things.query);
  const own = layer === data.layer || data.things.kinds.some((kind) => kind.layer === layer && kind.is_shape) ? asked : asked.filter(([name]) => ALIKE.includes(name));
  own.forEach(([name, value]) => query.set(name, value));
  if (data.things.known_at) query.set("luc", data.things.known_at);
}

const written = (day) => day.split("-").reverse().join("/");
const kindOf = (thing, data) => data.things.kinds.find((kind) => kind.layer === thing.layer);
const nameOf = (thing, data) => thing.properties.code ?? `${kindOf(thing, data).label} số ${thing.id}`;

// The page of a thing, which tells what the register held at the instant that the map shows.
function pageOf(thing, data) {
  const page = kindOf(thing, data).page_url.replace("/0/", `/${thing.id}/`);
  return data.things.known_at ? `${page}?luc=${data.things.known_at}` : page;
}

export function thingWords(thing, data) {
  const { commune, owner } = thing.properties;
  return make("div", {}, make("b", {}, nameOf(thing, data)), [commune, owner].filter(Boolean).join(" · "));
}

// The card of a thing that was chosen: whose it is, its class in the legend, what is free, how long it runs.
export function thingCard(thing, data, frame) {
  const { commune, owner, shade, state, sort, tenants, spare, offered, length_km: km, rough, begins, ends, simulated } = thing.properties;
  const kind = kindOf(thing, data);
  const label = frame.shades.find((s) => s.key === shade)?.label;
  const facts = [
    kind.sorts[sort] ?? sort,
    kind.states[state] === label ? "" : kind.states[state],
    tenants === undefined ? "" : `${tenants} doanh nghiệp dùng`,
    spare === undefined ? "" : `còn trống ${spare}`,
    offered ? "chào dùng chung" : "",
    km === undefined ? "" : `${km.toLocaleString("vi-VN", { maximumFractionDigits: 2 })} km`,
    rough ? "điểm làm tròn khoảng 1 km" : "",
    begins ? `từ ${written(begins)}${ends ? ` đến ${written(ends)}` : ""}` : "",
  ];
  const asked = (thing.layer === data.layer || kind.is_shape) && label ? [[make("strong", {}, label)]] : [];
  const marked = simulated ? [" ", simulatedMark()] : [];
  return {
    name: nameOf(thing, data),
    under: [kind.label, commune].filter(Boolean).join(" · "),
    lines: [...asked, [facts.filter(Boolean).join(" · "), ...marked], `${kind.holder}: ${owner}`],
    links: [[pageOf(thing, data), data.things.known_at ? "Sổ khi ấy ghi gì về công trình" : kind.page_words]],
  };
}
