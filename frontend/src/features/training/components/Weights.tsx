import { Alert, Radio, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { Link } from "react-router";
import { dateTime, percent } from "@/components/format";
import { IconInfo } from "@/components/icons";
import { useStartingPoints } from "../api/training";
import { errorAt } from "../model/errors";
import { hasPublished } from "../model/form";
import { joinHub, splitHub, splitWeights, type WeightKind } from "../model/wording";
import { useBuilder } from "./builder";
import { WeightFiles } from "./WeightFiles";

/** Where the weights come from that the training starts with. */
export function Weights() {
  const { architecture, form, errors, setSpec } = useBuilder();
  const { kind, rest } = splitWeights(form.spec.weights);
  const error = errorAt(errors, "weights");
  const published = hasPublished(architecture, form.spec.variant);
  const choose = (next: string) => setSpec({ weights: next === "pretrained" || next === "scratch" ? next : `${next}:` });
  const kinds: { value: WeightKind; label: string; help: string; disabled?: boolean }[] = [
    {
      value: "pretrained",
      label: "Pretrained",
      help: published ? "The published weights: fewer images and steps are enough." : "None are published for this variant.",
      disabled: !published,
    },
    { value: "scratch", label: "From scratch", help: "Drawn at random; wants more images and steps." },
    { value: "artifact", label: "Earlier artifact", help: "Goes on from a model of this project." },
    { value: "file", label: "Weight file", help: "A .safetensors file of yours." },
    { value: "hub", label: "Model hub", help: "An id and, if you like, its revision." },
  ];
  return (
    <Stack gap="sm" data-field="weights">
      <Radio.Group aria-label="Starting weights" value={kind} onChange={choose} error={kind === "pretrained" || kind === "scratch" ? error : undefined}>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md" verticalSpacing="sm">
          {kinds.map(({ value, label, help, disabled }) => (
            <Radio key={value} value={value} label={label} description={help} disabled={disabled} />
          ))}
        </SimpleGrid>
      </Radio.Group>
      {kind === "pretrained" && (
        <Text size="xs" c="dimmed">
          From the weights folder of this server, else from the model hub. A run that finds neither stops and says what to do.
        </Text>
      )}
      {kind === "artifact" && <ArtifactChoice chosen={rest} error={error} />}
      {kind === "file" && <WeightFiles chosen={rest} error={error} />}
      {kind === "hub" && <HubChoice rest={rest} error={error} />}
    </Stack>
  );
}

function ArtifactChoice({ chosen, error }: { chosen: string; error: string | undefined }) {
  const { projectId, form, setSpec } = useBuilder();
  const artifacts = useStartingPoints(projectId);
  const { architecture, variant } = form.spec;
  const alike = (artifacts.data ?? []).filter((one) => one.architecture === architecture && one.variant === variant);
  if (artifacts.data && alike.length === 0) {
    return (
      <Alert icon={<IconInfo />} variant="light">
        The project has no artifact of this architecture and variant yet.{" "}
        <Link className="tess-link" to={`/projects/${projectId}/artifacts`}>
          Artifacts
        </Link>
      </Alert>
    );
  }
  return (
    <Select
      size="xs"
      maw={460}
      label="Artifact"
      description="Of the same architecture and variant. Where the classes differ, the head is made anew and the run says so."
      inputWrapperOrder={["label", "input", "error", "description"]}
      placeholder={artifacts.isPending ? "Loading" : "Choose an artifact"}
      searchable
      data={alike.map(({ id, name, step, metrics, created_at }) => ({
        value: id,
        label: [`${name}, step ${step}`, "val/miou" in metrics ? `mean IoU ${percent(metrics["val/miou"])}` : "", dateTime(created_at)].filter((part) => part !== "").join(" · "),
      }))}
      value={chosen === "" ? null : chosen}
      onChange={(id) => id !== null && setSpec({ weights: `artifact:${id}` })}
      allowDeselect={false}
      error={error}
    />
  );
}

function HubChoice({ rest, error }: { rest: string; error: string | undefined }) {
  const { architecture, form, setSpec } = useBuilder();
  const { id, revision } = splitHub(rest);
  const known = architecture.variants.find(({ name }) => name === form.spec.variant)?.hub_id;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} maw={640}>
      <TextInput
        size="xs"
        label="Hub id"
        description="Organisation and name. A folder of that name in the weights folder of this server comes first."
        inputWrapperOrder={["label", "input", "error", "description"]}
        placeholder={known ?? "organisation/name"}
        value={id}
        onChange={(event) => setSpec({ weights: joinHub(event.currentTarget.value, revision) })}
        error={error}
      />
      <TextInput
        size="xs"
        label="Revision"
        description="A branch, tag or commit. Default the newest; a commit never changes."
        inputWrapperOrder={["label", "input", "error", "description"]}
        placeholder="newest"
        value={revision}
        onChange={(event) => setSpec({ weights: joinHub(id, event.currentTarget.value) })}
      />
    </SimpleGrid>
  );
}
