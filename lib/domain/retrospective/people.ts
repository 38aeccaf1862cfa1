/**
 * People in texts. A draft holds a place (`⟦p1|Ada⟧`) wherever a person was named, so that one stored text can be read
 * with roles or with names. Blameless reading is the default.
 */
import type { Actor, Role } from '../release/types.ts';
import type { KnownPerson, Who } from './draft-schema.ts';

/** Knows the people of one release and puts places for them into what was written by hand. */
export type Cast = {
  people: KnownPerson[];
  whoOf: (actor: Actor) => Who;
  /** Free text with places instead of names, e-mail addresses and mentions. */
  mask: (text: string) => string;
};

/** Actors come first, so that they get the low numbers; accounts are known for being mentioned only. */
export const castOf = (
  actors: readonly Actor[],
  accounts: readonly { name: string; role: Role }[],
  authors: readonly string[] = [],
): Cast => {
  const found = new Map<string, Role | 'author'>();
  for (const actor of actors)
    if (actor.kind === 'person' && !found.has(actor.name)) found.set(actor.name, actor.role);
  for (const { name, role } of accounts) if (!found.has(name)) found.set(name, role);
  for (const name of authors) if (!found.has(name)) found.set(name, 'author');
  const people = numbered([...found].filter(([name]) => name.trim() !== ''));
  return {
    people,
    whoOf: (actor) => whoOf(actor, people),
    mask: (text) => maskNames(text, people),
  };
};

/** `text` with every place filled: the person's role when blameless, else what was written there. */
export const fillPlaces = (text: string, people: readonly KnownPerson[], blameless: boolean): string =>
  text.replace(PLACE, (_, key: string, written: string) =>
    blameless ? (people.find((person) => person.key === key)?.label ?? 'somebody') : written,
  );

/** Names as roles in one go, for texts written by hand after the draft. */
export const withoutNames = (text: string, people: readonly KnownPerson[]): string =>
  fillPlaces(maskNames(text, people), people, true);

/** How somebody is called: by role when blameless, else by name. */
export const callOf = (who: Who, people: readonly KnownPerson[], blameless: boolean): string =>
  blameless ? who.label : (people.find(({ key }) => key === who.person)?.name ?? who.label);

/** A place for the one who acted, for generated sentences. */
export const placeOf = (who: Who, people: readonly KnownPerson[]): string => {
  const person = people.find(({ key }) => key === who.person);
  return person ? place(person.key, person.name) : who.label;
};

const PLACE = /⟦([^|⟧]*)\|([^⟧]*)⟧/g;
const place = (key: string, written: string): string => `⟦${key}|${written.replace(/[⟦⟧|]/g, ' ')}⟧`;

const ROLE_WORDS: Record<Role | 'author', string> = {
  viewer: 'viewer',
  operator: 'operator',
  approver: 'approver',
  administrator: 'administrator',
  author: 'author',
};

/** Somebody who is alone in a role needs no number. */
const numbered = (found: readonly [string, Role | 'author'][]): KnownPerson[] => {
  const sizes = new Map<string, number>();
  for (const [, role] of found) sizes.set(role, (sizes.get(role) ?? 0) + 1);
  const seen = new Map<string, number>();
  return found.map(([name, role], index) => {
    const number = (seen.get(role) ?? 0) + 1;
    seen.set(role, number);
    const word = ROLE_WORDS[role];
    return { key: `p${index + 1}`, name, label: sizes.get(role) === 1 ? `the ${word}` : `${word} ${number}` };
  });
};

const whoOf = (actor: Actor, people: readonly KnownPerson[]): Who => {
  if (actor.kind === 'engine') return { kind: 'engine', person: null, label: 'Slipway' };
  if (actor.kind === 'agent') return { kind: 'agent', person: null, label: `the agent of ${actor.name}` };
  // A token is often called after its owner.
  if (actor.kind === 'token') return { kind: 'token', person: null, label: 'an API token' };
  const person = people.find(({ name }) => name === actor.name);
  return { kind: 'person', person: person?.key ?? null, label: person?.label ?? 'somebody' };
};

const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu;
const PART_LETTERS_MIN = 3;

/** Longest names first, so that a first name does not break a full one apart. */
const maskNames = (text: string, people: readonly KnownPerson[]): string => {
  const plain = text.replace(/[⟦⟧]/g, ' ').replace(EMAIL, (address) => place('', address));
  const names = people
    .flatMap(({ key, name }) => [
      { key, written: name.trim() },
      ...name
        .split(/[\s@._-]+/u)
        .filter((part) => part.length >= PART_LETTERS_MIN)
        .map((written) => ({ key, written })),
    ])
    .sort((a, b) => b.written.length - a.written.length);
  const keys = new Map<string, string>();
  for (const { key, written } of names)
    if (!keys.has(written.toLowerCase())) keys.set(written.toLowerCase(), key);
  if (keys.size === 0) return plain;
  const any = [...keys.keys()].map(escapePattern).join('|');
  const pattern = new RegExp(`(⟦[^⟧]*⟧)|(?<![\\p{L}\\p{N}])@?(${any})(?![\\p{L}\\p{N}])`, 'giu');
  return plain.replace(pattern, (whole, kept: string | undefined, written: string | undefined) =>
    kept ? whole : place(keys.get((written ?? '').toLowerCase()) ?? '', whole),
  );
};

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
