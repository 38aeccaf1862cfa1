import type { Metadata } from 'next';
import { SetupForm } from '#components/auth/setup-form.tsx';

export const metadata: Metadata = { title: 'Set up', referrer: 'no-referrer' };

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<{ token?: string | string[] }>;
}) {
  const { token } = await searchParams;
  return <SetupForm token={typeof token === 'string' ? token : ''} />;
}
