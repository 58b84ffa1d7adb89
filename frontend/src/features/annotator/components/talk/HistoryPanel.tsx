import { Button } from "@mantine/core";
import type { Asset } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
import { count } from "@/components/format";
import { notifyDone } from "@/components/notify";
import { QueryView } from "@/components/QueryView";
import { useHistory, useRestore } from "@/features/review/api/review";
import { type HistoryEntry, lineOf } from "@/features/review/model/history";
import classes from "./Talk.module.css";

interface Props {
  asset: Asset;
  /** The revision on the screen. */
  revision: number;
  /** Whether shapes may be put back: everything is sent, and the image is open to this person. */
  canRestore: boolean;
}

/** Who did what to the image, newest first; shapes can be put back to any of it. */
export function HistoryPanel({ asset, revision, canRestore }: Props) {
  const history = useHistory(asset.id);
  return (
    <QueryView query={history}>
      {({ pages }) => {
        const entries = pages.flatMap(({ results }) => results);
        if (entries.length === 0) {
          return <div className={classes.empty}>Nothing has happened to this image yet.</div>;
        }
        return (
          <ul className={classes.list} aria-label="History">
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} asset={asset} revision={revision} canRestore={canRestore} />
            ))}
            {history.hasNextPage && (
              <li>
                <Button size="compact-xs" variant="subtle" loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
                  Earlier
                </Button>
              </li>
            )}
          </ul>
        );
      }}
    </QueryView>
  );
}

function Entry({ entry, asset, revision, canRestore }: { entry: HistoryEntry } & Props) {
  const restore = useRestore(asset.id);
  const to = entry.kind === "annotations" ? entry.revision : undefined;
  const put = async (target: number) => {
    const { left_out } = await restore.mutateAsync({ revision: target, now: revision });
    const lost = left_out.length === 0 ? "" : ` ${count(left_out.length, "shape")} of deleted classes could not come back.`;
    notifyDone(`The shapes are as they were at revision ${target}.${lost}`);
  };
  return (
    <li className={classes.entry}>
      <span className={classes.entryText}>
        <b>{entry.actor?.name ?? "Somebody who left"}</b> {lineOf(entry)}
        {entry.text !== undefined && <q>{entry.text}</q>}
        {entry.note != null && entry.note !== "" && <q>{entry.note}</q>}
        <span className={classes.entryTime}>
          <Ago time={entry.at} />
          {to !== undefined && ` · revision ${to}`}
        </span>
      </span>
      {to !== undefined && to < revision && canRestore && (
        <ConfirmButton
          title={`Go back to revision ${to}?`}
          confirm="Go back"
          color="teal"
          onConfirm={() => put(to)}
          trigger={(open) => (
            <Button size="compact-xs" variant="default" onClick={open}>
              Go back
            </Button>
          )}
        >
          The shapes become what they were then, as a new revision: what was drawn since stays in the history, and you can come back
          to it.
        </ConfirmButton>
      )}
    </li>
  );
}
