import { Badge, type MantineColor } from "@mantine/core";

const COLORS: Record<string, MantineColor> = {
  queued: "gray",
  processing: "blue",
  preparing: "blue",
  starting: "blue",
  running: "blue",
  evaluating: "violet",
  succeeded: "teal",
  ready: "teal",
  failed: "red",
  rejected: "red",
  asleep: "violet",
  cancelled: "gray",
  stopped: "gray",
};
const MOVING = new Set(["processing", "preparing", "starting", "running", "evaluating"]);

export function StatusBadge({ status, size = "sm" }: { status: string; size?: "sm" | "md" }) {
  const dot = MOVING.has(status) ? <span className="tess-pulse" /> : undefined;
  return (
    <Badge variant="light" color={COLORS[status] ?? "gray"} size={size} leftSection={dot} tt="none" fw={600}>
      {status.replace("_", " ")}
    </Badge>
  );
}
