import { Button, Group, Modal, NumberInput, SegmentedControl, Stack, Text } from "@mantine/core";
import { useEffect, useEffectEvent, useState } from "react";
import { useCancelJob, useJob } from "@/api/jobs";
import type { Asset } from "@/api/types";
import { count as counted } from "@/components/format";
import { JobProgress } from "@/components/JobProgress";
import { ProblemAlert } from "@/components/ProblemAlert";
import { type Trail, trailsOf, usePropagate } from "../../api/propagate";
import type { SaveStatus } from "../../model/sync/types";
import { placeAt } from "../../model/video/tracks";
import { type ClassLook, UNKNOWN } from "../../model/view/looks";
import type { Video } from "./useVideo";

interface Props {
  opened: boolean;
  onClose: () => void;
  asset: Asset;
  video: Video;
  looks: ReadonlyMap<string, ClassLook>;
  status: SaveStatus;
}

/** How far one goes at first: long enough to be worth it, short enough to look at. */
const SECONDS = 3;
const MOST_FRAMES = 2000;
const MOST_OBJECTS = 50;

/** Follows the selected objects from the frame on the screen on, by how its pixels move. */
export function PropagateDialog({ opened, onClose, asset, video, looks, status }: Props) {
  const { snapshot, store, film, count } = video;
  const { document, selection } = snapshot;
  const from = document.frame;
  const [jobId, setJobId] = useState<string | null>(null);
  const propagate = usePropagate(asset.id);
  const cancel = useCancelJob();
  const { data: job } = useJob(jobId);
  const ids = [...selection].flatMap((id) => {
    const track = document.tracks.get(id);
    return (track && placeAt(track, from)?.from.id) ?? [];
  });
  const nameOf = (track: string) => {
    const label = document.tracks.get(track)?.keys[0]?.class;
    const number = [...document.tracks.keys()].indexOf(track) + 1;
    return `${(label === undefined ? UNKNOWN : (looks.get(label) ?? UNKNOWN)).name} ${number}`;
  };
  const state = job?.status;
  const isRunning = state === "queued" || state === "running";
  const finished = useEffectEvent(() => {
    if (opened) return;
    // Whoever went on working hears of it all the same.
    for (const trail of trailsOf(job?.result ?? null)) store.tell(`${nameOf(trail.track)}: ${told(trail)}`);
    if (state === "failed") store.tell(`Following failed: ${job?.error?.detail ?? job?.error?.title ?? "unknown reason"}`);
  });
  useEffect(() => {
    if (state === "succeeded" || state === "failed") finished();
  }, [state]);
  const close = () => {
    if (!isRunning) setJobId(null);
    propagate.reset();
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={`Follow ${ids.length > 1 ? `${ids.length} objects` : "the object"} through the video`} size={480}>
      {job === undefined ? (
        <Form
          key={from}
          from={from}
          count={count}
          fps={asset.fps ?? 25}
          why={reasonAgainst(ids.length, status)}
          pending={propagate.isPending}
          error={propagate.error}
          onCancel={close}
          onStart={(to) => propagate.mutate({ ids, from, to }, { onSuccess: ({ id }) => setJobId(id) })}
        />
      ) : (
        <Stack gap="sm">
          <JobProgress job={job} label="Following" onCancel={() => cancel.mutate(job.id)} />
          {state === "cancelled" && <Text size="sm">Cancelled. Nothing was changed.</Text>}
          {trailsOf(job.result).map((trail) => (
            <Group key={trail.track} justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm">
                <b>{nameOf(trail.track)}</b>: {told(trail)}
              </Text>
              <Group gap={4} wrap="nowrap" style={{ flexShrink: 0 }}>
                {trail.keyframes > 0 && !snapshot.locked && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() => {
                      store.removeMachineKeys(trail.track, from, trail.reached);
                      close();
                    }}
                  >
                    Take back
                  </Button>
                )}
                {trail.reason !== "done" && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() => {
                      store.select([trail.track]);
                      film.seek(trail.reached);
                      close();
                    }}
                  >
                    Go there
                  </Button>
                )}
              </Group>
            </Group>
          ))}
          <Group justify="flex-end" gap="xs">
            {!isRunning && (
              <Button variant="default" onClick={() => setJobId(null)}>
                Follow again
              </Button>
            )}
            <Button onClick={close}>{isRunning ? "Go on in the background" : "Done"}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function reasonAgainst(objects: number, { state }: SaveStatus): string | null {
  if (objects === 0) return "The selected object is not seen on this frame: go to one where it is.";
  if (objects > MOST_OBJECTS) return `At most ${MOST_OBJECTS} objects are followed at once. Select fewer.`;
  return state === "saved" ? null : "Your last changes are still being saved. This goes on as soon as they are.";
}

interface FormProps {
  from: number;
  count: number;
  fps: number;
  /** Why it cannot begin just now. */
  why: string | null;
  pending: boolean;
  error: Error | null;
  onCancel: () => void;
  onStart: (to: number) => void;
}

function Form({ from, count, fps, why, pending, error, onCancel, onStart }: FormProps) {
  const reach = Math.round(fps * SECONDS);
  const [way, setWay] = useState<"on" | "back">(from < count - 1 ? "on" : "back");
  const [least, most] = way === "on" ? [from + 1, Math.min(count - 1, from + MOST_FRAMES)] : [Math.max(0, from - MOST_FRAMES), from - 1];
  const [typed, setTo] = useState<number | string>("");
  const to = typed === "" ? Math.min(most, Math.max(least, way === "on" ? from + reach : from - reach)) : Number(typed);
  const isSound = Number.isInteger(to) && to >= least && to <= most;
  const turn = (next: string) => {
    setWay(next === "back" ? "back" : "on");
    setTo("");
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isSound && why === null) onStart(to);
      }}
    >
      <Stack gap="sm">
        <SegmentedControl
          fullWidth
          aria-label="Direction"
          value={way}
          onChange={turn}
          data={[
            { value: "back", label: "Backwards", disabled: from === 0 },
            { value: "on", label: "Forwards", disabled: from >= count - 1 },
          ]}
        />
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <NumberInput
            label={`From frame ${from} to frame`}
            min={least}
            max={most}
            allowDecimal={false}
            allowNegative={false}
            clampBehavior="none"
            value={to}
            onChange={setTo}
            error={isSound ? undefined : `A frame from ${least} to ${most}`}
            data-autofocus
            flex={1}
          />
          <Button variant="default" onClick={() => setTo(way === "on" ? most : least)}>
            {way === "on" ? (most === count - 1 ? "To the end" : `${MOST_FRAMES} frames`) : least === 0 ? "To the beginning" : `${MOST_FRAMES} frames`}
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          It goes along with the pixels and writes keyframes, up to your own next keyframe or to where the object is lost. What you drew is never replaced.
        </Text>
        {why !== null && (
          <Text size="sm" role="status">
            {why}
          </Text>
        )}
        <ProblemAlert error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={pending} disabled={!isSound || why !== null}>
            Follow
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function told({ reached, keyframes, reason }: Trail): string {
  const made = `followed to frame ${reached}, ${counted(keyframes, "keyframe")}`;
  switch (reason) {
    case "lost":
      return keyframes === 0 ? "lost at once: too little of it can be told from its surroundings." : `${made}; it was lost there.`;
    case "left":
      return `${made}; it left the picture.`;
    case "keyframe":
      return `${made}; a keyframe of a person comes next.`;
    case "done":
      return `${made}.`;
  }
}
