/** `total` divided by shares into whole numbers as the server does: whole parts first, what is left by the largest remainders. */
export function parts(total: number, shares: readonly number[]): readonly number[] {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  if (whole <= 0) return shares.map(() => 0);
  const exact = shares.map((share) => (total * share) / whole);
  const found = exact.map(Math.floor);
  const order = shares.map((_, n) => n).sort((a, b) => rest(a) - rest(b) || a - b);
  const left = total - found.reduce((sum, part) => sum + part, 0);
  for (const n of order.slice(0, left)) found[n] = (found[n] ?? 0) + 1;
  return found;

  function rest(n: number): number {
    return (found[n] ?? 0) - (exact[n] ?? 0);
  }
}
