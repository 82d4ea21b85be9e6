/** @file The page's own script: unpacks Plotly, draws the figures, gives HTML outputs their height. It runs in the reader's browser. */

/** Text of the script; it finds Plotly, packed, when the page holds figures, and leaves the pictures where it cannot unpack it. */
export const REPORT_SCRIPT = `"use strict";
const plotly = document.getElementById("plotly");
if (plotly !== null) drawFigures();
async function drawFigures() {
  const script = document.createElement("script");
  script.textContent = await unpack(plotly);
  document.head.append(script);
  document.documentElement.classList.add("scripted");
  for (const figure of document.querySelectorAll("figure.plot")) await draw(figure);
}
async function unpack({ textContent }) {
  const bytes = Uint8Array.from(atob(textContent), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
async function draw(figure) {
  const { data, layout, config } = JSON.parse(await unpack(figure.querySelector("script")));
  const { width, ...rest } = layout; // the column's width, not that of the picture
  const area = figure.querySelector(".plot-area");
  await Plotly.newPlot(area, data, { height: 480, ...rest, autosize: true }, { displaylogo: false, ...config, responsive: true })
    .catch((error) => {
      area.textContent = "The figure could not be drawn: " + error.message;
      figure.classList.add("undrawn");
    });
}
for (const frame of document.querySelectorAll("iframe")) {
  const fit = () => {
    frame.style.height = "0"; // a document is never shorter than its frame
    frame.style.height = frame.contentDocument.documentElement.scrollHeight + "px";
  };
  frame.addEventListener("load", fit);
  if (frame.contentDocument?.readyState === "complete") fit();
}
`;
