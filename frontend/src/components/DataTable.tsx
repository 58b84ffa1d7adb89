import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./DataTable.module.css";

export interface Column<T> {
  /** Empty for a column of buttons. */
  title: string;
  cell: (row: T) => ReactNode;
  align?: "right";
  dimmed?: boolean;
  width?: number;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  faded?: (row: T) => boolean;
}

/** A table; where it is narrow every row becomes a block with its column titles, so that nothing hides to the right. */
export function DataTable<T>({ label, columns, rows, keyOf, faded }: Props<T>) {
  return (
    <Table highlightOnHover aria-label={label} className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ title, align, width }) => (
            <Table.Th key={title} data-align={align} w={width} aria-label={title === "" ? "Actions" : undefined}>
              {title}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={keyOf(row)} opacity={faded?.(row) === true ? 0.55 : undefined}>
            {columns.map(({ title, cell, align, dimmed }) => (
              <Table.Td key={title} data-align={align} c={dimmed ? "dimmed" : undefined} data-title={title}>
                {cell(row)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
