import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { Asset } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
import { count } from "@/components/format";
import { IconCheck, IconEdit, IconReset, IconTrash } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { QueryView } from "@/components/QueryView";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayReview, roleIn } from "@/features/session/model/access";
import { type NewComment, useCommenting, useComments } from "@/features/review/api/review";
import { type Comment, type Thread, threadsOf } from "@/features/review/model/threads";
import { Composer } from "./Composer";
import classes from "./Talk.module.css";

/** Where the next comment goes: a place in the picture, and the shape that is meant. */
export type Spot = Pick<NewComment, "x" | "y" | "frame" | "annotation">;

interface Props {
  asset: Asset;
  active: string | null;
  onActive: (id: string | null) => void;
  /** Null: of the whole image. */
  spot: Spot | null;
  onSpot: (spot: Spot | null) => void;
  /** Brings a thread's place into view. */
  onShow: (comment: Comment) => void;
  /** "Shift+C", "" where it has no key. */
  hotkey: string;
  canWrite: boolean;
}

/** What is said of the image, in threads; each can be settled, and be opened again. */
export function CommentsPanel({ asset, active, onActive, spot, onSpot, onShow, hotkey, canWrite }: Props) {
  const comments = useComments(asset.id);
  const { write } = useCommenting(asset.project, asset.id);
  const say = async (text: string) => {
    const made = await write.mutateAsync({ text, ...(spot ?? {}) });
    onSpot(null);
    onActive(made.id);
  };
  return (
    <>
      <QueryView query={comments}>
        {(all) => {
          const threads = threadsOf(all);
          if (threads.length === 0) {
            return (
              <div className={classes.empty} style={{ flex: 1 }}>
                <p>Nobody has said anything of this image.</p>
                {canWrite && <p>{hotkey === "" ? "Write below." : `Point at a place and press ${hotkey} to comment on it, or write below.`}</p>}
              </div>
            );
          }
          return (
            <ul className={classes.list} aria-label="Comments">
              {threads.map((thread) => (
                <ThreadRow
                  key={thread.first.id}
                  thread={thread}
                  asset={asset}
                  active={thread.first.id === active}
                  onActive={() => {
                    onActive(thread.first.id);
                    onShow(thread.first);
                  }}
                  canWrite={canWrite}
                />
              ))}
            </ul>
          );
        }}
      </QueryView>
      {canWrite && (
        <div className={classes.composer}>
          <Composer
            key={spot === null ? "whole" : `${spot.x},${spot.y}`}
            label="New comment"
            placeholder={spot === null ? "Comment on this image" : "Comment on this place"}
            button="Comment"
            focus={spot !== null}
            hint={spot === null ? undefined : `At ${Math.round(spot.x ?? 0)}, ${Math.round(spot.y ?? 0)}`}
            onSend={say}
            onCancel={spot === null ? undefined : () => onSpot(null)}
          />
        </div>
      )}
    </>
  );
}

interface RowProps {
  thread: Thread;
  asset: Asset;
  active: boolean;
  onActive: () => void;
  canWrite: boolean;
}

function ThreadRow({ thread, asset, active, onActive, canWrite }: RowProps) {
  const { first, answers, number, isOpen } = thread;
  const { write, change } = useCommenting(asset.project, asset.id);
  const [answering, setAnswering] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const settle = () =>
    change.mutate({ id: first.id, resolved: isOpen }, { onError: (error) => notifyProblem(isOpen ? "Settling the thread" : "Opening the thread", error) });
  const answer = async (text: string) => {
    await write.mutateAsync({ text, parent: first.id });
    setAnswering(false);
  };
  return (
    <li ref={row} className={classes.thread} data-active={active || undefined} data-settled={!isOpen || undefined}>
      <Said
        comment={first}
        asset={asset}
        answers={answers.length}
        before={
          <button type="button" className={classes.number} data-settled={!isOpen || undefined} onClick={onActive} aria-label={`Show comment ${number}`}>
            {number}
          </button>
        }
      />
      {answers.map((each) => (
        <div key={each.id} className={classes.answer}>
          <Said comment={each} asset={asset} />
        </div>
      ))}
      {answering ? (
        <div className={classes.answer}>
          <Composer label="Answer" placeholder="Answer" button="Answer" focus onSend={answer} onCancel={() => setAnswering(false)} />
        </div>
      ) : (
        canWrite && (
          <div className={classes.actions}>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setAnswering(true)}>
              Answer
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              color={isOpen ? "teal" : "gray"}
              leftSection={isOpen ? <IconCheck size={13} /> : <IconReset size={13} />}
              loading={change.isPending}
              onClick={settle}
            >
              {isOpen ? "Settle" : "Open again"}
            </Button>
          </div>
        )
      )}
      {!isOpen && first.resolved_by && (
        <span className={classes.entryTime}>Settled by {first.resolved_by.name}</span>
      )}
    </li>
  );
}

interface SaidProps {
  comment: Comment;
  asset: Asset;
  /** How many answers go with it when it is deleted. */
  answers?: number;
  before?: React.ReactNode;
}

function Said({ comment, asset, answers = 0, before }: SaidProps) {
  const { change, remove } = useCommenting(asset.project, asset.id);
  const session = useSession();
  const project = useProject(asset.project);
  const [editing, setEditing] = useState(false);
  const isMine = comment.author !== null && comment.author.id === session.data?.user?.id;
  const mayRemove = isMine || mayReview(roleIn(session.data, project.data?.workspace));
  return (
    <>
      <div className={classes.who}>
        {before}
        <b>{comment.author?.name ?? "Somebody who left"}</b>
        <Ago time={comment.created_at} />
        {comment.edited_at !== null && <time title={comment.edited_at}>edited</time>}
        <span className={classes.push} />
        {isMine && !editing && (
          <Tooltip label="Say it otherwise">
            <ActionIcon size={22} variant="subtle" color="gray" aria-label="Edit the comment" onClick={() => setEditing(true)}>
              <IconEdit size={13} />
            </ActionIcon>
          </Tooltip>
        )}
        {mayRemove && (
          <ConfirmButton
            title={answers > 0 ? "Delete the comment and its answers?" : "Delete the comment?"}
            confirm="Delete"
            onConfirm={() => remove.mutateAsync(comment.id)}
            trigger={(ask) => (
              <Tooltip label={comment.parent === null ? "Delete it and its answers" : "Delete it"}>
                <ActionIcon size={22} variant="subtle" color="gray" aria-label="Delete the comment" onClick={ask}>
                  <IconTrash size={13} />
                </ActionIcon>
              </Tooltip>
            )}
          >
            {answers > 0 ? `${count(answers, "answer")} of others and yours ${answers === 1 ? "goes" : "go"} with it.` : "Nobody can bring it back."}
          </ConfirmButton>
        )}
      </div>
      {editing ? (
        <Composer
          label="Comment"
          placeholder=""
          button="Save"
          start={comment.text}
          focus
          onSend={async (text) => {
            await change.mutateAsync({ id: comment.id, text });
            setEditing(false);
          }}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <p className={classes.text}>{comment.text}</p>
      )}
    </>
  );
}
