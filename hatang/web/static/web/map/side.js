// The words beside the map: sentence, legend, table, the card of the chosen place. The server writes the same first.
const SVG = "http://www.w3.org/2000/svg";
const HOW = { counted: ["●", "đếm từ sổ đăng ký"], measured: ["◆", "đo"], predicted: ["◇", "dự đoán"], reported: ["○", "báo cáo"] };
const HATCH = "M-2 10 10-2M2 18 18 2M10 22 26 6";

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export function swatch(shade) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `swatch swatch--${shade || "nothing"}`);
  svg.setAttribute("viewBox", "0 0 24 16");
  svg.setAttribute("aria-hidden", "true");
  if (shade === "none") {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", HATCH);
    svg.append(path);
  }
  return svg;
}

const simulatedMark = () => make("span", { className: "sim", title: "Dữ liệu mô phỏng" }, "▒ mô phỏng");

function howMark(how) {
  const [shape, word] = HOW[how];
  return make("span", { className: `how how--${how}` }, `${shape} ${word}`);
}

function legendNote(data, frame) {
  const note = make("p", { className: "muted legend__source" });
  if (frame.goal) note.append(`Mục tiêu: ${frame.goal}. `);
  if (data.unit) note.append(`Đơn vị: ${data.unit}. `);
  if (frame.year) note.append(`Năm ${frame.year}. `);
  if (data.question === "chi-tieu") frame.hows.forEach((how) => note.append(howMark(how), " "));
  else note.append(`Nguồn: ${data.source}. `);
  if (frame.simulated) note.append(simulatedMark());
  return note;
}

export function legend(data, frame) {
  const parts = [make("p", { className: "muted legend__source" }, data.boundaries)];
  if (frame.shades.length) {
    const lines = frame.shades.map((s) => make("li", {}, swatch(s.key), make("span", {}, s.label), make("b", {}, s.count.toLocaleString("vi-VN"))));
    const list = make("ul", { className: "classes" }, ...lines);
    list.setAttribute("aria-label", "Chú giải");
    parts.unshift(list, legendNote(data, frame));
  }
  return parts;
}

export function years(data, year) {
  return data.frames
    .filter((frame) => frame.year)
    .map((frame) => {
      const link = make("a", { href: `?nam=${frame.year}` }, String(frame.year));
      link.dataset.year = frame.year;
      if (frame.year === year) link.setAttribute("aria-current", "true");
      return link;
    });
}

function rowOf(data, row, links) {
  const [place, figure, shade, note, value] = row;
  const [name, under] = data.names[place];
  const words = make("span", {}, make("a", { href: links.place(place) }, name), under && make("small", {}, under));
  const shown = value ? make("a", { href: links.value(value) }, figure) : figure;
  const head = make("th", { scope: "row" }, make("div", { className: "named" }, swatch(shade), words));
  const line = make("tr", {}, head, make("td", { className: data.question === "dia-gioi" ? "" : "n" }, shown, note && make("small", {}, note)));
  line.dataset.place = place;
  return line;
}

export function table(data, frame, links) {
  const first = data.question === "dia-gioi" ? "Đơn vị cũ" : data.noun === "xã, phường" ? "Xã, phường" : "Tỉnh, thành phố";
  const figures = make("th", { scope: "col", className: data.question === "dia-gioi" ? "" : "n" }, data.heading);
  const head = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, first), figures));
  const body = make("tbody", {}, ...frame.rows.map((row) => rowOf(data, row, links)));
  return [make("table", { className: "data", id: "map-rows" }, head, body)];
}

// Things of the network may be very many: their list is a page of its own.
function listed(data, place) {
  const query = new URLSearchParams(data.things.list_query);
  const name = data.things.list_of_commune && data.names[place]?.[0];
  if (name) query.set("xa", place);
  const link = make("a", { href: `${data.things.list_url}?${query}` }, `${data.things.list_words}${name ? ` ở ${name}` : ""}`);
  return [make("p", {}, link)];
}

export function things(data, frame, place, links) {
  if (data.things) return listed(data, place);
  const own = frame.items.filter((item) => item[2] === place);
  if (!own.length) return [];
  const title = `${data.itemNoun[0].toUpperCase()}${data.itemNoun.slice(1)}: ${data.names[place][0]}`;
  const lines = own.map(([pk, name, , shade, note]) =>
    make("li", {}, swatch(shade), make("span", {}, make("a", { href: links.item(pk) }, name), note && make("small", {}, note))),
  );
  return [make("h2", { id: "map-items-title" }, title), make("ul", { className: "things" }, ...lines)];
}

// card: { name, under, lines: [text or element], link: [address, words] }
export function card(panel, content, close) {
  const button = make("button", { type: "button", className: "placecard__close", onclick: close }, "×");
  button.setAttribute("aria-label", "Đóng");
  const lines = content.lines.map((line) => make("p", {}, ...(Array.isArray(line) ? line : [line])));
  const links = content.links.map(([address, words]) => make("a", { href: address }, words));
  const spaced = links.flatMap((link, i) => (i ? [" · ", link] : [link]));
  panel.replaceChildren(
    make("h2", {}, content.name),
    ...(content.under ? [make("p", { className: "muted" }, content.under)] : []),
    ...lines,
    ...(links.length ? [make("p", {}, ...spaced)] : []),
    button,
  );
  panel.hidden = false;
}

export { simulatedMark };
