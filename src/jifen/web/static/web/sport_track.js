// What a recording is computed from: a path that leaves out what cannot be, steps out of a sensor, calories. No page, no
// network: everything here gets numbers and gives numbers.
(() => {
  "use strict";

  const EARTH = 6371008.8; // metres, mean radius
  const ACCURACY_MAX = 35; // metres; a weaker fix is not counted
  const MOVE_MIN = 4; // metres; less is the receiver's trembling
  const FASTEST = { walk: 4.2, run: 11 }; // metres a second between two fixes; more is a jump
  const JUMPS_MAX = 3; // so many jumps in a row, and the path goes on from there
  const POINTS_MAX = 2000;
  const MET = { walk: 3.5, run: 9.8 }; // energy of the activity, in multiples of resting
  const KILOGRAMS = 60; // of somebody who does not say

  const radians = (degrees) => (degrees * Math.PI) / 180;

  // The distance between two places on the ball of the earth, in metres.
  function haversine(one, other) {
    const lat = radians(other.lat - one.lat) / 2;
    const lon = radians(other.lon - one.lon) / 2;
    const chord =
      Math.sin(lat) ** 2 + Math.cos(radians(one.lat)) * Math.cos(radians(other.lat)) * Math.sin(lon) ** 2;
    return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(chord)));
  }

  // A path in pieces: a pause, or a jump, begins a new piece, and nothing is counted between two pieces.
  class Path {
    constructor(sport, kept = {}) {
      this.sport = sport;
      this.metres = kept.metres || 0;
      this.pieces = kept.pieces || [];
      this.anchor = kept.anchor || null;
      this.jumps = kept.jumps || 0;
    }

    // Take a fix of the receiver; say what became of it: weak, still, jump or moved.
    add(fix) {
      if (!(fix.accuracy <= ACCURACY_MAX)) return "weak";
      if (!this.anchor) return this.begin(fix);
      const metres = haversine(this.anchor, fix);
      const seconds = Math.max(1, (fix.at - this.anchor.at) / 1000);
      if (metres < Math.max(MOVE_MIN, Math.min(fix.accuracy, this.anchor.accuracy) / 2)) return "still";
      if (metres / seconds > FASTEST[this.sport]) {
        this.jumps += 1;
        if (this.jumps >= JUMPS_MAX) this.begin(fix);
        return "jump";
      }
      this.metres += metres;
      this.keep(fix);
      return "moved";
    }

    // Begin a new piece at the next fix.
    rest() {
      this.anchor = null;
    }

    begin(fix) {
      this.pieces.push([]);
      this.keep(fix);
      return "moved";
    }

    keep(fix) {
      this.pieces[this.pieces.length - 1].push([Number(fix.lat.toFixed(6)), Number(fix.lon.toFixed(6))]);
      this.anchor = fix;
      this.jumps = 0;
      if (this.pieces.reduce((sum, piece) => sum + piece.length, 0) > POINTS_MAX) {
        this.pieces = this.pieces.map((piece) => piece.filter((_, i) => i % 2 === 0 || i === piece.length - 1));
      }
    }

    saved() {
      return { metres: this.metres, pieces: this.pieces, anchor: this.anchor, jumps: this.jumps };
    }
  }

  // Steps out of the acceleration of the phone, gravity included: peaks above the mean, in the rhythm of feet.
  class StepCounter {
    constructor() {
      this.steps = 0;
      this.mean = null;
      this.high = false;
      this.last = -Infinity;
      this.streak = 0;
    }

    feed(x, y, z, at) {
      const force = Math.hypot(x, y, z);
      this.mean = this.mean === null ? force : this.mean + (force - this.mean) * 0.06;
      const swing = force - this.mean;
      if (swing < 0.4) this.high = false;
      if (this.high || swing < 1.1) return;
      this.high = true;
      const since = at - this.last;
      if (since < 230) return; // nobody steps so fast; the same foot trembles
      this.last = at;
      this.streak = since > 2000 ? 1 : this.streak + 1;
      // A single shake is no step: four in a rhythm are, and then each one more.
      if (this.streak === 4) this.steps += 4;
      if (this.streak > 4) this.steps += 1;
    }
  }

  // MET × kilograms × hours, in whole kilocalories.
  function calories(sport, kilograms, seconds) {
    return Math.round((MET[sport] * kilograms * seconds) / 3600);
  }

  // Minutes and seconds for a kilometre, as 6′05″; a dash while there is too little to tell.
  function pace(metres, seconds) {
    if (metres < 20) return "–";
    const each = Math.round((seconds * 1000) / metres);
    return each > 5999 ? "–" : `${Math.floor(each / 60)}′${String(each % 60).padStart(2, "0")}″`;
  }

  function clock(seconds) {
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (n) => String(n).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
  }

  window.jifenSport = { ACCURACY_MAX, KILOGRAMS, Path, StepCounter, calories, clock, haversine, pace };
})();
