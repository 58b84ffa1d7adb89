import { Button, Group, Loader, Slider, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { Deployment } from "@/api/types";
import { ImageCanvas } from "@/components/canvas/ImageCanvas";
import { shapeOf } from "@/components/canvas/model/paths";
import { ClassSwatch } from "@/components/ClassSwatch";
import { CodeBlock } from "@/components/Code";
import { FileDrop } from "@/components/FileDrop";
import { compact, integer, percent } from "@/components/format";
import { IconUpload } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useArtifact } from "@/features/artifacts/api/artifacts";
import { predict, type Trial } from "../api/deployments";
import { readable, shortened } from "../model/endpoint";
import classes from "./Deployment.module.css";

const FALLBACK = "#0c8f7d";

/** A dragged-in image, the masks that come back over it, and the answer as JSON. */
export function TryIt({ deployment }: { deployment: Deployment }) {
  const queries = useQueryClient();
  const artifact = useArtifact(deployment.artifact.id);
  const [file, setFile] = useState<File | null>(null);
  const [url, setUrl] = useState<string | null>(null);
  const [opacity, setOpacity] = useState(0.5);
  const [threshold, setThreshold] = useState(0);
  const [trial, setTrial] = useState<Trial | null>(null);
  const [active, setActive] = useState<string | null>(null);
  const run = useMutation({
    mutationFn: ({ image, least }: { image: File; least: number }) => predict(deployment.id, image, least),
    // An image that could not be read or answered leaves the one before it, and its answer, in place.
    onSuccess: (answer, { image }) => {
      setTrial(answer);
      setActive(null);
      if (image === file) return;
      setFile(image);
      setUrl(URL.createObjectURL(image));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["deployment", deployment.id, "stats"] }),
  });

  useEffect(() => {
    if (url === null) return undefined;
    return () => URL.revokeObjectURL(url);
  }, [url]);
  const take = ([image]: File[]) => {
    if (!image) return;
    run.mutate({ image, least: threshold });
  };

  const colors = useMemo(
    () => new Map(artifact.data?.classes.map(({ index, color }) => [index, color])),
    [artifact.data],
  );
  const shapes = useMemo(
    () =>
      (trial?.answer.predictions ?? []).map((found) =>
        shapeOf(String(found.id), found.class.name, colors.get(found.class.index) ?? FALLBACK, found),
      ),
    [trial, colors],
  );
  const canTry = deployment.status === "ready";
  return (
    <Panel
      title="Try it"
      actions={
        trial && (
          <Group gap="sm">
            <Text size="xs">Opacity</Text>
            <Slider w={100} size="sm" min={0} max={1} step={0.05} label={null} thumbLabel="Mask opacity" value={opacity} onChange={setOpacity} />
          </Group>
        )
      }
    >
      <div className={classes.try}>
        <div>
          {trial && url !== null ? (
            <div className={classes.canvas}>
              <ImageCanvas
                src={url}
                width={trial.answer.image.width}
                height={trial.answer.image.height}
                shapes={shapes}
                opacity={opacity}
                active={active}
                onActive={setActive}
                label={`${file?.name ?? "Image"} with ${shapes.length} predicted masks`}
              />
            </div>
          ) : (
            <FileDrop label="Image to predict" accept="image/*" disabled={!canTry} onFiles={take}>
              <div className={classes.waiting}>
                {run.isPending ? <Loader size="sm" /> : <IconUpload size={24} />}
                <Text size="sm" fw={500}>
                  {run.isPending ? "Waiting for the answer…" : "Drop an image, or click to choose one"}
                </Text>
                <Text size="xs" c="dimmed">
                  {canTry ? "It is sent to the endpoint and not kept." : "The deployment has to be ready first."}
                </Text>
              </div>
            </FileDrop>
          )}
        </div>
        <div className={classes.result}>
          {trial && (
            <FileDrop label="Another image" accept="image/*" disabled={!canTry} onFiles={take}>
              <Text size="sm" fw={500}>
                {run.isPending ? "Waiting for the answer…" : "Drop another image"}
              </Text>
            </FileDrop>
          )}
          <div>
            <Text size="sm" fw={500}>
              Lowest score: {threshold.toFixed(2)}
            </Text>
            <Group gap="sm" wrap="nowrap">
              <Slider style={{ flex: 1 }} size="sm" min={0} max={0.95} step={0.05} label={(value) => value.toFixed(2)} thumbLabel="Lowest score" value={threshold} onChange={setThreshold} />
              <Button
                size="xs"
                variant="default"
                disabled={file === null}
                loading={run.isPending}
                onClick={() => file && run.mutate({ image: file, least: threshold })}
              >
                Predict again
              </Button>
            </Group>
          </div>
          <ProblemAlert error={run.error} doing={`Predicting “${run.variables?.image.name ?? "image"}”`} />
          {trial && <Answer trial={trial} colors={colors} active={active} onActive={setActive} />}
        </div>
      </div>
    </Panel>
  );
}

interface AnswerProps {
  trial: Trial;
  colors: ReadonlyMap<number, string>;
  active: string | null;
  onActive: (id: string | null) => void;
}

function Answer({ trial, colors, active, onActive }: AnswerProps) {
  const { answer, milliseconds } = trial;
  return (
    <>
      {answer.predictions.length === 0 && (
        <Text size="sm" c="dimmed">
          The model found nothing in this image.
        </Text>
      )}
      <ul className={classes.found} aria-label="Predictions">
        {answer.predictions.map(({ id, class: label, score, area }) => (
          <li
            key={id}
            data-active={String(id) === active || undefined}
            onMouseEnter={() => onActive(String(id))}
            onMouseLeave={() => onActive(null)}
          >
            <ClassSwatch color={colors.get(label.index) ?? FALLBACK} />
            <span>{label.name}</span>
            <small>{integer(area)} px</small>
            <b>{percent(score)}</b>
          </li>
        ))}
      </ul>
      <div className={classes.timings} aria-label="Timings">
        {Object.entries(answer.timing_ms).map(([name, value]) => (
          <span key={name}>
            {name} <b>{compact(Math.round(value * 10) / 10)} ms</b>
          </span>
        ))}
        <span>
          round trip <b>{Math.round(milliseconds)} ms</b>
        </span>
      </div>
      <CodeBlock code={readable(shortened(answer))} label="JSON answer" maxHeight={220} />
    </>
  );
}
