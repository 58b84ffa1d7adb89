export interface Bin {
  low: number;
  high: number;
  pixels: number;
  confidence: number | null;
  accuracy: number | null;
}

/** Less than this share between what is said and what is so is nothing to speak of. */
const FAIR = 0.01;

/** What the model says and what is so over all bins, in words; null where there is nothing in any of them. */
export function overall(bins: readonly Bin[]): { confidence: number; accuracy: number; words: string } | null {
  const pixels = bins.reduce((sum, bin) => sum + bin.pixels, 0);
  if (pixels === 0) return null;
  const mean = (of: (bin: Bin) => number | null) => bins.reduce((sum, bin) => sum + (of(bin) ?? 0) * bin.pixels, 0) / pixels;
  const [confidence, accuracy] = [mean((bin) => bin.confidence), mean((bin) => bin.accuracy)];
  const verdict = Math.abs(confidence - accuracy) < FAIR ? "" : confidence > accuracy ? ": it is too sure of itself" : ": it is surer than it says";
  const text = (share: number) => `${(share * 100).toFixed(1)} %`;
  return { confidence, accuracy, words: `It says ${text(confidence)} on average and is right in ${text(accuracy)}${verdict}.` };
}
