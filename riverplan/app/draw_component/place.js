// Placing a picture: the picture on the left, the map on the right; a click on either is told to the page.

function picture(L, s, picking) {
  const box = s.host.querySelector('.rp-picture');
  box.hidden = !picking;
  s.host.classList.toggle('rp-picking', Boolean(picking));
  if (s.plan && s.plan.url !== picking?.url) { s.plan.watch.disconnect(); s.plan.map.remove(); s.plan = null; }
  if (!picking) return;
  if (!s.plan) {
    const map = L.map(box, {crs: L.CRS.Simple, minZoom: -5, maxZoom: 4, zoomSnap: .25, attributionControl: false, doubleClickZoom: false});
    const frame = [[-picking.height, 0], [0, picking.width]];
    L.imageOverlay(new URL(picking.url, document.baseURI).href, frame).addTo(map);
    map.fitBounds(frame);
    map.on('click', e => {
      const [x, y] = [e.latlng.lng, -e.latlng.lat];
      if (x >= 0 && y >= 0 && x <= s.data.picking.width && y <= s.data.picking.height)
        s.send('picked', {x: +x.toFixed(1), y: +y.toFixed(1), n: Date.now()});
    });
    s.plan = {map, url: picking.url, marks: L.layerGroup().addTo(map), watch: new ResizeObserver(() => map.invalidateSize())};
    s.plan.watch.observe(box);
  }
  s.plan.marks.clearLayers(); s.places.clearLayers();
  const pin = (words, className) => {
    const e = element('span', '', words);                    // a ring around the place, the number beside it
    return {icon: L.divIcon({html: e, className: `rp-pin ${className}`, iconSize: [14, 14]}), interactive: false, keyboard: false};
  };
  picking.points.forEach((p, i) => {
    const look = p[4] ? 'rp-outlier' : '';
    L.marker([-p[1], p[0]], pin(i + 1, look)).addTo(s.plan.marks);
    L.marker([p[3], p[2]], pin(i + 1, look)).addTo(s.places);
  });
  if (picking.pending) L.marker([-picking.pending[1], picking.pending[0]], pin(picking.points.length + 1, 'rp-pending')).addTo(s.plan.marks);
  const last = picking.points.at(-1), bounds = s.map._loaded && s.map.getBounds();
  if (last && bounds && !bounds.contains([last[3], last[2]])) s.map.panTo([last[3], last[2]]);
}
