import { useSyncExternalStore } from "react";

/** What lies on the desk and stays there from image to image: the tool, the class, the brush. */
export interface Desk {
  readonly tool: string;
  readonly class: string | null;
  readonly radius: number;
  readonly snap: boolean;
  readonly side: boolean;
}

const NARROW = 900;
let desk: Desk = { tool: "select", class: null, radius: 16, snap: true, side: window.innerWidth > NARROW };
const listeners = new Set<() => void>();

export function changeDesk(part: Partial<Desk>): void {
  desk = { ...desk, ...part };
  for (const listener of listeners) listener();
}

export function useDesk(): Desk {
  return useSyncExternalStore(subscribe, () => desk);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
