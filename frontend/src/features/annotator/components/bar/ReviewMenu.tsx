import { Button, Menu } from "@mantine/core";
import type { Asset, Review } from "@/api/types";
import { IconCheck, IconChevronDown } from "@/components/icons";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayReview, roleIn } from "@/features/session/model/access";
import classes from "./Bar.module.css";

const STATES: { value: Review; label: string; tone: string }[] = [
  { value: "todo", label: "To do", tone: "gray" },
  { value: "in_progress", label: "In progress", tone: "blue" },
  { value: "in_review", label: "In review", tone: "orange" },
  { value: "approved", label: "Approved", tone: "teal" },
  { value: "rejected", label: "Rejected", tone: "red" },
];

/** What takes a reviewer, or an engineer and up. */
const JUDGED: ReadonlySet<Review> = new Set(["approved", "rejected"]);

/** How far this image has come. */
export function ReviewMenu({ asset, onReview }: { asset: Asset; onReview: (review: Review) => void }) {
  const session = useSession();
  const project = useProject(asset.project);
  const judges = mayReview(roleIn(session.data, project.data?.workspace));
  const current = STATES.find(({ value }) => value === asset.review);
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="light"
          color={current?.tone ?? "gray"}
          className={classes.review}
          rightSection={<IconChevronDown size={14} />}
          aria-label={`Review: ${current?.label ?? asset.review}`}
        >
          {current?.label ?? asset.review}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{judges ? "Review" : "Review · reviewers approve and reject"}</Menu.Label>
        {STATES.map(({ value, label }) => (
          <Menu.Item
            key={value}
            onClick={() => onReview(value)}
            disabled={!judges && (JUDGED.has(value) || asset.review === "approved")}
            role="menuitemradio"
            aria-checked={value === asset.review}
            leftSection={value === asset.review ? <IconCheck size={14} /> : <span className={classes.noMark} />}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
