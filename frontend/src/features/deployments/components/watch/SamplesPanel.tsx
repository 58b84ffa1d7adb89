import { Button, NumberInput, Switch, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { formErrors } from "@/api/problem";
import type { Deployment, Sampling } from "@/api/types";
import { Ago } from "@/components/Ago";
import { thumbnailUrl } from "@/components/assetUrls";
import { EmptyState } from "@/components/EmptyState";
import { percent } from "@/components/format";
import { IconImages } from "@/components/icons";
import { MiddleCut } from "@/components/MiddleCut";
import { notifyDone } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { QueryView } from "@/components/QueryView";
import { useChangeDeployment } from "../../api/deployments";
import { useSamples } from "../../api/traffic";
import classes from "./Watch.module.css";

const FIRST: Sampling = { percent: 1, per_day: 50, below: null };

/** Requests that become unlabelled images of the project: the way back to labelling. */
export function SamplesPanel({ deployment }: { deployment: Deployment }) {
  return (
    <>
      <SamplingForm key={JSON.stringify(deployment.sampling)} deployment={deployment} />
      <div className={classes.gap}>
        <Samples deployment={deployment} />
      </div>
    </>
  );
}

function SamplingForm({ deployment }: { deployment: Deployment }) {
  const [sampling, setSampling] = useState(deployment.sampling);
  const change = useChangeDeployment(deployment.id);
  const errors = formErrors(change.error);
  const set = (part: Partial<Sampling>) => setSampling({ ...(sampling ?? FIRST), ...part });
  const isSame = JSON.stringify(sampling) === JSON.stringify(deployment.sampling);
  return (
    <Panel title="Sampling">
      <Switch
        size="sm"
        label="Keep some of the requests"
        description="They become unlabelled images of this project, with what the model said of them. Programs that call the endpoint notice nothing."
        checked={sampling !== null}
        onChange={(event) => setSampling(event.currentTarget.checked ? FIRST : null)}
      />
      {sampling && (
        <div className={classes.sampling}>
          <NumberInput size="xs" label="Of the requests" suffix=" %" min={0} max={100} decimalScale={2} value={sampling.percent} onChange={(value) => set({ percent: Number(value) })} error={errors["sampling.percent"]} />
          <NumberInput size="xs" label="At most a day" suffix=" images" min={1} allowDecimal={false} value={sampling.per_day} onChange={(value) => set({ per_day: Number(value) })} error={errors["sampling.per_day"]} />
          <NumberInput
            size="xs"
            label="Only where it is less sure than"
            placeholder="any"
            suffix=" %"
            min={0}
            max={100}
            value={sampling.below === null ? "" : Math.round(sampling.below * 1000) / 10}
            onChange={(value) => set({ below: value === "" ? null : Number(value) / 100 })}
            error={errors["sampling.below"]}
          />
        </div>
      )}
      <ProblemAlert error={change.error} doing="Saving" known={["sampling"]} />
      <div className={classes.save}>
        <Button size="xs" disabled={isSame} loading={change.isPending} onClick={() => change.mutate({ sampling }, { onSuccess: () => notifyDone(sampling ? "Requests are sampled" : "Sampling is off") })}>
          Save
        </Button>
        {!isSame && (
          <Text size="xs" c="dimmed">
            Not saved yet.
          </Text>
        )}
      </div>
    </Panel>
  );
}

function Samples({ deployment }: { deployment: Deployment }) {
  const samples = useSamples(deployment.id);
  return (
    <Panel title="Samples">
      <QueryView query={samples}>
        {({ pages }) => {
          const list = pages.flatMap(({ results }) => results);
          if (list.length === 0) {
            return (
              <EmptyState icon={<IconImages size={34} />} title="No samples yet">
                {deployment.sampling
                  ? "The next requests that fit the settings above show here, and among the project's images."
                  : "Switch sampling on, and images that programs send come back here to be looked at and labelled."}
              </EmptyState>
            );
          }
          return (
            <>
              <ul className={classes.samples} aria-label="Samples">
                {list.map(({ asset, asset_name, score, version, created_at }) => (
                  <li key={asset}>
                    <Link to={`/projects/${deployment.project}/data/${asset}`}>
                      <img src={thumbnailUrl(asset)} alt="" loading="lazy" />
                      <strong>
                        <MiddleCut text={asset_name} />
                      </strong>
                      <small>
                        {score === null ? "found nothing" : `least sure ${percent(score, 0)}`} · v{version}
                      </small>
                      <small>
                        <Ago time={created_at} />
                      </small>
                    </Link>
                  </li>
                ))}
              </ul>
              {samples.hasNextPage && (
                <div className={classes.more}>
                  <Button size="xs" variant="default" loading={samples.isFetchingNextPage} onClick={() => void samples.fetchNextPage()}>
                    Show more
                  </Button>
                </div>
              )}
            </>
          );
        }}
      </QueryView>
    </Panel>
  );
}
