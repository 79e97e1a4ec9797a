/**
 * The page's script, last part: mouse, keyboard, buttons, and the filter of the
 * log.
 *
 * @module
 */

/** Wires the page up. */
export const CONTROLS_SCRIPT = `
var player = byId('player');
var play = function () {
  if (!chosen) choose(placeOf(cursor));
  if (chosen) player.play().catch(function () { /* The error below says so. */ });
};
player.addEventListener('error', function () {
  byId('player-error').hidden = false;
});
/* FLAC frames are numbered through a run, so that Chromium counts the time of a
   later chunk from the start of the run, and a seek ends at its first sample. It
   seeks no further than it has read: it gets there in leaps. */
var goal = null;
var leap = function () {
  if (goal === null || player.seeking) return;
  if (player.duration >= goal) {
    player.currentTime = goal;
    goal = null;
    byId('player-start').hidden = true;
  } else if (player.duration > player.currentTime + .3) {
    player.currentTime = player.duration - .05;
  }
};
player.addEventListener('seeked', function () {
  if (wanted !== null && player.currentTime > wanted + 1) {
    goal = player.currentTime + wanted;
    byId('player-start').hidden = false;
  }
  wanted = null;
  leap();
});
['durationchange', 'progress', 'canplay'].forEach(function (name) {
  player.addEventListener(name, leap);
});
player.addEventListener('loadstart', function () { goal = null; });
/* Gaps, marks and warnings in the order of time. */
var stops = D.gaps.map(function (gap) { return gap[0]; })
  .concat(D.marks.map(function (mark) { return mark[0]; }))
  .concat(D.warnings.map(function (one) { return one[0]; }))
  .sort(function (one, other) { return one - other; });
var keepInView = function () {
  var length = view.to - view.from;
  if (cursor < view.from || cursor > view.to) setView(cursor - length / 2, cursor + length / 2);
};
var goTo = function (time, isChosen) {
  show(time, isChosen);
  keepInView();
  show(cursor, false);
};
var step = function (direction) {
  var next = direction > 0
    ? stops.find(function (time) { return time > cursor + 1; })
    : stops.slice().reverse().find(function (time) { return time < cursor - 1; });
  if (next !== undefined) goTo(next, true);
};
var actions = {
  'zoom-in': function () { zoom(.5, cursor); },
  'zoom-out': function () { zoom(2, cursor); },
  whole: function () { setView(0, D.length); },
  previous: function () { step(-1); },
  next: function () { step(1); },
  play: play
};
Object.keys(actions).forEach(function (id) {
  byId(id).addEventListener('click', actions[id]);
});
byId('previous').disabled = byId('next').disabled = stops.length === 0;
var timeAt = function (event) {
  var box = slider.getBoundingClientRect();
  return view.from + (event.clientX - box.left) / box.width * (view.to - view.from);
};
var dragged = null;
slider.addEventListener('pointerdown', function (event) {
  if (event.button === 0) dragged = timeAt(event);
});
slider.addEventListener('pointermove', function (event) {
  var time = timeAt(event);
  if (dragged !== null && Math.abs(time - dragged) > 6 * pixel()) {
    var from = Math.min(time, dragged), length = view.to - view.from;
    selection.setAttribute('x', (from - view.from) / length * 100 + '%');
    selection.setAttribute('width', Math.abs(time - dragged) / length * 100 + '%');
  }
  show(time, false);
});
slider.addEventListener('pointerup', function (event) {
  var time = timeAt(event), from = dragged;
  dragged = null;
  selection.setAttribute('width', 0);
  if (from === null) return;
  if (Math.abs(time - from) > 6 * pixel()) setView(Math.min(time, from), Math.max(time, from));
  else show(time, true);
});
slider.addEventListener('pointercancel', function () {
  dragged = null;
  selection.setAttribute('width', 0);
});
slider.addEventListener('wheel', function (event) {
  if (!event.ctrlKey) return;
  event.preventDefault();
  zoom(event.deltaY > 0 ? 1.25 : .8, timeAt(event));
}, { passive: false });
slider.addEventListener('keydown', function (event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  var length = view.to - view.from;
  var small = Math.max(pixel() * 2, 1) * (event.shiftKey ? 20 : 1);
  var keys = {
    ArrowRight: function () { goTo(cursor + small); },
    ArrowUp: function () { goTo(cursor + small); },
    ArrowLeft: function () { goTo(cursor - small); },
    ArrowDown: function () { goTo(cursor - small); },
    PageDown: function () { setView(view.from + length / 2, view.to + length / 2); goTo(view.from + length / 2); },
    PageUp: function () { setView(view.from - length / 2, view.to - length / 2); goTo(view.from + length / 2); },
    Home: function () { goTo(0); },
    End: function () { goTo(D.length); },
    '+': actions['zoom-in'], '=': actions['zoom-in'], '-': actions['zoom-out'],
    '0': actions.whole, n: actions.next, p: actions.previous, ' ': play,
    Enter: function () { show(cursor, true); }
  };
  var key = keys[event.key];
  if (!key) return;
  event.preventDefault();
  key();
});
document.addEventListener('click', function (event) {
  var link = event.target.closest ? event.target.closest('a') : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  var gap = D.gaps[link.dataset.gap], mark = D.marks[link.dataset.mark];
  if (gap) showSpan(gap[0], gap[1]);
  if (mark) showSpan(mark[0], mark[0] + Math.max(mark[1], 20));
  if (gap || mark) show((gap || mark)[0], true);
  if (link.closest('#chunks-list, #marks-list') && link.getAttribute('href').charAt(0) !== '#') {
    event.preventDefault();
    load(link.getAttribute('href'), link.textContent);
    byId('readout').scrollIntoView({ block: 'center' });
    player.focus();
  }
});
/* The log. */
var items = Array.prototype.slice.call(byId('lines').children);
var ranks = { D: 0, U: 0, I: 1, W: 2, E: 3 };
var filter = function () {
  var level = ranks[byId('level').value] || 0, event = byId('event').value;
  var text = byId('text').value.toLowerCase(), count = 0;
  var isAll = !level && !event && !text;
  items.forEach(function (item) {
    var isOmitted = item.className === 'omitted';
    var isShown = isOmitted ? isAll
      : (ranks[item.classList[0]] || 0) >= level && (!event || item.dataset.e === event) &&
        (!text || item.textContent.toLowerCase().indexOf(text) >= 0);
    if (item.hidden === isShown) item.hidden = !isShown;
    if (isShown && !isOmitted) count++;
  });
  byId('count').textContent = count + (count === 1 ? ' line' : ' lines');
};
['level', 'event', 'text'].forEach(function (id) {
  byId(id).addEventListener('input', filter);
});
/* A jump leads to a line that the filter hides, and to a row that is folded up. */
var reveal = function () {
  var target = location.hash.length > 1 ? byId(location.hash.slice(1)) : null;
  if (!target) return;
  if (target.hidden) {
    byId('level').value = byId('event').value = byId('text').value = '';
    filter();
  }
  var folded = target.closest('details');
  if (folded) folded.open = true;
  target.scrollIntoView({ block: 'center' });
};
window.addEventListener('hashchange', reveal);
document.querySelectorAll('[data-script]').forEach(function (one) { one.hidden = false; });
byId('filter').hidden = false;
chart.setAttribute('aria-hidden', 'true');
chart.querySelectorAll('a').forEach(function (link) { link.setAttribute('tabindex', '-1'); });
filter();
redraw();
show(D.gaps.length ? D.gaps[0][0] : 0, false);
window.addEventListener('resize', redraw);
window.addEventListener('beforeprint', function () {
  setView(0, D.length);
  // A sheet of A4 has room for less.
  drawTicks(600);
  drawGapLabels(600);
});
window.addEventListener('afterprint', redraw);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawLevels);
reveal();
var ready = function () {
  document.documentElement.dataset.ready = performance.now().toFixed(0);
};
if (D.levels && window.DecompressionStream) {
  unpackLevels().then(function () {
    canvas.hidden = false;
    byId('levels').setAttribute('visibility', 'hidden');
    drawLevels();
    show(cursor, false);
    ready();
  });
} else ready();
`;
