import { Alert, Button, Group, List, Text } from "@mantine/core";
import { explain } from "@/api/problem";
import { IconAlert } from "./icons";

interface Props {
  error: unknown;
  /** What was tried, such as "Creating the project". */
  doing?: string;
  onRetry?: () => void;
  /** Leave out fields that the form shows at their controls. */
  hideFields?: boolean;
}

export function ProblemAlert({ error, doing, onRetry, hideFields = false }: Props) {
  if (error == null) return null;
  const { title, detail, next, fields } = explain(error);
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlert />}
      title={doing === undefined ? title : `${doing} failed: ${lowerFirst(title)}`}
      role="alert"
    >
      {detail !== "" && <Text size="sm" style={{ overflowWrap: "anywhere" }}>{detail}</Text>}
      {!hideFields && fields.length > 0 && (
        <List size="sm" mt={4}>
          {fields.map(({ field, message }) => (
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
