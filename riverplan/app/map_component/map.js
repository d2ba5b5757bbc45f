// The map of the app: a Leaflet canvas that stays alive between reruns of the page. It fetches lines and
// sites by content-hash addresses of the same server, takes the forecast as a few arrays, reports clicks only.

const MAPS = new WeakMap();

function create(L, host) {
  const s = {host, lines: [], courses: [], sites: [], markers: new Map(), t: 0};
  const map = s.map = L.map(host.querySelector('.rp-canvas'), {
    preferCanvas: true, doubleClickZoom: false, zoomSnap: .5, minZoom: 4, maxZoom: 17, zoomControl: false,
  });
  map.attributionControl.setPrefix(false);
  L.control.zoom({position: 'topright'}).addTo(map);
  L.control.scale({imperial: false, position: 'bottomleft', maxWidth: 140}).addTo(map);
  for (const [name, z] of [['rp-under', 250], ['rp-way', 420], ['rp-sites', 450], ['rp-names', 620]]) {
    map.createPane(name).style.zIndex = z;
    if (name !== 'rp-sites') map.getPane(name).style.pointerEvents = 'none';
  }
  const under = L.canvas({padding: .3}), way = L.canvas({padding: .3, pane: 'rp-way'});
  s.net = L.layerGroup().addTo(map); s.way = L.layerGroup().addTo(map); s.over = L.layerGroup().addTo(map);
  s.renderers = {under, way, sites: L.canvas({padding: .2, pane: 'rp-sites', tolerance: 5})};
  s.plumeEdge = L.polyline([], {renderer: way, weight: 12, color: '#fff', opacity: .95, interactive: false});
  s.plume = L.polyline([], {renderer: way, weight: 8, color: '#7a00cc', interactive: false});
  s.group = L.layerGroup().addTo(map);
  s.profile = profilePanel(host);
  s.bar = timeBar(L, host, t => {
    s.t = t;
    s.profile.draw(t);
    const pieces = s.times && t > 0 ? plumePieces(s.lines, s.times, t) : [];
    s.plumeEdge.setLatLngs(pieces); s.plume.setLatLngs(pieces);
  });
  map.on('click', e => report(s, L, e.latlng, ''));
  host.querySelector('.rp-home').onclick = () => s.view && map.fitBounds(s.view);
  for (const box of ['.rp-legend', '.rp-home']) L.DomEvent.disableClickPropagation(host.querySelector(box));
  new ResizeObserver(() => map.invalidateSize()).observe(host);
  host.riverplan = s;
  return s;
}

function report(s, L, latlng, site) {
  s.waiting?.remove();
  s.waiting = L.circleMarker(latlng, {renderer: s.renderers.sites, radius: 10, color: '#e4002b', weight: 2,
    fill: false, interactive: false}).addTo(s.map);
  s.send('clicked', {lat: latlng.lat, lon: latlng.lng, site, n: Date.now()});
}

async function drawLines(L, s, url) {
  const d = await json(url);
  s.lines = decode(d.count, d.delta).map(line => ({line, at: shares(line)}));
  s.courses = decode(d.course_count, d.course_delta).map((line, i) => ({line, name: d.names[d.course_name[i]]}));
  s.weights = d.weight;
  const box = b => L.latLngBounds([[b[1], b[0]], [b[3], b[2]]]);
  s.view = box(d.extent).pad(.02);
  if (!s.map._loaded) {
    s.map.fitBounds(box(d.view).pad(.08), {animate: false});
    paintLayer(L, 'rp-under', paintGraticule).addTo(s.map);
    s.names = paintLayer(L, 'rp-names', (g, map, size) => {
      const take = boxes(), seen = seenCourses(map, size, s.courses);
      if (s.mark) { const p = map.latLngToContainerPoint(s.mark); take([p.x - 12, p.y - 12, 24, 24]); }
      paintArrows(g, seen);
      paintSites(g, map, size, s.sites, s.data?.selected, take, wayDots(map, size, s.pieces || []));
      paintRivers(g, seen, take);
    }).addTo(s.map);
    document.fonts?.ready.then(() => s.names.redraw());
  }
}

function drawBase(L, s, style) {
  s.net.clearLayers();
  const byWeight = new Map();
  s.lines.forEach(({line}, i) => {
    if (!byWeight.has(s.weights[i])) byWeight.set(s.weights[i], []);
    byWeight.get(s.weights[i]).push(line);
  });
  for (const [weight, lines] of [...byWeight].sort((a, b) => a[0] - b[0]))
    L.polyline(lines, {renderer: s.renderers.under, weight: 1 + weight * .7, color: style.unaffected,
      interactive: false, smoothFactor: 1}).addTo(s.net);
}

async function drawSites(L, s, url) {
  const d = await json(url);
  const Symbol = symbolLayer(L);
  s.group.clearLayers(); s.markers.clear(); s.sites = d.sites; s.symbols = d.symbols;
  for (const site of d.sites) {
    const symbol = d.symbols[site.symbol];
    const m = new Symbol([site.lat, site.lon], {renderer: s.renderers.sites, pane: 'rp-sites', radius: symbol.size,
      symbol, bubblingMouseEvents: false});
    m.bindTooltip(() => tip(s, site), {direction: 'top', offset: [0, -6], opacity: 1});
    m.on('click', e => report(s, L, e.latlng, !s.data.pickable || s.data.pickable.includes(site.kind) ? site.id : ''));
    s.markers.set(site.id, m.addTo(s.group));
  }
  s.names?.redraw();
}

function tip(s, site) {
  const box = document.createElement('div'), head = document.createElement('b');
  head.textContent = site.name || s.data.words.unnamed;
  box.append(head);
  const kind = s.data.words.kinds[site.symbol] || site.kind;
  for (const words of [`${kind}${site.river ? ' · ' + site.river : ''}`, ...(s.data.tips[site.id] || [])]) {
    const row = document.createElement('div');
    row.textContent = words;
    box.append(row);
  }
  return box;
}

function drawForecast(L, s, data) {
  s.way.clearLayers();
  const f = s.times = data.times;
  s.day = null; s.pieces = [];
  if (!f) { s.plumeEdge.remove(); s.plume.remove(); s.bar.set(null, null, data.words, true); return; }
  const pieces = classPieces(s.lines, f, data.classes), r = s.renderers.way;
  const line = (parts, weight, color) =>
    L.polyline(parts, {renderer: r, weight, color, interactive: false, smoothFactor: .5}).addTo(s.way);
  line(pieces.flat(), data.style.affected + 1.8, data.style.casing);
  pieces.forEach((parts, k) => parts.length && line(parts, data.style.affected, data.classes[k].colour));
  s.pieces = pieces.flat();
  const soon = pieces.filter((_, k) => data.classes[k].until !== null).flat(2);      // reached within a day
  s.day = soon.length ? L.latLngBounds(soon) : null;
  s.plumeEdge.addTo(s.way); s.plume.addTo(s.way);
  s.bar.set(f.until, data.at, data.words, true);
}

function drawMarks(L, s, data) {
  const clicked = Boolean(s.waiting);
  s.over.clearLayers(); s.waiting?.remove(); s.waiting = null;
  s.mark = data.spill || data.draft;
  const Symbol = symbolLayer(L);
  for (const [id, m] of s.markers)
    if (!!m.options.ring !== (id === data.selected)) { m.options.ring = id === data.selected; m.redraw(); }
  if (data.spill) new Symbol(data.spill, {renderer: s.renderers.sites, pane: 'rp-sites', radius: 13,
    symbol: data.style.spill, interactive: false}).addTo(s.over);
  if (data.draft) L.circleMarker(data.draft, {renderer: s.renderers.sites, radius: 8, color: '#000', weight: 2,
    fillColor: '#ffd400', fillOpacity: 1, interactive: false}).addTo(s.over);
  if (s.mark && s.placed !== String(s.mark)) {      // clear of the legend, the buttons and the time bar
    const free = {paddingTopLeft: [30, 30], paddingBottomRight: [60, 90]};
    s.map.invalidateSize();
    if (!clicked && s.day) s.map.fitBounds(L.latLngBounds(s.day.getSouthWest(), s.day.getNorthEast()).extend(s.mark),
      {...free, maxZoom: 14});                      // chosen from a list: show the first day's way
    else s.map.panInside(s.mark, free);
  }
  s.placed = String(s.mark);
}

function legend(s, data) {
  const box = s.host.querySelector('.rp-legend');
  box.replaceChildren();
  const head = document.createElement('summary');
  head.textContent = data.words.legend;
  box.append(head);
  const row = (key, words, into = box) => {
    const r = document.createElement('div'), k = document.createElement('i'), w = document.createElement('span');
    key(k); w.textContent = words; r.append(k, w); into.append(r);
  };
  if (data.planned) planKey(box, row, data.planned);
  if (data.times) {
    const title = document.createElement('em');
    title.textContent = data.words.classes; box.append(title);
    for (const c of data.classes) row(k => { k.className = 'line'; k.style.background = c.colour; }, c.label);
    row(k => { k.className = 'line plume'; }, data.words.plume);
  }
  if (data.shaded) {
    const title = document.createElement('em');
    title.textContent = data.shaded.title; box.append(title);
    for (const c of data.shaded.classes) row(k => { k.className = 'line'; k.style.background = c.colour; }, c.label);
  }
  if (data.repairs) {
    for (const [name, colour] of Object.entries({...LOOKED, turned: '#d9480f', guessed: '#a61e8c'}))
      if (data.repairs[name].length) row(k => { k.className = 'line'; k.style.background = colour; }, data.words[name]);
  }
  row(k => { k.className = 'thin'; k.style.background = data.style.unaffected; }, data.times ? data.words.none : data.words.water);
  const more = document.createElement('details'), what = document.createElement('summary');
  what.textContent = data.words.symbols; more.append(what); more.open = s.symbolsOpen ?? !(data.times || data.repairs || data.shaded);
  what.onclick = () => { s.symbolsOpen = !more.open; };
  for (const [key, symbol] of Object.entries(s.symbols || {}))
    row(k => { k.append(picture(symbol)); }, data.words.kinds[key] || key, more);
  box.append(more);
}

function picture(symbol) {
  const ns = 'http://www.w3.org/2000/svg', svg = document.createElementNS(ns, 'svg');
  const path = document.createElementNS(ns, 'path');
  svg.setAttribute('viewBox', '-1.2 -1.2 2.4 2.4');
  path.setAttribute('d', symbol.shape.map(r => 'M' + r.map(p => p.join(' ')).join('L') + 'Z').join(''));
  path.setAttribute('fill', symbol.fill); path.setAttribute('stroke', symbol.edge);
  path.setAttribute('stroke-width', '.3'); path.setAttribute('paint-order', 'stroke'); svg.append(path);
  return svg;
}

function focusRows(s) {
  document.addEventListener('click', e => {
    const row = e.target.closest?.('tr[data-site]'), m = row && s.markers.get(row.dataset.site);
    if (!m || !s.host.isConnected) return;
    s.map.panTo(m.getLatLng()); m.openTooltip();
  });
}

export default async function (component) {
  const {data, parentElement, setTriggerValue} = component;
  const host = parentElement.querySelector('.rp-map');
  document.documentElement.lang = data.lang === 'zh' ? 'zh-CN' : 'en';
  const L = await leaflet();
  let s = MAPS.get(host);
  if (!s) { MAPS.set(host, s = create(L, host)); focusRows(s); }
  s.send = setTriggerValue;
  s.turn = (s.turn || Promise.resolve()).then(() => update(L, s, data)).catch(error => {
    s.host.querySelector('.rp-fault').textContent = `${data.words.fault} (${error})`;
  });
  await s.turn;
}

async function update(L, s, data) {
  const before = s.data || {};
  s.data = data;
  s.host.style.setProperty('--rp-around', data.times && !data.planned ? (data.corrected ? '408px' : '384px') : data.repairs ? '315px' : 'var(--rp-below, 160px)');   // the table needs room below
  const newLines = before.lines !== data.lines, newSites = before.sites !== data.sites;
  if (newLines) { await drawLines(L, s, data.lines); drawBase(L, s, data.style); }
  if (before.subject !== undefined && before.subject !== data.subject) {        // another river: all of it
    s.map.invalidateSize(); s.map.fitBounds(s.view, {animate: false});
  }
  if (newSites) await drawSites(L, s, data.sites);
  s.profile.set(data.profile, data.words.profile, data.symbols);
  if (newLines || before.key !== data.key) drawForecast(L, s, data);
  else if (data.times) s.bar.set(data.times.until, data.at, data.words, before.at !== data.at);
  drawMarks(L, s, data);
  drawRepairs(L, s, data);
  drawShaded(L, s, data);
  drawPlanned(L, s, data);
  legend(s, data);
  if (before.attribution !== data.attribution) {
    s.map.attributionControl.removeAttribution(before.attribution || '');
    const clean = document.createElement('i');
    clean.textContent = data.attribution;
    s.map.attributionControl.addAttribution(clean.innerHTML);
  }
  s.names.redraw();
  s.host.dataset.key = data.key;                 // what is drawn now, for whoever waits for it
}
