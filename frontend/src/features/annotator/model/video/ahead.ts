/** Which frames are fetched, in this order, while a person is at one of them. */
export function aheadOf(frame: number, count: number, direction: 1 | -1, playing: boolean): number[] {
  const [front, back] = playing ? [PLAY_AHEAD, 0] : [AHEAD, BEHIND];
  const frames = [frame];
  for (let step = 1; step <= Math.max(front, back); step += 1) {
    if (step <= front) frames.push(frame + step * direction);
    if (step <= back) frames.push(frame - step * direction);
  }
  return frames.filter((each) => each >= 0 && each < count);
}

const PLAY_AHEAD = 32;
const AHEAD = 6;
const BEHIND = 3;

/**
 * What is given up where more is kept than there is room for: what was used longest ago goes first, what is wanted now
 * stays. `sizes` is in the order of use.
 */
export function surplus(sizes: ReadonlyMap<number, number>, room: number, wanted: ReadonlySet<number>): number[] {
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const gone: number[] = [];
  for (const [frame, size] of sizes) {
    if (total <= room) break;
    if (wanted.has(frame)) continue;
    gone.push(frame);
    total -= size;
  }
  return gone;
}
