// A plan: numbered actions, who comes from where, receptors as a ring (nothing done) and its middle (with the plan).

const WAYS = {team: ['#173f69', '2 7'], store: ['#8a5200', '9 6']};

function drawPlanned(L, s, data) {
  s.planned ??= L.layerGroup().addTo(s.map);
  s.planned.clearLayers();
  const p = data.planned;
  if (!p) { s.plannedFor = null; return; }
  for (const [id, before, after] of p.rings) {
    const m = s.markers.get(id);
    if (m) L.circleMarker(m.getLatLng(), {renderer: s.renderers.way, radius: 12, color: before, weight: 3.5,
      fillColor: after, fillOpacity: .85, interactive: false}).addTo(s.planned);
  }
  for (const [lat, lon, toLat, toLon, kind, name] of p.lines) {
    const [color, dashArray] = WAYS[kind];
    L.polyline([[lat, lon], [toLat, toLon]], {renderer: s.renderers.way, color, weight: 2.5, dashArray, opacity: .9,
      interactive: false}).addTo(s.planned);
    const label = document.createElement('span');
    label.textContent = name; label.className = 'rp-from';
    L.marker([lat, lon], {icon: L.divIcon({html: label, className: '', iconSize: [0, 0]}), interactive: false,
      keyboard: false}).addTo(s.planned);
  }
  p.marks.forEach(([lat, lon, label, colour, id, pinned, name], k) => {
    const pin = document.createElement('b'), numbered = /^\d+$/.test(label);
    pin.textContent = label; pin.dataset.site = id;
    pin.className = 'rp-pin rp-act-pin' + (pinned ? ' rp-on' : '') + (numbered ? '' : ' rp-small');
    pin.style.background = colour;
    const size = numbered ? 24 : 16;
    const m = L.marker([lat, lon], {icon: L.divIcon({html: pin, className: '', iconSize: [size, size]}),
      keyboard: false, zIndexOffset: numbered ? 2000 - k : 900, bubblingMouseEvents: false});
    m.bindTooltip(() => tip(s, s.sites.find(x => x.id === id) || {id, name, kind: ''}), {direction: 'top',
      offset: [0, -10], opacity: 1});
    m.on('click', e => report(s, L, e.latlng, id));
    m.addTo(s.planned);
  });
  if (s.plannedFor !== data.key) {                 // another spill: the plan as a whole; a pin moves nothing
    const all = [...p.marks.filter(m => m[2]).map(m => [m[0], m[1]]), ...p.lines.map(l => [l[0], l[1]]),
      ...p.rings.map(([id]) => s.markers.get(id)?.getLatLng()).filter(Boolean), ...(data.spill ? [data.spill] : [])];
    s.map.invalidateSize();
    if (all.length > 1) s.map.fitBounds(L.latLngBounds(all), {paddingTopLeft: [205, 24], paddingBottomRight: [60, 84],
      maxZoom: 13, animate: false});
  }
  s.plannedFor = data.key;
}

function planKey(box, row, p) {
  const title = document.createElement('em');
  title.textContent = p.words.title; box.append(title);
  for (const [tone, colour] of [['good', '#1d7a35'], ['warn', '#e08a00'], ['bad', '#c00018']])
    row(k => { const b = document.createElement('b'); b.className = 'rp-dot'; b.style.background = colour; k.append(b); },
      p.words[tone]);
  if (p.marks.some(m => !m[2])) row(k => { const b = document.createElement('b'); b.className = 'rp-dot';
    b.style.background = '#77736a'; k.append(b); }, p.words.found);
  for (const kind of new Set(p.lines.map(l => l[4])))
    row(k => { k.className = 'dash'; k.style.borderColor = WAYS[kind][0]; }, p.words[kind]);
  const rings = document.createElement('em');
  rings.textContent = p.words.rings; box.append(rings);
  for (const [name, before, after] of [['saved', '#c00018', '#1d7a35'], ['less', '#c00018', '#e08a00'], ['risk', '#77736a', '#e08a00'],
    ['still', '#c00018', '#c00018']].filter(r => r[0] !== 'risk' || p.rings.some(q => q[1] === '#77736a')))
    row(k => { const b = document.createElement('b'); b.className = 'rp-ring'; b.style.borderColor = before;
      b.style.background = after; k.append(b); }, p.words[name]);
}
