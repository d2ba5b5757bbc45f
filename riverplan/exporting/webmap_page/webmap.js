// What moves on the exported map: the plume at a time, labels that do not collide, the graticule.
// Everything it needs stands in this file; nothing is fetched.
function riverplanMap(map, data, groups) {
  "use strict";
  map.attributionControl.setPrefix(false);
  L.control.scale({ imperial: false }).addTo(map);
  const views = L.control({ position: "topleft" });
  views.onAdd = () => {
    const bar = L.DomUtil.create("div", "leaflet-bar rp-views");
    [["view_first", data.first], ["view_whole", data.whole]].forEach(([words, box]) => {
      const link = L.DomUtil.create("a", "", bar);
      link.textContent = data.words[words];
      link.href = "#";
      link.setAttribute("role", "button");
      L.DomEvent.on(link, "click", event => {
        L.DomEvent.stop(event);
        map.fitBounds(box, { padding: [40, 40] });
      });
    });
    return bar;
  };
  views.addTo(map);
  map.attributionControl.addAttribution(data.attribution);

  // ── graticule ────────────────────────────────────────────────────────────────────────────────────
  const graticule = L.layerGroup().addTo(map);
  function drawGraticule() {
    graticule.clearLayers();
    const box = map.getBounds(), span = box.getEast() - box.getWest();
    const step = [1 / 60, 1 / 30, 1 / 12, 1 / 6, 1 / 4, 1 / 2, 1, 2, 5, 10].find(s => span / s <= 7) || 20;
    const style = { color: "#b9b29c", weight: 0.7, interactive: false };
    const mark = (lat, lon, words, anchor) => L.marker([lat, lon], { interactive: false, keyboard: false, icon:
      L.divIcon({ className: "rp-grid", html: words, iconSize: null, iconAnchor: anchor }) }).addTo(graticule);
    for (let i = Math.ceil(box.getWest() / step); i * step < box.getEast(); i++) {
      L.polyline([[box.getSouth(), i * step], [box.getNorth(), i * step]], style).addTo(graticule);
      mark(box.getNorth(), i * step, degrees(i * step, "E", "W"), [-3, -2]);
    }
    for (let i = Math.ceil(box.getSouth() / step); i * step < box.getNorth(); i++) {
      L.polyline([[i * step, box.getWest()], [i * step, box.getEast()]], style).addTo(graticule);
      mark(i * step, box.getEast(), degrees(i * step, "N", "S"), [58, 16]);
    }
  }
  function degrees(value, plus, minus) {
    const minutes = Math.round(Math.abs(value) * 60);
    return Math.floor(minutes / 60) + "°" + String(minutes % 60).padStart(2, "0") + "′" + (value < 0 ? minus : plus);
  }
  map.on("moveend", drawGraticule);
  drawGraticule();

  // ── sites: the table opens the popup, the label of the lesser site gives way ─────────────────────
  const sites = {};
  Object.values(groups).forEach(group => group.eachLayer(layer => {
    if (layer.options.rpSite) sites[layer.options.rpSite] = { layer, group };
  }));
  document.querySelectorAll("tr[data-site]").forEach(row => {
    const go = () => {
      const site = sites[row.dataset.site];
      if (!site) return;
      if (!map.hasLayer(site.group)) map.addLayer(site.group);
      map.setView(site.layer.getLatLng(), Math.max(map.getZoom(), 12));
      site.layer.openPopup();
    };
    row.addEventListener("click", go);
    row.addEventListener("keydown", event => { if (event.key === "Enter") go(); });
  });
  const labels = L.layerGroup().addTo(map);
  function placeLabels() {
    labels.clearLayers();
    const view = map.getSize(), taken = [];
    const free = box => box[0] > 0 && box[1] > 0 && box[2] < view.x && box[3] < view.y &&
      !taken.some(t => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1]);
    const pixel = at => map.latLngToContainerPoint(at);
    const inside = (q, box) => q.x > box[0] && q.x < box[2] && q.y > box[1] && q.y < box[3];
    const river = [];                                      // points of the way every few pixels, within view
    data.pieces.forEach(piece => piece.line.map(pixel).forEach((b, i, all) => {
      const a = i ? all[i - 1] : b, n = Math.min(200, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / 6) || 1);
      for (let k = 1; k <= n; k++) {
        const q = { x: a.x + (b.x - a.x) * k / n, y: a.y + (b.y - a.y) * k / n };
        if (inside(q, [-50, -50, view.x + 50, view.y + 50])) river.push(q);
      }
    }));
    data.labels.forEach(label => {
      const site = sites[label.site];
      if (site && map.hasLayer(site.group)) {
        const p = pixel(site.layer.getLatLng());
        taken.push([p.x - 7, p.y - 7, p.x + 7, p.y + 7]);
      }
    });
    const spill = pixel(data.spill);
    taken.push([spill.x - 14, spill.y - 14, spill.x + 14, spill.y + 14]);
    data.labels.forEach(label => {
      const site = sites[label.site];
      if (!site || !map.hasLayer(site.group)) return;
      const at = site.layer.getLatLng(), p = pixel(at), wide = 13 + label.width * 12.4;
      const half = (wide - 13) / 2;
      const places = [["right", p.x + 8, p.y - 8, p.x + wide, p.y + 8], ["left", p.x - wide, p.y - 8, p.x - 8, p.y + 8],
        ["above", p.x - half, p.y - 26, p.x + half, p.y - 9], ["below", p.x - half, p.y + 9, p.x + half, p.y + 26]];
      let best = null, least = Infinity;
      places.forEach(([name, ...box]) => {                 // a place off the line before one on it
        const crossed = free(box) ? river.filter(q => inside(q, box)).length : Infinity;
        if (crossed < least) [best, least] = [[name, box], crossed];
      });
      if (!best) return;
      taken.push(best[1]);
      L.marker(at, { interactive: false, keyboard: false, zIndexOffset: 500, icon: L.divIcon({
        className: "rp-label rp-" + best[0], html: "<span>" + label.html + "</span>", iconSize: [0, 0] })
      }).addTo(labels);
    });
  }
  map.on("zoomend moveend overlayadd overlayremove resize", placeLabels);
  placeLabels();

  // ── the plume at a time ──────────────────────────────────────────────────────────────────────────
  const slider = document.getElementById("rp-slider"), clock = document.getElementById("rp-clock");
  const where = document.getElementById("rp-where"), button = document.getElementById("rp-play");
  const plume = L.layerGroup().addTo(map);
  const scale = Math.cos(data.spill[0] * Math.PI / 180);
  data.pieces.forEach(piece => {
    piece.sum = [0];
    for (let i = 1; i < piece.line.length; i++) {
      const [a, b] = [piece.line[i - 1], piece.line[i]];
      piece.sum.push(piece.sum[i - 1] + Math.hypot(b[0] - a[0], (b[1] - a[1]) * scale));
    }
  });
  function point(piece, fraction) {
    const target = fraction * piece.sum[piece.sum.length - 1];
    let i = 1;
    while (i < piece.sum.length - 1 && piece.sum[i] < target) i++;
    const part = (target - piece.sum[i - 1]) / ((piece.sum[i] - piece.sum[i - 1]) || 1);
    const [a, b] = [piece.line[i - 1], piece.line[i]];
    return [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
  }
  function cut(piece, from, to) {
    const all = piece.sum[piece.sum.length - 1];
    return [point(piece, from), ...piece.line.filter((_, i) => piece.sum[i] > from * all && piece.sum[i] < to * all),
      point(piece, to)];
  }
  // How far along a piece something has come at a time: below 0 not yet there, above 1 past.
  const progress = (ends, t) => ends[1] > ends[0] ? (t - ends[0]) / (ends[1] - ends[0]) : (t < ends[0] ? -1 : 2);
  const between = (ends, f) => ends[0] + (ends[1] - ends[0]) * f;
  function show() {
    const t = data.minutes[slider.value] * 60;
    plume.clearLayers();
    let first = Infinity, last = -Infinity;
    const peaks = [];
    data.pieces.forEach(piece => {
      const front = Math.min(1, progress(piece.leading, t));
      const tail = piece.trailing[0] === null ? 0 : Math.max(0, progress(piece.trailing, t));
      if (front > 0 && tail < 1 && front > tail) {
        L.polyline(cut(piece, tail, front), { color: "#6b2a86", weight: 13, opacity: 0.5, lineCap: "butt",
          interactive: false }).addTo(plume);
        first = Math.min(first, between(piece.km, tail));
        last = Math.max(last, between(piece.km, front));
      }
      const peak = progress(piece.peak, t);
      if (peak > 0 && peak <= 1) {
        peaks.push(between(piece.km, peak).toFixed(1));
        L.circleMarker(point(piece, peak), { radius: 7, color: "#fff", weight: 2, fillColor: "#6b2a86", fillOpacity: 1,
          interactive: false }).addTo(plume);
      }
    });
    clock.textContent = written(t);
    where.textContent = last < first ? (t === 0 ? "" : data.words.gone) : fill(peaks.length ? data.words.length :
      data.words.length_only, { from_km: first.toFixed(1), to_km: last.toFixed(1), peak_km: peaks.join(" / ") });
  }
  const fill = (words, fields) => words.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
  function written(t) {
    const minutes = Math.round(t / 60), span = Math.floor(minutes / 60) + ":" + String(minutes % 60).padStart(2, "0");
    if (data.began === null) return data.words.after + " " + span;
    const at = new Date(data.began + t * 1000), two = n => String(n).padStart(2, "0");   // already local: read as UTC
    return at.getUTCFullYear() + "-" + two(at.getUTCMonth() + 1) + "-" + two(at.getUTCDate()) + " " +
      two(at.getUTCHours()) + ":" + two(at.getUTCMinutes()) + "  (+" + span + ")";
  }
  let timer = null;
  function stop() {
    clearInterval(timer);
    timer = null;
    button.textContent = data.words.play;
  }
  button.addEventListener("click", () => {
    if (timer) { stop(); return; }
    if (Number(slider.value) >= Number(slider.max)) slider.value = 0;
    button.textContent = data.words.pause;
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      show();
      if (Number(slider.value) >= Number(slider.max)) stop();
    }, 100);
  });
  slider.addEventListener("input", () => { if (timer) stop(); show(); });
  show();
}
