// Draws the routes that this phone still has, where a record is opened. Other records simply have no picture.
(() => {
  "use strict";
  const list = document.getElementById("records");
  if (!list) return;
  const words = JSON.parse(document.getElementById("sport-words").textContent);
  const routes = () => JSON.parse(localStorage.getItem(`jifen.sport.routes.${list.dataset.owner}`) || "{}");
  list.addEventListener(
    "toggle",
    (event) => {
      const canvas = event.target.open && event.target.querySelector("canvas[data-route]");
      const pieces = canvas && routes()[canvas.dataset.route];
      if (!pieces || !pieces.some((piece) => piece.length)) return;
      canvas.hidden = false;
      window.jifenSport.drawRoute(canvas, pieces, words, true);
    },
    true,
  );
})();
