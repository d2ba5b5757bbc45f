// Stretches of river and sites coloured by a class: where a plume may have come from, what an intake is reached from.

function drawShaded(L, s, data) {
  s.shaded ??= L.layerGroup().addTo(s.map);
  s.shaded.clearLayers();
  const d = data.shaded;
  if (!d) return;
  const all = [];
  for (let k = d.classes.length - 1; k >= 0; k--) {                    // the first class lies on top
    const pieces = d.parts.filter(p => p[3] === k && s.lines[p[0]])
      .map(([row, from, to]) => cut(s.lines[row].line, s.lines[row].at, from, to));
    all.push(...pieces);
    if (pieces.length) L.polyline(pieces, {renderer: s.renderers.way, color: d.classes[k].colour, weight: 9, opacity: .75,
      interactive: false, smoothFactor: .5}).addTo(s.shaded);
  }
  for (const [id, k] of [...d.points].reverse()) {                     // the likeliest lies on top, below its symbol
    const m = s.markers.get(id);
    if (!m) continue;
    all.push([m.getLatLng()]);
    L.circleMarker(m.getLatLng(), {renderer: s.renderers.way, radius: 12, color: '#fff', weight: 2,
      fillColor: d.classes[k].colour, fillOpacity: 1, interactive: false}).addTo(s.shaded);
  }
  const key = JSON.stringify([d.parts, d.points.map(p => p[0])]);
  if (all.length && s.shadedKey !== key) {
    s.map.invalidateSize();
    s.map.fitBounds(L.latLngBounds(all.flat()).pad(.1), {maxZoom: 13});
  }
  s.shadedKey = key;
}
