import { useSyncExternalStore } from "react";

export type Place = { x: number; y: number } | null;

/** Where the pointer is in the image: known to those that ask, without drawing everything else anew. */
export interface Hover {
  set: (place: Place) => void;
  get: () => Place;
  subscribe: (listener: () => void) => () => void;
}

export function createHover(): Hover {
  let place: Place = null;
  const listeners = new Set<() => void>();
  return {
    set: (next) => {
      if (next === place) return;
      place = next;
      for (const listener of listeners) listener();
    },
    get: () => place,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function usePlace(hover: Hover): Place {
  return useSyncExternalStore(hover.subscribe, hover.get);
}
