import type { Metadata } from 'next';
import { LoginForm } from '#components/auth/login-form.tsx';
import { safeNext } from '#components/auth/safe-next.ts';

export const metadata: Metadata = { title: 'Sign in' };

type Search = { next?: string | string[]; ready?: string | string[] };

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const { next, ready } = await searchParams;
  return <LoginForm next={safeNext(next)} ready={ready !== undefined} />;
}
