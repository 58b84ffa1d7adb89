import { Badge, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Artifact, Split } from "@/api/types";
import { thumbnailUrl } from "@/components/assetUrls";
import { EmptyState } from "@/components/EmptyState";
import { count } from "@/components/format";
import { IconCheck } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { SPLIT_NAMES } from "@/features/data/model/chips";
import type { Slices } from "../../api/slices";
import classes from "./Slices.module.css";

/** Images that were trained on and judged by: they make a model look better than it is. */
export function Leaks({ artifact, leaks: { groups, results }, split }: { artifact: Artifact; leaks: Slices["leaks"]; split: Split }) {
  return (
    <Panel title="Near duplicates across splits">
      {groups === 0 ? (
        <EmptyState icon={split === "train" ? undefined : <IconCheck size={34} />} title={split === "train" ? "Not looked for here" : "None found"}>
          {split === "train"
            ? "These images are those that were trained on: choose another split to see which of its images resemble one of them."
            : "No image that is judged by resembles one that was trained on."}
        </EmptyState>
      ) : (
        <>
          <Text size="sm" mb={8}>
            <b>{count(groups, "group")}</b> of images resemble each other, and were trained on as well as judged by. The numbers look better than the model is: put each group into one split, make a new snapshot and train on that.
          </Text>
          <ul className={classes.leaks}>
            {results.map(({ assets }) => (
              <li key={assets.map(({ id }) => id).join()}>
                {assets.map(({ id, name, split: where }) => (
                  <Link key={id} to={`/projects/${artifact.project}/data/${id}`} title={name}>
                    <img src={thumbnailUrl(id, 160)} alt={name} loading="lazy" />
                    <Badge size="xs" variant="light" tt="none" color={where === "train" ? "gray" : "orange"}>
                      {SPLIT_NAMES[where]}
                    </Badge>
                  </Link>
                ))}
              </li>
            ))}
          </ul>
          {results.length < groups && (
            <Text size="xs" c="dimmed" mt={6}>
              {count(groups - results.length, "more group")}: see <Link className="tess-link" to={`/projects/${artifact.project}/data/statistics`}>the statistics of the data</Link>.
            </Text>
          )}
        </>
      )}
    </Panel>
  );
}
