import { Alert, Checkbox, List, Text } from "@mantine/core";
import { Link } from "react-router";
import { IconAlert } from "@/components/icons";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayAdminister, roleIn } from "@/features/session/model/access";
import { useGates, useRegistry } from "@/features/registry/api/registry";
import { artifactPath } from "@/features/registry/model/address";
import { gateSentence } from "@/features/registry/model/registry";
import { useSnapshotName } from "@/features/snapshots/api/snapshots";
import { type Refusal, refusals } from "../model/gates";

interface Props {
  error: unknown;
  projectId: string;
  artifact: string;
  overridden: boolean;
  onOverridden: (overridden: boolean) => void;
}

/** Why gates refuse a model, where to see and change that, and the way past them that admins have. */
export function GateRefusal({ error, projectId, artifact, overridden, onOverridden }: Props) {
  const project = useProject(projectId);
  const session = useSession();
  const found = refusals(error);
  if (found.length === 0) return null;
  const isAdmin = mayAdminister(roleIn(session.data, project.data?.workspace));
  return (
    <Alert color="orange" icon={<IconAlert />} title="This model does not pass the project's gates" role="alert">
      <List size="sm">
        {found.map((refusal) => (
          <List.Item key={refusal.gate + refusal.message}>
            <Against projectId={projectId} artifact={artifact} refusal={refusal} />
          </List.Item>
        ))}
      </List>
      <Text size="sm" mt={6}>
        <Link className="tess-link" to={`/projects/${projectId}/artifacts?gates`}>
          The project's gates
        </Link>
      </Text>
      {isAdmin ? (
        <Checkbox
          mt="sm"
          size="sm"
          label="Override the gates"
          description="It is written to the audit log who did it, and which gates it was."
          checked={overridden}
          onChange={(event) => onOverridden(event.currentTarget.checked)}
        />
      ) : (
        <Text size="sm" c="dimmed" mt={6}>
          An admin of the workspace can override them.
        </Text>
      )}
    </Alert>
  );
}

/** One gate in words, with the way to the evaluation that it is about; as the server put it until the gate is known. */
function Against({ projectId, artifact, refusal }: { projectId: string; artifact: string; refusal: Refusal }) {
  const gates = useGates(projectId);
  const registry = useRegistry(projectId, {});
  const nameOf = useSnapshotName(projectId);
  const gate = gates.data?.find(({ id }) => id === refusal.gate);
  const row = registry.data?.results.find((one) => one.artifact.id === artifact);
  if (!gate || !row) return refusal.message;
  const value = row.gates.find(({ id }) => id === gate.id)?.value ?? null;
  return (
    <>
      <b>{gate.name}:</b> {gateSentence(gate, value, nameOf(gate.snapshot))}{" "}
      <Link className="tess-link" to={artifactPath(projectId, artifact, { snapshot: gate.snapshot.id, split: gate.split })}>
        {value === null ? "Evaluate it there" : "See its evaluation"}
      </Link>
    </>
  );
}
