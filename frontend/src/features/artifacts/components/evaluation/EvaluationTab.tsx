import type { Artifact } from "@/api/types";
import { Panel } from "@/components/Panel";
import { ClassTable } from "./ClassTable";
import { Confused } from "./Confused";
import { Evaluated } from "./Evaluated";
import classes from "./Evaluation.module.css";
import { Headline } from "./Headline";
import { Reliability } from "./Reliability";

/** How good the artifact is: on a split of any snapshot, on all its images or some. */
export function EvaluationTab({ artifact }: { artifact: Artifact }) {
  return (
    <Evaluated artifact={artifact}>
      {(evaluation, choice) => (
        <>
          <Headline evaluation={evaluation} />
          <div className={classes.lower}>
            <Panel title="By class" flush>
              <ClassTable artifact={artifact} evaluation={evaluation} choice={choice} />
            </Panel>
            <div className={classes.column}>
              <Reliability calibration={evaluation.calibration} />
              <Confused evaluation={evaluation} />
            </div>
          </div>
        </>
      )}
    </Evaluated>
  );
}
