import { ClassSwatch } from "@/components/ClassSwatch";
import { percent } from "@/components/format";
import type { Size } from "@/components/canvas/model/viewport";
import type { Source } from "../api/urls";
import { indexAt, type Label, LINE, NOTHING, UNCOUNTED } from "../model/indices";
import { type Hover, usePlace } from "./hover";
import { type LayerState, useLayer } from "./useLayer";
import classes from "./Viewer.module.css";

interface Props {
  hover: Hover;
  source: Source;
  labels: readonly Label[];
  image: Size;
}

/** What is under the pointer: the true class, the predicted one, and how sure the model was. */
export function Readout({ hover, source, labels, image }: Props) {
  const place = usePlace(hover);
  const truth = useLayer("truth", source, labels);
  const prediction = useLayer("prediction", source, labels);
  const other = useLayer(source.against === null ? null : "other", source, labels);
  const confidence = useLayer("confidence", source, labels);
  const entropy = useLayer("entropy", source, labels);
  if (place === null || place.x < 0 || place.y < 0 || place.x >= 1 || place.y >= 1) {
    return <span className={classes.quiet}>Point at the image to read classes and certainty.</span>;
  }
  const value = (state: LayerState) => {
    if (state.state !== "ready" || state.drawn.values === null) return null;
    const { width, height, values } = state.drawn;
    return (values[Math.floor(place.y * height) * width + Math.floor(place.x * width)] ?? 0) / 255;
  };
  const sure = value(confidence);
  const unsure = value(entropy);
  const real = classAt(truth, place);
  const given = classAt(prediction, place);
  return (
    <>
      <span className={classes.position}>
        {Math.floor(place.x * image.width)}, {Math.floor(place.y * image.height)}
      </span>
      <Named title="Truth" index={real} labels={labels} />
      <Named title="Predicted" index={given} labels={labels} isWrong={real !== null && given !== null && real !== given && real !== UNCOUNTED && given !== LINE} />
      {source.against !== null && <Named title="Other" index={classAt(other, place)} labels={labels} />}
      {sure !== null && (
        <span>
          Probability <b>{percent(sure, 0)}</b>
        </span>
      )}
      {unsure !== null && (
        <span>
          Entropy <b>{percent(unsure, 0)}</b>
        </span>
      )}
    </>
  );
}

/** Null while it is not known. */
function classAt(state: LayerState, place: { x: number; y: number }): number | null {
  if (state.state !== "ready" || !state.drawn.raster) return null;
  return indexAt(state.drawn.raster, place.x, place.y);
}

function Named({ title, index, labels, isWrong = false }: { title: string; index: number | null; labels: readonly Label[]; isWrong?: boolean }) {
  const background = labels.find(({ id }) => id === null);
  const label = index === NOTHING ? background : labels.find((one) => one.index === index);
  const name = index === null ? "…" : index === LINE ? "an object's edge" : index === UNCOUNTED ? "not counted" : (label?.name ?? "no class");
  return (
    <span className={classes.named}>
      {title}
      <ClassSwatch color={label && label.id !== null ? label.color : "transparent"} size={10} />
      <b>{name}</b>
      {isWrong && <em>wrong</em>}
    </span>
  );
}
