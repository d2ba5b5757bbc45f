(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("rp-data").textContent);
  const COLOURS = ["#4f9bd9", "#7a3fa3", "#d9480f", "#b3001b"];
  const map = L.map("rp-map", { preferCanvas: true, zoomSnap: 0.25, zoomDelta: 0.5, attributionControl: false });
  const attribution = L.control.attribution({ prefix: false }).addTo(map);
  if (data.attribution) attribution.addAttribution(data.attribution);
  L.control.scale({ imperial: false }).addTo(map);

  // lines: one layer a class, the plain ones below
  COLOURS.forEach((colour, kind) => {
    const lines = data.lines.filter((_, i) => data.kind[i] === kind);
    L.polyline(lines, { color: colour, weight: kind ? 3.2 : 1.8, dashArray: kind === 3 ? "7 5" : null,
      interactive: false }).addTo(map);
  });
  const all = L.latLngBounds(data.lines.flat());
  const whole = () => map.fitBounds(all, { padding: [30, 30], animate: false });
  whole();

  // flow arrows: the direction after the repair. So many as stand clear of each other, those of repairs first
  const arrows = L.layerGroup().addTo(map);
  const PRIORITY = [3, 1, 0, 2], ROOM = [70, 34, 30, 44];
  data.arrows.sort((a, b) => PRIORITY[a[3]] - PRIORITY[b[3]]);
  function drawArrows() {
    arrows.clearLayers();
    const seen = map.getBounds().pad(0.05), taken = [];
    for (const [lat, lon, turn, kind] of data.arrows) {
      if (!seen.contains([lat, lon])) continue;
      const p = map.latLngToContainerPoint([lat, lon]);
      if (taken.some(q => Math.abs(q.x - p.x) < ROOM[kind] && Math.abs(q.y - p.y) < ROOM[kind])) continue;
      taken.push(p);
      const size = kind ? 22 : 14;
      const html = `<svg width="${size}" height="${size}" viewBox="-10 -10 20 20"><path transform="rotate(${turn})" ` +
        `d="M-6,-6 L8,0 L-6,6 L-2.5,0 Z" fill="${COLOURS[kind]}" stroke="#fff" stroke-width="1.4"/></svg>`;
      L.marker([lat, lon], { interactive: false, keyboard: false, icon: L.divIcon({ html, className: "rp-arrow",
        iconSize: [size, size], iconAnchor: [size / 2, size / 2] }) }).addTo(arrows);
    }
  }
  map.on("moveend", drawArrows);
  drawArrows();
  data.sites.forEach(([lat, lon, name]) => L.circleMarker([lat, lon], { radius: 3.2, color: "#fff", weight: 1,
    fillColor: "#33424f", fillOpacity: 1 }).bindTooltip(name).addTo(map));

  // rows and pins, each leading to the other
  const light = L.layerGroup().addTo(map);
  let now = null;
  function choose(index, fromMap) {
    const row = data.rows[index], element = document.getElementById("rp-row-" + index);
    if (now) now.classList.remove("rp-now");
    now = element;
    light.clearLayers();
    const bounds = L.latLngBounds([]);
    row.reaches.forEach(i => {
      L.polyline(data.lines[i], { color: "#ffd21f", weight: 9, opacity: 0.75, interactive: false }).addTo(light).bringToBack();
      if (!row.spot) bounds.extend(data.lines[i]);
    });
    if (row.at) {
      bounds.extend(row.at);
      L.circleMarker(row.at, { radius: 15, color: "#2f74b5", weight: 3, fill: false, interactive: false }).addTo(light);
    }
    if (element) {
      element.classList.add("rp-now");
      const fold = element.closest("details");
      if (fold) fold.open = true;
      if (fromMap) element.scrollIntoView({ block: "center" });
    }
    if (fromMap || !bounds.isValid()) return;
    // a single spot is shown with its surroundings
    map.fitBounds(bounds.pad(0.25), { maxZoom: 13.5, animate: false });
  }
  document.querySelectorAll(".rp-placed").forEach(element => {
    const go = () => choose(Number(element.dataset.row), false);
    element.addEventListener("click", go);
    element.addEventListener("keydown", e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); go(); } });
  });
  let number = 0;
  const pins = data.rows.map((row, index) => row.pin ? index : -1).filter(index => index >= 0);
  pins.slice().reverse().forEach(index => {
    const row = data.rows[index], label = document.querySelector("#rp-row-" + index + " .rp-pin");
    if (!label) return;
    number += 1;
    L.marker(row.at, { zIndexOffset: 1000 * (row.severity === "error" ? 3 : row.severity === "warning" ? 2 : 1) - index,
      icon: L.divIcon({ html: `<b class="rp-pin rp-${row.severity}">${label.textContent}</b>`, className: "rp-mark", iconSize: [0, 0] }) })
      .on("click", () => choose(index, true)).addTo(map);
  });
  const views = L.control({ position: "topleft" });
  views.onAdd = () => {
    const bar = L.DomUtil.create("div", "leaflet-bar rp-views"), link = L.DomUtil.create("a", "", bar);
    link.href = "#"; link.textContent = data.whole; link.setAttribute("role", "button");
    L.DomEvent.on(link, "click", e => { L.DomEvent.stop(e); whole(); });
    return bar;
  };
  views.addTo(map);
  window.riverplanReport = { map, choose, pins: number };
})();
