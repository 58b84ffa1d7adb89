import { Alert, Button, Group, Kbd, Modal, Text, TextInput } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { IconSearch } from "@/components/icons";
import { type Action, ACTIONS, conflictOf, keysOf, type OwnKeys, spelled, strokeOf, withKey } from "../model/keymap";
import classes from "./KeySheet.module.css";
import { setOwnKeys, shownKey, useOwnKeys } from "./keys";

/** Keys that only hold others down, and the one that everything else relies on. */
const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock"]);

interface Asked {
  action: Action;
  key: string;
  other: Action;
}

/** Every key of the annotator; pressing one of the buttons asks for another key. */
export function KeySheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const own = useOwnKeys();
  const [waiting, setWaiting] = useState<string | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [search, setSearch] = useState("");
  const groups = Map.groupBy(ACTIONS.filter(matching(search, own)), ({ group }) => group);
  const take = (action: Action, event: KeyboardEvent) => {
    if (MODIFIERS.has(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    setWaiting(null);
    if (event.key === "Escape") return;
    const key = spelled(strokeOf(event.nativeEvent));
    const other = conflictOf(action.id, key, own);
    if (other) setAsked({ action, key, other });
    else setOwnKeys(withKey(action.id, key, own));
  };
  const reset = (id: string) => setOwnKeys(Object.fromEntries(Object.entries(own).filter(([name]) => name !== id)));
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keyboard shortcuts"
      size={860}
      closeOnEscape={waiting === null}
      styles={{ body: { paddingTop: 0 } }}
    >
      <Group gap="sm" mb="sm">
        <TextInput
          size="xs"
          w={220}
          aria-label="Search the shortcuts"
          placeholder="Search"
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Text size="xs" c="dimmed" style={{ flex: 1 }}>
          Press a key’s button, then the new key. Space held moves the picture, F6 goes from one part of the page to the next.
        </Text>
        <Button size="compact-sm" variant="default" disabled={Object.keys(own).length === 0} onClick={() => setOwnKeys({})}>
          Reset all
        </Button>
      </Group>
      {asked && (
        <Alert color="orange" mb="sm" role="alert" title={`${shownKey(asked.key)} is “${asked.other.title}” already`}>
          <Group gap="xs">
            <Text size="sm" style={{ flex: 1 }}>
              Give it to “{asked.action.title}”? “{asked.other.title}” {keysOf(asked.other, own).length > 1 ? "keeps its other key." : "is then without a key."}
            </Text>
            <Button
              size="compact-sm"
              data-autofocus
              onClick={() => {
                setOwnKeys(withKey(asked.action.id, asked.key, own));
                setAsked(null);
              }}
            >
              Give it
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setAsked(null)}>
              Leave it
            </Button>
          </Group>
        </Alert>
      )}
      <div className={classes.groups}>
        {[...groups].map(([group, actions]) => (
          <section key={group} className={classes.group}>
            <h3>{group}</h3>
            {actions.map((action) => (
              <div key={action.id} className={classes.row}>
                <span className={classes.title}>{action.title}</span>
                {own[action.id] !== undefined && (
                  <button type="button" className={classes.reset} aria-label={`Reset the key of ${action.title}`} onClick={() => reset(action.id)}>
                    reset
                  </button>
                )}
                <button
                  type="button"
                  className={classes.key}
                  aria-label={`Key of ${action.title}: ${keysOf(action, own).map(shownKey).join(" or ") || "none"}. Press to change.`}
                  data-waiting={waiting === action.id || undefined}
                  onClick={() => setWaiting(action.id)}
                  onBlur={() => setWaiting(null)}
                  onKeyDown={(event) => waiting === action.id && take(action, event)}
                >
                  {waiting === action.id ? "Press a key…" : keysOf(action, own).map((key) => <Kbd key={key} size="xs">{shownKey(key)}</Kbd>)}
                  {waiting !== action.id && keysOf(action, own).length === 0 && "none"}
                </button>
              </div>
            ))}
          </section>
        ))}
      </div>
    </Modal>
  );
}

function matching(search: string, own: OwnKeys) {
  const wanted = search.trim().toLowerCase();
  return (action: Action) =>
    wanted === "" ||
    action.title.toLowerCase().includes(wanted) ||
    keysOf(action, own).some((key) => shownKey(key).toLowerCase() === wanted);
}
