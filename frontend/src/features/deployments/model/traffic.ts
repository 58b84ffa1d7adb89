import type { DeploymentMetrics, MetricsPoint } from "@/api/types";

export const SPANS = [
  { minutes: 60, label: "1 h" },
  { minutes: 1440, label: "24 h" },
  { minutes: 10_080, label: "7 d" },
  { minutes: 43_200, label: "30 d" },
] as const;

type Row = (number | null)[];

export interface Traffic {
  /** Starts of the steps in seconds since 1970, without gaps. */
  times: number[];
  /** Versions that were asked, the newest first. */
  versions: number[];
  /** Requests a second of each version, in the order of `versions`. */
  rates: Row[];
  /** Failed requests a second, all versions together. */
  errors: Row;
  /** Most images that waited at once. */
  queue: Row;
  /** Images in a pass, on average. */
  batch: Row;
}

/** The least part of a step that has gone by that its rates are worked out from. */
const LEAST_PART = 1 / 6;

/** The points on a grid of steps: a step without requests has none a second, and nothing was slow in it. */
export function trafficOf({ points, step_seconds: step }: DeploymentMetrics, at: number, minutes: number): Traffic {
  const last = Math.floor(at / step);
  const first = Math.floor((at - minutes * 60) / step) + 1;
  const times = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const versions = [...new Set(points.map(({ version }) => version))].sort((a, b) => b - a);
  const rates = versions.map(() => new Array<number | null>(times.length).fill(0));
  const errors = new Array<number | null>(times.length).fill(0);
  const queue = new Array<number | null>(times.length).fill(0);
  const images = new Array<number>(times.length).fill(0);
  const weighed = new Array<number>(times.length).fill(0);
  // The step that is going on has seen only a part of its seconds.
  const running = Math.max(at - last * step, step * LEAST_PART);
  for (const point of points) {
    const column = columnOf(point, step) - first;
    if (column < 0 || column >= times.length) continue;
    const seconds = column === times.length - 1 ? running : step;
    const row = rates[versions.indexOf(point.version)];
    if (row) row[column] = (row[column] ?? 0) + point.requests / seconds;
    errors[column] = (errors[column] ?? 0) + point.errors / seconds;
    queue[column] = Math.max(queue[column] ?? 0, point.queue);
    if (point.batch_mean === null) continue;
    images[column] = (images[column] ?? 0) + point.requests;
    weighed[column] = (weighed[column] ?? 0) + point.requests * point.batch_mean;
  }
  const batch = images.map((count, column) => (count > 0 ? (weighed[column] ?? 0) / count : null));
  return { times, versions, rates, errors, queue, batch };
}

export type Percentile = "p50_ms" | "p95_ms" | "p99_ms";

/** A percentile of one version's latency on the same grid; percentiles of several cannot be added up. */
export function latencyOf({ points, step_seconds: step }: DeploymentMetrics, times: readonly number[], version: number, percentile: Percentile): Row {
  const row = new Array<number | null>(times.length).fill(null);
  const first = Math.round((times[0] ?? 0) / step);
  for (const point of points) {
    const column = columnOf(point, step) - first;
    if (point.version === version && column >= 0 && column < row.length) row[column] = point[percentile];
  }
  return row;
}

/** The version that was asked most. */
export function busiest(points: readonly MetricsPoint[]): number | null {
  const counts = new Map<number, number>();
  for (const { version, requests } of points) counts.set(version, (counts.get(version) ?? 0) + requests);
  return [...counts].sort(([a, one], [b, other]) => other - one || b - a)[0]?.[0] ?? null;
}

export interface VersionTraffic {
  requests: number;
  errors: number;
  /** The worst step's 95th percentile. */
  worst_p95_ms: number | null;
}

/** What one version was asked and how it did. */
export function versionTraffic(points: readonly MetricsPoint[], version: number): VersionTraffic {
  const own = points.filter((point) => point.version === version);
  const slow = own.flatMap(({ p95_ms }) => p95_ms ?? []);
  return {
    requests: own.reduce((sum, { requests }) => sum + requests, 0),
    errors: own.reduce((sum, { errors }) => sum + errors, 0),
    worst_p95_ms: slow.length === 0 ? null : Math.max(...slow),
  };
}

/** Per second, readable for one a day and for hundreds a second. */
export function rateText(perSecond: number): string {
  return String(Number(perSecond.toPrecision(perSecond >= 0.1 ? 3 : 1)));
}

const STATUSES: Record<string, string> = {
  400: "bad options",
  404: "not there",
  409: "not ready",
  413: "too large",
  415: "no image",
  422: "unreadable image",
  429: "queue full",
  499: "gone before the answer",
  500: "failed",
  503: "waited too long or restarted",
  504: "took too long",
};

/** "429 queue full" */
export function statusText(status: string): string {
  const known = STATUSES[status];
  return known === undefined ? status : `${status} ${known}`;
}

function columnOf({ time }: MetricsPoint, step: number): number {
  return Math.floor(Date.parse(time) / 1000 / step + 1e-6);
}
