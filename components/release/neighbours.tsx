import Link from 'next/link';
import type { ReactNode } from 'react';
import type { ReleaseView } from '#lib/contract/release.ts';
import { routes } from '#lib/routes.ts';
import classes from './replay-bar.module.css';

/** The releases of the same service and environment before and after, and the comparison with the one before. */
export const Neighbours = ({ release, children }: { release: ReleaseView; children: ReactNode }) => {
  const { before, after } = release.neighbours;
  return (
    <nav className={classes.links} aria-label="Other releases of this service">
      {children}
      {before && <Link href={routes.release(before.id)}>← {before.version}, the one before</Link>}
      {after && <Link href={routes.release(after.id)}>{after.version}, the one after →</Link>}
      {before && <Link href={routes.compare(before.id, release.id)}>Compare with the one before</Link>}
    </nav>
  );
};
