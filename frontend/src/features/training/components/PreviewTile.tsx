import type { PreviewImage } from "../api/preview";
import classes from "./Preview.module.css";

interface Props {
  image: PreviewImage;
  size: [number, number];
  masks: boolean;
  boxes: boolean;
  /** Shows this image alone; absent where it already is. */
  onPin: (() => void) | undefined;
}

export function PreviewTile({ image, size: [height, width], masks, boxes, onPin }: Props) {
  const picture = (
    <>
      <img src={masks ? image.image : image.plain} alt={`${image.name}, seed ${image.seed}`} style={{ aspectRatio: `${width} / ${height}` }} />
      {boxes && (
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {image.boxes.map(({ color, box: [x, y, w, h] }, index) => (
            <rect key={index} x={x} y={y} width={w} height={h} stroke={color} vectorEffect="non-scaling-stroke" />
          ))}
        </svg>
      )}
    </>
  );
  return (
    <figure className={classes.tile}>
      {onPin ? (
        <button type="button" title={`Only ${image.name}`} aria-label={`Show ${image.name} alone`} onClick={onPin}>
          {picture}
        </button>
      ) : (
        <div>{picture}</div>
      )}
      <figcaption>{image.name}</figcaption>
    </figure>
  );
}
