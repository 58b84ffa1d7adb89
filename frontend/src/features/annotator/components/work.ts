import type { LabelClass } from "@/api/types";
import { copyShapes, pasteShapes } from "../model/store/clipboard";
import type { AnnotatorStore } from "../model/store/types";
import type { SaveStatus } from "../model/sync/types";
import type { Shape } from "../model/types";
import type { Visibility } from "../model/view/visibility";
import { newId } from "../model/newId";

/** What panels and keys do with the selection. */
export interface Work {
  setClass(id: string): void;
  remove(ids: readonly string[]): void;
  isolate(): void;
  hide(): void;
  copy(): boolean;
  cut(): void;
  paste(): void;
  duplicate(): void;
}

/** Shapes go from image to image, tab to tab and project to project of this browser. */
const CLIPBOARD = "tessera-annotator-clipboard";

/** What is known of a video's objects, whether they are seen on this frame or not. */
export interface WorkTracks {
  shape(id: string): Shape | undefined;
  remove(ids: readonly string[]): void;
}

interface Options {
  store: AnnotatorStore;
  visibility: Visibility;
  onVisibility: (visibility: Visibility) => void;
  asset: string;
  labels: readonly LabelClass[];
  refusal: string;
  /** Of a video: objects are found, and deleted, on all of its frames. */
  tracks: WorkTracks | null;
}

/** What somebody is told who may not change the image just now. */
export function refusalOf({ state }: SaveStatus): string {
  return state === "loading" ? "The shapes are still being loaded. Try again in a moment." : "You may look at this image, but not change it.";
}

export function workOn({ store, visibility, onVisibility, asset, labels, refusal, tracks }: Options): Work {
  const free = (ids: Iterable<string>): Shape[] => {
    const { document } = store.snapshot();
    const shapes = [...ids].flatMap((id) => document.shape(id) ?? tracks?.shape(id) ?? []);
    const open = shapes.filter((shape) => !visibility.locked.has(shape.class) && !visibility.locked.has(shape.id));
    if (open.length < shapes.length) store.tell("Shapes of a locked class stay as they are. Unlock the class in the list first.");
    return open;
  };
  const copied = (): string | null => {
    const { document, selection } = store.snapshot();
    if (selection.size > 0) return copyShapes(document, selection, labels, asset);
    store.tell("Select the shapes to copy first.");
    return null;
  };
  const insert = (text: string | null, label: string) => {
    const { document, locked } = store.snapshot();
    const pasted = text === null ? null : pasteShapes(text, { document, image: asset, labels, newId });
    if (locked || !pasted) {
      store.tell(locked ? refusal : "There are no shapes to paste. Select some, here or in another image, and copy them.");
      return;
    }
    const { change, unknown, outside } = pasted;
    if (change.create.length > 0) {
      store.commit(change, label);
      store.select(change.create.map(({ id }) => id));
    }
    for (const [name, count] of unknown) store.tell(`${count} of class “${name}” left out: this project has no such class.`);
    if (outside > 0) store.tell(`${outside} left out: they lie outside of this image.`);
  };
  const work: Work = {
    setClass(id) {
      const update = free(store.snapshot().selection)
        .filter((shape) => shape.class !== id)
        .map((shape) => ({ id: shape.id, fields: { class: id } }));
      if (update.length > 0) store.commit({ create: [], update, delete: [] }, "Change the class");
    },
    remove(ids) {
      const gone = free(ids).map(({ id }) => id);
      if (gone.length > 0 && tracks) tracks.remove(gone);
      else if (gone.length > 0) store.commit({ create: [], update: [], delete: gone }, gone.length === 1 ? "Delete" : `Delete ${gone.length} shapes`);
    },
    isolate() {
      const { selection } = store.snapshot();
      onVisibility({ ...visibility, only: visibility.only === null && selection.size > 0 ? new Set(selection) : null });
    },
    hide() {
      onVisibility({ ...visibility, hidden: new Set([...visibility.hidden, ...store.snapshot().selection]) });
      store.select([]);
    },
    copy() {
      const text = copied();
      if (text === null) return false;
      localStorage.setItem(CLIPBOARD, text);
      const { size } = store.snapshot().selection;
      store.tell(size === 1 ? "Copied. Paste it here or in another image." : `${size} shapes copied. Paste them here or in another image.`);
      return true;
    },
    cut() {
      if (work.copy()) work.remove([...store.snapshot().selection]);
    },
    paste() {
      insert(localStorage.getItem(CLIPBOARD), "Paste");
    },
    duplicate() {
      const text = copied();
      if (text !== null) insert(text, "Duplicate");
    },
  };
  return work;
}
