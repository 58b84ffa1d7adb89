import { expect, test } from "vitest";
import { ACTIONS, actionFor, conflictOf, keyOf, keysOf, readKeys, spelled, strokeOf, withKey } from "./keymap";

const typed = (key: string, more: Partial<{ code: string; ctrlKey: boolean; shiftKey: boolean; altKey: boolean; metaKey: boolean }> = {}) =>
  strokeOf({ key, code: "", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });

test("no two actions have one key, and every one has an id of its own", () => {
  const keys = ACTIONS.flatMap((action) => action.keys);
  expect(new Set(keys).size).toBe(keys.length);
  expect(new Set(ACTIONS.map(({ id }) => id)).size).toBe(ACTIONS.length);
});

test.each([
  [typed("b"), "tool_brush"],
  [typed("B"), "tool_brush"],
  [typed("Z", { ctrlKey: true, shiftKey: true }), "redo"],
  [typed("z", { metaKey: true }), "undo"],
  [typed("?", { shiftKey: true }), "help"],
  [typed("H", { shiftKey: true }), "show_all"],
  [typed("!", { shiftKey: true, code: "Digit1" }), "actual"],
  [typed("1", { code: "Digit1" }), "class_0"],
  [typed("ArrowLeft", { shiftKey: true }), "shove_left"],
  [typed("]"), "larger"],
])("%j is %s", (stroke, action) => {
  expect(actionFor(stroke, {})).toBe(action);
});

test("a person's key takes the place of the default, and of whoever had it", () => {
  const own = withKey("tool_brush", "p", {});
  expect(actionFor(typed("p"), own)).toBe("tool_brush");
  expect(actionFor(typed("b"), own)).toBeNull();
  const outline = ACTIONS.find(({ id }) => id === "tool_polygon");
  expect(outline && keysOf(outline, own)).toEqual([]);
  expect([keyOf("tool_polygon", own), conflictOf("tool_box", "p", own)?.id]).toEqual(["", "tool_brush"]);
  expect(spelled(typed(" "))).toBe("Space");
});

test("a video's keys are free in images", () => {
  expect([actionFor(typed("q"), {}), actionFor(typed("q"), {}, false)]).toEqual(["previous_frame", null]);
  expect(actionFor(typed("b"), {}, false)).toBe("tool_brush");
});

test("what is stored is taken as far as it makes sense", () => {
  expect(readKeys('{"tool_brush": ["q"], "no_such": ["x"], "undo": 3}')).toEqual({ tool_brush: ["q"] });
  expect([readKeys("nonsense"), readKeys(null), readKeys("[1]")]).toEqual([{}, {}, {}]);
});

test("keys of digits are digits on keyboards that give these with Shift only, where their sign means nothing else", () => {
  expect(actionFor(typed("&", { code: "Digit1" }), {})).toBe("class_0");
  expect(actionFor(typed("à", { code: "Digit0" }), {})).toBe("class_9");
  expect(actionFor(typed("-", { code: "Digit6" }), {})).toBe("zoom_out");
  expect(actionFor(typed("&", { code: "Digit1" }), { fit: ["&"] })).toBe("fit");
  expect(actionFor(typed("@", { code: "Digit0", altKey: true, ctrlKey: true }), {})).toBeNull();
});
