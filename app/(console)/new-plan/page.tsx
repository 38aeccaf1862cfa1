import type { Metadata } from 'next';
import { PlanEditor } from '#components/plans/plan-editor.tsx';
import { planTemplate } from '#components/plans/template.ts';
import { Page as Frame } from '#components/ui/page.tsx';
import { pageContext } from '#lib/auth/page-context.ts';
import { slugSchema } from '#lib/contract/primitives.ts';

export const metadata: Metadata = { title: 'New plan' };

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<{ service?: string | string[] }>;
}) {
  await pageContext();
  const service = slugSchema.safeParse((await searchParams).service);
  const slug = service.success ? service.data : null;
  return (
    <Frame
      title="New plan"
      lede="The template is checked while you write; nothing is stored before you save."
    >
      <PlanEditor initial={planTemplate(slug ? `${slug}-canary` : 'new-canary', slug)} stored={null} />
    </Frame>
  );
}
