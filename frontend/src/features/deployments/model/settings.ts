import type { Deployment } from "@/api/types";

/** What a version fixes beside artifact, device, runtime, quantization and replicas; null leaves it to the server. */
export type Limits = Pick<Deployment, "export" | "threads" | "memory_mb" | "queue_limit" | "max_batch" | "deadline_ms">;

/** Runtimes by the formats that they run. */
export const RUNTIME_OF: Record<string, string> = { torch: "torch", onnx: "onnxruntime", openvino: "openvino" };

export const QUANTIZATIONS: Record<string, readonly { value: string; label: string }[]> = {
  torch: [
    { value: "none", label: "fp32" },
    { value: "bf16", label: "bf16" },
    { value: "fp16", label: "fp16 (GPU)" },
  ],
  onnxruntime: [
    { value: "none", label: "fp32" },
    { value: "fp16", label: "fp16" },
    { value: "int8", label: "int8, calibrated" },
    { value: "int8_weights", label: "int8 weights" },
  ],
  openvino: [
    { value: "none", label: "fp32" },
    { value: "fp16", label: "fp16" },
    { value: "bf16", label: "bf16" },
    { value: "int8", label: "int8, calibrated" },
    { value: "int8_weights", label: "int8 weights" },
  ],
};

export const NO_LIMITS: Limits = { export: null, threads: null, memory_mb: null, queue_limit: null, max_batch: null, deadline_ms: null };

export interface Limit {
  name: "threads" | "memory_mb" | "queue_limit" | "max_batch" | "deadline_ms";
  label: string;
  help: string;
  unit: string;
  min: number;
}

export const LIMITS: readonly Limit[] = [
  { name: "threads", label: "Threads", help: "Processor threads of each replica.", unit: "", min: 1 },
  { name: "memory_mb", label: "Memory limit", help: "Above it the model is started anew; others do not notice.", unit: " MB", min: 64 },
  { name: "queue_limit", label: "Longest queue", help: "More images than these are refused with 429.", unit: " images", min: 1 },
  { name: "max_batch", label: "Largest batch", help: "Images that one pass may take together.", unit: " images", min: 1 },
  { name: "deadline_ms", label: "Longest wait", help: "An image that waited longer is refused with 503.", unit: " ms", min: 1 },
];

/** Another runtime: a precision that it does not have gives way to none. */
export function quantizationFor(runtime: string, quantization: string): string {
  return QUANTIZATIONS[runtime]?.some(({ value }) => value === quantization) === true ? quantization : "none";
}

/** The limits that are set, in words: "2 threads, 500 MB". */
export function limitsText(limits: Pick<Limits, Limit["name"]>): string {
  const parts = LIMITS.flatMap(({ name, label, unit }) => {
    const value = limits[name];
    if (value === null) return [];
    return name === "threads" ? [`${value} ${value === 1 ? "thread" : "threads"}`] : [`${label.toLowerCase()} ${value}${unit}`];
  });
  return parts.join(", ");
}

/** Versions that may stand beside the current one, the newest first. */
export function besides<T extends { version: number }>(versions: readonly T[], deployment: Pick<Deployment, "version">): T[] {
  return versions.filter(({ version }) => version !== deployment.version).sort((a, b) => b.version - a.version);
}

/** "after 10 minutes", "after 2 hours" */
export function idleText(minutes: number): string {
  if (minutes % 60 === 0) return `after ${minutes / 60} ${minutes === 60 ? "hour" : "hours"}`;
  return `after ${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
}
