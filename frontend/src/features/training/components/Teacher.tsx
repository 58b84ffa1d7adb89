import { Alert, Select } from "@mantine/core";
import { Link } from "react-router";
import { percent } from "@/components/format";
import { IconInfo } from "@/components/icons";
import { useArtifacts } from "@/features/artifacts/api/artifacts";
import { useArtifactTitles } from "@/features/artifacts/api/titles";
import { bestFirst, mainMetric } from "@/features/artifacts/model/titles";
import { errorAt } from "../model/errors";
import { useBuilder } from "./builder";
import { Field } from "./Field";

const KIND = "artifact:";

/** The artifact that the model learns from beside the labels; asked for where there is distillation. */
export function Teacher() {
  const { projectId, form, errors, setSpec } = useBuilder();
  const artifacts = useArtifacts(projectId);
  const title = useArtifactTitles(projectId);
  const { teacher } = form.spec;
  if (artifacts.data?.length === 0) {
    return (
      <div data-field="teacher">
        <Alert icon={<IconInfo />} variant="light">
          There is no artifact to learn from yet: train a larger model first, or set distillation to 0.{" "}
          <Link className="tess-link" to={`/projects/${projectId}/artifacts`}>
            Artifacts
          </Link>
        </Alert>
      </div>
    );
  }
  return (
    <Field path="teacher" label="Teacher" changed={teacher !== null} fallback="none" onReset={() => setSpec({ teacher: null })}>
      <Select
        size="xs"
        label="Teacher"
        description="A model of this project with the same classes, best a larger one. It is only needed while this one trains."
        inputWrapperOrder={["label", "input", "error", "description"]}
        placeholder={artifacts.isPending ? "Loading" : "Choose an artifact"}
        searchable
        data={bestFirst(artifacts.data ?? []).map((artifact) => {
          const metric = mainMetric(artifact.metrics);
          const parts = [title(artifact), `${artifact.architecture} ${artifact.variant}`, metric === null ? "not measured" : `${metric.name} ${percent(metric.value)}`];
          return { value: artifact.id, label: parts.join(" · ") };
        })}
        value={teacher === null ? null : teacher.slice(KIND.length)}
        onChange={(id) => setSpec({ teacher: id === null ? null : `${KIND}${id}` })}
        error={errorAt(errors, "teacher")}
      />
    </Field>
  );
}
