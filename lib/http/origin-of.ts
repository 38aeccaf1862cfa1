import { env } from '../env.ts';

/** The origin under which people reach this server: the configured one, else the one this request was sent to. */
export const originOf = (request: Request): string => {
  const { publicUrl } = env();
  if (publicUrl) return new URL(publicUrl).origin;
  const host = request.headers.get('host');
  return host ? `http://${host}` : new URL(request.url).origin;
};
