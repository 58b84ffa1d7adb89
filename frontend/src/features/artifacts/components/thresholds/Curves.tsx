import { Panel } from "@/components/Panel";
import { type ClassCurve, type Draft, overThreshold, pointAt, precisionRecall } from "../../model/thresholds";
import classes from "./Thresholds.module.css";
import { type Trace, UnitPlot } from "./UnitPlot";

const BACKGROUND = "#8a9391";
/** Told apart by their dashes, too. */
const KINDS = [
  { key: "f1", title: "F1", color: "#0072b2", dash: undefined },
  { key: "precision", title: "Precision", color: "#d55e00", dash: "6 4" },
  { key: "recall", title: "Recall", color: "#009e73", dash: "2 3" },
] as const;

interface Props {
  curves: readonly ClassCurve[];
  /** The class that stands out. */
  index: number;
  draft: Draft;
  unit: "pixels" | "objects";
  onPick: (id: string, threshold: number) => void;
}

/** Precision over recall of all classes, and what one class has at each threshold. */
export function Curves({ curves, index, draft, unit, onPick }: Props) {
  const current = curves.find((curve) => curve.index === index);
  if (!current) return null;
  const threshold = draft[current.id] ?? null;
  const point = threshold === null ? null : pointAt(current.points, threshold);
  const traces: Trace[] = curves.map((curve) => ({ key: String(curve.index), name: curve.name, color: curve.color ?? BACKGROUND, places: precisionRecall(curve.points), pale: curve.index !== index }));
  return (
    <div className={classes.pair}>
      <Panel title="Precision and recall">
        <UnitPlot
          label={`Precision over recall of ${unit}, by class`}
          across="recall, %"
          up="precision, %"
          // The one that stands out lies above the others.
          traces={[...traces].sort((a, b) => Number(b.pale) - Number(a.pale))}
          marks={point?.precision == null || point.recall === null ? [] : [{ at: [point.recall, point.precision], color: current.color ?? BACKGROUND }]}
        />
        <Legend items={traces.map(({ key, name, color, pale }) => ({ key, name, color, pale }))} />
      </Panel>
      <Panel title={`Over the threshold: ${current.name}`}>
        <UnitPlot
          label={`Precision, recall and F1 of ${current.name} over the threshold`}
          across="threshold, % (drag to choose)"
          up="%"
          traces={KINDS.map(({ key, title, color, dash }) => ({ key, name: title, color, places: overThreshold(current.points, key), dash }))}
          line={threshold}
          marks={point === null || threshold === null ? [] : KINDS.flatMap(({ key, color }) => (point[key] === null ? [] : [{ at: [threshold, point[key]] as const, color }]))}
          onPick={(x) => onPick(current.id, Math.round(x * 100) / 100)}
        />
        <Legend items={KINDS.map(({ key, title, color, dash }) => ({ key, name: title, color, dash }))} />
      </Panel>
    </div>
  );
}

interface LegendItem {
  key: string;
  name: string;
  color: string;
  dash?: string | undefined;
  pale?: boolean | undefined;
}

function Legend({ items }: { items: readonly LegendItem[] }) {
  return (
    <div className={classes.legend}>
      {items.map(({ key, name, color, dash, pale }) => (
        <span key={key} data-current={pale === false || undefined}>
          <svg width={18} height={8} aria-hidden="true">
            <path d="M0 4H18" stroke={color} strokeWidth={2.5} strokeDasharray={dash} />
          </svg>
          {name}
        </span>
      ))}
    </div>
  );
}
