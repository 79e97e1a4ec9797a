/**
 * The page's script, second part: the level on a canvas, and the cursor with
 * the exact values.
 *
 * @module
 */

/** Draws the level, and reads it. */
export const PICTURE_SCRIPT = `
var levelOf = function (code) { return code === 0 ? -Infinity : code / 100 - 300; };
/* The levels of a span: the highest peak, the mean power, the lowest 10 ms. */
var levelsIn = function (from, to) {
  if (!L) return null;
  var first = Math.max(0, Math.floor(from / L.step));
  var last = Math.min(L.peaks.length, Math.max(first + 1, Math.ceil(to / L.step)));
  var peak = -1, low = L.none, sum = 0, count = 0;
  for (var i = first; i < last; i++) {
    if (L.peaks[i] === L.none) continue;
    if (L.peaks[i] > peak) peak = L.peaks[i];
    if (L.lows[i] < low) low = L.lows[i];
    sum += L.means[i] === 0 ? 0 : Math.pow(10, levelOf(L.means[i]) / 10);
    count++;
  }
  return count === 0 ? null : {
    peak: levelOf(peak), low: levelOf(low), mean: 10 * Math.log10(sum / count)
  };
};
var drawLevels = function () {
  if (!L) return;
  var ratio = window.devicePixelRatio || 1;
  var wide = Math.max(1, Math.round(width() * ratio)), high = Math.round(P.level * ratio);
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  var context = canvas.getContext('2d');
  context.clearRect(0, 0, wide, high);
  var style = getComputedStyle(document.documentElement);
  var colours = ['peak', 'mean', 'low'].map(function (name) {
    return style.getPropertyValue('--' + name);
  });
  var perPixel = (view.to - view.from) / wide;
  for (var x = 0; x < wide; x++) {
    var found = levelsIn(view.from + x * perPixel, view.from + (x + 1) * perPixel);
    if (!found) continue;
    [found.peak, found.mean, found.low].forEach(function (level, index) {
      var share = Math.min(1, Math.max(0, level / P.lowest));
      context.fillStyle = colours[index];
      context.fillRect(x, share * high, 1, high);
    });
  }
};
var cursorLine = element('line', { 'class': 'cursor', y1: 0, y2: P.height });
var selection = element('rect', { 'class': 'selection', y: 0, height: P.height, width: 0 });
chart.appendChild(selection);
chart.appendChild(cursorLine);
var decibels = function (level) {
  return level === -Infinity ? 'digital silence'
    : level.toFixed(1).replace('-', '\\u2212') + ' dBFS';
};
var pixel = function () { return (view.to - view.from) / width(); };
/* The part of a chunk at a moment, or the last one before it. */
var partAt = function (time) {
  var low = 0, high = D.parts.start.length;
  while (low < high) {
    var middle = (low + high) >> 1;
    if (D.parts.start[middle] <= time) low = middle + 1; else high = middle;
  }
  return low - 1;
};
var lineAt = function (time) {
  var best = -1, distance = Infinity;
  D.lines.time.forEach(function (seconds, index) {
    var away = Math.abs(seconds * 1000 - time);
    if (away < distance) { best = index; distance = away; }
  });
  return best < 0 ? null : byId('line-' + D.lines.number[best]);
};
var rows = document.querySelectorAll('#chunks-list tbody tr');
var placeOf = function (time) {
  var part = partAt(time);
  if (part < 0 || time >= D.parts.start[part] + D.parts.length[part]) return null;
  var row = rows[D.parts.chunk[part]];
  if (!row) return null;
  var link = row.querySelector('a');
  return {
    row: row, link: link,
    name: (link || row.cells[0]).textContent,
    at: (D.parts.at[part] + time - D.parts.start[part]) / 1000
  };
};
var describe = function (time) {
  var half = pixel() / 2, texts = [timeText(time)];
  var found = levelsIn(time - half, time + half);
  D.gaps.forEach(function (gap) {
    if (gap[0] <= time + half && gap[1] >= time - half) texts.push('gap: ' + gap[2]);
  });
  if (found) {
    texts.push('peak ' + decibels(found.peak), 'RMS ' + decibels(found.mean),
      'lowest 10 ms ' + decibels(found.low));
  }
  D.marks.concat(D.warnings.map(function (one) { return [one[0], 0, one[1]]; }))
    .forEach(function (mark) {
      if (Math.abs(mark[0] + mark[1] / 2 - time) <= Math.max(mark[1] / 2, 4 * half)) {
        texts.push(mark[2]);
      }
    });
  return texts.slice(0, 9);
};
var drawCursor = function () {
  var share = (cursor - view.from) / (view.to - view.from) * 100 + '%';
  cursorLine.setAttribute('x1', share);
  cursorLine.setAttribute('x2', share);
};
var chosen = null;
/* Shows a moment; choosing it also leads to its chunk and its line. */
var show = function (time, isChosen) {
  cursor = Math.min(D.length, Math.max(0, time));
  drawCursor();
  var texts = describe(cursor);
  slider.setAttribute('aria-valuenow', Math.round(cursor / 1000));
  slider.setAttribute('aria-valuetext', texts.join(' \\u00b7 '));
  texts[0] += ' ' + D.zone;
  byId('where').textContent = texts.join(' \\u00b7 ');
  var place = placeOf(cursor);
  var link = byId('go-chunk');
  link.hidden = !place;
  if (place) {
    link.textContent = place.name + ' at ' + place.at.toFixed(1) + ' s';
    if (place.link) link.href = place.link.getAttribute('href') + '#t=' + place.at.toFixed(3);
    else link.href = '#chunks';
  }
  if (isChosen) choose(place);
};
var choose = function (place) {
  document.querySelectorAll('.here').forEach(function (one) {
    one.classList.remove('here');
  });
  var line = lineAt(cursor);
  byId('go-line').hidden = !line;
  if (line) {
    byId('go-line').href = '#' + line.id;
    line.classList.add('here');
    var list = byId('lines');
    list.scrollTop = line.offsetTop - list.offsetTop - list.clientHeight / 2;
  }
  chosen = place && place.link ? place : null;
  byId('player').hidden = !chosen;
  byId('play').disabled = !chosen;
  if (chosen) {
    place.row.classList.add('here');
    load(place.link.getAttribute('href') + '#t=' + place.at.toFixed(3), place.name);
  }
};
/* The second that is wanted, or null once the player is there. */
var wanted = null;
var load = function (address, name) {
  var player = byId('player');
  wanted = parseFloat((address.split('#t=')[1]) || '0');
  byId('player-start').hidden = true;
  player.hidden = false;
  player.preload = 'auto';
  player.src = address;
  player.setAttribute('aria-label', name);
  byId('player-error').hidden = true;
};
`;
