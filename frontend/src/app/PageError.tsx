import { Button, Container, Group, Stack } from "@mantine/core";
import { useState } from "react";
import { Link, useRouteError } from "react-router";
import { unreachable } from "@/api/problem";
import { ProblemAlert } from "@/components/ProblemAlert";
import { serverAnswers } from "./recovery";

/** A page that broke, or whose code did not come: say so and offer the way on. */
export function PageError() {
  const thrown = useRouteError();
  const [error, setError] = useState(thrown);
  const [trying, setTrying] = useState(false);

  // Without a server a reload would replace the app by the browser's own error page.
  const retry = async () => {
    setTrying(true);
    if (await serverAnswers()) {
      window.location.reload();
      return;
    }
    setTrying(false);
    setError(unreachable());
  };
  return (
    <Container size="sm" py="xl">
      <Stack>
        <ProblemAlert error={error} doing="Showing this page" />
        <Group gap="xs">
          <Button loading={trying} onClick={() => void retry()}>
            Retry
          </Button>
          <Button variant="default" component={Link} to="/projects">
            All projects
          </Button>
        </Group>
      </Stack>
    </Container>
  );
}
