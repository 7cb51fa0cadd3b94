// Before publishing: say what was typed on this computer and is not stored.
import { drafts, draftWords } from "./drafts.js";

const told = document.querySelector("[data-drafts]");
const words = draftWords(drafts(told.dataset.reading));
told.hidden = !words;
told.querySelector("span").textContent = `Trên máy này còn ${words}`;
