import type { Draft } from "../types";
import { readDraft } from "./drafts";
import type { Person, Presence } from "./types";
import type { Incoming, WirePerson } from "./wire";

/** Others in the image, as the socket tells of them. */
export interface LivePresence extends Presence {
  /** Takes what is about people; false where the message is something else. */
  hear(message: Incoming): boolean;
  /** The connection is gone: nobody is seen. */
  clear(): void;
}

export function createPresence(): LivePresence {
  const listeners = new Set<() => void>();
  let people: readonly Person[] = [];
  let cursors: ReadonlyMap<string, readonly [number, number]> = new Map();
  let drafts: ReadonlyMap<string, Draft> = new Map();

  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const forget = (session: string) => {
    people = people.filter((person) => person.session !== session);
    cursors = without(cursors, session);
    drafts = without(drafts, session);
  };
  const meet = ({ session, user, color, cursor, selection }: WirePerson) => {
    const person: Person = { session, user, color, selection };
    const isKnown = people.some((other) => other.session === session);
    people = isKnown ? people.map((other) => (other.session === session ? person : other)) : [...people, person];
    if (cursor) cursors = new Map(cursors).set(session, cursor);
  };
  const clear = () => {
    people = [];
    cursors = new Map();
    drafts = new Map();
  };

  const take = (message: Incoming): boolean => {
    if (message.type === "welcome") {
      clear();
      message.people.forEach(meet);
    } else if (message.type === "joined") meet(message.person);
    else if (message.type === "left") forget(message.session);
    else if (message.type === "cursor") {
      const { session, x, y } = message;
      cursors = x === null || y === null ? without(cursors, session) : new Map(cursors).set(session, [x, y]);
    } else if (message.type === "draft") {
      const draft = readDraft(message.draft);
      drafts = draft === null ? without(drafts, message.session) : new Map(drafts).set(message.session, draft);
    } else if (message.type === "selection") {
      people = people.map((other) => (other.session === message.session ? { ...other, selection: message.ids } : other));
    } else return false;
    return true;
  };

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    people: () => people,
    cursors: () => cursors,
    drafts: () => drafts,
    hear(message) {
      const isMine = take(message);
      if (isMine) tell();
      return isMine;
    },
    clear() {
      if (people.length === 0 && cursors.size === 0 && drafts.size === 0) return;
      clear();
      tell();
    },
  };
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
