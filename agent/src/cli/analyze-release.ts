import { z } from 'zod';
import { callApi } from './api.ts';
import { type ConnectionOptions, connectionOf } from './connection.ts';
import { UsageError } from './exit.ts';
import { readText } from './read-text.ts';

type Load = typeof import('js-yaml').load;

/**
 * `slipway analyze --release ID`: the release's analysis judged again from what the server stored; with a policy,
 * what that one would have decided. Throws `ProblemError` naming the policy's field when the server refuses it.
 */
export async function analyzeRelease(
  id: string,
  options: ConnectionOptions & { policy?: string | undefined },
  load: Load,
): Promise<void> {
  const connection = connectionOf(options);
  const path = `/releases/${encodeURIComponent(id)}`;
  if (options.policy === undefined) {
    const answer = await callApi(connection, { method: 'GET', path: `${path}/analysis` }, analysisSchema);
    console.log(options.json ? JSON.stringify(answer) : courseText('own policy', answer).join('\n'));
    return;
  }
  const body = { analysis: analysisOf(options.policy, load) };
  const answer = await callApi(connection, { method: 'POST', path: `${path}/what-if`, body }, whatIfSchema);
  console.log(options.json ? JSON.stringify(answer) : whatIfText(answer, options.policy));
}

const momentSchema = z.looseObject({
  second: z.number(),
  stage: z.looseObject({ name: z.string() }),
  sentence: z.string(),
});
const courseSchema = z.looseObject({
  decision: z.string(),
  sentence: z.string(),
  rollback: momentSchema.nullable(),
  advance: momentSchema.nullable(),
});
const note = z.string().nullable();
const analysisSchema = courseSchema.extend({ note });
const whatIfSchema = z.looseObject({
  own: courseSchema,
  other: courseSchema,
  summary: z.string(),
  limit: z.string(),
  note,
});

/** The analysis block of a file that holds it alone or a whole plan. */
function analysisOf(file: string, load: Load): unknown {
  const document = parse(file, load);
  const plan = planSchema.safeParse(document);
  const block = plan.success ? (plan.data.spec.analysis ?? {}) : document;
  if (typeof block === 'object' && block !== null && !Array.isArray(block)) return block;
  throw new UsageError(`${file}: write a plan, or its analysis block such as "alpha: 0.01"`);
}

const planSchema = z.looseObject({ kind: z.string(), spec: z.looseObject({ analysis: z.unknown() }) });

function parse(file: string, load: Load): unknown {
  const text = readText(file);
  try {
    return load(text, { maxAliases: 0 });
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Course = z.infer<typeof courseSchema>;

function whatIfText(answer: z.infer<typeof whatIfSchema>, file: string): string {
  return [
    answer.summary,
    ...courseText('own policy', { ...answer.own, note: null }),
    ...courseText(file, { ...answer.other, note: answer.note }),
    answer.limit,
  ].join('\n');
}

function courseText(title: string, course: Course & { note: string | null }): string[] {
  return [
    `${title}: ${course.decision}`,
    `  rollback  ${momentText(course.rollback)}`,
    `  advance   ${momentText(course.advance)}`,
    `  ${course.sentence}`,
    ...(course.note === null ? [] : [`  ${course.note}`]),
  ];
}

function momentText(moment: z.infer<typeof momentSchema> | null): string {
  return moment === null ? '-' : `${Math.round(moment.second)} s, in stage ${moment.stage.name}`;
}
