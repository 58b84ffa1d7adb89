import { metricOf, type Measured, valueOf } from "./registry";

export interface Sort {
  key: string;
  descending: boolean;
}

interface Row extends Measured {
  artifact: { step: number; size: number; created_at: string };
  run: { name: string };
  latency_ms: number | null;
}

/** Rows by a column; what has no value comes last whichever way it goes. Equal ones keep their order. */
export function sorted<T extends Row>(rows: readonly T[], { key, descending }: Sort): T[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [one, other] = [keyOf(a, key), keyOf(b, key)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return sign * (typeof one === "string" && typeof other === "string" ? one.localeCompare(other, undefined, { numeric: true }) : Number(one) - Number(other));
  });
}

function keyOf(row: Row, key: string): number | string | null {
  if (key === "name") return row.run.name;
  if (key === "created_at") return row.artifact.created_at;
  if (key === "size") return row.artifact.size;
  if (key === "latency") return row.latency_ms;
  return valueOf(row, key);
}

/** The next order when a column's title is pressed: first its better end, then the other one. */
export function pressed(before: Sort, key: string): Sort {
  if (before.key === key) return { key, descending: !before.descending };
  const smallFirst = key === "name" || key === "size" || key === "latency" || metricOf(key).lower === true;
  return { key, descending: !smallFirst };
}
