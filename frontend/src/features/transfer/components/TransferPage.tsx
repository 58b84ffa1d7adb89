import { Stack } from "@mantine/core";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useFormats } from "../api/transfer";
import { BucketImports } from "./BucketImports";
import { ExportForm } from "./ExportForm";
import { ImportForm } from "./ImportForm";
import classes from "./Transfer.module.css";

export function TransferPage() {
  const projectId = useProjectId();
  const formats = useFormats();
  return (
    <>
      <PageHeader title="Import & export" />
      <QueryView query={formats}>
        {(list) => (
          <div className={classes.columns}>
            <Stack gap={16}>
              <Panel title="Import">
                <ImportForm projectId={projectId} formats={list} />
              </Panel>
              <BucketImports projectId={projectId} />
            </Stack>
            <Panel title="Export">
              <ExportForm projectId={projectId} formats={list} />
            </Panel>
          </div>
        )}
      </QueryView>
    </>
  );
}
