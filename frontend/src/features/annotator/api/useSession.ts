/*
 * The document of one image as a component uses it, shared live with everybody who has the image open.
 *
 *   const session = useSession({ asset, task });        // asset: {id, width, height}; render it where both are loaded
 *   `prepare` (optional) completes every change before it is committed; it is read once, when the image is opened.
 *
 *   session.store      AnnotatorStore: commit(change, label), undo(), redo(), select(ids), tell(line), dismiss, keepCopy
 *   session.snapshot   StoreSnapshot, renders anew with it: document (DocumentView), selection, undo, redo, notices, locked
 *   session.status     { state: loading | saved | saving | offline | refused, kept: n }, renders anew with it
 *   session.people     readonly Person[], renders anew when somebody comes, goes or selects
 *   session.presence   Presence: cursors() and drafts() of others for the canvas; subscribe(listener) to draw again
 *   session.point(p)   my cursor in image pixels, null when it leaves; call it at every move, it is sent 30 times a second
 *   session.show(d)    what I am drawing, null when nothing; call it at every change, it is sent 10 times a second
 *   session.problem    why the document could not be loaded (for ProblemAlert); null otherwise. It is tried again by itself
 *   session.reload()   reads the document anew, for instance after going back to a revision
 *
 * Ask once a page and hand the session down: every call is a connection of its own.
 * The store can be used outside React: store.subscribe(listener), store.snapshot().
 * Copy and paste: copyShapes, pasteShapes of model/store/clipboard (what they give is committed like everything else), and
 * keepClip, keptClip of ./clipboard, which keep the text in this browser and put it on the system's clipboard.
 * useUnsent(assetId): other images whose changes wait in this browser; each is sent when it is opened.
 */
import { useEffect, useState, useSyncExternalStore } from "react";
import { useQuery } from "@tanstack/react-query";
import { useSession as useAccount } from "@/features/session/api/session";
import type { Change, Draft, Point, Task } from "../model/types";
import type { AnnotatorStore, StoreSnapshot } from "../model/store/types";
import type { Person, Presence, SaveStatus } from "../model/sync/types";
import { useAnswering } from "./answering";
import { keyOf, openSession, unsentImages } from "./session";

export interface SessionInput {
  asset: { readonly id: string; readonly width: number; readonly height: number };
  task: Task;
  prepare?: ((change: Change, store: AnnotatorStore) => Change) | undefined;
}

export interface AnnotatorSession {
  readonly store: AnnotatorStore;
  readonly snapshot: StoreSnapshot;
  readonly status: SaveStatus;
  readonly people: readonly Person[];
  readonly presence: Presence;
  readonly problem: unknown;
  point(at: Point | null): void;
  show(draft: Draft | null): void;
  reload(): void;
  /** Of an answer that is saved: hands it in. */
  handIn: (() => Promise<void>) | null;
}

export function useSession({ asset, task, prepare }: SessionInput): AnnotatorSession {
  const { id, width, height } = asset;
  const user = useUser();
  // Inside of an AnsweringContext it is the person's own answer, and not the image's annotations.
  const answer = useAnswering() !== null;
  const options = { id, width, height, task, user, prepare, answer };
  const [session, setSession] = useState(() => openSession(options));
  if (session.key !== keyOf(options)) setSession(openSession(options));
  useEffect(() => session.start(), [session]);
  const snapshot = useSyncExternalStore(session.store.subscribe, session.store.snapshot);
  const { status, problem } = useSyncExternalStore(session.subscribe, session.state);
  const people = useSyncExternalStore(session.presence.subscribe, session.presence.people);
  return { ...session.actions, handIn: session.handIn, store: session.store, presence: session.presence, snapshot, status, problem, people };
}

/** Ids of other images with changes that only this browser has. */
export function useUnsent(assetId: string): readonly string[] {
  const user = useUser();
  const { data } = useQuery({ queryKey: ["unsent", user, assetId], queryFn: () => unsentImages(user, assetId) });
  return data ?? [];
}

function useUser(): string {
  return useAccount().data?.user?.id ?? "";
}
