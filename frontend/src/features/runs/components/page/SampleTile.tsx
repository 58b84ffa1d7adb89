import { ActionIcon } from "@mantine/core";
import { imageUrl, overlayUrl, thumbnailUrl } from "@/components/assetUrls";
import { percent } from "@/components/format";
import { IconClose, IconFit } from "@/components/icons";
import { MiddleCut } from "@/components/MiddleCut";
import { useAsset } from "@/features/data/api/assets";
import { sparkline } from "../../model/samples";
import classes from "./Page.module.css";

export type Shown = "prediction" | "truth" | "both";

interface Props {
  asset: string;
  name: string;
  miou: number | null;
  overlay: string;
  colours: string;
  /** Its mean IoU at every evaluation, and which of them is shown. */
  history: readonly (number | null)[];
  at: number;
  shown: Shown;
  opacity: number;
  isLarge: boolean;
  onToggle: () => void;
}

export function SampleTile({ asset, name, miou, overlay, colours, history, at, shown, opacity, isLarge, onToggle }: Props) {
  const picture = isLarge ? imageUrl(asset) : thumbnailUrl(asset, 640);
  return (
    <figure className={classes.sample} data-large={isLarge || undefined}>
      <div className={classes.sampleImages}>
        {shown !== "truth" && <Picture src={picture} overlay={overlay} opacity={opacity} label={`${name}, predicted`} tag={shown === "both" ? "prediction" : ""} />}
        {shown !== "prediction" && <Truth asset={asset} src={picture} colours={colours} opacity={opacity} name={name} tag={shown === "both"} />}
      </div>
      <figcaption>
        <MiddleCut text={name} />
        <Trend history={history} at={at} />
        <b title="mean IoU">{percent(miou, 0)}</b>
        <ActionIcon variant="subtle" color="gray" size="xs" aria-label={isLarge ? `Back to the others` : `Enlarge ${name}`} onClick={onToggle}>
          {isLarge ? <IconClose size={13} /> : <IconFit size={12} />}
        </ActionIcon>
      </figcaption>
    </figure>
  );
}

interface TruthProps {
  asset: string;
  src: string;
  colours: string;
  opacity: number;
  name: string;
  tag: boolean;
}

function Truth({ asset, src, colours, opacity, name, tag }: TruthProps) {
  const row = useAsset(asset);
  const overlay = row.data ? overlayUrl(asset, row.data.revision, colours, 640) : undefined;
  return <Picture src={src} overlay={overlay} opacity={opacity} label={`${name}, ground truth`} tag={tag ? "ground truth" : ""} />;
}

interface PictureProps {
  src: string;
  overlay: string | undefined;
  opacity: number;
  label: string;
  tag: string;
}

function Picture({ src, overlay, opacity, label, tag }: PictureProps) {
  return (
    <div className={classes.picture}>
      <img src={src} alt={label} />
      {overlay !== undefined && <img className={classes.overlay} src={overlay} alt="" style={{ opacity }} />}
      {tag !== "" && <span className={classes.pictureTag}>{tag}</span>}
    </div>
  );
}

const WIDTH = 56;
const HEIGHT = 14;

function Trend({ history, at }: { history: readonly (number | null)[]; at: number }) {
  const value = history[at];
  return (
    <svg width={WIDTH + 6} height={HEIGHT + 6} viewBox={`-3 -3 ${WIDTH + 6} ${HEIGHT + 6}`} className={classes.trend} aria-hidden="true">
      <path d={sparkline(history, WIDTH, HEIGHT)} />
      {value != null && <circle cx={(at / Math.max(1, history.length - 1)) * WIDTH} cy={(1 - value) * HEIGHT} r={2.5} />}
    </svg>
  );
}
