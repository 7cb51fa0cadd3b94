// Before publishing: say what was typed on this computer and is not stored.
import { draftWords } from "./drafts.js";

const told = document.querySelector("[data-drafts]");
const words = draftWords(told.dataset.reading);
told.hidden = !words;
told.querySelector("span").textContent = `Trên máy này còn ${words}`;
