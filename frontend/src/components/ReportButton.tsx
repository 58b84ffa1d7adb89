import { Button, Menu, RingProgress } from "@mantine/core";
import { useState } from "react";
import { reportUrl } from "@/api/reports";
import { IconChevronDown, IconDownload, IconEye, IconFile, IconRefresh } from "./icons";
import { type Report, useReport } from "./useReport";

/** The report of an artifact: opened, downloaded, or made. */
export function ReportButton({ artifactId }: { artifactId: string }) {
  const [opened, setOpened] = useState(false);
  const report = useReport(artifactId, opened);
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end" width={230}>
      <Menu.Target>
        <Button variant="default" leftSection={report.isMaking ? <Ring share={report.progress} /> : <IconFile />} rightSection={<IconChevronDown size={13} />}>
          {report.isMaking ? `Report ${Math.round(report.progress * 100)} %` : "Report"}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <ReportItems report={report} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** What a menu says of a report. */
export function ReportItems({ report: { artifactId, there, isMaking, progress, make } }: { report: Report }) {
  const isThere = there.data === true;
  return (
    <>
      {isThere && (
        <>
          <Menu.Item leftSection={<IconEye />} component="a" href={reportUrl(artifactId, "html")} target="_blank" rel="noreferrer">
            Open the report
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload />} component="a" href={reportUrl(artifactId, "pdf")} download>
            Download as PDF
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload />} component="a" href={reportUrl(artifactId, "html")} download>
            Download as HTML
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload />} component="a" href={reportUrl(artifactId, "json")} download>
            Download as JSON
          </Menu.Item>
        </>
      )}
      <Menu.Item leftSection={isMaking ? <Ring share={progress} /> : isThere ? <IconRefresh /> : <IconFile />} disabled={isMaking || there.isPending} closeMenuOnClick={false} onClick={make}>
        {isMaking ? "The report is being made" : isThere ? "Make it anew" : "Make the report"}
      </Menu.Item>
    </>
  );
}

function Ring({ share }: { share: number }) {
  return <RingProgress size={18} thickness={3} sections={[{ value: Math.max(4, share * 100), color: "tile" }]} aria-hidden="true" />;
}
