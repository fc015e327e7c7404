// Tells the style sheets that a script runs. Loaded plainly so that nothing jumps when the rest arrives.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
