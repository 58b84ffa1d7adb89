import { expect, it } from "vitest";
import type { ExportOptions, ExportReport } from "@/api/types";
import { draftText, exportTitle, firstDraft, inputOf, lostText, qualityOf, unmended, usualSet, verificationText, withFormat } from "./exports";

const can = (name: string): ExportOptions["formats"][number]["quantizations"][number] => ({ name, title: name, available: true, reason: null });
const cannot = (name: string, reason: string) => ({ name, title: name, available: false, reason });
const format = (name: string, quantizations = [can("none")], available = true) => ({
  format: name,
  title: name,
  available,
  reason: available ? null : "not here",
  runtime: null,
  dynamic_size: false,
  quantizations,
  needs: null,
});
const options: ExportOptions = {
  formats: [format("torch"), format("onnx", [can("none"), can("int8")]), format("openvino", [can("none"), cannot("int8", "no data")]), format("coreml", [can("none")], false)],
  pruning: { available: true, reason: null, methods: ["structured"] },
};

it("names an export by what makes it different", () => {
  expect(exportTitle({ format: "onnx", quantization: "none", pruning: 0 })).toBe("ONNX");
  expect(exportTitle({ format: "openvino", quantization: "int8_weights", pruning: 0.3 })).toBe("OpenVINO int8 weights, pruned 30 %");
  expect(exportTitle({ format: "new", quantization: "bf16", pruning: 0 })).toBe("new bf16");
});

it("sends only what applies", () => {
  const draft = firstDraft(options);
  expect(inputOf(draft)).toEqual({ format: "onnx", quantization: "none" });
  expect(inputOf({ ...draft, quantization: "int8" })).toEqual({ format: "onnx", quantization: "int8", budget: 0.5 });
  expect(inputOf({ ...draft, pruning: 0.3, steps: 100 })).toEqual({ format: "onnx", quantization: "none", pruning: 0.3, pruning_method: "structured", fine_tune_steps: 100 });
  expect(inputOf({ ...draft, quantization: "int8", budget: null })).toEqual({ format: "onnx", quantization: "int8" });
});

it("lets a quantisation go that the next format does not have", () => {
  const draft = { ...firstDraft(options), quantization: "int8" };
  expect(withFormat(options, draft, "openvino").quantization).toBe("none");
  expect(withFormat(options, draft, "onnx").quantization).toBe("int8");
});

it("says in a line what will be made", () => {
  const draft = { ...firstDraft(options), quantization: "int8", pruning: 0.5, steps: 1500 };
  expect(draftText(draft)).toBe("ONNX int8, pruned 50 % · trained on for 1,500 steps · calibrated on training images · at most 0.5 points lost");
});

it("offers the usual set without what is there or cannot be made", () => {
  const made = [{ format: "onnx", quantization: "none", pruning: 0, status: "succeeded" as const }];
  expect(usualSet(options, made).map((one) => `${one.format} ${one.quantization}`)).toEqual(["torch none", "onnx int8", "openvino none"]);
});

it("judges by objects where there are any, and tells what was lost", () => {
  const report = { miou: 0.8, miou_of_model: 0.81, map: 0.5, map_of_model: 0.5 } as ExportReport;
  expect(qualityOf(report)).toEqual({ name: "Mask AP", value: 0.5, lost: 0 });
  expect(lostText(qualityOf({ ...report, map: null })?.lost ?? null)).toBe("−1.00 points");
  expect(lostText(-0.1)).toBe("+0.10 points");
  expect(qualityOf({} as ExportReport)).toBeNull();
});

it("tells a clean trial from one with the platform's Python", () => {
  const tried = (environment: string, passed = true) => verificationText({ verification: { passed, environment, detail: "", seconds: 1 } } as ExportReport);
  expect(tried("clean")?.clean).toBe(true);
  expect(tried("platform")).toEqual({ title: "Verified with the platform's Python", clean: false, passed: true });
  expect(tried("clean", false)?.passed).toBe(false);
  expect(verificationText({} as ExportReport)).toBeNull();
});

it("forgets a failure once it was made after all", () => {
  const job = (id: string, status: "failed" | "succeeded", quantization = "none") => ({ id, format: "onnx", quantization, pruning: 0, status });
  const jobs = [job("c", "succeeded"), job("b", "failed", "int8"), job("a", "failed")];
  expect(unmended(jobs).map(({ id }) => id)).toEqual(["b"]);
});
