/** Lines are told apart by colour (Okabe and Ito 2008) and dash. */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6bb1"] as const;
const DASHES = [undefined, "7 4", "2 3", "9 3 2 3"] as const;

export function styleOf(index: number): { color: string; dash: string | undefined } {
  return { color: COLORS[index % COLORS.length] ?? COLORS[0], dash: DASHES[index % DASHES.length] };
}
