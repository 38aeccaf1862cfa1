import { QueryCache, QueryClient } from '@tanstack/react-query';
import { routes } from '../routes.ts';
import { ApiError } from './problem.ts';

/** For one request on the server, for the life of the tab in the browser. */
export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache({ onError: signInAgain }),
    defaultOptions: {
      queries: {
        // What the server rendered is fresh; after that the socket says what moved.
        staleTime: 20_000,
        retry: (failures, error) =>
          failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
      },
    },
  });

/** A session that ended elsewhere leads to the sign-in page and back. */
const signInAgain = (error: unknown): void => {
  if (!(error instanceof ApiError) || error.status !== 401 || typeof window === 'undefined') return;
  window.location.assign(routes.login({ next: window.location.pathname + window.location.search }));
};
