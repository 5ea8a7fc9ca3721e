(() => {
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const run = data.run;
const at = id => document.getElementById(id);
const number = new Intl.NumberFormat('en-US');
const whole = n => number.format(Math.round(n));

// ------------------------------------------------------------------------------------------------------------ helpers

function element(name, text, className) {
  const e = document.createElement(name);
  if (text !== undefined) e.textContent = text;
  if (className) e.className = className;
  return e;
}

function bytes(n) {
  if (n === null || n === undefined) return 'unknown';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) { n /= 1024; unit++; }
  return (unit === 0 ? whole(n) : n.toFixed(n < 10 ? 2 : n < 100 ? 1 : 0)) + ' ' + units[unit];
}

const color = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

/** Fills a table: a row of headings, then rows of cells; a cell that is an object is {bar: 0 to 1}. */
function table(id, headings, rows) {
  const t = at(id);
  t.replaceChildren();
  if (rows.length === 0) return;
  const head = t.createTHead().insertRow();
  headings.forEach(h => { const th = element('th', h); th.scope = 'col'; head.append(th); });
  const body = t.createTBody();
  rows.forEach(cells => {
    const row = body.insertRow();
    cells.forEach(cell => {
      const td = row.insertCell();
      if (typeof cell !== 'object') { td.textContent = cell; return; }
      td.className = 'bar';
      const bar = element('div');
      bar.style.width = (100 * cell.bar).toFixed(1) + '%';
      td.append(bar);
    });
  });
}

/** Shows a legend: pairs of a class of colour and a text. */
function legend(id, entries) {
  const p = at(id);
  p.replaceChildren();
  entries.forEach(([className, text]) => {
    const entry = element('span');
    entry.append(element('i', undefined, className), text);
    p.append(entry, ' ');
  });
}

const charts = [];

/** Draws a chart, again when the page changes its width or its colours. */
function chart(id, make) {
  let plot = null;
  const draw = () => {
    const box = at(id);
    if (plot) plot.destroy();
    const { options, values } = make();
    plot = new uPlot(Object.assign({ width: box.clientWidth, height: box.clientWidth < 600 ? 240 : 320 }, options), values, box);
  };
  charts.push(draw);
  draw();
  return draw;
}

const axis = values => ({ stroke: color('soft'), grid: { stroke: color('grid'), width: 1 }, ticks: { stroke: color('line'), width: 1 }, values });
const BINARY = Array.from({ length: 53 }, (x, i) => 2 ** i); // steps of an axis of bytes
/** Texts of a legend: nothing while the pointer is elsewhere. */
const shown = text => (u, v, series, index) => index === null || index === undefined ? '' : v === null || v === undefined ? 'none' : text(v);

// -------------------------------------------------------------------------------------------------------------- header

at('title').textContent = document.title;
const ended = run.message ? 'ended with: ' + run.message : 'ended well';
at('subtitle').textContent = 'Allocator: ' + run.allocator + (run.limit ? ', limit ' + bytes(run.limit) : '')
  + (run.softLimit ? ', soft limit ' + bytes(run.softLimit) : '') + '; ' + ended;

function fact(value, name) {
  const div = element('div', undefined, 'fact');
  div.append(element('b', value), element('span', name));
  at('facts').append(div);
}

const closed = run.afterClose;
if (closed) {
  fact(bytes(closed.peakBytes), 'in use at the peak');
  fact(bytes(run.peakReserved), 'taken from the system for it');
  fact(whole(closed.allocations + closed.frees + closed.grows + closed.shrinks + closed.sameSizes + closed.noops + closed.failures), 'requests');
  fact(whole(closed.liveBytes), 'bytes in use after closing');
}
fact((run.nanos / 1e9).toFixed(3) + ' s', 'running time');
fact(whole(run.refusals), 'refused requests');

// ---------------------------------------------------------------------------------------------------- memory over time

function timeChart() {
  const samples = run.samples;
  const which = Number(document.querySelector('input[name=axis]:checked').value);
  const x = samples.map(s => which === 0 ? s[0] / 1e6 : s[1]);
  const values = [x, samples.map(s => s[2]), samples.map(s => s[3]), samples.map(s => s[4])];
  const series = [
    { label: which === 0 ? 'ms' : 'requests', value: shown(whole) },
    { label: 'in use', stroke: color('a'), fill: color('a') + '22', width: 1.5, value: shown(bytes) },
    { label: 'threshold', stroke: color('b'), width: 1, value: shown(bytes) },
    { label: 'estimate', stroke: color('c'), width: 1, dash: [5, 3], value: shown(bytes) }];
  if (run.limit) {
    values.push(samples.map(() => run.limit));
    series.push({ label: 'limit', stroke: color('e'), width: 1, dash: [2, 3], value: shown(bytes) });
  }
  return { values, options: { series, scales: { x: { time: false } },
    axes: [{ ...axis((u, splits) => splits.map(whole)), space: 90 }, { ...axis((u, splits) => splits.map(bytes)), size: 78, incrs: BINARY }] } };
}

if (run.samples.length > 1) {
  const redraw = chart('timeChart', timeChart);
  document.querySelectorAll('input[name=axis]').forEach(input => input.addEventListener('change', redraw));
  const most = run.samples.reduce((a, b) => b[2] > a[2] ? b : a);
  const text = whole(run.samples.length) + ' samples; the most was ' + bytes(most[2]) + ' after ' + whole(most[1]) + ' requests.';
  at('timeReadout').textContent = text;
  at('timeChart').setAttribute('aria-label', 'Line chart of bytes in use, threshold and estimate. ' + text);
} else {
  at('timeReadout').textContent = 'Too few samples for a chart: the program asked for next to nothing.';
  document.querySelector('#time .controls').hidden = true;
}

// --------------------------------------------------------------------------------------------------------------- sizes

const range = s => s.from === s.to ? whole(s.to) : whole(s.from) + ' to ' + whole(s.to);
if (run.profile) {
  const sizes = run.profile.powersOfTwo;
  const most = Math.max(1, ...sizes.map(s => s.live));
  const live = sizes.reduce((sum, s) => sum + s.live, 0);
  at('sizesText').textContent = 'Blocks that were in use when the program ended (' + whole(live) + '), and how often a block was given such a size.';
  table('sizesTable', ['bytes', 'in use', '', 'given'], sizes.map(s => [range(s), whole(s.live), { bar: s.live / most }, whole(s.given)]));
  table('luaTable', ['bytes', 'structures of this size', 'in use', 'given'],
    run.profile.luaSizes.map(s => [range(s), s.luaName, whole(s.live), whole(s.given)]));
} else at('sizes').hidden = true;

// --------------------------------------------------------------------------------------------------------------- sites

function sites(id, list, key) {
  const shown = list.slice(0, 40);
  const most = Math.max(1, ...shown.map(s => s[key]));
  table(id, ['line', 'bytes in use', '', 'blocks in use', 'bytes allocated', 'new blocks'], shown.map(s =>
    [s.where, whole(s.liveBytes), { bar: s[key] / most }, whole(s.liveBlocks), whole(s.allocatedBytes), whole(s.allocations)]));
  return list.length > shown.length ? ' The first ' + shown.length + ' of ' + whole(list.length) + '.' : '';
}

if (run.sites.length === 0) {
  at('sitesText').textContent = 'Not booked in this run: with --sites each request is put down to the line that makes it.';
} else {
  const more = sites('sitesTable', run.sites, 'liveBytes');
  at('sitesText').textContent = 'Lines of the program, those first whose blocks held most when it ended.' + more;
}
if (!closed) at('leaksText').textContent = 'Not counted in this run.';
else if (closed.liveBlocks === 0) at('leaksText').textContent = 'None: after closing, no block is in use.';
else {
  at('leaksText').textContent = whole(closed.liveBlocks) + ' blocks of ' + whole(closed.liveBytes) + ' bytes are still in use after closing.';
  sites('leaksTable', run.leaks, 'liveBytes');
}

// ------------------------------------------------------------------------------------------------------------ refusals

const last = run.lastRefusal;
if (last) {
  at('refusalsText').textContent = whole(run.refusals) + ' refused. The last wanted a block to grow from ' + whole(last.osize)
    + ' to ' + Number(last.nsize).toLocaleString('en-US') + ' bytes; refused by ' + last.refusedBy + ' (' + last.reason.toLowerCase().replace(/_/g, ' ') + ').';
  table('refusalsTable', ['budget', 'in use', 'limit', 'peak'], last.levels.map(l => [l.name, bytes(l.used), l.limit === null ? 'none' : bytes(l.limit), bytes(l.peak)]));
} else at('refusals').hidden = true;

// ---------------------------------------------------------------------------------------------------------- pool pages

const MAX_CELLS = 6000;

/** Cells of the map: a span is as many as it has pages of 16 KiB, but for free ends that were never touched. */
function cells(spans) {
  const list = [];
  const PAGE = 16384;
  spans.forEach(([address, length, touched, use, blockBytes, blocks, capacity], span) => {
    const n = use === 'HUGE' ? 1 : Math.max(1, Math.round(use === 'FREE' ? touched / PAGE : length / PAGE));
    if (use === 'FREE' && touched === 0) return;
    for (let i = 0; i < n; i++)
      list.push({ span, fill: use === 'FREE' || use === 'SPARE' ? 0 : blocks / capacity, use });
  });
  return list;
}

function describe([address, length, touched, use, blockBytes, blocks, capacity]) {
  const place = use === 'HUGE' ? 'a mapping of its own' : 'at +' + bytes(address) + ', ' + bytes(length);
  switch (use) {
    case 'FREE': return place + ': free, ' + bytes(touched) + ' of it touched';
    case 'SPARE': return place + ': empty, kept for blocks of ' + whole(blockBytes) + ' bytes';
    case 'BLOCKS': return place + ': blocks of ' + whole(blockBytes) + ' bytes, ' + whole(blocks) + ' of ' + whole(capacity) + ' in use';
    default: return place + ': one block of ' + bytes(blockBytes);
  }
}

if (run.pool) {
  const pool = run.pool;
  at('poolText').textContent = 'When the program ended: ' + bytes(pool.live) + ' in use, in blocks of ' + bytes(pool.used)
    + ' (' + (pool.used ? 100 * (1 - pool.live / pool.used) : 0).toFixed(1) + ' % rounded up), in ' + bytes(pool.reserved) + ' of memory ('
    + (100 * Math.max(0, 1 - pool.used / pool.reserved)).toFixed(1) + ' % of it without blocks). A square is a page; it is as full as its colour is high.';
  legend('poolLegend', [['c-blocks', 'blocks in use'], ['c-large', 'one large block'], ['c-spare', 'empty, kept by its class'], ['c-free', 'free']]);
  const list = cells(pool.spans);
  const shown = list.slice(0, MAX_CELLS);
  const map = at('poolMap');
  shown.forEach(cell => {
    const i = element('i', undefined, cell.use);
    const b = element('b');
    b.style.height = (100 * cell.fill).toFixed(0) + '%';
    i.append(b);
    map.append(i);
  });
  if (list.length > shown.length) at('poolText').textContent += ' The first ' + whole(shown.length) + ' of ' + whole(list.length) + ' pages are drawn.';
  let here = -1;
  const show = n => {
    if (shown.length === 0) return;
    if (here >= 0) map.children[here].classList.remove('on');
    here = Math.max(0, Math.min(shown.length - 1, n));
    map.children[here].classList.add('on');
    at('poolReadout').textContent = 'Page ' + whole(here + 1) + ': ' + describe(pool.spans[shown[here].span]);
  };
  map.addEventListener('mouseover', event => {
    const i = event.target.closest('i');
    if (i) show(Array.prototype.indexOf.call(map.children, i));
  });
  map.addEventListener('focus', () => { if (here < 0) show(0); });
  map.addEventListener('keydown', event => {
    const columns = getComputedStyle(map).gridTemplateColumns.split(' ').length;
    const move = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (move === undefined) return;
    event.preventDefault();
    show(here + move);
  });
  const classes = new Map();
  pool.spans.filter(s => s[3] === 'BLOCKS' || s[3] === 'SPARE').forEach(s => {
    const c = classes.get(s[4]) || [0, 0, 0];
    classes.set(s[4], [c[0] + s[1], c[1] + s[5], c[2] + s[6]]);
  });
  table('poolTable', ['bytes of a block', 'pages', 'in use', '', 'room for'], [...classes].sort((a, b) => a[0] - b[0]).map(([size, c]) =>
    [whole(size), bytes(c[0]), whole(c[1]), { bar: c[1] / c[2] }, whole(c[2])]));
} else at('pool').hidden = true;

// -------------------------------------------------------------------------------------------------------------- growth

const growth = data.growth;
chart('growthChart', () => ({
  values: [growth.appends, ...growth.strategies.map(s => s.capacity)],
  options: { scales: { x: { time: false } },
    series: [{ label: 'elements', value: shown(whole) }, ...growth.strategies.map((s, i) => ({ label: s.name,
      stroke: color('abcde'[i]), width: 1.5, paths: uPlot.paths.stepped({ align: 1 }), value: shown(whole) }))],
    axes: [{ ...axis((u, splits) => splits.map(whole)), space: 90 }, { ...axis((u, splits) => splits.map(whole)), size: 66 }] } }));
at('growthChart').setAttribute('aria-label', 'Line chart of the room that a vector has under each way to grow; the table below has the figures.');
table('growthTable', ['growth', 'growths', 'elements copied', 'old and new block at worst'],
  growth.strategies.map(s => [s.name, whole(s.growths), whole(s.copied), whole(s.peak)]));

// ---------------------------------------------------------------------------------------------------------------- film

const film = data.film;
const PHASES = ['PAUSE', 'PROPAGATE', 'SWEEPSTRING', 'SWEEP', 'FINALIZE'];
const COLORS = { W: 'white', G: 'gray', B: 'black', D: 'dead', '.': 'freed' };
const SVG = 'http://www.w3.org/2000/svg';

function svg(name, attributes) {
  const e = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => e.setAttribute(key, value));
  return e;
}

const name = o => o.type === 'string' ? '“' + o.label + '”' : o.name ? o.name + ': ' + o.type : o.type;
const short = text => text.length > 22 ? text.slice(0, 21) + '…' : text;

/** Where each object is drawn: strings that only the state itself holds in a block of dots, all others in columns by depth. */
function layout() {
  const places = [];
  const rows = new Map();
  let dots = 0;
  const column = depth => depth < 0 ? 4 : Math.min(depth, 3);
  film.objects.forEach((o, i) => {
    const isDot = o.type === 'string' && o.depth === 0;
    if (isDot) { places[i] = { dot: dots++ }; return; }
    const c = column(o.depth);
    const row = rows.get(c) || 0;
    rows.set(c, row + 1);
    places[i] = { x: 30 + c * 205, y: 34 + row * 34 };
  });
  const height = 34 + Math.max(...rows.values()) * 34;
  places.filter(p => p.dot !== undefined).forEach(p => { p.x = 30 + (p.dot % 40) * 25; p.y = height + 26 + Math.floor(p.dot / 40) * 22; });
  return { places, width: 1060, height: height + 34 + Math.ceil(dots / 40) * 22, dotsAt: height + 8 };
}

function drawHeap() {
  const { places, width, height, dotsAt } = layout();
  const heap = at('heap');
  heap.setAttribute('width', width);
  heap.setAttribute('height', height);
  heap.setAttribute('viewBox', '0 0 ' + width + ' ' + height);
  ['roots', 'one step away', 'two', 'three and more', 'no root leads here'].forEach((title, c) => {
    const text = svg('text', { x: 20 + c * 205, y: 14 });
    text.textContent = title;
    heap.append(text);
  });
  const text = svg('text', { x: 20, y: dotsAt });
  text.textContent = 'strings that the state itself keeps: reserved words, names of events';
  heap.append(text);
  const edges = film.edges.filter(([from, to]) => places[to].dot === undefined && from !== to).map(([from, to, label, weak]) => {
    const a = places[from], b = places[to];
    const bend = Math.max(24, Math.abs(b.x - a.x) / 2);
    const edge = svg('path', { class: weak ? 'edge weak' : 'edge', d: `M${a.x},${a.y} C${a.x + bend},${a.y} ${b.x - bend},${b.y} ${b.x},${b.y}` });
    heap.append(edge);
    return { from, to, edge };
  });
  return film.objects.map((o, i) => {
    const g = svg('g', { class: 'object', transform: `translate(${places[i].x},${places[i].y})` });
    g.append(svg('circle', { class: 'node', r: places[i].dot === undefined ? 8 : 6 }));
    if (places[i].dot === undefined) {
      const label = svg('text', { x: 13, y: 4 });
      label.textContent = short(name(o));
      g.append(label);
    }
    const point = () => {
      edges.forEach(e => e.edge.classList.toggle('on', e.from === i || e.to === i));
      at('objectReadout').textContent = name(o) + ' (' + o.label + '), ' + whole(o.bytes) + ' bytes: ' + COLORS[film.steps[now].colors[i]];
    };
    g.addEventListener('mouseenter', point);
    g.addEventListener('click', point);
    heap.append(g);
    return g;
  });
}

let now = 0;
let player = 0;
const slider = at('step');
slider.max = film.steps.length - 1;
PHASES.forEach(phase => at('phases').append(element('span', phase)));
legend('filmLegend', [['c-W', 'white: not reached'], ['c-G', 'gray: reached'], ['c-B', 'black: reached, with all that it refers to'], ['c-D', 'dead: to be freed']]);
const objects = drawHeap();

function showStep(n) {
  now = Math.max(0, Math.min(film.steps.length - 1, n));
  const step = film.steps[now];
  slider.value = now;
  slider.setAttribute('aria-valuetext', 'step ' + now + ', ' + step.phase);
  objects.forEach((g, i) => g.setAttribute('class', 'object ' + (step.colors[i] === '.' ? 'gone' : step.colors[i])));
  [...at('phases').children].forEach((span, i) => span.classList.toggle('on', PHASES[i] === step.phase));
  const counts = {};
  [...step.colors].forEach(c => { counts[c] = (counts[c] || 0) + 1; });
  at('filmReadout').textContent = 'Step ' + now + ' of ' + (film.steps.length - 1) + (step.before ? ': ' + step.before + (step.before === step.phase ? '' : ' to ' + step.phase) + ', cost '
    + whole(step.cost) + ', ' + whole(step.freed) + ' freed' : ': before the collection') + '; ' + whole(step.bytes) + ' bytes in use; '
    + Object.entries(COLORS).filter(([c]) => counts[c]).map(([c, text]) => counts[c] + ' ' + text).join(', ') + '.';
}

function play(on) {
  clearInterval(player);
  player = on ? setInterval(() => { if (now === film.steps.length - 1) play(false); else showStep(now + 1); }, 350) : 0;
  at('play').setAttribute('aria-pressed', on);
  at('play').textContent = on ? 'Pause' : 'Play';
}

slider.addEventListener('input', () => { play(false); showStep(Number(slider.value)); });
at('back').addEventListener('click', () => { play(false); showStep(now - 1); });
at('next').addEventListener('click', () => { play(false); showStep(now + 1); });
at('play').addEventListener('click', () => { if (!player && now === film.steps.length - 1) showStep(0); play(!player); });
showStep(0);

// ----------------------------------------------------------------------------------------------------- page as a whole

document.querySelectorAll('main section[id]').forEach(section => {
  const h2 = section.querySelector('h2');
  if (!h2 || section.hidden) return;
  const link = element('a', h2.textContent);
  link.href = '#' + section.id;
  at('nav').append(link);
});
at('footer').textContent = 'Made by lmem. This file needs no network and asks for nothing.';

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  at('theme').setAttribute('aria-pressed', theme === 'dark');
  at('theme').textContent = theme === 'dark' ? 'Light' : 'Dark';
  charts.forEach(draw => draw());
}

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
setTheme(prefersDark.matches ? 'dark' : 'light');
prefersDark.addEventListener('change', () => setTheme(prefersDark.matches ? 'dark' : 'light'));
at('theme').addEventListener('click', () => setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'));
addEventListener('beforeprint', () => document.querySelectorAll('details').forEach(d => { d.open = true; }));
let resizing = 0;
addEventListener('resize', () => { clearTimeout(resizing); resizing = setTimeout(() => charts.forEach(draw => draw()), 150); });
document.documentElement.dataset.ready = 'true';
})();
