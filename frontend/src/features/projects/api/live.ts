import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { openSocket, type SocketState } from "@/api/socket";
import type { Job } from "@/api/types";
import { noteJob } from "@/api/jobs";

interface Message {
  type: string;
  job?: Job;
  run?: { id: string; sweep?: string | null };
  deployment?: { id: string };
  asset?: { id: string };
}

const GATHER = 400;
/** These write what an artifact's page shows. */
const MEASURING = new Set(["training.evaluate", "training.robustness"]);

/** Which cached answers a message of the project's socket makes stale. */
export function staleKeys(projectId: string, message: Message): string[][] {
  switch (message.type) {
    case "run":
      return [
        ["runs", projectId],
        ["artifacts", projectId],
        ["queue"],
        ...(message.run ? [["run", message.run.id]] : []),
        ...(message.run?.sweep == null ? [] : [["sweeps", projectId]]),
      ];
    case "answer":
    case "answers":
      return [["consensus", projectId]];
    case "sweep":
      return [["sweeps", projectId]];
    case "deployment":
      return [
        ["deployments", projectId],
        ...(message.deployment ? [["deployment", message.deployment.id]] : []),
      ];
    case "asset":
    case "assets":
    case "assets_deleted":
    case "proposals":
      return [["assets", projectId], ["project", projectId], ...(message.asset ? [["asset", message.asset.id]] : [])];
    case "job":
      return message.job?.status === "succeeded"
        ? [["assets", projectId], ["classes", projectId], ["project", projectId], ["snapshots", projectId], ["artifacts", projectId], ["label-checks", projectId], ...(MEASURING.has(message.job.kind) ? [["artifact"]] : [])]
        : [];
    default:
      return [];
  }
}

/** Keeps everything cached of a project true while it is open. Bursts are gathered into one refresh. */
export function useProjectLive(projectId: string): SocketState {
  const queries = useQueryClient();
  const [state, setState] = useState<SocketState>("connecting");
  useEffect(() => {
    const gather = gatherer(queries);
    let opened = 0;
    const close = openSocket({
      path: () => `/ws/projects/${projectId}`,
      onState: (next) => {
        setState(next);
        // What happened while the socket was away is unknown: ask again for everything.
        if (next === "open" && opened++ > 0) void queries.invalidateQueries();
      },
      onMessage: (raw) => {
        const message = raw as Message;
        if (message.job) noteJob(queries, message.job);
        gather.add(staleKeys(projectId, message));
      },
    });
    return () => {
      close();
      gather.stop();
    };
  }, [projectId, queries]);
  return state;
}

function gatherer(queries: QueryClient) {
  const waiting = new Map<string, string[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const queryKey of waiting.values()) void queries.invalidateQueries({ queryKey });
    waiting.clear();
  };
  return {
    add(keys: string[][]) {
      for (const key of keys) waiting.set(key.join(" "), key);
      if (waiting.size > 0) timer ??= setTimeout(flush, GATHER);
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
