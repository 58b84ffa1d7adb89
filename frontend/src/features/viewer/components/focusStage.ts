import type { MouseEvent } from "react";

/** The images have the keyboard again: the keys that go through them are not meant for the control used last. */
export function focusStage(): void {
  // A select takes the focus back when its list closes.
  setTimeout(() => document.querySelector<HTMLElement>("[data-stage]")?.focus({ preventScroll: true }));
}

/** After a click of the mouse on a button that does what it says. Who came by key stays there, and what opens something leads into it. */
export function handBack({ detail, target, currentTarget }: MouseEvent): void {
  if (detail === 0 || !(target instanceof Element) || !(currentTarget instanceof Element)) return;
  const button = target.closest("button");
  if (button === null || !currentTarget.contains(button) || button.matches("[aria-haspopup], [aria-expanded]")) return;
  focusStage();
}
