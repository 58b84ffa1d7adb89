/** Annotated images by split. */
export interface Splits {
  train: number;
  val: number;
  test: number;
  /** Images that the snapshot of the run will put into training or validation. */
  open: number;
}

export interface ExpectedSplits {
  train: number;
  val: number;
  test: number;
  exact: boolean;
}

const VALIDATION_SHARE = 0.2;

/** What a snapshot made now is expected to hold: images without a split go to training and validation as 80 to 20. */
export function expectedSplits({ train, val, test, open }: Splits): ExpectedSplits {
  const needed = val === 0 && open > 0 && train + open > 1 ? 1 : 0;
  const more = Math.max(needed, Math.round(open * VALIDATION_SHARE));
  return { train: train + open - more, val: val + more, test, exact: open === 0 };
}
