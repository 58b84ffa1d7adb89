import { ActionIcon, SegmentedControl, Skeleton, Slider, Text } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { useEffect, useState } from "react";
import type { Run, RunSamples } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { integer, percent } from "@/components/format";
import { IconImages, IconPlay, IconStop } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useShortcut } from "@/components/shortcuts";
import { useClasses } from "@/features/classes/api/classes";
import { look } from "@/features/classes/model/style";
import { useRunSamples } from "../../api/runs";
import { historyOf, meanMiou } from "../../model/samples";
import { isRunning } from "../../model/stages";
import classes from "./Page.module.css";
import { SampleTile, type Shown } from "./SampleTile";

const FRAME = 700;

export function Samples({ run }: { run: Run }) {
  const samples = useRunSamples(run.id);
  return (
    <QueryView query={samples} skeleton={<Skeleton height={420} />}>
      {(evaluations) =>
        evaluations.length === 0 ? (
          <Panel title="Samples">
            <EmptyState icon={<IconImages size={34} />} title="No samples yet">
              {isRunning(run.status)
                ? "After each evaluation a few validation images are shown here as the model sees them by then."
                : "This run ended before its first evaluation."}
            </EmptyState>
          </Panel>
        ) : (
          <Strip run={run} evaluations={evaluations} />
        )
      }
    </QueryView>
  );
}

/** The same images at every evaluation, moved through by slider, arrows or by themselves. */
function Strip({ run, evaluations }: { run: Run; evaluations: readonly RunSamples[] }) {
  const labels = useClasses(run.project);
  const colours = look(labels.data ?? []);
  // Null follows the newest evaluation.
  const [chosen, setChosen] = useState<number | null>(null);
  const [shown, setShown] = useState<Shown>("prediction");
  const [opacity, setOpacity] = useState(0.6);
  const [large, setLarge] = useState<string | null>(null);
  const last = evaluations.length - 1;
  const index = Math.min(chosen ?? last, last);
  const go = (to: number) => setChosen(to >= last ? null : Math.max(0, to));
  const film = useInterval(() => setChosen((before) => ((before ?? last) >= last ? 0 : (before ?? last) + 1)), FRAME);
  useShortcut("ArrowLeft", "Evaluation before", () => go(index - 1), "Samples");
  useShortcut("ArrowRight", "Next evaluation", () => go(index + 1), "Samples");
  useShortcut("t", "Prediction or ground truth", () => setShown(shown === "truth" ? "prediction" : "truth"), "Samples");
  useEffect(() => {
    for (const { samples } of evaluations) for (const { overlay_url } of samples) new Image().src = coloured(overlay_url, colours);
  }, [evaluations, colours]);

  const current = evaluations[index];
  if (!current) return null;
  const tile = (asset: string, name: string, miou: number | null, url: string, isLarge: boolean) => (
    <SampleTile
      key={asset}
      asset={asset}
      name={name}
      miou={miou}
      overlay={coloured(url, colours)}
      colours={colours}
      history={historyOf(evaluations, asset)}
      at={index}
      shown={isLarge ? "both" : shown}
      opacity={opacity}
      isLarge={isLarge}
      onToggle={() => setLarge(isLarge ? null : asset)}
    />
  );
  const first = current.samples.find(({ asset }) => asset === large);
  return (
    <Panel
      title="Samples"
      flush
      actions={
        <SegmentedControl
          size="xs"
          aria-label="What is drawn"
          value={shown}
          onChange={(value) => setShown(value as Shown)}
          data={[
            { value: "prediction", label: "Prediction" },
            { value: "truth", label: "Ground truth" },
            { value: "both", label: "Both" },
          ]}
        />
      }
    >
      <div className={classes.film}>
        <ActionIcon
          variant="light"
          aria-label={film.active ? "Stop" : "Play all evaluations"}
          disabled={last === 0}
          onClick={() => {
            if (!film.active && index === last) setChosen(0);
            film.toggle();
          }}
        >
          {film.active ? <IconStop size={14} /> : <IconPlay size={14} />}
        </ActionIcon>
        <Slider
          className={classes.filmSlider}
          size="sm"
          min={0}
          max={Math.max(1, last)}
          step={1}
          disabled={last === 0}
          label={(value) => `step ${integer(evaluations[value]?.step ?? 0)}`}
          thumbLabel="Evaluation"
          marks={last > 0 && last <= 40 ? evaluations.map((_, value) => ({ value })) : []}
          value={index}
          onChange={go}
        />
        <Text size="sm" className={classes.filmText} role="status">
          Step <b>{integer(current.step)}</b> · evaluation {index + 1} of {evaluations.length} · these images: {percent(meanMiou(current))}
        </Text>
        <Slider w={90} size="sm" min={0.1} max={1} step={0.05} label={null} thumbLabel="Mask opacity" value={opacity} onChange={setOpacity} />
      </div>
      {first && <div className={classes.largeSample}>{tile(first.asset, first.name, first.miou, first.overlay_url, true)}</div>}
      <div className={classes.samples}>
        {current.samples
          .filter(({ asset }) => asset !== first?.asset)
          .map(({ asset, name, miou, overlay_url }) => tile(asset, name, miou, overlay_url, false))}
      </div>
    </Panel>
  );
}

function coloured(url: string, colours: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}c=${colours}`;
}
