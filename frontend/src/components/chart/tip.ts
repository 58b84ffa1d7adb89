import type uPlot from "uplot";
import { type Look, xText } from "./options";

const MOST_ROWS = 10;
const GAP = 12;

/** Fills the box beside the cursor with the values under it, the highest first. */
export function showTip(box: HTMLElement, plot: uPlot, { lines, x, format }: Look): void {
  const { left, idx, idxs } = plot.cursor;
  if (left === undefined || left < 0 || idx == null) {
    box.style.display = "none";
    return;
  }
  const rows = lines
    .flatMap(({ name, color, ghost }, index) => {
      const column = idxs?.[index + 1];
      const value = column == null ? null : plot.data[index + 1]?.[column];
      return ghost === true || value == null || plot.series[index + 1]?.show === false ? [] : [{ name, color, value }];
    })
    .sort((a, b) => b.value - a.value);
  if (rows.length === 0) {
    box.style.display = "none";
    return;
  }
  const at = plot.posToVal(left, "x");
  const heading = x === "clock" ? xText(x, plot.data[0][idx] ?? at) : `${x} ${xText(x, x === "step" ? Math.round(at) : at)}`;
  const children = [element("b", heading)];
  for (const { name, color, value } of rows.slice(0, MOST_ROWS)) {
    const row = document.createElement("div");
    const dot = document.createElement("i");
    dot.style.background = color;
    row.append(dot, element("span", name), element("em", format(value)));
    children.push(row);
  }
  if (rows.length > MOST_ROWS) children.push(element("small", `and ${rows.length - MOST_ROWS} more`));
  box.replaceChildren(...children);
  box.style.display = "block";
  const offset = plot.over.offsetLeft;
  const toRight = offset + left + GAP;
  const fits = toRight + box.offsetWidth <= plot.width;
  box.style.left = `${fits ? toRight : Math.max(0, offset + left - GAP - box.offsetWidth)}px`;
}

function element(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
