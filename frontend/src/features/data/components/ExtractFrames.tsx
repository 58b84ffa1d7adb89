import { Button, Group, Modal, NumberInput, SegmentedControl, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { useCancelJob, useJob } from "@/api/jobs";
import type { Asset } from "@/api/types";
import { count, integer } from "@/components/format";
import { JobProgress } from "@/components/JobProgress";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useExtractFrames } from "../api/assets";
import { clock, framesIn } from "../model/media";

interface Props {
  asset: Asset;
  onClose: () => void;
}

/** Which frames of a video become images, and how far that is. */
export function ExtractFrames({ asset, onClose }: Props) {
  const last = Math.max(0, (asset.frames ?? 1) - 1);
  const fps = asset.fps ?? 25;
  const [unit, setUnit] = useState<"seconds" | "frames">("seconds");
  const [every, setEvery] = useState<number | string>(1);
  const [from, setFrom] = useState<number | string>(0);
  const [to, setTo] = useState<number | string>(last);
  const [jobId, setJobId] = useState<string | null>(null);
  const queries = useQueryClient();
  const extract = useExtractFrames(asset.id);
  const cancel = useCancelJob();
  const { data: job } = useJob(jobId);
  const wanted = { every: Number(every), unit, from: Number(from), to: Number(to) };
  const images = every === "" || from === "" || to === "" ? 0 : framesIn(wanted, fps);
  const status = job?.status;

  useEffect(() => {
    if (status !== "succeeded") return;
    void queries.invalidateQueries({ queryKey: ["assets", asset.project] });
    void queries.invalidateQueries({ queryKey: ["project", asset.project] });
  }, [status, queries, asset.project]);

  return (
    <Modal opened onClose={onClose} title="Take frames out as images">
      {job === undefined ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (images > 0) extract.mutate(wanted, { onSuccess: ({ id }) => setJobId(id) });
          }}
          noValidate
        >
          <Stack gap="sm">
            <Group gap="xs" align="flex-end" wrap="nowrap">
              <NumberInput
                label="One image every"
                min={unit === "frames" ? 1 : 0.001}
                step={unit === "frames" ? 1 : 0.5}
                allowDecimal={unit === "seconds"}
                allowNegative={false}
                value={every}
                onChange={setEvery}
                data-autofocus
                flex={1}
              />
              <SegmentedControl
                aria-label="Unit"
                value={unit}
                onChange={(value) => {
                  setUnit(value as "seconds" | "frames");
                  setEvery(value === "frames" ? Math.max(1, Math.round(Number(every) * fps)) : Number((Number(every) / fps).toFixed(3)) || 1);
                }}
                data={[
                  { value: "seconds", label: "seconds" },
                  { value: "frames", label: "frames" },
                ]}
              />
            </Group>
            <Group gap="xs" grow>
              <NumberInput label="From frame" min={0} max={last} allowDecimal={false} allowNegative={false} value={from} onChange={setFrom} />
              <NumberInput label="To frame" min={0} max={last} allowDecimal={false} allowNegative={false} value={to} onChange={setTo} />
            </Group>
            <Text size="sm" c="dimmed" aria-live="polite">
              {images === 0
                ? `Choose frames between 0 and ${integer(last)}.`
                : `About ${count(images, "image")} from ${clock(Number(from) / fps)} to ${clock((Number(to) + 1) / fps)}. Frames taken out before are not made twice.`}
            </Text>
            <ProblemAlert error={extract.error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={extract.isPending} disabled={images === 0}>
                Take frames out
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack gap="sm">
          <JobProgress job={job} label={`Frames of ${asset.name}`} onCancel={() => cancel.mutate(job.id)} />
          {status === "succeeded" && <Text size="sm">{told(job.result)}</Text>}
          {status === "cancelled" && <Text size="sm">Cancelled. The images made so far stay.</Text>}
          <Group justify="flex-end" gap="xs">
            {status === "succeeded" && (
              <Button component={Link} to={`/projects/${asset.project}/data?video=${asset.id}`} variant="default">
                Show the images
              </Button>
            )}
            <Button onClick={onClose}>{status === "queued" || status === "running" ? "Go on in the background" : "Done"}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function told(result: Record<string, unknown> | null): string {
  const number = (name: string) => Number(result?.[name] ?? 0);
  const parts = [`${count(number("created"), "image")} made`];
  if (number("skipped") > 0) parts.push(`${integer(number("skipped"))} there before`);
  if (number("duplicates") > 0) parts.push(`${integer(number("duplicates"))} the same as another image`);
  return `${parts.join(", ")}.`;
}
