// The tools over the map and the list of what is drawn beside it. Words from people are set by textContent.

function element(tag, className, words) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  if (words) e.textContent = words;
  return e;
}

function tools(s) {
  const w = s.data.words, bar = s.host.querySelector('.rp-tools'), open = s.model.open >= 0;
  bar.replaceChildren();
  const button = (name, off, act, main) => {
    const b = element('button', main ? 'rp-main' : '', w[name]);
    b.type = 'button'; b.disabled = off; b.onclick = act; b.dataset.tool = name;
    bar.append(b);
  };
  if (s.drawing) button('end', !open, () => finishLine(s), true);
  else button('draw', false, () => setDrawing(s, true), true);
  button('undo', !s.model.canUndo, () => { s.model.undo(); if (s.model.open >= 0 && !s.drawing) setDrawing(s, true); });
  button('redo', !s.model.canRedo, () => s.model.redo());
  const hint = s.drawing ? (open ? w.hint_next : w.hint_first) : s.model.lines[s.selected] ? w.hint_vertex
    : s.model.lines.length ? w.hint_more : w.hint_start;
  bar.append(element('span', '', hint));
}

/** Where a line leads: into another one, to the mouth, or nowhere yet. */
function leadsTo(s, i, loose) {
  const w = s.data.words, line = s.model.lines[i], into = lineAt(s.model.lines, line.points.at(-1), i);
  if (into >= 0) return {words: w.into.replace('{name}', s.model.lines[into].name || `${w.line} ${into + 1}`), bad: false};
  return loose === 1 ? {words: w.mouth, bad: false} : {words: w.loose, bad: true};
}

function panel(s) {
  tools(s);
  const w = s.data.words, box = s.host.querySelector('.rp-list'), lines = s.model.lines;
  box.replaceChildren();
  const total = lines.reduce((sum, l) => sum + lengthOf(l.points), 0);
  box.append(element('h4', '', w.total.replace('{count}', lines.length).replace('{km}', (total / 1000).toFixed(1))));
  const loose = lines.filter((l, i) => !l.open && lineAt(lines, l.points.at(-1), i) < 0).length;
  lines.forEach((line, i) => {
    const row = element('div', `rp-row${i === s.selected ? ' rp-chosen' : ''}`), head = element('div');
    const dot = element('i'); dot.style.background = colour(i);
    const name = element('input'); name.value = line.name; name.placeholder = w.name; name.maxLength = 60;
    name.setAttribute('aria-label', `${w.name} ${i + 1}`);
    name.onchange = () => { s.named = null; s.model.change(all => { all[i].name = name.value.trim(); }); };
    head.append(dot, name, element('b', '', `${(lengthOf(line.points) / 1000).toFixed(1)} km`));
    const foot = element('div', 'rp-foot'), wide = element('select');
    for (const [key, words] of s.data.widths) { const o = element('option', '', words); o.value = key; wide.append(o); }
    wide.value = line.width; wide.title = w.width;
    wide.onchange = () => s.model.change(all => { all[i].width = wide.value; });
    foot.append(wide);
    if (!line.open) {
      const leads = leadsTo(s, i, loose);
      const turn = element('button', '', '⇄'), gone = element('button', '', '✕');
      turn.type = gone.type = 'button'; turn.title = w.turn; gone.title = w.remove;
      turn.onclick = () => s.model.change(all => all[i].points.reverse());
      gone.onclick = () => removeLine(s, i);
      foot.append(element('span', leads.bad ? 'rp-bad' : '', leads.words), turn, gone);
    }
    row.append(head, foot);
    row.onclick = e => {
      if (s.drawing || s.selected === i || e.target.closest('input, select, button')) return;
      s.selected = i; redraw(s);
    };
    box.append(row);
  });
  if (s.named !== null && s.named !== undefined) box.querySelectorAll('input')[s.named]?.focus();
}

function focusName(s, i) {
  s.named = i;
  const field = s.host.querySelectorAll('.rp-list input')[i];
  field?.focus(); field?.scrollIntoView({block: 'nearest'});
}
