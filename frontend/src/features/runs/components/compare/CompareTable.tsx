import { Button, SegmentedControl, Switch } from "@mantine/core";
import { Fragment, useState } from "react";
import type { Comparison, Run } from "@/api/types";
import { compact, percent } from "@/components/format";
import { IconDownload } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { saveText } from "@/components/saveText";
import { kindOf } from "../../model/charts";
import { fieldRows, type FieldRow, type MetricRow, metricRows, orderBy, toCsv } from "../../model/compare";
import classes from "./Compare.module.css";
import { RunHeadings } from "./RunHeadings";

interface Props {
  comparison: Comparison;
  /** In the order of the columns. */
  runs: readonly Run[];
  colors: ReadonlyMap<string, string>;
  snapshotName: (id: string) => string;
  onOrder: (ids: string[]) => void;
}

/** What the runs were told and what came of it, a column a run. */
export function CompareTable({ comparison, runs, colors, snapshotName, onOrder }: Props) {
  const [onlyDifferences, setOnlyDifferences] = useState(true);
  const [which, setWhich] = useState<"best" | "last">("best");
  const places = new Map(comparison.runs.map(({ id }, index) => [id, index]));
  const shown = runs.filter(({ id }) => places.has(id));
  const order = shown.map(({ id }) => places.get(id) ?? 0);
  const ids = shown.map(({ id }) => id);
  const metrics = metricRows(comparison.metrics, order, which);
  const fields = fieldRows(comparison.fields, order, onlyDifferences, snapshotName);
  const columns = shown.length + 1;
  return (
    <Panel
      title="Side by side"
      flush
      actions={
        <div className={classes.tools}>
          <Switch
            size="xs"
            label="Only differences"
            checked={onlyDifferences}
            onChange={(event) => setOnlyDifferences(event.currentTarget.checked)}
          />
          <SegmentedControl
            size="xs"
            aria-label="Which value of a metric"
            value={which}
            onChange={(value) => setWhich(value as typeof which)}
            data={[
              { value: "best", label: "Best values" },
              { value: "last", label: "Last values" },
            ]}
          />
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={14} />}
            onClick={() => saveText("comparison.csv", toCsv(shown, metrics, fields), "text/csv")}
          >
            Table as CSV
          </Button>
        </div>
      }
    >
      <table className={classes.table} aria-label="Runs side by side">
        <RunHeadings runs={shown} colors={colors} onOrder={onOrder} />
        <tbody>
          <Heading columns={columns} text="Results" />
          {metrics.map((row) => (
            <MetricCells key={row.name} row={row} onOrder={() => onOrder(orderBy(row, ids))} />
          ))}
          {metrics.length === 0 && <Note columns={columns} text="No metrics yet." />}
          {fields.map((row, index) => (
            <Fragment key={row.path}>
              {row.group !== fields[index - 1]?.group && <Heading columns={columns} text={row.group} />}
              <FieldCells row={row} />
            </Fragment>
          ))}
          {fields.length === 0 && <Note columns={columns} text="These runs were told exactly the same." />}
        </tbody>
      </table>
    </Panel>
  );
}

function MetricCells({ row, onOrder }: { row: MetricRow; onOrder: () => void }) {
  const text = (value: number) => (kindOf(row.name) === "share" ? percent(value) : compact(value));
  return (
    <tr>
      <th scope="row">
        <button type="button" className={classes.order} title="Order the runs by this, the best first" onClick={onOrder}>
          {row.label}
        </button>
      </th>
      {row.values.map((value, column) => (
        <td key={column} data-best={column === row.best || undefined} title={column === row.best ? "Best of these runs" : undefined}>
          {value === null ? "–" : text(value)}
          {column === row.best && <span className={classes.star}> ★</span>}
        </td>
      ))}
    </tr>
  );
}

function FieldCells({ row }: { row: FieldRow }) {
  return (
    <tr>
      <th scope="row">{row.label}</th>
      {row.cells.map(({ text, differs }, column) => (
        <td key={column} data-differs={differs || undefined} title={text.length > 28 ? text : undefined}>
          {text}
        </td>
      ))}
    </tr>
  );
}

function Heading({ columns, text }: { columns: number; text: string }) {
  return (
    <tr className={classes.group}>
      <th colSpan={columns} scope="colgroup">
        <span>{text}</span>
      </th>
    </tr>
  );
}

function Note({ columns, text }: { columns: number; text: string }) {
  return (
    <tr>
      <td colSpan={columns} className={classes.note}>
        {text}
      </td>
    </tr>
  );
}
