// The plots: what was measured, drawn by Vega, which needs no browser for it.

import { parse, View } from "vega";
import { compile } from "vega-lite";

import { OURS } from "./names.mjs";
import { bytesText, nameOf } from "./wording.mjs";

const MS_PER_SECOND = 1_000;
const OURS_COLOUR = "#1f6feb";
const OTHERS_COLOUR = "#8b949e";
const CONFIG = {
  background: "white",
  font: "sans-serif",
  axis: { labelFontSize: 12, titleFontSize: 12, labelLimit: 300, titleFontWeight: "normal" },
  legend: { labelFontSize: 12, titleFontSize: 12, labelLimit: 300 },
  header: { labelFontSize: 12, titleFontSize: 12 },
  view: { stroke: null },
};
/** Ours stands out. */
const COLOUR = {
  condition: { test: "datum.isOurs", value: OURS_COLOUR },
  value: OTHERS_COLOUR,
};

/** Every plot by the name of its file in `docs/`. */
export async function plotsOf(results) {
  const plots = {
    "benchmarks-closing.svg": closing(results),
    "benchmarks-messages.svg": messages(results.messages, "native"),
    "benchmarks-scale.svg": scale(results),
    "benchmarks-sizes.svg": sizes(results),
    ...(results.rustMessages && {
      "benchmarks-rust-messages.svg": messages(results.rustMessages, results.rustMessages[0].contestant),
    }),
  };
  const drawn = Object.entries(plots).map(async ([name, spec]) => [name, await draw(spec)]);
  return Object.fromEntries(await Promise.all(drawn));
}

async function draw(spec) {
  const view = new View(parse(compile({ ...spec, config: CONFIG }).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return `${svg}\n`;
}

/** Medians, since all are as long as a clock says. */
function closing(results) {
  const values = results.closing
    .filter(({ contestant }) => contestant !== "disposable")
    .map(({ contestant, place, ms }) => ({
      who: nameOf(contestant),
      place,
      seconds: ms.p50 / MS_PER_SECOND,
      label: `${(ms.p50 / MS_PER_SECOND).toFixed(2)} s`,
      isOurs: contestant.startsWith(OURS),
    }));
  const y = { field: "who", type: "nominal", sort: null, title: null };
  const x = {
    field: "seconds",
    type: "quantitative",
    title: "seconds from close() to the close event",
    axis: { grid: true },
  };
  return {
    title: `A peer that never answers (those that take a timeout have ${results.closeTimeoutMs / MS_PER_SECOND} s)`,
    width: 560,
    height: { step: 26 },
    data: { values },
    layer: bars(y, x, "label"),
  };
}

function messages(records, baseline) {
  const values = records
    .filter(({ contestant }) => contestant !== baseline)
    .map(({ contestant, direction, kind, bytes, throughput }) => ({
      contestant,
      case: `${direction} ${kind}, ${bytesText(bytes)}`,
      ...throughput,
    }));
  const y = { field: "case", type: "nominal", sort: null, title: null };
  const yOffset = { field: "contestant", type: "nominal", sort: null };
  const color = { field: "contestant", type: "nominal", sort: null, title: null };
  const scale = { zero: false };
  const x = {
    type: "quantitative",
    scale,
    title: `throughput over that of ${baseline}; median and quartiles`,
  };
  return {
    width: 520,
    height: { step: 12 },
    data: { values },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { y, yOffset, color, x: { ...x, field: "q1" }, x2: { field: "q3" } },
      },
      {
        mark: { type: "point", filled: true, size: 40 },
        encoding: { y, yOffset, color, x: { ...x, field: "median" } },
      },
      { mark: { type: "rule", strokeDash: [4, 4] }, encoding: { x: { datum: 1 } } },
    ],
  };
}

function scale(results) {
  const values = results.scale.map(({ operation, sockets, contestant, us }) => ({
    operation,
    sockets,
    contestant,
    us: us.median,
  }));
  return {
    data: { values },
    facet: { column: { field: "operation", type: "nominal", sort: null, title: null } },
    resolve: { scale: { y: "independent" } },
    spec: {
      width: 180,
      height: 160,
      mark: { type: "line", point: true },
      encoding: {
        x: { field: "sockets", type: "quantitative", title: "open sockets" },
        y: { field: "us", type: "quantitative", title: "microseconds each" },
        color: { field: "contestant", type: "nominal", sort: null, title: null },
      },
    },
  };
}

function sizes(results) {
  const values = results.sizes.map(({ name, gzip }) => ({ name, gzip, isOurs: name.startsWith(OURS) }));
  const y = { field: "name", type: "nominal", sort: null, title: null };
  const x = { field: "gzip", type: "quantitative", title: "bytes in a bundle, minified and gzip" };
  return {
    width: 520,
    height: { step: 22 },
    data: { values },
    layer: bars(y, x, "gzip"),
  };
}

/** Bars, each with what it says behind its end. */
function bars(y, x, label) {
  return [
    { mark: "bar", encoding: { y, x, color: COLOUR } },
    {
      mark: { type: "text", align: "left", dx: 4, fontSize: 12 },
      encoding: { y, x, text: { field: label } },
    },
  ];
}
