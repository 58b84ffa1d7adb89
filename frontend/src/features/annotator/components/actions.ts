import type { LabelClass, Review } from "@/api/types";
import { actionFor, strokeOf } from "../model/keymap";
import type { AnnotatorStore } from "../model/store/types";
import { TOOLS } from "../model/tools";
import { type Move, reorder } from "../model/view/order";
import { isShown, type Visibility } from "../model/view/visibility";
import type { Travel } from "./bar/TopBar";
import { changeDesk, type Desk } from "./deskState";
import type { Video } from "./video/useVideo";
import { ARROWS, performVideo } from "./video/videoActions";
import type { Proposed } from "./proposals/useProposed";
import type { Hands } from "./stage/hands";
import type { Stage } from "./stage/stage";
import type { ViewSettings } from "./viewSettings";
import type { Work } from "./work";

/** Everything that keys and buttons may reach. */
export interface Reach {
  readonly store: AnnotatorStore;
  readonly hands: Hands | null;
  readonly stage: Stage | null;
  readonly desk: Desk;
  readonly labels: readonly LabelClass[];
  readonly view: ViewSettings;
  readonly onView: (part: Partial<ViewSettings>) => void;
  readonly visibility: Visibility;
  readonly onVisibility: (visibility: Visibility) => void;
  readonly work: Work;
  readonly travel: Travel;
  readonly pickClass: (id: string) => void;
  readonly review: (review: Review) => void;
  readonly comment: () => void;
  readonly proposed: Proposed;
  readonly nextComment: () => void;
  readonly help: () => void;
  /** Null where an image is open. */
  readonly video: Video | null;
  readonly propagate: () => void;
}

const MOVES: Record<string, Move> = { forward: "forward", backward: "backward", to_front: "front", to_back: "back" };
const REVIEWS: Record<string, Review> = { approve: "approved", reject: "rejected", submit: "in_review" };
const SMALLEST = 1;
const LARGEST = 400;
const OPACITY_STEP = 0.1;

/** Does what an action of the keymap says; false where it has nothing to do here. */
export function perform(action: string, reach: Reach): boolean {
  // What is half drawn comes first: Escape gives it up before it deselects, undo takes its last point back.
  if (reach.hands?.act(action) === true) return true;
  if (reach.video && ON_A_FRAME.has(action)) {
    reach.video.film.settled(() => performNow(action, reach));
    return true;
  }
  return performNow(action, reach);
}

/** What is done to a video's frame waits for the frame. */
const ON_A_FRAME = new Set(["toggle_key", "toggle_outside", "propagate", "paste", "duplicate"]);

function performNow(action: string, reach: Reach): boolean {
  if (reach.video && performVideo(action, { ...reach, video: reach.video })) return true;
  const tool = TOOLS.find((one) => one.action === action);
  if (tool) {
    changeDesk({ tool: tool.id });
    return true;
  }
  if (/^(nudge|shove)_/.test(action) || action === "merge") {
    if (reach.hands?.actWith("select", action) === true) return true;
    return reach.video !== null && performVideo(ARROWS[action] ?? "", { ...reach, video: reach.video });
  }
  const move = MOVES[action];
  if (move) return moveShapes(move, reach);
  const review = REVIEWS[action];
  if (review) {
    reach.review(review);
    return true;
  }
  if (action.startsWith("class_")) return pickByKey(action, reach);
  const run = RUNS[action];
  return run ? run(reach) !== false : false;
}

const RUNS: Record<string, (reach: Reach) => unknown> = {
  undo: ({ store }) => store.undo(),
  redo: ({ store }) => store.redo(),
  smaller: ({ desk }) => changeDesk({ radius: resized(desk.radius, 1 / 1.25) }),
  larger: ({ desk }) => changeDesk({ radius: resized(desk.radius, 1.25) }),
  snap: ({ desk, store }) => {
    changeDesk({ snap: !desk.snap });
    store.tell(desk.snap ? "New corners no longer snap to neighbours." : "New corners snap to neighbours.");
  },
  cancel: ({ store, visibility, onVisibility, travel }) => {
    if (store.snapshot().selection.size > 0) store.select([]);
    else if (visibility.only !== null) onVisibility({ ...visibility, only: null });
    else travel.leave?.();
  },
  delete: ({ work, store }) => work.remove([...store.snapshot().selection]),
  remove_point: ({ work, store }) => work.remove([...store.snapshot().selection]),
  copy: ({ work }) => work.copy(),
  cut: ({ work }) => work.cut(),
  paste: ({ work }) => work.paste(),
  duplicate: ({ work }) => work.duplicate(),
  select_all: ({ store, visibility }) => {
    const { document } = store.snapshot();
    const open = document.shapes.filter((shape) => isShown(visibility, shape) && !visibility.locked.has(shape.class));
    store.select(open.map(({ id }) => id));
  },
  next_shape: (reach) => stepThrough(1, reach),
  previous_shape: (reach) => stepThrough(-1, reach),
  next_image: ({ travel }) => travel.go(travel.next),
  previous_image: ({ travel }) => travel.go(travel.previous),
  zoom_in: ({ stage }) => stage?.zoomHere(1.3),
  zoom_out: ({ stage }) => stage?.zoomHere(1 / 1.3),
  fit: ({ stage }) => stage?.fit(),
  actual: ({ stage }) => stage?.actualSize(),
  zoom_selection: ({ stage, store }) => {
    const bounds = stage?.boundsOf(store.snapshot().selection);
    if (bounds) stage?.show(bounds);
    else store.tell("Select a shape first: this zooms to it.");
  },
  hide: ({ work, store }) => store.snapshot().selection.size > 0 && work.hide(),
  isolate: ({ work }) => work.isolate(),
  show_all: ({ onVisibility, visibility }) => onVisibility({ ...visibility, hidden: new Set(), only: null }),
  outline: ({ view, onView }) => onView({ outlineOnly: !view.outlineOnly }),
  fainter: ({ view, onView }) => onView({ opacity: Math.max(0, view.opacity - OPACITY_STEP) }),
  stronger: ({ view, onView }) => onView({ opacity: Math.min(1, view.opacity + OPACITY_STEP) }),
  crosshair: ({ view, onView }) => onView({ crosshair: !view.crosshair }),
  side: ({ desk }) => changeDesk({ side: !desk.side }),
  next_proposal: ({ proposed }) => proposed.next(),
  previous_proposal: ({ proposed }) => proposed.previous(),
  accept_proposal: ({ proposed }) => proposed.accept(),
  reject_proposal: ({ proposed }) => proposed.reject(),
  accept_all_proposals: ({ proposed }) => proposed.acceptAll(),
  comment: ({ comment }) => comment(),
  next_comment: ({ nextComment }) => nextComment(),
  help: ({ help }) => help(),
};

function resized(radius: number, factor: number): number {
  const next = Math.round(radius * factor);
  return Math.min(LARGEST, Math.max(SMALLEST, next === radius ? radius + Math.sign(factor - 1) : next));
}

function moveShapes(move: Move, { store }: Reach): boolean {
  const { document, selection } = store.snapshot();
  const update = reorder(document.shapes, selection, move);
  if (update.length > 0) store.commit({ create: [], update, delete: [] }, "Change the order");
  return update.length > 0;
}

function stepThrough(step: number, { store, visibility, stage }: Reach): boolean {
  const { document, selection } = store.snapshot();
  const shapes = document.shapes.filter((shape) => isShown(visibility, shape));
  const at = shapes.findIndex(({ id }) => selection.has(id));
  const next = shapes[at < 0 ? (step > 0 ? 0 : shapes.length - 1) : (at + step + shapes.length) % shapes.length];
  if (!next) return false;
  store.select([next.id]);
  stage?.reveal([next.id]);
  return true;
}

/** The digit picks the class that has it as its own key, else the one at that place of the list. */
function pickByKey(action: string, { labels, pickClass }: Reach): boolean {
  const index = Number(action.slice("class_".length));
  const digit = String((index + 1) % 10);
  const byPlace = labels[index]?.hotkey === "" ? labels[index] : undefined;
  const label = labels.find(({ hotkey }) => hotkey === digit) ?? byPlace;
  if (label) pickClass(label.id);
  return label !== undefined;
}

/** A class's own key that no action has. */
export function pickByOwnKey(key: string, { labels, pickClass, video }: Reach): boolean {
  if (key.length !== 1 || /^[0-9]$/.test(key)) return false;
  const taken = actionFor(strokeOf({ key, code: "", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false }), {}, video !== null);
  const label = taken === null ? labels.find(({ hotkey }) => hotkey.toLowerCase() === key.toLowerCase()) : undefined;
  if (label) pickClass(label.id);
  return label !== undefined;
}
