// Draws a route on a canvas: on this phone, out of its own memory. No map is asked for, and no place leaves the phone.
(() => {
  "use strict";
  const ROUND = [1, 2, 5]; // × powers of ten: lengths that a scale may have
  const MARGIN = 26;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // Places in metres east and north of the first one; short distances need no better map.
  function flat(pieces) {
    const [lat0, lon0] = pieces[0][0];
    const north = 111320;
    const east = north * Math.cos((lat0 * Math.PI) / 180);
    return pieces.map((piece) => piece.map(([lat, lon]) => [(lon - lon0) * east, (lat - lat0) * north]));
  }

  function scaleLength(most) {
    let best = 1;
    for (let power = 1; power <= 1e6; power *= 10) {
      for (const one of ROUND) if (one * power <= most) best = one * power;
    }
    return best;
  }

  function fitted(canvas) {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    return { pen, width, height };
  }

  function mark(pen, [x, y], fill, text) {
    pen.beginPath();
    pen.arc(x, y, 9, 0, 2 * Math.PI);
    pen.fillStyle = fill;
    pen.fill();
    pen.lineWidth = 2;
    pen.strokeStyle = "#fff";
    pen.stroke();
    pen.fillStyle = "#fff";
    pen.font = "bold 11px sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, x, y + 0.5);
  }

  function drawScale(pen, height, pixelsPerMetre, words) {
    const metres = scaleLength(110 / pixelsPerMetre);
    const [x, y, length] = [14, height - 14, metres * pixelsPerMetre];
    pen.strokeStyle = colour("--soft");
    pen.fillStyle = colour("--soft");
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(x, y - 5);
    pen.lineTo(x, y);
    pen.lineTo(x + length, y);
    pen.lineTo(x + length, y - 5);
    pen.stroke();
    pen.font = "12px sans-serif";
    pen.textAlign = "left";
    pen.textBaseline = "bottom";
    pen.fillText(metres >= 1000 ? `${metres / 1000} ${words.km}` : `${metres} ${words.m}`, x + 4, y - 4);
  }

  // Draw pieces of a route, [[[lat, lon], …], …]; `done` puts a mark at its end too.
  function drawRoute(canvas, pieces, words, done) {
    const { pen, width, height } = fitted(canvas);
    const filled = pieces.filter((piece) => piece.length);
    canvas.dataset.points = String(filled.reduce((sum, piece) => sum + piece.length, 0));
    if (!filled.length || !width) return;
    const lines = flat(filled);
    const all = lines.flat();
    const xs = all.map(([x]) => x);
    const ys = all.map(([, y]) => y);
    const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const span = Math.max(right - left, 40);
    const rise = Math.max(top - bottom, 40);
    const perMetre = Math.min((width - 2 * MARGIN) / span, (height - 2 * MARGIN - 14) / rise);
    const place = ([x, y]) => [
      width / 2 + (x - (left + right) / 2) * perMetre,
      (height - 14) / 2 - (y - (bottom + top) / 2) * perMetre,
    ];
    pen.lineJoin = pen.lineCap = "round";
    pen.lineWidth = 4;
    pen.strokeStyle = colour("--c0");
    for (const line of lines) {
      pen.beginPath();
      line.map(place).forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      if (line.length === 1) pen.lineTo(...place(line[0]));
      pen.stroke();
    }
    drawScale(pen, height, perMetre, words);
    mark(pen, place(all[0]), "#067d40", words.start_mark);
    if (done) mark(pen, place(all[all.length - 1]), "#b3261e", words.end_mark);
  }

  window.jifenSport.drawRoute = drawRoute;
})();
