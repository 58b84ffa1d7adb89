import type { components } from "@/api/schema";

type Schemas = components["schemas"];

/** The document calls fields with defaults optional; answers carry every field all the same. */
type Filled<T> = T extends readonly (infer Item)[]
  ? Filled<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Filled<Exclude<T[Key], undefined>> }
    : T;

/** An answer with the fields that the document leaves open (free-form JSON) given their shape. */
type Answer<T, Shape = unknown> = Omit<Filled<T>, keyof Shape> & Shape;

export type Role = NonNullable<Schemas["Member"]["role"]>;
export type Scope = Schemas["ApiKey"]["scopes"][number];
export type Session = Answer<Schemas["Session"], { workspaces: { id: string; name: string; role: Role }[] }>;
export type Member = Answer<Schemas["Member"]>;
export type Invitation = Answer<Schemas["Invitation"]>;
export type ApiKey = Answer<Schemas["ApiKey"]>;

export type Task = NonNullable<Schemas["Project"]["task"]>;
export type Media = NonNullable<Schemas["Project"]["media"]>;
export type Project = Answer<Schemas["Project"]>;
export type LabelClass = Answer<Schemas["Class"]>;

export type Split = NonNullable<Schemas["Asset"]["split"]>;
export type Review = Schemas["Asset"]["review"];
export type Asset = Answer<Schemas["Asset"], { metadata: { video?: string; frame?: number; seconds?: number | null } }>;
export type Uploaded = Answer<Schemas["Uploaded"]>;

export type Point = [number, number];

export interface Polygon {
  exterior: Point[];
  holes: Point[][];
}

export interface Rle {
  size: [number, number];
  counts: string;
}

/** How a region is given; at least one of the three. */
export interface Geometry {
  polygons?: Polygon[] | null;
  mask?: Rle | null;
  bbox?: number[] | null;
}

export type Annotation = Answer<Schemas["Annotation"], Geometry>;

export interface JobError {
  title?: string;
  detail?: string;
  errors?: { field: string; message: string }[];
}

export type Job = Answer<Schemas["Job"], { result: Record<string, unknown> | null; error: JobError | null }>;

export interface ImportResult {
  assets: number;
  annotations: number;
  classes: number;
  skipped: { item: string; reason: string }[];
}

export type Format = Answer<Schemas["Format"]>;
export type Snapshot = Answer<Schemas["Snapshot"]>;

export interface Parameter {
  name: string;
  type: "int" | "float" | "bool" | "choice" | "range";
  default: unknown;
  min?: number | null;
  max?: number | null;
  choices?: (string | number)[] | null;
  help?: string;
  group?: string;
  title?: string;
}

export interface Architecture {
  name: string;
  title: string;
  tasks: Task[];
  paper: string;
  licence: string;
  description: string;
  /** `flops` of one forward pass at each of `input_sizes`, in their order. */
  variants: { name: string; parameters: number; flops?: number[]; hub_id?: string | null; description?: string }[];
  input_sizes: [number, number][];
  size_multiple: number;
  weights: string[];
  defaults: Partial<Spec>;
  hyperparameters: Parameter[];
  augmentations: Augmentation[];
  presets?: Preset[];
}

export interface Augmentation {
  name: string;
  title: string;
  help: string;
  group?: string;
  parameters: Parameter[];
}

/** A ready-made part of a specification, laid over what a person has. */
export interface Preset {
  name: string;
  title: string;
  help: string;
  spec: Partial<Pick<Spec, "variant" | "input_size" | "weights" | "augmentations" | "hyperparameters" | "evaluation">>;
}

/** A workflow's `spec`, complete as the server stores it. */
export interface Spec {
  architecture: string;
  variant: string;
  weights: string;
  input_size: [number, number];
  augmentations: Record<string, unknown>[];
  hyperparameters: Record<string, unknown>;
  evaluation: { every: number };
  early_stopping: { metric: string; patience: number } | null;
  /** `artifact:<id>` of the model that it learns from beside the labels. */
  teacher?: string | null;
}

export interface RunSettings {
  hardware: { device: string; gpus: number; precision: string };
  checkpoints: { strategy: string[]; every: number | null; keep: number };
  limits: { minutes?: number; steps?: number };
}

export type Workflow = Answer<Schemas["Workflow"], { spec: Spec }>;
export type RunStatus = NonNullable<Schemas["Run"]["status"]>;
export type Run = Answer<
  Schemas["Run"],
  {
    spec: Spec;
    /** The values that its sweep chose, by path of the specification. */
    trial: Record<string, unknown> | null;
  } & RunSettings
>;
export type Priority = Schemas["PriorityEnum"];

/** What the weights that a run started from gave, by names of tensors. */
export type LoadingReport = Answer<Schemas["RunLoading"]>;
/** Validation images as one evaluation predicted them. */
export type RunSamples = Answer<Schemas["RunSamples"]>;

export type Comparison = Answer<Schemas["Comparison"], { runs: Run[]; fields: ComparedField[]; metrics: ComparedMetric[] }>;
export type ComparedField = Answer<Schemas["ComparedField"], { values: unknown[] }>;
export type ComparedMetric = Answer<Schemas["ComparedMetric"]>;

export type SweepMethod = Schemas["MethodEnum"];

/** A field that a sweep varies: listed values, or a range. */
export type SweepParameter =
  | { path: string; values: unknown[] }
  | { path: string; min: number; max: number; scale: "linear" | "log"; whole?: boolean; points?: number };

export type Trial = Answer<Schemas["SweepTrial"]>;
export type SweepSummary = Answer<Schemas["Sweep"], { parameters: SweepParameter[] }>;
export type Sweep = Answer<Schemas["SweepDetail"], { parameters: SweepParameter[] }>;
export type SweepBody = Schemas["SweepInputRequest"] & { parameters: SweepParameter[] };

export type MetricPoint = Answer<Schemas["Metric"]>;
export type LogLine = Answer<Schemas["Log"]>;

export interface Lineage {
  snapshot?: string;
  snapshot_digest?: string;
  workflow?: string;
  workflow_version?: number;
  code_version?: string;
  seed?: number;
}

export type Artifact = Answer<Schemas["Artifact"], { lineage: Lineage }>;
export type Evaluation = Answer<Schemas["Evaluation"]>;
export type Prediction = Answer<Schemas["PredictedRegion"], Geometry & { bbox: number[] }>;
export type PredictAnswer = Answer<Schemas["Prediction"], { predictions: Prediction[]; timing_ms: Record<string, number> }>;

export type Deployment = Answer<Schemas["Deployment"]>;
export type DeploymentVersion = Answer<Schemas["DeploymentVersion"]>;
export type Sampling = Answer<Schemas["Sampling"]>;
export type MetricsPoint = Answer<Schemas["TrafficPoint"]>;
export type DeploymentMetrics = Answer<Schemas["TrafficMetrics"]>;
export type ServerLine = Answer<Schemas["ServerLine"]>;
export type ServerLog = Answer<Schemas["ServerLog"]>;
export type Drift = Answer<Schemas["Drift"]>;
export type Sample = Answer<Schemas["Sample"]>;
export type Snippets = Answer<Schemas["Snippets"]>;
/** A job that predicts many images; `input` is what it works on. */
export type PredictionJob = Job & Pick<Answer<Schemas["PredictionJob"]>, "input">;

export type DeploymentStats = Answer<Schemas["Stats"]>;
export type Hardware = Answer<Schemas["Hardware"]>;

export type ExportOptions = Answer<Schemas["ExportOptions"]>;
export type TradeoffPoint = Answer<Schemas["TradeoffPoint"]>;
export type Tradeoffs = Answer<Schemas["Tradeoffs"]>;
export type ExportJob = Job & Pick<Answer<Schemas["ExportJob"]>, "format" | "quantization" | "pruning">;

/** What a finished export was measured to be, beside the model it was made from. */
export interface ExportReport {
  images: number;
  split?: string;
  logits: { largest: number; mean: number } | null;
  agreement: number | null;
  miou_against_model: number | null;
  miou?: number | null;
  miou_of_model?: number | null;
  map?: number | null;
  map_of_model?: number | null;
  lost_points?: number | null;
  latency: { milliseconds: number; p95: number; runs: number; batch: number; size: number[]; threads: number; device: string; busy: number };
  memory_mb: number;
  size: number;
  agrees: boolean;
  why: string[];
  export: {
    precision?: string;
    kept_in_float?: string[];
    layers?: { int8: number; all: number } | null;
    calibration?: { images: number } | null;
    budget?: { points: number; lost: number; held: boolean; tried: number } | null;
  } | null;
  verification?: { passed: boolean; environment: string; detail: string; seconds: number } | null;
}
