import { imageUrl, overlayUrl, thumbnailUrl } from "@/components/assetUrls";
import { polygonPath } from "@/components/canvas/model/paths";
import { useInView } from "@/components/useInView";
import type { Finding } from "../api/labelcheck";
import { cropOf, isThumbnailSharp } from "../model/crop";
import { hasOutline, sentence } from "../model/findings";
import classes from "./LabelCheck.module.css";

interface Props {
  finding: Finding;
  outlines: boolean;
  aspect?: number;
}

const UNKNOWN = "#ffffff";

/** The part of the image that a finding is about: what is drawn there dashed, what the models suggest solid. */
export function Crop({ finding, outlines, aspect = 4 / 3 }: Props) {
  const [ref, inView] = useInView<SVGSVGElement>();
  const { asset, bbox, given, suggested } = finding;
  const box = cropOf(bbox, asset, aspect);
  const src = isThumbnailSharp(box, asset) ? thumbnailUrl(asset.id, 640) : imageUrl(asset.id);
  // A mask has no outline to dash: the image's labels are laid over it instead.
  const isTinted = finding.annotation !== null && !hasOutline(finding);
  return (
    <svg
      ref={ref}
      className={classes.crop}
      viewBox={box.join(" ")}
      style={{ aspectRatio: aspect }}
      role="img"
      aria-label={`${asset.name}: ${sentence(finding)}`}
    >
      {inView && (
        <>
          <image href={src} width={asset.width} height={asset.height} preserveAspectRatio="none" />
          {outlines && (
            <>
              {isTinted && <image href={overlayUrl(asset.id, asset.revision, given?.color ?? "")} width={asset.width} height={asset.height} preserveAspectRatio="none" opacity={0.5} />}
              <Outline polygons={finding.suggested_polygons} color={suggested?.color ?? UNKNOWN} fill />
              {!isTinted && <Outline polygons={finding.polygons} color={given?.color ?? UNKNOWN} dashed />}
            </>
          )}
        </>
      )}
    </svg>
  );
}

interface OutlineProps {
  polygons: Finding["polygons"];
  color: string;
  dashed?: boolean;
  fill?: boolean;
}

/** A line that is seen on any ground: its colour on a dark seam. */
function Outline({ polygons, color, dashed = false, fill = false }: OutlineProps) {
  if (polygons.length === 0) return null;
  const path = polygonPath(polygons);
  return (
    <g fill={fill ? color : "none"} fillRule="evenodd" fillOpacity={0.16}>
      <path d={path} className={classes.seam} fill="none" />
      {dashed && <path d={path} className={classes.line} stroke="#ffffff" fill="none" />}
      <path d={path} className={classes.line} stroke={color} data-dashed={dashed || undefined} />
    </g>
  );
}
