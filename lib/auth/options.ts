import type { NextAuthOptions } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { endSession, SESSION_DAYS_MAX } from '../data/credentials.ts';
import { getDatabase } from '../data/database.ts';
import { env } from '../env.ts';
import { routes } from '../routes.ts';
import { secretHash } from './secrets.ts';
import { sessionCookie } from './session-cookie.ts';
import { signIn } from './sign-in.ts';

/**
 * The JWT carries nothing but the token of a session row; every request reads the row, so that signing out or a
 * changed role bites at once. Built at each request, since the secret is published by the server at its start.
 */
export const authOptions = (): NextAuthOptions => ({
  secret: env().sessionSecret ?? '',
  session: { strategy: 'jwt', maxAge: SESSION_DAYS_MAX * 86_400 },
  pages: { signIn: routes.login(), error: routes.login() },
  cookies: { sessionToken: sessionCookie() },
  providers: [
    CredentialsProvider({
      name: 'Password',
      credentials: {
        email: { label: 'E-mail', type: 'email' },
        password: { label: 'Password', type: 'password' },
      },
      authorize: async (credentials, request) => {
        if (!credentials) return null;
        const headers = request.headers ?? {};
        const found = await signIn(
          getDatabase(),
          {
            email: String(credentials.email ?? ''),
            password: String(credentials.password ?? ''),
            address: String(headers['x-slipway-address'] ?? 'unknown'),
            userAgent: typeof headers['user-agent'] === 'string' ? headers['user-agent'] : null,
          },
          Date.now(),
        );
        return found && { id: found.user.id, sessionToken: found.sessionToken };
      },
    }),
  ],
  callbacks: {
    jwt: ({ token, user }) =>
      user && 'sessionToken' in user ? { sid: user.sessionToken } : { sid: token.sid },
    redirect: ({ url, baseUrl }) =>
      url.startsWith('/') && !url.startsWith('//')
        ? `${baseUrl}${url}`
        : url.startsWith(`${baseUrl}/`)
          ? url
          : baseUrl,
  },
  events: {
    signOut: async ({ token }) => {
      if (typeof token?.sid === 'string') await endSession(getDatabase().pool, secretHash(token.sid));
    },
  },
});
