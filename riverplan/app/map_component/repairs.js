// What the import did and what it doubts: numbered pins, reaches turned round or guessed, with arrows.

const PIN = {error: '#c00018', warning: '#e08a00', note: '#6b6a63'};
const LOOKED = {about: '#ffc400', start: '#2f9e44', picked: '#1c7ed6'};       // what is being looked at: wide and pale

/** An arrowhead at the middle of each line, as wide as a finger, for directions in question. */
function paintDirections(g, map, size, lines, colour) {
  g.fillStyle = colour; g.strokeStyle = '#fff'; g.lineWidth = 1.5;
  for (const line of lines) {
    const way = inView(line.map(p => map.latLngToContainerPoint(p)), size), length = wayLength(way);
    if (length < 14) continue;
    along(way, length < 120 ? length / 2 : 50, 110, (x, y, a) => {
      g.save(); g.translate(x, y); g.rotate(a);
      g.beginPath(); g.moveTo(9, 0); g.lineTo(-6, -7); g.lineTo(-2, 0); g.lineTo(-6, 7); g.closePath();
      g.fill(); g.stroke(); g.restore();
    });
  }
}

function drawRepairs(L, s, data) {
  const of = rows => rows.map(i => s.lines[i]?.line).filter(Boolean);
  const r = data.repairs;
  s.repairs ??= L.layerGroup().addTo(s.map);
  s.repairs.clearLayers();
  s.directions?.remove(); s.directions = null;
  if (!r) return;
  for (const [name, color] of Object.entries(LOOKED))
    L.polyline(of(r[name]), {renderer: s.renderers.way, color, weight: 13, opacity: .5, interactive: false}).addTo(s.repairs);
  const turned = of(r.turned), guessed = of(r.guessed);
  for (const [lines, color, dash] of [[turned, '#d9480f', null], [guessed, '#a61e8c', '7 5']])
    L.polyline(lines, {renderer: s.renderers.way, color, weight: 4, opacity: .85, dashArray: dash,
      interactive: false}).addTo(s.repairs);
  s.directions = paintLayer(L, 'rp-names', (g, map, size) => {
    paintDirections(g, map, size, turned, '#d9480f');
    paintDirections(g, map, size, guessed, '#a61e8c');
  }).addTo(s.map);
  r.pins.forEach(([lat, lon, severity, label], k) => {
    const pin = document.createElement('b'), on = label === r.chosen;
    pin.textContent = label;
    pin.className = 'rp-pin' + (on ? ' rp-on' : '');
    pin.style.background = PIN[severity];
    const m = L.marker([lat, lon], {icon: L.divIcon({html: pin, className: '', iconSize: [22, 22]}), keyboard: false,
      zIndexOffset: on ? 2000 : 1000 - k, bubblingMouseEvents: false});
    m.on('click', e => report(s, L, e.latlng, '#' + label));
    m.addTo(s.repairs);
  });
  if (r.focus && s.focused !== String([r.focus, r.chosen])) {
    s.map.invalidateSize();
    s.map.setView(r.focus, Math.max(s.map.getZoom(), 10), {animate: false});
  }
  s.focused = String([r.focus, r.chosen]);
}
