// The concentration along the main way at the time of the slider, from a few numbers a place.
// Between places it is an interpolation (see riverplan.app.profile); moving the slider asks the server nothing.

const LOW = 44, SIDE = 10, HEAD = 17, FOOT = 24, SAMPLES = 240;

/** Place of a value in an increasing list: [index of the lower neighbour, share of the way to the next]. */
function between(list, value) {
  let a = 0, b = list.length - 1;
  if (value <= list[0]) return [0, 0];
  if (value >= list[b]) return [b - 1, 1];
  while (b - a > 1) { const m = (a + b) >> 1; if (list[m] <= value) a = m; else b = m; }
  return [a, (value - list[a]) / (list[b] - list[a])];
}

/** Concentration [mg/L] at a distance [km] and a time [s after release], background included. */
function strengthAt(p, km, t) {
  if (km < p.km[0]) return p.background;
  const [i, f] = between(p.km, km), mix = v => v[i] + f * (v[i + 1] - v[i]);
  const lead = mix(p.lead), peak = mix(p.peak), trail = mix(p.trail);
  const u = t < peak ? (t - lead) / Math.max(peak - lead, 1) : 1 + (t - peak) / Math.max(trail - peak, 1);
  if (u <= p.at[0] || u >= p.at[p.at.length - 1]) return p.background;
  const form = p.forms[p.form[f > 0 ? i + 1 : i]], [k, g] = between(p.at, u);
  const share = form[k] + g * (form[k + 1] - form[k]);
  return p.background + share * Math.exp(Math.log(p.mg[i]) + f * Math.log(p.mg[i + 1] / p.mg[i]));
}

/** The way as far as some km at a time: places [km], concentrations [mg/L], the most, and from where to where it exceeds. */
function profileAt(p, t, last = p.km[p.km.length - 1]) {
  let kms = [];
  for (let i = 0; i <= SAMPLES; i++) kms.push(last * i / SAMPLES);
  // a short plume on a long way must not fall between the samples
  for (let i = 0; i + 1 < p.km.length; i++)
    if (p.lead[i] <= t && t <= p.trail[i + 1]) for (let j = 0; j < 12; j++) kms.push(p.km[i] + (p.km[i + 1] - p.km[i]) * j / 12);
  kms = kms.filter(km => km <= last).sort((a, b) => a - b);
  const mg = kms.map(km => strengthAt(p, km, t)), over = kms.filter((_, i) => p.limit !== null && mg[i] > p.limit);
  return {km: kms, mg, most: Math.max(...mg), over: over.length ? [over[0], over[over.length - 1]] : null};
}

const written = mg => mg >= 100 ? mg.toFixed(0) : String(+mg.toPrecision(2));

function profilePanel(host) {
  const ns = 'http://www.w3.org/2000/svg', svg = host.querySelector('.rp-profile');
  let p = null, words = {}, symbols = {}, colours = {}, now = 0, moving = null, drawnTo = 0;
  const put = (name, attributes, parent = svg) => {
    const e = document.createElementNS(ns, name);
    for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
    parent.append(e);
    return e;
  };
  const say = (e, tip) => { const t = document.createElementNS(ns, 'title'); t.textContent = tip; e.append(t); };
  const label = (x, y, s, extra = {}) => { const e = put('text', {x, y, ...extra}); e.textContent = s; return e; };
  /** End of the axis [km]: it grows in round steps as the plume goes down, so that the first hours are not squeezed. */
  const reach = t => {
    const near = Math.max(p.sites.length ? p.sites[0][0] : 0, p.km[0], ...p.km.filter((_, i) => p.lead[i] <= t));
    return Math.min([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].find(s => s >= near * 1.15) || Infinity, p.km[p.km.length - 1]);
  };
  const scale = () => {
    const w = svg.clientWidth, h = svg.clientHeight, last = reach(now);
    // what is stronger than the plume on the farther part of the axis is cut: its number stands in words
    const strong = Math.max(...p.mg.filter((_, i) => p.km[i] >= last / 8));
    const top = Math.max(strong, p.limit || 0, p.background) * 2;
    const low = Math.max(p.limit ? Math.min(p.limit / 3, strong / 30) : strong / 1e3, top / 1e5);
    return {w, h, last, top, low, x: km => LOW + (w - LOW - SIDE) * km / last,
      y: mg => h - FOOT - (h - HEAD - FOOT) * Math.min(Math.max(Math.log(Math.max(mg, low) / low) / Math.log(top / low), 0), 1)};
  };

  /** Axis, limit, sites: what does not move. */
  function frame() {
    svg.replaceChildren(); moving = null; drawnTo = 0;
    if (!p || !svg.clientWidth) return;
    const {w, h, last, top, low, x, y} = scale();
    drawnTo = last;
    for (let n = Math.ceil(Math.log10(low) - 1e-9); 10 ** n <= top; n++) {
      put('path', {d: `M${LOW} ${y(10 ** n)}H${w - SIDE}`, class: 'grid'});
      if (y(10 ** n) > HEAD + 2) label(LOW - 4, y(10 ** n) + 4, String(+(10 ** n).toPrecision(1)), {'text-anchor': 'end'});
    }
    const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].find(s => last / s <= 10) || 5000;
    for (let km = 0; km <= last; km += step) {
      put('path', {d: `M${x(km)} ${h - FOOT}v3`, class: 'axis'});
      label(x(km), h - 4, km, {'text-anchor': 'middle'});
    }
    label(w - SIDE, 12, words.title, {'text-anchor': 'end', class: 'fine'});
    moving = put('g', {});
    if (p.limit !== null) {
      put('path', {d: `M${LOW} ${y(p.limit)}H${w - SIDE}`, class: 'limit'});
      label(w - SIDE - 2, y(p.limit) - 3, `${words.limit} ${written(p.limit)}`, {'text-anchor': 'end', class: 'over'});
    }
    if (p.background > 0) put('path', {d: `M${LOW} ${y(p.background)}H${w - SIDE}`, class: 'background'});
    put('path', {d: `M${LOW} ${HEAD}V${h - FOOT}H${w - SIDE}`, class: 'axis'});
    for (const [km, kind, name] of p.sites.filter(site => site[0] <= last)) {
      const g = put('g', {class: 'site'}), symbol = symbols[kind];
      put('path', {d: `M${x(km)} ${HEAD}V${h - FOOT}`, class: 'tick'}, g);
      if (symbol) put('path', {d: symbol.shape.map(r => 'M' + r.map(q => q.join(' ')).join('L') + 'Z').join(''),
        fill: symbol.fill, stroke: symbol.edge, 'stroke-width': .3, 'paint-order': 'stroke',
        transform: `translate(${x(km)} ${h - FOOT}) scale(5)`}, g);
      say(g, `${name}  ${km.toFixed(1)} km`);
    }
  }

  function draw(t) {
    now = t;
    if (!p) return;
    if (!moving || drawnTo !== reach(t)) frame();
    if (!moving) return;
    moving.replaceChildren();
    const {h, last, x, y} = scale(), found = profileAt(p, t, last), base = h - FOOT;
    const line = found.km.map((km, i) => `${x(km).toFixed(1)} ${y(found.mg[i]).toFixed(1)}`).join('L');
    const ends = `L${x(found.km[found.km.length - 1])} ${base}L${x(found.km[0])} ${base}Z`;
    const there = t > 0 && found.most > p.background + 1e-12;
    if (there) {
      put('path', {d: `M${line}${ends}`, class: 'plume'}, moving);
      put('path', {d: `M${line}`, class: 'line'}, moving);
      if (p.limit !== null) {                              // what is above the limit, red
        const above = found.km.map((km, i) => `${x(km).toFixed(1)} ${Math.min(y(found.mg[i]), y(p.limit)).toFixed(1)}`);
        put('path', {d: `M${x(found.km[0])} ${y(p.limit)}L${above.join('L')}L${x(found.km[found.km.length - 1])} ${y(p.limit)}Z`,
          class: 'above'}, moving);
      }
    }
    const most = written(found.most), fill = (s, fields) => s.replace(/\{(\w+)\}/g, (_, k) => fields[k]);
    const told = t <= 0 ? words.nowhere : !there || found.most < p.background + Math.max(...p.mg) * 1e-7 ? words.gone
      : found.over ? fill(words.over, {from: found.over[0].toFixed(1), to: found.over[1].toFixed(1), most})
      : fill(p.limit === null ? words.most : words.below, {most});
    const said = put('text', {x: LOW, y: 12, class: there && found.over ? 'told over' : 'told'}, moving);
    said.textContent = told;
    svg.setAttribute('aria-label', told);
  }

  new ResizeObserver(() => { frame(); draw(now); }).observe(svg);
  return {
    draw,
    set(data, w, kinds) {
      p = data; words = w; symbols = kinds || {};
      svg.classList.toggle('rp-none', !p);
      frame(); draw(now);
    },
    at: t => profileAt(p, t), strengthAt: (km, t) => strengthAt(p, km, t),
  };
}
