import type { Shape } from "../types";
import { differing, FIELDS, overlap } from "./fields";
import { type Item, type PendingOp, staked } from "./pending";

/**
 * Judge what waits for a shape after the document was read anew, when nobody told what happened in between. `was` is the
 * state that was known before, undefined where that is unknown too (the browser was closed meanwhile). What may have been
 * overtaken is frozen: its base stays, so that the server refuses rather than overwrites.
 */
export function rejudge(
  entries: readonly { op: PendingOp; item: Item }[],
  was: Shape | undefined,
  now: Shape | undefined,
): void {
  let isUnsure = false;
  let isMine = false;
  for (const { op, item } of entries) {
    if (op.accepted !== null) {
      // The server has judged it; what of the difference is its doing is not known.
      isMine ||= item.kind === "create";
    } else if (item.kind === "create") {
      // It landed and the answer was lost, or another shape has the id: what is there is shown either way.
      if (now) item.hidden = item.frozen = true;
      isMine = true;
    } else if (now === undefined) {
      if (!isMine) item.hidden = item.frozen = true;
    } else if (item.base < now.revision && !item.frozen) {
      const changed = was ? differing(was, now) : FIELDS;
      const clashes = overlap(changed, staked(item));
      if (isUnsure || op.sent || (clashes && was === undefined)) item.frozen = true;
      else if (clashes) item.frozen = item.hidden = true;
      else item.base = now.revision;
    }
    isUnsure ||= op.sent || op.accepted !== null;
  }
}
