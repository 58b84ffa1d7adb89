/** How classes are told apart: a colour, and where a person asks for it a hatching and a dashed outline as well. */

/** Hatchings, in the order in which classes get them. */
export const PATTERNS = ["plain", "rising", "dots", "falling", "level", "cross", "upright", "grid"] as const;
export type Pattern = (typeof PATTERNS)[number];

/** Dashes of outlines in screen pixels, one for each pattern. */
const DASHES: Record<Pattern, readonly number[]> = {
  plain: [],
  rising: [9, 4],
  dots: [2, 3],
  falling: [14, 4, 2, 4],
  level: [6, 6],
  cross: [9, 3, 2, 3, 2, 3],
  upright: [4, 2],
  grid: [16, 6],
};

/** Okabe and Ito's colours (black left out: it is lost on dark photos), then their lighter and darker tones. */
const SAFE = [
  "#e69f00",
  "#56b4e9",
  "#009e73",
  "#f0e442",
  "#0072b2",
  "#d55e00",
  "#cc79a7",
  "#ffffff",
  "#ffd27a",
  "#bfe3f7",
  "#7fd6bb",
  "#8a6d00",
  "#7fb9dd",
  "#ffb27f",
  "#7a3f63",
  "#6e6e6e",
];

export interface ClassLook {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly pattern: Pattern;
  readonly dash: readonly number[];
}

export interface LookSettings {
  readonly patterns: boolean;
  readonly safeColors: boolean;
}

/** Of a shape whose class is not known (any more). */
export const UNKNOWN: ClassLook = { id: "", name: "Unknown class", color: "#888888", pattern: "plain", dash: [] };

export function looksOf(
  classes: readonly { readonly id: string; readonly name: string; readonly color: string }[],
  settings: LookSettings,
): ReadonlyMap<string, ClassLook> {
  return new Map(
    classes.map(({ id, name, color }, index) => {
      // Colours come round again after 16 classes, patterns after 8: moved on by one, no pair of the two does before 128.
      const round = Math.floor(index / SAFE.length);
      const pattern = settings.patterns ? (PATTERNS[(index + round) % PATTERNS.length] ?? "plain") : "plain";
      const safe = SAFE[index % SAFE.length] ?? color;
      return [id, { id, name, color: settings.safeColors ? safe : color, pattern, dash: DASHES[pattern] }];
    }),
  );
}
