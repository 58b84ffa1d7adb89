import type { Tool } from "../types";
import { boxTool, rectangleTool } from "./box";
import { brushTool, eraserTool } from "./brush";
import { fillTool } from "./fill";
import { lassoTool } from "./lasso";
import { polygonTool } from "./polygon";
import { scissorsTool } from "./scissors";
import { selectTool } from "./select";
import { type Assist, smartTool } from "./smart";
import { superpixelTool } from "./superpixel";

export interface ToolEntry {
  readonly id: string;
  readonly title: string;
  /** The keymap's action that takes it up. */
  readonly action: string;
  readonly hint: string;
}

/** In the order of the toolbar. */
export const TOOLS: readonly ToolEntry[] = [
  entry("select", "Select and edit", "Click, Shift-click or drag to select. Alt-click goes to the shape below. Double-click an edge for a new corner."),
  entry("lasso", "Lasso", "Draw round shapes to select them."),
  entry("box", "Box", "Drag from corner to corner. Shift makes a square."),
  entry("polygon", "Outline", "Click corners or drag freely. Enter or the first corner closes, Backspace takes a corner back."),
  entry("brush", "Brush", "Paint. [ and ] change the size, a pen's pressure too."),
  entry("eraser", "Eraser", "Takes pixels from the selected shapes, or from all where none is selected."),
  entry("fill", "Fill", "Click a gap between shapes. Shift-click fills a similar colour."),
  entry("rectangle", "Filled rectangle", "Drag from corner to corner: whole pixels, as a mask."),
  entry("scissors", "Scissors", "Draw a line through a shape to cut it. M merges selected shapes of one class."),
  entry("superpixel", "Superpixels", "Click or drag over pixels of like colour. Zoom in for finer ones."),
  entry("smart", "Smart segment", "Click an object, right-click what is not part of it, or drag a box. Enter accepts."),
];

function entry(id: string, title: string, hint: string): ToolEntry {
  return { id, title, action: `tool_${id}`, hint };
}

/** One of each tool; `changed` is called when one of them learns something without an event. */
export function makeTools(assist: Assist, changed: () => void): ReadonlyMap<string, Tool> {
  const tools = [
    selectTool(),
    lassoTool(),
    boxTool(),
    polygonTool(),
    brushTool(),
    eraserTool(),
    fillTool(),
    rectangleTool(),
    scissorsTool(),
    superpixelTool(),
    smartTool(assist, changed),
  ];
  return new Map(tools.map((tool) => [tool.id, tool]));
}
