import { createContext, useContext } from "react";

/** That the person gives an answer of their own, apart from the image's annotations; nothing around it otherwise. */
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
