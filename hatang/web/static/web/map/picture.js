// An element as a PNG, drawn from where the browser has laid its pictures, swatches and words.
export async function picture(element, scale) {
  const frame = element.getBoundingClientRect();
  const canvas = Object.assign(document.createElement("canvas"), {
    width: Math.round(frame.width * scale),
    height: Math.round(frame.height * scale),
  });
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.translate(-frame.left, -frame.top);
  pen.fillStyle = "#ffffff";
  pen.fillRect(frame.left, frame.top, frame.width, frame.height);
  for (const image of element.querySelectorAll("img")) drawImage(pen, image);
  for (const svg of element.querySelectorAll("svg.swatch")) drawSwatch(pen, svg);
  for (const bar of element.querySelectorAll(".sheet__scale:not([hidden]) i")) drawBar(pen, bar);
  drawWords(pen, element);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function drawImage(pen, image) {
  const { left, top, width, height } = image.getBoundingClientRect();
  pen.drawImage(image, left, top, width, height);
  pen.strokeStyle = "#7a8490";
  pen.lineWidth = 1;
  pen.strokeRect(left, top, width, height);
}

function drawSwatch(pen, svg) {
  const { left, top, width, height } = svg.getBoundingClientRect();
  const style = getComputedStyle(svg);
  if (style.visibility === "hidden") return;
  const round = style.borderRadius.startsWith("50");
  pen.save();
  pen.beginPath();
  if (round) pen.arc(left + width / 2, top + height / 2, width / 2, 0, 2 * Math.PI);
  else pen.rect(left, top, width, height);
  pen.fillStyle = style.backgroundColor;
  pen.fill();
  pen.clip();
  const hatch = svg.querySelector("path");
  if (hatch) {
    pen.strokeStyle = getComputedStyle(hatch).stroke;
    pen.lineWidth = 1.4;
    pen.translate(left, top);
    pen.scale(width / 24, height / 16);
    pen.stroke(new Path2D(hatch.getAttribute("d")));
    pen.setTransform(1, 0, 0, 1, 0, 0);
  }
  pen.restore();
  pen.strokeStyle = style.borderTopColor;
  pen.lineWidth = parseFloat(style.borderTopWidth);
  pen.beginPath();
  if (round) pen.arc(left + width / 2, top + height / 2, width / 2 - pen.lineWidth / 2, 0, 2 * Math.PI);
  else pen.rect(left + 0.5, top + 0.5, width - 1, height - 1);
  pen.stroke();
}

function drawBar(pen, bar) {
  const { left, right, top, bottom } = bar.getBoundingClientRect();
  pen.strokeStyle = getComputedStyle(bar).borderBottomColor;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(left, top);
  pen.lineTo(left, bottom);
  pen.lineTo(right, bottom);
  pen.lineTo(right, top);
  pen.stroke();
}

function drawWords(pen, element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  pen.textBaseline = "alphabetic";
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    if (!node.data.trim() || !parent.checkVisibility() || parent.closest("noscript, .visually-hidden")) continue;
    const style = getComputedStyle(parent);
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    pen.fillStyle = style.color;
    for (const word of node.data.matchAll(/\S+/g)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const { left, top, height } = range.getBoundingClientRect();
      const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = pen.measureText(word[0]);
      pen.fillText(word[0], left, top + (height - ascent - descent) / 2 + ascent);
    }
  }
}
