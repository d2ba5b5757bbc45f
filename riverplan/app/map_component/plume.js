// The forecast on the map: reaches by class of arrival, and the plume at the time of the slider.
// All of it is drawn from a few numbers a reach; moving the slider asks the server nothing.

/** Split the affected reaches at the bounds of the classes: for each class, pieces of line. */
function classPieces(lines, times, classes) {
  const pieces = classes.map(() => []);
  times.reach.forEach((row, i) => {
    const line = lines[row].line, at = lines[row].at, start = times.start[i];
    const t0 = times.lead_tail[i], t1 = Math.max(times.lead_head[i], t0);
    if (t0 < 0) return;
    let from = start;
    classes.forEach((c, k) => {
      const lower = k ? classes[k - 1].until : -1;
      if (t1 < lower || (c.until !== null && t0 >= c.until) || from >= 1) return;
      const to = c.until === null || t1 <= c.until ? 1 : start + (c.until - t0) / (t1 - t0) * (1 - start);
      if (to > from) { pieces[k].push(cut(line, at, from, to)); from = to; }
    });
  });
  return pieces;
}

/** Where the plume is at a time [s after release]: the pieces with leading ≤ t ≤ trailing. */
function plumePieces(lines, times, t) {
  const pieces = [];
  times.reach.forEach((row, i) => {
    const [l0, l1, e0, e1] = [times.lead_tail[i], times.lead_head[i], times.trail_tail[i], times.trail_head[i]];
    if (l0 < 0 || t < l0 || t > Math.max(e0, e1)) return;
    const start = times.start[i], span = 1 - start;
    const front = t >= l1 ? 1 : start + span * (t - l0) / (l1 - l0);
    const back = t <= e0 ? start : start + span * (t - e0) / Math.max(e1 - e0, 1);
    if (front > back) pieces.push(cut(lines[row].line, lines[row].at, back, Math.min(front, 1)));
  });
  return pieces;
}

/** The bar with play, slider and clock, in the language of the page. */
function timeBar(L, host, onTime) {
  const bar = host.querySelector('.rp-time'), play = bar.querySelector('button');
  const slider = bar.querySelector('input'), clock = bar.querySelector('output');
  // The way of the slider is the square root of time: the first hours, when people act, get most of it.
  let frame = 0, last = 0, words = {}, at = null, until = 1;
  const time = () => Math.round((slider.value / slider.max) ** 2 * until / 60) * 60;
  const pad = n => String(n).padStart(2, '0');
  const show = () => {
    const t = time(), d = at === null ? null : new Date(at + t * 1000);
    const day = d ? `${pad(d.getUTCMonth() + 1)}-${pad(d.getUTCDate())} ${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}` : '';
    clock.textContent = `${day}  +${Math.floor(t / 3600)}:${pad(Math.floor(t / 60) % 60)}`;
    slider.setAttribute('aria-valuetext', clock.textContent);
    onTime(t);
  };
  const stop = () => { cancelAnimationFrame(frame); frame = 0; play.textContent = '▶'; play.title = words.play || ''; };
  const step = now => {
    const t = +slider.value + (now - last) / 1000 * slider.max / 20;      // the whole forecast in 20 seconds
    last = now;
    slider.value = Math.min(t, +slider.max); show();
    if (t >= +slider.max) stop(); else frame = requestAnimationFrame(step);
  };
  play.onclick = () => {
    if (frame) { stop(); return; }
    if (+slider.value >= +slider.max) slider.value = 0;
    play.textContent = '❚❚'; play.title = words.pause || ''; last = performance.now(); frame = requestAnimationFrame(step);
  };
  slider.oninput = () => { stop(); show(); };
  L.DomEvent.disableClickPropagation(bar); L.DomEvent.disableScrollPropagation(bar);
  return {
    set(last, start, w, reset) {
      words = w; at = start; until = last; bar.hidden = until === null;
      slider.setAttribute('aria-label', w.slider || '');
      if (until === null) { stop(); return; }
      if (reset) { stop(); slider.value = 0; }
      if (!frame) stop();
      show();
    },
  };
}
