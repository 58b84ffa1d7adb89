import { Table, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Artifact } from "@/api/types";
import { ClassSwatch } from "@/components/ClassSwatch";
import { integer, percent } from "@/components/format";
import { IconChevronDown, IconChevronUp } from "@/components/icons";
import type { Evaluation } from "../../api/evaluation";
import { type Choice, viewerPath } from "../../model/choice";
import { type ClassRow, classRows, type Key, sortRows } from "../../model/classRows";
import { short } from "../../model/confusion";
import { Definition } from "./Definition";
import classes from "./Evaluation.module.css";
import { Whisker } from "./Whisker";

const BACKGROUND = "#8a9391";

interface Column {
  key: Key;
  title: string;
  metric?: string;
  hint?: string;
  cell: (row: ClassRow) => React.ReactNode;
}

const share = (key: "ap" | "pq" | "precision" | "recall" | "f1" | "boundary_f1", title: string): Column => ({ key, title, metric: key, cell: (row) => percent(row[key]) });

function columnsOf(rows: readonly ClassRow[]): Column[] {
  const has = (key: "ap" | "pq") => rows.some((row) => row[key] !== null);
  return [
    ...(has("pq") ? [share("pq", "PQ")] : []),
    ...(has("ap") ? [share("ap", "AP")] : []),
    { key: "iou", title: "IoU", metric: "iou", cell: (row) => <Iou row={row} /> },
    share("f1", "F1"),
    share("precision", "Precision"),
    share("recall", "Recall"),
    share("boundary_f1", "Boundary F1"),
    { key: "support", title: "Pixels", hint: "Pixels of the class in the truth", cell: ({ support }) => <span title={integer(support)}>{short(support)}</span> },
  ];
}

/** Each class by itself, sortable; its name leads to the images on which it goes worst. */
export function ClassTable({ artifact, evaluation, choice }: { artifact: Artifact; evaluation: Evaluation; choice: Choice }) {
  const [sort, setSort] = useState<{ key: Key; descending: boolean }>({ key: "index", descending: false });
  const rows = classRows(evaluation);
  const columns = columnsOf(rows);
  const onSort = (key: Key) => setSort((before) => (before.key === key ? { key, descending: !before.descending } : { key, descending: key === "support" }));
  return (
    <Table aria-label="Scores by class" className={classes.classes} highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Head column={{ key: "name", title: "Class" }} sort={sort} onSort={onSort} />
          {columns.map((column) => (
            <Head key={column.key} column={column} sort={sort} onSort={onSort} />
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {sortRows(rows, sort.key, sort.descending).map((row) => (
          <Table.Tr key={row.index}>
            <Table.Td>
              <Link to={viewerPath(artifact, choice, { label: row.index, order: "iou" })} className={classes.class} title={`The images on which ${row.name} goes worst`}>
                <ClassSwatch color={row.color ?? BACKGROUND} />
                <span>{row.name}</span>
              </Link>
            </Table.Td>
            {columns.map(({ key, cell }) => (
              <Table.Td key={key} data-key={key}>
                {cell(row)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface HeadProps {
  column: Pick<Column, "key" | "title" | "metric" | "hint">;
  sort: { key: Key; descending: boolean };
  onSort: (key: Key) => void;
}

function Head({ column: { key, title, metric, hint }, sort, onSort }: HeadProps) {
  const isSorted = sort.key === key;
  return (
    <Table.Th data-key={key} aria-sort={isSorted ? (sort.descending ? "descending" : "ascending") : undefined} title={hint}>
      <span className={classes.head}>
        <UnstyledButton className={classes.sort} onClick={() => onSort(key)}>
          {title}
          {isSorted && (sort.descending ? <IconChevronDown size={12} /> : <IconChevronUp size={12} />)}
        </UnstyledButton>
        {metric !== undefined && <Definition name={metric} />}
      </span>
    </Table.Th>
  );
}

function Iou({ row: { iou, interval, color } }: { row: ClassRow }) {
  if (iou === null) return "–";
  const [low, high] = interval ?? [iou, iou];
  return (
    <span className={classes.iou} title={interval === null ? undefined : `95 % interval: ${percent(low)} to ${percent(high)}`}>
      <Whisker value={iou} low={low} high={high} color={color ?? BACKGROUND} />
      <b>{percent(iou)}</b>
      <small>{interval === null ? "" : `± ${(((high - low) / 2) * 100).toFixed(1)}`}</small>
    </span>
  );
}
