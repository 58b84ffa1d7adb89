import type { Artifact } from "@/api/types";

/** `segformer-b0`, or `segformer-b0-2` where that is taken. */
export function freshName(artifact: Pick<Artifact, "architecture" | "variant"> | undefined, taken: readonly string[]): string {
  if (!artifact) return "";
  const wanted = `${artifact.architecture}-${artifact.variant}`;
  if (!taken.includes(wanted)) return wanted;
  let number = 2;
  while (taken.includes(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}

/** `segformer-b0-int8`, or with a number where that is taken. */
export function freshExportName(artifact: Pick<Artifact, "architecture" | "variant">, quantization: string, taken: readonly string[]): string {
  const variant = quantization === "none" ? artifact.variant : `${artifact.variant}-${quantization.replaceAll("_", "-")}`;
  return freshName({ architecture: artifact.architecture, variant }, taken);
}
