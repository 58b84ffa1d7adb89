import { Alert, Button, Group, List, Text } from "@mantine/core";
import { explain } from "@/api/problem";
import { IconAlert } from "./icons";

interface Props {
  error: unknown;
  /** What was tried, such as "Creating the project". */
  doing?: string;
  onRetry?: () => void;
  /** Fields whose messages the form shows at their controls: nothing is said twice. */
  known?: readonly string[];
}

export function ProblemAlert({ error, doing, onRetry, known = [] }: Props) {
  if (error == null) return null;
  const { title, detail, next, fields } = explain(error);
  const stray = fields.filter(({ field }) => !known.includes(field.split(".")[0] ?? ""));
  if (fields.length > 0 && stray.length === 0) return null;
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlert />}
      title={doing === undefined ? title : `${doing} failed: ${lowerFirst(title)}`}
      role="alert"
    >
      {detail !== "" && <Text size="sm" style={{ overflowWrap: "anywhere" }}>{detail}</Text>}
      {stray.length > 0 && (
        <List size="sm" mt={4}>
          {stray.map(({ field, message }) => (
            <List.Item key={`${field} ${message}`}>
              {field !== "" && <b>{field}: </b>}
              {message}
            </List.Item>
          ))}
        </List>
      )}
      <Group gap="sm" mt={next !== "" || onRetry ? 6 : 0}>
        {next !== "" && (
          <Text size="sm" c="dimmed">
            {next}
          </Text>
        )}
        {onRetry && (
          <Button size="compact-xs" variant="light" color="red" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
