/** What a person asks of a prediction beside the image. */
export interface Question {
  threshold: number;
  /** Ids of classes; none means all of them. */
  classes: readonly string[];
  tiles: "off" | "auto" | "on";
  overlap: number;
  augment: "off" | "flip" | "scales";
  outputs: readonly Output[];
}

export const OUTPUTS = ["polygons", "mask", "png", "overlay"] as const;
export type Output = (typeof OUTPUTS)[number];

export const QUESTION: Question = { threshold: 0, classes: [], tiles: "off", overlap: 0.25, augment: "off", outputs: ["polygons", "mask"] };

/** The query of a request: what is left as it is stays out of it. */
export function queryOf({ threshold, classes, tiles, overlap, augment, outputs }: Question): URLSearchParams {
  const query = new URLSearchParams();
  query.set("output", (outputs.length === 0 ? QUESTION.outputs : outputs).join(","));
  if (threshold > 0) query.set("threshold", String(threshold));
  if (classes.length > 0) query.set("classes", classes.join(","));
  if (tiles !== "off") {
    query.set("tiles", tiles);
    query.set("overlap", String(overlap));
  }
  if (augment !== "off") query.set("augment", augment);
  return query;
}

/** How often an image passes through the model for it, in words; empty for once. */
export function costText({ tiles, augment }: Pick<Question, "tiles" | "augment">): string {
  const passes = { off: 1, flip: 2, scales: 3 }[augment];
  const parts = [passes > 1 ? `${passes} passes` : "", tiles === "off" ? "" : tiles === "auto" ? "each tile of an image larger than the model's input" : "each tile"];
  return parts.filter((part) => part !== "").join(" for ");
}
