/**
 * The page's script, first part: what is in view, and the axis.
 *
 * @module
 */

/** Reads the data, zooms, and draws the ticks. */
export const VIEW_SCRIPT = `
'use strict';
var byId = function (id) { return document.getElementById(id); };
var D = JSON.parse(byId('data').textContent);
var SVG = 'http://www.w3.org/2000/svg';
/* Numbers come in pairs: how many of the same follow each other. */
var unpacked = function (pairs) {
  var numbers = [];
  for (var i = 0; i < pairs.length; i += 2) {
    for (var count = pairs[i]; count > 0; count--) numbers.push(pairs[i + 1]);
  }
  return numbers;
};
var sums = function (pairs) {
  var at = 0;
  return unpacked(pairs).map(function (step) { return at += step; });
};
D.parts.length = unpacked(D.parts.length);
D.parts.at = unpacked(D.parts.at);
D.parts.start = sums(D.parts.start);
D.parts.chunk = sums(D.parts.chunk);
D.lines.number = sums(D.lines.number);
D.lines.time = sums(D.lines.time);
/* The levels, once they are unpacked: without them, the picture stays as it is. */
var L = null;
var unpackLevels = function () {
  var raw = atob(D.levels.codes), bytes = new Uint8Array(raw.length);
  for (var i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(stream).arrayBuffer().then(function (buffer) {
    var codes = new Uint16Array(buffer), count = codes.length / 3;
    L = {
      step: D.levels.step, none: D.levels.none, peaks: codes.subarray(0, count),
      means: codes.subarray(count, 2 * count), lows: codes.subarray(2 * count)
    };
  });
};
var P = D.picture;
var chart = byId('chart'), zoomed = byId('zoomed'), slider = byId('slider');
var canvas = byId('canvas'), picture = byId('picture');
var view = { from: 0, to: D.length };
var cursor = 0;
// Wider would be more than the numbers of SVG can place.
var minLength = Math.min(D.length, Math.max(200, D.length / 4000));
var two = function (number) { return (number < 10 ? '0' : '') + number; };
var offsetAt = function (time) {
  var offset = D.offsets[0][1];
  D.offsets.forEach(function (one) { if (time >= one[0]) offset = one[1]; });
  return offset;
};
var wallAt = function (time) { return D.start + time + offsetAt(time); };
var dateText = function (wall) { return new Date(wall).toISOString().slice(0, 10); };
var clockText = function (wall, digits) {
  var date = new Date(wall);
  var text = two(date.getUTCHours()) + ':' + two(date.getUTCMinutes());
  if (digits >= 0) text += ':' + two(date.getUTCSeconds());
  if (digits > 0) {
    text += '.' + ('00' + date.getUTCMilliseconds()).slice(-3).slice(0, digits);
  }
  return text;
};
var timeText = function (time) {
  var wall = wallAt(time);
  return dateText(wall) + ' ' + clockText(wall, view.to - view.from < 20000 ? 3 : 1);
};
var STEPS = [10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4,
  3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5, 864e5, 1728e5, 2592e5, 6048e5,
  12096e5, 24192e5, 78624e5];
var element = function (name, attributes, text) {
  var made = document.createElementNS(SVG, name);
  Object.keys(attributes).forEach(function (key) {
    made.setAttribute(key, attributes[key]);
  });
  if (text !== undefined) made.textContent = text;
  return made;
};
var width = function () { return chart.getBoundingClientRect().width || 1; };
var drawTicks = function (wide) {
  var length = view.to - view.from;
  var wanted = Math.max(2, Math.floor(wide / 90));
  var step = STEPS.find(function (one) { return length / one <= wanted; }) || 78624e5;
  var axis = P.marks + P.level + P.chunks;
  var made = document.createDocumentFragment();
  var wall = Math.ceil(wallAt(view.from) / step) * step;
  for (var count = 0; count < 200; count++, wall += step) {
    var time = wall - D.start - offsetAt(wall - D.start - offsetAt(view.from));
    if (time > view.to) break;
    if (time < view.from || wallAt(time) !== wall) continue;
    var x = time / D.length * 100 + '%';
    var isDay = wall % 864e5 === 0;
    var left = (time - view.from) / length * wide;
    var side = left < 40 ? ' first' : wide - left < 40 ? ' last' : '';
    made.appendChild(element('line', { 'class': 'tick', x1: x, x2: x, y1: axis, y2: axis + 5 }));
    /* A label that is moved in from an edge must not reach the next. */
    if (side && step / length * wide < 120) continue;
    made.appendChild(element('text', {
      'class': 'label' + (isDay ? ' date' : '') + side,
      x: x, y: axis + 20
    }, isDay ? dateText(wall) : clockText(wall, step < 1e3 ? (step < 100 ? 2 : 1) : step < 6e4 ? 0 : -1)));
  }
  byId('ticks').replaceChildren(made);
  var shown = D.parts.start.length * length / D.length;
  byId('chunk-ticks').setAttribute('visibility', shown < wide / 4 ? 'visible' : 'hidden');
};
var gapLabels = chart.querySelectorAll('.gap text');
/* The cause is written into a gap that has room for it. */
var drawGapLabels = function (wide) {
  D.gaps.forEach(function (gap, index) {
    var room = (gap[1] - gap[0]) / (view.to - view.from) * wide;
    var label = gapLabels[index], needed = 10 + 7 * label.textContent.length;
    label.setAttribute('visibility', room < needed ? 'hidden' : 'visible');
  });
};
var place = function (svg) {
  var length = view.to - view.from;
  svg.setAttribute('width', D.length / length * 100 + '%');
  svg.setAttribute('x', -view.from / length * 100 + '%');
};
var zoomedParts = [zoomed, byId('zoomed-spectrogram')].filter(Boolean);
var setView = function (from, to) {
  var length = Math.min(D.length, Math.max(minLength, to - from));
  from = Math.min(D.length - length, Math.max(0, from));
  view = { from: from, to: from + length };
  redraw();
};
var redraw = function () {
  zoomedParts.forEach(place);
  drawTicks(width());
  drawGapLabels(width());
  drawLevels();
  drawCursor();
};
var zoom = function (factor, around) {
  var length = (view.to - view.from) * factor;
  var share = (around - view.from) / (view.to - view.from);
  setView(around - length * share, around + length * (1 - share));
};
var showSpan = function (from, to) {
  var room = Math.max((to - from) * 2, minLength, 2000);
  setView(from - room, to + room);
};
`;
