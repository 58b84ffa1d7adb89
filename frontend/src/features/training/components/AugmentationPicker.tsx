import { Modal, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { IconCheck, IconPlus, IconSearch } from "@/components/icons";
import { grouped } from "../model/groups";
import classes from "./Augmentations.module.css";
import { useBuilder } from "./builder";

interface Props {
  opened: boolean;
  onClose: () => void;
  used: readonly string[];
  onAdd: (name: string) => void;
}

/** Everything the architecture offers; it stays open, so that several can be added at once. */
export function AugmentationPicker({ opened, onClose, used, onAdd }: Props) {
  const { architecture } = useBuilder();
  const small = useMediaQuery("(max-width: 640px)");
  const [search, setSearch] = useState("");
  const groups = grouped(architecture.augmentations, search);
  return (
    <Modal opened={opened} onClose={onClose} title="Add augmentations" size="lg" fullScreen={small ?? false}>
      <TextInput
        data-autofocus
        aria-label="Search augmentations"
        placeholder="Search, such as blur or crop"
        leftSection={<IconSearch size={15} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {groups.map(([group, list]) => (
        <section key={group} className={classes.group}>
          <h3>{group}</h3>
          <ul>
            {list.map(({ name, title, help }) => {
              const there = used.includes(name);
              return (
                <li key={name}>
                  <UnstyledButton className={classes.offer} disabled={there} onClick={() => onAdd(name)}>
                    <span>
                      <b>{title}</b>
                      <small>{help}</small>
                    </span>
                    {there ? <IconCheck size={15} aria-label="In the list" aria-hidden={false} role="img" /> : <IconPlus size={15} />}
                  </UnstyledButton>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
      {groups.length === 0 && (
        <Text size="sm" c="dimmed" mt="md">
          Nothing is called “{search}”.
        </Text>
      )}
    </Modal>
  );
}
