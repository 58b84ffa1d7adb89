import { Button, Select, Switch, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { integer } from "@/components/format";
import { IconCheck } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { QueryView } from "@/components/QueryView";
import { useShortcut } from "@/components/shortcuts";
import { useInView } from "@/components/useInView";
import { useClasses } from "@/features/classes/api/classes";
import { annotatePath } from "@/features/data/model/filters";
import { type Finding, type FindingFilters, type LabelCheck, useDecideFinding, useFindings, type Verdict } from "../api/labelcheck";
import { countOf, following, KIND_TITLES, KINDS, STATE_TITLES, STATES, step } from "../model/findings";
import { FindingCard } from "./FindingCard";
import { FindingDetail } from "./FindingDetail";
import classes from "./LabelCheck.module.css";

interface Props {
  projectId: string;
  check: LabelCheck;
  decides: boolean;
}

/** What a check has found, the surest first: gone through by key, each accepted or dismissed. */
export function Findings({ projectId, check, decides }: Props) {
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const [outlines, setOutlines] = useState(true);
  const state = STATES.find((each) => each === search.get("state")) ?? "open";
  const kind = KINDS.find((each) => each === search.get("kind"));
  const label = search.get("class");
  const filters: FindingFilters = { state, ...(kind ? { kind } : {}), ...(label === null ? {} : { class: label }) };
  const labels = useClasses(projectId);
  const findings = useFindings(check.id, filters);
  const rows = findings.data?.pages.flatMap(({ results }) => results) ?? [];
  const active = rows.find(({ id }) => id === search.get("at")) ?? rows[0] ?? null;
  const decide = useDecideFinding(projectId, check.id);

  const set = (changes: Record<string, string | null>) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [key, value] of Object.entries(changes)) {
          if (value === null) next.delete(key);
          else next.set(key, value);
        }
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  const look = (row: Finding | null) => row && set({ at: row.id });
  const annotate = (finding: Finding) => {
    const back = new URLSearchParams(search);
    back.set("at", finding.id);
    const query = new URLSearchParams({ back: `/projects/${projectId}/label-check?${back.toString()}`, at: finding.bbox.join(",") });
    if (finding.state === "accepted" && finding.proposal !== null) query.set("proposal", finding.proposal);
    return annotatePath(projectId, finding.asset.id, query);
  };
  const judge = (finding: Finding | null, verdict: Verdict) => {
    if (!decides || finding === null || decide.isPending) return;
    const isOpen = finding.state === "open";
    if (finding.state === "gone" || isOpen === (verdict === "reopen")) return;
    decide.mutate({ finding, verdict }, { onError: (error) => notifyProblem(verdict === "accept" ? "Accepting" : verdict === "dismiss" ? "Dismissing" : "Reopening", error) });
    if (isOpen) set({ at: following(rows, finding.id) });
  };
  const go = (by: 1 | -1) => {
    const next = step(rows, active?.id ?? null, by);
    look(next);
    if (next === active && by === 1 && findings.hasNextPage && !findings.isFetchingNextPage) void findings.fetchNextPage();
  };
  useShortcut("j | ArrowDown | ArrowRight", "Next finding", () => go(1), "Label check");
  useShortcut("k | ArrowUp | ArrowLeft", "Previous finding", () => go(-1), "Label check");
  useShortcut("a", "Accept", () => judge(active, "accept"), "Label check");
  useShortcut("x", "Dismiss", () => judge(active, "dismiss"), "Label check");
  useShortcut("u", "Reopen", () => judge(active, "reopen"), "Label check");
  useShortcut("e", "Open in the annotator", () => active && void navigate(annotate(active)), "Label check");
  useShortcut("o", "Show or hide outlines", () => setOutlines(!outlines), "Label check");

  return (
    <>
      <div className={classes.filters}>
        <div className={classes.chips} role="tablist" aria-label="State">
          {STATES.map((each) => (
            <button key={each} type="button" role="tab" className={classes.tab} aria-selected={each === state} onClick={() => set({ state: each === "open" ? null : each, at: null })}>
              {STATE_TITLES[each]} <small>{integer(countOf(check.counts, each))}</small>
            </button>
          ))}
        </div>
        <div className={classes.chips} role="group" aria-label="Kind">
          <KindChip title="All kinds" count={countOf(check.counts, state)} chosen={kind === undefined} onClick={() => set({ kind: null, at: null })} />
          {KINDS.map((each) => (
            <KindChip
              key={each}
              kind={each}
              title={KIND_TITLES[each]}
              count={countOf(check.counts, state, each)}
              chosen={each === kind}
              onClick={() => set({ kind: each === kind ? null : each, at: null })}
            />
          ))}
        </div>
        <Select
          size="xs"
          w={150}
          placeholder="All classes"
          aria-label="Class"
          clearable
          searchable
          data={(labels.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={label}
          onChange={(value) => set({ class: value, at: null })}
        />
        <Switch size="xs" label="Outlines" checked={outlines} onChange={() => setOutlines(!outlines)} />
      </div>
      <QueryView query={findings}>
        {() =>
          active === null ? (
            <Nothing check={check} filtered={kind !== undefined || label !== null} state={state} onAll={() => set({ kind: null, class: null })} />
          ) : (
            <div className={classes.work}>
              <div>
                <div className={classes.cards}>
                  {rows.map((finding) => (
                    <FindingCard
                      key={finding.id}
                      finding={finding}
                      active={finding.id === active.id}
                      faded={finding.state !== state}
                      outlines={outlines}
                      decides={decides}
                      onActive={() => look(finding)}
                      onDecide={(verdict) => judge(finding, verdict)}
                    />
                  ))}
                </div>
                {findings.hasNextPage && <More busy={findings.isFetchingNextPage} onMore={() => void findings.fetchNextPage()} />}
              </div>
              <FindingDetail finding={active} outlines={outlines} decides={decides} annotate={annotate(active)} onDecide={(verdict) => judge(active, verdict)} />
            </div>
          )
        }
      </QueryView>
    </>
  );
}

interface ChipProps {
  kind?: string;
  title: string;
  count: number;
  chosen: boolean;
  onClick: () => void;
}

function KindChip({ kind, title, count, chosen, onClick }: ChipProps) {
  return (
    <button type="button" className={classes.chip} aria-pressed={chosen} onClick={onClick}>
      {kind !== undefined && <i className={classes.dot} data-kind={kind} aria-hidden="true" />}
      {title} <small>{integer(count)}</small>
    </button>
  );
}

/** More come as soon as the end of the list is near. */
function More({ busy, onMore }: { busy: boolean; onMore: () => void }) {
  const [ref, inView] = useInView<HTMLDivElement>("600px");
  useEffect(() => {
    if (inView && !busy) onMore();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [inView, busy]);
  return (
    <div ref={ref}>
      <Button variant="subtle" fullWidth loading={busy} onClick={onMore}>
        Show more
      </Button>
    </div>
  );
}

function Nothing({ check, filtered, state, onAll }: { check: LabelCheck; filtered: boolean; state: Finding["state"]; onAll: () => void }) {
  if (filtered) {
    return (
      <EmptyState
        title="Nothing of this kind"
        action={
          <Button variant="default" onClick={onAll}>
            Show all
          </Button>
        }
      />
    );
  }
  if (state !== "open") return <EmptyState title={state === "gone" ? "No image was changed since it was checked" : `Nothing is ${STATE_TITLES[state].toLowerCase()} yet`} />;
  const isClean = STATES.every((each) => countOf(check.counts, each) === 0);
  return (
    <EmptyState icon={<IconCheck size={30} />} title={isClean ? "Nothing found" : "All decided"}>
      {isClean ? (
        "The models agree with every label that they are sure of. A check is only as good as its models: longer training finds more."
      ) : (
        <Text span inherit>
          Every finding is accepted or dismissed. What was accepted waits in the annotator; make a new snapshot when it is done, and train on that.
        </Text>
      )}
    </EmptyState>
  );
}
