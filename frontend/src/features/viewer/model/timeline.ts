export interface Step {
  step: number;
  epoch: number | null;
  miou: number | null;
  artifact: string | null;
  overlay_url: string;
}

/** Which of a run's steps is looked at: the one the address names, else the artifact's own, else the last. */
export function placeOf(steps: readonly Step[], step: number | null, artifact: { id: string; step: number }): number {
  const named = step === null ? -1 : steps.findIndex((one) => one.step === step);
  if (named >= 0) return named;
  const own = steps.findIndex((one) => one.artifact === artifact.id);
  if (own >= 0) return own;
  const same = steps.findIndex((one) => one.step === artifact.step);
  return same >= 0 ? same : steps.length - 1;
}

/** The step as the address keeps it: the artifact's own needs no name. */
export function stepName(steps: readonly Step[], place: number, artifact: { id: string; step: number }): number | null {
  const chosen = steps[place];
  if (!chosen || place === placeOf(steps, null, artifact)) return null;
  return chosen.step;
}

/** What a play button goes to: the first step again after the last. */
export function following(length: number, place: number): number {
  return length === 0 ? 0 : (place + 1) % length;
}

/** Where marks stand along the slider, 0 to 1: by step, so that distances tell how long it trained between. */
export function marks(steps: readonly Step[]): number[] {
  const first = steps[0]?.step ?? 0;
  const span = Math.max(1, (steps.at(-1)?.step ?? 0) - first);
  return steps.map(({ step }) => (step - first) / span);
}

/** A curve that rises by less than this is drawn flat: it has learnt nothing here. */
const LEAST_SPAN = 0.1;

/** Values as heights from 0 to 1 between the least and the most of them; null where there is none. */
export function curve(values: readonly (number | null)[]): (number | null)[] {
  const known = values.flatMap((value) => value ?? []);
  const low = Math.min(...known);
  const span = Math.max(LEAST_SPAN, Math.max(...known) - low);
  return values.map((value) => (value === null ? null : (value - low) / span));
}
