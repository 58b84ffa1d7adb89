import { useComputedColorScheme } from "@mantine/core";
import { type FocusEvent, type KeyboardEvent, memo, type MouseEvent, useCallback, useMemo, useRef, useState } from "react";
import { integer, percent } from "@/components/format";
import type { Cell } from "../../model/choice";
import { cellLook, cellText, normalise, type Normalisation, part, tints } from "../../model/confusion";
import { cellSize, moved } from "../../model/matrix";
import classes from "./Matrix.module.css";

interface Props {
  labels: readonly string[];
  counts: readonly (readonly number[])[];
  /** Which labels are shown, in which order. */
  shown: readonly number[];
  by: Normalisation;
  cell: Cell | null;
  onOpen: (cell: Cell) => void;
}

/** The matrix as a grid: arrows go from cell to cell, Enter opens one. */
export function MatrixGrid({ labels, counts, shown, by, cell, onOpen }: Props) {
  const isDark = useComputedColorScheme("light") === "dark";
  const table = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<readonly [row: number, column: number]>([0, 0]);
  const place = [Math.min(at[0], shown.length - 1), Math.min(at[1], shown.length - 1)] as const;
  const view = useMemo(() => {
    const some = part(counts, shown);
    const cells = normalise(some, by);
    return { some, cells, strength: tints(cells, by), rows: normalise(some, "row"), columns: normalise(some, "column") };
  }, [counts, shown, by]);
  const size = cellSize(shown.length);
  const names = useMemo(() => shown.map((label) => labels[label] ?? ""), [labels, shown]);

  const open = useCallback(
    (row: number, column: number) => {
      const [truth, given] = [shown[row], shown[column]];
      if (truth !== undefined && given !== undefined && (view.some[row]?.[column] ?? 0) > 0) onOpen([truth, given]);
    },
    [shown, view, onOpen],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === " ") open(...place);
    else {
      const next = moved(place, event.key, shown.length, event.ctrlKey);
      if (!next) return;
      focusOn(table.current?.tBodies[0]?.rows[next[0]]?.cells[next[1] + 1]);
    }
    event.preventDefault();
  };
  const look = (event: FocusEvent | MouseEvent) => {
    const cell = cellOf(event);
    if (cell) setAt(placeOf(cell));
  };
  const chosen = cell === null ? null : ([shown.indexOf(cell[0]), shown.indexOf(cell[1])] as const);
  return (
    <>
      <div className={classes.box}>
        <table
          ref={table}
          role="grid"
          aria-label="Confusion matrix: rows are the truth, columns the prediction"
          className={classes.matrix}
          data-size={size}
          onKeyDown={onKeyDown}
          onFocus={look}
          onMouseOver={look}
          onClick={(event) => {
            const cell = cellOf(event);
            if (!cell) return;
            focusOn(cell);
            open(...placeOf(cell));
          }}
        >
          <thead>
            <tr>
              <th className={classes.axis}>
                predicted →
                <br />
                truth ↓
              </th>
              {names.map((name, column) => (
                <th key={shown[column]} scope="col" title={name} data-current={column === place[1] || undefined}>
                  <span>{name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {view.cells.map((values, row) => (
              <Row
                key={shown[row]}
                row={row}
                name={names[row] ?? ""}
                names={names}
                values={values}
                strength={view.strength[row] ?? []}
                counts={view.some[row] ?? []}
                by={by}
                isDark={isDark}
                hasText={size !== "small"}
                active={row === place[0] ? place[1] : null}
                chosen={row === chosen?.[0] ? chosen[1] : null}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p className={classes.said} aria-live="polite">
        <Sentence
          truth={names[place[0]] ?? ""}
          given={names[place[1]] ?? ""}
          pixels={view.some[place[0]]?.[place[1]] ?? 0}
          ofTruth={view.rows[place[0]]?.[place[1]] ?? null}
          ofGiven={view.columns[place[0]]?.[place[1]] ?? null}
          isAll={shown.length === labels.length}
        />
      </p>
    </>
  );
}

function cellOf({ target }: { target: EventTarget }): HTMLTableCellElement | null {
  return target instanceof Element ? target.closest("td") : null;
}

function placeOf(cell: HTMLTableCellElement): [row: number, column: number] {
  return [(cell.parentElement as HTMLTableRowElement).sectionRowIndex, cell.cellIndex - 1];
}

/** Thousands of cells say nothing of the focus until they get it. */
function focusOn(cell: HTMLElement | undefined): void {
  if (!cell) return;
  cell.tabIndex = 0;
  cell.focus();
}

interface RowProps {
  row: number;
  name: string;
  names: readonly string[];
  values: readonly (number | null)[];
  strength: readonly number[];
  counts: readonly number[];
  by: Normalisation;
  isDark: boolean;
  hasText: boolean;
  active: number | null;
  chosen: number | null;
}

/** Only the rows that the focus leaves and enters are drawn anew: a matrix can have thousands of cells. */
const Row = memo(function Row({ row, name, names, values, strength, counts, by, isDark, hasText, active, chosen }: RowProps) {
  return (
    <tr>
      <th scope="row" title={name} data-current={active !== null || undefined}>
        {name}
      </th>
      {values.map((value, column) => (
        <td
          key={column}
          data-empty={counts[column] === 0 || undefined}
          aria-selected={column === chosen || undefined}
          aria-label={column === active ? `${name} taken for ${names[column] ?? ""}: ${cellText(value, by)}` : undefined}
          tabIndex={column === active ? 0 : undefined}
          style={cellLook(strength[column] ?? 0, column === row, isDark)}
        >
          {hasText ? cellText(value, by) : null}
        </td>
      ))}
    </tr>
  );
});

interface SentenceProps {
  truth: string;
  given: string;
  pixels: number;
  ofTruth: number | null;
  ofGiven: number | null;
  isAll: boolean;
}

function Sentence({ truth, given, pixels, ofTruth, ofGiven, isAll }: SentenceProps) {
  if (pixels === 0) {
    return (
      <>
        No pixel of <b>{truth}</b> was taken for <b>{given}</b>.
      </>
    );
  }
  return (
    <>
      <b>{integer(pixels)}</b> pixels of <b>{truth}</b> {truth === given ? "are right" : <>were taken for <b>{given}</b></>}: {percent(ofTruth)} of the truth,{" "}
      {percent(ofGiven)} of the prediction{isAll ? "" : ", without the background"}. <span>Enter or a click shows them.</span>
    </>
  );
}
