'use client';

import { Button } from '@mantine/core';
import { Empty, Page } from '#components/ui/page.tsx';

/** A page that could not be made. What runs in the clusters does not depend on it, and the page says so. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <Page title="This page could not be shown">
      <Empty title="Something failed while it was made" action={<Button onClick={reset}>Try again</Button>}>
        Releases and agents go on without it. If it stays, look in the server's log
        {error.digest && (
          <>
            {' '}
            for <code>{error.digest}</code>
          </>
        )}
        ; releases can also be rolled back from the command line.
      </Empty>
    </Page>
  );
}
