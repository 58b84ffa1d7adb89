import { Text } from "@mantine/core";
import type { Split } from "@/api/types";
import { ClassSwatch } from "@/components/ClassSwatch";
import { percent } from "@/components/format";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { RowsSkeleton } from "@/components/QueryView";
import { type Entry, type Judged, useEvaluations } from "../api/registry";
import { type ClassRow, classRows, type Judgement, largest } from "../model/classes";
import { points } from "../model/registry";
import classes from "./Registry.module.css";
import { titleOf } from "./RegistryTable";

interface Props {
  rows: readonly Entry[];
  base: Entry;
  colors: ReadonlyMap<string, string>;
  judged: { snapshot?: string | undefined; split: Split };
}

/** IoU by class, and what each model has more or less than the base; where they differ most comes first. */
export function CompareClasses({ rows, base, judged }: Props) {
  const asked: Judged = { split: judged.split, ...(judged.snapshot === undefined ? {} : { snapshot: judged.snapshot }) };
  const known = rows.filter(({ evaluated }) => evaluated);
  const evaluations = useEvaluations(known.map(({ artifact }) => artifact.id), asked);
  const error = evaluations.find((one) => one.error != null)?.error;
  const at = known.indexOf(base);
  const table = classRows(evaluations.map(({ data }) => data as Judgement | undefined), at);
  const most = Math.max(0.01, ...table.map(largest));
  return (
    <Panel title="IoU by class" flush>
      {error != null && <ProblemAlert error={error} doing="Comparing the classes" />}
      {at < 0 ? (
        <Text size="sm" c="dimmed" p="md">
          {titleOf(base)} is not evaluated on these images: evaluate it in the table, or take differences to another.
        </Text>
      ) : evaluations.some(({ isPending }) => isPending) ? (
        <RowsSkeleton />
      ) : (
        <table className={classes.table} aria-label="Classes side by side">
          <thead>
            <tr>
              <th>Class</th>
              {known.map((row) => (
                <th key={row.artifact.id}>{titleOf(row)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.map((row) => (
              <tr key={row.key}>
                <th scope="row">
                  {row.color !== null && <ClassSwatch color={row.color} />} {row.name}
                </th>
                {known.map(({ artifact }, column) => (
                  <td key={artifact.id}>
                    <Cell row={row} column={column} isBase={column === at} most={most} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Cell({ row, column, isBase, most }: { row: ClassRow; column: number; isBase: boolean; most: number }) {
  const value = row.values[column] ?? null;
  const difference = row.differences[column] ?? null;
  const interval = row.intervals[column] ?? null;
  return (
    <div className={classes.cell} title={interval === null ? undefined : `95 % interval ${percent(interval[0])} to ${percent(interval[1])}`}>
      <span className={classes.diverging} style={isBase ? { visibility: "hidden" } : undefined} aria-hidden="true">
        {difference !== null && difference !== 0 && (
          <i data-sign={difference > 0 ? "plus" : "minus"} style={{ width: `${(Math.abs(difference) / most) * 50}%` }} />
        )}
      </span>
      <span>{percent(value)}</span>
      <span className={classes.difference}>{isBase ? "base" : points(difference)}</span>
    </div>
  );
}
