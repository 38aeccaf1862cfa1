import { env } from '../env.ts';

/** Over https the name itself forbids another host or path to set it; over plain http browsers refuse that prefix. */
export const sessionCookie = () => {
  const secure = env().publicUrl?.startsWith('https://') ?? false;
  return {
    name: secure ? '__Host-slipway.session' : 'slipway.session',
    options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure },
  };
};
