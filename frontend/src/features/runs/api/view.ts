import { useLocalStorage } from "@mantine/hooks";
import { useMemo, useState } from "react";
import type { Range } from "@/components/chart/model/traces";
import { PLAIN_VIEW, type View } from "../model/lines";

type Kept = Pick<View, "axis" | "weight" | "logarithmic">;

export interface ChartView {
  view: View;
  change: (change: Partial<Kept>) => void;
  zoom: (range: Range | null) => void;
}

/** How this browser looks at curves: remembered, but for the part that is zoomed into. */
export function useChartView(): ChartView {
  const [kept, setKept] = useLocalStorage<Kept>({
    key: "tessera-curves",
    defaultValue: { axis: "step", weight: 0, logarithmic: false },
    getInitialValueInEffect: false,
  });
  const [zoom, setZoom] = useState<Range | null>(null);
  const view = useMemo(() => ({ ...PLAIN_VIEW, ...kept, zoom }), [kept, zoom]);
  return {
    view,
    zoom: setZoom,
    change: (change) => {
      if (change.axis !== undefined) setZoom(null);
      setKept({ ...kept, ...change });
    },
  };
}
