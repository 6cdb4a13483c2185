// The interactive chart: its own file, loaded when a reader asks for it. What it shows is the table
// beside the drawing; what the table hides it does not have.

import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, AriaComponent, GridComponent, TooltipComponent, SVGRenderer]);

interface Bar {
  name: string;
  told: string;
  count: number | null;
}

/** The rows of a table: what is not told is a gap. */
function bars(table: HTMLTableElement): Bar[] {
  return [...table.querySelectorAll("tbody tr:not(.sum)")].map((row) => {
    // Of several figures the last is the one that the drawing shows.
    const figures = row.querySelectorAll(".num");
    const told = figures[figures.length - 1]?.textContent?.trim() ?? "";
    const digits = told.replaceAll(",", "");
    const count = /^\d+$/.test(digits) ? Number(digits) : null;
    return { name: row.querySelector("th")?.textContent?.trim() ?? "", told, count };
  });
}

/** What the chart looks like: the colours and type of the page, upright for months. */
function look(rows: Bar[], upright: boolean, words: string, room: number): Parameters<EChartsType["setOption"]>[0] {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const text = { color: colour("--ink"), fontSize: 15, fontFamily: getComputedStyle(document.body).fontFamily };
  const line = { lineStyle: { color: colour("--control") } };
  const names = {
    type: "category" as const,
    data: rows.map((row) => row.name),
    inverse: !upright,
    // Months that have no room are left out; sections are cut short, their letters never.
    axisLabel: upright
      ? { ...text, interval: "auto" as const }
      : { ...text, interval: 0, width: Math.min(180, room / 3), overflow: "truncate" as const },
    axisLine: line,
    axisTick: { show: false },
  };
  const counts = {
    type: "value" as const,
    axisLabel: { ...text, color: colour("--ink-2") },
    splitLine: { lineStyle: { color: colour("--line") } },
    minInterval: 1,
    splitNumber: 3,
  };
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    aria: { enabled: true, label: { description: words } },
    grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis",
      // Boxes of HTML would need styles that the policy of the page refuses.
      renderMode: "richText",
      axisPointer: { type: "shadow", shadowStyle: { color: colour("--control"), opacity: 0.2 } },
      backgroundColor: colour("--raised"),
      borderColor: colour("--control"),
      textStyle: text,
      formatter: (given: unknown) => {
        const place = (given as { dataIndex: number }[])[0]?.dataIndex ?? 0;
        return spoken(rows[place]);
      },
    },
    xAxis: upright ? names : counts,
    yAxis: upright ? counts : names,
    series: [{ type: "bar", data: rows.map((row) => row.count), itemStyle: { color: colour("--bars") } }],
  };
}

function spoken(row: Bar | undefined): string {
  return row === undefined ? "" : `${row.name} ${row.told}`;
}

/**
 * Arrows walk along the bars, Home and End jump, Escape lets go; each bar is spoken.
 * What it gives back tells the bar again, for a chart that was drawn anew.
 */
function walk(chart: EChartsType, place: HTMLElement, status: HTMLElement, rows: Bar[], upright: boolean): () => void {
  let at = -1;
  // By place, as a mouse does, and not by number: a bar whose count is not told has no form.
  const tell = (): void => {
    if (at < 0) return;
    const root = upright ? [at, 0] : [0, at];
    const [x, y] = chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, root) as [number, number];
    chart.dispatchAction({ type: "updateAxisPointer", x: upright ? x : x + 2, y: upright ? y - 2 : y });
  };
  place.addEventListener("keydown", (event) => {
    const step: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: rows.length - 1,
    };
    if (event.key === "Escape") {
      at = -1;
      status.textContent = "";
      chart.dispatchAction({ type: "updateAxisPointer", currTrigger: "leave" });
      return;
    }
    const next = step[event.key];
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    at = Math.max(0, Math.min(rows.length - 1, next));
    status.textContent = spoken(rows[at]);
    tell();
  });
  return tell;
}

/** Puts a chart of a table into a place. */
function draw(table: HTMLTableElement, place: HTMLElement, status: HTMLElement): void {
  const rows = bars(table);
  const upright = place.dataset.upright !== undefined;
  place.classList.toggle("along", !upright);
  const chart = init(place, null, { renderer: "svg" });
  const paint = (): void => chart.setOption(look(rows, upright, place.getAttribute("aria-label") ?? "", place.clientWidth), true);
  paint();
  const tell = walk(chart, place, status, rows, upright);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    paint();
    tell();
  });
  let room = place.clientWidth;
  new ResizeObserver(() => {
    // It reports the first size too, and drawing anew would take away what a key has just shown.
    if (place.clientWidth === room) return;
    room = place.clientWidth;
    chart.resize();
    paint();
    tell();
  }).observe(place);
}

Object.assign(globalThis, { gongxinChart: draw });
