import { useEffect, useEffectEvent, useSyncExternalStore } from "react";

export interface Shortcut {
  /** "/", "?", "Escape", "ArrowLeft", or a sequence such as "g p". Several spellings are separated by " | ". */
  keys: string;
  label: string;
  group: string;
}

interface Entry extends Shortcut {
  run: (event: KeyboardEvent) => void;
}

const SEQUENCE_WAIT = 900;
let entries: Entry[] = [];
let pending = "";
let pendingTimer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function change(next: Entry[]): void {
  entries = next;
  for (const listener of listeners) listener();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type);
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("[role=dialog], [role=menu], [role=listbox]") !== null;
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || isInDialog(event.target)) return;
  const key = event.key === " " ? "Space" : event.key;
  // Arrow keys belong to a slider or a radio group that has the focus.
  const role = event.target instanceof HTMLElement ? event.target.getAttribute("role") : null;
  const isRange = role === "slider" || (event.target instanceof HTMLInputElement && event.target.type === "radio");
  if (isRange && key.startsWith("Arrow")) return;
  // A control that has the focus is what Space and Enter press.
  const isPress = key === "Space" || key === "Enter";
  if (isPress && event.target instanceof Element && event.target.closest("button, a, summary, [role=tab]") !== null) return;
  const typed = pending === "" ? key : `${pending} ${key}`;
  clearTimeout(pendingTimer);
  pending = "";
  // The last registered wins: a viewer over a page owns the arrows.
  const entry = entries.findLast(({ keys }) => keys.split(" | ").includes(typed));
  if (entry) {
    event.preventDefault();
    entry.run(event);
    return;
  }
  if (entries.some(({ keys }) => keys.split(" | ").some((one) => one.startsWith(`${typed} `)))) {
    pending = typed;
    pendingTimer = setTimeout(() => {
      pending = "";
    }, SEQUENCE_WAIT);
  }
}

/** Registers a shortcut while the component is mounted and lists it in the `?` sheet. */
export function useShortcut(keys: string, label: string, run: (event: KeyboardEvent) => void, group = "This page") {
  const latest = useEffectEvent(run);
  useEffect(() => {
    const entry: Entry = { keys, label, group, run: (event) => latest(event) };
    if (entries.length === 0) window.addEventListener("keydown", onKeyDown);
    change([...entries, entry]);
    return () => {
      change(entries.filter((other) => other !== entry));
      if (entries.length === 0) window.removeEventListener("keydown", onKeyDown);
    };
  }, [keys, label, group]);
}

export function useShortcutList(): readonly Shortcut[] {
  return useSyncExternalStore(subscribe, () => entries);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Does what a key does, for the button that stands for it. */
export function runShortcut(keys: string): void {
  entries.findLast((entry) => entry.keys === keys)?.run(new KeyboardEvent("keydown", { key: keys }));
}
