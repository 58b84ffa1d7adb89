import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { IconPlus, IconReset, IconWand } from "@/components/icons";
import { EmptyState } from "@/components/EmptyState";
import { same } from "../model/fields";
import { defaultSpec, newStep, type Step } from "../model/form";
import { AugmentationList } from "./AugmentationList";
import { AugmentationPicker } from "./AugmentationPicker";
import { AugmentationPreview } from "./AugmentationPreview";
import classes from "./Augmentations.module.css";
import { useBuilder } from "./builder";

/** The list of augmentations, in the order in which they are applied, beside what they make of the project's images. */
export function AugmentationsPanel() {
  const { architecture, form, errors, setSpec } = useBuilder();
  const [picking, picker] = useDisclosure(false);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const list = form.spec.augmentations;
  const fallback = defaultSpec(architecture).augmentations;
  const change = (augmentations: Step[]) => setSpec({ augmentations });
  const add = (name: string) => {
    const step = newStep(architecture, name, list);
    setOpen(new Set([...open, step.key]));
    change([...list, step]);
  };
  const toggle = (key: string) => setOpen(open.has(key) ? new Set([...open].filter((one) => one !== key)) : new Set([...open, key]));
  return (
    <div className={classes.panel}>
      <div className={classes.side}>
        <div className={classes.bar}>
          <Text size="xs" c="dimmed">
            Applied from top to bottom, to training images only.
          </Text>
          {!same(list, fallback) && (
            <Button size="compact-xs" variant="subtle" leftSection={<IconReset size={12} />} onClick={() => change(fallback)}>
              Defaults
            </Button>
          )}
        </div>
        {list.length === 0 ? (
          <EmptyState icon={<IconWand size={30} />} title="No augmentations">
            The model sees every image as it is, again and again. Flips, crops and changes of colour show it more than you have.
          </EmptyState>
        ) : (
          <AugmentationList steps={list} defaults={fallback} open={open} onToggle={toggle} onChange={change} />
        )}
        {errors["augmentations"] !== undefined && (
          <Text size="xs" c="red" mt={6} role="alert">
            {errors["augmentations"]}
          </Text>
        )}
        <Button mt="sm" size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={picker.open}>
          Add augmentation
        </Button>
      </div>
      <AugmentationPreview />
      <AugmentationPicker opened={picking} onClose={picker.close} used={list.map(({ name }) => name)} onAdd={add} />
    </div>
  );
}
