// Where a click lands: on an end, a vertex or a line of the drawing, on a guide (a GPX track), or where it is.

const REACH = 12;                                     // pixels

/** Nearest place worth snapping to: {place: [lon, lat], line, segment, guide}; null where nothing is near. */
function snapPlace(map, lines, guides, latlng, skip) {
  const at = map.latLngToContainerPoint(latlng), far = map.containerPointToLatLng(at.add([REACH, REACH]));
  const dx = Math.abs(far.lng - latlng.lng), dy = Math.abs(far.lat - latlng.lat);
  const pixel = p => map.latLngToContainerPoint([p[1], p[0]]);
  let best = null;
  const offer = (distance, cost, found) => {
    if (distance <= REACH && (!best || cost < best.cost)) best = {cost, ...found};
  };
  const search = (points, found, vertexBonus) => {
    points.forEach((p, k) => {
      if (Math.abs(p[0] - latlng.lng) > dx || Math.abs(p[1] - latlng.lat) > dy) return;
      if (skip?.(p, found.line)) return;
      const d = pixel(p).distanceTo(at), end = k === 0 || k === points.length - 1;
      offer(d, d - vertexBonus - (end ? 4 : 0), {...found, place: p});
    });
    for (let k = 0; k + 1 < points.length; k++) {
      const a = points[k], b = points[k + 1];
      if (Math.max(a[0], b[0]) < latlng.lng - dx || Math.min(a[0], b[0]) > latlng.lng + dx
        || Math.max(a[1], b[1]) < latlng.lat - dy || Math.min(a[1], b[1]) > latlng.lat + dy) continue;
      if (skip?.(a, found.line) || skip?.(b, found.line)) continue;
      const pa = pixel(a), pb = pixel(b), v = pb.subtract(pa), n = v.x * v.x + v.y * v.y;
      if (!n) continue;
      const u = Math.min(1, Math.max(0, ((at.x - pa.x) * v.x + (at.y - pa.y) * v.y) / n));
      const d = at.distanceTo(pa.add(v.multiplyBy(u)));
      offer(d, d, {...found, segment: k, place: [a[0] + u * (b[0] - a[0]), a[1] + u * (b[1] - a[1])]});
    }
  };
  guides.forEach(g => search(g.points, {guide: g.digest}, 2));
  lines.forEach((l, line) => search(l.points, {line}, 7));
  return best;
}

/** The line of the drawing under a click; -1 for none. */
function lineUnder(map, lines, latlng) {
  return snapPlace(map, lines, [], latlng)?.line ?? -1;
}
