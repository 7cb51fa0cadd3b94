// What is drawn on the ground: units coloured by class, points by what they lack, names, and what is chosen.
import { BELOW_NAMES, FONT, FONT_STRONG } from "../../pages/map/basemap.js";

const SHADES = ["low3", "low2", "low1", "high1", "high2", "q1", "q2", "q3", "q4", "q5", "whole", "part", "other"];
const POINT_LAYERS = ["villages", "zones"];
// What a question looks for is drawn full, the rest as rings.
const LOOKED_FOR = "lacks";
const EDGES = { lacks: "#5e2106", wanted: "#062f49" };
const THINGS = ["thing-areas", "thing-edges", "thing-counts", "thing-numbers", "thing-lines", "thing-points", "thing-names", "beside-points"];
// Things beside those asked about are drawn from here on.
const CLOSE = 13;
// The zoom from which the server has tiles of a layer.
const FIRST_ZOOM = { provinces: 3 };
const DOTS = new Set(["points-strong", "points-plain", "thing-points", "thing-lines", "thing-edges", "beside-points"]);
const INK = "#1b1f24";
const SOFT = "#545d68";
const LAND = "#fffffc";
const ACCENT = "#0b5c8e";
const zoomed = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
const state = (name) => ["boolean", ["feature-state", name], false];

function coloursFrom(element) {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

// Slanted lines, for what has no figure: it must not look like a class of its own.
function hatch(colour) {
  const size = 22;
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  for (const shift of [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(shift - 2, size + 2);
    pen.lineTo(shift + size + 2, -2);
    pen.stroke();
  }
  return pen.getImageData(0, 0, size, size);
}

/*
 * Draws on an opened map. `options`: scope (element with the colours), units ("communes" or "provinces"),
 * province (code, or ""), tiles (layer, day → address).
 */
export class Drawing {
  constructor(map, { scope, units, province, tiles, scale = 1, letters = 1 }) {
    Object.assign(this, { map, units, province, tiles, scale, letters, data: null, frame: null, points: null, chosen: null, hovered: null });
    this.colour = coloursFrom(scope);
    map.addImage("hatch", hatch(this.colour("hatch")), { pixelRatio: 2 });
    // Where units are drawn finely, the ground's coarser border would run beside theirs.
    if (map.getLayer("ground-borders")) map.setPaintProperty("ground-borders", "line-opacity", zoomed(7.5, 1, 8.5, 0.15));
    this.addUnits(units);
    if (units === "communes") this.addOutlines();
    map.addSource("names", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    this.addNames();
  }

  source(layer, day = "") {
    const id = `tiles-${layer}`;
    const tiles = [this.tiles(layer, day)];
    const known = this.map.getSource(id);
    if (known) known.setTiles(tiles);
    else this.map.addSource(id, { type: "vector", tiles, minzoom: FIRST_ZOOM[layer] ?? 5, maxzoom: 14 });
    return id;
  }

  get nameZoom() {
    return this.units === "communes" ? 7.8 : 4;
  }

  fills() {
    return ["match", ["to-string", ["feature-state", "shade"]], ...SHADES.flatMap((shade) => [shade, this.colour(shade)]), LAND];
  }

  addUnits(layer) {
    const source = this.source(layer);
    const add = (id, more) => this.map.addLayer({ id, source, "source-layer": layer, ...more }, BELOW_NAMES);
    const none = { type: "fill", filter: ["in", ["id"], ["literal", []]], paint: { "fill-pattern": "hatch" } };
    add("units-fill", { type: "fill", paint: { "fill-color": this.fills(), "fill-antialias": false } });
    add("units-none", none);
    const drawn = ["==", ["get", "illustrative"], true];
    const line = {
      "line-color": ["match", ["to-string", ["feature-state", "shade"]], ["low3", "low2", "high2", "q3", "q4", "q5"], "#ffffff", "#6b7683"],
      "line-width": zoomed(6, 0.35 * this.scale, 9, 0.8 * this.scale, 12, 1.4 * this.scale),
      "line-opacity": 0.9,
    };
    add("units-line", { type: "line", filter: ["!", drawn], layout: { "line-join": "round" }, paint: line });
    add("units-line-drawn", { type: "line", filter: drawn, paint: { ...line, "line-dasharray": [3, 2] } });
    add("units-mark", {
      type: "line",
      layout: { "line-join": "round" },
      paint: {
        "line-color": INK,
        "line-width": ["case", state("chosen"), 3.5 * this.scale, 2],
        "line-opacity": ["case", state("chosen"), 1, state("hovered"), 0.75, 0],
      },
    });
  }

  addOutlines() {
    const source = this.source("provinces");
    const own = ["==", ["get", "code"], this.province];
    const add = (id, more) => this.map.addLayer({ id, source, "source-layer": "provinces", type: "line", layout: { "line-join": "round" }, ...more }, "units-mark");
    add("provinces-line", { filter: ["!", own], paint: { "line-color": "#8f99a3", "line-width": zoomed(5, 0.5, 10, 1.2), "line-dasharray": [3, 2] } });
    add("province-line", { filter: own, paint: { "line-color": zoomed(9, INK, 11, SOFT), "line-width": zoomed(6, 1.1 * this.scale, 9, 1.8 * this.scale, 11, 1 * this.scale) } });
  }

  addNames() {
    const halo = { "text-halo-color": "#ffffff", "text-halo-width": 2 };
    const shared = { "text-font": FONT, "text-max-width": 8, "text-padding": 3, "symbol-sort-key": ["get", "order"] };
    this.map.addLayer({
      id: "unit-names",
      type: "symbol",
      source: "names",
      minzoom: this.nameZoom,
      layout: {
        ...shared,
        "text-field": [
          "step", ["zoom"],
          ["get", "name"],
          this.units === "communes" ? 9.6 : 6.2,
          ["format", ["get", "name"], {}, "\n", {}, ["get", "figure"], { "font-scale": 0.92, "text-font": ["literal", FONT_STRONG] }],
        ],
        "text-size": zoomed(7, 10 * this.letters, 12, 14 * this.letters),
      },
      paint: { "text-color": INK, ...halo },
    });
  }

  // A question's data arrived: which layers it needs, and names to write.
  show(data, day) {
    this.data = data;
    this.dropPoints();
    this.dropThings();
    const crowded = POINT_LAYERS.includes(data.layer) || Boolean(data.things);
    this.map.setLayoutProperty("unit-names", "visibility", data.layer === "former" ? "none" : "visible");
    this.map.setLayerZoomRange("unit-names", crowded ? 9.3 : this.nameZoom, 24);
    this.map.setPaintProperty("unit-names", "text-color", crowded ? SOFT : INK);
    if (data.layer === "former") this.addFormer();
    else this.dropFormer();
    if (POINT_LAYERS.includes(data.layer)) this.addPoints(data.layer, day);
    if (data.things) this.addThings(data, day);
  }

  // A frame of it: every unit's class, the names' figures.
  paint(frame) {
    this.frame = frame;
    const byPoint = POINT_LAYERS.includes(this.data.layer);
    const former = this.data.layer === "former";
    const layer = former ? "former" : this.units;
    const { rows } = frame;
    this.map.removeFeatureState({ source: `tiles-${this.units}`, sourceLayer: this.units });
    if (former) this.map.removeFeatureState({ source: "tiles-former", sourceLayer: "former" });
    const none = [];
    for (const [place, , shade] of rows) {
      if (byPoint) continue;
      if (shade === "none") none.push(place);
      else this.map.setFeatureState({ source: `tiles-${layer}`, sourceLayer: layer, id: place }, { shade });
    }
    this.map.setFilter("units-none", ["in", ["id"], ["literal", none]]);
    this.write(rows, byPoint);
    if (byPoint) this.paintPoints(frame);
    if (this.chosen) this.choose(this.chosen);
  }

  write(rows, byPoint) {
    const figures = new Map(rows.map(([place, figure], order) => [place, [figure, order]]));
    const features = Object.entries(this.data.names)
      .filter(([, named]) => named[2] !== null && named[2] !== undefined)
      .map(([place, [name, , lon, lat]]) => {
        const [figure, order] = figures.get(Number(place)) || ["", 9999];
        return {
          type: "Feature",
          geometry: { type: "Point", coordinates: [lon, lat] },
          properties: { name, figure: byPoint && !figure ? "" : figure, order },
        };
      });
    this.map.getSource("names").setData({ type: "FeatureCollection", features });
  }

  addPoints(layer, day) {
    const source = this.source(layer, day);
    const radius = (least, most) => zoomed(6, least * this.scale, 9, (least + 1) * this.scale, 13, most * this.scale);
    const full = ["==", ["feature-state", "shade"], LOOKED_FOR];
    const ring = ["==", ["feature-state", "shade"], "has"];
    const add = (id, shown, strong, size) =>
      this.map.addLayer(
        {
          id,
          source,
          "source-layer": layer,
          type: "circle",
          paint: {
            "circle-radius": size,
            "circle-color": strong ? this.colour(LOOKED_FOR) : "#ffffff",
            "circle-stroke-color": strong ? EDGES[LOOKED_FOR] : this.colour("has"),
            "circle-stroke-width": zoomed(7, ["case", state("chosen"), 3, 0.5], 11, ["case", state("chosen"), 3.5, strong ? 0.8 : 1.3]),
            "circle-opacity": ["case", shown, strong ? 0.92 : 0.85, 0],
            "circle-stroke-opacity": ["case", shown, 1, 0],
          },
        },
        BELOW_NAMES,
      );
    add("points-plain", ring, false, radius(0.9, 5));
    add("points-strong", full, true, radius(1.3, 7));
    this.map.addLayer({
      id: "point-names",
      type: "symbol",
      source,
      "source-layer": layer,
      minzoom: 11.5,
      layout: { "text-field": ["coalesce", ["get", "name"], ["get", "code"], ""], "text-font": FONT, "text-size": 12, "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.7, "text-max-width": 9 },
      paint: { "text-color": INK, "text-halo-color": "#ffffff", "text-halo-width": 2 },
    });
    this.points = layer;
  }

  // Things of the network bring their class in their tiles; where many stand close, one circle stands for all with a count.
  addThings(data, day) {
    const layer = data.layer;
    const source = this.source(layer, day);
    const single = ["!", ["has", "count"]];
    const ofShade = (wanted, others, unknown) => ["match", ["get", "shade"], "wanted", wanted, "unknown", unknown, others];
    const marked = (strong, weak) => ["case", state("chosen"), strong, state("hovered"), strong, weak];
    const add = (id, type, more, from = source, named = layer) => this.map.addLayer({ id, type, source: from, "source-layer": named, ...more }, BELOW_NAMES);
    const text = (field, size, more) => ({ "text-field": field, "text-font": FONT, "text-size": size, ...more });
    for (const { layer: beside, is_shape: shape } of data.things.kinds.slice(1)) {
      if (shape) this.addShapes(beside, day, add, ofShade);
      else this.addBeside(beside, day, add);
    }
    if (data.things.is_line) {
      const paint = { "line-color": ofShade(this.colour("wanted"), this.colour("has"), this.colour("unknown")), "line-width": zoomed(6, marked(3, 1), 10, marked(5, 1.8), 14, marked(7, 3.2)) };
      add("thing-lines", "line", { layout: { "line-join": "round", "line-cap": "round" }, paint });
      const along = text(["coalesce", ["get", "code"], ""], 12, { "symbol-placement": "line", "text-offset": [0, 0.9] });
      add("thing-names", "symbol", { minzoom: 13, layout: along, paint: { "text-color": INK, "text-halo-color": "#ffffff", "text-halo-width": 2 } });
    } else {
      const many = ["interpolate", ["linear"], ["log10", ["max", 1, ["coalesce", ["get", "count"], 1]]], 0, 4, 1, 8, 3, 18];
      const ring = ofShade(this.colour("wanted"), "#ffffff", this.colour("unknown"));
      const edge = ofShade(EDGES.wanted, this.colour("has"), this.colour("has"));
      add("thing-counts", "circle", { filter: ["has", "count"], paint: { "circle-radius": many, "circle-color": this.colour("wanted"), "circle-opacity": 0.55 } });
      add("thing-points", "circle", {
        filter: single,
        layout: { "circle-sort-key": ofShade(1, 0, 0) },
        paint: {
          "circle-radius": zoomed(6, 1.6 * this.scale, 9, 2.8 * this.scale, 13, 6 * this.scale),
          "circle-color": ring,
          "circle-stroke-color": edge,
          "circle-stroke-width": zoomed(7, marked(3, 0.5), 11, marked(3.5, 1.2)),
        },
      });
      add("thing-numbers", "symbol", { filter: [">", ["coalesce", ["get", "count"], 0], 9], layout: text(["to-string", ["get", "count"]], 11), paint: { "text-color": INK, "text-halo-color": "#ffffff", "text-halo-width": 1.5 } });
      const beside = text(["coalesce", ["get", "code"], ""], 12, { "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.7 });
      add("thing-names", "symbol", { filter: single, minzoom: 12.5, layout: beside, paint: { "text-color": INK, "text-halo-color": "#ffffff", "text-halo-width": 2 } });
    }
    this.things = data.things.kinds.map((kind) => kind.layer);
  }

  // Lines and areas of what the points above them stand for.
  addShapes(layer, day, add, ofShade) {
    const source = this.source(layer, day);
    const colour = ofShade(this.colour("wanted"), this.colour("has"), this.colour("unknown"));
    add("thing-areas", "fill", { filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.25 } }, source, layer);
    const edges = { "line-color": colour, "line-width": zoomed(7, 1, 11, 3, 15, 6), "line-opacity": 0.85 };
    add("thing-edges", "line", { filter: ["!=", ["geometry-type"], "Point"], layout: { "line-join": "round", "line-cap": "round" }, paint: edges }, source, layer);
  }

  addBeside(layer, day, add) {
    const source = this.source(layer, day);
    add("beside-points", "circle", { minzoom: CLOSE, paint: { "circle-radius": zoomed(13, 2, 16, 4), "circle-color": "#ffffff", "circle-stroke-color": SOFT, "circle-stroke-width": 1.2 } }, source, layer);
  }

  dropThings() {
    if (!this.things) return;
    THINGS.forEach((id) => this.map.getLayer(id) && this.map.removeLayer(id));
    this.things.forEach((layer) => this.map.getSource(`tiles-${layer}`) && this.map.removeSource(`tiles-${layer}`));
    this.things = null;
  }

  paintPoints(frame) {
    for (const [pk, , , shade] of frame.items) {
      this.map.setFeatureState({ source: `tiles-${this.points}`, sourceLayer: this.points, id: pk }, { shade });
    }
  }

  dropPoints() {
    if (!this.points) return;
    ["points-plain", "points-strong", "point-names"].forEach((id) => this.map.getLayer(id) && this.map.removeLayer(id));
    this.map.removeSource(`tiles-${this.points}`);
    this.points = null;
  }

  addFormer() {
    if (this.map.getLayer("former-fill")) return;
    const source = this.source("former");
    const commune = ["!=", ["get", "kind"], "district"];
    const add = (id, more) => this.map.addLayer({ id, source, "source-layer": "former", filter: commune, ...more }, "units-line");
    add("former-fill", { type: "fill", paint: { "fill-color": this.fills(), "fill-opacity": 0.9 } });
    add("former-line", { type: "line", paint: { "line-color": ACCENT, "line-width": zoomed(6, 0.4, 11, 1.2) } });
    add("former-districts", { type: "line", filter: ["!", commune], paint: { "line-color": ACCENT, "line-width": zoomed(6, 1.4, 11, 3) } });
    add("former-mark", {
      type: "line",
      paint: { "line-color": INK, "line-width": ["case", state("chosen"), 3.5, 2], "line-opacity": ["case", state("chosen"), 1, state("hovered"), 0.75, 0] },
    });
    this.map.addLayer({
      id: "former-names",
      type: "symbol",
      source,
      "source-layer": "former",
      minzoom: 9.5,
      filter: commune,
      layout: { "text-field": ["coalesce", ["get", "name"], ""], "text-font": FONT, "text-size": 12, "text-max-width": 8 },
      paint: { "text-color": ACCENT, "text-halo-color": "#ffffff", "text-halo-width": 2 },
    });
  }

  dropFormer() {
    ["former-fill", "former-line", "former-districts", "former-mark", "former-names"].forEach((id) => this.map.getLayer(id) && this.map.removeLayer(id));
    if (this.map.getSource("tiles-former")) this.map.removeSource("tiles-former");
  }

  // Layers that answer a click, those on top first.
  get touchable() {
    const layers = ["points-strong", "points-plain", "thing-points", "thing-lines", "thing-edges", "beside-points", "thing-areas", "former-fill", "units-fill"];
    return layers.filter((id) => this.map.getLayer(id));
  }

  // What lies at a spot of the screen: points are easier to hit than they look.
  at(point, slack = 6) {
    const box = [[point.x - slack, point.y - slack], [point.x + slack, point.y + slack]];
    const dots = this.touchable.filter((id) => DOTS.has(id));
    const seen = (f) => f.state.shade || f.properties.shade;
    const dot = dots.length && this.map.queryRenderedFeatures(box, { layers: dots }).find(seen);
    if (dot) return { layer: dot.sourceLayer, id: dot.id, properties: dot.properties, point: true };
    const areas = this.touchable.filter((id) => !DOTS.has(id));
    const area = areas.length && this.map.queryRenderedFeatures(point, { layers: areas })[0];
    return area ? { layer: area.sourceLayer, id: area.id, properties: area.properties, point: false } : null;
  }

  flag(thing, name, value) {
    const source = `tiles-${thing.layer}`;
    if (this.map.getSource(source)) this.map.setFeatureState({ source, sourceLayer: thing.layer, id: thing.id }, { [name]: value });
  }

  choose(thing) {
    if (this.chosen) this.flag(this.chosen, "chosen", false);
    this.chosen = thing;
    if (thing) this.flag(thing, "chosen", true);
  }

  hover(thing) {
    const same = this.hovered && thing && this.hovered.id === thing.id && this.hovered.layer === thing.layer;
    if (same) return;
    if (this.hovered) this.flag(this.hovered, "hovered", false);
    this.hovered = thing;
    if (thing) this.flag(thing, "hovered", true);
  }
}
