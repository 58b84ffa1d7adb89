import type { Drift } from "@/api/types";

export interface Verdict {
  title: string;
  text: string;
  tone: "teal" | "orange" | "red" | "gray";
}

/** What the level means and what to do about it. */
export function verdictOf({ level, seen }: Pick<Drift, "level" | "seen">): Verdict {
  switch (level) {
    case "none":
      return { title: "No drift", text: "What the model sees is like what it learned from.", tone: "teal" };
    case "some":
      return { title: "Some drift", text: "The images differ from those it learned from. Look at the samples, and label some of them.", tone: "orange" };
    case "strong":
      return { title: "Strong drift", text: "The images are unlike those it learned from: label samples and train on them before its answers are relied on.", tone: "red" };
    case null:
      return { title: "Not enough seen yet", text: `${seen === 0 ? "No image was" : seen === 1 ? "One image was" : `${seen} images were`} answered in this time. More are needed to compare with.`, tone: "gray" };
  }
}

/** "PSI 0.031": the population stability index, below 0.1 calm, above 0.25 strong. */
export function psiText(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}

/** "+3.2 points", "−0.4 points" of a share's change. */
export function changeText(change: number): string {
  const points = change * 100;
  if (Math.abs(points) < 0.05) return "±0";
  return `${points > 0 ? "+" : "−"}${Math.abs(points).toFixed(1)}`;
}

export interface Bar {
  low: number;
  high: number;
  reference: number;
  now: number;
}

/** Ten bins of confidence as shares of all scores, so that few requests compare with many images. */
export function confidenceBars({ confidence: { reference, now } }: Pick<Drift, "confidence">): Bar[] {
  const sum = (list: readonly number[]) => list.reduce((total, value) => total + value, 0);
  const [before, after] = [sum(reference), sum(now)];
  const bins = Math.max(reference.length, now.length);
  return Array.from({ length: bins }, (_, bin) => ({
    low: bin / bins,
    high: (bin + 1) / bins,
    reference: before === 0 ? 0 : (reference[bin] ?? 0) / before,
    now: after === 0 ? 0 : (now[bin] ?? 0) / after,
  }));
}
