import { Fragment, type KeyboardEvent, useRef } from "react";
import { errorCounts, NODE_TITLES, nodeByKey, type NodeId, NODES } from "../model/nodes";
import { useBuilder } from "./builder";
import classes from "./Graph.module.css";
import { NODE_ICONS, NodeBody } from "./NodeBody";

interface Props {
  selected: NodeId;
  onSelect: (node: NodeId) => void;
  /** By pointer, not on the way along the line. */
  onChoose: (node: NodeId) => void;
}

export const PANEL_ID = "workflow-panel";
export const nodeId = (node: NodeId) => `workflow-node-${node}`;

/** The workflow as a line of nodes; arrow keys go from one to the next, and the panel below shows the one chosen. */
export function WorkflowGraph({ selected, onSelect, onChoose }: Props) {
  const { errors } = useBuilder();
  const list = useRef<HTMLDivElement>(null);
  const wrong = errorCounts(errors);
  const onKeyDown = (event: KeyboardEvent) => {
    // From the node that has the focus: the page may not have followed yet.
    const focused = NODES.find((node) => nodeId(node) === document.activeElement?.id);
    const next = nodeByKey(focused ?? selected, event.key);
    if (next === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onSelect(next);
    list.current?.querySelector<HTMLElement>(`#${nodeId(next)}`)?.focus();
  };
  return (
    <div className={classes.frame}>
      <div ref={list} className={classes.graph} role="tablist" aria-label="Workflow" onKeyDown={onKeyDown}>
        {NODES.map((node, index) => (
          <Fragment key={node}>
            {index > 0 && <Connector />}
            <Node node={node} selected={node === selected} wrong={wrong[node]} onSelect={() => onChoose(node)} />
          </Fragment>
        ))}
      </div>
    </div>
  );
}

interface NodeProps {
  node: NodeId;
  selected: boolean;
  wrong: number;
  onSelect: () => void;
}

function Node({ node, selected, wrong, onSelect }: NodeProps) {
  const Icon = NODE_ICONS[node];
  return (
    <button
      type="button"
      role="tab"
      id={nodeId(node)}
      aria-selected={selected}
      aria-controls={PANEL_ID}
      tabIndex={selected ? 0 : -1}
      className={classes.node}
      data-wrong={wrong > 0 || undefined}
      onClick={onSelect}
    >
      <span className={classes.nodeHead}>
        <span className={classes.icon}>
          <Icon size={15} />
        </span>
        <span className={classes.nodeTitle}>{NODE_TITLES[node]}</span>
        {wrong > 0 && (
          <span className={classes.wrong} role="img" aria-label={wrong === 1 ? "1 field needs a change" : `${wrong} fields need a change`}>
            {wrong}
          </span>
        )}
      </span>
      <NodeBody node={node} />
    </button>
  );
}

function Connector() {
  return (
    <svg className={classes.connector} viewBox="0 0 34 12" aria-hidden="true" focusable="false">
      <path d="M2 6h27" />
      <path d="M25 1.8L30 6l-5 4.2" />
      <circle cx="2.5" cy="6" r="2" />
    </svg>
  );
}
