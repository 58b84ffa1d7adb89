import { extentOf } from "../geometry/extent";
import { isOpen, shapesAt } from "../geometry/picking";
import { boxOf, clampTo, distance } from "../geometry/rings";
import { between, isNothing, moveBy, placed, type Placement } from "../geometry/transform";
import {
  edgeAt,
  middlesOf,
  type Vertex,
  type VertexRef,
  verticesOf,
  withVertexAdded,
  withVertexMoved,
  withVertexRemoved,
} from "../geometry/vertices";
import type { Geometry, Handle, Point, PointerInput, Polygon, Shape, Tool, ToolContext } from "../types";
import { type Bounds, meet, NOWHERE, ofBox, union } from "../view/bounds";
import { reshape } from "./commit";
import { mergeShapes } from "./merge";
import { corners, dragged, type Side, sideAt } from "./scaling";

/** On the screen: how near a handle is met, how far a press moves before it is a drag. */
const REACH = 8;
const DRAG = 3;
/** Outlines with more corners show none: they would hide the shape. */
const MOST_CORNERS = 400;
const NUDGES: Record<string, Point> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };

interface Changed {
  readonly id: string;
  readonly geometry: Geometry;
}

type State =
  | { kind: "idle" }
  | { kind: "pressed"; start: Point; shape: string | null; shift: boolean }
  | { kind: "moving"; start: Point; changed: Changed[] }
  | { kind: "scaling"; side: Side; from: Bounds; changed: Changed[] }
  | { kind: "vertex"; id: string; ref: VertexRef; polygons: readonly Polygon[]; now: Point | null }
  | { kind: "band"; start: Point; end: Point; shift: boolean };

/**
 * Click selects, Shift adds, Alt goes to the shape below; a drag moves what is selected, or draws a rectangle round what
 * to select. The corners of one outline move, appear (drag the middle of an edge, or double-click it) and go (Alt-click, or
 * Delete); boxes and several shapes scale by their corners and sides.
 */
export function selectTool(): Tool {
  let state: State = { kind: "idle" };
  let active: (VertexRef & { id: string }) | null = null;

  return {
    id: "select",
    cursor: "default",
    down(input, context) {
      if (input.button !== 0) return;
      const here: Point = [input.x, input.y];
      const reach = REACH / context.scale;
      const single = onlyOutline(context);
      if (single) {
        const vertex = nearest(verticesOf(single.polygons), here, reach);
        if (vertex && input.alt) {
          remove(vertex, single.shape.id, context);
          return;
        }
        if (vertex) {
          active = { ...vertex, id: single.shape.id };
          state = { kind: "vertex", id: single.shape.id, ref: vertex, polygons: single.polygons, now: null };
          return;
        }
        const middle = nearest(shownMiddles(single.polygons, context), here, reach);
        if (middle) {
          grow(single.shape.id, single.polygons, middle, here);
          return;
        }
      } else {
        const side = sideAt(here, selectedBounds(context), reach);
        if (side) {
          state = { kind: "scaling", side, from: selectedBounds(context), changed: [] };
          return;
        }
      }
      active = null;
      const shape = picked(here, input, context, reach);
      if (shape && !input.shift && !context.selection.has(shape.id)) context.select([shape.id]);
      state = { kind: "pressed", start: here, shape: shape?.id ?? null, shift: input.shift };
    },
    move(input, context) {
      const here: Point = [input.x, input.y];
      switch (state.kind) {
        case "pressed":
          if (distance(state.start, here) * context.scale < DRAG) return;
          state =
            state.shape === null || !context.selection.has(state.shape)
              ? { kind: "band", start: state.start, end: here, shift: state.shift }
              : { kind: "moving", start: state.start, changed: [] };
          this.move(input, context);
          return;
        case "moving":
          state = { ...state, changed: held(moved(context, moveBy(here[0] - state.start[0], here[1] - state.start[1])), state.changed) };
          return;
        case "scaling":
          state = { ...state, changed: held(moved(context, between(state.from, dragged(state.from, state.side, here, input.shift))), state.changed) };
          return;
        case "vertex":
          state = { ...state, now: clampTo(here, context.document.width, context.document.height) };
          return;
        case "band":
          state = { ...state, end: here };
          return;
        case "idle":
      }
    },
    up(input, context) {
      const was = state;
      state = { kind: "idle" };
      switch (was.kind) {
        case "pressed":
          click(was, input, context);
          return;
        case "moving":
          if (was.changed.length > 0) reshape(context, was.changed, was.changed.length === 1 ? "Move" : `Move ${was.changed.length} shapes`);
          return;
        case "scaling":
          if (was.changed.length > 0) reshape(context, was.changed, "Scale");
          return;
        case "vertex":
          if (was.now) reshape(context, [{ id: was.id, geometry: outline(withVertexMoved(was.polygons, was.ref, was.now)) }], "Move a corner");
          return;
        case "band": {
          const band = ofBox(boxOf(was.start, was.end));
          const inside = openShapes(context).filter((shape) => meet(extentOf(shape.geometry), band));
          context.select([...(was.shift ? context.selection : []), ...inside.map(({ id }) => id)]);
          return;
        }
        case "idle":
      }
    },
    double(input, context) {
      const single = onlyOutline(context);
      const edge = single && edgeAt(single.polygons, [input.x, input.y], REACH / context.scale);
      if (!single || !edge) {
        this.down(input, context);
        return;
      }
      reshape(context, [{ id: single.shape.id, geometry: outline(withVertexAdded(single.polygons, edge, edge.at)) }], "Add a corner");
      active = { ...edge, index: edge.index + 1, id: single.shape.id };
    },
    act(action, context) {
      const [name, step] = action.split("_");
      const nudge = name === "nudge" || name === "shove" ? NUDGES[step ?? ""] : undefined;
      if (nudge) {
        const by = name === "shove" ? 10 : 1;
        const changed = moved(context, moveBy(nudge[0] * by, nudge[1] * by));
        if (changed.length > 0) reshape(context, changed, "Move");
        return changed.length > 0;
      }
      if (action === "merge") return mergeShapes(context);
      if (action === "cancel") return cancel(context);
      if ((action === "delete" || action === "remove_point") && active && context.selection.has(active.id)) {
        remove(active, active.id, context);
        return true;
      }
      return false;
    },
    leave() {
      state = { kind: "idle" };
      active = null;
    },
    draft() {
      switch (state.kind) {
        case "moving":
        case "scaling":
          return state.changed.length > 0 ? { kind: "geometry", shapes: state.changed } : null;
        case "vertex":
          return state.now
            ? { kind: "geometry", shapes: [{ id: state.id, geometry: outline(withVertexMoved(state.polygons, state.ref, state.now)) }] }
            : null;
        case "band":
          return { kind: "box", box: boxOf(state.start, state.end) };
        case "idle":
        case "pressed":
          return null;
      }
    },
    handles(context): readonly Handle[] {
      if (state.kind === "moving" || state.kind === "band") return [];
      const single = onlyOutline(context);
      if (!single) return corners(state.kind === "scaling" ? NOWHERE : selectedBounds(context));
      const polygons = state.kind === "vertex" && state.now ? withVertexMoved(state.polygons, state.ref, state.now) : single.polygons;
      return [
        ...shownMiddles(polygons, context).map(({ at }): Handle => ({ kind: "edge", at, active: false })),
        ...verticesOf(polygons).map((vertex): Handle => ({ kind: "vertex", at: vertex.at, active: isActive(vertex, single.shape.id) })),
      ];
    },
  };

  /** From the middle of an edge a new corner is dragged out; it lands with the drag, as one step. */
  function grow(id: string, polygons: readonly Polygon[], middle: Vertex, here: Point): void {
    const ref = { part: middle.part, ring: middle.ring, index: middle.index + 1 };
    active = { ...ref, id };
    state = { kind: "vertex", id, ref, polygons: withVertexAdded(polygons, middle, middle.at), now: here };
  }

  function remove(ref: VertexRef, id: string, context: ToolContext): void {
    active = null;
    const geometry = context.document.shape(id)?.geometry;
    if (geometry?.kind !== "polygons") return;
    const left = withVertexRemoved(geometry.polygons, ref);
    if (left) reshape(context, [{ id, geometry: outline(left) }], "Remove a corner");
    else context.commit({ create: [], update: [], delete: [id] }, "Delete");
  }

  function cancel(context: ToolContext): boolean {
    const busy = state.kind !== "idle" || active !== null || context.selection.size > 0;
    if (state.kind === "idle" && active === null) context.select([]);
    state = { kind: "idle" };
    active = null;
    return busy;
  }

  function isActive(vertex: Vertex, id: string): boolean {
    return active !== null && active.id === id && active.part === vertex.part && active.ring === vertex.ring && active.index === vertex.index;
  }
}

function click(was: { shape: string | null; shift: boolean }, _input: PointerInput, context: ToolContext): void {
  const { shape } = was;
  if (shape === null) {
    if (!was.shift) context.select([]);
    return;
  }
  if (!was.shift) {
    context.select([shape]);
    return;
  }
  const rest = [...context.selection].filter((id) => id !== shape);
  context.select(context.selection.has(shape) ? rest : [...rest, shape]);
}

/** The shape under the place: one that is selected already stays it; Alt takes the next one below. */
function picked(here: Point, input: PointerInput, context: ToolContext, reach: number): Shape | undefined {
  const under = shapesAt(context.document, context.settings, here, reach);
  const chosen = under.findIndex(({ id }) => context.selection.has(id));
  if (input.alt && under.length > 0) return under[(chosen + 1) % under.length];
  return chosen >= 0 ? under[chosen] : under[0];
}

function openShapes({ document, settings }: ToolContext): Shape[] {
  return document.shapes.filter((shape) => isOpen(shape, settings));
}

function selected(context: ToolContext): Shape[] {
  return [...context.selection].flatMap((id) => context.document.shape(id) ?? []).filter((shape) => isOpen(shape, context.settings));
}

function onlyOutline(context: ToolContext): { shape: Shape; polygons: readonly Polygon[] } | null {
  const [shape, more] = selected(context);
  if (!shape || more || shape.geometry.kind !== "polygons") return null;
  const { polygons } = shape.geometry;
  return verticesOf(polygons).length <= MOST_CORNERS ? { shape, polygons } : null;
}

function shownMiddles(polygons: readonly Polygon[], { scale }: ToolContext): Vertex[] {
  const corners = verticesOf(polygons);
  return middlesOf(polygons).filter((middle, index) => {
    const corner = corners[index];
    // Between corners that are close on the screen there is no room for another handle.
    return corner !== undefined && distance(corner.at, middle.at) * scale > 2 * REACH;
  });
}

function nearest(vertices: readonly Vertex[], here: Point, reach: number): Vertex | null {
  let [best, least]: [Vertex | null, number] = [null, reach];
  for (const vertex of vertices) {
    const off = distance(vertex.at, here);
    if (off <= least) [best, least] = [vertex, off];
  }
  return best;
}

function selectedBounds(context: ToolContext): Bounds {
  return selected(context).reduce((bounds, { geometry }) => union(bounds, extentOf(geometry)), NOWHERE);
}

/** The selected shapes in their new places; none where one of them would leave the image. */
function moved(context: ToolContext, placement: Placement): Changed[] {
  const { width, height } = context.document;
  const changed = selected(context).map(({ id, geometry }) => ({ id, geometry: placed(geometry, placement, width, height) }));
  return changed.some(({ geometry }) => isNothing(geometry)) ? [] : changed;
}

/** At the image's border shapes stay where they still were in it. */
function held(changed: Changed[], before: Changed[]): Changed[] {
  return changed.length > 0 ? changed : before;
}

function outline(polygons: readonly Polygon[]): Geometry {
  return { kind: "polygons", polygons };
}
