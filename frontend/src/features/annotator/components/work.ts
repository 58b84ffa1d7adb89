import type { AnnotatorStore } from "../model/store/types";
import type { Shape } from "../model/types";
import type { Visibility } from "../model/view/visibility";

/** What panels and keys do with the selection. */
export interface Work {
  setClass(id: string): void;
  remove(ids: readonly string[]): void;
  isolate(): void;
  hide(): void;
}

interface Options {
  store: AnnotatorStore;
  visibility: Visibility;
  onVisibility: (visibility: Visibility) => void;
}

export function workOn({ store, visibility, onVisibility }: Options): Work {
  const free = (ids: Iterable<string>): Shape[] => {
    const { document } = store.snapshot();
    const shapes = [...ids].flatMap((id) => document.shape(id) ?? []);
    const open = shapes.filter((shape) => !visibility.locked.has(shape.class) && !visibility.locked.has(shape.id));
    if (open.length < shapes.length) store.tell("Shapes of a locked class stay as they are. Unlock the class in the list first.");
    return open;
  };
  return {
    setClass(id) {
      const update = free(store.snapshot().selection)
        .filter((shape) => shape.class !== id)
        .map((shape) => ({ id: shape.id, fields: { class: id } }));
      if (update.length > 0) store.commit({ create: [], update, delete: [] }, "Change the class");
    },
    remove(ids) {
      const gone = free(ids).map(({ id }) => id);
      if (gone.length > 0) store.commit({ create: [], update: [], delete: gone }, gone.length === 1 ? "Delete" : `Delete ${gone.length} shapes`);
    },
    isolate() {
      const { selection } = store.snapshot();
      onVisibility({ ...visibility, only: visibility.only === null && selection.size > 0 ? new Set(selection) : null });
    },
    hide() {
      onVisibility({ ...visibility, hidden: new Set([...visibility.hidden, ...store.snapshot().selection]) });
      store.select([]);
    },
  };
}
