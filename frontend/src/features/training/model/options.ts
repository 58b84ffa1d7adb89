import type { RunSettings } from "@/api/types";

export interface OptionsForm {
  snapshot: string | null;
  device: string;
  gpus: number | "";
  precision: string;
  strategies: string[];
  every: number | "";
  keep: number | "";
  minutes: number | "";
  steps: number | "";
}

export const STRATEGIES = [
  { value: "best_metric", label: "Best metric", help: "the step with the highest mean IoU" },
  { value: "lowest_val_loss", label: "Lowest validation loss", help: "the step with the lowest loss" },
  { value: "latest", label: "Latest", help: "the last step" },
  { value: "every", label: "Every n steps", help: "one after every interval" },
];

export function initialOptions(snapshot: string | null): OptionsForm {
  return {
    snapshot,
    device: "auto",
    gpus: 1,
    precision: "auto",
    strategies: ["best_metric", "latest"],
    every: "",
    keep: 3,
    minutes: "",
    steps: "",
  };
}

export function toOptions(form: OptionsForm): RunSettings & { snapshot?: string } {
  return {
    ...(form.snapshot === null ? {} : { snapshot: form.snapshot }),
    hardware: { device: form.device, gpus: form.gpus === "" ? 1 : form.gpus, precision: form.precision },
    checkpoints: {
      strategy: form.strategies,
      every: form.strategies.includes("every") && form.every !== "" ? form.every : null,
      keep: form.keep === "" ? 3 : form.keep,
    },
    limits: {
      ...(form.minutes === "" ? {} : { minutes: form.minutes }),
      ...(form.steps === "" ? {} : { steps: form.steps }),
    },
  };
}
