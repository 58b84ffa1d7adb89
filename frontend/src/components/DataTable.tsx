import { Checkbox, Table, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./DataTable.module.css";
import { IconChevronDown, IconChevronUp } from "./icons";

export interface Column<T> {
  /** Empty for a column of buttons. */
  title: string;
  cell: (row: T) => ReactNode;
  align?: "right";
  dimmed?: boolean;
  width?: number;
  /** What the table is sorted by when this column's title is clicked. */
  sort?: string;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  faded?: (row: T) => boolean;
  sort?: { key: string; descending: boolean };
  onSort?: (key: string) => void;
  /** Rows can be chosen where this is given. */
  selection?: Selection<T>;
}

interface Selection<T> {
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  nameOf: (row: T) => string;
}

/** A table; where it is narrow every row becomes a block with its column titles, so that nothing hides to the right. */
export function DataTable<T>({ label, columns, rows, keyOf, faded, sort, onSort, selection }: Props<T>) {
  return (
    <Table highlightOnHover aria-label={label} className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          {selection && <AllBox rows={rows} keyOf={keyOf} selection={selection} />}
          {columns.map(({ title, align, width, sort: key }) => (
            <Table.Th
              key={title}
              data-align={align}
              w={width}
              aria-label={title === "" ? "Actions" : undefined}
              aria-sort={key !== undefined && key === sort?.key ? (sort.descending ? "descending" : "ascending") : undefined}
            >
              {key !== undefined && onSort ? (
                <UnstyledButton className={classes.sort} onClick={() => onSort(key)}>
                  {title}
                  {key === sort?.key && (sort.descending ? <IconChevronDown size={12} /> : <IconChevronUp size={12} />)}
                </UnstyledButton>
              ) : (
                title
              )}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr
            key={keyOf(row)}
            opacity={faded?.(row) === true ? 0.55 : undefined}
            data-selected={selection?.selected.has(keyOf(row)) === true || undefined}
          >
            {selection && <RowBox row={row} keyOf={keyOf} selection={selection} />}
            {columns.map(({ title, cell, align, dimmed }, index) => (
              <Table.Td
                key={title}
                data-align={align}
                c={dimmed ? "dimmed" : undefined}
                data-title={title}
                data-first={index === 0 || undefined}
              >
                {cell(row)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface BoxProps<T> {
  keyOf: (row: T) => string;
  selection: Selection<T>;
}

function AllBox<T>({ rows, keyOf, selection: { selected, onSelect } }: BoxProps<T> & { rows: readonly T[] }) {
  const chosen = rows.filter((row) => selected.has(keyOf(row))).length;
  return (
    <Table.Th w={34}>
      <Checkbox
        size="xs"
        aria-label="Select all"
        checked={chosen > 0 && chosen === rows.length}
        indeterminate={chosen > 0 && chosen < rows.length}
        onChange={() => onSelect(new Set(chosen === rows.length ? [] : rows.map(keyOf)))}
      />
    </Table.Th>
  );
}

function RowBox<T>({ row, keyOf, selection: { selected, onSelect, nameOf } }: BoxProps<T> & { row: T }) {
  const key = keyOf(row);
  const toggle = () => {
    const next = new Set(selected);
    if (!next.delete(key)) next.add(key);
    onSelect(next);
  };
  return (
    <Table.Td data-select="">
      <Checkbox size="xs" aria-label={`Select ${nameOf(row)}`} checked={selected.has(key)} onChange={toggle} />
    </Table.Td>
  );
}
