import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { Artifact } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { IconSearch } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { NO_FILTERS } from "@/features/data/model/filters";
import { type Evaluation, useEvaluation } from "../../api/evaluation";
import { type Choice, isFiltered } from "../../model/choice";
import { Chosen } from "./Chosen";
import { useChoice } from "./useChoice";

interface Props {
  artifact: Artifact;
  children: (evaluation: Evaluation, choice: Choice) => ReactNode;
}

/** The numbers of the chosen evaluation's images; where filters leave none, the way back. */
export function Evaluated({ artifact, children }: Props) {
  const [choice, change] = useChoice();
  const evaluation = useEvaluation(artifact.id, choice);
  return (
    <Chosen artifact={artifact} choice={choice} query={evaluation}>
      {(data) =>
        data.images > 0 || !isFiltered(choice) ? (
          children(data, choice)
        ) : (
          <Panel>
            <EmptyState
              icon={<IconSearch size={34} />}
              title="No evaluated image passes these filters"
              action={
                <Button variant="default" onClick={() => change({ filters: NO_FILTERS })}>
                  Clear the filters
                </Button>
              }
            >
              Filters look at the images as they are now: their tags, classes and names.
            </EmptyState>
          </Panel>
        )
      }
    </Chosen>
  );
}
