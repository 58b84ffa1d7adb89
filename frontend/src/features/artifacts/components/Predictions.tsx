import { SegmentedControl, Select, Skeleton, Slider, Text } from "@mantine/core";
import { useState } from "react";
import type { Artifact, PredictionRow } from "@/api/types";
import { imageUrl, overlayUrl, thumbnailUrl } from "@/components/assetUrls";
import { ClassSwatch } from "@/components/ClassSwatch";
import { percent } from "@/components/format";
import { MiddleCut } from "@/components/MiddleCut";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useShortcut } from "@/components/shortcuts";
import { useClasses } from "@/features/classes/api/classes";
import { look } from "@/features/classes/model/style";
import { useAsset } from "@/features/data/api/assets";
import { predictionOverlayUrl, usePredictions } from "../api/artifacts";
import classes from "./Artifact.module.css";

type Mode = "sides" | "slider";
const ORDERS = [
  { value: "worst", label: "Worst first" },
  { value: "best", label: "Best first" },
  { value: "name", label: "By name" },
];

export function Predictions({ artifact }: { artifact: Artifact }) {
  const predictions = usePredictions(artifact.id);
  return (
    <div style={{ marginTop: 14 }}>
      <QueryView query={predictions} skeleton={<Skeleton height={460} />}>
        {(rows) =>
          rows.length === 0 ? (
            <Panel title="Predictions">
              <Text size="sm" c="dimmed">
                The validation split has no images.
              </Text>
            </Panel>
          ) : (
            <Viewer artifact={artifact} rows={rows} />
          )
        }
      </QueryView>
    </div>
  );
}

function Viewer({ artifact, rows }: { artifact: Artifact; rows: readonly PredictionRow[] }) {
  const [order, setOrder] = useState("worst");
  const [mode, setMode] = useState<Mode>("sides");
  const [opacity, setOpacity] = useState(0.55);
  const [chosen, setChosen] = useState<string | null>(null);
  const sorted = [...rows].sort((a, b) =>
    order === "name" ? a.name.localeCompare(b.name) : ((a.miou ?? 0) - (b.miou ?? 0)) * (order === "worst" ? 1 : -1),
  );
  const index = Math.max(0, sorted.findIndex(({ asset }) => asset === chosen));
  const current = sorted[index];
  const go = (step: number) => setChosen(sorted[index + step]?.asset ?? current?.asset ?? null);
  useShortcut("ArrowLeft | k", "Previous prediction", () => go(-1), "Predictions");
  useShortcut("ArrowRight | j", "Next prediction", () => go(1), "Predictions");
  useShortcut("s", "Side by side or slider", () => setMode(mode === "sides" ? "slider" : "sides"), "Predictions");
  if (!current) return null;
  return (
    <Panel
      title="Predictions beside the ground truth"
      flush
      actions={<Select size="xs" w={130} aria-label="Order of predictions" data={ORDERS} value={order} onChange={(value) => setOrder(value ?? "worst")} allowDeselect={false} />}
    >
      <div className={classes.viewer}>
        <ul className={classes.list} aria-label="Validation images">
          {sorted.map(({ asset, name, miou }) => (
            <li key={asset}>
              <button type="button" className={classes.row} aria-current={asset === current.asset || undefined} onClick={() => setChosen(asset)}>
                <img src={thumbnailUrl(asset, 160)} alt="" loading="lazy" />
                <MiddleCut text={name} />
                <small title="mean IoU">{percent(miou, 0)}</small>
              </button>
            </li>
          ))}
        </ul>
        <div className={classes.stage}>
          <div className={classes.controls}>
            <SegmentedControl
              size="xs"
              aria-label="Comparison"
              value={mode}
              onChange={(value) => setMode(value as Mode)}
              data={[
                { value: "sides", label: "Side by side" },
                { value: "slider", label: "Slider" },
              ]}
            />
            <Text size="xs">Opacity</Text>
            <Slider w={110} size="sm" min={0} max={1} step={0.05} label={null} thumbLabel="Mask opacity" value={opacity} onChange={setOpacity} />
            <Text size="sm" ml="auto">
              {current.name} · <b>{percent(current.miou)}</b> mean IoU
            </Text>
          </div>
          <Comparison artifact={artifact} row={current} mode={mode} opacity={opacity} />
          <div className={classes.legend}>
            {artifact.classes.map(({ index: value, id, name, color }) => (
              <span key={value}>
                <ClassSwatch color={id === null ? "transparent" : color} />
                {id === null ? `${name} (not coloured)` : name}
              </span>
            ))}
          </div>
        </div>
      </div>
    </Panel>
  );
}

interface ComparisonProps {
  artifact: Artifact;
  row: PredictionRow;
  mode: Mode;
  opacity: number;
}

function Comparison({ artifact, row, mode, opacity }: ComparisonProps) {
  const [split, setSplit] = useState(50);
  const asset = useAsset(row.asset);
  const labels = useClasses(artifact.project);
  const colours = look(labels.data ?? []);
  const image = imageUrl(row.asset);
  const truth = overlayUrl(row.asset, asset.data?.revision ?? 0, colours, 640);
  const predicted = predictionOverlayUrl(artifact.id, row.asset, colours);
  if (mode === "sides") {
    return (
      <div className={classes.sides}>
        {[
          { name: "Ground truth", overlay: truth },
          { name: "Prediction", overlay: predicted },
        ].map(({ name, overlay }) => (
          <figure key={name} className={classes.figure}>
            <div className={classes.picture}>
              <img src={image} alt={`${row.name}, ${name.toLowerCase()}`} />
              <img className={classes.overlay} src={overlay} alt="" style={{ opacity }} />
            </div>
            <figcaption>{name}</figcaption>
          </figure>
        ))}
      </div>
    );
  }
  return (
    <figure className={classes.figure}>
      <div className={classes.picture}>
        <img src={image} alt={`${row.name}, ground truth against prediction`} />
        <img className={classes.overlay} src={truth} alt="" style={{ opacity, clipPath: `inset(0 ${100 - split}% 0 0)` }} />
        <img className={classes.overlay} src={predicted} alt="" style={{ opacity, clipPath: `inset(0 0 0 ${split}%)` }} />
        <span className={classes.divider} style={{ left: `${split}%` }} />
      </div>
      <input
        type="range"
        className={classes.sliderInput}
        aria-label="Ground truth against prediction"
        min={0}
        max={100}
        value={split}
        onChange={(event) => setSplit(Number(event.currentTarget.value))}
      />
      <figcaption>Left of the line: ground truth. Right of it: prediction.</figcaption>
    </figure>
  );
}
