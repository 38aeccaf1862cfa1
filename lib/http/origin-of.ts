import { env } from '../env.ts';

/** The origin under which people reach this server: the configured one, else the one this request was sent to. */
export const originOf = (request: Request): string => {
  const { publicUrl } = env();
  return publicUrl ? new URL(publicUrl).origin : hostOriginOf(request);
};

/** The origin that the sender of this request addressed; an agent inside may use another than people do. */
export const hostOriginOf = (request: Request): string => {
  const host = request.headers.get('host');
  const proto = request.headers.get('x-forwarded-proto') === 'https' ? 'https' : 'http';
  return host ? `${proto}://${host}` : new URL(request.url).origin;
};
