import type { RunSettings } from "@/api/types";

export type Priority = "low" | "normal" | "high";

/** What starting a run adds to its workflow. */
export interface OptionsForm {
  snapshot: string | null;
  device: string;
  gpus: number | "";
  precision: string;
  priority: Priority;
  strategies: string[];
  every: number | "";
  keep: number | "";
  minutes: number | "";
  steps: number | "";
}

export type RunRequest = RunSettings & { snapshot?: string; priority: Priority };

export const STRATEGIES = [
  { value: "best_metric", label: "Best metric", help: "The step whose validation is best." },
  { value: "lowest_val_loss", label: "Lowest validation loss", help: "The step with the lowest loss on validation images." },
  { value: "latest", label: "Latest", help: "The last step, whatever its figures." },
  { value: "every", label: "Every n steps", help: "One after every interval, as many as are kept." },
];

export const PRIORITIES: { value: Priority; label: string }[] = [
  { value: "low", label: "Low" },
  { value: "normal", label: "Normal" },
  { value: "high", label: "High" },
];

const KEEP = 3;

export function initialOptions(snapshot: string | null): OptionsForm {
  return {
    snapshot,
    device: "auto",
    gpus: 1,
    precision: "auto",
    priority: "normal",
    strategies: ["best_metric", "latest"],
    every: "",
    keep: KEEP,
    minutes: "",
    steps: "",
  };
}

export function toOptions(form: OptionsForm): RunRequest {
  return {
    ...(form.snapshot === null ? {} : { snapshot: form.snapshot }),
    hardware: { device: form.device, gpus: form.gpus === "" ? 1 : form.gpus, precision: form.precision },
    checkpoints: {
      strategy: form.strategies,
      every: form.strategies.includes("every") && form.every !== "" ? form.every : null,
      keep: form.keep === "" ? KEEP : form.keep,
    },
    limits: {
      ...(form.minutes === "" ? {} : { minutes: form.minutes }),
      ...(form.steps === "" ? {} : { steps: form.steps }),
    },
    priority: form.priority,
  };
}

/** What is wrong with the options before anything is sent, at the paths that the server would name. */
export function optionErrors(form: OptionsForm): Record<string, string> {
  const wrong: [string, boolean, string][] = [
    ["hardware.gpus", form.gpus !== "" && !isWhole(form.gpus, 1, 64), "A whole number from 1 to 64."],
    ["hardware.precision", form.precision === "fp16" && form.device === "cpu", "fp16 does not train on a CPU; choose bf16 or fp32."],
    ["checkpoints.strategy", form.strategies.length === 0, "Choose at least one; without a checkpoint the run leaves nothing."],
    ["checkpoints.every", form.strategies.includes("every") && !isWhole(form.every, 1, 10_000_000), "A whole number of steps."],
    ["checkpoints.keep", form.keep !== "" && !isWhole(form.keep, 1, 1000), "A whole number from 1 to 1000."],
    ["limits.minutes", form.minutes !== "" && !(form.minutes > 0), "More than 0."],
    ["limits.steps", form.steps !== "" && !isWhole(form.steps, 1, 10_000_000), "A whole number from 1."],
  ];
  return Object.fromEntries(wrong.filter(([, bad]) => bad).map(([path, , message]) => [path, message]));
}

function isWhole(value: number | "", low: number, high: number): boolean {
  return value !== "" && Number.isInteger(value) && value >= low && value <= high;
}
