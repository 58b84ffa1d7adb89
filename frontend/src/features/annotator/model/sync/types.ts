import type { Draft } from "../types";

/** Somebody else in the same image; one person with two windows is there twice. */
export interface Person {
  readonly session: string;
  readonly user: { readonly id: string; readonly name: string };
  readonly color: string;
  /** Ids of the shapes that they have selected. */
  readonly selection: readonly string[];
}

/** What of others moves all the time: asked for when a frame is drawn, not kept in React. */
export interface Presence {
  subscribe(listener: () => void): () => void;
  /** Others who are here; changes when somebody comes, goes or selects, not when a cursor moves. */
  people(): readonly Person[];
  /** Cursors in image pixels, by session. */
  cursors(): ReadonlyMap<string, readonly [x: number, y: number]>;
  /** What others are drawing, by session. */
  drafts(): ReadonlyMap<string, Draft>;
}

/**
 * `loading`: the document is not there yet. `saved`: the server has everything. `saving`: it is about to. `offline`: no
 * connection, changes are kept in this browser and sent when it is back. `refused`: the server lets this person in no longer.
 */
export interface SaveStatus {
  readonly state: "loading" | "saved" | "saving" | "offline" | "refused";
  /** Changes that the server has not confirmed. */
  readonly kept: number;
}
