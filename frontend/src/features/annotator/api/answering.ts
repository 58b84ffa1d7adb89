import { createContext, useContext } from "react";

/**
 * That the person gives an answer of their own, apart from the image's annotations and blind to others; null otherwise.
 * What shows or writes the image's annotations beside the session (review, history, proposals) asks here first.
 */
export interface Answering {
  /** Whether they are being asked if they want to hand it in. */
  readonly isAsking: boolean;
  ask(): void;
  giveUp(): void;
  /** After it was handed in. */
  done(): void;
}

export const AnsweringContext = createContext<Answering | null>(null);

export function useAnswering(): Answering | null {
  return useContext(AnsweringContext);
}
