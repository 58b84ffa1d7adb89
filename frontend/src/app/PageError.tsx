import { Button, Container, Group, Stack } from "@mantine/core";
import { useRouteError } from "react-router";
import { ProblemAlert } from "@/components/ProblemAlert";

/** A page that broke, or whose code is gone after an update: say so and offer the way on. */
export function PageError() {
  const error = useRouteError();
  return (
    <Container size="sm" py="xl">
      <Stack>
        <ProblemAlert error={error} doing="Showing this page" />
        <Group gap="xs">
          <Button onClick={() => window.location.reload()}>Reload</Button>
          <Button variant="default" component="a" href="/projects">
            All projects
          </Button>
        </Group>
      </Stack>
    </Container>
  );
}
