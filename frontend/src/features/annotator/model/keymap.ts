/** Every key of the annotator in one table, which a person may change. No DOM: events are looked at as plain values. */

export interface Action {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  /** As `spelled` writes them. */
  readonly keys: readonly string[];
}

/** What of a keyboard event counts. */
export interface Stroke {
  readonly key: string;
  /** Of a key whose sign is another one, as on French keyboards: what it means where its sign means nothing. */
  readonly digit?: string | undefined;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}

const action = (id: string, title: string, group: string, ...keys: string[]): Action => ({ id, title, group, keys });

/** Actions of this group have their keys in videos only: in images the keys are free for classes. */
const VIDEO = "Video";

export const ACTIONS: readonly Action[] = [
  action("tool_select", "Select and edit", "Tools", "v"),
  action("tool_lasso", "Lasso", "Tools", "l"),
  action("tool_box", "Box", "Tools", "r"),
  action("tool_polygon", "Outline", "Tools", "p"),
  action("tool_brush", "Brush", "Tools", "b"),
  action("tool_eraser", "Eraser", "Tools", "e"),
  action("tool_fill", "Fill", "Tools", "g"),
  action("tool_rectangle", "Filled rectangle", "Tools", "f"),
  action("tool_scissors", "Scissors", "Tools", "x"),
  action("tool_superpixel", "Superpixels", "Tools", "u"),
  action("tool_smart", "Smart segment", "Tools", "s"),
  action("smaller", "Smaller brush", "Drawing", "["),
  action("larger", "Larger brush", "Drawing", "]"),
  action("accept", "Finish or accept", "Drawing", "Enter"),
  action("cancel", "Give up, select nothing", "Drawing", "Escape"),
  action("remove_point", "Take the last point back", "Drawing", "Backspace"),
  action("snap", "Snap to neighbours", "Drawing", "n"),
  action("undo", "Undo", "Editing", "Ctrl+z"),
  action("redo", "Redo", "Editing", "Ctrl+Shift+z", "Ctrl+y"),
  action("delete", "Delete", "Editing", "Delete"),
  action("copy", "Copy", "Editing", "Ctrl+c"),
  action("cut", "Cut out", "Editing", "Ctrl+x"),
  action("paste", "Paste", "Editing", "Ctrl+v"),
  action("duplicate", "Duplicate", "Editing", "Ctrl+d"),
  action("select_all", "Select all", "Editing", "Ctrl+a"),
  action("merge", "Merge selected shapes", "Editing", "m"),
  action("forward", "One up", "Editing", "PageUp"),
  action("backward", "One down", "Editing", "PageDown"),
  action("to_front", "To the top", "Editing", "Shift+PageUp"),
  action("to_back", "To the bottom", "Editing", "Shift+PageDown"),
  action("nudge_left", "One pixel left", "Editing", "ArrowLeft"),
  action("nudge_right", "One pixel right", "Editing", "ArrowRight"),
  action("nudge_up", "One pixel up", "Editing", "ArrowUp"),
  action("nudge_down", "One pixel down", "Editing", "ArrowDown"),
  action("shove_left", "Ten pixels left", "Editing", "Shift+ArrowLeft"),
  action("shove_right", "Ten pixels right", "Editing", "Shift+ArrowRight"),
  action("shove_up", "Ten pixels up", "Editing", "Shift+ArrowUp"),
  action("shove_down", "Ten pixels down", "Editing", "Shift+ArrowDown"),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 0].map((digit, index) => action(`class_${index}`, `Class ${index + 1}`, "Classes", String(digit))),
  action("next_shape", "Next shape", "Moving about", "Tab"),
  action("previous_shape", "Shape before", "Moving about", "Shift+Tab"),
  action("next_image", "Next image", "Moving about", "d", "Ctrl+ArrowRight"),
  action("previous_image", "Image before", "Moving about", "a", "Ctrl+ArrowLeft"),
  action("zoom_in", "Zoom in", "View", "+", "="),
  action("zoom_out", "Zoom out", "View", "-"),
  action("fit", "Whole image", "View", "Shift+0", "Home"),
  action("actual", "Actual pixels", "View", "Shift+1"),
  action("zoom_selection", "To the selection", "View", "z"),
  action("hide", "Hide the selection", "View", "h"),
  action("isolate", "Only the selection", "View", "i"),
  action("show_all", "Show everything", "View", "Shift+H"),
  action("outline", "Outlines only", "View", "o"),
  action("fainter", "Fainter shapes", "View", ","),
  action("stronger", "Stronger shapes", "View", "."),
  action("crosshair", "Crosshair", "View", "c"),
  action("side", "Side panel", "View", "\\"),
  action("play", "Play or pause", VIDEO, "t"),
  action("previous_frame", "Frame before", VIDEO, "q"),
  action("next_frame", "Next frame", VIDEO, "w"),
  action("frames_back", "Ten frames back", VIDEO, "Ctrl+Shift+ArrowLeft"),
  action("frames_on", "Ten frames on", VIDEO, "Ctrl+Shift+ArrowRight"),
  action("previous_key", "Keyframe before", VIDEO, "Shift+Q"),
  action("next_key", "Next keyframe", VIDEO, "Shift+W"),
  action("first_frame", "First frame", VIDEO, "Ctrl+Home"),
  action("last_frame", "Last frame", VIDEO, "Ctrl+End"),
  action("toggle_key", "Make or remove a keyframe", VIDEO, "k"),
  action("toggle_outside", "The object ends, or is seen again", VIDEO, "Shift+O"),
  action("propagate", "Follow the object through the video", VIDEO, "Shift+P"),
  action("approve", "Approve", "Review", "Shift+A"),
  action("reject", "Reject", "Review", "Shift+R"),
  action("submit", "Ready for review", "Review", "Shift+S"),
  action("next_proposal", "Next proposal", "Review", "j"),
  action("previous_proposal", "Proposal before", "Review", "Shift+J"),
  action("accept_proposal", "Accept the proposal", "Review", "y"),
  action("reject_proposal", "Reject the proposal", "Review", "Shift+X"),
  action("accept_all_proposals", "Accept all proposals that are shown", "Review", "Shift+Y"),
  action("comment", "Comment on this place", "Review", "Shift+C"),
  action("next_comment", "Next comment", "Review", "Shift+N"),
  action("help", "All keys", "Help", "?"),
];

/** A person's own keys by action; an action that is not here has its default ones. */
export type OwnKeys = Readonly<Record<string, readonly string[]>>;

/** "Ctrl+Shift+z", "[", "Escape": letters are small unless Shift alone makes them large, whatever Caps Lock says. */
export function spelled({ key, ctrl, shift, alt }: Stroke): string {
  const named = key.length > 1;
  const letter = /^[a-z]$/i.test(key);
  const name = key === " " ? "Space" : letter ? (shift && !ctrl ? key.toUpperCase() : key.toLowerCase()) : key;
  // Of other signs Shift is a part already: "?" needs none.
  const shown = shift && (named || letter || /^[0-9]$/.test(key));
  return [ctrl && "Ctrl", alt && "Alt", shown && "Shift", name].filter(Boolean).join("+");
}

/** With Shift the digit row types other signs: where the browser tells the key itself, the digit counts. */
export function strokeOf(event: { key: string; code: string; ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; altKey: boolean }): Stroke {
  const digit = /^Digit([0-9])$/.exec(event.code)?.[1];
  const key = digit !== undefined && event.shiftKey ? digit : event.key;
  const isOther = !/^[0-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
  return { key, digit: isOther ? digit : undefined, ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey, alt: event.altKey };
}

export function keysOf(action: Action, own: OwnKeys): readonly string[] {
  return own[action.id] ?? action.keys;
}

export function keyOf(id: string, own: OwnKeys): string {
  const found = ACTIONS.find((each) => each.id === id);
  return found ? (keysOf(found, own)[0] ?? "") : "";
}

export function actionFor(stroke: Stroke, own: OwnKeys, video = true): string | null {
  const key = spelled(stroke);
  const found = ACTIONS.find((each) => (video || each.group !== VIDEO) && keysOf(each, own).includes(key))?.id ?? null;
  if (found !== null || stroke.digit === undefined) return found;
  return actionFor({ ...stroke, key: stroke.digit, digit: undefined }, own, video);
}

/** The other action that has the key already. */
export function conflictOf(id: string, key: string, own: OwnKeys): Action | null {
  return ACTIONS.find((each) => each.id !== id && keysOf(each, own).includes(key)) ?? null;
}

/** An action with this key alone; whoever had it loses it. */
export function withKey(id: string, key: string, own: OwnKeys): OwnKeys {
  const other = conflictOf(id, key, own);
  const rest = other ? { [other.id]: keysOf(other, own).filter((each) => each !== key) } : {};
  return { ...own, ...rest, [id]: [key] };
}

/** What was stored, as far as it is what it should be. */
export function readKeys(text: string | null): OwnKeys {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
    const known = new Set(ACTIONS.map(({ id }) => id));
    return Object.fromEntries(
      Object.entries(value).filter(
        (entry): entry is [string, string[]] => known.has(entry[0]) && Array.isArray(entry[1]) && entry[1].every((key) => typeof key === "string"),
      ),
    );
  } catch {
    return {};
  }
}
