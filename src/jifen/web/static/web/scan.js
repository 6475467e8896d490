// Reads a card's code by the camera where the browser can: a button with data-scans="id of the field". Typing always
// works. No picture leaves the phone.
(() => {
  "use strict";
  const sheet = document.getElementById("scanner");
  const buttons = document.querySelectorAll("[data-scans]");
  const can = "BarcodeDetector" in window && navigator.mediaDevices && navigator.mediaDevices.getUserMedia;
  if (!sheet || !can) return;
  const EVERY = 250;
  const video = sheet.querySelector("video");
  const note = sheet.querySelector(".note");
  let stream = null;
  let timer = 0;

  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => scan(document.getElementById(button.dataset.scans)));
  }
  sheet.addEventListener("close", rest);

  async function scan(field) {
    note.textContent = "";
    sheet.showModal();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      note.textContent = sheet.dataset.denied;
      return;
    }
    if (!sheet.open) return rest();
    video.srcObject = stream;
    await video.play();
    const detector = new window.BarcodeDetector();
    timer = setInterval(async () => {
      const found = await detector.detect(video).catch(() => []);
      if (!found.length || !sheet.open) return;
      field.value = found[0].rawValue;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      sheet.close();
    }, EVERY);
  }

  function rest() {
    clearInterval(timer);
    for (const track of stream ? stream.getTracks() : []) track.stop();
    stream = null;
  }
})();
