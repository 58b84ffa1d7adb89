import { Button, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { ProblemError } from "@/api/problem";
import type { Artifact } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { IconSearch } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { NO_FILTERS } from "@/features/data/model/filters";
import { type Evaluation, useEvaluation } from "../../api/evaluation";
import { type Choice, isFiltered } from "../../model/choice";
import { ChoiceBar } from "./ChoiceBar";
import classes from "./Evaluation.module.css";
import { Missing } from "./Missing";
import { useChoice } from "./useChoice";

interface Props {
  artifact: Artifact;
  children: (evaluation: Evaluation, choice: Choice) => ReactNode;
}

/** What is shown of the chosen evaluation, below the bar that chooses it; where there is none, the way to make it. */
export function Evaluated({ artifact, children }: Props) {
  const [choice, change] = useChoice();
  const evaluation = useEvaluation(artifact.id, choice);
  const { data, error } = evaluation;
  const isMissing = error instanceof ProblemError && (error.status === 404 || error.status === 409);
  return (
    <>
      <ChoiceBar artifact={artifact} filterable />
      {isMissing ? (
        <Missing key={`${choice.snapshot ?? ""} ${choice.split}`} artifact={artifact} choice={choice} />
      ) : error !== null ? (
        <ProblemAlert error={error} doing="Loading the evaluation" onRetry={() => void evaluation.refetch()} />
      ) : data === undefined ? (
        <Skeleton height={420} />
      ) : data.images === 0 && isFiltered(choice) ? (
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
      ) : (
        <div className={evaluation.isPlaceholderData ? classes.faded : undefined} aria-busy={evaluation.isPlaceholderData || undefined}>
          {children(data, choice)}
        </div>
      )}
    </>
  );
}
