// Handles that a finger or a mouse can take: one button for each vertex, and one between neighbours to add a vertex.
const MOST = 300;
const MOST_BETWEEN = 120;

// Lay handles over a map; `take` is told what happens to them. Each spot: {path, position, kind, label, chosen}.
export function handlesOver(map, take) {
  const layer = document.createElement("div");
  layer.className = "draw__handles";
  map.getCanvasContainer().append(layer);
  let spots = [];
  let shown = [];

  const place = () => {
    shown.forEach(([button, spot]) => {
      const { x, y } = map.project(spot.position);
      button.style.translate = `${x}px ${y}px`;
    });
  };
  const inView = () => {
    const bounds = map.getBounds();
    const seen = spots.filter((spot) => bounds.contains(spot.position));
    const vertices = seen.filter((spot) => spot.kind !== "between");
    if (vertices.length > MOST) return [];
    return seen.length - vertices.length > MOST_BETWEEN ? vertices : seen;
  };
  const build = () => {
    shown = inView().map((spot) => [button(spot), spot]);
    layer.replaceChildren(...shown.map(([one]) => one));
    place();
  };

  function button(spot) {
    const made = document.createElement("button");
    made.type = "button";
    made.tabIndex = -1;
    made.className = `draw__handle draw__handle--${spot.kind}${spot.chosen ? " draw__handle--chosen" : ""}`;
    made.setAttribute("aria-label", spot.label);
    for (const name of ["mousedown", "touchstart", "click", "dblclick"]) made.addEventListener(name, (e) => e.stopPropagation());
    made.addEventListener("pointerdown", (event) => grab(event, made, spot));
    return made;
  }

  function grab(event, made, spot) {
    if (event.button !== 0) return;
    event.preventDefault();
    map.getCanvas().focus({ preventScroll: true });
    made.setPointerCapture(event.pointerId);
    const box = layer.getBoundingClientRect();
    const start = [event.clientX, event.clientY];
    let dragged = false;
    const drag = (e) => {
      if (!dragged && Math.hypot(e.clientX - start[0], e.clientY - start[1]) < 4) return;
      const position = map.unproject([e.clientX - box.left, e.clientY - box.top]).toArray();
      if (!dragged) take.grabbed(spot);
      dragged = true;
      spot.position = take.dragged(spot, position);
      place();
    };
    const end = (e) => {
      made.removeEventListener("pointermove", drag);
      if (dragged) take.dropped(spot, e.type === "pointercancel");
      else if (e.type !== "pointercancel") take.pressed(spot);
    };
    made.addEventListener("pointermove", drag);
    made.addEventListener("pointerup", end, { once: true });
    made.addEventListener("pointercancel", end, { once: true });
  }

  map.on("move", place);
  map.on("moveend", build);
  return {
    show(next) {
      spots = next;
      build();
    },
    tooMany: () => spots.length > 0 && shown.length === 0,
  };
}
