// What an upload adds, changes and has wrong, on the ground of every map: shape and colour together tell them apart.
import { BELOW_NAMES, maplibregl } from "../pages/map/basemap.js";
import { openShown } from "../pages/map/show.js";

const STATES = [
  ["changed", "sửa", "--at-risk"],
  ["added", "thêm", "--accent"],
  ["wrong", "có lỗi", "--missed"],
];
const zoomed = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];

// A small picture for each state: a disc, a square, a cross.
function sign(state, colour) {
  const size = 22;
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const pen = canvas.getContext("2d");
  pen.lineWidth = 3;
  pen.strokeStyle = state === "wrong" ? colour : "#ffffff";
  pen.fillStyle = colour;
  pen.beginPath();
  if (state === "added") pen.arc(11, 11, 8, 0, 2 * Math.PI);
  else if (state === "changed") pen.rect(4, 4, 14, 14);
  else for (const [x, y] of [[4, 4], [4, 18]]) { pen.moveTo(x, y); pen.lineTo(22 - x, 22 - y); }
  if (state !== "wrong") pen.fill();
  pen.stroke();
  return pen.getImageData(0, 0, size, size);
}

function add(map, state, colour) {
  const filter = ["==", ["get", "state"], state];
  map.addImage(`sign-${state}`, sign(state, colour), { pixelRatio: 2 });
  map.addLayer({
    id: `lines-${state}`,
    type: "line",
    source: "shown",
    filter: ["all", filter, ["==", ["geometry-type"], "LineString"]],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: {
      "line-color": colour,
      "line-width": zoomed(6, 1.5, 14, 4),
      ...(state === "wrong" ? { "line-dasharray": [2, 2] } : {}),
    },
  }, BELOW_NAMES);
  map.addLayer({
    id: `points-${state}`,
    type: "symbol",
    source: "shown",
    filter: ["all", filter, ["==", ["geometry-type"], "Point"]],
    layout: { "icon-image": `sign-${state}`, "icon-allow-overlap": true, "icon-size": zoomed(6, 0.7, 12, 1.2) },
  });
}

function name(map) {
  const layers = STATES.flatMap(([state]) => [`points-${state}`, `lines-${state}`]);
  const words = Object.fromEntries(STATES);
  const popup = new maplibregl.Popup({ closeButton: false, offset: 10 });
  map.on("click", (event) => {
    const [found] = map.queryRenderedFeatures(event.point, { layers });
    if (!found) return popup.remove();
    const { state, name: of } = found.properties;
    return popup.setLngLat(event.lngLat).setText(`${of} · ${words[state]}`).addTo(map);
  });
}

async function show(root) {
  const map = await openShown(root, "changes-data");
  if (!map) return;
  const style = getComputedStyle(root);
  for (const [state, , colour] of STATES) add(map, state, style.getPropertyValue(colour).trim());
  name(map);
}

document.querySelectorAll(".changes").forEach(show);
