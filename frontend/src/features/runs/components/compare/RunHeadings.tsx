import { ActionIcon } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Run } from "@/api/types";
import { duration } from "@/components/format";
import { IconChevronLeft, IconChevronRight } from "@/components/icons";
import { StatusBadge } from "@/components/StatusBadge";
import { movedTo } from "../../model/compare";
import { durationOf } from "../../model/table";
import classes from "./Compare.module.css";

interface Props {
  runs: readonly Run[];
  colors: ReadonlyMap<string, string>;
  onOrder: (ids: string[]) => void;
}

/** A heading a run; columns are moved by dragging a heading or with its arrows. */
export function RunHeadings({ runs, colors, onOrder }: Props) {
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const [now] = useState(() => Date.now());
  const ids = runs.map(({ id }) => id);
  const move = (id: string, by: number) => {
    const target = ids[ids.indexOf(id) + by];
    if (target !== undefined) onOrder(movedTo(ids, id, target));
  };
  return (
    <thead>
      <tr>
        <td className={classes.corner}>
          <small>Marked: other than in the first column</small>
        </td>
        {runs.map((run, column) => {
          const seconds = durationOf(run, now);
          return (
            <th
              key={run.id}
              scope="col"
              draggable
              data-over={(over === run.id && dragged !== run.id) || undefined}
              style={{ borderTopColor: colors.get(run.id) }}
              onDragStart={(event) => {
                setDragged(run.id);
                event.dataTransfer.effectAllowed = "move";
              }}
              onDragOver={(event) => {
                if (dragged === null) return;
                event.preventDefault();
                setOver(run.id);
              }}
              onDragEnd={() => {
                setDragged(null);
                setOver(null);
              }}
              onDrop={(event) => {
                event.preventDefault();
                if (dragged !== null) onOrder(movedTo(ids, dragged, run.id));
              }}
            >
              <Link className="tess-link" to={`/projects/${run.project}/runs/${run.id}`} draggable={false}>
                {run.name}
              </Link>
              <div className={classes.under}>
                <StatusBadge status={run.status} />
                <span>{seconds === null ? "" : duration(seconds)}</span>
                <span className={classes.arrows}>
                  <ActionIcon variant="transparent" color="gray" size="xs" aria-label={`Move ${run.name} left`} disabled={column === 0} onClick={() => move(run.id, -1)}>
                    <IconChevronLeft size={12} />
                  </ActionIcon>
                  <ActionIcon
                    variant="transparent"
                    color="gray"
                    size="xs"
                    aria-label={`Move ${run.name} right`}
                    disabled={column === runs.length - 1}
                    onClick={() => move(run.id, 1)}
                  >
                    <IconChevronRight size={12} />
                  </ActionIcon>
                </span>
              </div>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
