/**
 * An order of classes in which those lie beside each other that are taken for each other.
 *
 * Agglomerative clustering with average linkage (Sokal and Michener 1958) of the symmetrised shares of confusion; of two
 * clusters that are joined those ends meet that are the more alike (as Gruvaeus and Wainer 1972 order leaves).
 */
export function similarityOrder(counts: readonly (readonly number[])[]): number[] {
  const alike = likeness(counts);
  let clusters = counts.map((_, index) => [index]);
  while (clusters.length > 1) {
    const [first, second] = closest(clusters, alike);
    const [a, b] = [clusters[first] ?? [], clusters[second] ?? []];
    clusters = [...clusters.filter((_, index) => index !== first && index !== second), joined(a, b, alike)];
  }
  return clusters[0] ?? [];
}

type Table = readonly (readonly number[])[];

/** What share of two classes' pixels is taken for the other one, 0 to 1. */
export function likeness(counts: Table): number[][] {
  const sums = counts.map((row) => row.reduce((sum, value) => sum + value, 0));
  const share = (truth: number, given: number) => (counts[truth]?.[given] ?? 0) / Math.max(1, sums[truth] ?? 0);
  return counts.map((_, a) => counts.map((_, b) => (a === b ? 1 : (share(a, b) + share(b, a)) / 2)));
}

function closest(clusters: readonly (readonly number[])[], alike: Table): [number, number] {
  let best: [number, number] = [0, 1];
  let most = -1;
  clusters.forEach((a, first) => {
    for (let second = first + 1; second < clusters.length; second += 1) {
      const value = linkage(a, clusters[second] ?? [], alike);
      if (value > most) [best, most] = [[first, second], value];
    }
  });
  return best;
}

function linkage(a: readonly number[], b: readonly number[], alike: Table): number {
  let sum = 0;
  for (const one of a) for (const other of b) sum += alike[one]?.[other] ?? 0;
  return sum / (a.length * b.length);
}

/** One after the other, each turned so that the likest ends meet; nothing is turned without need. */
function joined(a: readonly number[], b: readonly number[], alike: Table): number[] {
  const ends = (left: readonly number[], right: readonly number[]) => alike[left.at(-1) ?? 0]?.[right[0] ?? 0] ?? 0;
  const ways = [
    [a, b],
    [a, [...b].reverse()],
    [[...a].reverse(), b],
    [[...a].reverse(), [...b].reverse()],
  ] as const;
  let [best, most] = [[...a, ...b], -1];
  for (const [left, right] of ways) {
    const value = ends(left, right);
    if (value > most + 1e-12) [best, most] = [[...left, ...right], value];
  }
  return best;
}
