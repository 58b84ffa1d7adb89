import { Progress, Text } from "@mantine/core";
import type { SweepSummary } from "@/api/types";

type CountsOf = SweepSummary["counts"];

const PARTS: { key: keyof CountsOf; color: string; text: string }[] = [
  { key: "succeeded", color: "teal", text: "done" },
  { key: "running", color: "blue", text: "running" },
  { key: "failed", color: "red", text: "failed" },
  { key: "cancelled", color: "gray", text: "cancelled" },
  { key: "queued", color: "var(--tess-line)", text: "queued" },
];

/** How many runs of a sweep are where. */
export function Counts({ counts }: { counts: CountsOf }) {
  const present = PARTS.filter(({ key }) => counts[key] > 0);
  return (
    <>
      <Progress.Root size={6} aria-label="Runs by status">
        {present.map(({ key, color }) => (
          <Progress.Section key={key} value={(counts[key] / Math.max(1, counts.total)) * 100} color={color} aria-label={key} />
        ))}
      </Progress.Root>
      <Text size="xs" c="dimmed" mt={3}>
        {present.map(({ key, text }) => `${counts[key]} ${text}`).join(", ")}
      </Text>
    </>
  );
}
