/**
 * The page's style: light and dark, on screens of every width and on paper.
 *
 * @module
 */

/** The whole style sheet; the content security policy has its hash. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--panel:#f4f5f7;--text:#1b1d20;
--muted:#565c63;--line:#c9ced4;--link:#0b50b8;--peak:#a9cdf0;--mean:#4a8fd0;
--low:#174a80;--audio:#3f9a5f;--deleted:#b9bec4;--gap-ground:#fde7d8;
--gap-line:#e08a4f;--gap-text:#7a2e00;--error:#b3161f;--warning:#855300;
--click:#8a1fb0;--dropout:#b0125f;--cursor:#d01818}
@media(prefers-color-scheme:dark){:root{--ground:#14171b;--panel:#1f242a;
--text:#e7e9ec;--muted:#aab2bb;--line:#454d57;--link:#8ab6ff;--peak:#29486a;
--mean:#4486c8;--low:#b5dbff;--audio:#58b87a;--deleted:#5a626c;
--gap-ground:#3b2416;--gap-line:#9a5528;--gap-text:#ffcfae;--error:#ff9a98;
--warning:#f2c063;--click:#dc9cff;--dropout:#ff9ac9;--cursor:#ff6b6b}}
@media print{:root{color-scheme:light;--ground:#fff;--panel:#fff;--text:#000;
--muted:#444;--line:#bbb;--link:#000;--peak:#a9cdf0;--mean:#4a8fd0;
--low:#174a80;--audio:#3f9a5f;--deleted:#b9bec4;--gap-ground:#fde7d8;
--gap-line:#e08a4f;--gap-text:#7a2e00;--error:#b3161f;--warning:#855300;
--click:#8a1fb0;--dropout:#b0125f}}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;background:var(--ground);color:var(--text);
font:1rem/1.45 system-ui,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:100rem;margin:0 auto;padding:0 1rem}
h1{font-size:1.5rem;line-height:1.25;margin:1rem 0 .25rem}
h2{font-size:1.2rem;margin:2rem 0 .5rem}
p{margin:.4rem 0}
a{color:var(--link)}
a:focus-visible,button:focus-visible,summary:focus-visible,select:focus-visible,
input:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);
outline-offset:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{position:static}
.muted,small,figcaption{color:var(--muted)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));
gap:.5rem 1rem;margin:1rem 0;padding:0}
.facts div{background:var(--panel);padding:.5rem .75rem;border-radius:.4rem}
.facts dt{color:var(--muted);font-size:.85rem}
.facts dd{margin:0;font-size:1.15rem}
.details{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}
.details dt{color:var(--muted)}
.details dd{margin:0}
figure{margin:0}
.picture{position:relative;border:1px solid var(--line);border-radius:.3rem;
overflow:hidden;background:var(--ground)}
.picture svg{display:block;position:relative}
#chart text,.scale text{font:12px system-ui,sans-serif;fill:var(--text)}
.zoomed{overflow:visible}
.grid{stroke:var(--line);stroke-dasharray:2 4}
.audio{fill:var(--audio)}
.deleted{fill:var(--deleted)}
.peak{fill:var(--peak)}
.mean{fill:var(--mean)}
.low{fill:var(--low)}
.gap-ground{fill:var(--gap-ground)}
.gap-line{fill:var(--gap-line)}
.gap-area{fill:url(#hatch);stroke:var(--gap-line);stroke-width:1px}
.gap-edge{stroke:var(--gap-line);stroke-width:2px}
.many .gap-edge{stroke-width:1px}
.gap svg{overflow:hidden}
#chart .gap text{fill:var(--gap-text);paint-order:stroke;
stroke:var(--gap-ground);stroke-width:4px}
.gap:focus{outline:3px solid var(--link)}
.ticks{stroke:var(--ground);stroke-width:1px;vector-effect:non-scaling-stroke}
.tick,.day{stroke:var(--muted)}
.day{stroke-dasharray:6 3}
.picture text.label{fill:var(--muted);text-anchor:middle}
#chart text.date{fill:var(--text);font-weight:600}
#chart text.last{text-anchor:end}
#chart text.first{text-anchor:start}
.mark{overflow:visible}
.mark.warning{fill:var(--warning)}
.mark.error{fill:var(--error)}
.mark.click{fill:var(--click);stroke:var(--click)}
.mark.dropout{fill:none;stroke:var(--dropout);stroke-width:2px}
.mark.dropout path{vector-effect:non-scaling-stroke}
.picture .scale{position:absolute;left:0;top:0;pointer-events:none}
.scale text{paint-order:stroke;stroke:var(--ground);stroke-width:4px}
#canvas{position:absolute;left:0;top:22px;height:180px;width:100%;pointer-events:none}
#slider{position:absolute;inset:0;cursor:crosshair;touch-action:pan-y}
#slider:focus-visible{outline-offset:-3px}
.cursor{stroke:var(--cursor);stroke-width:1.5px}
.selection{fill:var(--cursor);opacity:.2}
.spectrogram{border-top:0;border-radius:0 0 .3rem .3rem}
.spectrogram .ground{fill:#fff}
.spectrogram text{font:12px system-ui,sans-serif}
.tools{display:flex;flex-wrap:wrap;gap:.4rem;margin:.5rem 0;align-items:end}
.tools button,.tools select,.tools input{font:inherit;padding:.25rem .6rem;
color:var(--text);background:var(--panel);border:1px solid var(--muted);
border-radius:.3rem;max-width:100%}
.tools label{display:flex;flex-direction:column;font-size:.85rem;
color:var(--muted)}
.panel{background:var(--panel);padding:.5rem .75rem;border-radius:.4rem;
margin:.5rem 0}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;margin:.5rem 0;
list-style:none;font-size:.9rem}
.legend svg{width:1rem;height:1rem;vertical-align:-.15rem;margin-right:.3rem}
.list{padding:0;margin:0;list-style:none}
.list>li{border-left:4px solid var(--gap-line);padding:.2rem 0 .2rem .75rem;
margin:.75rem 0;content-visibility:auto;contain-intrinsic-size:auto 6rem}
.list>.warning{border-color:var(--warning)}
.list>.error{border-color:var(--error)}
.list>.click{border-color:var(--click)}
.list>.dropout{border-color:var(--dropout)}
.list p{margin:.15rem 0}
li:target,tr:target,.here{background:var(--panel);outline:2px solid var(--link)}
code,.log{font-family:ui-monospace,monospace;font-size:.875rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;color:var(--muted);padding:.3rem 0}
th,td{text-align:left;white-space:nowrap;padding:.2rem .75rem .2rem 0;vertical-align:middle;
border-bottom:1px solid var(--line)}
.chunks :is(td,th):nth-child(n+3):nth-child(-n+5){text-align:right;
font-variant-numeric:tabular-nums}
td audio{height:2rem;width:12rem;vertical-align:middle}
#player{width:100%;max-width:40rem}
summary{cursor:pointer;padding:.3rem 0}
.log{list-style:none;padding:0;margin:0;max-height:32rem;overflow:auto;
border:1px solid var(--line);border-radius:.3rem}
.log li{padding:.1rem .5rem;unicode-bidi:isolate;direction:ltr;
white-space:pre-wrap}
.log .W{color:var(--warning)}
.log .E{color:var(--error)}
.log .D{color:var(--muted)}
.log .omitted{color:var(--muted);font-style:italic}
footer{margin-top:2rem;padding-bottom:2rem;color:var(--muted)}
@media(max-width:68rem){#chart .wide{display:none}
.chunks td:first-child{white-space:normal;min-width:9.75rem}.chunks small{display:block;white-space:normal}
td audio{width:10rem}}
@media(max-width:40rem){#chart .mid{display:none}.chunks :is(td,th):nth-child(n+4):nth-child(-n+5){display:none}
.details{grid-template-columns:1fr}.details dd{margin-bottom:.4rem}}
@page{margin:1.5cm}
@media print{:root{font-size:75%}#canvas,.tools,.screen,audio,.listen,#slider{display:none!important}
#levels{visibility:visible}.cursor{display:none}
.log{max-height:none;overflow:visible;border:0}
.list>li,.log li{content-visibility:visible}
h2{break-after:avoid}tr,.list>li,figure{break-inside:avoid}}
`;
