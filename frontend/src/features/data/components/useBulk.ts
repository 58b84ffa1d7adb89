import { notifications } from "@mantine/notifications";
import { count } from "@/components/format";
import { notifyDone, notifyProblem } from "@/components/notify";
import { useBulkChange, useUndo } from "../api/bulk";
import { type BulkChange, type Changed, keptText, type Target } from "../model/bulk";
import { notifyUndo } from "./undo";

const PROGRESS = "bulk-progress";

/** Changes many images and says so: how far it is, what was done, with a way back, and what went wrong. */
export function useBulk(projectId: string) {
  const undo = useUndo(projectId);
  const bulk = useBulkChange(projectId, (done) => {
    const shown = { id: PROGRESS, message: `Changing the images: ${Math.round(done * 100)} %`, loading: true, autoClose: false, withCloseButton: false } as const;
    if (done === 0) notifications.show(shown);
    else notifications.update(shown);
  });
  const takeBack = (id: string) =>
    undo.mutate(id, {
      onSuccess: (undone) => notifyDone(`${count(undone.restored, "image")} as before. ${keptText(undone)}`),
      onError: (error) => notifyProblem("Undoing", error),
    });
  /** `done` says what happened to so many images: "12 images moved to Train". */
  const run = (target: Target, change: BulkChange, doing: string, done: (images: string) => string, after?: (changed: Changed) => void) =>
    bulk.mutate(
      { target, change },
      {
        onSuccess: (changed) => {
          notifyUndo(done(count(changed.changed, "image")), changed, takeBack);
          after?.(changed);
        },
        onError: (error) => notifyProblem(doing, error),
        onSettled: () => notifications.hide(PROGRESS),
      },
    );
  return { run, isPending: bulk.isPending };
}
