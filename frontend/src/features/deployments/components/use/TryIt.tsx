import { Button, Group, Loader, Slider, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { Deployment } from "@/api/types";
import { ImageCanvas } from "@/components/canvas/ImageCanvas";
import { shapeOf } from "@/components/canvas/model/paths";
import { FileDrop } from "@/components/FileDrop";
import { Fold } from "@/components/Fold";
import { IconUpload } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useArtifact } from "@/features/artifacts/api/artifacts";
import { predict, type Trial } from "../../api/predict";
import { QUESTION, type Question } from "../../model/question";
import { Answer, FALLBACK } from "./Answer";
import { QuestionFields } from "./QuestionFields";
import classes from "./Use.module.css";

/** A dragged-in image, the masks that come back over it, and the answer as JSON. */
export function TryIt({ deployment }: { deployment: Deployment }) {
  const queries = useQueryClient();
  const artifact = useArtifact(deployment.artifact.id);
  const [file, setFile] = useState<File | null>(null);
  const [url, setUrl] = useState<string | null>(null);
  const [opacity, setOpacity] = useState(0.5);
  const [question, setQuestion] = useState<Question>(QUESTION);
  const [trial, setTrial] = useState<Trial | null>(null);
  const [active, setActive] = useState<string | null>(null);
  const run = useMutation({
    mutationFn: ({ image, asked }: { image: File; asked: Question }) => predict(deployment.id, image, asked),
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
    if (image) run.mutate({ image, asked: question });
  };

  const colors = useMemo(() => new Map(artifact.data?.classes.map(({ index, color }) => [index, color])), [artifact.data]);
  const shapes = useMemo(
    () =>
      (trial?.answer.predictions ?? []).map((found) =>
        shapeOf(String(found.id), found.class.name, colors.get(found.class.index) ?? FALLBACK, found),
      ),
    [trial, colors],
  );
  const canTry = deployment.status === "ready";
  const waiting = deployment.asleep && run.isPending ? "Waking the model…" : "Waiting for the answer…";
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
        <div className={classes.stage}>
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
                  {run.isPending ? waiting : "Drop an image, or click to choose one"}
                </Text>
                <Text size="xs" c="dimmed">
                  {!canTry ? "The deployment has to be ready first." : deployment.sampling ? "It is sent to the endpoint; sampling may keep it." : "It is sent to the endpoint and not kept."}
                </Text>
              </div>
            </FileDrop>
          )}
          {trial && <Pictures trial={trial} />}
        </div>
        <div className={classes.result}>
          {trial && (
            <FileDrop label="Another image" accept="image/*" disabled={!canTry} onFiles={take}>
              <Text size="sm" fw={500}>
                {run.isPending ? waiting : "Drop another image"}
              </Text>
            </FileDrop>
          )}
          <Fold name="try-options" title="Options" openAtFirst={false}>
            <QuestionFields question={question} onChange={(part) => setQuestion({ ...question, ...part })} labels={artifact.data?.classes ?? []} />
          </Fold>
          {file && (
            <Button size="xs" variant="default" loading={run.isPending} onClick={() => run.mutate({ image: file, asked: question })}>
              Predict again
            </Button>
          )}
          <ProblemAlert error={run.error} doing={`Predicting “${run.variables?.image.name ?? "image"}”`} />
          {trial && <Answer trial={trial} colors={colors} active={active} onActive={setActive} />}
        </div>
      </div>
    </Panel>
  );
}

/** The answer's own pictures, where they were asked for. */
function Pictures({ trial: { answer } }: { trial: Trial }) {
  const pictures = [
    { name: "Overlay", data: answer.overlay },
    { name: "Index mask: each pixel is the number of its class, so it looks nearly black", data: answer.png },
  ].filter(({ data }) => data !== undefined);
  if (pictures.length === 0) return null;
  return (
    <div className={classes.pictures}>
      {pictures.map(({ name, data }) => (
        <figure key={name}>
          <img src={`data:image/png;base64,${data}`} alt={name} />
          <figcaption>{name}</figcaption>
        </figure>
      ))}
    </div>
  );
}
