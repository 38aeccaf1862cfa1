import type { z } from 'zod';
import { exportQuerySchema, type RetrospectiveView } from '../../contract/retrospective.ts';
import { authorize, type Context } from '../context.ts';
import { getRetrospective } from './get.ts';
import { markdownOf } from './markdown.ts';

export type Exported = { format: 'md'; text: string } | { format: 'json'; value: RetrospectiveView };

/** The whole document as Markdown, or as the JSON the API speaks. */
export const exportRetrospective = async (
  ctx: Context,
  { id, query }: { id: string; query: z.input<typeof exportQuerySchema> },
): Promise<Exported> => {
  authorize(ctx.actor, 'release:read');
  const { format } = exportQuerySchema.parse(query);
  const value = await getRetrospective(ctx, { id });
  return format === 'json' ? { format, value } : { format, text: markdownOf(value) };
};
