import { useEffect, useState } from "react";
import { ProblemError } from "@/api/problem";
import { type Picture, readPicture, readRaster } from "../api/rasters";
import { type Label, mistakes, painted, type Raster, striped, without } from "../model/indices";
import type { LayerId } from "../model/layers";
import { layerUrl, type Source } from "../api/urls";

/** What is drawn over the image, at its own size; `raster` and `values` are what a pointer reads. */
export interface Drawn {
  width: number;
  height: number;
  raster: Raster | null;
  values: Uint8Array | null;
  /** RGBA, with some classes left out. */
  paint: (hidden: readonly number[]) => Uint8ClampedArray<ArrayBuffer>;
}

export type LayerState = { state: "loading" } | { state: "ready"; drawn: Drawn } | { state: "failed"; message: string; retry: () => void } | { state: "absent"; message: string };

const LOADING: LayerState = { state: "loading" };
const OF_CLASSES: readonly LayerId[] = ["truth", "prediction", "other"];

/** Reads a layer's picture; rejects with the reason, and is null where this step has none. */
export function readLayer(layer: LayerId, source: Source, labels: readonly Label[]): Promise<Drawn> | null {
  if (layer === "errors") return source.sample === null ? errorsOf(source, labels) : mistakesOf(source, labels);
  const url = layerUrl(layer, source);
  if (url === null || layer === "image") return null;
  if (OF_CLASSES.includes(layer)) return readRaster(url, labels).then((raster) => ofClasses(raster, labels));
  return readPicture(url, layer === "confidence" || layer === "entropy").then(ofPicture);
}

/** The server's map of errors; the classes that are hidden are taken out here. */
async function errorsOf(source: Source, labels: readonly Label[]): Promise<Drawn> {
  const urls = [layerUrl("errors", source) ?? "", layerUrl("prediction", source) ?? ""] as const;
  const [picture, prediction] = await Promise.all([readPicture(urls[0], false), readRaster(urls[1], labels)]);
  return { ...ofPicture(picture), paint: (hidden) => without(picture.pixels, prediction, hidden) };
}

/** Of a step that was kept as a sample only, the errors are found here. */
async function mistakesOf(source: Source, labels: readonly Label[]): Promise<Drawn> {
  const [truth, prediction] = await Promise.all(
    (["truth", "prediction"] as const).map((layer) => readRaster(layerUrl(layer, source) ?? "", labels)),
  );
  if (!truth || !prediction) throw new Error("There is nothing to compare.");
  const wrong = mistakes(truth, prediction);
  const { width, height, indices } = wrong;
  // What is wrong is drawn like the server's: no raster, so that it is as strong.
  return { width, height, raster: null, values: null, paint: (hidden) => striped(painted(indices, labels, hidden), width) };
}

function ofClasses(raster: Raster, labels: readonly Label[]): Drawn {
  return { width: raster.width, height: raster.height, raster, values: null, paint: (hidden) => painted(raster.indices, labels, hidden) };
}

function ofPicture({ width, height, pixels, values }: Picture): Drawn {
  return { width, height, raster: null, values, paint: () => pixels };
}

function reasonOf(error: unknown, layer: LayerId): string {
  const isOther = layer === "other" || layer === "difference";
  if (isOther && error instanceof ProblemError && error.status === 404) {
    return "The other artifact was not evaluated on this image. Evaluate it on the same snapshot and split, on its own page.";
  }
  return error instanceof Error ? error.message : "It could not be read.";
}

/** One layer of the image that is looked at. */
export function useLayer(layer: LayerId | null, source: Source | null, labels: readonly Label[]): LayerState {
  const [attempt, setAttempt] = useState(0);
  const key = layer === null || source === null ? "" : `${attempt} ${layer} ${JSON.stringify(source)}`;
  const [known, setKnown] = useState<{ key: string; state: LayerState }>({ key: "", state: LOADING });
  useEffect(() => {
    if (layer === null || source === null) return undefined;
    let current = true;
    const settle = (state: LayerState) => current && setKnown({ key, state });
    const reading = readLayer(layer, source, labels);
    if (reading === null) settle({ state: "absent", message: "Not kept at this step. Go to a step with a checkpoint." });
    else {
      reading.then(
        (drawn) => settle({ state: "ready", drawn }),
        (error: unknown) => settle({ state: "failed", message: reasonOf(error, layer), retry: () => setAttempt((before) => before + 1) }),
      );
    }
    return () => {
      current = false;
    };
    // The key says all of the source; classes are the artifact's and do not change.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  return known.key === key ? known.state : LOADING;
}

/** Fetches what will be looked at next; what fails then is said when it is looked at. */
export function readAhead(layers: readonly LayerId[], source: Source, labels: readonly Label[]): void {
  for (const layer of layers) readLayer(layer, source, labels)?.catch(() => undefined);
  new Image().src = layerUrl("image", source) ?? "";
}
