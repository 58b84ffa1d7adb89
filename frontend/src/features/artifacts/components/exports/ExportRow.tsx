import { ActionIcon, Badge, Button, Menu } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Artifact, ExportJob, ExportReport } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
import { bytes, compact, count, megabytes, milliseconds, percent } from "@/components/format";
import { IconAlert, IconCheck, IconDeploy, IconDownload, IconMore, IconSettings, IconTrash } from "@/components/icons";
import { Facts, type StatItem } from "@/components/Stat";
import { deleteExport, useDeployExport } from "../../api/exports";
import { exportTitle, lostText, qualityOf, reportOf, verificationText } from "../../model/exports";
import classes from "./Exports.module.css";

const DEPLOYABLE = new Set(["torch", "onnx", "openvino"]);

/** A finished export: what it is worth, whether it agrees with its model, and what can be done with it. */
export function ExportRow({ artifact, job }: { artifact: Artifact; job: ExportJob }) {
  const report = reportOf(job);
  const tried = report && verificationText(report);
  return (
    <li aria-label={exportTitle(job)}>
      <div className={classes.row}>
        <div className={classes.name}>
          <h3>{exportTitle(job)}</h3>
          <div className={classes.badges}>
            {report && (
              <Badge size="sm" variant="light" tt="none" color={report.agrees ? "teal" : "orange"} leftSection={report.agrees ? <IconCheck size={11} /> : <IconAlert size={11} />}>
                {report.agrees ? "agrees" : "disagrees"}
              </Badge>
            )}
            {tried && (
              <Badge size="sm" variant="light" tt="none" color={tried.passed ? (tried.clean ? "teal" : "gray") : "red"} title={tried.title}>
                {tried.passed ? (tried.clean ? "verified" : "verified, not clean") : "not verified"}
              </Badge>
            )}
          </div>
          <Ago time={job.created_at} />
        </div>
        {report && <Figures report={report} download={job.result?.["size"]} />}
        <Actions artifact={artifact} job={job} />
      </div>
      {report && !report.agrees && (
        <div className={classes.why} role="note">
          <strong>It disagrees with the model</strong>
          <ul>
            {report.why.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </div>
      )}
      {report && <Details report={report} />}
    </li>
  );
}

function Figures({ report, download }: { report: ExportReport; download: unknown }) {
  const quality = qualityOf(report);
  return (
    <dl className={classes.figures}>
      <div>
        <dt>{quality?.name ?? "Quality"}</dt>
        <dd>
          {quality ? percent(quality.value) : "–"}
          {quality && <small>{lostText(quality.lost)}</small>}
        </dd>
      </div>
      <div>
        <dt>Latency</dt>
        <dd>
          {milliseconds(report.latency.milliseconds)}
          <small>95 %: {milliseconds(report.latency.p95)}</small>
          {report.latency.busy > report.latency.threads && <small title={`Load ${report.latency.busy.toFixed(1)} before measuring`}>on a busy machine</small>}
        </dd>
      </div>
      <div>
        <dt>Memory</dt>
        <dd>{megabytes(report.memory_mb)}</dd>
      </div>
      <div>
        <dt>Size</dt>
        <dd>
          {bytes(report.size)}
          {typeof download === "number" && <small>download {bytes(download)}</small>}
        </dd>
      </div>
    </dl>
  );
}

function Details({ report }: { report: ExportReport }) {
  const kept = report.export?.kept_in_float ?? [];
  return (
    <details className={classes.details}>
      <summary>Parity, verification and how it was measured{kept.length > 0 && `; ${kept.length} layers kept in float`}</summary>
      <div className={classes.facts}>
        <Facts items={parityFacts(report)} />
        <Facts items={measureFacts(report)} />
      </div>
      {kept.length > 0 && (
        <>
          <div style={{ marginTop: 8 }}>Layers kept in float</div>
          <div className={classes.layers} tabIndex={0} role="region" aria-label="Layers kept in float">
            {kept.map((layer) => (
              <div key={layer}>{layer}</div>
            ))}
          </div>
        </>
      )}
    </details>
  );
}

function parityFacts({ logits, agreement, miou_against_model, lost_points, images, split }: ExportReport): StatItem[] {
  return [
    { label: "Largest difference of logits", value: logits ? compact(logits.largest) : "–" },
    { label: "Mean difference of logits", value: logits ? compact(logits.mean) : "–" },
    { label: "Equal pixels", value: percent(agreement, 2) },
    { label: "Mean IoU against the model", value: percent(miou_against_model, 2) },
    { label: "Quality", value: lost_points == null ? "–" : lostText(lost_points) },
    { label: "Compared on", value: `${images} ${split === "train" ? "training" : "validation"} images` },
  ];
}

function measureFacts(report: ExportReport): StatItem[] {
  const { latency, verification, export: made } = report;
  const tried = verificationText(report);
  return [
    { label: "Verification", value: tried ? `${tried.title}${verification?.detail ? `: ${verification.detail}` : ""}` : "Not tried" },
    { label: "Latency", value: `median of ${latency.runs} runs, ${latency.size.join(" × ")}, ${latency.device}, ${latency.threads} threads` },
    { label: "Load before measuring", value: latency.busy.toFixed(2) },
    { label: "Computes in", value: made?.precision ?? "–" },
    ...(made?.layers ? [{ label: "Layers in int8", value: `${made.layers.int8} of ${made.layers.all}` }] : []),
    ...(made?.calibration ? [{ label: "Calibrated on", value: `${made.calibration.images} training images` }] : []),
    ...(made?.budget
      ? [{ label: "Accuracy budget", value: `${made.budget.points} points, ${made.budget.held ? "held" : "not held"}: ${lostText(made.budget.lost)} after ${count(made.budget.tried, "try", "tries")}` }]
      : []),
  ];
}

function Actions({ artifact, job }: { artifact: Artifact; job: ExportJob }) {
  const queries = useQueryClient();
  const deploy = useDeployExport(artifact);
  const url = job.result?.["download_url"];
  const canDeploy = DEPLOYABLE.has(job.format);
  return (
    <div className={classes.actions}>
      {canDeploy && (
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconDeploy size={14} />}
          loading={deploy.isPending}
          aria-label={`Deploy ${exportTitle(job)}`}
          onClick={() => deploy.mutate({ export: job.id, quantization: job.quantization })}
        >
          Deploy this
        </Button>
      )}
      {typeof url === "string" && (
        <Button size="compact-sm" variant="default" component="a" href={url} download leftSection={<IconDownload size={14} />} aria-label={`Download ${exportTitle(job)}`}>
          Download
        </Button>
      )}
      <ConfirmButton
        title={`Delete ${exportTitle(job)}?`}
        confirm="Delete export"
        onConfirm={async () => {
          await deleteExport(artifact.id, job.id);
          await queries.invalidateQueries({ queryKey: ["artifact", artifact.id, "exports"] });
        }}
        trigger={(open) => (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={26} aria-label={`More for ${exportTitle(job)}`}>
                <IconMore size={14} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {canDeploy && (
                <Menu.Item leftSection={<IconSettings />} component={Link} to={`/projects/${artifact.project}/deployments?artifact=${artifact.id}&export=${job.id}`}>
                  Deploy with settings…
                </Menu.Item>
              )}
              <Menu.Item color="red" leftSection={<IconTrash />} onClick={open}>
                Delete export
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      >
        Its files and its measurements are gone then. The artifact stays, and it can be exported again.
      </ConfirmButton>
    </div>
  );
}
