// Drawing on canvases above and below the Leaflet lines: graticule, flow arrows, names, site symbols.
// Everything that comes from a file is drawn as canvas text or set by textContent, never as HTML.

const FONT = '"RP Hei","Microsoft YaHei","Noto Sans CJK SC","PingFang SC",sans-serif';

/** Undo the delta coding of a payload: [[lat, lon], …] for each line. */
function decode(counts, deltas) {
  const lines = [];
  let k = 0, x = 0, y = 0;
  for (const n of counts) {
    const line = new Array(n);
    for (let j = 0; j < n; j++) {
      x += deltas[k++]; y += deltas[k++];
      line[j] = [y / 1e5, x / 1e5];
    }
    lines.push(line);
  }
  return lines;
}

/** Share of the way at each point of a line, 0 … 1, on the flattened earth. */
function shares(line) {
  const squeeze = Math.cos(line[0][0] * Math.PI / 180);
  const at = new Float64Array(line.length);
  for (let j = 1; j < line.length; j++)
    at[j] = at[j - 1] + Math.hypot(line[j][0] - line[j - 1][0], (line[j][1] - line[j - 1][1]) * squeeze);
  const total = at[at.length - 1] || 1;
  return at.map(v => v / total);
}

/** The piece of a line between two shares of its way. */
function cut(line, at, from, to) {
  const point = f => {
    let j = 1;
    while (j < at.length - 1 && at[j] < f) j++;
    const u = at[j] > at[j - 1] ? (f - at[j - 1]) / (at[j] - at[j - 1]) : 0;
    return [line[j - 1][0] + u * (line[j][0] - line[j - 1][0]), line[j - 1][1] + u * (line[j][1] - line[j - 1][1])];
  };
  const piece = [point(from)];
  for (let j = 0; j < line.length; j++) if (at[j] > from && at[j] < to) piece.push(line[j]);
  piece.push(point(to));
  return piece;
}

/** A layer that is a canvas over the view, painted anew when the view comes to rest. */
function paintLayer(L, pane, paint) {
  const Layer = L.Layer.extend({
    onAdd(map) {
      this._c = L.DomUtil.create('canvas', 'leaflet-zoom-hide', map.getPane(pane));
      this._c.style.pointerEvents = 'none';
      map.on('moveend zoomend resize viewreset', this.redraw, this);
      this.redraw();
    },
    onRemove(map) { this._c.remove(); map.off('moveend zoomend resize viewreset', this.redraw, this); },
    redraw() {
      const map = this._map, size = map.getSize(), ratio = window.devicePixelRatio || 1, c = this._c;
      L.DomUtil.setPosition(c, map.containerPointToLayerPoint([0, 0]));
      c.width = size.x * ratio; c.height = size.y * ratio;
      c.style.width = size.x + 'px'; c.style.height = size.y + 'px';
      const g = c.getContext('2d');
      g.scale(ratio, ratio);
      paint(g, map, size);
    },
  });
  return new Layer();
}

function dms(value, marks) {
  const minutes = Math.round(Math.abs(value) * 60);
  return `${Math.floor(minutes / 60)}°${String(minutes % 60).padStart(2, '0')}′${marks[value < 0 ? 1 : 0]}`;
}

/** Meridians and parallels at round minutes, with their values along the edge. */
function paintGraticule(g, map, size) {
  const b = map.getBounds(), steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
  const step = (steps.find(s => s >= (b.getEast() - b.getWest()) * 60 / 7) || 600) / 60;
  g.strokeStyle = '#d9d6cc'; g.fillStyle = '#8a877c'; g.lineWidth = 1; g.font = `10px ${FONT}`;
  for (let v = Math.ceil(b.getWest() / step) * step; v < b.getEast(); v += step) {
    const x = Math.round(map.latLngToContainerPoint([b.getSouth(), v]).x) + .5;
    g.beginPath(); g.moveTo(x, 0); g.lineTo(x, size.y); g.stroke();
    g.fillText(dms(v, 'EW'), x + 3, 10);
  }
  for (let v = Math.ceil(b.getSouth() / step) * step; v < b.getNorth(); v += step) {
    const y = Math.round(map.latLngToContainerPoint([v, b.getWest()]).y) + .5;
    g.beginPath(); g.moveTo(0, y); g.lineTo(size.x, y); g.stroke();
    if (y > 125) g.fillText(dms(v, 'NS'), size.x - 46, y - 3);      // above lie the buttons
  }
}

/** Points at even steps along a way of pixels: calls place(x, y, angle). */
function along(way, first, step, place) {
  let next = first, gone = 0;
  for (let j = 1; j < way.length; j++) {
    const dx = way[j].x - way[j - 1].x, dy = way[j].y - way[j - 1].y, d = Math.hypot(dx, dy);
    while (d > 0 && next <= gone + d) {
      const u = (next - gone) / d;
      if (place(way[j - 1].x + u * dx, way[j - 1].y + u * dy, Math.atan2(dy, dx)) === false) return;
      next += step;
    }
    gone += d;
  }
}

function wayLength(way) {
  let total = 0;
  for (let j = 1; j < way.length; j++) total += Math.hypot(way[j].x - way[j - 1].x, way[j].y - way[j - 1].y);
  return total;
}

/** The longest stretch of a way that lies in the view. */
function inView(way, size) {
  let best = [], run = [];
  const keep = () => { if (run.length > 1 && wayLength(run) > wayLength(best)) best = run; run = []; };
  for (const p of way) if (p.x > 4 && p.y > 4 && p.x < size.x - 4 && p.y < size.y - 4) run.push(p); else keep();
  keep();
  return best;
}

function halo(g, words, x, y, colour) {
  g.lineJoin = 'round'; g.lineWidth = 3; g.strokeStyle = 'rgba(252,251,247,.92)';
  g.strokeText(words, x, y); g.fillStyle = colour; g.fillText(words, x, y);
}

/** Boxes already taken by labels: take(list of [x, y, w, h]) takes them if all are free. */
function boxes() {
  const taken = [];
  return (...wanted) => {
    const hit = (a, t) => a[0] < t[0] + t[2] && t[0] < a[0] + a[2] && a[1] < t[1] + t[3] && t[1] < a[1] + a[3];
    if (wanted.some(a => taken.some(t => hit(a, t)))) return false;
    taken.push(...wanted);
    return true;
  };
}

/** The courses in the view, in pixels: the stretch that is seen, for arrows and names. */
function seenCourses(map, size, courses) {
  const seen = [];
  for (const c of courses) {
    const way = inView(L.LineUtil.simplify(c.line.map(p => map.latLngToContainerPoint(p)), 2), size);
    const length = wayLength(way);
    if (length >= 40) seen.push({name: c.name, way, length});
  }
  return seen;
}

/** Arrows in flow direction. */
function paintArrows(g, seen) {
  g.strokeStyle = '#1b4f86'; g.lineWidth = 1.4; g.lineCap = 'round';
  for (const {way} of seen) along(way, 45, 120, (x, y, a) => {
    g.save(); g.translate(x, y); g.rotate(a);
    g.beginPath(); g.moveTo(-4, -4); g.lineTo(2, 0); g.lineTo(-4, 4); g.stroke(); g.restore();
  });
}

/** Names of rivers along their course (blue, slanting), once for each river and view. */
function paintRivers(g, seen, take) {
  const longest = new Map();
  for (const c of seen) if (c.name && c.length > (longest.get(c.name)?.length || 0)) longest.set(c.name, c);
  g.font = `italic 13px ${FONT}`; g.textAlign = 'center'; g.textBaseline = 'middle';
  for (const [name, {way}] of longest) {
    const letters = /[\u3400-\u9fff]/.test(name) ? [...name] : [name];
    const wide = letters.map(l => g.measureText(l).width + 4), need = wide.reduce((a, b) => a + b, 0);
    const smooth = L.LineUtil.simplify(way, 14), course = smooth[smooth.length - 1].x < smooth[0].x ? smooth.reverse() : smooth;
    const length = wayLength(course);
    for (const share of [.5, .3, .7, .15, .85]) {
      const from = length * share - need / 2, spots = [];
      if (from < 0 || from + need > length) continue;
      let at = from;
      for (const w of wide) {
        along(course, at + w / 2, 1e9, (x, y, a) => {
          spots.push([x + Math.sin(a) * 12, y - Math.cos(a) * 12, Math.max(-1.2, Math.min(1.2, a))]);
          return false;
        });
        at += w;
      }
      if (spots.length < letters.length ||
          !take(...spots.map(([x, y], i) => [x - wide[i] / 2, y - 8, wide[i], 16]))) continue;
      spots.forEach(([x, y, a], i) => {
        g.save(); g.translate(x, y); g.rotate(a); halo(g, letters[i], 0, 0, '#14539a'); g.restore();
      });
      break;
    }
  }
}

const RANK = ['town', 'intake', 'boundary', 'section', 'risk_source', 'space', 'bridge'];

/** Names of sites beside their symbols, the important ones first, none over another. */
/** The plume's way in the view as points some pixels apart, for labels to keep clear of. */
function wayDots(map, size, pieces) {
  const dots = [];
  for (const line of pieces) {
    let last = null;
    for (const p of line.map(at => map.latLngToContainerPoint(at))) {
      const steps = last ? Math.min(Math.ceil(last.distanceTo(p) / 6), 400) : 1;
      for (let i = 1; i <= steps; i++) {
        const x = last ? last.x + (p.x - last.x) * i / steps : p.x, y = last ? last.y + (p.y - last.y) * i / steps : p.y;
        if (x > 0 && y > 0 && x < size.x && y < size.y) dots.push([x, y]);
      }
      last = p;
    }
  }
  return dots;
}

function paintSites(g, map, size, sites, selected, take, way = []) {
  const zoom = map.getZoom(), from = {town: 9, intake: 10.5, boundary: 10.5};
  const order = sites.filter(s => s.name && (s.id === selected || zoom >= (from[s.kind] ?? 11.5)))
    .sort((a, b) => (b.id === selected) - (a.id === selected) || RANK.indexOf(a.kind) - RANK.indexOf(b.kind));
  g.textAlign = 'left'; g.textBaseline = 'middle';
  for (const s of order) {
    const p = map.latLngToContainerPoint([s.lat, s.lon]);
    if (p.x < 0 || p.y < 0 || p.x > size.x || p.y > size.y) continue;
    g.font = s.kind === 'town' ? `600 12px ${FONT}` : `11px ${FONT}`;
    const w = g.measureText(s.name).width;
    const covered = ([dx, dy]) => way.filter(([x, y]) => x > p.x + dx && x < p.x + dx + w
      && Math.abs(y - p.y - dy) < 9).length;
    const spots = [[9, 0], [-w - 9, 0], [-w / 2, -14], [-w / 2, 14]].map(d => [covered(d), d])
      .filter(([n]) => n < 5 || s.id === selected || s.kind === 'town').sort((a, b) => a[0] - b[0]);
    for (const [, [dx, dy]] of spots)
      if (take([p.x + dx - 1, p.y + dy - 7, w + 2, 14])) { halo(g, s.name, p.x + dx, p.y + dy, '#26231d'); break; }
  }
}

/** A site as a point with the shape of its kind, drawn by Leaflet's canvas so that thousands stay quick. */
function symbolLayer(L) {
  return L.CircleMarker.extend({
    _updatePath() {
      const r = this._renderer, g = r._ctx, p = this._point, s = this.options.symbol;
      if (!r._drawing || this._empty()) return;
      const k = this._radius * (this._map.getZoom() < 9.5 && !this.options.ring ? .72 : 1);
      g.beginPath();
      for (const ring of s.shape) {
        ring.forEach(([x, y], i) => g[i ? 'lineTo' : 'moveTo'](p.x + x * k, p.y + y * k));
        g.closePath();
      }
      g.lineJoin = 'round'; g.lineWidth = this.options.ring ? 3 : 1.6;
      g.strokeStyle = this.options.ring ? '#ffd400' : s.edge; g.stroke();
      g.fillStyle = s.fill; g.fill();
    },
  });
}
