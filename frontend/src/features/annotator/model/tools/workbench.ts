import type { Change, DocumentView, PointerInput, Shape, Task, Tool, ToolContext, ToolSettings } from "../types";

/** A document and a person's hands without a browser: events in, shapes out. For tests. */
export class Workbench {
  shapes: Shape[] = [];
  selection: ReadonlySet<string> = new Set();
  told: string[] = [];
  labels: string[] = [];
  scale = 1;
  image: ImageData | null = null;
  settings: ToolSettings = { class: "cat", radius: 3, snap: false, tolerance: 24, hidden: new Set(), locked: new Set() };
  private made = 0;

  constructor(
    readonly task: Task = "instance",
    readonly width = 100,
    readonly height = 80,
  ) {}

  get context(): ToolContext {
    const { shapes } = this;
    const document: DocumentView = {
      width: this.width,
      height: this.height,
      task: this.task,
      shapes,
      shape: (id) => shapes.find((shape) => shape.id === id),
    };
    return {
      document,
      settings: this.settings,
      selection: this.selection,
      scale: this.scale,
      commit: (change, label) => this.commit(change, label),
      select: (ids) => {
        this.selection = new Set(ids);
      },
      pixels: () => this.image,
      tell: (message) => this.told.push(message),
      newId: () => `new-${(this.made += 1)}`,
    };
  }

  commit(change: Change, label: string): void {
    const gone = new Set(change.delete);
    const fields = new Map(change.update.map((update) => [update.id, update.fields]));
    this.shapes = [...this.shapes.filter(({ id }) => !gone.has(id)).map((shape) => ({ ...shape, ...fields.get(shape.id) })), ...change.create];
    this.labels.push(label);
  }

  put(id: string, geometry: Shape["geometry"], label = "cat"): void {
    this.shapes.push({ id, class: label, geometry, z: 0, track: null, frame: null, source: "human", score: null, attributes: {}, revision: 1 });
  }

  down(tool: Tool, x: number, y: number, more: Partial<PointerInput> = {}): void {
    tool.down(input(x, y, more), this.context);
  }

  move(tool: Tool, x: number, y: number, more: Partial<PointerInput> = {}): void {
    tool.move(input(x, y, more), this.context);
  }

  up(tool: Tool, x: number, y: number, more: Partial<PointerInput> = {}): void {
    tool.up(input(x, y, more), this.context);
  }

  click(tool: Tool, x: number, y: number, more: Partial<PointerInput> = {}): void {
    this.down(tool, x, y, more);
    this.up(tool, x, y, more);
  }

  drag(tool: Tool, places: readonly (readonly [number, number])[], more: Partial<PointerInput> = {}): void {
    const [first, ...rest] = places;
    const last = places.at(-1);
    if (!first || !last) return;
    this.down(tool, ...first, more);
    for (const place of rest) this.move(tool, ...place, more);
    this.up(tool, ...last, more);
  }
}

function input(x: number, y: number, more: Partial<PointerInput>): PointerInput {
  return { x, y, button: 0, pressure: 0.5, pen: false, shift: false, alt: false, ctrl: false, ...more };
}
