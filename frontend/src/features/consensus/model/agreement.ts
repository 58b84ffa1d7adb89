import type { AnswerState, ClassNumbers, Numbers, Pair } from "../api/consensus";

/** The numbers of agreement that a project of a task has, the one that counts most first. */
export interface Measure {
  readonly id: "mean_iou" | "kappa" | "f1" | "matched_iou";
  readonly label: string;
  /** Of one class, and where there is little room. */
  readonly short: string;
  readonly help: string;
}

const IOU: Measure = { id: "mean_iou", label: "Mean IoU", short: "IoU", help: "Shared pixels of a class over the pixels that either drew, averaged over classes" };
const KAPPA: Measure = { id: "kappa", label: "Kappa", short: "Kappa", help: "Cohen's kappa of pixels: 1 is perfect, 0 is what chance would give" };
const F1: Measure = { id: "f1", label: "F1 of objects", short: "F1", help: "Twice the matched objects over all objects of both; a match has an IoU of at least 0.5" };
const MATCHED: Measure = { id: "matched_iou", label: "IoU of matches", short: "Match IoU", help: "How well the outlines of matched objects fit" };

export function measuresOf(task: string | undefined): readonly [Measure, ...Measure[]] {
  return task === "semantic" || task === undefined ? [IOU, KAPPA] : [F1, MATCHED, IOU, KAPPA];
}

/** As kappa is told, two decimals; "–" where there is nothing to agree on. */
export function figure(value: number | null | undefined): string {
  return value == null ? "–" : value.toFixed(2);
}

/** How much a number is worth looking at: 0 (agree) to 1 (do not). */
export function trouble(value: number | null | undefined): number {
  return value == null ? 0 : Math.min(1, Math.max(0, 1 - value));
}

/** The pair of two people, whichever way round it is told; null for nobody else or nothing in common. */
export function pairOf(pairs: readonly Pair[], one: string, other: string): Pair | null {
  return pairs.find(({ first, second }) => (first === one && second === other) || (first === other && second === one)) ?? null;
}

export function valueOf(numbers: Numbers, { id }: Measure): number | null {
  return numbers[id];
}

/** Of a class there is an IoU, and no mean of one. */
export function classValue(numbers: ClassNumbers, { id }: Measure): number | null {
  return id === "mean_iou" ? numbers.iou : numbers[id];
}

export const STATE_WORDS: Record<AnswerState, string> = { todo: "to do", in_progress: "in progress", done: "handed in" };

/** How many of so many assets two or more people of a round are asked about each; "12 answers, 4 each". */
export function share(assets: number, overlap: number, people: number): { answers: number; least: number; most: number } {
  const answers = assets * overlap;
  return { answers, least: people === 0 ? 0 : Math.floor(answers / people), most: people === 0 ? 0 : Math.ceil(answers / people) };
}

/** Colours of people that stay apart also for the colour-blind (Okabe and Ito 2008). */
const COLORS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442", "#999999"];

export function personColor(place: number): string {
  return COLORS[place % COLORS.length] ?? "#999999";
}
