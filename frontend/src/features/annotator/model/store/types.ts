import type { Change, DocumentView, Shape } from "../types";

/** Something that a person has to hear, until they dismiss it. */
export interface Notice {
  readonly id: string;
  /**
   * `changed`, `gone`, `taken`: others were faster, one shape of an action did not land. `refused`: the server took none of
   * an action. `kept`: undo left a shape alone. `told`: a line of a tool.
   */
  readonly kind: "changed" | "gone" | "taken" | "refused" | "kept" | "told";
  readonly message: string;
  /** Who was faster, where that is known. */
  readonly by: string | null;
  /** Ids of the shapes that it is about. */
  readonly shapes: readonly string[];
  /** What I drew and the server did not take: `keepCopy` makes shapes of their own of them. */
  readonly mine: readonly Shape[];
}

/** Immutable: what did not change is the same object as before, down to single shapes and geometries. */
export interface StoreSnapshot {
  readonly document: DocumentView;
  /** Only ids of shapes that are there. */
  readonly selection: ReadonlySet<string>;
  /** What undo and redo would do, in the words that `commit` was given; null where there is nothing. */
  readonly undo: string | null;
  readonly redo: string | null;
  readonly notices: readonly Notice[];
  /** Whether this person may change anything here. */
  readonly locked: boolean;
}

/** What panels, tools and the canvas do with the document. */
export interface AnnotatorStore {
  /** For useSyncExternalStore, together with `snapshot`. Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
  snapshot(): StoreSnapshot;
  /** One action: one step of undo, one operation on the wire. What changes nothing is left out. */
  commit(change: Change, label: string): void;
  undo(): void;
  redo(): void;
  select(ids: Iterable<string>): void;
  /** A line for the person. */
  tell(message: string): void;
  dismiss(notice: string): void;
  /** Makes new shapes of what a notice offers, and dismisses it. */
  keepCopy(notice: string): void;
}
