import { Tabs, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Deployment, Snippets } from "@/api/types";
import { CodeBlock, CopyIcon } from "@/components/Code";
import { Panel } from "@/components/Panel";
import { QueryView, RowsSkeleton } from "@/components/QueryView";
import { useSnippets } from "../../api/deployments";
import { endpointUrl } from "../../model/endpoint";
import classes from "./Use.module.css";

const TABS = [
  { language: "curl", title: "curl", label: "curl command" },
  { language: "python", title: "Python", label: "Python code" },
  { language: "javascript", title: "JavaScript", label: "JavaScript code" },
];

/** The address and the code that calls it; the server writes both, so that they are right from outside, too. */
export function Endpoint({ deployment }: { deployment: Deployment }) {
  const snippets = useSnippets(deployment.id);
  const url = snippets.data?.url ?? endpointUrl(deployment, window.location.origin);
  return (
    <Panel title="Endpoint">
      <div className={classes.url}>
        <code>{url}</code>
        <CopyIcon value={url} label="Copy endpoint" />
      </div>
      <QueryView query={snippets} skeleton={<RowsSkeleton rows={4} height={22} />}>
        {({ snippets: list }) => <Languages snippets={list} />}
      </QueryView>
      <Text size="sm" c="dimmed" mt="sm">
        Needs an API key with the scope “predict”.{" "}
        <Link to="/keys" className="tess-link">
          Create one
        </Link>
        {" · "}
        <a className="tess-link" href={`/api/v1/deployments/${deployment.id}/openapi`} target="_blank" rel="noreferrer">
          OpenAPI document
        </a>
      </Text>
    </Panel>
  );
}

function Languages({ snippets }: { snippets: Snippets["snippets"] }) {
  const tabs = TABS.filter(({ language }) => snippets.some((one) => one.language === language));
  return (
    <Tabs defaultValue={tabs[0]?.language ?? ""} mt="sm" keepMounted={false}>
      <Tabs.List mb="sm">
        {tabs.map(({ language, title }) => (
          <Tabs.Tab key={language} value={language}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ language, title, label }) => (
        <Tabs.Panel key={language} value={language}>
          <div className={classes.snippets}>
            {snippets
              .filter((one) => one.language === language)
              .map((one, index) => (
                <div key={one.title}>
                  <Text size="xs" fw={600} mb={4}>
                    {one.title}
                  </Text>
                  <CodeBlock code={one.code} label={index === 0 ? label : `${title}: ${lowerFirst(one.title)}`} />
                </div>
              ))}
          </div>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
