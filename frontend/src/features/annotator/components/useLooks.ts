import { useMemo } from "react";
import type { LabelClass } from "@/api/types";
import type { Shape } from "../model/types";
import { looksOf } from "../model/view/looks";

/** How each class looks just now; the same object while nothing of it changes. */
export function useLooks(labels: readonly LabelClass[], patterns: boolean, safeColors: boolean) {
  return useMemo(() => looksOf(labels, { patterns, safeColors }), [labels, patterns, safeColors]);
}

export function useCounts(shapes: readonly Shape[]): ReadonlyMap<string, number> {
  return useMemo(() => {
    const counts = new Map<string, number>();
    for (const shape of shapes) counts.set(shape.class, (counts.get(shape.class) ?? 0) + 1);
    return counts;
  }, [shapes]);
}
