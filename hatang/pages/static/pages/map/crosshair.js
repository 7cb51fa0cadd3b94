// A map by keyboard alone: arrows move it under a crosshair (Shift: slowly), + and - zoom, other keys are told on.
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FAR_PX = 48;
const NEAR_PX = 4;

export function crosshairOver(map, acts) {
  const cross = document.createElement("div");
  cross.className = "draw__cross";
  cross.setAttribute("aria-hidden", "true");
  map.getCanvasContainer().append(cross);
  map.keyboard.disable();
  const centre = () => map.getCenter().toArray();

  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey) return;
    const step = STEPS[event.key];
    if (step && !event.ctrlKey) {
      const pixels = event.shiftKey ? NEAR_PX : FAR_PX;
      map.panBy([step[0] * pixels, step[1] * pixels], { duration: 0 });
      acts.moved?.(centre());
    } else if (["+", "=", "-"].includes(event.key) && !event.ctrlKey) {
      map.zoomTo(map.getZoom() + (event.key === "-" ? -1 : 1), { duration: 0 });
    } else if (!acts.key(event, centre())) return;
    event.preventDefault();
    event.stopPropagation();
  });
}
