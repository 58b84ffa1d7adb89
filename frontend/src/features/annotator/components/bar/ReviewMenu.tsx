import { Button, Menu } from "@mantine/core";
import type { Asset, Review } from "@/api/types";
import { IconCheck, IconChevronDown } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { useChangeAsset } from "@/features/data/api/assets";
import classes from "./Bar.module.css";

const STATES: { value: Review; label: string; tone: string }[] = [
  { value: "todo", label: "To do", tone: "gray" },
  { value: "in_progress", label: "In progress", tone: "blue" },
  { value: "in_review", label: "In review", tone: "orange" },
  { value: "approved", label: "Approved", tone: "teal" },
  { value: "rejected", label: "Rejected", tone: "red" },
];

/** How far this image has come. */
export function ReviewMenu({ asset }: { asset: Asset }) {
  const change = useChangeAsset(asset.project, asset.id);
  const current = STATES.find(({ value }) => value === asset.review);
  const set = (review: Review) =>
    change.mutate({ review }, { onError: (error) => notifyProblem("Changing the review state", error) });
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="light"
          color={current?.tone ?? "gray"}
          className={classes.review}
          rightSection={<IconChevronDown size={14} />}
          loading={change.isPending}
          aria-label={`Review: ${current?.label ?? asset.review}`}
        >
          {current?.label ?? asset.review}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Review</Menu.Label>
        {STATES.map(({ value, label }) => (
          <Menu.Item
            key={value}
            onClick={() => set(value)}
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
