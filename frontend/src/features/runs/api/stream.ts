import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { api, ok } from "@/api/client";
import { nextParameter, type Page } from "@/api/paging";
import { openSocket, type SocketState } from "@/api/socket";
import type { LogLine, MetricPoint, Run } from "@/api/types";
import { addPoints, type Curves, emptyCurves, lastStep } from "../model/curves";
import { mergeLines } from "../model/logs";
import { runKey } from "./runs";

const ROWS = 5000;
const KEPT_LINES = 3000;
const DRAW_EVERY = 120;
/** A long run is drawn less often: so many points cost this much more wait, in milliseconds a thousand. */
const WAIT_PER_THOUSAND = 12;

export interface RunStream {
  curves: Curves;
  lines: readonly LogLine[];
  socket: SocketState;
  /** Whether the past is in; before that an empty chart means nothing. */
  loaded: boolean;
  error: unknown;
  version: number;
}

type Message =
  | ({ type: "metrics" } & MetricPoint)
  | ({ type: "log" } & LogLine)
  | ({ type: "status" } & Partial<Run>)
  | { type: "samples" }
  | { type: "checkpoint" };

interface Wanted {
  logs: boolean;
  /** Whether anything can still come. */
  live: boolean;
}

/** A run's curves and log: the past over HTTP, then live from the last known step on. */
class RunFeed {
  private state: RunStream = {
    curves: emptyCurves(),
    lines: [],
    socket: "connecting",
    loaded: false,
    error: null,
    version: 0,
  };
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private close: (() => void) | null = null;
  private stopped = false;

  constructor(
    private readonly runId: string,
    private readonly queries: QueryClient,
    private readonly wanted: Wanted = { logs: true, live: true },
  ) {}

  start(): () => void {
    this.stopped = false;
    void this.loadPast();
    return () => {
      this.stopped = true;
      this.close?.();
      this.close = null;
      clearTimeout(this.timer);
      this.timer = undefined;
    };
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = () => this.state;

  private async loadPast(): Promise<void> {
    try {
      await Promise.all([this.loadMetrics(), this.wanted.logs ? this.loadLines() : undefined]);
    } catch (error) {
      this.set({ error });
    }
    if (this.stopped || this.close) return;
    this.set({ loaded: true });
    if (!this.wanted.live) return;
    this.close = openSocket({
      path: () => {
        const step = lastStep(this.state.curves);
        return `/ws/runs/${this.runId}${step === null ? "" : `?after=${step}`}`;
      },
      onMessage: (message) => this.take(message as Message),
      onState: (socket) => this.set({ socket }),
    });
  }

  private async loadMetrics(): Promise<void> {
    await this.pages<MetricPoint>(lastStep(this.state.curves) ?? undefined, (after) =>
      api.GET("/api/v1/runs/{run_id}/metrics", {
        params: { path: { run_id: this.runId }, query: { after, limit: ROWS } },
      }), (points) => addPoints(this.state.curves, points));
  }

  private async loadLines(): Promise<void> {
    await this.pages<LogLine>(this.state.lines.at(-1)?.n, (from) =>
      api.GET("/api/v1/runs/{run_id}/logs", {
        params: { path: { run_id: this.runId }, query: { after: from, limit: ROWS } },
      }), (lines) => {
        this.state.lines = mergeLines(this.state.lines, lines, KEPT_LINES);
      });
  }

  private async pages<T>(
    first: number | undefined,
    fetchPage: (after: number | undefined) => Promise<{ data?: Page<T> }>,
    take: (rows: T[]) => void,
  ): Promise<void> {
    let after = first;
    for (let more = true; more && !this.stopped; ) {
      const page: Page<T> = await ok<Page<T>>(fetchPage(after));
      take(page.results);
      const next = nextParameter(page, "after");
      more = next !== null;
      after = Number(next);
    }
    this.draw();
  }

  private take(message: Message): void {
    switch (message.type) {
      case "metrics":
        addPoints(this.state.curves, [message]);
        this.draw();
        break;
      case "log":
        if (!this.wanted.logs) break;
        this.state.lines = mergeLines(this.state.lines, [message], KEPT_LINES);
        this.draw();
        break;
      case "status": {
        this.queries.setQueryData<Run>(runKey(this.runId), (run) => run && withStatus(run, message));
        const { status } = message;
        if (status === "succeeded" || status === "failed" || status === "cancelled") this.refresh();
        break;
      }
      case "samples":
        void this.queries.invalidateQueries({ queryKey: ["run", this.runId, "samples"] });
        break;
      case "checkpoint":
        void this.queries.invalidateQueries({ queryKey: ["run", this.runId, "artifacts"] });
        break;
    }
  }

  private refresh(): void {
    void this.queries.invalidateQueries({ queryKey: ["run", this.runId] });
  }

  /** Metrics may come a hundred times a second: the page hears of them a few times. */
  private draw(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.set({});
    }, DRAW_EVERY + (this.state.curves.steps.length / 1000) * WAIT_PER_THOUSAND);
  }

  private set(change: Partial<RunStream>): void {
    this.state = { ...this.state, ...change, version: this.state.version + 1 };
    for (const listener of this.listeners) listener();
  }
}

/** The run with what a status message says of it; the message's own `type` stays out. */
function withStatus(run: Run, { type, ...change }: Partial<Run> & { type: string }): Run {
  return type === "status" ? { ...run, ...change } : run;
}

export function useRunStream(runId: string): RunStream {
  const queries = useQueryClient();
  const feed = useMemo(() => new RunFeed(runId, queries), [runId, queries]);
  useEffect(() => feed.start(), [feed]);
  return useSyncExternalStore(feed.subscribe, feed.snapshot);
}

/** The curves of several runs, each loaded once however the choice of runs changes. */
class FeedSet {
  private readonly feeds = new Map<string, { feed: RunFeed; stop: () => void }>();
  private state: ReadonlyMap<string, RunStream> = new Map();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly queries: QueryClient) {}

  show(runs: readonly { id: string; live: boolean }[]): void {
    const wanted = new Set(runs.map(({ id }) => id));
    for (const [id, { stop }] of this.feeds) {
      if (wanted.has(id)) continue;
      stop();
      this.feeds.delete(id);
    }
    for (const { id, live } of runs) {
      if (this.feeds.has(id)) continue;
      const feed = new RunFeed(id, this.queries, { logs: false, live });
      const silence = feed.subscribe(() => this.tell());
      const close = feed.start();
      this.feeds.set(id, {
        feed,
        stop: () => {
          silence();
          close();
        },
      });
    }
    this.tell();
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = () => this.state;

  private tell(): void {
    this.state = new Map([...this.feeds].map(([id, { feed }]) => [id, feed.snapshot()]));
    for (const listener of this.listeners) listener();
  }
}

/** The curves of these runs by their ids; those that are at work go on live. */
export function useRunStreams(runs: readonly { id: string; live: boolean }[]): ReadonlyMap<string, RunStream> {
  const queries = useQueryClient();
  const [set] = useState(() => new FeedSet(queries));
  const shape = JSON.stringify(runs.map(({ id, live }) => ({ id, live })));
  useEffect(() => set.show(JSON.parse(shape) as { id: string; live: boolean }[]), [set, shape]);
  useEffect(() => () => set.show([]), [set]);
  return useSyncExternalStore(set.subscribe, set.snapshot);
}
