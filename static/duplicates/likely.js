// While the name of a new organisation is typed, show the records that may be it. The form works without this.
const region = document.querySelector("[data-app-likely]");
const fields = ["name", "postcode", "charity_number", "company_number"]
  .map((name) => document.querySelector(`form [name="${name}"]`))
  .filter(Boolean);
const first = fields[0]?.closest(".govuk-form-group");

if (region && first) {
  first.after(region);
  let asked = "";
  let timer;
  let running;

  async function ask() {
    const query = new URLSearchParams(fields.map((field) => [field.name, field.value.trim()])).toString();
    if (query === asked) return;
    asked = query;
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(`${region.dataset.appLikely}?${query}`, { signal: running.signal });
      if (answer.ok) show(await answer.text());
    } catch {
      // No connection, or the next letter came first: the form will ask again when it is sent.
    }
  }

  function show(html) {
    const had = region.childElementCount > 0;
    const list = new DOMParser().parseFromString(html, "text/html").querySelector("ul");
    region.replaceChildren();
    if (!list && !had) return;
    const words = document.createElement("p");
    words.className = list ? "govuk-body govuk-!-font-weight-bold" : "govuk-visually-hidden";
    words.textContent = list ? region.dataset.appLikelyWords : region.dataset.appLikelyNone;
    region.append(words, ...(list ? [list] : []));
  }

  for (const field of fields) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 400);
    });
  }
}
