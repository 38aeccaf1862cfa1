import type { z } from 'zod';
import type { Database } from '../data/database.ts';
import type { Permission } from '../domain/policy/permissions.ts';
import type { Context } from '../services/context.ts';

export type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

/** What a request brought: path parameters, the query, and the body as it was written (JSON or YAML), not yet checked. */
export type Input = {
  params: Record<string, string>;
  query: Record<string, string>;
  body: unknown;
  source: string;
  /** Of an endpoint that takes files: the body, not yet read. */
  upload?: Upload;
};
export type Upload = { body: ReadableStream<Uint8Array> | null; type: string | null };
export type Reply = { status: number; body: unknown; file?: FileReply };

/** An answer that is made while it is sent, for files that may be larger than memory allows. */
export type FileReply = { name: string; type: string; chunks: AsyncIterable<string> };

/** What a public endpoint gets instead of a context: nobody is known yet. */
export type PublicContext = {
  db: Database;
  requestId: string;
  now: () => number;
  hostOrigin: string;
  address: string;
  header: (name: string) => string | null;
};

type Described = {
  method: Method;
  /** OpenAPI style: `/api/v1/releases/{id}`. */
  path: string;
  summary: string;
  tag: string;
  /** Shapes for the API document; the verb behind parses with the same schemas. */
  body?: z.ZodType;
  query?: z.ZodType;
  /** The answer holds a secret that is shown once: it is not kept, so a repeated request does not get it again. */
  once?: true;
  /** The body is given as its exact text and not parsed: its signature is checked first. */
  raw?: true;
  /** The body is given unread, for files that may be larger than memory allows. */
  upload?: true;
  answers: Record<number, z.ZodType>;
  /** Where the answer is a file: what it holds by media type. */
  files?: Record<string, z.ZodType>;
};

/** One operation of API v1. `permission` is what the verb behind asks for; the verb enforces it whoever calls. */
export type Endpoint =
  | (Described & {
      permission: Permission;
      handle: (ctx: Context & { origin: string }, input: Input) => Promise<Reply>;
    })
  | (Described & { permission: null; handlePublic: (ctx: PublicContext, input: Input) => Promise<Reply> });

export const ok = (body: unknown): Reply => ({ status: 200, body });
/** A text to be kept under `name`: our own, of letters, digits, dots and dashes. */
export const textFile = (text: string, type: string, name: string): Reply => ({
  status: 200,
  body: null,
  file: { name, type: `${type}; charset=utf-8`, chunks: inOnePiece(text) },
});
export const created = (body: unknown): Reply => ({ status: 201, body });
/** The answer to a PUT: 201 when the thing is new. */
export const put = ({ created: isNew, value }: { created: boolean; value: unknown }): Reply => ({
  status: isNew ? 201 : 200,
  body: value,
});

async function* inOnePiece(text: string): AsyncGenerator<string> {
  yield text;
}
