// Drawing with the mouse: click by click, vertices dragged, put in, taken out; what is drawn on the map.

const COLOURS = ['#0b5cad', '#0a7f8c', '#5b3fb3', '#a04a00', '#2f7d32', '#a3186b'];
const colour = i => COLOURS[i % COLOURS.length];

function grainAt(map, lat) { return 40075016.7 * Math.cos(lat * Math.PI / 180) / 2 ** (map.getZoom() + 8); }

/** The backdrop a line was drawn on: the uppermost whose frame holds its points, else a guide most of them lie on. */
function backdropOf(s, line) {
  const inside = b => line.points.every(([x, y]) => x >= b[0] && x <= b[2] && y >= b[1] && y <= b[3]);
  const on = s.data.layers.filter(l => l.bounds && inside(l.bounds)).at(-1);
  if (on) return on.digest;
  const hits = {};
  for (const digest of line.guided || []) hits[digest] = (hits[digest] || 0) + 1;
  const [most] = Object.entries(hits).sort((a, b) => b[1] - a[1]);
  return most && most[1] * 2 >= line.points.length ? most[0] : '';
}

function addPoint(s, L, latlng) {
  const open = s.model.open;
  const skip = (p, line) => line === open && line >= 0;
  const snap = snapPlace(s.map, s.model.lines, s.guides, latlng, skip);
  const place = snap ? [...snap.place] : [+latlng.lng.toFixed(7), +latlng.lat.toFixed(7)];
  const last = open >= 0 ? s.model.lines[open].points.at(-1) : null;
  if (last && (same(last, place)
    || s.map.latLngToContainerPoint([last[1], last[0]]).distanceTo(s.map.latLngToContainerPoint(latlng)) < 4)) return;
  s.model.change(lines => {
    if (open < 0) lines.push({name: '', points: [], backdrop: '', grain: 0, width: '', guided: [], open: true});
    const line = lines[open < 0 ? lines.length - 1 : open];
    line.points.push(place);
    line.grain = Math.max(line.grain, +grainAt(s.map, latlng.lat).toFixed(2));
    if (snap?.guide) line.guided.push(snap.guide);
    shareVertex(lines, snap);
  });
}

function finishLine(s) {
  if (s.model.open < 0) { setDrawing(s, false); return; }
  s.model.begin();
  const i = endLine(s.model.lines);
  if (i >= 0) {
    const line = s.model.lines[i];
    line.backdrop = backdropOf(s, line);
    delete line.guided;
    s.selected = i;
  }
  setDrawing(s, false);
  s.model.done();
  if (i >= 0) focusName(s, i);
}

function setDrawing(s, on) {
  s.drawing = on;
  if (on) s.selected = -1;
  s.host.classList.toggle('rp-drawing', on);
  s.rubber.setLatLngs([]); s.mark.remove();
  redraw(s);
}

function hover(s, L, latlng) {
  if (!s.drawing) return;
  const open = s.model.open;
  const snap = snapPlace(s.map, s.model.lines, s.guides, latlng, (p, line) => line === open && line >= 0);
  const to = snap ? [snap.place[1], snap.place[0]] : latlng;
  if (snap) s.mark.setLatLng(to).addTo(s.map); else s.mark.remove();
  const last = open >= 0 ? s.model.lines[open].points.at(-1) : null;
  s.rubber.setLatLngs(last ? [[last[1], last[0]], to] : []);
}

function redraw(s) {
  const L = s.L;
  s.drawn.clearLayers();
  s.model.lines.forEach((line, i) => {
    const way = line.points.map(([x, y]) => [y, x]), chosen = i === s.selected;
    L.polyline(way, {renderer: s.canvas, color: '#fff', weight: chosen ? 9 : 7, opacity: .9, interactive: false}).addTo(s.drawn);
    L.polyline(way, {renderer: s.canvas, color: colour(i), weight: chosen ? 5 : 3.5, interactive: false}).addTo(s.drawn);
    if (line.open) way.forEach(p => L.circleMarker(p, {renderer: s.canvas, radius: 3.5, color: colour(i), weight: 2,
      fillColor: '#fff', fillOpacity: 1, interactive: false}).addTo(s.drawn));
    else if (way.length > 1) label(s, line, i).forEach(m => m.addTo(s.drawn));
  });
  s.handles.clearLayers();
  if (!s.drawing && s.model.lines[s.selected]) handles(s, s.selected);
  panel(s);
}

/** Arrow of flow and name at the middle of a line. */
function label(s, line, i) {
  const L = s.L, points = line.points, half = lengthOf(points) / 2;
  let k = 1, sum = 0;
  for (; k < points.length - 1; k++) { const d = lengthOf(points.slice(k - 1, k + 1)); if (sum + d >= half) break; sum += d; }
  const a = s.map.project([points[k - 1][1], points[k - 1][0]], 15), b = s.map.project([points[k][1], points[k][0]], 15);
  const at = s.map.unproject(a.add(b).divideBy(2), 15), turn = Math.atan2(b.y - a.y, b.x - a.x) * 180 / Math.PI;
  const arrow = document.createElement('i'), name = document.createElement('b');
  arrow.style.cssText = `transform: rotate(${turn}deg); border-left-color: ${colour(i)}`;
  name.textContent = line.name; name.style.color = colour(i);
  const icon = (html, className) => L.divIcon({html, className, iconSize: null});
  return [L.marker(at, {icon: icon(arrow, 'rp-flow'), interactive: false, keyboard: false}),
    L.marker(at, {icon: icon(name, 'rp-line-name'), interactive: false, keyboard: false})];
}

function handles(s, i) {
  const L = s.L, points = s.model.lines[i].points, view = s.map.getBounds().pad(.2);
  const put = (place, className, begin) => {
    const at = L.latLng(place[1], place[0]);
    if (!view.contains(at)) return null;
    const m = L.marker(at, {draggable: true, keyboard: false, icon: L.divIcon({className, iconSize: [12, 12]})});
    let moved = [], snap = null;
    m.on('dragstart', () => { s.model.begin(); moved = begin(); });
    m.on('drag', () => {
      const own = (p, line) => moved.includes(p) || line === i;
      snap = snapPlace(s.map, s.model.lines, s.guides, m.getLatLng(), own);
      const to = snap ? snap.place : [+m.getLatLng().lng.toFixed(7), +m.getLatLng().lat.toFixed(7)];
      for (const p of moved) { p[0] = to[0]; p[1] = to[1]; }
      s.ghost.setLatLngs(s.model.lines[i].points.map(([x, y]) => [y, x]));
    });
    m.on('dragend', () => { s.ghost.setLatLngs([]); shareVertex(s.model.lines, snap); s.model.done(); });
    return m.addTo(s.handles);
  };
  points.forEach((p, k) => {
    const m = put(p, 'rp-vertex', () => s.model.lines.flatMap(l => l.points.filter(q => same(q, p))));
    const out = () => { if (points.length > 2) s.model.change(lines => lines[i].points.splice(k, 1)); };
    m?.on('contextmenu dblclick', out);
  });
  if (points.length < 400) for (let k = 0; k + 1 < points.length; k++) {
    const middle = [(points[k][0] + points[k + 1][0]) / 2, (points[k][1] + points[k + 1][1]) / 2];
    put(middle, 'rp-middle', () => { points.splice(k + 1, 0, middle); return [middle]; });
  }
}

function keys(s) {
  document.addEventListener('keydown', e => {
    const from = e.composedPath()[0];
    if (!s.host.isConnected || s.data.picking || from?.closest?.('input, textarea, select, [contenteditable]')) return;
    const ctrl = e.ctrlKey || e.metaKey, key = e.key.toLowerCase();
    const acts = {
      enter: () => s.drawing && finishLine(s), escape: () => s.drawing && finishLine(s),
      backspace: () => s.model.open >= 0 && s.model.undo(), delete: () => removeLine(s, s.selected),
    };
    const act = ctrl ? {z: () => e.shiftKey ? s.model.redo() : s.model.undo(), y: () => s.model.redo()}[key] : acts[key];
    if (act) { e.preventDefault(); act(); }
  });
}

function removeLine(s, i) {
  if (!s.model.lines[i] || s.drawing) return;
  s.selected = -1;
  s.model.change(lines => lines.splice(i, 1));
}
