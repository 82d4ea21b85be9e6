/** @file The page's style: sober, dark and light as the reader's system is, and fit for print. */

/** Text of the style sheet. */
export const REPORT_STYLE = `
:root {
  --paper: #fff; --panel: #f6f7f9; --line: #dfe3e8; --ink: #1b1f24; --faint: #5c6570; --link: #0b5cad;
  --good: #0a6b4f; --good-soft: #e2f3ec; --near: #1d5fa8; --near-soft: #e4eefa; --bad: #a8330a; --bad-soft: #fbe9e1;
  --idle: #5c6570; --idle-soft: #eceef1;
  --keyword: #7a2e9d; --text: #0a6b4f; --literal: #a04400; --name: #0b5cad;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --panel: #1c2026; --line: #323840; --ink: #e3e6ea; --faint: #9aa4af; --link: #7db7f5;
    --good: #6fd3ae; --good-soft: #16352b; --near: #8fbcf2; --near-soft: #1a2f49; --bad: #ff9d78; --bad-soft: #45220f;
    --idle: #a8b0ba; --idle-soft: #2a2f36;
    --keyword: #cf9cf0; --text: #7fd1ab; --literal: #f0b27a; --name: #86bdf7;
  }
}
* { box-sizing: border-box; }
html { color-scheme: light dark; scroll-behavior: smooth; }
body { margin: 0 auto; max-width: 66rem; padding: 3rem 1.5rem 6rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; text-wrap: balance; margin: 2em 0 .5em; font-weight: 650; }
h1 { font-size: 1.9rem; margin: .1em 0 .6em; letter-spacing: -.015em; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin-top: 3rem; padding-bottom: .35rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
h3 { font-size: 1.45rem; } h4 { font-size: 1.15rem; } h5, h6 { font-size: 1rem; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, [tabindex]:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font-family: var(--mono); font-size: .85em; } pre code { font-size: inherit; }
small { font-size: .8rem; color: var(--faint); font-weight: 400; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

.kind { margin: 0; color: var(--faint); font-size: .8rem; letter-spacing: .08em; text-transform: uppercase; }
.outcome { display: inline-block; margin: 0; padding: .45rem .9rem; border-radius: .5rem; font-weight: 650; font-size: 1.05rem; }
.outcome.good { background: var(--good-soft); color: var(--good); }
.outcome.bad, .outcome.stopped { background: var(--bad-soft); color: var(--bad); }
.facts { color: var(--faint); font-size: .9rem; margin: .8rem 0 0; }
.stop { margin: .8rem 0 0; padding: .5rem .9rem; border-left: 3px solid var(--bad); background: var(--bad-soft); overflow-wrap: anywhere; }

.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .6rem; border-bottom: 1px solid var(--line); }
thead th { color: var(--faint); font-size: .78rem; font-weight: 600; white-space: nowrap; border-bottom-width: 2px; }
.claims { width: 100%; } .claims :is(th, td):first-child { padding-left: 0; } .claims :is(th, td):last-child { padding-right: 0; }
.claims th[scope=row] { font-weight: 400; min-width: 16rem; width: 60%; }
.claims small { display: block; overflow-wrap: anywhere; }
.reason, .claims .reason { color: var(--bad); }
.claims .number { white-space: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.place { white-space: nowrap; }
.badge { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; font-size: .8rem; font-weight: 600; white-space: nowrap; }
.badge.reproduced { background: var(--good-soft); color: var(--good); }
.badge.within-tolerance { background: var(--near-soft); color: var(--near); }
.badge.differs, .badge.environment-differs { background: var(--bad-soft); color: var(--bad); }
.badge.not-run { background: var(--idle-soft); color: var(--idle); }

.environment { display: grid; gap: .3rem 2rem; margin: 0 0 .8rem; }
.environment div { display: grid; grid-template-columns: 9rem 1fr; }
.environment dt { color: var(--faint); } .environment dd { margin: 0; }
details { margin: .4rem 0; } summary { cursor: pointer; color: var(--faint); font-size: .9rem; }
.plain th, .plain td { padding: .2rem 1rem .2rem 0; border: 0; font-weight: 400; font-size: .85rem; }

.cell { margin: 1.4rem 0; scroll-margin-top: 1rem; }
.cell:target { outline: 2px solid var(--link); outline-offset: .6rem; border-radius: .2rem; }
.prose { max-width: 46rem; overflow-wrap: break-word; }
.prose > :first-child { margin-top: 0; } .prose > :last-child { margin-bottom: 0; }
.prose img { max-width: 100%; }
.prose blockquote { margin: 1em 0; padding-left: 1em; border-left: 3px solid var(--line); color: var(--faint); }
.prose pre { padding: .7rem .9rem; background: var(--panel); border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.prose thead th { font-size: .85rem; }
math { font-size: 1.08em; } math[display=block], .prose > math { margin: 1em 0; }
.code { display: grid; grid-template-columns: 4rem minmax(0, 1fr); gap: .9rem; }
.gutter { text-align: right; font-size: .78rem; color: var(--faint); padding-top: .7rem; font-variant-numeric: tabular-nums; }
.gutter a { color: inherit; text-decoration: none; font-family: var(--mono); } .gutter a:hover { text-decoration: underline; }
.time { display: block; white-space: nowrap; }
.code pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.5; tab-size: 2; }
.source { font-size: .8rem; padding: .7rem .9rem; background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; }
.failed .source { border-color: var(--bad); } .unrun .source { opacity: .6; }
.output { margin-top: .6rem; padding-left: .9rem; } .output .prose { max-width: none; }
.output :is(th, td) { padding: .3rem .9rem .3rem 0; } [style*="text-align:right"] { white-space: nowrap; font-variant-numeric: tabular-nums; }
.output img { max-width: 100%; height: auto; background: #fff; border-radius: .3rem; }
@media screen {
  .output > pre { max-height: 34rem; overflow-y: auto; }
  .code .traceback { white-space: pre; overflow-x: auto; } /* its marks stand below what they mean */
}
.stream.stderr { border-left: 3px solid var(--line); padding-left: .7rem; color: var(--faint); }
.traceback { border-left: 3px solid var(--bad); padding: .5rem .8rem; background: var(--bad-soft); }
.note { color: var(--faint); font-style: italic; margin: 0; }
iframe { width: 100%; border: 0; height: 12rem; }
.plot { margin: 0; padding: .5rem; overflow: hidden; background: #fff; border: 1px solid var(--line); border-radius: .5rem; color: #1b1f24; }
.scripted .plot:not(.undrawn) .plot-picture, html:not(.scripted) .pair + .plot { display: none; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1rem; align-items: start; }
.pair > * { min-width: 0; } .pair + .plot { margin-top: 1rem; }
.label { margin: 0 0 .4rem; color: var(--faint); font-size: .8rem; }

.hljs-keyword, .hljs-literal { color: var(--keyword); }
.hljs-string, .hljs-regexp { color: var(--text); }
.hljs-number { color: var(--literal); }
.hljs-title, .hljs-built_in, .hljs-attr { color: var(--name); }
.hljs-comment { color: var(--faint); font-style: italic; }
.ansi-black-fg, .ansi-bright-black-fg { color: var(--faint); }
.ansi-red-fg, .ansi-bright-red-fg { color: var(--bad); }
.ansi-green-fg, .ansi-bright-green-fg { color: var(--good); }
.ansi-yellow-fg, .ansi-bright-yellow-fg { color: var(--literal); }
.ansi-blue-fg, .ansi-bright-blue-fg { color: var(--near); }
.ansi-magenta-fg, .ansi-bright-magenta-fg { color: var(--keyword); }
.ansi-cyan-fg, .ansi-bright-cyan-fg { color: var(--name); }
.ansi-white-fg, .ansi-bright-white-fg { color: var(--ink); }
.ansi-red-bg, .ansi-bright-red-bg, .ansi-yellow-bg, .ansi-bright-yellow-bg { background: var(--bad-soft); }
.ansi-green-bg, .ansi-bright-green-bg { background: var(--good-soft); }
.ansi-blue-bg, .ansi-bright-blue-bg, .ansi-cyan-bg, .ansi-bright-cyan-bg { background: var(--near-soft); }
.ansi-black-bg, .ansi-bright-black-bg, .ansi-white-bg, .ansi-bright-white-bg, .ansi-magenta-bg, .ansi-bright-magenta-bg { background: var(--idle-soft); }

@media (max-width: 40rem) {
  body { padding: 1.5rem 1rem 4rem; }
  .code { grid-template-columns: minmax(0, 1fr); gap: .3rem; }
  .gutter { text-align: left; padding: 0; } .time { display: inline; margin-left: .6rem; }
  .output { padding-left: 0; } .claims .number { white-space: normal; }
}
@media print {
  :root { --paper: #fff; --panel: #f6f7f9; --line: #ccd1d7; --ink: #000; --faint: #4b535c; --link: #000;
    --good: #0a6b4f; --good-soft: #fff; --near: #1d5fa8; --near-soft: #fff; --bad: #a8330a; --bad-soft: #fff; --idle: #4b535c; --idle-soft: #fff;
    --keyword: #5b2277; --text: #0a6b4f; --literal: #803600; --name: #094a8c; }
  html { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  .badge, .outcome { border: 1px solid; padding: 0 .5em; }
  .claims .number { white-space: normal; } .claims th[scope=row] { width: auto; }
  .claims tr, .plot, .output img, .traceback { break-inside: avoid; }
  .pair { grid-template-columns: 1fr 1fr; } .pair + .plot { display: none; }
  h2, h3, h4 { break-after: avoid; }
  .plot-area:has(~ .plot-picture img) { display: none; }
  .scripted .plot:not(.undrawn) .plot-picture { display: block; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
`;
