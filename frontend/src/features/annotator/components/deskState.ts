import { useSyncExternalStore } from "react";

/** What lies on the desk and stays there from image to image: the tool, the class, the brush. */
export interface Desk {
  readonly tool: string;
  readonly class: string | null;
  readonly radius: number;
  readonly snap: boolean;
  /** How far colours may differ and still be filled as one. */
  readonly tolerance: number;
  readonly side: boolean;
  /** Whether the smart tool's answers become outlines rather than masks. */
  readonly outline: boolean;
  /** Whether clicks of the smart tool say what is not part of it: for hands without a right button. */
  readonly negative: boolean;
}

const NARROW = 900;
let desk: Desk = { tool: "select", class: null, radius: 16, snap: true, tolerance: 24, side: window.innerWidth > NARROW, outline: false, negative: false };
const listeners = new Set<() => void>();

export function changeDesk(part: Partial<Desk>): void {
  desk = { ...desk, ...part };
  for (const listener of listeners) listener();
}

export function currentDesk(): Desk {
  return desk;
}

export function useDesk(): Desk {
  return useSyncExternalStore(subscribe, currentDesk);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
