import { useEffect, useEffectEvent, useRef, useSyncExternalStore } from "react";
import { actionFor, keyOf, type OwnKeys, readKeys, strokeOf } from "../model/keymap";

const STORED = "tessera-annotator-keys";
let own: OwnKeys = readKeys(localStorage.getItem(STORED));
const listeners = new Set<() => void>();

/** A person's own keys; kept in this browser. */
export function useOwnKeys(): OwnKeys {
  return useSyncExternalStore(subscribe, () => own);
}

export function setOwnKeys(keys: OwnKeys): void {
  own = keys;
  localStorage.setItem(STORED, JSON.stringify(keys));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The space bar held moves the picture; pressed shorter than this, it was tapped. */
const TAP_MS = 250;

const SHOWN: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  Delete: "Del",
  Backspace: "⌫",
};

/** "Ctrl+Shift+Z": a key as it stands on the keyboard. */
export function shownKey(key: string): string {
  if (key === "" || key === "+") return key;
  return key
    .split("+")
    .map((part) => SHOWN[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join("+");
}

/** The first key of an action as a tooltip shows it, "" where it has none. */
export function useKeyNames(): (action: string) => string {
  const keys = useOwnKeys();
  return (action) => shownKey(keyOf(action, keys));
}

function within(target: EventTarget | null, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "range"].includes(target.type);
}

/** Keys that a control which has the focus answers by itself. */
function isTheirs(event: KeyboardEvent): boolean {
  const { target, key } = event;
  if (isTyping(target) || within(target, "[role=dialog], [role=menu]")) return true;
  if (key.startsWith("Arrow") || key === "Home" || key === "End") return within(target, "[role=slider], [role=tab], [role=radiogroup], input");
  if (key === "Enter" || key === " ") return within(target, "button, a, input, [role=slider], [role=tab]");
  // Tab goes from shape to shape in the picture only; elsewhere it moves the focus.
  return key === "Tab" && !within(target, "[role=application]");
}

interface KeyHandlers {
  /** True where something was done: the browser's own meaning of the key is held back then. */
  run: (action: string) => boolean;
  /** A key that is no action's, such as a class's own letter. */
  other: (key: string) => boolean;
  space: (held: boolean) => void;
  /** The space bar was pressed and let go at once. */
  tap: () => void;
  /** Whether a video is open, which has keys of its own. */
  video: boolean;
}

export function useKeys({ run, other, space, tap, video }: KeyHandlers): void {
  const pressed = useRef(-Infinity);
  const onDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || isTheirs(event)) return;
    if (event.key === " ") {
      event.preventDefault();
      if (!event.repeat) {
        pressed.current = event.timeStamp;
        space(true);
      }
      return;
    }
    if (event.key === "F6") {
      event.preventDefault();
      nextRegion(event.shiftKey ? -1 : 1);
      return;
    }
    const stroke = strokeOf(event);
    const action = actionFor(stroke, own, video);
    const plain = !stroke.ctrl && !stroke.alt;
    if (action !== null ? run(action) : plain && other(event.key)) event.preventDefault();
  });
  const onUp = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== " ") return;
    space(false);
    if (event.timeStamp - pressed.current < TAP_MS) tap();
    pressed.current = -Infinity;
  });
  const onBlur = useEffectEvent(() => space(false));
  useEffect(() => {
    const aborted = new AbortController();
    const { signal } = aborted;
    window.addEventListener("keydown", (event) => onDown(event), { signal });
    window.addEventListener("keyup", (event) => onUp(event), { signal });
    window.addEventListener("blur", () => onBlur(), { signal });
    return () => aborted.abort();
  }, []);
}

/** The picture has the keyboard. */
export function focusPicture(): void {
  document.querySelector<HTMLElement>("[role=application]")?.focus({ preventScroll: true });
}

/**
 * Whether the picture has the keyboard again after a click: after one of the mouse on a button that does what it
 * says, so that Space and Enter mean the picture and not that button once more. Who came by key stays there, and
 * what opens something leads into it.
 */
export function handsBack({ detail, target, currentTarget }: Pick<MouseEvent, "detail" | "target" | "currentTarget">): boolean {
  if (detail === 0 || !(target instanceof Element) || !(currentTarget instanceof Element)) return false;
  const button = target.closest("button");
  // Menus and dialogs are elsewhere in the document, and bubble to here all the same.
  if (button === null || !currentTarget.contains(button)) return false;
  return !button.matches("[aria-haspopup], [aria-expanded], [role=tab]");
}

const REGIONS = ["[role=application]", "section[aria-label=Timeline]", "[role=toolbar]", "header", "aside"];

/** The picture keeps Tab for itself: F6 leads out of it, from one part of the page to the next. */
function nextRegion(step: number): void {
  const here = REGIONS.findIndex((selector) => document.activeElement?.closest(selector) != null);
  for (let tried = 1; tried <= REGIONS.length; tried += 1) {
    const at = (((here < 0 ? 0 : here) + step * tried) % REGIONS.length + REGIONS.length) % REGIONS.length;
    const region = document.querySelector<HTMLElement>(REGIONS[at] ?? "");
    const target = region?.matches("[tabindex]") ? region : region?.querySelector<HTMLElement>("button:not(:disabled), a, [tabindex='0']");
    if (!target) continue;
    target.focus();
    return;
  }
}
