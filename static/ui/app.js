// Enhancements only: every page does its work without this file.
import { initAll } from "../vendor/govuk-frontend/govuk-frontend.min.js";

initAll();

// Answers that uncover a question. (govuk-frontend's own way puts aria-expanded on radios, which ARIA forbids.)
function uncover(input) {
  const part = document.getElementById(input.dataset.appReveals);
  part.classList.toggle(`govuk-${input.type === "radio" ? "radios" : "checkboxes"}__conditional--hidden`, !input.checked);
}
const uncovering = document.querySelectorAll("[data-app-reveals]");
for (const input of uncovering) uncover(input);
if (uncovering.length) document.addEventListener("change", () => uncovering.forEach(uncover));
addEventListener("pageshow", () => uncovering.forEach(uncover));

// A link to a place on a page also copies its address.
for (const link of document.querySelectorAll("[data-app-copy]")) {
  link.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link.href);
      const words = link.textContent;
      link.setAttribute("role", "status");
      link.textContent = link.dataset.copied;
      setTimeout(() => {
        link.textContent = words;
        link.removeAttribute("role");
      }, 2000);
    } catch {
      // The browser refused: the link has still led to the place.
    }
  });
}

// Long work: ask how far it is, say it, and go where the answer points when it has finished.
async function follow(frame) {
  const bar = frame.querySelector("progress");
  const count = frame.querySelector("[data-app-progress-count]");
  const label = frame.querySelector("[data-app-progress-label]");
  let wait = 1000;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (document.hidden) continue;
    let now;
    try {
      const answer = await fetch(frame.dataset.appProgress, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      now = await answer.json();
      wait = 1000;
    } catch {
      wait = Math.min(wait * 2, 30000);
      continue;
    }
    bar.max = now.total || 1;
    bar.value = now.done;
    count.textContent = now.words || `${now.done.toLocaleString("en-GB")} of ${now.total.toLocaleString("en-GB")}`;
    if (label && now.label) label.textContent = now.label;
    if (now.finished) {
      if (now.href) location.replace(now.href);
      else location.reload();
      return;
    }
  }
}
for (const frame of document.querySelectorAll("[data-app-progress]")) follow(frame);

// Before printing, folded parts open, so that the paper has everything; afterwards they fold again.
const opened = [];
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("main details:not([open])")) {
    part.open = true;
    opened.push(part);
  }
});
addEventListener("afterprint", () => {
  for (const part of opened.splice(0)) part.open = false;
});
