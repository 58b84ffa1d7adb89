import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { Link } from "react-router";
import { EmptyState } from "@/components/EmptyState";

export function NotFound() {
  useDocumentTitle("Not found · Tessera");
  return (
    <EmptyState title="There is no page at this address" action={<Button component={Link} to="/projects">All projects</Button>}>
      The link may be old, or a character got lost.
    </EmptyState>
  );
}
