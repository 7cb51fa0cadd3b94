// Draw and correct a point, line or polygon on a map, by mouse, finger or keyboard; every act can be undone.
import { BELOW_NAMES, openMap } from "./basemap.js";
import { crosshairOver } from "./crosshair.js";
import { handlesOver } from "./handles.js";
import { areaText, lengthText, pathLength, ringArea, written } from "./measure.js";
import { LEAST, at, drawn, inserted, moved, outside, partsOf, toGeoJSON, vertices, without } from "./shape.js";
import { surround } from "./surroundings.js";

const SNAP_PX = 12;
const REACH_PX = 16;
const SAME_PX = 3;
const MOST_STEPS = 200;
const MOST_KEPT_VERTICES = 400_000;
const NAMES = { Point: "điểm", LineString: "đường", Polygon: "vùng" };
const BY_POINTER = "Bấm từng đỉnh, bấm đúp hoặc Enter để xong. Kéo đỉnh để sửa; kéo chấm nhỏ để thêm đỉnh.";
const HELP = { Point: "Bấm lên bản đồ để đặt điểm; kéo điểm để sửa.", LineString: BY_POINTER, Polygon: BY_POINTER };
const MOVE_KEYS = "Phím Tab vào bản đồ. Mũi tên đưa bản đồ tới dấu + ở giữa (giữ Shift: từng chút); phím + và - phóng to, thu nhỏ.";
const DRAW_KEYS =
  "Space đặt đỉnh, Enter xong, Esc bỏ. Sửa: N, P tới đỉnh kế tiếp, đỉnh trước; Space cầm và đặt xuống; Delete xóa. Ctrl+Z hoàn tác.";
const KEYS = {
  Point: `${MOVE_KEYS} Space đặt điểm.`,
  LineString: `${MOVE_KEYS} ${DRAW_KEYS}`,
  Polygon: `${MOVE_KEYS} ${DRAW_KEYS}`,
};

let opened = 0;
const said = ([lon, lat]) => `${written(lon, 5)}; ${written(lat, 5)}`;
const same = (a, b) => a && b && a.every((v, i) => v === b[i]);

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/*
 * Open an editor in an element (its map goes into `.draw__map`, made here). `store` has parts (what is there at first)
 * and write(parts, json), called after every change. Gives {set(parts), refuse(words), finish()}, or null without WebGL.
 */
export async function openEditor(root, { base, multi = false, store, reference = null, near = null, label }) {
  const tools = element("div", "draw__tools");
  tools.setAttribute("role", "group");
  tools.setAttribute("aria-label", label);
  const holder = element("div", "draw__map");
  const news = element("p", "draw__news");
  news.setAttribute("role", "status");
  const help = element("p", "field__help", HELP[base]);
  const keys = element("details", "draw__keys");
  keys.append(element("summary", "", "Dùng bàn phím"), element("p", "", KEYS[base]));
  const note = element("p", "field__help", "Ranh giới xã, phường màu nhạt là ranh giới minh hoạ.");
  note.hidden = true;
  keys.lastChild.id = `draw-keys-${++opened}`;
  root.prepend(help, tools, holder, note, news, keys);
  root.classList.toggle("draw--point", base === "Point");
  holder.dataset.ground = root.dataset.ground;
  const around = [...vertices(store.parts), ...vertices(reference ? partsOf(reference) : [])].map(([, p]) => p);
  const map = await openMap(holder, { label, ...firstView(around, near) });
  if (!map) {
    for (const part of [help, tools, note, news, keys]) part.remove();
    return null;
  }
  map.getCanvas().setAttribute("aria-describedby", keys.lastChild.id);
  const editor = new Editor({ root, tools, holder, note, news, map, base, multi, store, reference });
  holder.dataset.editor = "1";
  return editor;
}

// Where the map opens: on what is drawn, beside it, near a place, or on the whole country.
function firstView(around, near) {
  if (!around.length) return near ? { center: near, zoom: 10 } : {};
  const bounds = [0, 1].map((end) => [0, 1].map((axis) => Math[end ? "max" : "min"](...around.map((p) => p[axis]))));
  return same(bounds[0], bounds[1]) ? { center: bounds[0], zoom: 11 } : { bounds, padding: 40 };
}

class Editor {
  constructor(given) {
    Object.assign(this, given);
    this.parts = this.store.parts;
    this.sketch = [];
    this.chosen = null;
    this.lifted = false;
    this.past = [];
    this.future = [];
    this.pointer = null;
    this.drawing = !this.parts.length;
    const fixed = this.reference ? partsOf(this.reference) : [];
    this.fixed = vertices(fixed).map(([, position]) => position);
    this.edges = fixed.flat().flatMap((ring) => ring.slice(1).map((to, i) => [ring[i], to]));
    this.layers();
    this.toolbar();
    this.handles = handlesOver(this.map, {
      grabbed: (spot) => this.grabbed(spot),
      dragged: (spot, position) => this.dragged(spot, position),
      dropped: (spot, cancelled) => this.dropped(spot, cancelled),
      pressed: (spot) => this.pressed(spot),
    });
    crosshairOver(this.map, { key: (event, centre) => this.key(event, centre), moved: (centre) => this.hover(centre) });
    this.map.on("click", (event) => this.click(event.lngLat.toArray()));
    this.map.on("dblclick", (event) => {
      if (this.drawing && this.base !== "Point") event.preventDefault();
      this.finish();
    });
    this.map.on("mousemove", (event) => this.hover(event.lngLat.toArray()));
    this.map.on("moveend", () => this.tell());
    this.root.closest("form")?.addEventListener("submit", () => this.finish());
    this.refresh();
  }

  layers() {
    const { tiles } = this.root.dataset;
    if (tiles) surround(this.map, tiles, (illustrative) => (this.note.hidden = !illustrative));
    const empty = { type: "FeatureCollection", features: [] };
    const add = (id, type, source, paint, filter) =>
      this.map.addLayer({ id, type, source, paint, ...(filter ? { filter } : {}) }, BELOW_NAMES);
    if (this.reference) {
      this.map.addSource("draw-reference", { type: "geojson", data: this.reference });
      add("draw-reference", "line", "draw-reference", { "line-color": "#545d68", "line-width": 1.2, "line-dasharray": [4, 2] });
      const dot = { "circle-radius": 3, "circle-color": "#ffffff", "circle-stroke-color": "#545d68", "circle-stroke-width": 1.2 };
      add("draw-reference-points", "circle", "draw-reference", dot, ["==", ["geometry-type"], "Point"]);
    }
    this.map.addSource("draw", { type: "geojson", data: empty, tolerance: 0 });
    add("draw-fill", "fill", "draw", { "fill-color": "#0b5c8e", "fill-opacity": 0.15 }, ["==", ["geometry-type"], "Polygon"]);
    const line = { "line-color": "#0b5c8e", "line-width": 2.5 };
    add("draw-line", "line", "draw", line, ["!", ["to-boolean", ["get", "rubber"]]]);
    add("draw-rubber", "line", "draw", { ...line, "line-dasharray": [2, 2] }, ["to-boolean", ["get", "rubber"]]);
  }

  toolbar() {
    const button = (text, act, title = "") => {
      const made = element("button", "btn btn--secondary draw__tool", text);
      made.type = "button";
      made.title = title;
      made.addEventListener("click", act);
      this.tools.append(made);
      return made;
    };
    const name = NAMES[this.base];
    this.buttons = {};
    if (this.base !== "Point" || this.multi) {
      this.buttons.draw = button(this.multi ? `Vẽ thêm ${name}` : `Vẽ lại ${name}`, () => this.begin());
    }
    if (this.base !== "Point") {
      this.buttons.finish = button("Xong", () => this.finish(), "Enter, hoặc bấm đúp");
      this.buttons.cancel = button("Bỏ nét đang vẽ", () => this.cancel(), "Esc");
    }
    if (this.base !== "Point" || this.multi) this.buttons.remove = button("Xóa đỉnh", () => this.remove(), "Delete");
    this.buttons.undo = button("Hoàn tác", () => this.undo(), "Ctrl+Z");
    this.buttons.redo = button("Làm lại", () => this.redo(), "Ctrl+Y");
    this.buttons.clear = button(this.base === "Point" && !this.multi ? "Xóa điểm" : "Xóa tất cả", () => this.clear());
    this.buttons.clear.classList.replace("btn--secondary", "btn--danger");
    if (this.base !== "Point" || this.reference) this.snapBox();
  }

  snapBox() {
    const row = element("label", "draw__snap");
    this.snaps = document.createElement("input");
    this.snaps.type = "checkbox";
    this.snaps.checked = Boolean(this.reference);
    row.append(this.snaps, "Bắt dính vào đỉnh, tuyến và đường có sẵn");
    this.tools.append(row);
  }

  // What stands drawn, kept for undo, then told to the form.
  commit(parts, sketch, words = "") {
    this.keep();
    this.restore(parts, sketch, words);
  }

  keep() {
    this.past.push([this.parts, this.sketch]);
    const most = Math.min(MOST_STEPS, Math.max(10, MOST_KEPT_VERTICES / (vertices(this.parts).length + 1)));
    if (this.past.length > most) this.past.shift();
    this.future = [];
  }

  restore(parts, sketch, words) {
    const before = this.parts;
    [this.parts, this.sketch] = [parts, sketch];
    this.chosen = null;
    this.lifted = false;
    if (sketch.length || !parts.length) this.drawing = true;
    if (parts !== before) this.write();
    this.refresh();
    if (words) this.tell(words);
  }

  write() {
    this.store.write(this.parts, this.parts.length ? toGeoJSON(this.parts, this.base, this.multi) : null);
  }

  // Take parts that were typed elsewhere, and show them where they are out of view.
  set(parts) {
    this.keep();
    [this.parts, this.sketch, this.chosen] = [parts, [], null];
    this.drawing = !parts.length;
    this.refresh();
    const all = vertices(parts).map(([, position]) => position);
    if (all.length && !all.every((position) => this.map.getBounds().contains(position))) {
      const { center, zoom, bounds } = firstView(all, null);
      if (center) this.map.jumpTo({ center, zoom: Math.max(this.map.getZoom(), Math.min(zoom, 9)) });
      else this.map.fitBounds(bounds, { padding: 40, duration: 0 });
    }
  }

  refuse(words) {
    this.tell(words, true);
  }

  begin() {
    this.finish();
    this.drawing = true;
    this.chosen = null;
    this.refresh();
    this.map.getCanvas().focus({ preventScroll: true });
  }

  click(position) {
    if (this.lifted) this.drop(this.snapped(position));
    else if (this.drawing || (this.base === "Point" && !this.multi)) this.add(this.snapped(position));
    else if (this.chosen) {
      this.chosen = null;
      this.refresh();
    }
  }

  add(position) {
    if (outside(position)) {
      this.tell(outside(position), true);
      return;
    }
    const last = this.sketch[this.sketch.length - 1];
    if (last && this.apart(last, position) < SAME_PX) return;
    if (this.base === "Point") {
      this.commit(this.multi ? [...this.parts, [[position]]] : [[[position]]], [], `Đã đặt điểm ${said(position)}.`);
      this.drawing = this.multi;
      this.refresh();
      return;
    }
    if (this.sketch.length >= LEAST.Polygon && this.base === "Polygon" && this.apart(this.sketch[0], position) < REACH_PX / 2) {
      this.finish();
      return;
    }
    this.commit(this.parts, [...this.sketch, position], `Đã đặt đỉnh ${this.sketch.length + 1}: ${said(position)}.`);
  }

  finish() {
    if (!this.sketch.length) return;
    if (this.sketch.length < LEAST[this.base]) {
      this.tell(`Cần ít nhất ${LEAST[this.base]} đỉnh mới thành một ${NAMES[this.base]}.`, true);
      return;
    }
    const count = this.sketch.length;
    this.drawing = false;
    this.commit([...(this.multi ? this.parts : []), [this.sketch]], [], `Đã vẽ xong ${NAMES[this.base]} ${count} đỉnh.`);
  }

  cancel() {
    if (this.lifted) this.restore(this.parts, this.sketch, "Đã đặt đỉnh lại chỗ cũ.");
    else if (this.sketch.length) {
      this.commit(this.parts, [], "Đã bỏ nét đang vẽ.");
      this.drawing = !this.parts.length;
      this.refresh();
    } else if (this.drawing && this.parts.length) {
      this.drawing = false;
      this.refresh();
    } else if (this.chosen) {
      this.chosen = null;
      this.refresh();
    }
  }

  remove() {
    if (this.sketch.length) this.commit(this.parts, this.sketch.slice(0, -1), "Đã xóa đỉnh cuối.");
    else if (this.chosen) this.commit(without(this.parts, this.chosen, this.base), [], "Đã xóa đỉnh.");
    else this.tell("Chọn một đỉnh trước: bấm vào đỉnh, hoặc phím N để tới đỉnh kế tiếp.");
  }

  clear() {
    const count = vertices(this.parts).length + this.sketch.length;
    if (!count || !window.confirm(`Xóa toàn bộ hình đã vẽ (${count} đỉnh)? Vẫn có thể hoàn tác.`)) return;
    this.commit([], [], "Đã xóa tất cả.");
  }

  undo() {
    this.travel(this.past, this.future, "Đã hoàn tác.");
  }

  redo() {
    this.travel(this.future, this.past, "Đã làm lại.");
  }

  travel(from, to, words) {
    if (!from.length) return;
    to.push([this.parts, this.sketch]);
    const [parts, sketch] = from.pop();
    this.drawing = sketch.length > 0;
    this.restore(parts, sketch, words);
  }

  // Keys while the map has the focus; true when the key was ours.
  key(event, centre) {
    if (event.ctrlKey) {
      const act = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key.toLowerCase()];
      if (act) this[act]();
      return Boolean(act);
    }
    const acts = {
      " ": () => this.put(centre),
      Enter: () => (this.sketch.length >= LEAST[this.base] ? this.finish() : this.put(centre)),
      Escape: () => this.cancel(),
      Delete: () => this.remove(),
      Backspace: () => this.remove(),
      n: () => this.step(1),
      p: () => this.step(-1),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    act?.();
    return Boolean(act);
  }

  // Space at the crosshair: put down what is lifted, lift the vertex beneath, or set a new one.
  put(centre) {
    if (this.lifted) this.drop(this.snapped(centre));
    else if (this.drawing || this.base === "Point") this.add(this.snapped(centre));
    else this.lift(centre);
  }

  lift(centre) {
    const reach = vertices(this.parts).map(([path, position]) => [this.apart(position, centre), path]);
    const [away, path] = reach.sort((a, b) => a[0] - b[0])[0] ?? [Infinity];
    if (away > REACH_PX) {
      this.tell("Không có đỉnh nào dưới dấu +. Phím N tới đỉnh kế tiếp; nút “Vẽ” để vẽ thêm.");
      return;
    }
    this.chosen = path;
    this.lifted = true;
    this.refresh();
    this.tell("Đang cầm đỉnh: đưa dấu + tới chỗ mới rồi bấm Space; Esc để thôi.");
  }

  drop(position) {
    this.commit(moved(this.parts, this.chosen, position), this.sketch, `Đã dời đỉnh tới ${said(position)}.`);
  }

  step(by) {
    const all = vertices(this.parts);
    if (!all.length) return;
    const now = all.findIndex(([path]) => same(path, this.chosen));
    const [path, position] = all[(now + by + all.length) % all.length];
    this.chosen = path;
    this.lifted = false;
    this.map.jumpTo({ center: position });
    this.refresh();
    this.tell(`Đỉnh ${all.findIndex(([p]) => same(p, path)) + 1} trên ${all.length}: ${said(position)}. Space để cầm, Delete để xóa.`);
  }

  grabbed(spot) {
    this.before = [this.parts, this.sketch];
    if (spot.kind !== "between") return;
    this.parts = inserted(this.parts, spot.path, spot.position);
  }

  dragged(spot, position) {
    const to = this.snapped(position, spot);
    if (spot.kind === "sketch") this.sketch = this.sketch.map((p, i) => (i === spot.path[2] ? to : p));
    else this.parts = moved(this.parts, spot.path, to);
    this.draw();
    this.measure();
    return to;
  }

  dropped(spot, cancelled) {
    const after = [this.parts, this.sketch];
    [this.parts, this.sketch] = this.before;
    if (cancelled) this.refresh();
    else this.commit(...after, `Đã dời đỉnh tới ${said(spot.position)}.`);
    if (!cancelled && spot.kind === "vertex" && this.base !== "Point") this.choose(spot.path);
  }

  pressed(spot) {
    if (spot.kind === "sketch") {
      const [, , index] = spot.path;
      const last = index === this.sketch.length - 1;
      if (last || (index === 0 && this.base === "Polygon")) this.finish();
    } else if (spot.kind === "between") this.commit(inserted(this.parts, spot.path, spot.position), this.sketch, "Đã thêm đỉnh.");
    else if (this.drawing && this.base !== "Point") this.add(spot.position);
    else this.choose(spot.path);
  }

  choose(path) {
    this.chosen = path;
    this.refresh();
  }

  apart(a, b) {
    const [p, q] = [this.map.project(a), this.map.project(b)];
    return Math.hypot(p.x - q.x, p.y - q.y);
  }

  snapped(position, spot = null) {
    if (!this.snaps?.checked) return drawn(position);
    const own = vertices(this.parts).filter(([path]) => spot?.kind === "sketch" || !same(path, spot?.path)).map(([, p]) => p);
    const near = [...own, ...this.fixed].map((p) => [this.apart(p, position), p]).sort((a, b) => a[0] - b[0])[0];
    if (near && near[0] <= SNAP_PX) return near[1];
    return this.onLine(position) ?? drawn(position);
  }

  // The nearest spot on a line of the reference, where one runs close by.
  onLine(position) {
    const at = this.map.project(position);
    let best = null;
    for (const [from, to] of this.edges) {
      const [a, b] = [this.map.project(from), this.map.project(to)];
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const part = Math.min(1, Math.max(0, ((at.x - a.x) * dx + (at.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
      const spot = { x: a.x + part * dx, y: a.y + part * dy };
      const apart = Math.hypot(spot.x - at.x, spot.y - at.y);
      if (apart <= SNAP_PX && (!best || apart < best.apart)) best = { apart, spot };
    }
    return best && drawn(this.map.unproject([best.spot.x, best.spot.y]).toArray());
  }

  hover(position) {
    this.pointer = position;
    if (this.sketch.length || this.lifted) this.draw();
  }

  refresh() {
    const { undo, redo, finish, cancel, remove, clear, draw } = this.buttons;
    const enable = (button, on) => {
      if (!button) return;
      if (!on && button === document.activeElement) this.map.getCanvas().focus({ preventScroll: true });
      button.disabled = !on;
    };
    enable(undo, this.past.length);
    enable(redo, this.future.length);
    enable(finish, this.sketch.length >= LEAST[this.base]);
    enable(cancel, this.sketch.length || this.lifted);
    enable(remove, this.sketch.length || this.chosen);
    enable(clear, this.sketch.length || this.parts.length);
    enable(draw, !this.drawing);
    this.holder.classList.toggle("draw__map--drawing", this.drawing || this.base === "Point");
    this.map.doubleClickZoom[this.drawing || this.base === "Point" ? "disable" : "enable"]();
    this.draw();
    this.handles.show(this.spots());
    this.measure();
  }

  // The shape, the sketch, and the dashed way from its end to the pointer.
  draw() {
    const feature = (geometry, properties = {}) => ({ type: "Feature", geometry, properties });
    const features = this.parts.length && this.base !== "Point" ? [feature(toGeoJSON(this.parts, this.base, true))] : [];
    const line = (coordinates, rubber) => feature({ type: "LineString", coordinates }, { rubber });
    if (this.sketch.length > 1) features.push(line(this.sketch, false));
    if (this.sketch.length && this.pointer) {
      const closing = this.base === "Polygon" && this.sketch.length > 1 ? [this.sketch[0]] : [];
      features.push(line([this.sketch[this.sketch.length - 1], this.pointer, ...closing], true));
    }
    this.map.getSource("draw").setData({ type: "FeatureCollection", features });
  }

  spots() {
    const spots = vertices(this.parts).map(([path, position]) => {
      const chosen = same(path, this.chosen);
      return { path, position, kind: "vertex", chosen, label: `Đỉnh ${path[2] + 1}: ${said(position)}` };
    });
    if (!this.drawing && this.base !== "Point") spots.unshift(...this.between());
    this.sketch.forEach((position, i) =>
      spots.push({ path: [0, 0, i], position, kind: "sketch", label: `Đỉnh ${i + 1} của nét đang vẽ: ${said(position)}` }),
    );
    return spots;
  }

  between() {
    const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    return vertices(this.parts).flatMap(([[part, ring, index], position]) => {
      const all = this.parts[part][ring];
      const next = all[index + 1] ?? (this.base === "Polygon" ? all[0] : null);
      if (!next) return [];
      return [{ path: [part, ring, index + 1], position: middle(position, next), kind: "between", label: "Thêm đỉnh ở giữa" }];
    });
  }

  measure() {
    this.figures = this.sketch.length && this.base !== "Point" ? figures([[this.sketch]], this.base) : figures(this.parts, this.base);
    this.tell();
  }

  // The figures, and before them what has just happened or is wrong.
  tell(words = "", wrong = false) {
    const crowd = this.handles?.tooMany() ? " Phóng to để thấy từng đỉnh." : "";
    this.news.classList.toggle("draw__news--wrong", wrong);
    this.news.textContent = `${words} ${this.figures ?? ""}${crowd}`.trim();
  }
}

function figures(parts, base) {
  if (!parts.length) return `Chưa có ${NAMES[base]} nào.`;
  if (base === "Point") return parts.length === 1 ? `Điểm: ${said(at(parts, [0, 0, 0]))}.` : `${parts.length} điểm.`;
  const count = `${vertices(parts).length} đỉnh`;
  const closed = base === "Polygon";
  const length = lengthText(parts.flat().reduce((sum, ring) => sum + pathLength(ring, closed), 0));
  if (!closed) return `Dài ${length}, ${count}.`;
  const area = parts.reduce((sum, [outer, ...holes]) => sum + ringArea(outer) - holes.reduce((s, h) => s + ringArea(h), 0), 0);
  return `Diện tích ${areaText(area)}, chu vi ${length}, ${count}.`;
}
