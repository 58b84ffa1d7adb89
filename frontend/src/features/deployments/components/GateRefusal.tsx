import { Alert, Checkbox, List, Text } from "@mantine/core";
import { Link } from "react-router";
import { IconAlert } from "@/components/icons";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayAdminister, roleIn } from "@/features/session/model/access";
import { refusals } from "../model/gates";

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
  const messages = refusals(error);
  if (messages.length === 0) return null;
  const isAdmin = mayAdminister(roleIn(session.data, project.data?.workspace));
  return (
    <Alert color="orange" icon={<IconAlert />} title="This model does not pass the project's gates" role="alert">
      <List size="sm">
        {messages.map((message) => (
          <List.Item key={message}>{message}</List.Item>
        ))}
      </List>
      <Text size="sm" mt={6}>
        <Link className="tess-link" to={`/projects/${projectId}/artifacts/${artifact}`}>
          Its evaluation
        </Link>
        {" · "}
        <Link className="tess-link" to={`/projects/${projectId}/artifacts?gates`}>
          The gates
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
