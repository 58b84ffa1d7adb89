import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { ProblemError } from "@/api/problem";
import type { Artifact } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import type { Choice } from "../../model/choice";
import { ChoiceBar } from "./ChoiceBar";
import classes from "./Evaluation.module.css";
import { Missing } from "./Missing";

interface QueryLike<T> {
  data: T | undefined;
  error: unknown;
  isPlaceholderData: boolean;
  refetch: () => unknown;
}

interface Props<T> {
  artifact: Artifact;
  choice: Choice;
  query: QueryLike<T>;
  /** What is shown can be narrowed to some of the images. */
  filterable?: boolean;
  children: (data: T) => ReactNode;
}

/** Something of the chosen evaluation, below the bar that chooses it; where there is no evaluation, the way to make it. */
export function Chosen<T>({ artifact, choice, query, filterable = true, children }: Props<T>) {
  const { data, error, isPlaceholderData } = query;
  const isMissing = error instanceof ProblemError && (error.status === 404 || error.status === 409);
  return (
    <>
      <ChoiceBar artifact={artifact} filterable={filterable} />
      {isMissing ? (
        <Missing key={`${choice.snapshot ?? ""} ${choice.split}`} artifact={artifact} choice={choice} />
      ) : error != null ? (
        <ProblemAlert error={error} doing="Loading the evaluation" onRetry={() => void query.refetch()} />
      ) : data === undefined ? (
        <Skeleton height={420} />
      ) : (
        <div className={isPlaceholderData ? classes.faded : undefined} aria-busy={isPlaceholderData || undefined}>
          {children(data)}
        </div>
      )}
    </>
  );
}
