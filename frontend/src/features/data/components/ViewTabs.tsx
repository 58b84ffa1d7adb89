import { ActionIcon, Button, Group, Menu, Modal, Stack, Switch, TextInput, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { Link } from "react-router";
import { IconMore, IconPlus, IconTrain, IconTrash, IconUsers } from "@/components/icons";
import { notifyDone, notifyProblem } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useViewChanges, useViews } from "../api/views";
import { type AssetFilters, countFilters, DEFAULT_ORDER, dataPath, NO_FILTERS, sameList, writeFilters } from "../model/filters";
import { filtersOf, type SavedView, viewOf } from "../model/views";
import classes from "./Filters.module.css";

/** All images, the saved views, statistics and the trash. The tab that is what the list shows is the current one. */
export function ViewTabs({ projectId, filters }: { projectId: string; filters: AssetFilters }) {
  const views = useViews(projectId);
  const [opened, { open, close }] = useDisclosure(false);
  const saved = views.data ?? [];
  const current = saved.find((view) => sameList(filtersOf(view), filters));
  const isAll = sameList({ ...filters, order: DEFAULT_ORDER }, NO_FILTERS);
  const isTrash = filters.deleted === true;
  const query = writeFilters({ ...filters, order: DEFAULT_ORDER, deleted: null }).toString();
  const isNew = current === undefined && !isTrash && (countFilters(filters) > 0 || filters.order !== DEFAULT_ORDER);
  return (
    <nav className={classes.views} aria-label="Views">
      <span className={classes.view} data-current={(isAll && current === undefined) || undefined}>
        <Link to={dataPath(projectId, {})} className={classes.viewLink} aria-current={isAll && current === undefined ? "true" : undefined}>
          All
        </Link>
      </span>
      {saved.map((view) => (
        <ViewTab key={view.id} projectId={projectId} view={view} filters={filters} current={view === current} />
      ))}
      {isNew && (
        <Button size="compact-xs" variant="subtle" mx={6} style={{ alignSelf: "center", flex: "none" }} leftSection={<IconPlus size={12} />} onClick={open}>
          Save as a view
        </Button>
      )}
      <span className={classes.spring} />
      <span className={classes.view}>
        <Link to={`/projects/${projectId}/data/statistics${query === "" ? "" : `?${query}`}`} className={classes.viewLink}>
          <IconTrain size={14} /> Statistics
        </Link>
      </span>
      <span className={classes.view} data-current={isTrash || undefined}>
        <Link to={dataPath(projectId, { deleted: true })} className={classes.viewLink} aria-current={isTrash ? "true" : undefined}>
          <IconTrash size={14} /> Trash
        </Link>
      </span>
      {opened && <SaveView projectId={projectId} filters={filters} onClose={close} />}
    </nav>
  );
}

interface TabProps {
  projectId: string;
  view: SavedView;
  filters: AssetFilters;
  current: boolean;
}

function ViewTab({ projectId, view, filters, current }: TabProps) {
  const { change, remove } = useViewChanges(projectId);
  const [renaming, setRenaming] = useState(false);
  const failed = (error: unknown) => notifyProblem("Changing the view", error);
  const overwrite = () =>
    change.mutate({ id: view.id, ...viewOf(filters) }, { onSuccess: () => notifyDone(`“${view.name}” shows these filters now`), onError: failed });
  return (
    <span className={classes.view} data-current={current || undefined}>
      <Link to={dataPath(projectId, filtersOf(view))} className={classes.viewLink} aria-current={current ? "true" : undefined} title={view.name}>
        {view.name}
        {view.shared && (
          <Tooltip label="Everybody in the project sees it">
            <span style={{ display: "inline-flex" }}>
              <IconUsers size={12} />
            </span>
          </Tooltip>
        )}
      </Link>
      {view.mine && (
        <Menu position="bottom-start" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={22} aria-label={`Change the view ${view.name}`}>
              <IconMore size={14} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setRenaming(true)}>Rename or share…</Menu.Item>
            <Menu.Item disabled={current} onClick={overwrite}>
              Let it show the filters of now
            </Menu.Item>
            <Menu.Item color="red" onClick={() => remove.mutate(view.id, { onError: failed, onSuccess: () => notifyDone(`“${view.name}” deleted`) })}>
              Delete the view
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {renaming && <SaveView projectId={projectId} view={view} filters={filters} onClose={() => setRenaming(false)} />}
    </span>
  );
}

function SaveView({ projectId, view, filters, onClose }: { projectId: string; view?: SavedView; filters: AssetFilters; onClose: () => void }) {
  const { create, change } = useViewChanges(projectId);
  const [name, setName] = useState(view?.name ?? "");
  const [shared, setShared] = useState(view?.shared ?? false);
  const done = { onSuccess: onClose };
  const save = () =>
    view === undefined
      ? create.mutate({ name: name.trim(), shared, ...viewOf(filters) }, done)
      : change.mutate({ id: view.id, name: name.trim(), shared }, done);
  return (
    <Modal opened onClose={onClose} title={view === undefined ? "Save as a view" : "Rename or share"} size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Stack gap="md">
          <TextInput label="Name" value={name} maxLength={120} required onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <Switch
            label="Share it"
            description="Everybody in the project sees it as a tab"
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
          <ProblemAlert error={create.error ?? change.error} doing="Saving the view" />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending || change.isPending} disabled={name.trim() === ""}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
