import type { Architecture } from "@/api/types";
import type { Draft } from "./form";
import { parameterTitle, title } from "./wording";

const LABELS: Record<string, string> = {
  name: "Name",
  snapshot: "Data",
  input_size: "Input size",
  evaluation: "Evaluate every",
  "early_stopping.metric": "Metric to watch",
  "early_stopping.patience": "Patience",
  teacher: "Teacher",
  "hardware.gpus": "Processes",
  "checkpoints.strategy": "Checkpoints to keep",
  "checkpoints.every": "Steps between checkpoints",
  "checkpoints.keep": "Keep the last",
  "limits.minutes": "At most minutes",
  "limits.steps": "At most steps",
};

/** What a person calls the field at a path. */
export function fieldLabel(path: string, architecture: Architecture, draft: Draft): string {
  const known = Object.entries(LABELS).find(([one]) => path === one || path.startsWith(`${one}.`));
  if (known) return known[1];
  const [section = "", name = "", detail] = path.split(".");
  if (section === "hyperparameters") {
    const parameter = architecture.hyperparameters.find((one) => one.name === name);
    return parameter ? parameterTitle(parameter) : title(name);
  }
  if (section === "augmentations") {
    const step = draft.augmentations[Number(name)];
    const entry = architecture.augmentations.find((one) => one.name === step?.name);
    const parameter = entry?.parameters.find((one) => one.name === detail);
    const parts = [entry?.title ?? "Augmentations", parameter ? parameterTitle(parameter).toLowerCase() : (detail ?? "")];
    return parts.filter((part) => part !== "").join(", ");
  }
  return title(name === "" ? section : name);
}
