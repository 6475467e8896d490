// What pages do beyond plain HTML: sheets, sliders, copying, toasts. Everything also works without this file.
(() => {
  "use strict";
  document.documentElement.classList.add("scripted");

  const sheet = () => document.getElementById("sheet");

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "sheet-body" && !sheet().open) sheet().showModal();
    const quote = event.target.querySelector("[data-points-max]");
    const slider = document.querySelector("[data-slides]");
    if (quote && slider) {
      slider.min = quote.dataset.pointsMin || "0";
      slider.max = quote.dataset.pointsMax;
      slider.value = document.getElementById(slider.dataset.slides).value || "0";
    }
  });

  // A tap on the shade closes the sheet.
  document.addEventListener("click", (event) => {
    if (event.target === sheet()) sheet().close();
  });

  // A slider and its number show the same value: data-slides="id of the number".
  document.addEventListener("input", (event) => {
    const slider = event.target.closest("[data-slides]");
    if (slider) {
      const number = document.getElementById(slider.dataset.slides);
      number.value = slider.value;
      number.dispatchEvent(new Event("input", { bubbles: true }));
      return;
    }
    const twin = event.target.id && document.querySelector(`[data-slides="${event.target.id}"]`);
    if (twin) twin.value = event.target.value || "0";
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copies);
    toast(button.dataset.copied);
  });

  // A form is sent once, however often its button is tapped.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  document.addEventListener("htmx:responseError", () => toast(document.body.dataset.failed));
  document.addEventListener("htmx:sendError", () => toast(document.body.dataset.failed));

  function toast(text) {
    const line = document.createElement("p");
    line.className = "toast";
    line.textContent = text;
    document.getElementById("toasts").append(line);
  }
})();
