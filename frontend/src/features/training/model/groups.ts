import type { Augmentation } from "@/api/types";

const GROUPS: Record<string, readonly string[]> = {
  Geometry: ["flip", "rotate", "crop", "scale", "shift", "shear", "affine", "perspective", "elastic", "zoom", "transpose", "grid"],
  Mixing: ["mosaic", "copy_paste", "mix", "cutout", "erase", "dropout", "cutmix"],
  Colour: ["color", "colour", "brightness", "contrast", "gamma", "gray", "grey", "hue", "saturation", "clahe", "equalize", "solarize", "posterize", "invert", "channel", "tone", "sharpen"],
  "Image quality": ["blur", "noise", "jpeg", "compression", "downscale", "fog", "rain", "shadow"],
};
const OTHER = "Others";

/** The group that an augmentation stands in: the catalogue's, else the one that its name speaks of. */
export function groupOf({ group, name }: Pick<Augmentation, "name" | "group">): string {
  if (group !== undefined && group !== "") return group;
  return Object.entries(GROUPS).find(([, words]) => words.some((word) => name.includes(word)))?.[0] ?? OTHER;
}

/** The augmentations that a search finds, by group; nothing searched gives all. */
export function grouped(list: readonly Augmentation[], search: string): [string, Augmentation[]][] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const found = list.filter((one) => {
    const text = `${one.name} ${one.title} ${one.help} ${groupOf(one)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const names = [...new Set(found.map(groupOf))];
  return names.map((name) => [name, found.filter((one) => groupOf(one) === name)]);
}
