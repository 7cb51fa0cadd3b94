// Search from anywhere: "/" goes to the box; while typing, suggestions come.
import { suggestions } from "./suggestions.js";

const box = document.getElementById("search-box");
const list = document.getElementById("search-suggest");
if (box && list) {
  const { arrived } = suggestions(box, list, (option) => window.location.assign(option.dataset.href));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === list) arrived();
  });
}
