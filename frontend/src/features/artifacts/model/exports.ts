import type { ExportJob, ExportOptions, ExportReport } from "@/api/types";

const FORMATS: Record<string, string> = {
  torch: "PyTorch bundle",
  torchscript: "TorchScript",
  torch_export: "torch.export",
  onnx: "ONNX",
  openvino: "OpenVINO",
  litert: "LiteRT",
  executorch: "ExecuTorch",
  coreml: "Core ML",
  tensorrt: "TensorRT",
};
const QUANTIZATIONS: Record<string, string> = { none: "fp32", int8_weights: "int8 weights" };
const METHODS: Record<string, string> = { structured: "Channels and heads", unstructured: "Single weights", "2:4": "Two of four weights" };

export function formatTitle(format: string): string {
  return FORMATS[format] ?? format;
}

export function quantizationTitle(name: string): string {
  return QUANTIZATIONS[name] ?? name;
}

export function methodTitle(name: string): string {
  return METHODS[name] ?? name;
}

/** "ONNX int8, pruned 30 %" */
export function exportTitle({ format, quantization, pruning }: { format: string; quantization: string; pruning: number }): string {
  const precision = quantization === "none" ? "" : ` ${quantizationTitle(quantization)}`;
  return `${formatTitle(format)}${precision}${pruning > 0 ? `, pruned ${Math.round(pruning * 100)} %` : ""}`;
}

/** What was measured of a finished export; null of one that has no report. */
export function reportOf({ result }: Pick<ExportJob, "result">): ExportReport | null {
  const report = result?.["report"];
  return typeof report === "object" && report !== null ? (report as ExportReport) : null;
}

/** The quality that its task is judged by: its own, the model's, and the points lost between them. */
export function qualityOf(report: ExportReport): { name: string; value: number; lost: number | null } | null {
  const pairs = [
    { name: "Mask AP", value: report.map, of: report.map_of_model },
    { name: "Mean IoU", value: report.miou, of: report.miou_of_model },
  ];
  for (const { name, value, of } of pairs) {
    if (value == null) continue;
    return { name, value, lost: of == null ? null : (of - value) * 100 };
  }
  return null;
}

/** "−0.31 points" of a loss, "+0.10 points" of a gain, "as the model" of neither. */
export function lostText(lost: number | null): string {
  if (lost === null) return "";
  if (Math.abs(lost) < 0.005) return "as the model";
  return `${lost > 0 ? "−" : "+"}${Math.abs(lost).toFixed(2)} points`;
}

/** Where the packed model was tried, in words. */
export function verificationText(report: ExportReport): { title: string; clean: boolean; passed: boolean } | null {
  const tried = report.verification;
  if (!tried) return null;
  if (!tried.passed) return { title: "Does not run as packed", clean: false, passed: false };
  return tried.environment === "clean"
    ? { title: "Verified in a clean environment", clean: true, passed: true }
    : { title: "Verified with the platform's Python", clean: false, passed: true };
}

export interface ExportDraft {
  format: string;
  quantization: string;
  pruning: number;
  method: string;
  steps: number | null;
  budget: number | null;
}

export const BUDGET = 0.5;
export const FINE_TUNE_STEPS = 200;

/** The first format that can be made, as it is. */
export function firstDraft(options: ExportOptions): ExportDraft {
  const { formats } = options;
  const wanted = ["onnx", "openvino", "torch"].find((name) => formats.some((one) => one.format === name && one.available));
  return {
    format: wanted ?? formats.find(({ available }) => available)?.format ?? formats[0]?.format ?? "",
    quantization: "none",
    pruning: 0,
    method: options.pruning.methods[0] ?? "",
    steps: FINE_TUNE_STEPS,
    budget: BUDGET,
  };
}

/** Another format; a quantization that it does not have gives way to none. */
export function withFormat(options: ExportOptions, draft: ExportDraft, format: string): ExportDraft {
  const known = options.formats.find((one) => one.format === format)?.quantizations ?? [];
  const keeps = known.some(({ name, available }) => name === draft.quantization && available);
  return { ...draft, format, quantization: keeps ? draft.quantization : "none" };
}

/** What to send: only what applies. */
export function inputOf({ format, quantization, pruning, method, steps, budget }: ExportDraft) {
  return {
    format,
    quantization,
    ...(pruning > 0 ? { pruning, ...(method === "" ? {} : { pruning_method: method }), ...(steps === null ? {} : { fine_tune_steps: steps }) } : {}),
    ...(quantization === "int8" && budget !== null ? { budget } : {}),
  };
}

/** One sentence of what will be made. */
export function draftText(draft: ExportDraft): string {
  const parts = [exportTitle(draft)];
  if (draft.pruning > 0 && draft.steps !== null) parts.push(`trained on for ${draft.steps.toLocaleString("en-US")} steps`);
  if (draft.quantization === "int8") {
    parts.push("calibrated on training images");
    if (draft.budget !== null) parts.push(`at most ${draft.budget} points lost`);
  }
  return parts.join(" · ");
}

const USUAL = [
  ["torch", "none"],
  ["onnx", "none"],
  ["onnx", "int8"],
  ["openvino", "none"],
  ["openvino", "int8"],
] as const;

/** What is worth comparing first, of what this artifact can be exported as and was not yet. */
export function usualSet(options: ExportOptions, made: readonly Asked[]) {
  return USUAL.filter(([format, quantization]) => {
    const entry = options.formats.find((one) => one.format === format && one.available);
    const can = entry?.quantizations.some(({ name, available }) => name === quantization && available) ?? false;
    const isThere = made.some((one) => one.format === format && one.quantization === quantization && one.pruning === 0 && one.status !== "failed" && one.status !== "cancelled");
    return can && !isThere;
  }).map(([format, quantization]) => ({ format, quantization, ...(quantization === "int8" ? { budget: BUDGET } : {}) }));
}

type Asked = Pick<ExportJob, "format" | "quantization" | "pruning" | "status">;

/** Failed exports that were not made since; the newest comes first. */
export function unmended<T extends Asked>(jobs: readonly T[]): T[] {
  const isSame = (a: Asked, b: Asked) => a.format === b.format && a.quantization === b.quantization && a.pruning === b.pruning;
  return jobs.filter((job, index) => job.status === "failed" && !jobs.slice(0, index).some((later) => isSame(job, later)));
}
