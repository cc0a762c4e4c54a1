"use strict";
// Plays a picture step by step: the picture, the story, the log and the program's line move together.
// Nothing is fetched or stored, and the page is complete without it.
(() => {
  const template = document.getElementById("player");
  const players = new Map();
  let latest = null;
  const PAUSE = 900;

  // Scrolls a wide picture so that x is in the middle.
  const reveal = (picture, x) => {
    const labels = picture.firstElementChild.clientWidth;
    picture.scrollLeft = x - (picture.clientWidth - labels) / 2;
  };

  const make = (scene) => {
    const rows = [...scene.querySelectorAll(".messages [data-x]")];
    if (!rows.length) return null;
    const picture = scene.querySelector(".picture");
    const cover = scene.querySelector(".cover");
    const now = scene.querySelector(".now-line");
    const width = Number(cover.dataset.width);
    const log = [...scene.querySelectorAll(".log [data-step]")];
    const marks = [...scene.querySelectorAll(".fault-mark")];
    picture.before(template.content.cloneNode(true));
    const panel = scene.querySelector(".player");
    const [back, play, forward] = panel.querySelectorAll("button");
    const slider = panel.querySelector("input");
    const story = panel.querySelector("output");
    const code = panel.querySelector(".line");
    let timer = 0;
    slider.max = rows.length;

    // Shows what had happened by then; with everything, also what came later.
    const show = (number, everything = false) => {
      const at = Math.min(rows.length, Math.max(1, number));
      const row = rows[at - 1];
      const step = Number(row.dataset.step);
      const last = everything || at === rows.length;
      const x = last ? width : Number(row.dataset.x);
      slider.value = at;
      rows.forEach((each, n) => each.classList.toggle("now", n === at - 1));
      cover.setAttribute("x", x);
      cover.setAttribute("width", Math.max(0, width - x));
      now.setAttribute("d", last ? "" : `M${x} 0V${now.dataset.height}`);
      for (const line of log) {
        line.classList.toggle("later", !last && Number(line.dataset.step) > step);
        line.classList.toggle("now", Number(line.dataset.step) === step);
      }
      for (const mark of marks) mark.classList.toggle("later", !last && Number(mark.dataset.step) > step);
      const [time, who, ...what] = [...row.cells].map((cell) => cell.textContent.trim().replace(/\s+/g, " "));
      story.textContent = `${at}/${rows.length} · ${time} · ${who}${panel.dataset.colon}${what.filter(Boolean).join(" → ")}`;
      slider.setAttribute("aria-valuetext", story.textContent);
      for (const each of document.querySelectorAll(".source .now")) each.classList.remove("now");
      const source = row.dataset.line ? document.getElementById(`source-${row.dataset.line}`) : null;
      code.hidden = !source;
      if (source) {
        source.classList.add("now");
        code.href = `#${source.id}`;
        code.replaceChildren(row.dataset.line, document.createElement("code"));
        code.lastChild.textContent = source.querySelector("pre").textContent.trim();
      }
      reveal(picture, Number(row.dataset.x));
    };
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      play.textContent = play.dataset.play;
    };
    const go = (by) => { stop(); latest = player; show(Number(slider.value) + by); };
    const start = () => {
      latest = player;
      if (cover.getAttribute("width") === "0") show(1);
      play.textContent = play.dataset.pause;
      timer = setInterval(() => {
        show(Number(slider.value) + 1);
        if (Number(slider.value) === rows.length) stop();
      }, PAUSE);
    };
    const player = { go };
    back.addEventListener("click", () => go(-1));
    forward.addEventListener("click", () => go(1));
    play.addEventListener("click", () => (timer ? stop() : start()));
    slider.addEventListener("input", () => go(0));
    panel.addEventListener("focusin", () => { latest = player; });

    // At first, everything is shown, and the story is where the fault is.
    const fault = rows.findIndex((row) => row.classList.contains("fault"));
    show(fault < 0 ? rows.length : fault + 1, true);
    return player;
  };

  const open = (scene) => {
    if (scene.open && !players.has(scene)) players.set(scene, make(scene));
  };
  for (const scene of document.querySelectorAll(".scene")) {
    scene.addEventListener("toggle", () => open(scene));
    open(scene);
  }
  addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.matches("input")) return;  // the slider does that itself
    const scene = event.target.closest(".scene");
    const player = (scene && players.get(scene)) || latest;
    if (!player) return;
    event.preventDefault();
    player.go(by);
  });
})();
