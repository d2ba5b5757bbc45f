// A drawing with undo and redo. A line: {name, points: [[lon, lat], …], backdrop, grain, width, open}; it runs
// from above to below; the one being drawn is `open`. Every change is one step that can be taken back.

const KEPT_STEPS = 300;

function drawingModel(changed) {
  let lines = [], past = [], future = [];
  const copy = value => JSON.parse(JSON.stringify(value));
  const model = {
    get lines() { return lines; },
    get open() { return lines.findIndex(l => l.open); },
    get canUndo() { return past.length > 0; },
    get canRedo() { return future.length > 0; },
    load(next) { lines = copy(next); past = []; future = []; },
    begin() { past.push(copy(lines)); if (past.length > KEPT_STEPS) past.shift(); future = []; },
    done() { changed(); },
    change(edit) { model.begin(); edit(lines); changed(); },
    undo() { if (past.length) { future.push(lines); lines = past.pop(); changed(); } },
    redo() { if (future.length) { past.push(lines); lines = future.pop(); changed(); } },
  };
  return model;
}

const same = (a, b) => a[0] === b[0] && a[1] === b[1];

/** Length of a line [m] on the ellipsoid, each step with the radii of its middle latitude. */
function lengthOf(points) {
  const r = Math.PI / 180, a = 6378137, e2 = 0.00669437999014;
  let sum = 0;
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1], [x1, y1] = points[i], lat = (y0 + y1) / 2 * r, w = 1 - e2 * Math.sin(lat) ** 2;
    sum += Math.hypot((y1 - y0) * r * a * (1 - e2) / w ** 1.5, (x1 - x0) * r * a * Math.cos(lat) / Math.sqrt(w));
  }
  return sum;
}

/** Number of the line a place is a vertex of, other than `not`; -1 for none. */
function lineAt(lines, place, not) {
  return lines.findIndex((l, i) => i !== not && l.points.some(p => same(p, place)));
}

/** End the open line: drop it if it is a point; turn it round if only its beginning lies on another line. */
function endLine(lines) {
  const i = lines.findIndex(l => l.open);
  if (i < 0) return -1;
  const line = lines[i];
  delete line.open;
  if (line.points.length < 2) { lines.splice(i, 1); return -1; }
  const begins = lineAt(lines, line.points[0], i), ends = lineAt(lines, line.points.at(-1), i);
  if (begins >= 0 && ends < 0 && !same(lines[begins].points.at(-1), line.points[0])) line.points.reverse();
  return i;
}

/** Give a line a vertex where another one was snapped onto it, so that both share the place. */
function shareVertex(lines, snap) {
  if (snap?.segment === undefined || snap.line === undefined) return;
  const points = lines[snap.line].points;
  if (!points.some(p => same(p, snap.place))) points.splice(snap.segment + 1, 0, [...snap.place]);
}
