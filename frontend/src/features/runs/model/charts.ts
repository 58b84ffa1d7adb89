import { type Curves, smooth } from "./curves";

export interface ChartPlan {
  key: string;
  title: string;
  kind: "loss" | "share" | "speed" | "plain";
  lines: { key: string; name: string; color: string; points: boolean }[];
}

const COLORS = ["#0c8f7d", "#d9822b", "#3a78ab", "#c05a8e", "#7a5cc4", "#5f8a00", "#b3473c", "#56b4e9", "#8c6d4f", "#708090"];
const QUALITY = ["val/miou", "val/f1", "val/pixel_accuracy", "val/map", "val/map50"];
const CLASS = "val/iou/";
const NAMES: Record<string, string> = {
  "train/loss": "train",
  "val/loss": "validation",
  "val/miou": "mean IoU",
  "val/f1": "F1",
  "val/pixel_accuracy": "pixel accuracy",
  "val/map": "AP",
  "val/map50": "AP50",
  "train/learning_rate": "learning rate",
  "train/images_per_second": "images/s",
};

/** Which charts a run's metrics make, in reading order; a metric that nobody planned for gets its own. */
export function planCharts(names: readonly string[], classColors: ReadonlyMap<string, string>): ChartPlan[] {
  const known = new Set(names);
  const taken = new Set<string>();
  const plan = (key: string, title: string, kind: ChartPlan["kind"], wanted: readonly string[]): ChartPlan[] => {
    const present = wanted.filter((name) => known.has(name));
    for (const name of present) taken.add(name);
    if (present.length === 0) return [];
    const lines = present.map((name, index) => ({
      key: name,
      name: name.startsWith(CLASS) ? name.slice(CLASS.length) : (NAMES[name] ?? name),
      color: (name.startsWith(CLASS) ? classColors.get(name.slice(CLASS.length)) : undefined) ?? COLORS[index % COLORS.length] ?? "#888888",
      points: name.startsWith("val/"),
    }));
    return [{ key, title, kind, lines }];
  };
  const planned = [
    ...plan("loss", "Loss", "loss", ["train/loss", "val/loss"]),
    ...plan("quality", "Validation", "share", QUALITY),
    ...plan("classes", "IoU by class", "share", inClassOrder(names, classColors)),
    ...plan("rate", "Learning rate", "plain", ["train/learning_rate"]),
    ...plan("speed", "Images per second", "speed", ["train/images_per_second"]),
  ];
  const others = names.filter((name) => !taken.has(name)).sort();
  return [...planned, ...others.flatMap((name) => plan(name, name, "plain", [name]))];
}

/** By the project's order of classes; what is none of them (background) comes first. */
function inClassOrder(names: readonly string[], classColors: ReadonlyMap<string, string>): string[] {
  const order = [...classColors.keys()];
  const place = (name: string) => order.indexOf(name.slice(CLASS.length));
  return names.filter((name) => name.startsWith(CLASS)).sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}

/**
 * Rows for the chart: x, then one row a line, without steps at which none of them has a value. The run's first and
 * last step stay, so that the charts of a run share their x axis.
 */
export function chartData(curves: Curves, keys: readonly string[], weight: number): [number[], ...(number | null)[][]] {
  const columns = keys.map((key) => curves.columns.get(key) ?? []);
  const end = curves.steps.length - 1;
  const kept = curves.steps.flatMap((_, row) =>
    row === 0 || row === end || columns.some((column) => column[row] != null) ? [row] : [],
  );
  const steps = kept.map((row) => curves.steps[row] ?? 0);
  const rows = columns.map((column, index) => {
    const values = kept.map((row) => column[row] ?? null);
    return weight > 0 && keys[index]?.startsWith("train/") === true ? smooth(values, weight) : values;
  });
  return [steps, ...rows];
}
