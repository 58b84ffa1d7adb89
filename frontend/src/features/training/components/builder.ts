import { createContext, useContext } from "react";
import type { Architecture, Task, Workflow } from "@/api/types";
import type { Draft, Values, WorkflowForm } from "../model/form";
import type { OptionsForm } from "../model/options";

export interface Splits {
  train: number;
  val: number;
  test: number;
}

/** What every part of the builder reads and changes. */
export interface Builder {
  projectId: string;
  task: Task;
  architectures: readonly Architecture[];
  architecture: Architecture;
  defaults: Values;
  workflow: Workflow | null;
  /** Whether the person may save and start. */
  mayTrain: boolean;
  form: WorkflowForm;
  options: OptionsForm;
  /** Messages by path, such as `hyperparameters.steps` or `hardware.gpus`. */
  errors: Record<string, string>;
  /** Images of a run started now by split; null until that is known. */
  data: Splits | null;
  setName: (name: string) => void;
  setSpec: (change: Partial<Draft>) => void;
  setValue: (hyperparameter: string, value: unknown) => void;
  setOptions: (change: Partial<OptionsForm>) => void;
}

export const BuilderContext = createContext<Builder | null>(null);

export function useBuilder(): Builder {
  const builder = useContext(BuilderContext);
  if (!builder) throw new Error("there is no builder around this");
  return builder;
}
