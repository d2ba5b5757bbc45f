// The drawing board: a Leaflet map that stays alive between reruns of the page and owns the drawing while it is
// open; every step is told to the page, which saves it. Backdrops come from the same server.

const BOARDS = new WeakMap();

function create(L, host) {
  const s = {host, L, guides: [], selected: -1, drawing: false, named: null};
  const map = s.map = L.map(host.querySelector('.rp-board'), {
    doubleClickZoom: false, zoomSnap: .5, minZoom: 3, maxZoom: 19, zoomControl: false, preferCanvas: true});
  map.attributionControl.setPrefix(false);
  L.control.zoom({position: 'bottomright'}).addTo(map);
  L.control.scale({imperial: false, position: 'bottomleft', maxWidth: 140}).addTo(map);
  map.createPane('rp-back').style.zIndex = 240;
  map.createPane('rp-under').style.zIndex = 230;
  s.canvas = L.canvas({padding: .4, tolerance: 4});
  s.back = L.layerGroup().addTo(map); s.context = L.layerGroup();      // the river on the desk, to find one's way by
  s.drawn = L.layerGroup().addTo(map); s.handles = L.layerGroup().addTo(map); s.places = L.layerGroup().addTo(map);
  const dashed = {renderer: s.canvas, color: '#e4002b', weight: 2, dashArray: '5 5', interactive: false};
  s.rubber = L.polyline([], dashed).addTo(map); s.ghost = L.polyline([], dashed).addTo(map);
  s.mark = L.circleMarker([0, 0], {renderer: s.canvas, radius: 8, color: '#e4002b', weight: 2, fill: false, interactive: false});
  s.model = drawingModel(() => { redraw(s); tell(s); });
  map.on('click', e => {
    if (s.data.picking) {
      if (s.data.picking.pending) s.send('picked', {lon: e.latlng.lng, lat: e.latlng.lat, n: Date.now()});
    } else if (s.drawing) addPoint(s, L, e.latlng);
    else { s.selected = lineUnder(map, s.model.lines, e.latlng); s.named = null; redraw(s); }
  });
  map.on('dblclick', () => { if (s.drawing) finishLine(s); });
  const where = host.querySelector('.rp-where');
  map.on('mousemove', e => {
    hover(s, L, e.latlng);
    where.textContent = `${e.latlng.lng.toFixed(5)}, ${e.latlng.lat.toFixed(5)}`;
  });
  map.on('moveend', () => { if (s.selected >= 0 && !s.drawing) { s.handles.clearLayers(); handles(s, s.selected); } });
  for (const name of ['.rp-tools', '.rp-list']) L.DomEvent.disableClickPropagation(host.querySelector(name));
  new ResizeObserver(() => map.invalidateSize()).observe(host.querySelector('.rp-board'));
  keys(s);
  host.riverplan = s;
  return s;
}

/** Tell the page what is drawn now, a moment after the last step. */
function tell(s) {
  clearTimeout(s.waiting);
  s.host.dataset.saved = '';
  s.waiting = setTimeout(() => {
    const lines = s.model.lines.filter(l => l.points.length > 1)
      .map(({name, points, backdrop, grain, width}) => ({name, points, backdrop, grain, width}));
    s.send('drawn', {epoch: s.epoch, n: ++s.steps, lines});
  }, 250);
}

async function layers(L, s, wanted) {
  s.back.clearLayers(); s.guides = [];
  const url = u => new URL(u, document.baseURI).href;
  for (const layer of wanted) {
    const [west, south, east, north] = layer.bounds || layer.frame, box = [[south, west], [north, east]];
    if (layer.kind === 'image')
      L.imageOverlay(url(layer.url), box, {pane: 'rp-back', opacity: .9}).addTo(s.back);
    else if (layer.kind === 'tiles')
      L.tileLayer(decodeURI(url(layer.url)), {pane: 'rp-back', bounds: box, minNativeZoom: layer.zooms[0],
        maxNativeZoom: layer.zooms[1], maxZoom: 19, opacity: .9}).addTo(s.back);
    else {
      const d = await json(layer.url);
      for (const line of decode(d.count, d.delta)) {
        L.polyline(line, {renderer: s.canvas, color: '#d98200', weight: 3, dashArray: '8 5', interactive: false}).addTo(s.back);
        s.guides.push({digest: layer.digest, points: line.map(([y, x]) => [x, y])});
      }
    }
  }
}

async function context(L, s, url) {
  s.context.clearLayers();
  if (!url) return;
  const d = await json(url);
  L.polyline(decode(d.count, d.delta), {renderer: s.canvas, color: '#9aa7b0', weight: 1.2, interactive: false}).addTo(s.context);
}

export default async function (component) {
  const {data, parentElement, setTriggerValue} = component;
  const host = parentElement.querySelector('.rp-draw');
  document.documentElement.lang = data.lang === 'zh' ? 'zh-CN' : 'en';
  const L = await leaflet();
  let s = BOARDS.get(host);
  if (!s) BOARDS.set(host, s = create(L, host));
  s.send = setTriggerValue;
  s.turn = (s.turn || Promise.resolve()).then(() => update(L, s, data)).catch(error => {
    s.host.querySelector('.rp-fault').textContent = `${data.words.fault} (${error})`;
  });
  await s.turn;
}

async function update(L, s, data) {
  const before = s.data || {};
  s.data = data;
  if (s.epoch !== data.epoch) { s.epoch = data.epoch; s.steps = 0; s.selected = -1; s.model.load(data.lines); }
  const differs = key => JSON.stringify(before[key]) !== JSON.stringify(data[key]);
  picture(L, s, data.picking);
  s.map.invalidateSize();
  if (!s.map._loaded || differs('view') || (before.picking && !data.picking)) {
    const [west, south, east, north] = data.view;
    s.map.fitBounds([[south, west], [north, east]], {animate: false});
    if (!s.grid) s.grid = paintLayer(L, 'rp-under', paintGraticule).addTo(s.map);
  }
  if (Boolean(data.picking) || !data.layers.length) s.context.addTo(s.map); else s.context.remove();
  if (differs('layers')) await layers(L, s, data.layers);
  if (before.river !== data.river) await context(L, s, data.river);
  if (!data.picking) s.places.clearLayers();
  if (!before.words || differs('words') || differs('picking') || before.epoch !== data.epoch) redraw(s);
  s.host.dataset.saved = String(data.saved);
}
