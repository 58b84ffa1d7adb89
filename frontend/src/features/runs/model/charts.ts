/** Which charts a run's metrics make, and how: pure, so that it can be tested without a chart. */

/** An amount starts at zero: a little more memory is no cliff. */
export type ChartKind = "loss" | "share" | "speed" | "amount" | "plain";

export interface ChartLine {
  key: string;
  name: string;
  color: string;
  points: boolean;
}

export interface ChartPlan {
  key: string;
  title: string;
  kind: ChartKind;
  lines: ChartLine[];
}

export interface ChartGroup {
  key: string;
  title: string;
  charts: ChartPlan[];
}

export const COLORS = ["#0c8f7d", "#d9822b", "#3a78ab", "#c05a8e", "#7a5cc4", "#5f8a00", "#b3473c", "#56b4e9", "#8c6d4f", "#708090"];
const QUALITY = ["val/miou", "val/map", "val/map50", "val/pq", "val/f1", "val/pixel_accuracy"];
const CLASS = "val/iou/";
const SYSTEM = "system/";
/** Shares that are given in hundredths. */
const PERCENT = /percent$/;

const NAMES: Record<string, string> = {
  "train/loss": "train",
  "val/loss": "validation",
  "val/miou": "mean IoU",
  "val/f1": "F1",
  "val/pixel_accuracy": "pixel accuracy",
  "val/map": "AP",
  "val/map50": "AP50",
  "val/pq": "PQ",
  "train/learning_rate": "learning rate",
  "train/images_per_second": "images/s",
  "system/cpu_percent": "CPU",
  "system/gpu_percent": "GPU",
  "system/memory_gb": "memory",
  "system/gpu_memory_gb": "GPU memory",
  "system/loader_wait": "waiting for data",
};

/** What a metric is called among others of its chart. */
export function metricName(name: string): string {
  return name.startsWith(CLASS) ? name.slice(CLASS.length) : (NAMES[name] ?? name);
}

const TITLES: Record<string, string> = {
  "train/loss": "Training loss",
  "val/loss": "Validation loss",
  "val/miou": "Mean IoU",
  "val/f1": "F1",
  "val/pixel_accuracy": "Pixel accuracy",
  "val/map": "AP",
  "val/map50": "AP50",
  "val/pq": "Panoptic quality",
  "train/learning_rate": "Learning rate",
  "train/images_per_second": "Images per second",
  "system/cpu_percent": "CPU",
  "system/gpu_percent": "GPU",
  "system/memory_gb": "Memory (GB)",
  "system/gpu_memory_gb": "GPU memory (GB)",
  "system/loader_wait": "Time spent waiting for data",
};

/** What a metric is called on its own. */
export function metricTitle(name: string): string {
  return name.startsWith(CLASS) ? `IoU of ${name.slice(CLASS.length)}` : (TITLES[name] ?? name);
}

export function kindOf(name: string): ChartKind {
  if (name.endsWith("loss")) return "loss";
  if (name === "train/images_per_second") return "speed";
  if (name.startsWith(SYSTEM) && name.endsWith("_gb")) return "amount";
  if (name.startsWith(CLASS) || QUALITY.includes(name) || name === "system/loader_wait" || PERCENT.test(name)) return "share";
  return "plain";
}

/** What a metric's values are multiplied with before they are drawn: shares go from 0 to 1. */
export function scaleOf(name: string): number {
  return PERCENT.test(name) ? 0.01 : 1;
}

/** The charts of one run in reading order, in groups that fold; a metric that nobody planned for gets its own. */
export function planCharts(names: readonly string[], classColors: ReadonlyMap<string, string>): ChartGroup[] {
  const known = new Set(names);
  const taken = new Set<string>();
  const chart = (key: string, title: string, wanted: readonly string[]): ChartPlan[] => {
    const present = wanted.filter((name) => known.has(name));
    for (const name of present) taken.add(name);
    const [first] = present;
    if (first === undefined) return [];
    const lines = present.map((name, index) => ({
      key: name,
      name: metricName(name),
      color: classColor(name, classColors) ?? COLORS[index % COLORS.length] ?? "#888888",
      points: name.startsWith("val/"),
    }));
    return [{ key, title, kind: kindOf(first), lines }];
  };
  const quality = [
    ...chart("loss", "Loss", ["train/loss", "val/loss"]),
    ...chart("quality", "Validation", QUALITY),
    ...chart("classes", "IoU by class", inClassOrder(names, classColors)),
  ];
  const course = [
    ...chart("rate", "Learning rate", ["train/learning_rate"]),
    ...chart("speed", "Images per second", ["train/images_per_second"]),
  ];
  const hardware = [
    ...chart("use", "Processors", ["system/cpu_percent", "system/gpu_percent"]),
    ...chart("memory", "Memory (GB)", ["system/memory_gb", "system/gpu_memory_gb"]),
    ...chart("wait", "Time spent waiting for data", ["system/loader_wait"]),
    ...names.filter((name) => name.startsWith(SYSTEM) && !taken.has(name)).sort().flatMap((name) => chart(name, metricTitle(name), [name])),
  ];
  const others = names.filter((name) => !taken.has(name)).sort();
  return groups([
    { key: "quality", title: "Quality", charts: quality },
    { key: "course", title: "Training", charts: course },
    { key: "others", title: "Other metrics", charts: others.flatMap((name) => chart(name, metricTitle(name), [name])) },
    { key: "hardware", title: "Hardware", charts: hardware },
  ]);
}

/** The charts of several runs: one a metric, each with a line a run. */
export function planComparison(names: readonly string[]): (Omit<ChartGroup, "charts"> & { metrics: string[] })[] {
  const by = (test: (name: string) => boolean) => names.filter(test).sort(inReadingOrder);
  const isClass = (name: string) => name.startsWith(CLASS);
  const isSystem = (name: string) => name.startsWith(SYSTEM);
  return [
    { key: "validation", title: "Validation", metrics: by((name) => name.startsWith("val/") && !isClass(name)) },
    { key: "training", title: "Training", metrics: by((name) => !name.startsWith("val/") && !isSystem(name)) },
    { key: "classes", title: "IoU by class", metrics: by(isClass) },
    { key: "hardware", title: "Hardware", metrics: by(isSystem) },
  ].filter(({ metrics }) => metrics.length > 0);
}

function groups(all: ChartGroup[]): ChartGroup[] {
  return all.filter(({ charts }) => charts.length > 0);
}

/** The order in which metrics are shown: what a model is judged by first. */
export function inReadingOrder(a: string, b: string): number {
  const order = Object.keys(TITLES);
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const first = (name: string) => (QUALITY.includes(name) ? -1 : 0);
  return first(a) - first(b) || place(a) - place(b) || a.localeCompare(b);
}

function classColor(name: string, colors: ReadonlyMap<string, string>): string | undefined {
  return name.startsWith(CLASS) ? colors.get(name.slice(CLASS.length)) : undefined;
}

/** By the project's order of classes; what is none of them (background) comes first. */
function inClassOrder(names: readonly string[], classColors: ReadonlyMap<string, string>): string[] {
  const order = [...classColors.keys()];
  const place = (name: string) => order.indexOf(name.slice(CLASS.length));
  return names.filter((name) => name.startsWith(CLASS)).sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}
