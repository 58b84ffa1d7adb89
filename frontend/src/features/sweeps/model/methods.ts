import type { SweepMethod, Task } from "@/api/types";

/** How a sweep chooses values, said so that one can choose between them. */
export const METHODS: Record<SweepMethod, { title: string; help: string }> = {
  random: {
    title: "Random",
    help: "Draws values at random, as many runs as you allow. Best for a first look, and with three fields or more: no run repeats another one's values.",
  },
  grid: {
    title: "Grid",
    help: "Tries every combination. Best for one or two fields with few values, where you want the whole picture.",
  },
  halving: {
    title: "Successive halving",
    help: "Draws at random, trains all runs a little, and only the best go on to train longer, round by round. Finds good values for a fraction of the time.",
  },
};

const SEMANTIC = ["val/miou", "val/f1", "val/pixel_accuracy", "val/loss"];
const OBJECTS = ["val/map", "val/map50", ...SEMANTIC];

/** What trials can be judged by, the usual one first. */
export function metricsOf(task: Task, classNames: readonly string[]): string[] {
  const own = task === "semantic" ? SEMANTIC : task === "instance" ? OBJECTS : ["val/pq", ...OBJECTS];
  return [...own, ...classNames.map((name) => `val/iou/${name}`)];
}
