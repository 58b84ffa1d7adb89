import { Button, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { isActive, useCancelJob, useJob } from "@/api/jobs";
import type { Artifact, ExportJob } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { IconCompare, IconPlus } from "@/components/icons";
import { JobProgress } from "@/components/JobProgress";
import { notifyProblem } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { QueryView, RowsSkeleton } from "@/components/QueryView";
import { useShortcut } from "@/components/shortcuts";
import { useExportOptions, useExports, useStartExport } from "../../api/exports";
import { exportTitle, unmended, usualSet } from "../../model/exports";
import { TradeoffPanel } from "../tradeoffs/TradeoffPanel";
import { ExportForm } from "./ExportForm";
import { ExportRow } from "./ExportRow";
import classes from "./Exports.module.css";

const FAILED_SHOWN = 3;

/** Everything about the artifact as files: what there is, how it compares, and what else can be made. */
export function ExportsTab({ artifact }: { artifact: Artifact }) {
  const exports = useExports(artifact.id);
  const done = exports.data?.filter(({ status }) => status === "succeeded") ?? [];
  return (
    <Stack gap={14}>
      {done.length > 0 && <TradeoffPanel artifact={artifact} />}
      <QueryView query={exports} skeleton={<RowsSkeleton rows={3} height={64} />}>
        {(jobs) => <Exports artifact={artifact} jobs={jobs} />}
      </QueryView>
    </Stack>
  );
}

function Exports({ artifact, jobs }: { artifact: Artifact; jobs: readonly ExportJob[] }) {
  const active = jobs.filter(isActive);
  const done = jobs.filter(({ status }) => status === "succeeded");
  const failed = unmended(jobs).slice(0, FAILED_SHOWN);
  if (jobs.length === 0) return <Nothing artifact={artifact} />;
  return (
    <>
      {(active.length > 0 || failed.length > 0) && (
        <Panel title={active.length > 0 ? "Being made" : "Not made"} actions={done.length === 0 && <NewExport artifact={artifact} />}>
          <Stack gap="sm">
            {active.map((job) => (
              <Running key={job.id} artifact={artifact} job={job} />
            ))}
            {failed.map((job) => (
              <JobProgress key={job.id} job={job} label={exportTitle(job)} />
            ))}
          </Stack>
        </Panel>
      )}
      {done.length > 0 && (
        <Panel title="Exports" flush actions={<NewExport artifact={artifact} />}>
          <ul className={classes.rows} aria-label="Exports">
            {done.map((job) => (
              <ExportRow key={job.id} artifact={artifact} job={job} />
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function Running({ artifact, job }: { artifact: Artifact; job: ExportJob }) {
  const live = useJob(job.id);
  const cancel = useCancelJob();
  const queries = useQueryClient();
  const status = live.data?.status ?? job.status;
  useEffect(() => {
    if (!isActive({ status })) void queries.invalidateQueries({ queryKey: ["artifact", artifact.id, "exports"] });
  }, [status, artifact.id, queries]);
  return (
    <JobProgress
      job={live.data ?? job}
      label={exportTitle(job)}
      onCancel={() => cancel.mutate(job.id, { onError: (error) => notifyProblem("Cancelling", error) })}
    />
  );
}

function Form({ artifact, onDone }: { artifact: Artifact; onDone?: () => void }) {
  const options = useExportOptions(artifact.id);
  return (
    <QueryView query={options} skeleton={<RowsSkeleton rows={4} height={60} />}>
      {(offered) => <ExportForm artifact={artifact} options={offered} {...(onDone ? { onDone } : {})} />}
    </QueryView>
  );
}

function NewExport({ artifact }: { artifact: Artifact }) {
  const [opened, { open, close }] = useDisclosure(false);
  useShortcut("n", "New export", open);
  return (
    <>
      <Button size="compact-sm" leftSection={<IconPlus size={14} />} onClick={open}>
        New export
      </Button>
      <Modal opened={opened} onClose={close} title="New export" size="56rem">
        <Form artifact={artifact} onDone={close} />
      </Modal>
    </>
  );
}

/** Nothing to compare yet: the usual exports are one click away, any other one a few. */
function Nothing({ artifact }: { artifact: Artifact }) {
  const options = useExportOptions(artifact.id);
  const start = useStartExport(artifact.id);
  const usual = options.data ? usualSet(options.data, []) : [];
  const startAll = async () => {
    for (const one of usual) await start.mutateAsync(one);
  };
  return (
    <>
      <Panel>
        <EmptyState
          icon={<IconCompare size={34} />}
          title="Nothing to compare yet"
          action={
            usual.length > 0 && (
              <Button loading={start.isPending} onClick={() => void startAll().catch((error: unknown) => notifyProblem("Exporting", error))}>
                Export the usual {usual.length}
              </Button>
            )
          }
        >
          An export is the model as files for a runtime. Each is measured on this machine: quality, latency, size and memory. With several, a chart shows
          which is the best trade.
          {usual.length > 0 && (
            <Text size="xs" mt={6} component="span" display="block">
              {usual.map((one) => exportTitle({ ...one, pruning: 0 })).join(" · ")}
            </Text>
          )}
        </EmptyState>
      </Panel>
      <Panel title="Or choose one">
        <Form artifact={artifact} />
      </Panel>
    </>
  );
}
