// Two maps over each other that move as one, and the divider between them: dragged, or moved by the arrow keys.
const STEP = 2;
const LEAP = 10;

export function moveTogether(one, other) {
  let following = false;
  const follow = (leader, follower) => leader.on("move", () => {
    if (following) return;
    following = true;
    follower.jumpTo({ center: leader.getCenter(), zoom: leader.getZoom() });
    following = false;
  });
  follow(one, other);
  follow(other, one);
}

// `before` is cut at the divider; what lies right of it is the map beneath.
export function swipe(divider, before, frame) {
  const put = (percent) => {
    const at = Math.min(100, Math.max(0, percent));
    divider.style.left = `${at}%`;
    before.style.clipPath = `inset(0 ${100 - at}% 0 0)`;
    divider.setAttribute("aria-valuenow", Math.round(at));
    divider.setAttribute("aria-valuetext", `bên trái ${Math.round(at)} %`);
  };
  const now = () => Number(divider.getAttribute("aria-valuenow"));
  const keys = { ArrowLeft: () => now() - STEP, ArrowDown: () => now() - STEP, ArrowRight: () => now() + STEP, ArrowUp: () => now() + STEP, PageUp: () => now() + LEAP, PageDown: () => now() - LEAP, Home: () => 0, End: () => 100 };
  divider.addEventListener("keydown", (event) => {
    const moved = keys[event.key];
    if (!moved) return;
    event.preventDefault();
    put(moved());
  });
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    divider.focus();
    event.preventDefault();
  });
  divider.addEventListener("pointermove", (event) => {
    if (!divider.hasPointerCapture(event.pointerId)) return;
    const box = frame.getBoundingClientRect();
    put(((event.clientX - box.left) / box.width) * 100);
  });
  divider.hidden = false;
  put(50);
}
