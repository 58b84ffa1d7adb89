import { Button, Group, Modal, SegmentedControl, Select, Slider, Stack, Switch, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { useCancelJob, useJob } from "@/api/jobs";
import type { Asset } from "@/api/types";
import { count, integer } from "@/components/format";
import { IconWand } from "@/components/icons";
import { JobProgress } from "@/components/JobProgress";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useDeployments } from "@/features/deployments/api/deployments";
import { usePrelabel } from "@/features/proposals/api/proposals";

interface Props {
  projectId: string;
  assets: readonly Asset[];
  onDone: () => void;
}

/** Has a deployed model propose shapes for the selected images. */
export function PrelabelButton({ projectId, assets, onDone }: Props) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button size="xs" variant="default" leftSection={<IconWand size={14} />} onClick={open}>
        Pre-label
      </Button>
      {opened && (
        <PrelabelDialog
          projectId={projectId}
          assets={assets}
          onClose={(started) => {
            close();
            if (started) onDone();
          }}
        />
      )}
    </>
  );
}

function PrelabelDialog({ projectId, assets, onClose }: Omit<Props, "onDone"> & { onClose: (started: boolean) => void }) {
  const deployments = useDeployments(projectId);
  const prelabel = usePrelabel(projectId);
  const cancel = useCancelJob();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const [threshold, setThreshold] = useState(0.5);
  const [drawn, setDrawn] = useState(false);
  const [every, setEvery] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const { data: job } = useJob(jobId);
  const status = job?.status;
  const ready = (deployments.data ?? []).filter(({ status: state }) => state === "ready");
  const deployment = chosen ?? ready[0]?.id ?? null;
  const free = assets.filter(({ annotation_count }) => annotation_count === 0).length;
  const total = drawn ? assets.length : free;

  useEffect(() => {
    if (status !== "succeeded") return;
    void queries.invalidateQueries({ queryKey: ["assets", projectId] });
  }, [status, queries, projectId]);

  const start = () => {
    if (deployment === null) return;
    prelabel.mutate(
      { deployment, threshold, only_unannotated: !drawn, ...(every ? {} : { assets: assets.map(({ id }) => id) }) },
      { onSuccess: ({ id }) => setJobId(id) },
    );
  };
  return (
    <Modal opened onClose={() => onClose(jobId !== null)} title="Pre-label images">
      {job !== undefined ? (
        <Stack gap="sm">
          <JobProgress job={job} label="Proposing shapes" onCancel={() => cancel.mutate(job.id)} />
          {status === "succeeded" && <Text size="sm">{told(job.result)}</Text>}
          <Group justify="flex-end" gap="xs">
            {status === "succeeded" && (
              <Button component={Link} to={`/projects/${projectId}/data?proposals=true&order=-uncertainty`} variant="default" onClick={() => onClose(true)}>
                Show the images
              </Button>
            )}
            <Button onClick={() => onClose(true)}>{status === "queued" || status === "running" ? "Go on in the background" : "Done"}</Button>
          </Group>
        </Stack>
      ) : deployments.data && ready.length === 0 ? (
        <Stack gap="sm">
          <Text size="sm">
            A model has to be deployed and ready before it can propose anything. Train one, then deploy its artifact.
          </Text>
          <Group justify="flex-end">
            <Button component={Link} to={`/projects/${projectId}/deployments`}>
              To the deployments
            </Button>
          </Group>
        </Stack>
      ) : (
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            What the model sees becomes proposals: dashed in the annotator, until you accept, change or reject them.
          </Text>
          <SegmentedControl
            aria-label="Which images"
            value={every ? "every" : "selected"}
            onChange={(value) => setEvery(value === "every")}
            data={[
              { value: "selected", label: `The ${integer(assets.length)} selected` },
              { value: "every", label: "The whole project" },
            ]}
          />
          <Select
            label="Model"
            data={ready.map(({ id, name }) => ({ value: id, label: name }))}
            value={deployment}
            onChange={setChosen}
            allowDeselect={false}
            disabled={!deployments.data}
            data-autofocus
          />
          <div>
            <Group justify="space-between" mb={6}>
              <Text size="sm" fw={500} id="prelabel-score">
                Score at least
              </Text>
              <Text size="sm">{Math.round(threshold * 100)} %</Text>
            </Group>
            <Slider min={0} max={1} step={0.05} label={null} value={threshold} onChange={setThreshold} thumbProps={{ "aria-labelledby": "prelabel-score" }} />
          </div>
          <Switch
            checked={drawn}
            onChange={(event) => setDrawn(event.currentTarget.checked)}
            label="Also images that have annotations"
            description={`${every ? "" : `${integer(assets.length - free)} of ${integer(assets.length)} have some; `}what people drew stays as it is`}
          />
          <ProblemAlert error={prelabel.error ?? deployments.error} doing={prelabel.error ? "Starting" : "Loading the deployments"} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => onClose(false)}>
              Cancel
            </Button>
            <Button onClick={start} loading={prelabel.isPending} disabled={deployment === null || (!every && total === 0)}>
              Pre-label {every ? "the project" : count(total, "image")}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function told(result: Record<string, unknown> | null): string {
  const number = (name: string) => Number(result?.[name] ?? 0);
  const unknown = (result?.["unknown_classes"] as { name: string }[] | undefined) ?? [];
  const parts = [`${count(number("proposals"), "proposal")} on ${count(number("proposed_on"), "image")}.`];
  if (number("skips") > 0) parts.push(`${count(number("skips"), "image")} skipped.`);
  if (number("failures") > 0) parts.push(`${count(number("failures"), "image")} could not be looked at.`);
  if (unknown.length > 0) parts.push(`Classes this project lacks: ${unknown.map(({ name }) => name).join(", ")}.`);
  return parts.join(" ");
}
