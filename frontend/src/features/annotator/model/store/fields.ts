import type { Shape, ShapeFields } from "../types";

export type Field = keyof ShapeFields;

/** What the merge looks at, one by one: two people who change different ones of a shape do not disturb each other. */
export const FIELDS: readonly Field[] = ["class", "geometry", "z", "track", "source", "score", "attributes"];

/** Whether two plain values (JSON) say the same. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && same(a[key as keyof typeof a], b[key as keyof typeof b]));
}

/** The fields in which two states of a shape differ. */
export function differing(before: Shape, after: Shape): Field[] {
  return FIELDS.filter((name) => !same(before[name], after[name]));
}

export function given(fields: ShapeFields): Field[] {
  return FIELDS.filter((name) => fields[name] !== undefined);
}

/** Only these fields of a shape. */
export function picked(shape: Shape, names: readonly Field[]): ShapeFields {
  return Object.fromEntries(names.map((name) => [name, shape[name]])) as ShapeFields;
}

export function overlap(a: readonly Field[], b: readonly Field[]): boolean {
  return a.some((name) => b.includes(name));
}

/**
 * `next` with the objects of `before` where they say the same: caches that hang on a geometry stay good when the server
 * only repeats what is there.
 */
export function reusing(before: Shape | undefined, next: Shape): Shape {
  if (before === undefined) return next;
  const kept = Object.fromEntries(FIELDS.filter((name) => same(before[name], next[name])).map((name) => [name, before[name]]));
  const merged: Shape = { ...next, ...kept };
  const isSame = before.revision === merged.revision && FIELDS.every((name) => before[name] === merged[name]);
  return isSame ? before : merged;
}
