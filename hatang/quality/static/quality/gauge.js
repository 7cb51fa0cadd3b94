// Draws the gauge: three quarters of a ring on a scale of logarithms, so that 5 and 500 Mbit/s can both be read.
const SVG = "http://www.w3.org/2000/svg";
const TICKS = [0, 1, 5, 10, 50, 100, 500, 1000];
const RADIUS = 132, MIDDLE = 160, FROM = 135, SWEEP = 270;

const share = (mbps) => Math.min(1, Math.log10(1 + Math.max(0, mbps)) / Math.log10(1001));
const at = (part, radius) => {
  const angle = ((FROM + SWEEP * part) * Math.PI) / 180;
  return [MIDDLE + radius * Math.cos(angle), MIDDLE + radius * Math.sin(angle)];
};
const arc = () => {
  const [x0, y0] = at(0, RADIUS), [x1, y1] = at(1, RADIUS);
  return `M${x0.toFixed(2)} ${y0.toFixed(2)}A${RADIUS} ${RADIUS} 0 1 1 ${x1.toFixed(2)} ${y1.toFixed(2)}`;
};

function add(svg, name, attributes, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  svg.append(made);
  return made;
}

export function gauge(svg) {
  add(svg, "path", { d: arc(), class: "dial__track", pathLength: 100 });
  const value = add(svg, "path", { d: arc(), class: "dial__value", pathLength: 100, "stroke-dasharray": "0 200" });
  for (const tick of TICKS) {
    const [x, y] = at(share(tick), RADIUS - 27);
    add(svg, "text", { x: x.toFixed(1), y: y.toFixed(1), class: "dial__tick" }, tick.toLocaleString("vi-VN"));
  }
  return (mbps, direction) => {
    value.setAttribute("stroke-dasharray", `${(100 * share(mbps)).toFixed(2)} 200`);
    svg.dataset.direction = direction;
  };
}
