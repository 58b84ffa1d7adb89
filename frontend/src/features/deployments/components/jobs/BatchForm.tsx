import { Button, NumberInput, Progress, SegmentedControl, Select, Switch, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { formErrors } from "@/api/problem";
import type { Deployment } from "@/api/types";
import { FileDrop } from "@/components/FileDrop";
import { bytes, count } from "@/components/format";
import { notifyDone } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useArtifact } from "@/features/artifacts/api/artifacts";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { type Source, useStartBatch } from "../../api/jobs";
import { QUESTION, type Question } from "../../model/question";
import { QuestionFields } from "../use/QuestionFields";
import classes from "./Jobs.module.css";

type Kind = Source["kind"];
const ALL = "all";

/** What many predictions are made of: a snapshot, a folder of the platform's storage, or a video. */
export function BatchForm({ deployment }: { deployment: Deployment }) {
  const artifact = useArtifact(deployment.artifact.id);
  const snapshots = useSnapshots(deployment.project);
  const start = useStartBatch(deployment.id);
  const [kind, setKind] = useState<Kind>("snapshot");
  const [snapshot, setSnapshot] = useState<string | null>(null);
  const [split, setSplit] = useState(ALL);
  const [folder, setFolder] = useState("");
  const [video, setVideo] = useState<File | null>(null);
  const [every, setEvery] = useState(1);
  const [overlays, setOverlays] = useState(true);
  const [question, setQuestion] = useState<Question>(QUESTION);
  const [sent, setSent] = useState(0);
  const errors = formErrors(start.error);
  const chosen = snapshots.data?.find(({ id }) => id === snapshot) ?? snapshots.data?.[0];
  const source = sourceOf();
  const canStart = deployment.status === "ready" && source !== null;

  function sourceOf(): Source | null {
    if (kind === "snapshot") return chosen ? { kind, snapshot: chosen.id, split: split === ALL ? null : split } : null;
    if (kind === "folder") return folder.trim() === "" ? null : { kind, folder: folder.trim() };
    return video ? { kind, file: video, every } : null;
  }
  const submit = () => {
    if (!source) return;
    setSent(0);
    start.mutate({ source, question, overlays, onProgress: setSent }, { onSuccess: () => notifyDone("The job is queued; its progress shows below") });
  };
  return (
    <Panel title="New batch job">
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className={classes.source}>
          <SegmentedControl
            size="xs"
            aria-label="What is predicted"
            value={kind}
            onChange={(value) => {
              start.reset();
              setKind(value as Kind);
            }}
            data={[
              { value: "snapshot", label: "Snapshot" },
              { value: "video", label: "Video" },
              { value: "folder", label: "Folder" },
            ]}
          />
          {kind === "snapshot" &&
            (snapshots.data?.length === 0 ? (
              <Text size="sm" c="dimmed">
                There is no snapshot yet.{" "}
                <Link className="tess-link" to={`/projects/${deployment.project}/snapshots`}>
                  Make one
                </Link>{" "}
                to fix which images are predicted.
              </Text>
            ) : (
              <>
                <Select
                  size="xs"
                  label="Snapshot"
                  data={(snapshots.data ?? []).map(({ id, name, counts }) => ({ value: id, label: `${name} · ${count(counts.assets, "image")}` }))}
                  value={chosen?.id ?? null}
                  onChange={setSnapshot}
                  allowDeselect={false}
                  error={errors["snapshot"]}
                />
                <Select
                  size="xs"
                  label="Images"
                  data={[
                    { value: ALL, label: "All of them" },
                    ...(["train", "val", "test"] as const).flatMap((one) => (chosen && chosen.counts[one] > 0 ? [{ value: one, label: `${one}: ${count(chosen.counts[one], "image")}` }] : [])),
                  ]}
                  value={split}
                  onChange={(value) => setSplit(value ?? ALL)}
                  allowDeselect={false}
                  error={errors["split"]}
                />
              </>
            ))}
          {kind === "video" && (
            <>
              <FileDrop label="Video" accept="video/*" disabled={start.isPending} onFiles={([file]) => setVideo(file ?? null)}>
                <Text size="sm" fw={500}>
                  {video ? video.name : "Drop a video, or click to choose one"}
                </Text>
                {video && (
                  <Text size="xs" c="dimmed">
                    {bytes(video.size)}
                  </Text>
                )}
              </FileDrop>
              <NumberInput size="xs" maw={240} label="Predict every" suffix={every === 1 ? "st frame" : every === 2 ? "nd frame" : every === 3 ? "rd frame" : "th frame"} min={1} max={10_000} allowDecimal={false} value={every} onChange={(value) => setEvery(Number(value) || 1)} error={errors["every"]} />
              {errors["video"] !== undefined && (
                <Text size="xs" c="red">
                  {errors["video"]}
                </Text>
              )}
            </>
          )}
          {kind === "folder" && (
            <TextInput
              size="xs"
              label="Folder"
              description="A name below this workspace's folders in the platform's storage."
              inputWrapperOrder={["label", "input", "error", "description"]}
              placeholder="deliveries/november"
              value={folder}
              onChange={(event) => setFolder(event.currentTarget.value)}
              error={errors["folder"]}
            />
          )}
          <Switch
            size="sm"
            label={kind === "video" ? "Write a video with the masks drawn in" : "Write pictures with the masks drawn in"}
            description="The predictions themselves are always in the download, a JSON line each."
            checked={overlays}
            onChange={(event) => setOverlays(event.currentTarget.checked)}
          />
        </div>
        <QuestionFields question={question} onChange={(part) => setQuestion({ ...question, ...part })} labels={artifact.data?.classes ?? []} outputs={false} />
        <div style={{ gridColumn: "1 / -1" }}>
          <ProblemAlert error={start.error} doing="Starting the job" known={["snapshot", "split", "folder", "video", "every"]} />
          {start.isPending && kind === "video" && <Progress value={sent * 100} animated aria-label="Upload" mb="xs" />}
          <div className={classes.submit}>
            <Button type="submit" disabled={!canStart} loading={start.isPending}>
              Start job
            </Button>
            <Text size="sm" c="dimmed">
              {deployment.status === "ready" ? "It runs beside the requests and leaves room for them." : "The deployment has to be ready first."}
            </Text>
          </div>
        </div>
      </form>
    </Panel>
  );
}
