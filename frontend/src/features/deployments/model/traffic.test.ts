import { expect, it } from "vitest";
import type { DeploymentMetrics, MetricsPoint } from "@/api/types";
import { busiest, latencyOf, rateText, statusText, trafficOf, versionTraffic } from "./traffic";

const NOW = 1_800_000_030;
const at = (ago: number) => new Date((NOW - 30 - ago * 60) * 1000).toISOString();

function point(ago: number, rest: Partial<MetricsPoint> = {}): MetricsPoint {
  return { time: at(ago), version: 1, requests: 60, errors: 0, p50_ms: 10, p95_ms: 20, p99_ms: 30, queue: 1, batch_mean: 1, shadow: null, ...rest };
}

const NONE: DeploymentMetrics["totals"] = { requests: 0, errors: 0, p50_ms: null, p95_ms: null, p99_ms: null, queue: 0, batch_mean: null, shadow: null };
const metrics = (points: MetricsPoint[]): DeploymentMetrics => ({ step_seconds: 60, points, totals: NONE, statuses: {} });

it("lays points on a grid without gaps", () => {
  const { times, rates, errors } = trafficOf(metrics([point(0), point(3, { requests: 30, errors: 6 })]), NOW, 5);
  expect(times).toHaveLength(5);
  expect(times.at(-1)).toBe(NOW - 30);
  expect(rates).toEqual([[0, 0.5, 0, 0, 2]]);
  expect(errors).toEqual([0, 0.1, 0, 0, 0]);
});

it("works the rate of the step that is going on out from the seconds gone by", () => {
  const rate = (seconds: number) => trafficOf(metrics([point(0, { requests: 60 })]), NOW - 30 + seconds, 2).rates[0]?.at(-1);
  expect([rate(30), rate(59.999)].map((value) => Math.round(value ?? 0))).toEqual([2, 1]);
  expect(rate(0.001)).toBe(6);
});

it("keeps versions apart in the rate and adds up the rest", () => {
  const both = [point(0, { requests: 90, batch_mean: 1, queue: 2 }), point(0, { version: 2, requests: 30, batch_mean: 3, queue: 5, errors: 6 })];
  const { versions, rates, queue, batch, errors } = trafficOf(metrics(both), NOW, 2);
  expect(versions).toEqual([2, 1]);
  expect(rates.map((row) => row.at(-1))).toEqual([1, 3]);
  expect([queue.at(-1), errors.at(-1), batch.at(-1)]).toEqual([5, 0.2, 1.5]);
  expect(batch[0]).toBeNull();
});

it("leaves out what lies before the span, and latency where nothing was asked", () => {
  const data = metrics([point(9), point(1, { p95_ms: 44 })]);
  const { times, rates } = trafficOf(data, NOW, 3);
  expect(rates[0]).toEqual([0, 1, 0]);
  expect(latencyOf(data, times, 1, "p95_ms")).toEqual([null, 44, null]);
  expect(latencyOf(data, times, 2, "p95_ms")).toEqual([null, null, null]);
});

it("finds the busiest version and how each did", () => {
  const points = [point(0), point(1, { version: 2, requests: 200, errors: 3, p95_ms: 50 }), point(2, { version: 2, p95_ms: 70 })];
  expect(busiest(points)).toBe(2);
  expect(busiest([])).toBeNull();
  expect(versionTraffic(points, 2)).toEqual({ requests: 260, errors: 3, worst_p95_ms: 70 });
  expect(versionTraffic(points, 3).worst_p95_ms).toBeNull();
});

it("says rates and statuses shortly", () => {
  expect([0, 0.004, 0.25, 2.34, 120.4].map(rateText)).toEqual(["0", "0.004", "0.25", "2.34", "120"]);
  expect([statusText("429"), statusText("418")]).toEqual(["429 queue full", "418"]);
});
