import type { Architecture, Task } from "@/api/types";
import { flopsAt } from "./cost";

export type SortBy = "suggested" | "parameters" | "operations";
export type TaskFilter = Task | "all";

/** The architectures of a task in an order; those that do not fit the project come last. */
export function listed(catalogue: readonly Architecture[], filter: TaskFilter, sort: SortBy, task: Task): Architecture[] {
  const found = catalogue.filter(({ tasks }) => filter === "all" || tasks.includes(filter));
  const ordered = sort === "suggested" ? found : found.toSorted((a, b) => size(a, sort) - size(b, sort));
  return [...ordered.filter((one) => fits(one, task)), ...ordered.filter((one) => !fits(one, task))];
}

export function fits({ tasks }: Architecture, task: Task): boolean {
  return tasks.includes(task);
}

/** Why an architecture cannot be chosen here. */
export function reasonAgainst({ tasks }: Architecture, task: Task): string {
  return `Does ${tasks.join(" and ")} segmentation; this project is ${task}.`;
}

/** The smallest and the largest variant's parameters. */
export function parameterSpan({ variants }: Architecture): [number, number] {
  const counts = variants.map(({ parameters }) => parameters);
  return [Math.min(...counts), Math.max(...counts)];
}

/** Operations of the smallest variant at the architecture's own input size. */
export function leastFlops(architecture: Architecture): number | null {
  const size = architecture.defaults.input_size ?? architecture.input_sizes[0] ?? [256, 256];
  const all = architecture.variants.map(({ name }) => flopsAt(architecture, name, size)).filter((flops) => flops !== null);
  return all.length === 0 ? null : Math.min(...all);
}

function size(architecture: Architecture, sort: SortBy): number {
  return sort === "parameters" ? parameterSpan(architecture)[0] : (leastFlops(architecture) ?? Infinity);
}
