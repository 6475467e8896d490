// Asks the phone where it is, when its owner taps: a button with data-locates fills in latitude and longitude of its form.
(() => {
  "use strict";
  const PLACES = 6;
  const SETTINGS = { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-locates]");
    if (button) locate(button);
  });

  function locate(button) {
    const form = button.closest("form");
    const told = form.querySelector("[data-located]");
    if (!("geolocation" in navigator)) {
      told.textContent = button.dataset.failed;
      return;
    }
    told.textContent = button.dataset.waits;
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      (found) => {
        button.disabled = false;
        form.elements.latitude.value = found.coords.latitude.toFixed(PLACES);
        form.elements.longitude.value = found.coords.longitude.toFixed(PLACES);
        if (button.dataset.coordinates) form.elements.coordinates.value = button.dataset.coordinates;
        told.textContent = button.dataset.found;
        if (button.dataset.locates === "send") form.requestSubmit();
      },
      (error) => {
        button.disabled = false;
        told.textContent = error.code === error.PERMISSION_DENIED ? button.dataset.denied : button.dataset.failed;
      },
      SETTINGS,
    );
  }
})();
